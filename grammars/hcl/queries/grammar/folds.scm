[
  (block)
  (object)
  (tuple)
  (for_tuple_expr)
  (for_object_expr)
  (function_call)
  (free_function_call)
  (heredoc_template)
] @fold

[(LINE_COMMENT) (INLINE_COMMENT)] @fold.comment
