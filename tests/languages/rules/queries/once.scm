; What may stand only once, in a block or in a file: no suggestion says it again.

[(function) (metric) (channel) (group) (rule) (workflow) (call) (list) (table)] @once.in
(setting "let" . (NAME) @once) @once.element
(function "define" . (NAME) @once) @once.element
(parameter . (NAME) @once) @once.element
(metric "metric" . (NAME) @once) @once.element
(channel "channel" . (NAME) @once) @once.element
(group "group" . (NAME) @once) @once.element
(rule "rule" . (NAME) @once) @once.element
(workflow "workflow" . (NAME) @once) @once.element
(step "step" . (NAME) @once) @once.element
(property . (NAME) @once) @once.element
(named_argument . (NAME) @once) @once.element
(pair . (NAME) @once) @once.element
