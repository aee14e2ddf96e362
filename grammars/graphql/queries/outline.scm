; Executable definitions

(operation_definition (operation_type) @detail (name) @name) @item.operation
(operation_definition
  (operation_type) @name
  .
  [(variable_definitions) (directives) (selection_set)]) @item.operation
(fragment_definition (fragment_name) @name (type_condition) @detail) @item.fragment

; The type system, with members inside their types

(schema_definition "schema" @name) @item.schema
(schema_extension "schema" @name) @item.schema
(root_operation_type_definition (operation_type) @name (named_type) @detail) @item.root
(scalar_type_definition "scalar" @detail (name) @name) @item.type
(object_type_definition "type" @detail (name) @name) @item.type
(interface_type_definition "interface" @detail (name) @name) @item.interface
(union_type_definition "union" @detail (name) @name) @item.union
(enum_type_definition "enum" @detail (name) @name) @item.enum
(input_object_type_definition "input" @detail (name) @name) @item.input
(directive_definition "directive" @detail (name) @name) @item.directive
(scalar_type_extension "extend" @detail "scalar" @detail (name) @name) @item.type
(object_type_extension "extend" @detail "type" @detail (name) @name) @item.type
(interface_type_extension "extend" @detail "interface" @detail (name) @name) @item.interface
(union_type_extension "extend" @detail "union" @detail (name) @name) @item.union
(enum_type_extension "extend" @detail "enum" @detail (name) @name) @item.enum
(input_object_type_extension "extend" @detail "input" @detail (name) @name) @item.input

(field_definition (name) @name (type) @detail) @item.field
(enum_value_definition (enum_value) @name) @item.value
(input_fields_definition (input_value_definition (name) @name (type) @detail) @item.field)
