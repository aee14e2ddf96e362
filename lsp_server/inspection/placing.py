"""What an error of loading is about, in the text: Lark often names it without telling where it is.

The place is then that of the name. Of names that nothing defines, all are told; of all else, the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from lsp_server.errors import GrammarError
from lsp_server.inspection.findings import Finding, FindingKind, Severity
from lsp_server.inspection.worded import UNDEFINED, import_of, worded
from lsp_server.lalr.analysis import read_language
from lsp_server.lalr.notation import Notation, SymbolMention
from lsp_server.languages import Language
from lsp_server.text import Span

_MOST = 20
"""Beyond so many names that nothing defines, no more are looked for."""

_NAME = r"(?P<name>\w+)"
_ALIAS = re.compile(r"^_?[A-Z]\w*[.\d]*\s*:[^\n]*?(->)", re.MULTILINE)
_EMPTY = re.compile(r"Empty terminals are not allowed \((.+)\)")
_INSIDE = r"\(in \w+ (?P<inside>\w+)\)"
_TOLD = tuple(
    re.compile(pattern)
    for pattern in (
        UNDEFINED.pattern,
        rf"used for {_NAME} .*{_INSIDE}",
        rf"\((?:NonTerminal\(')?{_NAME}(?:'\))? in (?P<inside>\w+)\)",
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


def unreadable(language: Language, notation: Notation) -> Iterator[Finding]:
    """Why Lark cannot read a grammar: all names that nothing defines; of all else, what is met first."""
    for count in range(_MOST):
        try:
            read_language(language)
            return
        except GrammarError as error:
            undefined = UNDEFINED.search(error.message)
            if count == 0 or undefined:
                yield placed(error, notation)
        if undefined is None or undefined["kind"] == "Template":
            return
        # As if it were defined: what else is not?
        language = replace(language, grammar=f'{language.grammar}\n{undefined["name"]}: "{count}"\n')


def placed(error: GrammarError, notation: Notation, kind: FindingKind = FindingKind.REFUSED) -> Finding:
    """An error of loading as a finding: in plain words, at its place."""
    span = _place(notation, error)
    name = next((d.name for d in notation.definitions if d.named == span), "")
    message, remedy = worded(error, notation.text)
    return Finding(kind, Severity.ERROR, message, remedy, name, span)


def _place(notation: Notation, error: GrammarError) -> Span | None:
    """The name that a message is about, else its line; None where neither is known."""
    told = next((found for pattern in _TOLD if (found := pattern.search(error.message))), None)
    groups = {} if told is None else told.groupdict()
    line = None if error.line is None else _line(notation.text, error.line)
    if (sign := _sign(error.message, notation.text)) is not None:
        return sign
    defined = groups.get("defined") or groups.get("again")
    places = [definition.named for definition in notation.definitions if definition.name == defined]
    if places:
        return places[-1 if groups.get("again") else 0]
    mentions = _mentions(notation, groups.get("inside"))
    if line is not None:
        mentions = (mention for mention in mentions if line.start <= mention.span.start < line.end)
    name = groups.get("name") or defined
    return next((mention.span for mention in mentions if mention.name == name), line)


def _sign(message: str, text: str) -> Span | None:
    """Where the sign or import is that a message is about without saying in what; None if there is none."""
    pattern = _ALIAS if "Aliasing not allowed in terminals" in message else None
    if empty := _EMPTY.search(message):
        pattern = re.compile(rf"(?<![\w\\])({re.escape(empty[1])})(?![\w\"'])")
    if (undefined := UNDEFINED.search(message)) and (imported := import_of(undefined["name"], text)):
        return Span(*imported.span("name"))
    found = None if pattern is None else pattern.search(text)
    return None if found is None else Span(*found.span(1))


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
