; Names: a rule is called like a function, a terminal is a kind of text

(RULE) @function
(rule [(RULE) (MODIFIED_RULE)] @function.definition)
(override [(RULE) (MODIFIED_RULE)] @function.definition)
(extend [(RULE) (MODIFIED_RULE)] @function)
(parameters (RULE) @variable.parameter)
(alias (RULE) @property)

(TERMINAL) @type
(terminal (TERMINAL) @type.definition)
(override (TERMINAL) @type.definition)

; Of an import, the grammars on the way

(import (RULE) @module)
(import (TERMINAL) @module)

; Values

(STRING) @string
(REGEXP) @string.regexp
(VERBOSE_REGEXP) @string.regexp
(NUMBER) @number
(COMMENT) @comment

; Directives and signs

["%import" "%ignore" "%declare" "%override" "%extend"] @keyword
["|" "->" "?" "*" "+" "~" ".."] @operator
"_NL_VBAR" @operator
[":" "," "."] @punctuation.delimiter
["(" ")" "[" "]" "{" "}"] @punctuation.bracket
