; What defines a name, and what uses one.

(task) @local.scope
(runbook) @local.scope

(constant . "let" . (NAME) @local.definition.constant (#set! local.visible "workspace")) @local.element
(task . "task" . (NAME) @local.definition.task (#set! local.visible "workspace")) @local.element
(parameter . (NAME) @local.definition.parameter) @local.element
(for . "for" . (NAME) @local.definition.variable) @local.element
(run . "run" . (NAME) @local.definition.variable . "=") @local.element

(member "." . (NAME) @local.nothing)
(setting . (NAME) @local.nothing)
(entry . (NAME) @local.nothing)
(named . (NAME) @local.nothing)

(call . (NAME) @local.reference.call (#set! local.space "task parameter variable constant"))
((NAME) @local.reference.name (#set! local.space "parameter variable constant task"))
