; What can be folded away: its first line stays in sight, and the bracket that closes it.

[(function) (metric) (channel) (group) (rule) (workflow) (call) (list) (table)] @fold
(COMMENT) @fold.comment
