"""Writes a bundle's grammar in GBNF, the dialect that XGrammar and transformers-cfg read.

GBNF has no lexemes: what is ignored is written out after every terminal, the longest lexeme does not win,
and words may touch. It has no left recursion either, so that is removed (Paull's algorithm; Aho, Lam, Sethi,
Ullman, section 4.3.3), from the rules as Lark compiles them.
"""

from __future__ import annotations

import re
from re import _constants as sre
from re import _parser as sre_parser
from typing import Any

from lsp_server.constraint import Grammar
from lsp_server.lalr.regex import Alt, Chars, Node, Repeat, Seq, in_set

Body = tuple[str, ...]

_LARGEST = 4_000
"""A rule with more bodies than this is given up."""

_CATEGORY = {
    sre.CATEGORY_DIGIT: "0-9",
    sre.CATEGORY_WORD: "0-9A-Z_a-z\\u0080-\\uFFFF",
    sre.CATEGORY_SPACE: " \\t\\n\\r",
}


_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\", "]": "\\]", "[": "\\[", '"': '\\"'}


class DialectError(ValueError):
    """The grammar cannot be written in the dialect; the text says why."""


def gbnf(grammar: Grammar) -> str:
    """A bundle's grammar in GBNF; its root is `root`.

    Raises:
        DialectError: it cannot be written so.

    """
    names = {name: f"r{number}" for number, name in enumerate(grammar.table.by_origin)}
    names |= {name: f"t{number}" for number, name in enumerate(grammar.terminals)}
    rules = _reachable(grammar)
    tails = _without_left_recursion(rules)
    names |= {_tail(name): f"{names[name]}-tail" for name in tails}
    lines = [f"root ::= skip {names[grammar.language.start]}"]
    for name, bodies in rules.items():
        written = _bodies(bodies, names)
        if name in tails:
            lines.append(f"{names[name]} ::= ({written}) {names[_tail(name)]}")
            lines.append(f"{names[_tail(name)]} ::= ({_bodies(tails[name], names)})*")
        else:
            lines.append(f"{names[name]} ::= {written}")
    used = {symbol for bodies in (*rules.values(), *tails.values()) for body in bodies for symbol in body}
    for name in sorted(used & set(grammar.terminals) | grammar.ignored):
        terminal = grammar.terminals[name]
        after = "" if name in grammar.ignored else " skip"
        lines.append(f"{names[name]} ::= {_expression(terminal.node)}{after}")
    ignored = " | ".join(names[name] for name in sorted(grammar.ignored))
    lines.append(f"skip ::= ({ignored})*" if ignored else 'skip ::= ""')
    return "\n".join(lines) + "\n"


def _bodies(bodies: list[Body], names: dict[str, str]) -> str:
    return " | ".join(" ".join(names[symbol] for symbol in body) or '""' for body in dict.fromkeys(bodies))


def _reachable(grammar: Grammar) -> dict[str, list[Body]]:
    rules: dict[str, list[Body]] = {}
    pending = [grammar.language.start]
    while pending:
        name = pending.pop()
        if name in grammar.table.by_origin and name not in rules:
            rules[name] = [rule.expansion for rule in grammar.table.by_origin[name]]
            pending.extend(symbol for body in rules[name] for symbol in body)
    return rules


def _tail(name: str) -> str:
    return f"{name}'"


def _without_left_recursion(rules: dict[str, list[Body]]) -> dict[str, list[Body]]:
    """Change rules so that none begins with itself; by rule, what may then be repeated after it."""
    tails: dict[str, list[Body]] = {}
    order = [name for name in rules if _begins_with_itself(rules, name)]
    for index, name in enumerate(order):
        for earlier in order[:index]:
            bodies: list[Body] = []
            for body in rules[name]:
                if body[:1] != (earlier,):
                    bodies.append(body)
                    continue
                tail = (_tail(earlier),) if earlier in tails else ()
                bodies.extend((*first, *tail, *body[1:]) for first in rules[earlier])
            rules[name] = list(dict.fromkeys(bodies))
            if len(bodies) > _LARGEST:
                raise DialectError("left recursion that is too tangled")
        looping = [body[1:] for body in rules[name] if body[:1] == (name,) and len(body) > 1]
        if looping:
            rules[name] = [body for body in rules[name] if body[:1] != (name,)]
            tails[name] = looping
    return tails


def _begins_with_itself(rules: dict[str, list[Body]], name: str) -> bool:
    seen: set[str] = set()
    pending = [name]
    while pending:
        for body in rules.get(pending.pop(), ()):
            if body[:1] == (name,):
                return True
            if body and body[0] in rules and body[0] not in seen:
                seen.add(body[0])
                pending.append(body[0])
    return False


def _expression(node: Node) -> str:
    match node:
        case Chars(source):
            return _chars(source)
        case Seq(items):
            return " ".join(map(_expression, items)) or '""'
        case Alt(options):
            return f"({' | '.join(map(_expression, options))})"
        case Repeat(item, low, high):
            inner = f"({_expression(item)})"
            suffix = {(0, 1): "?", (0, None): "*", (1, None): "+"}.get((low, high))
            if suffix is not None:
                return inner + suffix
            needed = [inner] * low
            more = [f"{inner}*"] if high is None else [f"{inner}?"] * (high - low)
            return " ".join((*needed, *more)) or '""'


def _chars(source: str) -> str:
    (operation, value), *_ = sre_parser.parse(in_set(source).pattern, re.DOTALL)
    if operation is sre.ANY:
        return "[^\\n]"
    items: list[tuple[Any, Any]] = value if operation is sre.IN else [(operation, value)]
    if {(sre.CATEGORY, sre.CATEGORY_SPACE), (sre.CATEGORY, sre.CATEGORY_NOT_SPACE)} <= set(items):
        return "[\\x01-\\uFFFF]"
    negated = items[0][0] is sre.NEGATE or items[0][0] is sre.NOT_LITERAL
    return f"[{'^' if negated else ''}{''.join(_item(*item) for item in items)}]"


def _item(operation: Any, value: Any) -> str:
    if operation is sre.NEGATE:
        return ""
    if operation in (sre.LITERAL, sre.NOT_LITERAL):
        return _char(value)
    if operation is sre.RANGE:
        return f"{_char(value[0])}-{_char(value[1])}"
    if operation is sre.CATEGORY and value in _CATEGORY:
        return _CATEGORY[value]
    raise DialectError(f"no way to write {value}")


def _char(code: int) -> str:
    letter = chr(code)
    if letter in _NAMED:
        return _NAMED[letter]
    if 0x20 <= code < 0x7F and letter not in "-^":
        return letter
    return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}" if code < 0x10000 else "\\uFFFF"
