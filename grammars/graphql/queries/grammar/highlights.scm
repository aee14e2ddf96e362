; Names, from what they name. The later pattern is seen where two fit.

(type (NAME) @type)
(implements_interfaces (NAME) @type)
(union_member_types (NAME) @type)
(root_operation_type_definition (NAME) @type)
(type_condition (NAME) @type)
(inline_fragment (NAME) @type)
(definition [(SCALAR) (TYPE) (INTERFACE) (UNION) (ENUM) (INPUT)] . (NAME) @type.definition)
(definition (EXTEND) . [(SCALAR) (TYPE) (INTERFACE) (UNION) (ENUM) (INPUT)] . (NAME) @type)
((type (NAME) @type.builtin)
  (#any-of? @type.builtin "Int" "Float" "String" "Boolean" "ID"))

(operation_definition (NAME) @function)
(fragment_name (_) @function)
(fragment_spread (NAME) @function)
(field (NAME) @property)
(field . (NAME) @variable.member . (COLON))
(field_definition [(NAME) (TRUE) (FALSE) (NULL)] @property)
(input_value_definition [(NAME) (TRUE) (FALSE) (NULL)] @variable.parameter)
(input_fields_definition (input_value_definition [(NAME) (TRUE) (FALSE) (NULL)] @property))
(argument . (_) @variable.parameter . (COLON))
(object_field . (_) @property . (COLON))
(enum_value (_) @constant)
(value (NAME) @constant)
(const_value (NAME) @constant)
(variable (DOLLAR) @punctuation.special (NAME) @variable)

(directives (AT) @attribute . (NAME) @attribute)
(definition_directives (AT) @attribute . (NAME) @attribute)
(directive_definition (AT) @attribute . (NAME) @attribute)
(definition (DIRECTIVE) . (AT) @attribute . (NAME) @attribute)
(directive_location) @constant

; Values

[(STRING) (BLOCK_STRING)] @string
(INT) @number
(FLOAT) @number.float
(value [(TRUE) (FALSE)] @boolean)
(const_value [(TRUE) (FALSE)] @boolean)
(value (NULL) @constant.builtin)
(const_value (NULL) @constant.builtin)
(description (_) @string.documentation)
(member_description (_) @string.documentation)
(COMMENT) @comment

; Keywords

[(QUERY) (MUTATION) (SUBSCRIPTION) (FRAGMENT)] @keyword.function
[(SCHEMA) (SCALAR) (TYPE) (INTERFACE) (UNION) (ENUM) (INPUT) (DIRECTIVE)] @keyword.type
[(EXTEND) (IMPLEMENTS) (REPEATABLE)] @keyword.modifier
(ON) @keyword

; Punctuation

[(LBRACE) (RBRACE) (LPAR) (RPAR) (LBRACKET) (RBRACKET)] @punctuation.bracket
[(COLON) (COMMA)] @punctuation.delimiter
[(EQUAL) (PIPE) (AMP) (BANG)] @operator
(SPREAD) @punctuation.special
