; A call is one node with its arguments, which take precedence.

[(build_in_function) (aggregate)] @function.builtin

; Names

(var) @variable
(namespace) @module
(prefixed_name (pn_local) @variable.member)
(blank_node_label) @variable.builtin
(anon) @variable.builtin

; Literals

(string) @string
(echar) @string.escape
(lang_tag) @attribute
[(integer) (decimal) (double)] @number
(boolean_literal) @boolean
(nil) @constant.builtin
"UNDEF" @constant.builtin

; Keywords

["BASE" "PREFIX"] @keyword.import
[
  "SELECT" "DISTINCT" "REDUCED" "AS" "CONSTRUCT" "DESCRIBE" "ASK" "FROM" "NAMED" "WHERE" "GROUP" "BY" "HAVING" "ORDER"
  "ASC" "DESC" "LIMIT" "OFFSET" "VALUES" "LOAD" "SILENT" "INTO" "CLEAR" "DROP" "CREATE" "ADD" "TO" "MOVE" "COPY"
  "INSERT DATA" "DELETE DATA" "DELETE WHERE" "WITH" "DELETE" "INSERT" "USING" "DEFAULT" "ALL" "GRAPH" "OPTIONAL"
  "SERVICE" "BIND" "MINUS" "UNION" "FILTER" "SEPARATOR" "a"
] @keyword
["IN" "NOT" "EXISTS"] @keyword.operator
(function_call identifier: (_) @function.call)

; Operators and punctuation

["||" "&&" "=" "!=" "<" ">" "<=" ">=" "+" "-" "*" "/" "|" "!" "^^"] @operator
[(path_mod) (path_inverse)] @operator
["{" "}" "(" ")" "[" "]"] @punctuation.bracket
["." "," ";"] @punctuation.delimiter

(iri_reference) @string.special.url

(comment) @comment
