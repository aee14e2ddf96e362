; Executable definitions

(operation_definition (operation_type) @detail . (NAME) @name) @item.operation
(operation_definition
  (operation_type) @name
  .
  [(variable_definitions) (directives) (LBRACE)]) @item.operation
(fragment_definition (fragment_name) @name (type_condition) @detail) @item.fragment

; The type system, with members inside their types

(definition (EXTEND)? @detail . (SCHEMA) @name) @item.schema
(root_operation_type_definition (operation_type) @name (NAME) @detail) @item.root
(definition (EXTEND)? @detail . [(SCALAR) (TYPE)] @detail . (NAME) @name) @item.type
(definition (EXTEND)? @detail . (INTERFACE) @detail . (NAME) @name) @item.interface
(definition (EXTEND)? @detail . (UNION) @detail . (NAME) @name) @item.union
(definition (EXTEND)? @detail . (ENUM) @detail . (NAME) @name) @item.enum
(definition (EXTEND)? @detail . (INPUT) @detail . (NAME) @name) @item.input
(directive_definition (DIRECTIVE) @detail (NAME) @name) @item.directive

(field_definition [(NAME) (TRUE) (FALSE) (NULL)] @name (type) @detail) @item.field
(enum_value_definition (enum_value) @name) @item.value
(input_fields_definition
  (input_value_definition [(NAME) (TRUE) (FALSE) (NULL)] @name (type) @detail) @item.field)
