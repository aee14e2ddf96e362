"""What Lark says of a grammar that it cannot read, in plain words, and what can be done about it.

`placing` finds the line, so that of the place which Lark names only the column is kept.
"""

from __future__ import annotations

import re

from lsp_server.errors import GrammarError

UNDEFINED = re.compile(
    r"(?P<kind>Rule|Terminal|Template) '(?P<name>\w+)' used but not defined \(in \w+ (?P<inside>\w+)\)"
)
"""How it names what nothing defines, and where that is used."""

_UNEXPECTED = re.compile(
    r"Unexpected token Token\('(?P<name>\w+)', '(?P<text>.*)'\) at line \d+, column (?P<column>\d+)\. "
    r"Expected one of: \* (?P<names>[\w *]+)"
)
_UNKNOWN_SIGN = re.compile(r"Unexpected input at line (?P<line>\d+) column (?P<column>\d+) in")
_PLACED = re.compile(r"^(?P<what>.+?), at line \d+ column (?P<column>\d+)")

_OPENING = {'"': "the text", "/": "the regular expression"}
"""What begins with a sign, and goes no farther than its line."""

_PARTS = {
    "_LPAR": "`(`",
    "_RPAR": "`)`",
    "_LBRA": "`[`",
    "_RBRA": "`]`",
    "_LBRACE": "`{`",
    "_RBRACE": "`}`",
    "_COLON": "`:`",
    "_COMMA": "`,`",
    "_DOT": "`.`",
    "_OR": "`|`",
    "_NL": "the end of the line",
    "_NL_OR": "`|` in a new line",
    "_TO": "`->`",
    "TILDE": "`~`",
    "OP": "`*`, `+` or `?`",
    "RULE": "the name of a rule",
    "TERMINAL": "the name of a terminal",
    "STRING": "a text in quotes",
    "REGEXP": "a regular expression",
    "NUMBER": "a number",
    "$END": "the end",
}
"""What Lark's names for parts of a grammar stand for."""

_REMEDIES = {
    "Incorrect type of value": "write a name, a text in quotes, or a regular expression",
    "Unclosed parenthesis": "close it",
    "Unmatched closing parenthesis": "open it before, or remove it",
    "Illegal name": "write the name of a rule in small letters, that of a terminal in capitals",
    "Alias expects": "write the name behind `->` in small letters",
    "Unexpected colon": "begin the next definition in a line of its own",
    "Misplaced operator": "write one operator, behind the part that it repeats",
    "Expecting option": "begin the line with `|`, or with a definition",
    "Terminal names cannot": "name it without dots",
    "Expecting rule": "write a name and a colon before it",
    "%import expects": "write `%import`, a grammar, a dot and a name",
    "%ignore expects": "write `%ignore` and a terminal",
    "Expecting a value": "write a name, a text in quotes, or a regular expression",
    "Empty terminals": "remove it, and write `?` behind what may be left out",
    "Terminals cannot be empty": "write what it reads",
    "Recursion in terminal": "make a rule of it",
    "Rules aren't allowed": "make a terminal of the rule, or a rule of the terminal",
    "Aliasing not allowed": "remove `->` and the name",
    "You cannot put newlines": "write \\n for the end of a line",
    "You can only use newlines": "write the expression in one line, or write x behind it",
    "Literal ended unexpectedly": "write a backslash as two of them",
    "Bad Range": "write the smaller number first",
    "Conflicting flags": "write the same flags behind it everywhere",
    "Rules defined twice": "remove one of them",
    "Inlined rules": "remove `?`, or the `_` that the name begins with",
}
"""What can be done, by how Lark's message begins."""

_ANYWHERE = {
    "defined more than once": "remove one, or write `%extend` or `%override` before it",
    "is marked for expansion": "remove the alias, or the `_` that the name begins with",
    "Symbol already defined": "import it under another name, by `->`",
    "marked to ignore": "define it",
}
"""The same by a part of the message."""


def import_of(name: str, text: str) -> re.Match[str] | None:
    """Where a grammar imports a name: the `file`, as it is written, and the `name`."""
    return re.search(rf"^%import\s+(?P<file>[\w.]+)\.(?P<name>{name})\b", text, re.MULTILINE)


def worded(error: GrammarError, text: str) -> tuple[str, str]:
    """What is wrong with a grammar, its text being given, and what can be done."""
    message = error.message.removeprefix("not a Lark grammar: ")
    if undefined := UNDEFINED.search(message):
        name = undefined["name"]
        if imported := import_of(name, text):
            return f"`{imported['file']}` has no `{name}`", "correct the name that is imported"
        return f"`{name}` is not defined", "define it, or correct the name"
    if message.startswith('Error trying to process rule "range"'):
        return "a range goes from one character to another", "write more characters as a regular expression"
    if unexpected := _UNEXPECTED.search(message):
        expected = [_PARTS.get(name, name.strip("_").lower()) for name in unexpected["names"].split(" * ")]
        found = "end of the line" if unexpected["name"] == "_NL" else f"`{unexpected['text']}`"
        return f"unexpected {found} in column {unexpected['column']}", f"expected {' or '.join(expected)}"
    if sign := _UNKNOWN_SIGN.search(message):
        column, lines = int(sign["column"]), text.splitlines()
        line = lines[int(sign["line"]) - 1] if int(sign["line"]) <= len(lines) else ""
        return _unexpected_sign(line[column - 1 : column], column)
    if message == error.message:
        return re.sub(r"^\[Errno \d+\] ", "", message), error.remedy or ""
    remedy = next((remedy for begins, remedy in _REMEDIES.items() if message.startswith(begins)), "")
    remedy = remedy or next((remedy for part, remedy in _ANYWHERE.items() if part in message), "")
    message = re.sub(r"(?:Non)?Terminal\('(\w+)'\)", r"`\1`", message)
    if placed := _PLACED.match(message):
        message = f"{placed['what'][0].lower()}{placed['what'][1:]} in column {placed['column']}"
    return message, remedy or error.remedy or ""


def _unexpected_sign(sign: str, column: int) -> tuple[str, str]:
    """What is said of a sign that begins nothing, or something that never ends."""
    if sign in _OPENING:
        return f"{_OPENING[sign]} that begins in column {column} is not closed", f"close it with `{sign}`"
    remedy = "put it in quotes; names have letters, digits and `_`"
    if sign == "'":
        remedy = 'write texts in double quotes, as in "x"'
    return f"unexpected {f'`{sign}`' if sign.strip() else 'sign'} in column {column}", remedy
