; A declaration is named by its prefix, a query or update by the word that begins it.

(prefix_declaration (namespace) @name) @item
(select_query (select_clause . "SELECT" @name)) @item
(construct_query . "CONSTRUCT" @name) @item
(describe_query . "DESCRIBE" @name) @item
(ask_query . "ASK" @name) @item
(insert_data . "INSERT DATA" @name) @item
(delete_data . "DELETE DATA" @name) @item
(delete_where . "DELETE WHERE" @name) @item
(delete_clause . "DELETE" @name) @item
(insert_clause . "INSERT" @name) @item
