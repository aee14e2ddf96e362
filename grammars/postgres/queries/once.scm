; What may stand once: columns of a table, of a list of columns, of SET; items of SELECT.

[
  (CreateStmt)
  (simple_select)
  (insert_rest)
  (UpdateStmt)
  (columnList)
] @once.in

(columnDef . (ColId) @once)
(insert_column_item) @once
((target_el) @once (#set! once.advice)) ; it may stand twice, which is hardly ever meant
(set_clause . (set_target) @once)
