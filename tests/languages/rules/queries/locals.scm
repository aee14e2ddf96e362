; What defines a name, how far it is known, and what uses one.

(function) @local.scope
(workflow) @local.scope

; Definitions

(setting "let" . (NAME) @local.definition.setting (#set! local.visible "workspace")) @local.element
(function "define" . (NAME) @local.definition.function (#set! local.visible "workspace")) @local.element
(parameter . (NAME) @local.definition.parameter) @local.element
(metric "metric" . (NAME) @local.definition.metric (#set! local.visible "workspace")) @local.element
(channel "channel" . (NAME) @local.definition.channel (#set! local.visible "workspace")) @local.element
(group "group" . (NAME) @local.definition.group (#set! local.visible "workspace")) @local.element
(rule "rule" . (NAME) @local.definition.rule (#set! local.visible "workspace")) @local.element
(workflow "workflow" . (NAME) @local.definition.workflow (#set! local.visible "workspace")) @local.element
(step "step" . (NAME) @local.definition.step) @local.element

; No names of their own

(property . (NAME) @local.nothing)
(member "." . (NAME) @local.nothing)
(named_argument . (NAME) @local.nothing)
(pair . (NAME) @local.nothing)

; References of which the examples tell what they stand for

(notify "," . (NAME) @local.reference.channel)
(notify "notify" . (NAME) @local.reference.channel)
(run "run" . (NAME) @local.reference.workflow)
(silence "," . (NAME) @local.reference.rule)
(silence "silence" . (NAME) @local.reference.rule)
(step "," . (NAME) @local.reference.step)
(step "after" . (NAME) @local.reference.step)

; References: a name stands for the first of these that is known where it is used.

(call . (NAME) @local.reference.function (#set! local.space "function parameter step setting metric channel group rule workflow anything"))
((NAME) @local.reference.name (#set! local.space "parameter step setting function metric channel group rule workflow anything"))
