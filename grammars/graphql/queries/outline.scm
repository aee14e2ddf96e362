; Executable definitions

(operation_definition (name) @name) @item
(operation_definition
  (operation_type) @name
  .
  [(variable_definitions) (directives) (selection_set)]) @item
(fragment_definition (fragment_name) @name) @item

; The type system, with members inside their types

(schema_definition "schema" @name) @item
(schema_extension "schema" @name) @item
(root_operation_type_definition (operation_type) @name) @item
(scalar_type_definition (name) @name) @item
(object_type_definition (name) @name) @item
(interface_type_definition (name) @name) @item
(union_type_definition (name) @name) @item
(enum_type_definition (name) @name) @item
(input_object_type_definition (name) @name) @item
(directive_definition (name) @name) @item
(scalar_type_extension (name) @name) @item
(object_type_extension (name) @name) @item
(interface_type_extension (name) @name) @item
(union_type_extension (name) @name) @item
(enum_type_extension (name) @name) @item
(input_object_type_extension (name) @name) @item

(field_definition (name) @name) @item
(enum_value_definition (enum_value) @name) @item
(input_fields_definition (input_value_definition (name) @name) @item)
