; What may stand once: prefixes, variables of SELECT, triples of a group.

[
  (select_clause)
  (group_graph_pattern)
  (pattern_triples)
] @once.in

(prefix_decl (PREFIX_NAME) @once)
(select_clause (VARIABLE) @once)
(pattern_triples [(path) (VARIABLE)] @once . (_) @once)
