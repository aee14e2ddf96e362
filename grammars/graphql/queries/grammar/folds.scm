[
  (operation_definition)
  (shorthand_query)
  (fragment_definition)
  (selection_set)
  (fields_definition)
  (input_fields_definition)
  (enum_values_definition)
  (root_operations)
  (union_member_types)
  (directive_locations)
  (variable_definitions)
  (arguments_definition)
  (arguments)
  (definition_arguments)
  (list_value)
  (object_value)
] @fold

[
  (description)
  (member_description)
  (COMMENT)
] @fold.comment
