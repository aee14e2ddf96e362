; A block is named by its labels, and by its type where it has none.

((block . (IDENTIFIER) @detail
    (string_lit (LABEL_TEXT) @name) . (string_lit (LABEL_TEXT) @name) . (LBRACE)) @item.resource
  (#eq? @detail "resource"))
((block . (IDENTIFIER) @detail
    (string_lit (LABEL_TEXT) @name) . (string_lit (LABEL_TEXT) @name) . (LBRACE)) @item.data
  (#eq? @detail "data"))
((block . (IDENTIFIER) @detail . (string_lit (LABEL_TEXT) @name) . (LBRACE)) @item.variable
  (#eq? @detail "variable"))
((block . (IDENTIFIER) @detail . (string_lit (LABEL_TEXT) @name) . (LBRACE)) @item.output
  (#eq? @detail "output"))
((block . (IDENTIFIER) @detail . (string_lit (LABEL_TEXT) @name) . (LBRACE)) @item.module
  (#eq? @detail "module"))
(block . (IDENTIFIER) @detail
  . (string_lit (LABEL_TEXT) @name) . (string_lit (LABEL_TEXT) @name) . (LBRACE)) @item.block
(block . (IDENTIFIER) @detail . (string_lit (LABEL_TEXT) @name) . (LBRACE)) @item.block
(block . (IDENTIFIER) @detail (IDENTIFIER) @name . (LBRACE)) @item.block
(block . (IDENTIFIER) @name . (LBRACE)) @item.block
[(attribute . (IDENTIFIER) @name) (heredoc_attribute . (IDENTIFIER) @name)] @item.attribute
[(value . (IDENTIFIER) @name) (heredoc_value . (IDENTIFIER) @name)] @item.attribute
