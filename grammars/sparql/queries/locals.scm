; A variable needs no declaration. It is known in its query; one of a subquery that is not selected there is another one.

[(select_query) (construct_query) (describe_query) (ask_query) (modify) (delete_where)] @local.scope
(sub_select (select_clause bound_variable: (var))) @local.scope
(sub_select (select_clause bound_variable: (var) @local.exported))

(select_clause (_) . "AS" . bound_variable: (var) @local.definition.variable (#set! local.undeclared))
(group_condition (_) . "AS" . bound_variable: (var) @local.definition.variable (#set! local.undeclared))
(bind bound_variable: (var) @local.definition.variable (#set! local.undeclared)) @local.element
((var) @local.reference.variable (#set! local.undeclared))

[(select_clause) (construct_template) (delete_clause) (insert_clause)] @local.mentions
(describe_query (var) @local.mentions)

; Prefixes; the empty one is written as a colon alone.

(prefix_declaration (namespace (pn_prefix) @local.definition.prefix)
  (#set! local.visible "file") (#set! local.fades)) @local.element
((prefix_declaration (namespace) @local.definition.prefix) @local.element
  (#set! local.visible "file") (#set! local.fades) (#eq? @local.definition.prefix ":"))
(prefixed_name (namespace (pn_prefix) @local.reference.prefix))
((prefixed_name (namespace) @local.reference.prefix) (#eq? @local.reference.prefix ":"))
