[
  (group_graph_pattern)
  (construct_template)
  (insert_data)
  (delete_data)
  (delete_where)
  (delete_clause)
  (insert_clause)
  (quads_not_triples)
  (data_block)
  (pattern_node)
  (template_node)
  (data_node)
] @fold

(COMMENT) @fold.comment
