[
  (selection_set)
  (fields_definition)
  (input_fields_definition)
  (enum_values_definition)
  (schema_definition)
  (schema_extension)
  (union_member_types)
  (directive_locations)
  (variable_definitions)
  (arguments_definition)
  (arguments)
  (list_value)
  (object_value)
] @fold

[
  (description)
  (comment)
] @fold.comment
