; A variable needs no declaration. It is known in its query; one of a subquery that is not selected there is another one.

[(select_query) (construct_query) (describe_query) (ask_query) (modify) (delete_where)] @local.scope
(sub_select (select_clause (VARIABLE))) @local.scope
(sub_select (select_clause (VARIABLE) @local.exported))

(select_clause (AS) . (VARIABLE) @local.definition.variable (#set! local.undeclared))
(group_condition (AS) . (VARIABLE) @local.definition.variable (#set! local.undeclared))
(bind (AS) . (VARIABLE) @local.definition.variable (#set! local.undeclared)) @local.element
((VARIABLE) @local.reference.variable (#set! local.undeclared))

[(select_clause) (construct_template) (delete_clause) (insert_clause)] @local.mentions
(describe_query (VARIABLE) @local.mentions)

; A prefix is a part of a lexeme; the empty one is written as a colon alone.

(prefix_decl (PREFIX_NAME) @local.definition.prefix
  (#set! local.until ":") (#set! local.visible "file")) @local.element
(iri [(PREFIXED_NAME) (PREFIX_NAME)] @local.reference.prefix (#set! local.until ":"))
