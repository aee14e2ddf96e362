; What may stand only once, in a block or in a file: no suggestion says it again.

[(task) (runbook) (call) (map)] @once.in
(task . "task" . (NAME) @once) @once.element
(constant . "let" . (NAME) @once) @once.element
(runbook . "runbook" . (STRING) @once) @once.element
(stage . "stage" . (NAME) @once) @once.element
(parameter . (NAME) @once) @once.element
(setting . (NAME) @once) @once.element
(named . (NAME) @once) @once.element
(entry . (NAME) @once) @once.element
