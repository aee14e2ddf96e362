"""The text of a grammar as its author wrote it: definitions, statements and parts, each with its place.

What a definition means is for others; here is only where everything stands, so that it can be pointed at
and edited. Lark's own parser of grammars reads it, with the tokens kept that it drops.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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

from lsp_server.text import Span

NAME, LITERAL, GROUP, MAYBE, OTHER = "name", "literal", "group", "maybe", "other"
IMPORT, IGNORE, DECLARE = "%import", "%ignore", "%declare"

_COMMENT = re.compile(r'"(?:\\.|[^"\\\n])*"|/(?!/)(?:\\.|[^/\\\n])+/|((?://|#)[^\n]*)')
_HELPER = re.compile(r"__(?P<rule>.+?)_(?:star|plus|repeat_\w+?)_\d+")


@dataclass(frozen=True, slots=True)
class Mention:
    """The name of a rule or terminal, and where it stands."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Part:
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
    mentions: tuple[Mention, ...] = ()

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

    def within(self) -> Iterator[Part]:
        """All parts of all alternatives."""
        for alternative in self.alternatives:
            yield from alternative.within()

    def mentions(self) -> Iterator[Mention]:
        """What it names, as often as it does; its own parameters are no names."""
        for part in self.within():
            yield from (mention for mention in part.mentions if mention.name not in self.parameters)


@dataclass(frozen=True, slots=True)
class Statement:
    """A line that defines nothing: `IMPORT` with the names that it brings in, `IGNORE` or `DECLARE`."""

    keyword: str
    mentions: tuple[Mention, ...]


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

    def text_of(self, parts: Sequence[Part]) -> str:
        """What stands from the first to the last of some parts that follow each other."""
        return self.text[parts[0].start : parts[-1].end] if parts else ""

    def named_in(self, *keywords: str) -> tuple[Mention, ...]:
        """What statements of some kinds name."""
        return tuple(m for s in self.statements if s.keyword in keywords for m in s.mentions)

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


def read_notation(text: str) -> Notation | None:
    """Read the text of a grammar; None where it is not one."""
    try:
        tree = _reader().parse(text + "\n", "start")
    except (LarkError, RecursionError):
        return None
    return Notation(text, tuple(_definitions(text, tree)), tuple(_statements(tree)))


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


def _statements(tree: Tree[Any]) -> Iterator[Statement]:
    for child in tree.children:
        match child:
            case Tree(data="import", children=[_, path, *given]):
                named = [mention for one in given for mention in _mentions(one)]
                yield Statement(IMPORT, tuple(named or list(_mentions(path))[-1:]))
            case Tree(data="ignore" | "declare"):
                keyword = IGNORE if child.data == "ignore" else DECLARE
                yield Statement(keyword, tuple(_mentions(child)))


def _mentions(node: Any) -> Iterator[Mention]:
    """The names in a part of the tree."""
    if isinstance(node, Token):
        if node.type in ("RULE", "TERMINAL"):
            yield Mention(str(node), _span(node))
    else:
        for child in node.children:
            yield from _mentions(child)


def _definition(text: str, node: Any, statement: str) -> Definition:
    modifiers, name, named, colon = "", "", Span(0, 0), 0
    parameters: tuple[str, ...] = ()
    priority: int | None = None
    body: Any = None
    for child in node.children:
        kind: str = child.type if isinstance(child, Token) else child.data
        if kind in ("RULE", "TERMINAL"):
            name, named = str(child), _span(child)
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
        named=named,
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
        return Part(inner.kind, inner.text, operator, inner.start, end, inner.choices, inner.mentions)
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
    return Part(named.get(str(kind), OTHER), text[start:end], "", start, end, mentions=tuple(_mentions(node)))


def _span(token: Token) -> Span:
    assert token.start_pos is not None
    return Span(token.start_pos, _end(token))


def _end(token: Token) -> int:
    assert token.end_pos is not None
    return token.end_pos
