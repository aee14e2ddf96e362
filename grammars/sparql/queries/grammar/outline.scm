; A declaration is named by its prefix, a query or update by the word that begins it.

(prefix_decl (PREFIX_NAME) @name (iriref) @detail) @item.prefix
(select_query (select_clause . (SELECT) @name)) @item.query
(construct_query . (CONSTRUCT) @name) @item.query
(describe_query . (DESCRIBE) @name) @item.query
(ask_query . (ASK) @name) @item.query
(sub_select (select_clause . (SELECT) @name)) @item.query
(insert_data . (INSERT) @name . (DATA) @detail) @item.query
(delete_data . (DELETE) @name . (DATA) @detail) @item.query
(delete_where . (DELETE) @name . (WHERE) @detail) @item.query
(delete_clause . (DELETE) @name) @item.query
(insert_clause . (INSERT) @name) @item.query
