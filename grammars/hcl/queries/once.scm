; What may stand once: attributes in a body, keys in an object, top-level blocks with the same labels.

(body) @once.in
(object) @once.in

(attribute . (identifier) @once)
(object_elem key: (expression . [(variable_expr . (identifier) @once) (literal_value (string_lit (template_literal) @once))] .))
(config_file (body (block . (identifier) @once . (string_lit) @once . (block_start))))
(config_file (body (block . (identifier) @once . (string_lit) @once . (string_lit) @once . (block_start))))
