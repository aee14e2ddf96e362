; Tables, views, sequences and indexes share one space, as they do in the catalogue. A query brings names of its own
; into being: common table expressions, aliases, windows, and the names of what it selects.

[(toplevel_stmt) (select_with_parens) (PreparableStmt)] @local.scope
(simple_select (select_clause) @local.scope)

; Definitions

; A table that inherits some, is a part of one or is like some, has the columns of those too.
[(qualified_name_list (qualified_name) @local.includes) (TableLikeClause (qualified_name) @local.includes)]
(CreateStmt [(kw_table) (kw_exists)] . (qualified_name . (ColId) @local.definition.table .)
    (qualified_name) @local.type (#set! local.visible "workspace")) @local.element
(CreateStmt [(kw_table) (kw_exists)] . (qualified_name . (ColId) @local.definition.table .)
  (#set! local.visible "workspace")) @local.element
(CreateStmt [(kw_table) (kw_exists)] . (qualified_name
    (ColId) @local.qualifier (indirection (indirection_el (attr_name) @local.definition.table) .))
  (#set! local.visible "workspace")) @local.element
(CreateAsStmt (create_as_target (qualified_name . (ColId) @local.definition.table .))
  (#set! local.visible "workspace")) @local.element
(CreateAsStmt (create_as_target (qualified_name
    (ColId) @local.qualifier (indirection (indirection_el (attr_name) @local.definition.table) .)))
  (#set! local.visible "workspace")) @local.element
([(ViewStmt (qualified_name . (ColId) @local.definition.view .))
  (CreateMatViewStmt (create_mv_target (qualified_name . (ColId) @local.definition.view .)))] @local.element
  (#set! local.space "table") (#set! local.visible "workspace"))
([(ViewStmt (qualified_name
      (ColId) @local.qualifier (indirection (indirection_el (attr_name) @local.definition.view) .)))
  (CreateMatViewStmt (create_mv_target (qualified_name
      (ColId) @local.qualifier (indirection (indirection_el (attr_name) @local.definition.view) .))))] @local.element
  (#set! local.space "table") (#set! local.visible "workspace"))
(CreateSeqStmt (qualified_name . (ColId) @local.definition.sequence .)
  (#set! local.space "table") (#set! local.visible "workspace")) @local.element
(CreateSeqStmt (qualified_name
    (ColId) @local.qualifier (indirection (indirection_el (attr_name) @local.definition.sequence) .))
  (#set! local.space "table") (#set! local.visible "workspace")) @local.element
(IndexStmt (opt_single_name (ColId) @local.definition.index)
  (#set! local.space "table") (#set! local.visible "workspace")) @local.element
(RenameStmt (relation_expr) @local.type . (kw_rename) . (kw_to) . (name) @local.definition.table
  (#set! local.visible "workspace")) @local.element

(DefineStmt (kw_type) . (any_name . (ColId) @local.definition.type .)
  (#set! local.visible "workspace")) @local.element
(DefineStmt (kw_type) . (any_name (ColId) @local.qualifier (attrs (attr_name) @local.definition.type .))
  (#set! local.visible "workspace")) @local.element
(CreateDomainStmt (any_name . (ColId) @local.definition.type .)
  (#set! local.visible "workspace")) @local.element
(CreateDomainStmt (any_name (ColId) @local.qualifier (attrs (attr_name) @local.definition.type .))
  (#set! local.visible "workspace")) @local.element

(CreateFunctionStmt (func_name . (type_function_name) @local.definition.function .)
  (#set! local.visible "workspace")) @local.element
(CreateFunctionStmt (func_name
    (ColId) @local.qualifier (indirection (indirection_el (attr_name) @local.definition.function) .))
  (#set! local.visible "workspace")) @local.element
(func_arg (param_name) @local.definition.parameter) @local.element

(columnDef (ColId) @local.definition.column (#set! local.visible "workspace")) @local.element
(TableFuncElement (ColId) @local.definition.column (#set! local.visible "workspace")) @local.element
(RenameStmt [(kw_rename) (opt_column)] . (name) @local.reference.column . (kw_to) . (name))
(RenameStmt [(kw_rename) (opt_column)] . (name) . (kw_to) . (name) @local.definition.column
  (#set! local.visible "workspace")) @local.element

; What changes rows does so whether or not its name is used.
(common_table_expr . (name) @local.definition.table (PreparableStmt (SelectStmt)) (#set! local.fades)) @local.element
(common_table_expr . (name) @local.definition.table) @local.element
(table_ref (relation_expr) @local.type (opt_alias_clause (alias_clause (ColId) @local.definition.alias)))
(table_ref (select_with_parens "(" @local.type) (opt_alias_clause (alias_clause (ColId) @local.definition.alias)))
(table_ref (func_table) (func_alias_clause (alias_clause (ColId) @local.definition.alias)))
(insert_target (qualified_name) @local.type (ColId) @local.definition.alias)
(relation_expr_opt_alias (relation_expr) @local.type (ColId) @local.definition.alias)
(window_definition (ColId) @local.definition.window) @local.element
(target_el (_) (ColLabel) @local.definition.output (#set! local.visible "file")) @local.element
(target_el (_) (BareColLabel) @local.definition.output (#set! local.visible "file")) @local.element

; The columns of a common table expression, an alias or a view, from its list of names

((name_list (name) @local.definition.column @local.named @local.item)
  (#set! local.space "column output") (#set! local.renames))
((columnElem (ColId) @local.definition.output @local.named) @local.item
  (#set! local.space "output") (#set! local.renames) (#set! local.visible "file"))

; and from what it selects or returns: the name behind an item, that of the column that it is, or all columns. Other
; items have a name that is not told here, and so have values.

(target_el (_) [(ColLabel) (BareColLabel)] @local.named (#set! local.space "output")) @local.item
(target_el . (a_expr . (a_expr . (c_expr . (columnref . (ColId) @local.named .) .) .) .) .
  (#set! local.space "output")) @local.item
(target_el . (a_expr . (a_expr . (c_expr . (columnref (ColId) . (indirection . (indirection_el (attr_name) @local.named) .) .)
  .) .) .) . (#set! local.space "output")) @local.item
(target_el . "*" . (#set! local.space "output column") (#set! local.every)) @local.item
(target_el . (a_expr . (a_expr . (c_expr . (columnref (ColId) @local.named . (indirection . (indirection_el "*") .) .) .) .) .)
  . (#set! local.space "output column") (#set! local.every)) @local.item
((target_el) @local.item (#set! local.space "output"))
((simple_select (values_clause) @local.item) (#set! local.space "output"))

; References

(locked_rels_list (qualified_name_list (qualified_name . (ColId) @local.reference.alias .))
  (#set! local.space "alias table"))
(locked_rels_list (qualified_name_list (qualified_name_list (qualified_name . (ColId) @local.reference.alias .)))
  (#set! local.space "alias table"))
; An index has no rows.
((relation_expr) @local.fitting (#set! local.fits "table view sequence"))
(qualified_name . (ColId) @local.reference.table .)
(qualified_name (ColId) @local.qualifier (indirection (indirection_el (attr_name) @local.reference.table) .))
(CommentStmt (kw_column) . (any_name (ColId) @local.reference.table . (attrs . (attr_name) @_column .)))
(CommentStmt (kw_column) . (any_name (ColId) @local.owner . (attrs . (attr_name) @local.reference.column .)))
((any_name . (ColId) @local.reference.table .) (#set! local.space "table type"))
(any_name (ColId) @local.qualifier (attrs (attr_name) @local.reference.table .) (#set! local.space "table type"))
((GenericType . (type_function_name) @local.reference.type .) (#set! local.space "type table"))
(GenericType (type_function_name) @local.qualifier (attrs (attr_name) @local.reference.type .)
  (#set! local.space "type table"))
(func_name . (type_function_name) @local.reference.function .)
(func_name (ColId) @local.qualifier (indirection (indirection_el (attr_name) @local.reference.function) .))
(over_clause (ColId) @local.reference.window)
(var_name . (ColId) @local.reference.setting .)
(access_method_clause (name) @local.reference.method)
(createfunc_opt_item (kw_language) (NonReservedWord_or_Sconst (NonReservedWord) @local.reference.language))
(CreateExtensionStmt (name) @local.reference.extension)
(extract_arg (identifier) @local.reference.field)

; Behind an @ stands the absolute value of a column or, to some programs, a parameter of theirs.
((a_expr (qual_Op (operator) @_sign) . (a_expr (a_expr
    [(c_expr (columnref . (ColId) @local.reference.column .))
     (a_expr_prec (c_expr (columnref . (ColId) @local.reference.column .)))])))
  (#eq? @_sign "@") (#set! local.space "parameter column output alias table"))
((columnref . (ColId) @local.reference.column .) (#set! local.space "column output parameter alias table"))
(columnref (ColId) @local.reference.alias (indirection . (indirection_el)) (#set! local.space "alias table"))
(columnref (ColId) @local.reference.alias (indirection (indirection . (indirection_el)) . (indirection_el "["))
  (#set! local.space "alias table"))
((columnref (ColId) @_excluded (indirection . (indirection_el (attr_name) @local.reference.column)))
  (#match? @_excluded "^[eE][xX][cC][lL][uU][dD][eE][dD]$"))
(columnref (ColId) @local.owner (indirection . (indirection_el (attr_name) @local.reference.column))
  (#set! local.space "column output"))
(columnref (ColId) @local.owner (indirection
    (indirection . (indirection_el (attr_name) @local.reference.column)) . (indirection_el "["))
  (#set! local.space "column output"))
(columnref (ColId) @local.qualifier (indirection
    (indirection . (indirection_el (attr_name) @local.reference.table)) . (indirection_el (attr_name))))
(columnref (ColId) (indirection
    (indirection . (indirection_el (attr_name) @local.owner)) . (indirection_el (attr_name) @local.reference.column))
  (#set! local.space "column output"))
(columnElem (ColId) @local.reference.column)
(index_elem (ColId) @local.reference.column)
(insert_column_item (ColId) @local.reference.column)
(set_target (ColId) @local.reference.column)
(alter_table_cmd (ColId) @local.reference.column)
; Neither what is dropped only if it is there, nor a bound of a partition, is a column that has to be.
(alter_table_cmd (kw_if) . (kw_exists) . (ColId) @local.nothing)
(expr_list (a_expr (a_expr (c_expr (columnref
  . (ColId (unreserved_keyword [(kw_minvalue) (kw_maxvalue)])) @local.nothing .)))))
(join_qual (name_list (name) @local.reference.column))
(join_qual (name_list (name_list (name) @local.reference.column)))

; A subquery among the tables has no name but its bracket, and no columns but those that an alias names. Whatever
; else stands there may have any column.

(table_ref (select_with_parens "(" @local.definition.subquery)
  (opt_alias_clause (alias_clause (ColId) @local.type "(" @local.definition.table)) (#set! local.hidden))
(table_ref (select_with_parens "(" @local.definition.table) (#set! local.hidden))
(table_ref (relation_expr) (opt_alias_clause (alias_clause (ColId) @local.type "(" @local.definition.table))
  (#set! local.hidden))
([(table_ref (func_table (func_expr_windowless (_ "(" @local.reference.table))))
  (table_ref (func_table "(" @local.reference.table))
  (table_ref [(xmltable "(" @local.reference.table) (json_table "(" @local.reference.table)])]
  (#set! local.hidden))

; What columns are those of

(CreateStmt [(kw_table) (kw_exists)] . (qualified_name) @local.owner (#set! local.space "column")) @local.members
(DefineStmt (kw_type) . (any_name) @local.owner (#set! local.space "column")) @local.members
([(IndexStmt (relation_expr) @local.owner) (AlterTableStmt (relation_expr) @local.owner)
  (RenameStmt [(relation_expr) (qualified_name)] @local.owner . (kw_rename) . (opt_column)? . (name) . (kw_to))]
  @local.members
  (#set! local.space "column"))
(ColConstraintElem (qualified_name) @local.owner (opt_column_list) @local.members (#set! local.space "column"))
(ConstraintElem (qualified_name) @local.owner (opt_column_and_period_list) @local.members
  (#set! local.space "column"))
([(InsertStmt (insert_target (qualified_name) @local.owner) (insert_rest (insert_column_list) @local.members))
  (CopyStmt (qualified_name) @local.owner (opt_column_list) @local.members)]
  (#set! local.space "column"))
([(common_table_expr (name) @local.owner (opt_name_list) @local.members)
  (alias_clause (ColId) @local.owner (name_list) @local.members)]
  (#set! local.space "column") (#set! local.listed))
; A statement, a query in another one, and all parts of a union but the first tell nothing of the columns of what is
; around them.
([(toplevel_stmt) @local.members (select_with_parens) @local.members (insert_rest (SelectStmt) @local.members)
  (simple_select (select_clause) (select_clause) @local.members)]
  (#set! local.space "output"))
([(common_table_expr (name) @local.owner (PreparableStmt) @local.members)
  (table_ref (select_with_parens "(" @local.owner) @local.members)
  (ViewStmt (qualified_name) @local.owner [(opt_column_list) (SelectStmt)] @local.members)
  (CreateMatViewStmt (create_mv_target (qualified_name) @local.owner (opt_column_list) @local.members))
  (CreateMatViewStmt (create_mv_target (qualified_name) @local.owner) (SelectStmt) @local.members)
  (CreateAsStmt (create_as_target (qualified_name) @local.owner (opt_column_list) @local.members))
  (CreateAsStmt (create_as_target (qualified_name) @local.owner) (SelectStmt) @local.members)]
  (#set! local.space "output") (#set! local.listed))
; Nothing of what is around it is known in a common table expression, in what is inserted, nor in a subquery among
; tables but for LATERAL.
([(common_table_expr (PreparableStmt) @local.members) (insert_rest (SelectStmt) @local.members)
  (table_ref . (select_with_parens [(select_no_parens) (select_with_parens)] @local.members))]
  (#set! local.space "column"))
([(select_no_parens) @local.members (simple_select (select_clause) @local.members) (InsertStmt) @local.members
  (UpdateStmt) @local.members (DeleteStmt) @local.members]
  (#set! local.space "column") (#set! local.among "table"))
