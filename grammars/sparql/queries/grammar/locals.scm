; A variable needs no declaration. It is known in its query; one of a subquery that is not selected there is another one.
; Prefixes are parts of lexemes here, and so no names.

[(select_query) (construct_query) (describe_query) (ask_query) (modify) (delete_where)] @local.scope
(sub_select (select_clause (VARIABLE))) @local.scope
(sub_select (select_clause (VARIABLE) @local.exported))

(select_clause (AS) . (VARIABLE) @local.definition.variable (#set! local.undeclared))
(group_condition (AS) . (VARIABLE) @local.definition.variable (#set! local.undeclared))
(bind (AS) . (VARIABLE) @local.definition.variable (#set! local.undeclared)) @local.element
((VARIABLE) @local.reference.variable (#set! local.undeclared))

[(select_clause) (construct_template) (delete_clause) (insert_clause)] @local.mentions
(describe_query (VARIABLE) @local.mentions)
