; A grammar knows the rules and terminals of its own file, and what it imports there.

(rule) @local.scope
(override) @local.scope
(extend) @local.scope

; Definitions

(rule [(RULE) (MODIFIED_RULE)] @local.definition.rule (#set! local.visible "file")) @local.element
(override [(RULE) (MODIFIED_RULE)] @local.definition.rule (#set! local.visible "file")) @local.element
(terminal (TERMINAL) @local.definition.terminal (#set! local.visible "file")) @local.element
(override (TERMINAL) @local.definition.terminal (#set! local.visible "file")) @local.element
(import (imported (RULE) @local.definition.imported)
  (#set! local.space "rule") (#set! local.visible "file")) @local.element
(import (imported (TERMINAL) @local.definition.imported)
  (#set! local.space "terminal") (#set! local.visible "file")) @local.element
(declare (RULE) @local.definition.rule (#set! local.visible "file")) @local.element
(declare (TERMINAL) @local.definition.terminal (#set! local.visible "file")) @local.element
(parameters (RULE) @local.definition.parameter)

; What is no name of this file: the grammars from which something is imported, and what it is called there. An alias
; names the node that is made, and no rule.

(import [(RULE) (TERMINAL)] @local.nothing)
(source [(RULE) (TERMINAL)] @local.nothing)
(alias (RULE) @local.nothing)

; References

((RULE) @local.reference.rule (#set! local.space "parameter rule"))
(MODIFIED_RULE) @local.reference.rule
(TERMINAL) @local.reference.terminal
