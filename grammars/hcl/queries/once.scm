; What may stand once: attributes in a body, keys in an object, top-level blocks with the same labels.

(body) @once.in
(object) @once.in

(attribute . (identifier) @once)
(object_elem key: (expression . [(variable_expr . (identifier) @once) (literal_value (string_lit (template_literal) @once))] .))
((config_file (body (block . (identifier) @once @_block . (string_lit) @once . (block_start))))
  (#not-eq? @_block "provider"))
(config_file (body (block . (identifier) @once . (string_lit) @once . (string_lit) @once . (block_start))))

; A provider may have several configurations, each but for one with an alias of its own.
((config_file (body (block . (identifier) @once @_block . (string_lit) @once . (block_start))))
  (#eq? @_block "provider") (#set! once.advice))
((config_file (body (block . (identifier) @once @_block . (string_lit) @once . (block_start)
    . (body (attribute . (identifier) @_alias (expression (literal_value (string_lit) @once)))))))
  (#eq? @_block "provider") (#eq? @_alias "alias"))
