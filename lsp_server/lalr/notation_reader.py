"""Reads the text of a grammar with its places, by Lark's own parser of grammars, which keeps all tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from lark.common import LexerConf, ParserConf
from lark.exceptions import LarkError
from lark.grammar import NonTerminal, Rule, RuleOptions, Terminal
from lark.lexer import PatternRE, TerminalDef, Token
from lark.load_grammar import RULES, TERMINALS
from lark.parse_tree_builder import ParseTreeBuilder
from lark.parser_frontends import ParsingFrontend
from lark.tree import Tree

from lsp_server.errors import GrammarError
from lsp_server.lalr.bounds import READING, check_size, in_time
from lsp_server.lalr.notation import (
    DECLARE,
    GROUP,
    IGNORE,
    IMPORT,
    LITERAL,
    MAYBE,
    NAME,
    OTHER,
    Alternative,
    Definition,
    Notation,
    NotationPart,
    Statement,
    SymbolMention,
)
from lsp_server.text import Span

_NOWHERE = Path()


@lru_cache(maxsize=4)
def read_notation(text: str) -> Notation | None:
    """Read the text of a grammar; None where it is not one, or too large for one."""
    try:
        check_size(text, _NOWHERE)
        with in_time(_NOWHERE, READING):
            tree = _reader().parse(text + "\n", "start")
            return Notation(text, tuple(_definitions(text, tree)), tuple(_statements(tree)))
    except (LarkError, RecursionError, GrammarError):
        return None


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


def _mentions(node: Any) -> Iterator[SymbolMention]:
    """The names in a part of the tree."""
    if isinstance(node, Token):
        if node.type in ("RULE", "TERMINAL"):
            yield SymbolMention(str(node), _span(node))
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
    start = text.rfind("\n", 0, colon) + 1
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


def _part(text: str, node: Any) -> NotationPart:
    if node.data == "expr":
        atom = node.children[0]
        operator = "".join(str(token) for token in node.children[1:])
        inner = _atom(text, atom.children[0] if atom.data == "atom" else atom, atom)
        end = _end(node.children[-1]) if len(node.children) > 1 else inner.end
        return NotationPart(inner.kind, inner.text, operator, inner.start, end, inner.choices, inner.mentions)
    return _atom(text, node, node)


def _atom(text: str, node: Any, whole: Any) -> NotationPart:
    start, end = whole.meta.start_pos, whole.meta.end_pos
    kind = GROUP if isinstance(node, Token) else MAYBE if node.data == "maybe" else None
    if kind is not None:
        opening, body = (whole if kind == GROUP else node).children[:2]
        choices = tuple(_alternatives(text, body, _end(opening)))
        return NotationPart(kind, text[start:end], "", start, end, choices)
    kind = node.children[0].data if node.data == "value" else OTHER
    named = {"terminal": NAME, "nonterminal": NAME, "literal": LITERAL}
    return NotationPart(
        named.get(str(kind), OTHER), text[start:end], "", start, end, mentions=tuple(_mentions(node))
    )


def _span(token: Token) -> Span:
    assert token.start_pos is not None
    return Span(token.start_pos, _end(token))


def _end(token: Token) -> int:
    assert token.end_pos is not None
    return token.end_pos
