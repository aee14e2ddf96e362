; As in ../locals.scm, for the trees of grammar.lark, where what is in brackets stands beside them. Tables, views, sequences
; and indexes share one space. A query brings names of its own into being: common table expressions, aliases, windows, and
; the names of what it selects.

[(select_statement) (insert_statement) (update_statement) (delete_statement) (merge_statement) (create_function)] @local.scope
[(c_expr (SELECT)) (table_ref (SELECT))] @local.scope

; Definitions

; A table that inherits some, is a part of one or is like some, has the columns of those too.
[(create_table [(LIKE) (OF) (COMMA)] . (any_name) @local.includes)
  (create_table (INHERITS) . (LPAREN) . (any_name) @local.includes)]
([(create_table [(TABLE) (EXISTS)] . (any_name . (col_id) @local.definition.table .))
  (create_table_as [(TABLE) (EXISTS)] . (any_name . (col_id) @local.definition.table .))
  (create_table [(TABLE) (EXISTS)]
    . (any_name . (col_id) @local.qualifier . (DOT) . (label) @local.definition.table .))
  (create_table_as [(TABLE) (EXISTS)]
    . (any_name . (col_id) @local.qualifier . (DOT) . (label) @local.definition.table .))] @local.element
  (#set! local.visible "workspace"))
([(create_view (VIEW) . (any_name . (col_id) @local.definition.view .))
  (create_materialized_view [(VIEW) (EXISTS)] . (any_name . (col_id) @local.definition.view .))
  (create_view (VIEW) . (any_name . (col_id) @local.qualifier . (DOT) . (label) @local.definition.view .))
  (create_materialized_view [(VIEW) (EXISTS)]
    . (any_name . (col_id) @local.qualifier . (DOT) . (label) @local.definition.view .))] @local.element
  (#set! local.space "table") (#set! local.visible "workspace"))
([(create_sequence [(SEQUENCE) (EXISTS)] . (any_name . (col_id) @local.definition.sequence .))
  (create_sequence [(SEQUENCE) (EXISTS)]
    . (any_name . (col_id) @local.qualifier . (DOT) . (label) @local.definition.sequence .))] @local.element
  (#set! local.space "table") (#set! local.visible "workspace"))
(create_index (col_id) @local.definition.index . (ON)
  (#set! local.space "table") (#set! local.visible "workspace")) @local.element
(alter_table (RENAME) . (TO) . (col_id) @local.definition.table
  (#set! local.visible "workspace")) @local.element
([(create_type (TYPE) . (any_name . (col_id) @local.definition.type .))
  (create_domain (DOMAIN) . (any_name . (col_id) @local.definition.type .))
  (create_type (TYPE) . (any_name . (col_id) @local.qualifier . (DOT) . (label) @local.definition.type .))
  (create_domain (DOMAIN) . (any_name . (col_id) @local.qualifier . (DOT) . (label) @local.definition.type .))]
  @local.element (#set! local.visible "workspace"))
([(create_function (func_name . (type_name) @local.definition.function .))
  (create_function (func_name . (col_id) @local.qualifier . (DOT) . (label) @local.definition.function .))]
  @local.element (#set! local.visible "workspace"))
(create_function [(LPAREN) (COMMA) (IN) (OUT) (INOUT) (VARIADIC)]
  . (type_name) @local.definition.parameter . (func_type))

(column_def . (col_id) @local.definition.column (#set! local.visible "workspace")) @local.element
(create_type [(LPAREN) (COMMA)] . (col_id) @local.definition.column . (typename) (#set! local.visible "workspace"))
(alter_table (RENAME) . (COLUMN)? . (col_id) @local.reference.column . (TO))
(alter_table (RENAME) . (COLUMN)? . (col_id) . (TO) . (col_id) @local.definition.column
  (#set! local.visible "workspace")) @local.element

(common_table_expr . (col_id) @local.definition.table) @local.element
(table_ref . (relation_expr) @local.type . (alias_clause . (AS)? . (col_id) @local.definition.alias))
(table_ref (alias_clause . (AS)? . (col_id) @local.definition.alias))
(insert_statement (INTO) . (any_name) @local.type . (AS) . (col_id) @local.definition.alias)
(update_statement (relation_expr) @local.type . (AS)? . (col_id) @local.definition.alias)
(delete_statement (relation_expr) @local.type . (AS)? . (col_id) @local.definition.alias)
(merge_statement (relation_expr) @local.type . (AS)? . (col_id) @local.definition.alias)
(window_clause (col_id) @local.definition.window) @local.element
(target_el (a_expr) . (AS)? . [(label) (bare_label)] @local.definition.output
  (#set! local.visible "file")) @local.element

; The columns of a common table expression or an alias

(common_table_expr (LPAREN) (col_id) @local.definition.column (AS))
(alias_clause (LPAREN) (col_id) @local.definition.column)

; References

((columnref . (any_name . (col_id) @local.reference.column .) .)
  (#set! local.space "column output parameter alias table"))
(columnref . (any_name . (col_id) @local.reference.alias . (DOT) . (label)) (#set! local.space "alias table"))
(columnref . (col_id) @local.reference.alias . (DOT) (#set! local.space "alias table"))
((columnref . (any_name . (col_id) @_excluded . (DOT) . (label) @local.reference.column .))
  (#match? @_excluded "^[eE][xX][cC][lL][uU][dD][eE][dD]$"))
(columnref . (any_name . (col_id) @local.owner . (DOT) . (label) @local.reference.column .)
  (#set! local.space "column output"))
(columnref . (any_name . (col_id) @local.qualifier . (DOT) . (label) @local.reference.table . (DOT) . (label)))
(columnref . (any_name . (col_id) . (DOT) . (label) @local.owner . (DOT) . (label) @local.reference.column)
  (#set! local.space "column output"))
(index_elem . (col_id) @local.reference.column)
(insert_statement [(LPAREN) (COMMA)] . (any_name . (col_id) @local.reference.column .) . [(COMMA) (RPAREN)])
(set_clause (any_name . (col_id) @local.reference.column .))
(alter_table [(ALTER) (DROP) (EXISTS)] . (COLUMN)? . (col_id) @local.reference.column)
(table_constraint [(LPAREN) (COMMA)] . (col_id) @local.reference.column . [(COMMA) (RPAREN)])
(column_constraint [(LPAREN) (COMMA)] . (col_id) @local.reference.column . [(COMMA) (RPAREN)])
(table_ref (USING) . (LPAREN) (col_id) @local.reference.column)
(comment_statement (COLUMN) . (any_name . (col_id) @local.reference.table . (DOT) . (label) .))
(comment_statement (COLUMN) . (any_name . (col_id) @local.owner . (DOT) . (label) @local.reference.column .))

((typename (type_name) @local.reference.type) (#set! local.space "type table"))
((typename (type_name) @local.qualifier . (DOT) . (label) @local.reference.type) (#set! local.space "type table"))
(func_name . (type_name) @local.reference.function .)
(func_name . (col_id) @local.qualifier . (DOT) . (label) @local.reference.function .)
(func_expr (OVER) . (col_id) @local.reference.window)
(create_function (LANGUAGE) . (col_id) @local.reference.language)
(create_extension [(EXTENSION) (EXISTS)] . (col_id) @local.reference.extension)
(set_statement (col_id) @local.reference.setting)
(create_index (USING) . (col_id) @local.reference.method)
(func_expr_common (EXTRACT) . (LPAREN) . (IDENT) @local.reference.field)
(select_statement (OF) . (any_name . (col_id) @local.reference.alias .) (#set! local.space "alias table"))
; An index has no rows.
((relation_expr) @local.fitting (#set! local.fits "table view sequence"))
((any_name . (col_id) @local.reference.table .) (#set! local.space "table type"))
((any_name . (col_id) @local.qualifier . (DOT) . (label) @local.reference.table .) (#set! local.space "table type"))

; What columns are those of

(create_table [(TABLE) (EXISTS)] . (any_name) @local.owner (#set! local.space "column")) @local.members
(create_type (TYPE) . (any_name) @local.owner (#set! local.space "column")) @local.members
([(create_index (relation_expr) @local.owner) (alter_table (relation_expr) @local.owner)] @local.members
  (#set! local.space "column"))
((column_constraint (REFERENCES) . (any_name) @local.owner) @local.members (#set! local.space "column"))
((insert_statement (INTO) . (any_name) @local.owner) @local.members (#set! local.space "column"))
(common_table_expr . (col_id) @local.owner
  [(select_statement) (insert_statement) (update_statement) (delete_statement)] @local.members
  (#set! local.space "output"))
((table_ref (SELECT) (alias_clause . (AS)? . (col_id) @local.owner)) @local.members (#set! local.space "output"))
; Nothing of what is around it is known in a common table expression, nor in what is inserted.
([(common_table_expr [(select_statement) (insert_statement) (update_statement) (delete_statement)] @local.members)
  (insert_statement (select_statement) @local.members)]
  (#set! local.space "column"))
([(select_statement) (insert_statement) (update_statement) (delete_statement) (c_expr (SELECT)) (table_ref (SELECT))]
  @local.members (#set! local.space "column") (#set! local.among "table"))
