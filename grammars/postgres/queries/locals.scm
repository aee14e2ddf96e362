; A query brings names into being by its common table expressions and by the aliases of its tables; a function by its
; parameters. All else is found in the catalogue.

(toplevel_stmt) @local.scope
(select_with_parens) @local.scope
(common_table_expr) @local.scope

(common_table_expr . (name) @local.definition.type)
(alias_clause (ColId) @local.definition.var)
(param_name) @local.definition.parameter
(columnDef (ColId) @local.definition.field)

(columnref) @local.reference
(relation_expr (qualified_name) @local.reference)
