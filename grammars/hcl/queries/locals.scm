; Only for expressions and template for directives bring names of their own into being; all else is reached
; through the roots var, local, module and the types of resources.

(for_expr) @local.scope
(template_for) @local.scope

(for_intro (identifier) @local.definition.var)
(template_for_start (identifier) @local.definition.var)

(variable_expr (identifier) @local.reference)
