; Strings come first: what is interpolated in one takes precedence.

[(quoted_template) (string_lit)] @string

; Structural elements

(block . (identifier) @keyword)
(block . (identifier) (identifier) @type)
(attribute (identifier) @property)
(object_elem key: (expression (variable_expr (identifier) @property)))

; Expressions

(variable_expr (identifier) @variable)
((variable_expr (identifier) @variable.builtin)
  (#any-of? @variable.builtin "var" "local" "module" "data" "each" "count" "self" "path" "terraform"))
(get_attr (identifier) @variable.member)
(function_call (identifier) @function.call)
(for_intro (identifier) @variable.parameter)
(template_for_start (identifier) @variable.parameter)

(numeric_lit) @number
(bool_lit) @boolean
(null_lit) @constant.builtin

["for" "in" "endfor"] @keyword.repeat
["if" "else" "endif"] @keyword.conditional
["?" ":"] @keyword.conditional.ternary
["-" "!" "*" "/" "%" "+" ">" ">=" "<" "<=" "==" "!=" "&&" "||" "=" "=>"] @operator
(ellipsis) @operator
[".*" "[*]"] @operator

["{" "}" "[" "]" "(" ")"] @punctuation.bracket
["." ","] @punctuation.delimiter
(object_elem ":" @punctuation.delimiter)
(for_intro ":" @punctuation.delimiter)

; Templates

(heredoc_start) @string
(heredoc_template (template_literal) @string)
(heredoc_identifier) @label
[
  (template_interpolation_start)
  (template_interpolation_end)
  (template_directive_start)
  (template_directive_end)
  (strip_marker)
] @punctuation.special

(block (string_lit) @type)

(comment) @comment
