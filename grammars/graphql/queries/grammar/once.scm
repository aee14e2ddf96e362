; What may stand once: fields of one type, arguments, values, members, variables; and definitions in a file.

[
  (fields_definition)
  (arguments_definition)
  (input_fields_definition)
  (enum_values_definition)
  (selection_set)
  (operation_definition)
  (shorthand_query)
  (fragment_definition)
  (arguments)
  (definition_arguments)
  (object_value)
  (variable_definitions)
  (directives)
  (root_operations)
  (union_member_types)
  (implements_interfaces)
] @once.in

(field_definition [(NAME) (TRUE) (FALSE) (NULL)] @once)
(input_value_definition [(NAME) (TRUE) (FALSE) (NULL)] @once)
(enum_value_definition (enum_value (_) @once))
(selection (field . (NAME) @once .))
(selection (fragment_spread (NAME) @once .))
(argument . (_) @once)
(object_field . (_) @once)
(variable_definition (variable (NAME) @once))
(root_operation_type_definition (operation_type) @once)
(union_member_types (NAME) @once)
(implements_interfaces (NAME) @once)

(definition . (description)? . [(TYPE) (INTERFACE) (INPUT) (ENUM) (UNION) (SCALAR)] . (NAME) @once) @once.element
; The name of a definition stands once in what is around the definition.
(start (definition (fragment_definition (fragment_name) @once) @once.element))
(start (definition (operation_definition (operation_type) . (NAME) @once) @once.element))
