; What the files of one folder define is reached through the roots var, local, module and data, and through the
; types of resources; only for expressions bring names of their own into being.

(for_expr) @local.scope
(template_for) @local.scope

; Definitions. A label is a string, or a word.

((block . (identifier) @_block . [(string_lit (template_literal) @local.definition.variable)
    (identifier) @local.definition.variable] . (block_start)) @local.element
  (#set! local.space "var") (#set! local.visible "folder") (#set! local.fades) (#eq? @_block "variable"))
((block . (identifier) @_block . [(string_lit (template_literal) @local.definition.output)
    (identifier) @local.definition.output] . (block_start)) @local.element
  (#set! local.visible "folder") (#eq? @_block "output"))
; What a module of this configuration has is in the folder that it names.
((block . (identifier) @_block . [(string_lit (template_literal) @local.definition.module)
    (identifier) @local.definition.module] . (block_start)
    . (body (attribute . (identifier) @_source
      (expression (literal_value (string_lit (template_literal) @local.folder)))))) @local.element
  (#set! local.visible "folder") (#set! local.outside) (#eq? @_block "module") (#eq? @_source "source")
  (#match? @local.folder "^\\.\\.?(/|$)"))
((block . (identifier) @_block . [(string_lit (template_literal) @local.definition.module)
    (identifier) @local.definition.module] . (block_start)) @local.element
  (#set! local.visible "folder") (#set! local.outside) (#eq? @_block "module"))
((block . (identifier) @_block
    . [(string_lit (template_literal) @local.qualifier @local.type) (identifier) @local.qualifier @local.type]
    . [(string_lit (template_literal) @local.definition.resource) (identifier) @local.definition.resource]
    . (block_start)) @local.element
  (#set! local.visible "folder") (#set! local.outside) (#eq? @_block "resource"))
((block . (identifier) @_block
    . [(string_lit (template_literal) @local.qualifier @local.type) (identifier) @local.qualifier @local.type]
    . [(string_lit (template_literal) @local.definition.data) (identifier) @local.definition.data]
    . (block_start)) @local.element
  (#set! local.visible "folder") (#set! local.outside) (#eq? @_block "data"))
((block . (identifier) @_block (body (attribute . (identifier) @local.definition.local) @local.element))
  (#set! local.visible "folder") (#set! local.fades) (#eq? @_block "locals"))

; A further configuration of a provider is known by its alias.
((block . (identifier) @_block
    . [(string_lit (template_literal) @local.qualifier) (identifier) @local.qualifier]
    . (block_start)
    . (body (attribute . (identifier) @_alias
      (expression (literal_value (string_lit (template_literal) @local.definition.provider)))))) @local.element
  (#set! local.visible "folder") (#eq? @_block "provider") (#eq? @_alias "alias"))

((block . (identifier) @_block . (_) . (block_start)
    . (body (attribute . (identifier) @_name
      (expression (literal_value (string_lit) @local.documentation))))) @local.element
  (#any-of? @_block "variable" "output") (#eq? @_name "description"))

; The keys of an object that is a local value, of an object in one, and of the type of a variable
((block . (identifier) @_block (body (attribute (expression (collection_value (object
    (object_elem key: (expression . [(variable_expr (identifier) @local.definition.key)
      (literal_value (string_lit (template_literal) @local.definition.key))])) @local.element))))))
  (#set! local.visible "folder") (#eq? @_block "locals"))
((block . (identifier) @_block (body (attribute (expression (collection_value (object
    (object_elem val: (expression (collection_value (object
      (object_elem key: (expression . [(variable_expr (identifier) @local.definition.key)
        (literal_value (string_lit (template_literal) @local.definition.key))])) @local.element))))))))))
  (#set! local.visible "folder") (#eq? @_block "locals"))
((block . (identifier) @_block . (_) . (block_start) . (body (attribute . (identifier) @_name
    (expression (function_call . (identifier) @_object (function_arguments (expression (collection_value (object
      (object_elem key: (expression . [(variable_expr (identifier) @local.definition.key)
        (literal_value (string_lit (template_literal) @local.definition.key))])) @local.element)))))))))
  (#set! local.visible "folder") (#eq? @_block "variable") (#eq? @_name "type") (#eq? @_object "object"))

((for_intro (identifier) @local.definition.item) (#set! local.space "value item"))
((template_for_start (identifier) @local.definition.item) (#set! local.space "value item"))

; References

((_ (variable_expr (identifier) @_root) . (get_attr (identifier) @local.reference.variable))
  (#set! local.space "var") (#eq? @_root "var"))
((_ (variable_expr (identifier) @_root) . (get_attr (identifier) @local.reference.local))
  (#eq? @_root "local"))
((_ (variable_expr (identifier) @_root) . (get_attr (identifier) @local.reference.module))
  (#eq? @_root "module"))
((_ (variable_expr (identifier) @_root) . (get_attr (identifier) @local.owner)
    . (get_attr (identifier) @local.reference.output))
  (#eq? @_root "module"))
((_ (variable_expr (identifier) @_root) . (get_attr (identifier) @local.owner)
    . (index) . (get_attr (identifier) @local.reference.output))
  (#eq? @_root "module"))
((_ (variable_expr (identifier) @_root) . (get_attr (identifier) @local.owner)
    . (get_attr (identifier) @local.reference.key))
  (#set! local.space "key argument computed") (#any-of? @_root "var" "local"))
((_ (get_attr (identifier) @_name) . (get_attr (identifier) @local.owner) . (get_attr (identifier) @local.reference.key))
  (#set! local.space "key argument computed"))
((_ (variable_expr (identifier) @_type) . (get_attr (identifier) @local.owner)
    . (get_attr (identifier) @local.reference.key))
  (#not-match? @_type "^(var|local|module|data|each|count|self|path|terraform)$")
  (#set! local.space "key argument computed"))
((_ (variable_expr (identifier) @_type) . (get_attr (identifier) @local.owner)
    . (index) . (get_attr (identifier) @local.reference.key))
  (#not-match? @_type "^(var|local|module|data|each|count|self|path|terraform)$")
  (#set! local.space "key argument computed"))
((expression . (variable_expr (identifier) @_root)
    . (get_attr (identifier) @local.qualifier) . (get_attr (identifier) @local.reference.data))
  (#eq? @_root "data"))
((_ (variable_expr (identifier) @_root) . (get_attr (identifier) @local.reference.part))
  (#set! local.space "each") (#eq? @_root "each"))
((_ (variable_expr (identifier) @_root) . (get_attr (identifier) @local.reference.part))
  (#set! local.space "count") (#eq? @_root "count"))
((_ (variable_expr (identifier) @_root) . (get_attr (identifier) @local.reference.part))
  (#set! local.space "path") (#eq? @_root "path"))
((_ (variable_expr (identifier) @_root) . (get_attr (identifier) @local.reference.part))
  (#set! local.space "terraform") (#eq? @_root "terraform"))
((_ (variable_expr (identifier) @local.qualifier) . (get_attr (identifier) @local.reference.resource))
  (#not-match? @local.qualifier "^(var|local|module|data|each|count|self|path|terraform)$")
  (#set! local.space "resource provider"))
; A word by itself is the type of a variable, a name of another kind, or else a value.
((attribute . (identifier) @_name (expression . (variable_expr (identifier) @local.reference.type) .))
  (#eq? @_name "type"))
(function_call . (identifier) @_type (function_arguments . (expression . (variable_expr (identifier) @local.reference.type) .))
  (#any-of? @_type "list" "set" "map" "optional"))
((attribute . (identifier) @_name (expression . (variable_expr (identifier) @local.nothing) .))
  (#any-of? @_name "provider" "iterator" "when" "on_failure" "command" "language"))
((attribute . (identifier) @_name
    (expression (collection_value (tuple (expression . (variable_expr (identifier) @local.nothing))))))
  (#any-of? @_name "ignore_changes" "experiments"))
((attribute . (identifier) @_name (expression (collection_value (object
    (object_elem val: (expression . (variable_expr (identifier) @local.nothing) .))))))
  (#eq? @_name "providers"))
((object_elem val: (expression . [(variable_expr (identifier) @local.reference.value)
    (literal_value [(bool_lit) (null_lit)] @local.reference.value)] .))
  (#set! local.space "value type"))
(expression . [(variable_expr (identifier) @local.reference.value)
  (literal_value [(bool_lit) (null_lit)] @local.reference.value)] .)
((_ (variable_expr (identifier) @local.reference.item) . [(get_attr) (index) (splat)])
  (#not-match? @local.reference.item "^(var|local|module|data|each|count|self|path|terraform)$"))
([(binary_operation [(variable_expr (identifier) @local.reference.value)
    (literal_value [(bool_lit) (null_lit)] @local.reference.value)])
  (unary_operation [(variable_expr (identifier) @local.reference.value)
    (literal_value [(bool_lit) (null_lit)] @local.reference.value)])]
  (#not-match? @local.reference.value "^(var|local|module|data|each|count|self|path|terraform)$"))
(function_call . (identifier) @local.reference.function)
(object_elem key: (expression . (variable_expr (identifier) @local.nothing)))
; What is moved or removed has an address that it had before, and behind a module one that is known there alone.
((block . (identifier) @_block (body (attribute . (identifier) @_name (expression (get_attr (identifier) @local.nothing)))))
  (#any-of? @_block "moved" "removed") (#eq? @_name "from"))
((block . (identifier) @_block (body (attribute (expression
    (variable_expr (identifier) @_root) . (get_attr) (get_attr (identifier) @local.nothing)))))
  (#any-of? @_block "moved" "import") (#eq? @_root "module"))

; A module's arguments are the variables of its folder.
((block . (identifier) @_block . [(string_lit (template_literal) @local.owner) (identifier) @local.owner]
    . (block_start) . (body (attribute . (identifier) @local.reference.argument)))
  (#set! local.space "argument var") (#eq? @_block "module"))

; What keys are those of

((block . (identifier) @_block (body (attribute . (identifier) @local.owner
    (expression (collection_value (object) @local.members)))))
  (#set! local.space "key") (#eq? @_block "locals"))
((block . (identifier) @_block (body (attribute (expression (collection_value (object
    (object_elem key: (expression . (variable_expr (identifier) @local.owner))
      val: (expression (collection_value (object) @local.members)))))))))
  (#set! local.space "key") (#eq? @_block "locals"))
((block . (identifier) @_block . [(string_lit (template_literal) @local.owner) (identifier) @local.owner]
    . (block_start) . (body (attribute . (identifier) @_name
      (expression (function_call . (identifier) @_object
        (function_arguments (expression (collection_value (object) @local.members))))))))
  (#set! local.space "key") (#eq? @_block "variable") (#eq? @_name "type") (#eq? @_object "object"))

; What a resource or a data source has is known by its type, where a catalogue tells of that.

((block . (identifier) @_block
    . [(string_lit (template_literal) @local.reference.resource_type) (identifier) @local.reference.resource_type])
  (#eq? @_block "resource"))
((block . (identifier) @_block
    . [(string_lit (template_literal) @local.reference.data_type) (identifier) @local.reference.data_type])
  (#eq? @_block "data"))
((block (body [(attribute . (identifier) @local.reference.setting) (block . (identifier) @local.reference.setting)]))
  (#set! local.space "argument"))
((block . (identifier) @_dynamic . (string_lit (template_literal) @local.reference.setting))
  (#set! local.space "argument") (#eq? @_dynamic "dynamic"))

((block . (identifier) @_block . [(string_lit (template_literal) @local.owner) (identifier) @local.owner]
    (body) @local.members)
  (#set! local.space "argument") (#any-of? @_block "resource" "data"))
((block . (identifier) @local.owner . (block_start) . (body) @local.members)
  (#set! local.space "argument") (#not-match? @local.owner "^content$"))
((block . (identifier) @_dynamic . (string_lit (template_literal) @local.owner) . (block_start)
    . (body (block . (identifier) @_content . (block_start) . (body) @local.members)))
  (#set! local.space "argument") (#eq? @_dynamic "dynamic") (#eq? @_content "content"))
(block (body (block . (identifier) . (string_lit) (body) @local.members)) (#set! local.space "argument"))
