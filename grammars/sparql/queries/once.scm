; What may stand once: prefixes, variables of SELECT, triples of a group.

[
  (select_clause)
  (group_graph_pattern)
  (triples_same_subject)
] @once.in

(prefix_declaration (namespace) @once)
(select_clause (var) @once)
(property (path_element) @once (object_list) @once)
