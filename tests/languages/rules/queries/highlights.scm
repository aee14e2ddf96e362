; The later pattern is seen where two fit: names come after words that may be names.

[
  "after" "channel" "define" "for" "from" "group" "import" "let" "metric" "notify" "rule" "run"
  "silence" "step" "timeout" "to" "when" "workflow"
] @keyword
["and" "not" "or"] @keyword.operator
["false" "true"] @boolean
[(DURATION) (NUMBER) (TIME)] @number
(STRING) @string
["*" "+" "-" "/" "=" (COMPARE)] @operator
["(" ")" "[" "]" "{" "}"] @punctuation.bracket
["," "." ":"] @punctuation.delimiter
(COMMENT) @comment

; Names, from what they name

(NAME) @variable
(setting "let" . (NAME) @variable)
(function "define" . (NAME) @function.definition)
(parameter . (NAME) @variable.parameter)
(metric "metric" . (NAME) @type.definition)
(channel "channel" . (NAME) @type.definition)
(group "group" . (NAME) @module.definition)
(rule "rule" . (NAME) @type.definition)
(workflow "workflow" . (NAME) @type.definition)
(step "step" . (NAME) @type.definition)
(property . (NAME) @property)
(member "." . (NAME) @property)
(call . (NAME) @function)
(named_argument . (NAME) @property)
(pair . (NAME) @property)
