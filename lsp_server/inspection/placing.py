"""What an error of loading is about, in the text: Lark often names it without telling where it is.

The place is then that of the name. Of names that nothing defines, all are told; of all else, the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from lsp_server.errors import GrammarError
from lsp_server.inspection.findings import Finding, FindingKind, Severity
from lsp_server.lalr.analysis import read_language
from lsp_server.lalr.notation import Notation, SymbolMention
from lsp_server.languages import Language
from lsp_server.text import Span

_MOST = 20
"""Beyond so many names that nothing defines, no more are looked for."""

_NAME = r"(?P<name>\w+)"
_INSIDE = r"\(in \w+ (?P<inside>\w+)\)"
_UNDEFINED = re.compile(rf"(?P<kind>Rule|Terminal|Template) '{_NAME}' used but not defined {_INSIDE}")
_TOLD = tuple(
    re.compile(pattern)
    for pattern in (
        _UNDEFINED.pattern,
        rf"used for {_NAME} .*{_INSIDE}",
        rf"\({_NAME} in (?P<inside>\w+)\)",
        r"^terminal (?P<defined>\w+)",
        r"Terminals cannot be empty \((?P<defined>\w+)",
        r"Recursion in terminal '(?P<defined>\w+)",
        r"Rule (?P<defined>\w+) is marked",
        rf"[Pp]arameter (?:conflicts with rule )?{_NAME} {_INSIDE}",
        r"'(?P<again>\w+)' defined more than once",
        rf"not defined: {_NAME}",
        rf"Terminals \{{'{_NAME}",
        rf"\bError at {_NAME}",
        rf"different parameters: {_NAME}",
        rf"\b(?:[Rr]ule|[Tt]erminal) '?{_NAME}",
        rf"['`]{_NAME}\b",
    )
)
"""How messages name what they are about: where it is `defined`, or `again`, or `inside` what it is used."""

_DEFINE = "define it, or correct the name"


_UNEXPECTED = re.compile(
    r"Unexpected token Token\('(?P<name>\w+)', '(?P<text>.*)'\) at line \d+, column (?P<column>\d+)\. "
    r"Expected one of: \* (?P<names>[\w *]+)"
)
_SIGNS = {
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


def unreadable(language: Language, notation: Notation) -> Iterator[Finding]:
    """Why Lark cannot read a grammar: all names that nothing defines; of all else, what is met first."""
    for count in range(_MOST):
        error = _error(language)
        undefined = None if error is None else _UNDEFINED.search(error.message)
        if error is not None and (count == 0 or undefined):
            yield placed(error, notation)
        if undefined is None or undefined["kind"] == "Template":
            return
        # As if it were defined: what else is not?
        language = replace(language, grammar=f'{language.grammar}\n{undefined["name"]}: "{count}"\n')


def placed(error: GrammarError, notation: Notation, kind: FindingKind = FindingKind.REFUSED) -> Finding:
    """An error of loading as a finding: in plain words, at its place."""
    span = _place(notation, error)
    name = next((d.name for d in notation.definitions if d.named == span), "")
    message, remedy = _worded(error)
    return Finding(kind, Severity.ERROR, message, remedy, name, span)


def _error(language: Language) -> GrammarError | None:
    try:
        read_language(language)
    except GrammarError as error:
        return error
    return None


def _worded(error: GrammarError) -> tuple[str, str]:
    """What is wrong, and what can be done."""
    message = error.message.removeprefix("not a Lark grammar: ")
    if undefined := _UNDEFINED.search(message):
        return f"`{undefined['name']}` is not defined", _DEFINE
    if message.startswith('Error trying to process rule "range"'):
        return "a range goes from one character to another", "write more characters as a regular expression"
    if unexpected := _UNEXPECTED.search(message):
        expected = [_SIGNS.get(name, name.strip("_").lower()) for name in unexpected["names"].split(" * ")]
        found = "end of the line" if unexpected["name"] == "_NL" else f"`{unexpected['text']}`"
        return f"unexpected {found} in column {unexpected['column']}", f"expected {' or '.join(expected)}"
    remedy = error.remedy if error.remedy is not None and message == error.message else ""
    return re.sub(r"^\[Errno \d+\] ", "", message), remedy


def _place(notation: Notation, error: GrammarError) -> Span | None:
    """The name that a message is about, else its line; None where neither is known."""
    told = next((found for pattern in _TOLD if (found := pattern.search(error.message))), None)
    groups = {} if told is None else told.groupdict()
    line = None if error.line is None else _line(notation.text, error.line)
    defined = groups.get("defined") or groups.get("again")
    places = [definition.named for definition in notation.definitions if definition.name == defined]
    if places:
        return places[-1 if groups.get("again") else 0]
    mentions = _mentions(notation, groups.get("inside"))
    if line is not None:
        mentions = (mention for mention in mentions if line.start <= mention.span.start < line.end)
    name = groups.get("name") or defined
    return next((mention.span for mention in mentions if mention.name == name), line)


def _mentions(notation: Notation, inside: str | None) -> Iterator[SymbolMention]:
    """All names in the text; or those inside one definition."""
    for definition in notation.definitions:
        if inside is None:
            yield SymbolMention(definition.name, definition.named)
        if inside in (None, definition.name):
            yield from definition.mentions()
    for statement in notation.statements if inside is None else ():
        yield from statement.mentions


def _line(text: str, number: int) -> Span:
    """A line, from 1, as far as it is not blank, and never nothing if the text is not."""
    lines = text.splitlines(keepends=True)
    start = sum(map(len, lines[: number - 1]))
    line = lines[number - 1].rstrip() if number <= len(lines) else ""
    inner = start + len(line) - len(line.lstrip())
    return Span(inner, max(inner + 1, start + len(line)))
