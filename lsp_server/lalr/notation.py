"""The text of a grammar as its author wrote it: definitions, statements and parts, each with its place.

What a definition means is for others; here is only where everything stands, so that it can be pointed at
and edited. `notation_reader` reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lsp_server.text import Edit, Span

NAME, LITERAL, GROUP, MAYBE, OTHER = "name", "literal", "group", "maybe", "other"
IMPORT, IGNORE, DECLARE = "%import", "%ignore", "%declare"

_COMMENT = re.compile(r'"(?:\\.|[^"\\\n])*"|/(?!/)(?:\\.|[^/\\\n])+/|((?://|#)[^\n]*)')
_HELPER = re.compile(r"__(?P<rule>.+?)_(?:star|plus|repeat_\w+?)_\d+")


@dataclass(frozen=True, slots=True)
class SymbolMention:
    """The name of a rule or terminal, and where it stands."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class NotationPart:
    """One symbol of an alternative, with what repeats it.

    Attributes:
        kind: `NAME`, `LITERAL`, `GROUP` for `(...)`, `MAYBE` for `[...]`, `OTHER` for ranges and templates.
        text: what stands there, without the operator.
        operator: `?`, `*`, `+`, `~ n` or nothing.
        start, end: the offsets of all of it.
        choices: what a group or maybe holds.
        mentions: what it names, with what stands in the braces of a template, but not inside `choices`.

    """

    kind: str
    text: str
    operator: str
    start: int
    end: int
    choices: tuple[Alternative, ...] = ()
    mentions: tuple[SymbolMention, ...] = ()

    def within(self) -> Iterator[NotationPart]:
        """The part itself and all parts inside it."""
        yield self
        for choice in self.choices:
            for part in choice.parts:
                yield from part.within()


@dataclass(frozen=True, slots=True)
class Alternative:
    """What stands between two bars; `alias` is its name after the arrow."""

    parts: tuple[NotationPart, ...]
    alias: str | None
    start: int
    end: int

    def within(self) -> Iterator[NotationPart]:
        """All parts, also those inside others."""
        for part in self.parts:
            yield from part.within()


@dataclass(frozen=True, slots=True)
class Definition:
    """A rule or terminal as it is defined once; `statement` is the directive it stands in, if any.

    `start` and `end` are the whole definition without its line end, `body` is where its alternatives begin,
    and `named` where its name stands.
    """

    name: str
    named: Span
    modifiers: str
    parameters: tuple[str, ...]
    priority: int | None
    statement: str
    alternatives: tuple[Alternative, ...]
    start: int
    body: int
    end: int
    line: int

    @property
    def terminal(self) -> bool:
        """Whether it defines a terminal."""
        return self.name.strip("_")[:1].isupper()

    def within(self) -> Iterator[NotationPart]:
        """All parts of all alternatives."""
        for alternative in self.alternatives:
            yield from alternative.within()

    def mentions(self) -> Iterator[SymbolMention]:
        """What it names, as often as it does; its own parameters are no names."""
        for part in self.within():
            yield from (mention for mention in part.mentions if mention.name not in self.parameters)


@dataclass(frozen=True, slots=True)
class Statement:
    """A line that defines nothing: `IMPORT` with the names that it brings in, `IGNORE` or `DECLARE`."""

    keyword: str
    mentions: tuple[SymbolMention, ...]


@dataclass(frozen=True, slots=True)
class Notation:
    """A grammar's text and what it says, in the order of the text."""

    text: str
    definitions: tuple[Definition, ...] = ()
    statements: tuple[Statement, ...] = ()

    def rule(self, name: str) -> Definition | None:
        """The definition of a name; of several, the first."""
        return next((found for found in self.definitions if found.name == name), None)

    def place_of(self, symbol: str) -> Span | None:
        """Where a symbol is defined, else imported or declared; of a helper of Lark's, where its rule is."""
        name = rule_of(symbol)
        definition = self.rule(name)
        if definition is not None:
            return definition.named
        given = (m for s in self.statements if s.keyword != IGNORE for m in s.mentions)
        return next((mention.span for mention in given if mention.name == name), None)

    def text_of(self, parts: Sequence[NotationPart]) -> str:
        """What stands from the first to the last of some parts that follow each other."""
        return self.text[parts[0].start : parts[-1].end] if parts else ""

    def named_in(self, *keywords: str) -> tuple[SymbolMention, ...]:
        """What statements of some kinds name."""
        return tuple(m for s in self.statements if s.keyword in keywords for m in s.mentions)

    def removal_of(self, definition: Definition) -> Edit:
        """Take a whole definition away, with the end of its line, unless a comment stands there."""
        end = self.text.find("\n", definition.end)
        end = len(self.text) if end < 0 else end
        rest = self.text[definition.end : end]
        after = definition.end if rest.strip() else min(end + 1, len(self.text))
        return Edit(Span(definition.start, after), "")

    def comment_of(self, definition: Definition) -> str:
        """What the lines right above a definition say, if they are comments; else the one on its own line."""
        above: list[str] = []
        for line in reversed(self.text[: definition.start].splitlines()):
            if not line.startswith(("//", "#")):
                break
            above.insert(0, line.strip("/# "))
        if not above:
            line = self.text[definition.start :].partition("\n")[0]
            above = [comment.strip("/# ") for comment in comments(line)]
        return " ".join(above).strip()

    def line_of(self, offset: int) -> int:
        """The line of an offset, from 1."""
        return self.text.count("\n", 0, offset) + 1


def comments(text: str) -> list[str]:
    """The comments in a stretch of grammar text."""
    return [found[1] for found in _COMMENT.finditer(text) if found[1]]


def without_comments(text: str) -> str:
    """A stretch of grammar text with blanks for its comments, so that all else is where it was."""
    return _COMMENT.sub(lambda found: " " * len(found[0]) if found[1] else found[0], text)


def rule_of(symbol: str) -> str:
    """The rule that a symbol of the table comes from: Lark makes helpers of repetitions and templates."""
    found = _HELPER.match(symbol)
    return (found["rule"] if found else symbol).partition("{")[0]
