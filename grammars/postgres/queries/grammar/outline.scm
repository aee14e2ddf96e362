; What a statement defines, by its name as it is written, with its schema where it has one.

(create_table (TABLE) @detail . (any_name) @name) @item.table
(create_table (TABLE) @detail (EXISTS) . (any_name) @name) @item.table
(create_table_as (TABLE) @detail . (any_name) @name) @item.table
(create_table_as (TABLE) @detail (EXISTS) . (any_name) @name) @item.table
(create_materialized_view (MATERIALIZED) @detail (any_name) @name) @item.view
(create_view (VIEW) @detail . (any_name) @name) @item.view
(create_index (INDEX) @detail (col_id) @name . (ON)) @item.index
(create_sequence (SEQUENCE) @detail . (any_name) @name) @item.sequence
(create_function (func_name) @name) @item.function
(create_trigger (TRIGGER) @detail . (col_id) @name) @item.trigger
(create_type (TYPE) . (any_name) @name) @item.type
(create_domain (DOMAIN) @detail . (any_name) @name) @item.type
(create_schema (SCHEMA) @detail . (col_id) @name) @item.schema
(create_schema (SCHEMA) @detail (EXISTS) . (col_id) @name) @item.schema
(create_extension (EXTENSION) @detail . (col_id) @name) @item.module
(create_extension (EXTENSION) @detail (EXISTS) . (col_id) @name) @item.module
(create_policy (POLICY) @detail . (col_id) @name) @item.policy
(column_def (col_id) @name (typename) @detail) @item.column
(common_table_expr . (col_id) @name) @item.table
