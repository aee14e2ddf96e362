"""The terminals of a Lark grammar as tokens of a tree-sitter grammar.

Lark takes the first terminal that matches, in an order of its own; tree-sitter the one of highest precedence,
then the longest, then a fixed text, then the one defined first. Priorities become precedences, and tokens are
defined in Lark's order, so that the two differ only where Lark's order puts a shorter match first.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from lsp_server.lalr import Grammar
from lsp_server.lalr.lexicon import Terminal
from lsp_server.lalr.regex import Alt, Chars, Node, Repeat, Seq, first, in_set, literal
from lsp_server.syntax.blanks import is_blank
from lsp_server.syntax.generated.names import Names

Json = dict[str, Any]

_EXTRA = "Extra"
"""Begins the name of a token that may stand anywhere, where its own would hide it; no other begins so."""

_BLANKS = " \t\n\r\f\v"
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
        rules = grammar.language.indentation
        self._lines = () if rules is None else (rules.newline, rules.indent, rules.dedent)
        self._join = names.take("_join") if rules else ""
        extras = {t.name for t in self._ignored if not is_blank(t.node) or self._is_begun(t, used)}
        blanks = {terminal.name for terminal in self._ignored if is_blank(terminal.node)}
        defined = [
            terminal.name
            for terminal in sorted(grammar.terminals.values(), key=_order)
            if terminal.name in extras or (terminal.name in used and not self._is_plain(terminal, used))
        ]
        comments = extras - blanks
        named = comments | {name for name, uses in used.items() if True in uses}
        prefixes = {name: "" if name in named else "_" for name in (*defined, *self._lines)}
        prefixes |= {name: _EXTRA for name in comments if name.startswith("_")}
        self._names = {name: names.take(prefix + name) for name, prefix in prefixes.items()}

    def _is_plain(self, terminal: Terminal, used: Mapping[str, Collection[bool]]) -> bool:
        """Whether a terminal is no more than a text, and never a named leaf."""
        return (
            terminal.word is not None
            and not terminal.fold
            and not terminal.priority
            and terminal.name not in self._inside
            and set(used[terminal.name]) == {False}
        )

    def _is_begun(self, blank: Terminal, used: Mapping[str, Collection[bool]]) -> bool:
        """Whether something else may begin like a blank.

        The blank is a token then too, lest the lexer be lost in the other where it does not go on.
        """
        starts = {c for c in _BLANKS if re.match(blank.pattern, c)}
        others = (
            t for name, t in self._grammar.terminals.items() if name in used or name in self._grammar.ignored
        )
        return any(
            t is not blank
            and not (is_blank(t.node) and t.name in self._grammar.ignored)
            and _begins(t, starts)
            for t in others
        )

    def leaf(self, name: str, *, named: bool) -> Json:
        """A terminal in a rule."""
        terminal = self._grammar.terminals.get(name)
        word = None if terminal is None else terminal.word
        if name not in self._names:
            return {"type": "STRING", "value": word}
        token, kind = self._names[name], name if named or word is None else word
        symbol = _symbol(token)
        if named and token == kind and not token.startswith("_"):
            return symbol
        return {"type": "ALIAS", "content": symbol, "named": named, "value": kind}

    def rules(self) -> dict[str, Json]:
        """The rules of tokens, in the order in which they are tried.

        tree-sitter takes two that are written alike for one, so that the later is written in parentheses.
        """
        found: dict[str, Json] = {}
        written: set[str] = set()
        for name, token in self._names.items():
            if name in self._lines:
                continue
            rule = self._token(self._grammar.terminals[name])
            while (text := json.dumps(rule)) in written:
                rule = _in_parentheses(rule)
            written.add(text)
            found[token] = rule
        return found

    def extras(self) -> list[Json]:
        """What may stand between any two tokens: comments as nodes, blanks as none."""
        extras = [
            _symbol(self._names[terminal.name]) if terminal.name in self._names else _content(terminal)
            for terminal in self._ignored
        ]
        return [_symbol(self._join), *extras] if self._join else extras

    def externals(self) -> list[Json]:
        """What the scanner reads, in the order in which it numbers them."""
        rules = self._grammar.language.indentation
        if rules is None:
            return []
        own = (*(self._names[name] for name in self._lines), self._join)
        return [*map(_symbol, own), *(self._bracket(name) for pair in rules.brackets for name in pair)]

    def _bracket(self, name: str) -> Json:
        if name in self._names:
            return _symbol(self._names[name])
        return {"type": "STRING", "value": self._grammar.terminals[name].word}

    def word(self) -> str | None:
        """The token as which keywords are read before they are told from it, if there is one.

        tree-sitter then reads it wherever a keyword may stand that it matches, though Lark would not. So
        it is a terminal that the bundle says is reserved, which means the same: the one that matches most.
        """
        texts = [t for t in self._grammar.terminals.values() if t.word is not None]
        readers = [
            (sum(_reads(self._grammar.terminals[name], text) for text in texts), token)
            for name, token in self._names.items()
            if name in self._grammar.reserved and name not in self._inside
        ]
        count, token = max(readers, default=(0, ""))
        return token if count else None

    def _token(self, terminal: Terminal) -> Json:
        content, inside = _content(terminal), terminal.name in self._inside
        if terminal.priority:
            content = {"type": "PREC", "value": terminal.priority, "content": content}
        if inside or terminal.priority:
            return {"type": "IMMEDIATE_TOKEN" if inside else "TOKEN", "content": content}
        return content


def with_names(parser: str) -> str:
    """A generated parser in which the tokens that may stand anywhere have their own names."""
    return re.sub(rf'= "{_EXTRA}(_\w+)"', r'= "\1"', parser)


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


def _symbol(name: str) -> Json:
    return {"type": "SYMBOL", "name": name}


def _content(terminal: Terminal) -> Json:
    if terminal.word is not None and not terminal.fold:
        return {"type": "STRING", "value": terminal.word}
    return {"type": "PATTERN", "value": pattern(terminal.node)}


def _in_parentheses(rule: Json) -> Json:
    if "content" in rule:
        return rule | {"content": _in_parentheses(rule["content"])}
    text = pattern(literal(rule["value"])) if rule["type"] == "STRING" else rule["value"]
    return {"type": "PATTERN", "value": f"({text})"}


def _begins(terminal: Terminal, characters: Collection[str]) -> bool:
    sets = [in_set(source) for source in first(terminal.node)]
    return any(chars.match(character) for chars in sets for character in characters)


def _order(terminal: Terminal) -> tuple[Any, ...]:
    return -terminal.priority, terminal.word is None, terminal.order


def _reads(general: Terminal, text: Terminal) -> bool:
    """Whether a text is read as another terminal first, and then told from it."""
    assert text.word is not None
    same = general.word is None and general.priority == text.priority
    return same and text.word.isidentifier() and bool(re.fullmatch(general.pattern, text.word))


def _inside(grammar: Grammar) -> frozenset[str]:
    """The terminals before which no blank is ever ignored, since each would be text there."""
    blanks = [grammar.terminals[name] for name in grammar.ignored if is_blank(grammar.terminals[name].node)]
    characters = [c for c in _BLANKS if any(re.match(blank.pattern, c) for blank in blanks)]
    code, text = set[str](), set[str]()
    for accepts in {grammar.table.accepts[state] for state in grammar.table.entered}:
        read = (grammar.read_first(character, accepts) for character in characters)
        ignoring = not characters or any(name is None or name in grammar.ignored for name in read)
        (code if ignoring else text).update(accepts)
    return frozenset(text - code)
