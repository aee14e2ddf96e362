; What a statement defines, by its name as it is written, with its schema where it has one.

(CreateStmt (kw_table) . (qualified_name) @name) @item
(CreateStmt (kw_exists) . (qualified_name) @name) @item
(CreateAsStmt (create_as_target (qualified_name) @name)) @item
(CreateMatViewStmt (create_mv_target (qualified_name) @name)) @item
(ViewStmt (qualified_name) @name) @item
(IndexStmt (opt_single_name (ColId) @name)) @item
(CreateSeqStmt (qualified_name) @name) @item
(CreateFunctionStmt (func_name) @name) @item
(CreateTrigStmt (kw_trigger) . (name) @name) @item
(DefineStmt (any_name) @name) @item
(CreateDomainStmt (any_name) @name) @item
(CreateSchemaStmt (ColId) @name) @item
(CreateExtensionStmt (name) @name) @item
(CreatePolicyStmt (kw_policy) . (name) @name) @item
(CreateRoleStmt (RoleId) @name) @item
(columnDef (ColId) @name) @item
