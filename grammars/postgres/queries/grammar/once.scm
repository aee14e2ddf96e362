; What may stand once: columns of a table, of a list of columns, of SET; items of SELECT, aliases of FROM.

[(create_table) (create_foreign) (alter_table) (select_statement) (insert_statement) (update_statement)] @once.in

(column_def . (col_id) @once)
(insert_statement [(LPAREN) (COMMA)] . (any_name) @once . [(COMMA) (RPAREN)])
(target_el) @once
(set_clause . (any_name) @once)
(alias_clause (col_id) @once)
