; What is shown of a file; a stage is a part of its runbook.

(constant . "let" . (NAME) @name) @item.constant
(task . "task" . (NAME) @name (parameters)? @detail) @item.function
(runbook (STRING) @name) @item.module
(stage . "stage" . (NAME) @name) @item.event
