; A block is named by what stands before its brace: its last label, or its type where it has no label.

(block (string_lit (template_literal) @name) . (block_start)) @item
(block (identifier) @name . (block_start)) @item
(attribute (identifier) @name) @item
