; A statement folds as a whole: the parser keeps the brackets of a list apart from what they enclose.

[
  (toplevel_stmt)
  (select_with_parens)
  (common_table_expr)
  (case_expr)
  (dollar_quoted_string)
] @fold

(comment) @fold.comment
