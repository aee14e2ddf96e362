; What can be folded away; the line that a block begins after stays in sight.

[(task) (runbook) (stage) (if) (elif) (else) (for) (on) (retry) (failing) (parallel)] @fold
[(call) (list) (map)] @fold
(COMMENT) @fold.comment
