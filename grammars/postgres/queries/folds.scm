[
  (toplevel_stmt)
  (OptTableElementList)
  (select_with_parens)
  (common_table_expr)
  (case_expr)
  (dollar_quoted_string)
  (comment)
] @fold
