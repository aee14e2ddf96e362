; What may stand once: attributes in a body, keys in an object, top-level blocks with the same labels.

[(config_file) (values_file) (block) (object)] @once.in

[(attribute . (IDENTIFIER) @once) (heredoc_attribute . (IDENTIFIER) @once)]
[(value . (IDENTIFIER) @once) (heredoc_value . (IDENTIFIER) @once)]
(object_elem . (expression . (operation
  . (traversal . [(IDENTIFIER) @once (quoted_template (QUOTED_TEXT) @once)] .) .)))
; The labels of a block stand once in what is around the block.
((config_file (block . (IDENTIFIER) @once @_block . (string_lit) @once . (LBRACE)) @once.element)
  (#not-eq? @_block "provider"))
(config_file (block . (IDENTIFIER) @once . (string_lit) @once . (string_lit) @once . (LBRACE)) @once.element)

; A provider may have several configurations, each but for one with an alias of its own.
((config_file (block . (IDENTIFIER) @once @_block . (string_lit) @once . (LBRACE)) @once.element)
  (#eq? @_block "provider") (#set! once.advice))
