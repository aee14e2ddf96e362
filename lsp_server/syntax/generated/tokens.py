"""The terminals of a Lark grammar as tokens of a tree-sitter grammar.

Lark takes the first terminal that matches, in an order of its own; tree-sitter the one of highest precedence,
then the longest, then a fixed text, then the one defined first. Priorities become precedences, and tokens are
defined in Lark's order, so that the two differ only where Lark's order puts a shorter match first.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Any

from lsp_server.lalr import CODE, Grammar
from lsp_server.lalr.lexicon import Terminal
from lsp_server.lalr.regex import Alt, Chars, Node, Repeat, Seq, in_set, literal
from lsp_server.syntax.generated.names import Names

Json = dict[str, Any]

_LAST = 0x10FFFF
_SURROGATES = (0xD800, 0xDFFF)
_CATEGORY = re.compile(r"\\[dDwWsS]")


class Tokens:
    """How each terminal is written where it stands in a rule, and the rules that define those with a name."""

    def __init__(self, grammar: Grammar, used: Mapping[str, Collection[bool]], names: Names) -> None:
        """`used`: by terminal that stands in rules, whether its leaves there are named."""
        self._grammar = grammar
        self._inside = _inside(grammar)
        self._ignored = [grammar.terminals[name] for name in sorted(grammar.ignored)]
        extras = {terminal.name for terminal in self._ignored if not is_blank(terminal.node)}
        self._names = {
            terminal.name: names.take(terminal.name if True in used.get(terminal.name, (True,)) else "_" + terminal.name)
            for terminal in sorted(grammar.terminals.values(), key=_order)
            if terminal.name in extras or (terminal.name in used and not self._is_plain(terminal, used))
        }

    def _is_plain(self, terminal: Terminal, used: Mapping[str, Collection[bool]]) -> bool:
        """Whether a terminal is no more than a text, and never a named leaf."""
        return (
            terminal.word is not None
            and not terminal.fold
            and not terminal.priority
            and terminal.name not in self._inside
            and set(used[terminal.name]) == {False}
        )

    def leaf(self, name: str, *, named: bool) -> Json:
        """A terminal in a rule."""
        terminal = self._grammar.terminals[name]
        if name not in self._names:
            return {"type": "STRING", "value": terminal.word}
        token, kind = self._names[name], name if named or terminal.word is None else terminal.word
        symbol = {"type": "SYMBOL", "name": token}
        if named and token == kind:
            return symbol
        return {"type": "ALIAS", "content": symbol, "named": named, "value": kind}

    def rules(self) -> dict[str, Json]:
        """The rules of tokens, in the order in which they are tried.

        tree-sitter takes two that are written alike for one, so that the later is written in parentheses.
        """
        found: dict[str, Json] = {}
        for name, token in self._names.items():
            rule = self._token(self._grammar.terminals[name])
            while rule in found.values():
                rule = _in_parentheses(rule)
            found[token] = rule
        return found

    def extras(self) -> list[Json]:
        """What may stand between any two tokens: comments as nodes, blanks as nothing."""
        return [
            {"type": "SYMBOL", "name": self._names[terminal.name]}
            if terminal.name in self._names
            else _content(terminal)
            for terminal in self._ignored
        ]

    def word(self) -> str | None:
        """The token as which keywords are read before they are told from it.

        It is the terminal that reads most of the fixed texts, if it can be told from what it is not by the
        bundle's own expression for a word.
        """
        texts = [t for t in self._grammar.terminals.values() if t.word is not None]
        readers = [
            (sum(_reads(general, text) for text in texts), token)
            for name, token in self._names.items()
            if name not in self._inside and self._is_wordlike(general := self._grammar.terminals[name])
        ]
        count, token = max(readers, default=(0, ""))
        return token if count else None

    def _is_wordlike(self, terminal: Terminal) -> bool:
        match = re.compile(self._grammar.language.word).fullmatch
        return terminal.word is None and match("x") is not None and bool(re.fullmatch(terminal.pattern, "x"))

    def _token(self, terminal: Terminal) -> Json:
        content, inside = _content(terminal), terminal.name in self._inside
        if terminal.priority:
            content = {"type": "PREC", "value": terminal.priority, "content": content}
        if inside or terminal.priority:
            return {"type": "IMMEDIATE_TOKEN" if inside else "TOKEN", "content": content}
        return content


def is_blank(node: Node) -> bool:
    """Whether an expression matches white space alone."""
    match node:
        case Chars(source):
            return all(chr(code).isspace() for low, high in ranges(source) for code in range(low, min(high, low + 40) + 1))
        case Seq(items) | Alt(items):
            return all(map(is_blank, items))
        case Repeat(item, _, _):
            return is_blank(item)


def pattern(node: Node) -> str:
    """An expression as tree-sitter takes it: classes that mean less there are written out."""
    match node:
        case Chars(source):
            return _written_out(source) if _CATEGORY.search(source) else source
        case Seq(items):
            return "".join(f"({pattern(item)})" if isinstance(item, Alt) else pattern(item) for item in items)
        case Alt(options):
            return "|".join(map(pattern, options))
        case Repeat(item, low, high):
            inner = pattern(item) if isinstance(item, Chars) else f"({pattern(item)})"
            count = f"{{{low}}}" if high == low else f"{{{low},{'' if high is None else high}}}"
            return inner + {(0, None): "*", (1, None): "+", (0, 1): "?"}.get((low, high), count)


@cache
def ranges(source: str) -> tuple[tuple[int, int], ...]:
    """The code points of a set, in order, without surrogates, which stand in no text."""
    found: list[tuple[int, int]] = []
    for match in re.finditer(f"(?:{in_set(source).pattern})+", _every_character()):
        low, high = match.start(), match.end() - 1
        first, last = _SURROGATES
        found.extend((a, b) for a, b in ((low, min(high, first - 1)), (max(low, last + 1), high)) if a <= b)
    return tuple(found)


@cache
def _every_character() -> str:
    return "".join(map(chr, range(_LAST + 1)))


@cache
def _written_out(source: str) -> str:
    parts = (f"\\u{{{a:x}}}" + (f"-\\u{{{b:x}}}" if b > a else "") for a, b in ranges(source))
    return f"[{''.join(parts)}]"


def _content(terminal: Terminal) -> Json:
    if terminal.word is not None and not terminal.fold:
        return {"type": "STRING", "value": terminal.word}
    return {"type": "PATTERN", "value": pattern(terminal.node)}


def _in_parentheses(rule: Json) -> Json:
    if "content" in rule:
        return rule | {"content": _in_parentheses(rule["content"])}
    text = pattern(literal(rule["value"])) if rule["type"] == "STRING" else rule["value"]
    return {"type": "PATTERN", "value": f"({text})"}


def _order(terminal: Terminal) -> tuple[Any, ...]:
    return -terminal.priority, terminal.word is None, terminal.order


def _reads(general: Terminal, text: Terminal) -> bool:
    """Whether a text is read as another terminal first, and then told from it."""
    assert text.word is not None
    same = general.priority == text.priority
    return same and text.word.isidentifier() and bool(re.fullmatch(general.pattern, text.word))


def _inside(grammar: Grammar) -> frozenset[str]:
    """The terminals before which no blank is ever ignored, since it would be text there."""
    code, text = set[str](), set[str]()
    for state in grammar.table.entered:
        (code if grammar.modes[state] == CODE else text).update(grammar.table.accepts[state])
    return frozenset(text - code)


__all__ = ["Iterator", "Json", "Tokens", "is_blank", "pattern", "ranges"]
