; A block is named by its labels, and by its type where it has none.

((block . (identifier) @detail
    (string_lit (template_literal) @name) . (string_lit (template_literal) @name) . (block_start)) @item.resource
  (#eq? @detail "resource"))
((block . (identifier) @detail
    (string_lit (template_literal) @name) . (string_lit (template_literal) @name) . (block_start)) @item.data
  (#eq? @detail "data"))
((block . (identifier) @detail . (string_lit (template_literal) @name) . (block_start)) @item.variable
  (#eq? @detail "variable"))
((block . (identifier) @detail . (string_lit (template_literal) @name) . (block_start)) @item.output
  (#eq? @detail "output"))
((block . (identifier) @detail . (string_lit (template_literal) @name) . (block_start)) @item.module
  (#eq? @detail "module"))
(block . (identifier) @detail
  . (string_lit (template_literal) @name) . (string_lit (template_literal) @name) . (block_start)) @item.block
(block . (identifier) @detail . (string_lit (template_literal) @name) . (block_start)) @item.block
(block . (identifier) @detail (identifier) @name . (block_start)) @item.block
(block . (identifier) @name . (block_start)) @item.block
(attribute (identifier) @name) @item.attribute
