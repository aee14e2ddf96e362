; As in ../highlights.scm, for the trees of grammar.lark, where a name with its prefix is one leaf.

; Names

(VARIABLE) @variable
(PREFIX_NAME) @module
(PREFIXED_NAME) @variable.member

; Literals

(rdf_literal) @string
(LANGUAGE_TAG) @attribute
[(INTEGER) (NUMBER) (SIGNED_NUMBER)] @number
[(TRUE) (FALSE)] @boolean
(nil) @constant.builtin
(UNDEF) @constant.builtin

; Keywords

[(BASE) (PREFIX)] @keyword.import
[
  (SELECT) (DISTINCT) (REDUCED) (AS) (CONSTRUCT) (DESCRIBE) (ASK) (FROM) (NAMED) (WHERE) (GROUP) (BY) (HAVING) (ORDER)
  (ASC) (DESC) (LIMIT) (OFFSET) (VALUES) (LOAD) (SILENT) (INTO) (CLEAR) (DROP) (CREATE) (ADD) (TO) (MOVE) (COPY)
  (INSERT) (DATA) (DELETE) (WITH) (USING) (DEFAULT) (ALL) (GRAPH) (OPTIONAL) (SERVICE) (BIND) (MINUS_GROUP) (UNION)
  (FILTER) (SEPARATOR) (A)
] @keyword
[(IN) (NOT) (EXISTS)] @keyword.operator
(built_in_call . (_) @function.builtin . [(LPAREN) (nil) (expression_list)])
(aggregate . (_) @function.builtin)
(function_call . (iri) @function.call)

; Operators and punctuation

[(OR) (AND) (EQUAL) (NOT_EQUAL) (LESS) (GREATER) (LESS_EQUAL) (GREATER_EQUAL) (PLUS) (MINUS) (STAR) (SLASH) (PIPE) (BANG)
  (DATATYPE_MARK) (CARET) (QUESTION)] @operator
[(LBRACE) (RBRACE) (LPAREN) (RPAREN) (LBRACKET) (RBRACKET)] @punctuation.bracket
[(DOT) (COMMA) (SEMICOLON)] @punctuation.delimiter

(iriref) @string.special.url
(blank_node) @variable.builtin

(COMMENT) @comment
