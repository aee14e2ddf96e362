; A variable is known in the whole query or subquery; only these places give it a value of their own.

(select_query) @local.scope
(sub_select) @local.scope
(construct_query) @local.scope
(describe_query) @local.scope
(ask_query) @local.scope
(modify) @local.scope

(prefix_declaration (namespace) @local.definition.namespace)
(bind bound_variable: (var) @local.definition.var)
(select_clause bound_variable: (var) @local.definition.var)

(var) @local.reference
(prefixed_name (namespace) @local.reference)
