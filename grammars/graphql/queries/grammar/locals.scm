; As in ../locals.scm, for the trees of grammar.lark: a definition is one node with its words in a row.

[(operation_definition) (shorthand_query)] @local.scope

; Definitions

(definition . (description)? @local.documentation . (SCALAR) . (NAME) @local.definition.scalar
  (#set! local.space "type") (#set! local.visible "workspace")) @local.element
(definition . (description)? @local.documentation . (TYPE) . (NAME) @local.definition.type
  (#set! local.visible "workspace")) @local.element
(definition . (description)? @local.documentation . (INTERFACE) . (NAME) @local.definition.interface
  (#set! local.space "type") (#set! local.visible "workspace")) @local.element
(definition . (description)? @local.documentation . (UNION) . (NAME) @local.definition.union
  (#set! local.space "type") (#set! local.visible "workspace")) @local.element
(definition . (description)? @local.documentation . (ENUM) . (NAME) @local.definition.enum
  (#set! local.space "type") (#set! local.visible "workspace")) @local.element
(definition . (description)? @local.documentation . (INPUT) . (NAME) @local.definition.input
  (#set! local.space "type") (#set! local.visible "workspace")) @local.element
(definition (description)? @local.documentation
  (directive_definition . (DIRECTIVE) . (AT) . (NAME) @local.definition.directive)
  (#set! local.visible "workspace")) @local.element
(fragment_definition (fragment_name (_) @local.definition.fragment)
  (#set! local.visible "workspace")) @local.element
(operation_definition . (operation_type) . (NAME) @local.definition.operation
  (#set! local.visible "file")) @local.element

(field_definition (member_description)? @local.documentation [(NAME) (TRUE) (FALSE) (NULL)] @local.definition.field
  (type) @local.type (#set! local.visible "workspace")) @local.element
(input_fields_definition
  (input_value_definition (member_description)? @local.documentation
    [(NAME) (TRUE) (FALSE) (NULL)] @local.definition.field (type) @local.type) @local.element
  (#set! local.visible "workspace"))
(arguments_definition
  (input_value_definition (member_description)? @local.documentation
    [(NAME) (TRUE) (FALSE) (NULL)] @local.definition.argument (type) @local.type) @local.element
  (#set! local.visible "workspace"))
(enum_value_definition (member_description)? @local.documentation (enum_value (_) @local.definition.value)
  (#set! local.visible "workspace")) @local.element

(variable_definition (variable (NAME) @local.definition.variable) (type) @local.type) @local.element

; What a schema calls its root types, if it does not go by their names

(root_operation_type_definition (operation_type) @local.definition.root (NAME) @local.type
  (#set! local.visible "workspace") (#set! local.hidden))
(operation_definition (operation_type) @local.reference.root (#set! local.hidden))

; References

(type (NAME) @local.reference.type)
(implements_interfaces (NAME) @local.reference.type)
(union_member_types (NAME) @local.reference.type)
(root_operation_type_definition (NAME) @local.reference.type)
(type_condition (NAME) @local.reference.type)
(inline_fragment (NAME) @local.reference.type)
(definition . (EXTEND) . [(SCALAR) (TYPE) (INTERFACE) (UNION) (ENUM) (INPUT)] . (NAME) @local.reference.type)
(fragment_spread (NAME) @local.reference.fragment)
(directives (AT) . (NAME) @local.reference.directive)
(definition_directives (AT) . (NAME) @local.reference.directive)
(definition (EXTEND) . (DIRECTIVE) . (AT) . (NAME) @local.reference.directive)
(value (variable (NAME) @local.reference.variable))
(field (COLON) . (NAME) @local.reference.field)
(field . (NAME) @local.reference.field . [(arguments) (directives) (selection_set)])
(field . (NAME) @local.reference.field .)
(object_field . (_) @local.reference.field . (COLON))
(argument . (_) @local.reference.argument . (COLON))
(value (NAME) @local.reference.value)
(const_value (NAME) @local.reference.value)

; What kinds of types fit where

([(input_value_definition (type) @local.fitting) (variable_definition (type) @local.fitting)]
  (#set! local.fits "scalar enum input"))
((field_definition (type) @local.fitting) (#set! local.fits "scalar enum type interface union"))
([(type_condition) @local.fitting (inline_fragment (NAME) @local.fitting)]
  (#set! local.fits "type interface union"))
([(implements_interfaces) @local.fitting (definition . (EXTEND) . (INTERFACE) . (NAME) @local.fitting)]
  (#set! local.fits "interface"))
([(union_member_types) @local.fitting (definition . (EXTEND) . (TYPE) . (NAME) @local.fitting)
  (root_operation_type_definition) @local.fitting]
  (#set! local.fits "type"))
((definition . (EXTEND) . (SCALAR) . (NAME) @local.fitting) (#set! local.fits "scalar"))
((definition . (EXTEND) . (UNION) . (NAME) @local.fitting) (#set! local.fits "union"))
((definition . (EXTEND) . (ENUM) . (NAME) @local.fitting) (#set! local.fits "enum"))
((definition . (EXTEND) . (INPUT) . (NAME) @local.fitting) (#set! local.fits "input"))

; What is a member of what

([(definition [(TYPE) (INTERFACE) (INPUT)] . (NAME) @local.owner)
  (fragment_definition (type_condition (NAME) @local.owner))
  (inline_fragment (NAME) @local.owner)] @local.members
  (#set! local.space "field"))
((definition (ENUM) . (NAME) @local.owner) @local.members
  (#set! local.space "value"))
([(field_definition [(NAME) (TRUE) (FALSE) (NULL)] @local.owner)
  (directive_definition (AT) . (NAME) @local.owner)
  (field (COLON) . (NAME) @local.owner . (arguments))
  (field . (NAME) @local.owner . (arguments))] @local.members
  (#set! local.space "argument"))
([(directives (AT) . (NAME) @local.owner . (arguments) @local.members)
  (definition_directives (AT) . (NAME) @local.owner . (definition_arguments) @local.members)]
  (#set! local.space "argument"))
([(field (COLON) . (NAME) @local.owner (selection_set) @local.members)
  (field . (NAME) @local.owner . (selection_set) @local.members)
  (field . (NAME) @local.owner . (arguments) (selection_set) @local.members)
  (field . (NAME) @local.owner . (directives) (selection_set) @local.members)]
  (#set! local.space "field"))

([(argument . (_) @local.owner . (COLON) [(value) (const_value)] @local.members)
  (object_field . (_) @local.owner . (COLON) [(value) (const_value)] @local.members)]
  (#set! local.space "field value") (#set! local.alike "variable"))
([(input_value_definition [(NAME) (TRUE) (FALSE) (NULL)] @local.owner (default_value) @local.members)
  (variable_definition (variable (NAME) @local.owner) (default_value) @local.members)]
  (#set! local.space "field value"))

((shorthand_query) @local.members
  (#set! local.space "field") (#set! local.owner "type Query"))
((operation_definition (operation_type (QUERY)) @local.owner) @local.members
  (#set! local.space "field") (#set! local.owner "type Query"))
((operation_definition (operation_type (MUTATION)) @local.owner) @local.members
  (#set! local.space "field") (#set! local.owner "type Mutation"))
((operation_definition (operation_type (SUBSCRIPTION)) @local.owner) @local.members
  (#set! local.space "field") (#set! local.owner "type Subscription"))
