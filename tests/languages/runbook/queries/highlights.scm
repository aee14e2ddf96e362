; The later pattern is seen where two fit: names come after words that may be names.

[
  "include" "let" "task" "runbook" "stage" "when" "run" "set" "wait" "until" "expect" "within" "notify"
  "fail" "if" "elif" "else" "for" "in" "on" "retry" "every" "failing" "parallel"
] @keyword
["and" "or" "not"] @keyword.operator
(boolean) @boolean
[(NUMBER) (DURATION)] @number
(STRING) @string
[(SIGN) (FACTOR) (COMPARED)] @operator
(COMMENT) @comment

(NAME) @variable
(constant . "let" . (NAME) @constant)
(task . "task" . (NAME) @function.definition)
(stage . "stage" . (NAME) @type.definition)
(parameter . (NAME) @variable.parameter)
(setting . (NAME) @property)
(entry . (NAME) @property)
(member "." . (NAME) @property)
(named . (NAME) @variable.parameter)
(call . (NAME) @function)
