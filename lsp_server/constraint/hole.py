"""The left quotient: a context-free grammar of exactly the texts that may follow a parser stack.

Let s0..sn be the states on the stack. Each kernel item `A -> a . b` of sn may go on with b, and then with
whatever may follow an A that began |a| states below the top. What may follow an A begun at depth d is read
off the items `B -> g . A h` in the closure of s_d: h, and then whatever may follow a B begun |g| states
further down. There are at most depth times nonterminals such symbols, left recursion stays recursion, and
the size depends on how deeply the cursor is nested, never on the length of the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from lsp_server.lalr.table import END, Rule, Table

# Symbols are tuples since most of the time goes into hashing them; `kind` tells those of two classes apart.


class After(NamedTuple):
    """What may follow a `name` that began when the stack had `depth` states above its bottom."""

    depth: int
    name: str
    kind: str = "after"


class Crossing(NamedTuple):
    """The part, before the suffix, of a `symbol` that ends with suffix lexeme number `last`.

    The first of them begins before the suffix if `inside`.
    """

    symbol: Symbol
    last: int
    inside: bool = False
    kind: str = "crossing"


class Hole(NamedTuple):
    """The start symbol of a hole grammar; with a lexeme, of what may follow that."""

    after: First | None = None
    kind: str = "hole"


class First(NamedTuple):
    """A terminal that comes first, of which not all texts may; if it is `apart`, with something ignored after
    it.
    """

    terminal: str
    apart: bool = False
    kind: str = "first"


class Beginning(NamedTuple):
    """What a terminal matches, without an `ending` that stands after the cursor already."""

    terminal: str
    ending: str
    kind: str = "beginning"


class Apart(NamedTuple):
    """A terminal and something ignored after it."""

    terminal: str
    kind: str = "apart"


class Variant(NamedTuple):
    """What a `symbol` derives, but no terminal out of `without` comes first, and each of `apart` stands apart
    if it comes last. Masks are bits of the table. It never derives the empty text.
    """

    symbol: Symbol
    without: int
    apart: int
    kind: str = "variant"


class Within(NamedTuple):
    """A `symbol` within brackets, where the ends of lines do not count."""

    symbol: Symbol
    kind: str = "within"


class Maybe(NamedTuple):
    """A variant, within brackets or not, or the empty text."""

    symbol: Variant | Within
    kind: str = "maybe"


Symbol = str | After | Crossing | Hole | First | Beginning | Apart | Variant | Within | Maybe
Body = tuple[Symbol, ...]


def ends_inside(body: Body) -> bool:
    """Whether a body of the start symbol derives what ends inside a lexeme that goes on after the cursor."""
    parts = (part.symbol if isinstance(part, Within) else part for part in body)
    return any(isinstance(part, Crossing) and part.inside for part in parts)


@dataclass(frozen=True, eq=False)
class Cfg:
    """A context-free grammar. A string is a terminal unless it has rules; `END` is the end of the text.

    `open` says that a beginning of a sentence is a sentence too, cut after any lexeme.
    """

    start: Symbol
    rules: Mapping[Symbol, tuple[Body, ...]]
    table: Table
    open: bool = False


def left_quotient(table: Table, states: tuple[int, ...]) -> Cfg:
    """The grammar of everything that may follow a stack, to the end of the text; its states from below."""
    top = len(states) - 1
    rules: dict[Symbol, tuple[Body, ...]] = {}
    pending: list[Symbol] = []

    def after(depth: int, name: str) -> Symbol:
        symbol = After(depth, name)
        if symbol not in rules:
            rules[symbol] = ()
            pending.append(symbol)
        return symbol

    def rest(rule: Rule, dot: int, began: int) -> Body:
        tail: Symbol = END if rule == table.root else after(began, rule.origin)
        return (*rule.expansion[dot:], tail)

    start = Hole()
    rules[start] = tuple(rest(item.rule, item.dot, top - item.dot) for item in table.kernels[states[-1]])
    while pending:
        symbol = pending.pop()
        assert isinstance(symbol, After)
        rules[symbol] = tuple(
            rest(item.rule, item.dot + 1, symbol.depth - item.dot)
            for item in table.before(states[symbol.depth], symbol.name)
        )
    return Cfg(start, {**rules, **table.sound}, table)


def moved(symbol: Symbol, start: Hole, by: int) -> Symbol:
    """A symbol of a hole grammar in one that has others of its own: with another start, and another depth."""
    match symbol:
        case Hole():
            return start
        case After():
            return symbol._replace(depth=symbol.depth + by)
        case Crossing() | Variant() | Within():
            return symbol._replace(symbol=moved(symbol.symbol, start, by))
        case Maybe(Variant() | Within() as inner):
            return Maybe(inner._replace(symbol=moved(inner.symbol, start, by)))
    return symbol


def either(one: Cfg, two: Cfg) -> Cfg:
    """What either of two right quotients of the same grammar takes, one of which is from inside a lexeme."""
    start = one.start
    return Cfg(
        start, {**one.rules, **two.rules, start: (*one.rules[start], *two.rules[start])}, one.table, two.open
    )
