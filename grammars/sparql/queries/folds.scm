[
  (group_graph_pattern)
  (construct_template)
  (quads)
  (quads_not_triples)
  (data_block)
  (blank_node_property_list)
  (collection)
] @fold

(prologue) @fold.imports
(comment) @fold.comment
