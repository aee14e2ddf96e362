; As in ../locals.scm, for the trees of grammar.lark: names of expressions have other nodes where newlines are ignored.

[(for_tuple_expr) (for_object_expr) (template_for)] @local.scope

; Definitions. A label is a string, or a word.

((block . (IDENTIFIER) @_block . [(string_lit (LABEL_TEXT) @local.definition.variable)
    (IDENTIFIER) @local.definition.variable] . (LBRACE)) @local.element
  (#set! local.space "var") (#set! local.visible "folder") (#eq? @_block "variable"))
((block . (IDENTIFIER) @_block . [(string_lit (LABEL_TEXT) @local.definition.output)
    (IDENTIFIER) @local.definition.output] . (LBRACE)) @local.element
  (#set! local.visible "folder") (#eq? @_block "output"))
((block . (IDENTIFIER) @_block . [(string_lit (LABEL_TEXT) @local.definition.module)
    (IDENTIFIER) @local.definition.module] . (LBRACE)) @local.element
  (#set! local.visible "folder") (#set! local.outside) (#eq? @_block "module"))
((block . (IDENTIFIER) @_block
    . [(string_lit (LABEL_TEXT) @local.qualifier) (IDENTIFIER) @local.qualifier]
    . [(string_lit (LABEL_TEXT) @local.definition.resource) (IDENTIFIER) @local.definition.resource]
    . (LBRACE)) @local.element
  (#set! local.visible "folder") (#set! local.outside) (#eq? @_block "resource"))
((block . (IDENTIFIER) @_block
    . [(string_lit (LABEL_TEXT) @local.qualifier) (IDENTIFIER) @local.qualifier]
    . [(string_lit (LABEL_TEXT) @local.definition.data) (IDENTIFIER) @local.definition.data]
    . (LBRACE)) @local.element
  (#set! local.visible "folder") (#set! local.outside) (#eq? @_block "data"))
((block . (IDENTIFIER) @_block (LBRACE)
    [(attribute . (IDENTIFIER) @local.definition.local) (heredoc_attribute . (IDENTIFIER) @local.definition.local)]
    @local.element)
  (#set! local.visible "folder") (#eq? @_block "locals"))

; A further configuration of a provider is known by its alias.
((block . (IDENTIFIER) @_block
    . [(string_lit (LABEL_TEXT) @local.qualifier) (IDENTIFIER) @local.qualifier]
    . (LBRACE)
    (attribute . (IDENTIFIER) @_alias
      (expression (operation (traversal (quoted_template (QUOTED_TEXT) @local.definition.provider)))))) @local.element
  (#set! local.visible "folder") (#eq? @_block "provider") (#eq? @_alias "alias"))

((block . (IDENTIFIER) @_block . (_) . (LBRACE)
    (attribute . (IDENTIFIER) @_name
      (expression (operation (traversal (quoted_template) @local.documentation))))) @local.element
  (#any-of? @_block "variable" "output") (#eq? @_name "description"))

((for_intro (FOR) (IDENTIFIER) @local.definition.item (IN)) (#set! local.space "value item"))
((template_for (FOR) (IDENTIFIER) @local.definition.item (IN)) (#set! local.space "value item"))

; References

(([(traversal . (traversal . (IDENTIFIER) @_root .) . (DOT) . (IDENTIFIER) @local.reference.variable)
  (free_traversal . (free_traversal . (IDENTIFIER) @_root) . (DOT) . (IDENTIFIER) @local.reference.variable)])
  (#set! local.space "var") (#eq? @_root "var"))
(([(traversal . (traversal . (IDENTIFIER) @_root .) . (DOT) . (IDENTIFIER) @local.reference.local)
  (free_traversal . (free_traversal . (IDENTIFIER) @_root) . (DOT) . (IDENTIFIER) @local.reference.local)])
  (#eq? @_root "local"))
(([(traversal . (traversal . (IDENTIFIER) @_root .) . (DOT) . (IDENTIFIER) @local.reference.module)
  (free_traversal . (free_traversal . (IDENTIFIER) @_root) . (DOT) . (IDENTIFIER) @local.reference.module)])
  (#eq? @_root "module"))
(([(traversal . (traversal . (IDENTIFIER) @_root .) . (DOT) . (IDENTIFIER) @local.reference.part)
  (free_traversal . (free_traversal . (IDENTIFIER) @_root) . (DOT) . (IDENTIFIER) @local.reference.part)])
  (#set! local.space "each") (#eq? @_root "each"))
(([(traversal . (traversal . (IDENTIFIER) @_root .) . (DOT) . (IDENTIFIER) @local.reference.part)
  (free_traversal . (free_traversal . (IDENTIFIER) @_root) . (DOT) . (IDENTIFIER) @local.reference.part)])
  (#set! local.space "count") (#eq? @_root "count"))
(([(traversal . (traversal . (IDENTIFIER) @_root .) . (DOT) . (IDENTIFIER) @local.reference.part)
  (free_traversal . (free_traversal . (IDENTIFIER) @_root) . (DOT) . (IDENTIFIER) @local.reference.part)])
  (#set! local.space "path") (#eq? @_root "path"))
(([(traversal . (traversal . (IDENTIFIER) @_root .) . (DOT) . (IDENTIFIER) @local.reference.part)
  (free_traversal . (free_traversal . (IDENTIFIER) @_root) . (DOT) . (IDENTIFIER) @local.reference.part)])
  (#set! local.space "terraform") (#eq? @_root "terraform"))
(([(traversal . (traversal . (traversal . (IDENTIFIER) @_root .) . (DOT) . (IDENTIFIER) @local.qualifier)
    . (DOT) . (IDENTIFIER) @local.reference.data)
  (free_traversal . (free_traversal . (free_traversal . (IDENTIFIER) @_root) . (DOT) . (IDENTIFIER) @local.qualifier)
    . (DOT) . (IDENTIFIER) @local.reference.data)])
  (#eq? @_root "data"))
(([(traversal . (traversal . (IDENTIFIER) @local.qualifier .) . (DOT) . (IDENTIFIER) @local.reference.resource)
  (free_traversal . (free_traversal . (IDENTIFIER) @local.qualifier) . (DOT) . (IDENTIFIER) @local.reference.resource)])
  (#not-match? @local.qualifier "^(var|local|module|data|each|count|self|path|terraform)$")
  (#set! local.space "resource provider"))
; A file of values gives each to a variable.
([(value . (IDENTIFIER) @local.reference.variable) (heredoc_value . (IDENTIFIER) @local.reference.variable)]
  (#set! local.space "var given"))
; A word by itself is the type of a variable, a name of another kind, or else a value.
((attribute . (IDENTIFIER) @_name (expression (operation (traversal . (IDENTIFIER) @local.reference.type .))))
  (#eq? @_name "type"))
([(function_call . (IDENTIFIER) @_type . (LPAREN)
    . (free (free_operation (free_traversal . (IDENTIFIER) @local.reference.type))))
  (free_function_call . (IDENTIFIER) @_type . (LPAREN)
    . (free (free_operation (free_traversal . (IDENTIFIER) @local.reference.type))))]
  (#any-of? @_type "list" "set" "map" "optional"))
((attribute . (IDENTIFIER) @_name (expression (operation (traversal . (IDENTIFIER) @local.nothing .))))
  (#any-of? @_name "provider" "iterator" "when" "on_failure" "command" "language"))
((attribute . (IDENTIFIER) @_name
    (expression (operation (traversal (tuple (free (free_operation (free_traversal . (IDENTIFIER) @local.nothing))))))))
  (#any-of? @_name "ignore_changes" "experiments"))
((attribute . (IDENTIFIER) @_name (expression (operation (traversal (object
    (object_elem [(EQUAL) (COLON)] . (expression (operation (traversal . (IDENTIFIER) @local.nothing .)))))))))
  (#eq? @_name "providers"))
((object_elem [(EQUAL) (COLON)] . (expression (operation (traversal . (IDENTIFIER) @local.reference.value .))))
  (#set! local.space "value type"))
[(operation (traversal . (IDENTIFIER) @local.reference.value .))
  (free_operation (free_traversal . (IDENTIFIER) @local.reference.value))]
([(traversal . (IDENTIFIER) @local.reference.item .) (free_traversal . (IDENTIFIER) @local.reference.item)]
  (#not-match? @local.reference.item "^(var|local|module|data|each|count|self|path|terraform)$"))
(function_call . (IDENTIFIER) @local.reference.function)
(free_function_call . (IDENTIFIER) @local.reference.function)
(object_elem . (expression . (operation . (traversal . (IDENTIFIER) @local.nothing .) .)))
