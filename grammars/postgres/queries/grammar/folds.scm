; A statement folds as a whole.

((start (_) @fold) (#not-match? @fold "^(--|/[*])"))
[(common_table_expr) (case_expr) (dollar_string)] @fold
([(c_expr (SELECT)) (table_ref (SELECT))] @fold)

[(LINE_COMMENT) (BLOCK_COMMENT)] @fold.comment
