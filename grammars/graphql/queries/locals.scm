; Types, fragments and directives are known in the whole workspace, variables in their operation.

(operation_definition) @local.scope

; Definitions

(scalar_type_definition (description)? @local.documentation (name) @local.definition.scalar
  (#set! local.space "type") (#set! local.visible "workspace")) @local.element
(object_type_definition (description)? @local.documentation (name) @local.definition.type
  (#set! local.visible "workspace")) @local.element
(interface_type_definition (description)? @local.documentation (name) @local.definition.interface
  (#set! local.space "type") (#set! local.visible "workspace")) @local.element
(union_type_definition (description)? @local.documentation (name) @local.definition.union
  (#set! local.space "type") (#set! local.visible "workspace")) @local.element
(enum_type_definition (description)? @local.documentation (name) @local.definition.enum
  (#set! local.space "type") (#set! local.visible "workspace")) @local.element
(input_object_type_definition (description)? @local.documentation (name) @local.definition.input
  (#set! local.space "type") (#set! local.visible "workspace")) @local.element
(directive_definition (description)? @local.documentation (name) @local.definition.directive
  (#set! local.visible "workspace")) @local.element
(fragment_definition (fragment_name (name) @local.definition.fragment)
  (#set! local.visible "workspace")) @local.element
(operation_definition (name) @local.definition.operation
  (#set! local.visible "file")) @local.element

(field_definition (description)? @local.documentation (name) @local.definition.field (type) @local.type
  (#set! local.visible "workspace")) @local.element
(input_fields_definition
  (input_value_definition
    (description)? @local.documentation (name) @local.definition.field (type) @local.type) @local.element
  (#set! local.visible "workspace"))
(arguments_definition
  (input_value_definition
    (description)? @local.documentation (name) @local.definition.argument (type) @local.type) @local.element
  (#set! local.visible "workspace"))
(enum_value_definition (description)? @local.documentation (enum_value (name) @local.definition.value)
  (#set! local.visible "workspace")) @local.element

(variable_definition (variable (name) @local.definition.variable) (type) @local.type
  (#set! local.fades)) @local.element

; What should not be used any more

([(field_definition (name) @local.deprecated (directives (directive (name) @_directive)))
  (input_value_definition (name) @local.deprecated (directives (directive (name) @_directive)))
  (enum_value_definition (enum_value (name) @local.deprecated) (directives (directive (name) @_directive)))]
  (#eq? @_directive "deprecated"))

; What a schema calls its root types, if it does not go by their names

(root_operation_type_definition (operation_type) @local.definition.root (named_type) @local.type
  (#set! local.visible "workspace") (#set! local.hidden))
(operation_definition (operation_type) @local.reference.root (#set! local.hidden))

; References

(named_type (name) @local.reference.type)
(scalar_type_extension (name) @local.reference.type)
(object_type_extension (name) @local.reference.type)
(interface_type_extension (name) @local.reference.type)
(union_type_extension (name) @local.reference.type)
(enum_type_extension (name) @local.reference.type)
(input_object_type_extension (name) @local.reference.type)
(fragment_spread (fragment_name (name) @local.reference.fragment))
(directive (name) @local.reference.directive)
(value (variable (name) @local.reference.variable))
(field (name) @local.reference.field)
(object_field (name) @local.reference.field)
(argument (name) @local.reference.argument)
(value (enum_value (name) @local.reference.value))

; What kinds of types fit where

([(input_value_definition (type) @local.fitting) (variable_definition (type) @local.fitting)]
  (#set! local.fits "scalar enum input"))
((field_definition (type) @local.fitting) (#set! local.fits "scalar enum type interface union"))
((type_condition) @local.fitting (#set! local.fits "type interface union"))
([(implements_interfaces) @local.fitting (interface_type_extension (name) @local.fitting)]
  (#set! local.fits "interface"))
([(union_member_types) @local.fitting (object_type_extension (name) @local.fitting)
  (root_operation_type_definition) @local.fitting]
  (#set! local.fits "type"))
((scalar_type_extension (name) @local.fitting) (#set! local.fits "scalar"))
((union_type_extension (name) @local.fitting) (#set! local.fits "union"))
((enum_type_extension (name) @local.fitting) (#set! local.fits "enum"))
((input_object_type_extension (name) @local.fitting) (#set! local.fits "input"))

; What is a member of what

([(object_type_definition (name) @local.owner) (object_type_extension (name) @local.owner)
  (interface_type_definition (name) @local.owner) (interface_type_extension (name) @local.owner)
  (input_object_type_definition (name) @local.owner) (input_object_type_extension (name) @local.owner)
  (fragment_definition (type_condition (named_type (name) @local.owner)))
  (inline_fragment (type_condition (named_type (name) @local.owner)))] @local.members
  (#set! local.space "field"))
([(enum_type_definition (name) @local.owner) (enum_type_extension (name) @local.owner)] @local.members
  (#set! local.space "value"))
([(field_definition (name) @local.owner) (directive_definition (name) @local.owner)
  (field (name) @local.owner (arguments)) (directive (name) @local.owner)] @local.members
  (#set! local.space "argument"))
(field (name) @local.owner (selection_set) @local.members
  (#set! local.space "field"))

([(argument (name) @local.owner (value) @local.members)
  (object_field (name) @local.owner (value) @local.members)]
  (#set! local.space "field value") (#set! local.alike "variable"))
([(input_value_definition (name) @local.owner (default_value) @local.members)
  (variable_definition (variable (name) @local.owner) (default_value) @local.members)]
  (#set! local.space "field value"))

(operation_definition . (selection_set) @local.members
  (#set! local.space "field") (#set! local.owner "type Query"))
(operation_definition (operation_type) @local.owner @_operation (selection_set) @local.members
  (#set! local.space "field") (#set! local.owner "type Query") (#eq? @_operation "query"))
(operation_definition (operation_type) @local.owner @_operation (selection_set) @local.members
  (#set! local.space "field") (#set! local.owner "type Mutation") (#eq? @_operation "mutation"))
(operation_definition (operation_type) @local.owner @_operation (selection_set) @local.members
  (#set! local.space "field") (#set! local.owner "type Subscription") (#eq? @_operation "subscription"))
