; What a statement defines, by its name as it is written, with its schema where it has one.

(CreateStmt (kw_table) @detail . (qualified_name) @name) @item.table
(CreateStmt (kw_table) @detail (kw_exists) . (qualified_name) @name) @item.table
(CreateAsStmt (kw_table) @detail (create_as_target (qualified_name) @name)) @item.table
(CreateMatViewStmt (kw_materialized) @detail (create_mv_target (qualified_name) @name)) @item.view
(ViewStmt (kw_view) @detail (qualified_name) @name) @item.view
(IndexStmt (kw_index) @detail (opt_single_name (ColId) @name)) @item.index
(CreateSeqStmt (kw_sequence) @detail (qualified_name) @name) @item.sequence
(CreateFunctionStmt (func_name) @name) @item.function
(CreateTrigStmt (kw_trigger) @detail . (name) @name) @item.trigger
(DefineStmt (any_name) @name) @item.type
(CreateDomainStmt (kw_domain) @detail (any_name) @name) @item.type
(CreateSchemaStmt (kw_schema) @detail (ColId) @name) @item.schema
(CreateExtensionStmt (kw_extension) @detail (name) @name) @item.module
(CreatePolicyStmt (kw_policy) @detail . (name) @name) @item.policy
(CreateRoleStmt (RoleId) @name) @item.role
(columnDef (ColId) @name (Typename) @detail) @item.column
(TableFuncElement (ColId) @name (Typename) @detail) @item.column
(common_table_expr . (name) @name) @item.table
