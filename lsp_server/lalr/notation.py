"""The text of a grammar as its author wrote it: definitions, alternatives and parts, each with its place.

What a definition means is for others; here is only where everything stands, so that it can be pointed at
and edited. Lark's own parser of grammars reads it, with the tokens kept that it drops.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from lark.common import LexerConf, ParserConf
from lark.exceptions import LarkError
from lark.grammar import NonTerminal, Rule, RuleOptions, Terminal
from lark.lexer import PatternRE, TerminalDef, Token
from lark.load_grammar import RULES, TERMINALS
from lark.parse_tree_builder import ParseTreeBuilder
from lark.parser_frontends import ParsingFrontend
from lark.tree import Tree

NAME, LITERAL, GROUP, MAYBE, OTHER = "name", "literal", "group", "maybe", "other"


@dataclass(frozen=True, slots=True)
class Part:
    """One symbol of an alternative, with what repeats it.

    Attributes:
        kind: `NAME`, `LITERAL`, `GROUP` for `(...)`, `MAYBE` for `[...]`, `OTHER` for ranges and templates.
        text: what stands there, without the operator.
        operator: `?`, `*`, `+`, `~ n` or nothing.
        start, end: the offsets of all of it.
        choices: what a group or maybe holds.

    """

    kind: str
    text: str
    operator: str
    start: int
    end: int
    choices: tuple[Alternative, ...] = ()

    def within(self) -> Iterator[Part]:
        """The part itself and all parts inside it."""
        yield self
        for choice in self.choices:
            for part in choice.parts:
                yield from part.within()


@dataclass(frozen=True, slots=True)
class Alternative:
    """What stands between two bars; `alias` is its name after the arrow."""

    parts: tuple[Part, ...]
    alias: str | None
    start: int
    end: int

    def within(self) -> Iterator[Part]:
        """All parts, also those inside others."""
        for part in self.parts:
            yield from part.within()


@dataclass(frozen=True, slots=True)
class Definition:
    """A rule or terminal as it is defined once; `statement` is the directive it stands in, if any.

    `start` and `end` are the whole definition without its line end, `body` is where its alternatives begin.
    """

    name: str
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

    def within(self) -> Iterator[Part]:
        """All parts of all alternatives."""
        for alternative in self.alternatives:
            yield from alternative.within()


@dataclass(frozen=True, slots=True)
class Notation:
    """A grammar's text and what is defined in it, in the order of the text."""

    text: str
    definitions: tuple[Definition, ...]

    def rule(self, name: str) -> Definition | None:
        """The definition of a name; of several, the first."""
        return next((found for found in self.definitions if found.name == name), None)

    def line_of(self, offset: int) -> int:
        """The line of an offset, from 1."""
        return self.text.count("\n", 0, offset) + 1


def read_notation(text: str) -> Notation | None:
    """Read the text of a grammar; None where it is not one."""
    try:
        tree = _reader().parse(text + "\n", "start")
    except (LarkError, RecursionError):
        return None
    return Notation(text, tuple(_definitions(text, tree)))


@cache
def _reader() -> ParsingFrontend:
    rules = [
        Rule(NonTerminal(name.lstrip("?")), [_symbol(part) for part in body.split()], order, None, _KEPT)
        for name, bodies in RULES.items()
        for order, body in enumerate(bodies)
    ]
    callbacks = ParseTreeBuilder(rules, Tree, propagate_positions=True).create_callback()
    lexing = LexerConf(
        [TerminalDef(name, PatternRE(pattern)) for name, pattern in TERMINALS.items()],
        re,
        ["WS", "COMMENT", "BACKSLASH"],
    )
    parsing = ParserConf(rules, callbacks, ["start"])
    lexing.lexer_type, parsing.parser_type = "basic", "lalr"
    return ParsingFrontend(lexing, parsing, None)


_KEPT = RuleOptions(keep_all_tokens=True)


def _symbol(name: str) -> Terminal | NonTerminal:
    return Terminal(name) if name.isupper() else NonTerminal(name)


def _definitions(text: str, tree: Tree[Any]) -> Iterator[Definition]:
    for child in tree.children:
        statement, node = "", child
        if isinstance(child, Tree) and child.data in ("override", "extend"):
            statement, node = str(child.children[0]), child.children[1]
        if isinstance(node, Tree) and node.data in ("rule", "term"):
            yield _definition(text, node, statement)


def _definition(text: str, node: Any, statement: str) -> Definition:
    modifiers, name, colon = "", "", 0
    parameters: tuple[str, ...] = ()
    priority: int | None = None
    body: Any = None
    for child in node.children:
        kind: str = child.type if isinstance(child, Token) else child.data
        if kind in ("RULE", "TERMINAL"):
            name = str(child)
        elif kind == "_COLON":
            colon = _end(child)
        elif kind == "NUMBER":
            priority = int(child)
        elif kind == "rule_modifiers":
            modifiers = "".join(child.children)
        elif kind == "template_params":
            parameters = tuple(str(token) for token in child.children if token.type == "RULE")
        elif kind == "priority" and child.children:
            priority = int(child.children[1])
        elif kind == "expansions":
            body = child
    alternatives = tuple(_alternatives(text, body, colon))
    start = text.rindex("\n", 0, colon) + 1 if "\n" in text[:colon] else 0
    return Definition(
        name=name,
        modifiers=modifiers,
        parameters=parameters,
        priority=priority,
        statement=statement,
        alternatives=alternatives,
        start=start,
        body=alternatives[0].start,
        end=max(alternatives[-1].end, colon),
        line=text.count("\n", 0, start) + 1,
    )


def _alternatives(text: str, body: Tree[Any], after: int) -> Iterator[Alternative]:
    """The alternatives of a body that begins after an offset; an empty one stands right after its bar."""
    for child in body.children:
        if isinstance(child, Token):
            after = _end(child)
            continue
        alias = None
        parts = child
        if child.data == "alias":
            parts = child.children[0]
            if len(child.children) == 3:
                alias = str(child.children[2].children[0])
        found = tuple(_part(text, part) for part in parts.children)
        start = found[0].start if found else after
        end = found[-1].end if found else after
        if alias is not None:
            end = child.meta.end_pos
        yield Alternative(found, alias, start, end)


def _part(text: str, node: Any) -> Part:
    if node.data == "expr":
        whole, atom = node, node.children[0]
        operator = "".join(str(token) for token in node.children[1:])
        inner = _atom(text, atom.children[0] if atom.data == "atom" else atom, atom)
        end = _end(whole.children[-1]) if len(whole.children) > 1 else inner.end
        return Part(inner.kind, inner.text, operator, inner.start, end, inner.choices)
    return _atom(text, node, node)


def _atom(text: str, node: Any, whole: Any) -> Part:
    start, end = whole.meta.start_pos, whole.meta.end_pos
    if isinstance(node, Token):
        body = whole.children[1]
        return Part(GROUP, text[start:end], "", start, end, tuple(_alternatives(text, body, _end(node))))
    if node.data == "maybe":
        opening, body = node.children[0], node.children[1]
        return Part(MAYBE, text[start:end], "", start, end, tuple(_alternatives(text, body, _end(opening))))
    kind = node.children[0].data if node.data == "value" else OTHER
    named = {"terminal": NAME, "nonterminal": NAME, "literal": LITERAL}
    return Part(named.get(str(kind), OTHER), text[start:end], "", start, end)


def _end(token: Token) -> int:
    assert token.end_pos is not None
    return token.end_pos
