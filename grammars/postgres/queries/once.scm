; What may stand once: columns of a table, of a list of columns, of SET; items of SELECT, aliases of FROM.

[
  (CreateStmt)
  (CreateForeignTableStmt)
  (AlterTableStmt)
  (opt_on_conflict)
  (simple_select)
  (insert_rest)
  (UpdateStmt)
  (ConstraintElem)
  (opt_column_list)
  (opt_column_and_period_list)
  (opt_c_include)
  (ViewStmt)
  (TriggerOneEvent)
  (opt_search_clause)
  (opt_cycle_clause)
] @once.in

(columnDef . (ColId) @once)
(insert_column_item) @once
(columnElem (ColId) @once)
((target_el) @once (#set! once.advice)) ; it may stand twice, which is hardly ever meant
(set_clause . (set_target) @once)
(table_ref (opt_alias_clause (alias_clause (ColId) @once)))
