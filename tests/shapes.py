"""Small grammars of many kinds, for what trees are made of."""

from __future__ import annotations

EXPRESSIONS = r"""
start: statement*
?statement: NAME "=" sum ";" -> assign
          | sum ";"
          | "if"i sum "then" statement ["else" statement] -> branch
          | block
          | "print" things ";"
block: "{" statement* "}"
things: _sequence{sum, ","}
_sequence{item, separator}: item (separator item)*
args: (sum ("," sum)* ","?)?
?sum: product | sum "+" product -> add | sum "-" product -> sub
!sign: "+" | "-"
?product: atom | product ("*" | "/") atom
?atom: NUMBER | NAME | NAME "(" args ")" -> call | "(" sum ")" | STRING | "@" sign atom
NAME: /[a-z_]\w*/
NUMBER: /\d+(\.\d+)?/
STRING: /"[^"\0]*"/
COMMENT: /#[^\n]*/
%ignore /[ \t\r\n]+/
%ignore COMMENT
"""

JSON = r"""
start: value
?value: object | array | STRING | NUMBER | "true" -> true | "false" -> false | "null" -> null
array: "[" [value ("," value)*] "]"
object: "{" [pair ("," pair)*] "}"
pair: STRING ":" value
STRING: /"([^"\\\x00-\x1f]|\\.)*"/
NUMBER: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/
%ignore /[ \t\n\r]+/
"""

INI = r"""
start: _NL? section*
section: "[" NAME "]" _NL item*
item: NAME "=" VALUE? _NL
NAME: /\w+/
VALUE: /[^\s=\[\];\0][^\n;\0]*/
_NL: /(\r?\n[ \t]*)+/
%ignore /[ \t]+/
%ignore /;[^\n]*/
"""

TEMPLATES = r"""
start: setting*
setting: NAME "=" value ";"
?value: NAME ["(" value ")"]
      | "{" value "}" -> block
      | "\"" (TEXT | ESCAPED | CLOSED | OPEN value ("}" | "~}"))* QUOTE -> string
      | HEAD value (MIDDLE value)* TAIL -> template
NAME: /[a-z]+/
TEXT: /[^"$]+/
ESCAPED: "$${"
CLOSED: "$}"
OPEN: /\$\{~?/
QUOTE: "\""
HEAD: /`[^`$]*\$\[/
MIDDLE: /\][^`$]*\$\[/
TAIL: /\][^`$]*`/
%ignore /[ \n]+/
"""

SINGLES = r"""
start: (few ";")*
?few: item+ | "none" -> nothing
?item: _pair | "(" few? ")" | "!"
_pair: A | _pair B
     | "[" _rest "]"
_rest: | B | B A
A: "a"
B: "b"
%ignore " "
"""

STRINGS = r"""
start: string*
string: OPEN part* CLOSE
?part: TEXT | "${" string* "}" -> hole
OPEN: "'"
CLOSE: "'"
TEXT.2: /[^'$\0]+/
%ignore /[ \n]+/
%ignore /#[^\n]*/
"""

SHAPES = {
    "expressions": EXPRESSIONS,
    "json": JSON,
    "ini": INI,
    "singles": SINGLES,
    "strings": STRINGS,
    "templates": TEMPLATES,
}
