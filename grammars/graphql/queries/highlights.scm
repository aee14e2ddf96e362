; Names, from what they name

(named_type (name) @type)
(scalar_type_definition (name) @type.definition)
(object_type_definition (name) @type.definition)
(interface_type_definition (name) @type.definition)
(union_type_definition (name) @type.definition)
(enum_type_definition (name) @type.definition)
(input_object_type_definition (name) @type.definition)
(scalar_type_extension (name) @type)
(object_type_extension (name) @type)
(interface_type_extension (name) @type)
(union_type_extension (name) @type)
(enum_type_extension (name) @type)
(input_object_type_extension (name) @type)
((named_type (name) @type.builtin)
  (#any-of? @type.builtin "Int" "Float" "String" "Boolean" "ID"))

(operation_definition (name) @function)
(fragment_name (name) @function)
(field (name) @property)
(field (alias (name) @variable.member))
(field_definition (name) @property)
(input_value_definition (name) @variable.parameter)
(input_fields_definition (input_value_definition (name) @property))
(argument (name) @variable.parameter)
(object_field (name) @property)
(enum_value (name) @constant)
(variable "$" @punctuation.special (name) @variable)

(directive "@" @attribute (name) @attribute)
(directive_definition "@" @attribute (name) @attribute)
(executable_directive_location) @constant
(type_system_directive_location) @constant

; Values

(string_value) @string
(int_value) @number
(float_value) @number.float
(boolean_value) @boolean
(null_value) @constant.builtin
(description (string_value) @string.documentation)
(comment) @comment

; Keywords

["query" "mutation" "subscription" "fragment"] @keyword.function
["schema" "scalar" "type" "interface" "union" "enum" "input" "directive"] @keyword.type
["extend" "implements" "repeatable"] @keyword.modifier
"on" @keyword

; Punctuation

["{" "}" "(" ")" "[" "]"] @punctuation.bracket
[":" (comma)] @punctuation.delimiter
["=" "|" "&" "!"] @operator
"..." @punctuation.special
