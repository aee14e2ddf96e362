[
  (rule)
  (override)
  (extend)
  (terminal)
  (group)
  (optional)
  (ignore)
] @fold

(COMMENT) @fold.comment
(import) @fold.imports
