; What may stand once: fields of one type, arguments, values, members, variables; and definitions in a file.

[
  (fields_definition)
  (arguments_definition)
  (input_fields_definition)
  (enum_values_definition)
  (selection_set)
  (arguments)
  (object_value)
  (variable_definitions)
  (directives)
  (schema_definition)
  (union_type_definition)
  (object_type_definition)
  (interface_type_definition)
] @once.in

(field_definition (name) @once)
(input_value_definition (name) @once)
(enum_value_definition (enum_value (name) @once))
(selection (field . (name) @once .))
(selection (fragment_spread (fragment_name) @once))
(argument . (name) @once)
(object_field . (name) @once)
(variable_definition (variable (name) @once))
(root_operation_type_definition (operation_type) @once)
(union_member_types (named_type) @once)
(implements_interfaces (named_type) @once)

(document (definition (type_system_definition (type_definition
  (_ ["type" "interface" "input" "enum" "union" "scalar"] . (name) @once) @once.element))))
(document (definition (executable_definition (fragment_definition (fragment_name) @once))))
(document (definition (executable_definition (operation_definition (operation_type) . (name) @once))))
