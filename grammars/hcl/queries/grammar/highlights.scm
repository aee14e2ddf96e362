; As in ../highlights.scm, for the trees of grammar.lark. Strings come first: what is interpolated takes precedence.

[(quoted_template) (string_lit)] @string

; Structural elements

(block . (IDENTIFIER) @keyword)
(block . (IDENTIFIER) (IDENTIFIER) @type)
[(attribute . (IDENTIFIER) @property) (heredoc_attribute . (IDENTIFIER) @property)]
[(value . (IDENTIFIER) @property) (heredoc_value . (IDENTIFIER) @property)]

; Expressions

(traversal . (IDENTIFIER) @variable .)
(free_traversal . (IDENTIFIER) @variable)
([(traversal . (IDENTIFIER) @variable.builtin .) (free_traversal . (IDENTIFIER) @variable.builtin)]
  (#any-of? @variable.builtin "var" "local" "module" "data" "each" "count" "self" "path" "terraform"))
(_ (DOT) . (IDENTIFIER) @variable.member)
(function_call (IDENTIFIER) @function.call)
(free_function_call (IDENTIFIER) @function.call)
(for_intro (IDENTIFIER) @variable.parameter)
(template_for (IDENTIFIER) @variable.parameter)
(object_elem (expression . (operation . (traversal . (IDENTIFIER) @property .) .) .) . [(EQUAL) (COLON)])
(heredoc_object_elem (expression . (operation . (traversal . (IDENTIFIER) @property .) .) .) . [(EQUAL) (COLON)])

[(NUMBER) (LEGACY_INDEX)] @number
([(traversal . (IDENTIFIER) @boolean .) (free_traversal . (IDENTIFIER) @boolean)]
  (#any-of? @boolean "true" "false"))
([(traversal . (IDENTIFIER) @constant.builtin .) (free_traversal . (IDENTIFIER) @constant.builtin)]
  (#eq? @constant.builtin "null"))

[(FOR) (IN) (ENDFOR)] @keyword.repeat
[(IF) (ELSE) (ENDIF)] @keyword.conditional
[(QUESTION) (COLON)] @keyword.conditional.ternary
[(MINUS) (BANG) (BINARY_OPERATOR) (EQUAL) (FAT_ARROW)] @operator
(ELLIPSIS) @operator
(ATTR_SPLAT) @operator
(_ (LBRACKET) @operator . (STAR) @operator . (RBRACKET) @operator)

[(LBRACE) (RBRACE) (LPAREN) (RPAREN) (LBRACKET) (RBRACKET)] @punctuation.bracket
[(DOT) (COMMA)] @punctuation.delimiter
(object_elem (COLON) @punctuation.delimiter)
(for_intro (COLON) @punctuation.delimiter)

; Templates

[(HEREDOC) (HEREDOC_TEXT) (HEREDOC_SIGIL)] @string
(HEREDOC_CLOSE) @label
[(INTERPOLATION) (DIRECTIVE) (STRIP_RBRACE)] @punctuation.special
(template_interpolation (RBRACE) @punctuation.special)

(block (string_lit) @type)

[(LINE_COMMENT) (INLINE_COMMENT)] @comment
