[
  (group_graph_pattern)
  (construct_template)
  (quads)
  (quads_not_triples)
  (data_block)
  (blank_node_property_list)
  (collection)
  (comment)
] @fold
