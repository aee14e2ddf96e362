; Types, fragments and directives are known in the whole document, variables in their operation.

(document) @local.scope
(operation_definition) @local.scope

(scalar_type_definition (name) @local.definition.type)
(object_type_definition (name) @local.definition.type)
(interface_type_definition (name) @local.definition.type)
(union_type_definition (name) @local.definition.type)
(enum_type_definition (name) @local.definition.type)
(input_object_type_definition (name) @local.definition.type)
(fragment_definition (fragment_name (name) @local.definition.function))
(directive_definition (name) @local.definition.macro)
(variable_definition (variable (name) @local.definition.var))

(named_type (name) @local.reference)
(scalar_type_extension (name) @local.reference)
(object_type_extension (name) @local.reference)
(interface_type_extension (name) @local.reference)
(union_type_extension (name) @local.reference)
(enum_type_extension (name) @local.reference)
(input_object_type_extension (name) @local.reference)
(fragment_spread (fragment_name (name) @local.reference))
(directive (name) @local.reference)
(value (variable (name) @local.reference))
