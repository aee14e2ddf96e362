[
  (block)
  (object)
  (tuple)
  (for_expr)
  (function_call)
  (heredoc_template)
] @fold

(comment) @fold.comment
