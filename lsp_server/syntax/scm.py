"""Reads the text of a query, in the part of tree-sitter's query language that trees of grammars have use for.

That is nodes, alternatives, groups, dots, `?`, `*`, `+`, captures and predicates. These trees have no fields
and no supertypes, so a pattern that names one is an error.
"""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass, replace
from typing import Never

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}
_DEEPEST = 100

_TOKEN = re.compile(
    r"""(?:\s|;[^\n]*)*(?:(?P<string>"(?:[^"\\\n]|\\.)*")|(?P<capture>@[\w-][\w.-]*)|(?P<predicate>\#[\w-]+[?!])"""
    r"""|(?P<field>![\w-]+|[\w-]+\s*:)|(?P<name>[\w-][\w.-]*)|(?P<sign>[][().?*+/])|(?P<other>.)|\Z)""",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Captured:
    """A capture that a predicate asks about."""

    name: str


@dataclass(frozen=True, slots=True)
class Predicate:
    """What stands in `(#name argument...)`, with the row of its pattern."""

    name: str
    arguments: tuple[str | Captured, ...]
    row: int


@dataclass(frozen=True, slots=True)
class Kind:
    """A node: of a kind, or where `name` is None of any, then of a named one where `named`.

    `closed` says that its last child here is its last named child.
    """

    name: str | None
    named: bool
    missing: bool = False
    captures: tuple[str, ...] = ()
    children: tuple[Item, ...] = ()
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Branches:
    """`[...]`: one of them."""

    options: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """`((...) (...))`: siblings."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One of those, or more of it: `anchored` is the dot before it, the others are the signs after it."""

    what: Kind | Branches | Group
    anchored: bool = False
    optional: bool = False
    repeated: bool = False


def read_patterns(
    source: str, named: Set[str], anonymous: Set[str]
) -> list[tuple[Item, tuple[Predicate, ...]]]:
    """The patterns of a query, each with all predicates in it, for a language that knows these kinds.

    Raises:
        ValueError: the query is wrong; the message has the row.

    """
    return _Reader(source, named, anonymous).patterns()


def unescaped(text: str) -> str:
    """What the inside of a string of a query stands for."""
    return re.sub(r"\\(.?)", lambda found: _ESCAPES.get(found[1], found[1]), text, flags=re.DOTALL)


class _Reader:
    """The tokens of a query, and how far they are read."""

    def __init__(self, source: str, named: Set[str], anonymous: Set[str]) -> None:
        self._source = source
        self._named = named
        self._anonymous = anonymous
        found = [token for token in _TOKEN.finditer(source) if token.lastgroup is not None]
        self._tokens = [(token.lastgroup or "", token[token.lastgroup or 0], token) for token in found]
        self._at = 0
        self._predicates: list[Predicate] = []
        self._captures: set[str] = set()
        self._row = 0

    def patterns(self) -> list[tuple[Item, tuple[Predicate, ...]]]:
        found = []
        while self._at < len(self._tokens):
            self._predicates, self._captures = [], set()
            self._row = self._row_of(self._at)
            item = self._item(0)
            found.append((item, tuple(self._predicates)))
        return found

    def _item(self, depth: int, *, anchored: bool = False) -> Item:
        """A pattern, with the signs and captures after it."""
        if depth > _DEEPEST:
            self._fail("Invalid syntax: too many brackets in brackets")
        item = Item(self._what(depth), anchored)
        while True:
            kind, text = self._next
            if kind == "capture":
                self._captures.add(text[1:])
                item = _called(item, text[1:])
            elif kind == "sign" and text in "?*+":
                item = replace(
                    item, optional=item.optional or text != "+", repeated=item.repeated or text != "?"
                )
            else:
                return item
            self._at += 1

    def _what(self, depth: int) -> Kind | Branches | Group:
        kind, text = self._next
        if kind == "string":
            return self._anonymous_kind()
        if (kind, text) == ("name", "_"):
            self._at += 1
            return Kind(None, named=False)
        if (kind, text) == ("sign", "["):
            self._at += 1
            options, _ = self._items(depth, "]")
            if not options:
                self._fail("Invalid syntax", self._at - 1)
            return Branches(options)
        self._take("(")
        if self._next[0] == "name":
            return self._node(depth)
        items, closed = self._items(depth, ")")
        if not items or closed or items[0].anchored:
            self._fail("Invalid syntax", self._at - 1)
        return Group(items) if len(items) > 1 or items[0].optional or items[0].repeated else items[0].what

    def _node(self, depth: int) -> Kind:
        _, name = self._next
        self._at += 1
        found = Kind(name, named=True)
        if name == "_":
            found = Kind(None, named=True)
        elif name == "MISSING":
            kind, text = self._next
            found = Kind(None, named=True)
            if kind == "string":
                found = self._anonymous_kind()
            elif kind == "name":
                found = Kind(self._known(text), named=True)
                self._at += 1
            found = replace(found, missing=True)
        elif name != "ERROR":
            self._at -= 1
            self._known(name)
            self._at += 1
        items, closed = self._items(depth, ")")
        return replace(found, children=items, closed=closed)

    def _items(self, depth: int, closer: str) -> tuple[tuple[Item, ...], bool]:
        """What is in brackets, up to and with the end; and whether there is a dot before that."""
        items: list[Item] = []
        while True:
            anchored = closer == ")" and self._next == ("sign", ".")
            self._at += anchored
            kind, text = self._next
            if (kind, text) == ("sign", closer):
                if anchored and not items:
                    self._fail("Invalid syntax")
                self._at += 1
                return tuple(items), anchored
            after = self._tokens[self._at + 1] if self._at + 1 < len(self._tokens) else None
            if (kind, text) == ("sign", "(") and after is not None and after[0] == "predicate":
                self._predicate()
            elif kind == "field":
                self._fail("Invalid field name: these trees have no fields")
            else:
                items.append(self._item(depth + 1, anchored=anchored))

    def _known(self, name: str) -> str:
        if name not in self._named:
            self._fail("Invalid node type", detail=name)
        return name

    def _anonymous_kind(self) -> Kind:
        text = unescaped(self._next[1][1:-1])
        if text not in self._anonymous:
            self._fail("Invalid node type", detail=text)
        self._at += 1
        return Kind(text, named=False)

    def _predicate(self) -> None:
        name = self._tokens[self._at + 1][1][1:]
        self._at += 2
        arguments: list[str | Captured] = []
        while self._next != ("sign", ")"):
            kind, text = self._next
            if kind == "capture" and text[1:] not in self._captures:
                self._fail("Invalid capture name", detail=text[1:])
            if kind not in ("capture", "string", "name"):
                self._fail("Invalid syntax")
            named = text if kind == "name" else unescaped(text[1:-1])
            arguments.append(Captured(text[1:]) if kind == "capture" else named)
            self._at += 1
        self._at += 1
        self._predicates.append(Predicate(name, tuple(arguments), self._row))

    @property
    def _next(self) -> tuple[str, str]:
        return self._tokens[self._at][:2] if self._at < len(self._tokens) else ("", "")

    def _take(self, sign: str) -> None:
        if self._next != ("sign", sign):
            self._fail("Invalid syntax")
        self._at += 1

    def _row_of(self, at: int) -> int:
        kind, _, token = self._tokens[at]
        return self._source.count("\n", 0, token.start(kind))

    def _fail(self, what: str, at: int | None = None, detail: str = "") -> Never:
        at = self._at if at is None else at
        if at >= len(self._tokens):
            raise ValueError("Unexpected EOF")
        message = f"{what} at row {self._row_of(at)}"
        raise ValueError(f"{message}: {detail}" if detail else message)


def _called(item: Item, name: str) -> Item:
    """A pattern whose first node, in each alternative, is captured under one name more."""
    what: Kind | Branches | Group
    match item.what:
        case Kind(captures=captures):
            what = replace(item.what, captures=(*captures, name))
        case Branches(options):
            what = Branches(tuple(_called(option, name) for option in options))
        case Group(items):
            what = Group((_called(items[0], name), *items[1:]))
    return replace(item, what=what)
