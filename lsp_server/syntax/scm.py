"""Reads the text of a query, in tree-sitter's query language, into patterns.

What is read here, and what is refused, is what tree-sitter 0.26 reads and refuses, with its words. Our trees
have no fields and no supertypes, so a pattern that names one is an error.
"""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass
from typing import Never

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}
_DEEPEST = 200


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

    `closed` says that its last child here is its last child.
    """

    name: str | None
    named: bool
    missing: bool = False
    children: tuple[Item, ...] = ()
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Branches:
    """`[...]`: one of them."""

    options: tuple[Pattern | Predicate, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """`((...) (...))`: siblings."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """One of those, with what is written after it: `?`, `*` and `+` in any number, and captures."""

    what: Kind | Branches | Group
    optional: bool
    repeated: bool
    captures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A part of a group or a child of a node; `anchored` is the dot before it."""

    anchored: bool
    what: Pattern | Predicate


def read_patterns(
    source: str, named: Set[str], anonymous: Set[str]
) -> list[tuple[Pattern | Predicate, tuple[Predicate, ...]]]:
    """The patterns of a query, each with all predicates in it, for a language that knows these kinds.

    Raises:
        ValueError: the query is wrong; the message has the row.

    """
    return _Reader(source, named, anonymous).patterns()


def unescaped(text: str) -> str:
    """What the inside of a string of a query stands for."""
    return re.sub(r"\\(.?)", lambda found: _ESCAPES.get(found[1], found[1]), text, flags=re.DOTALL)


class _Reader:
    """A place in the text, and what is to be remembered of what is before it."""

    def __init__(self, source: str, named: Set[str], anonymous: Set[str]) -> None:
        self._source = source
        self._named = named
        self._anonymous = anonymous
        self._at = 0
        self._depth = 0
        self._row = 0
        self._captures: set[str] = set()
        self._predicates: list[Predicate] = []

    def patterns(self) -> list[tuple[Pattern | Predicate, tuple[Predicate, ...]]]:
        found = []
        self._skip()
        while self._at < len(self._source):
            self._row = self._source.count("\n", 0, self._at)
            self._predicates = []
            pattern = self._pattern()
            if pattern is None:
                self._fail("Invalid syntax")
            found.append((pattern, tuple(self._predicates)))
            self._skip()
        return found

    def _pattern(self) -> Pattern | Predicate | None:
        """A pattern; None at the bracket that closes what is around it."""
        if self._next in ("", "\0") or self._depth > _DEEPEST:
            self._fail("Invalid syntax")
        if self._next in ")]":
            return None
        self._depth += 1
        what = self._what()
        self._depth -= 1
        return what if isinstance(what, Predicate) else self._suffixed(what)

    def _what(self) -> Kind | Branches | Group | Predicate:
        if self._take("["):
            return self._branches()
        if self._take("("):
            if self._next in ("(", '"', "["):
                return Group(self._items()[0])
            if self._take(".", skip=False) or self._take("#", skip=False):
                return self._predicate()
            return self._node()
        if self._take("_"):
            return Kind(None, named=False)
        if self._next == '"':
            return self._anonymous_kind()
        return self._field()

    def _branches(self) -> Branches:
        options = []
        while (option := self._pattern()) is not None:
            options.append(option)
        if not options or not self._take("]", skip=False):
            self._fail("Invalid syntax")
        return Branches(tuple(options))

    def _items(self, node: bool = False) -> tuple[tuple[Item, ...], bool]:
        """What is in parentheses, up to and with the end; and whether there is a dot before that."""
        items: list[Item] = []
        while True:
            if node and self._take("!"):
                self._refuse_field()
            dot = self._at
            anchored = self._take(".")
            if anchored and not node and self._next == ")":
                self._fail("Invalid syntax", dot)
            what = self._pattern()
            if what is None:
                if self._next != ")" or (anchored and not items):
                    self._fail("Invalid syntax")
                self._at += 1
                return tuple(items), anchored
            items.append(Item(anchored, what))

    def _node(self) -> Kind:
        start = self._at
        if not self._begins_name():
            self._fail("Invalid syntax")
        name = self._name()
        kind: str | None = name
        named = True
        if name == "_":
            kind = None
        elif name == "MISSING":
            kind, named = self._missing()
        else:
            self._check_named(name, start)
        if self._next == "/":
            self._fail("Impossible pattern", start - 1, f"{name} is no supertype")
        self._skip()
        children, closed = self._items(node=True)
        return Kind(kind, named, name == "MISSING", children, closed)

    def _missing(self) -> tuple[str | None, bool]:
        self._skip()
        start = self._at
        if self._begins_name():
            name = self._name()
            self._check_named(name, start)
            return name, True
        if self._next == '"':
            return self._anonymous_kind().name, False
        if self._next != ")":
            self._fail("Invalid syntax")
        return None, True

    def _check_named(self, name: str, at: int) -> None:
        if name not in self._named and name != "ERROR":
            self._fail("Invalid node type", at, name)

    def _anonymous_kind(self) -> Kind:
        start = self._at
        text = self._string()
        if text not in self._anonymous:
            self._fail("Invalid node type", start + 1, text)
        return Kind(text, named=False)

    def _field(self) -> Never:
        start = self._at
        if not self._begins_name():
            self._fail("Invalid syntax")
        name = self._name()
        self._skip()
        if not self._take(":"):
            self._fail("Invalid syntax", start)
        if self._pattern() is None:
            self._fail("Invalid syntax")
        self._fail("Invalid field name", start, name)

    def _refuse_field(self) -> Never:
        start = self._at
        if not self._begins_name():
            self._fail("Invalid syntax")
        self._fail("Invalid field name", start, self._name())

    def _suffixed(self, what: Kind | Branches | Group) -> Pattern:
        self._skip()
        signs = ""
        captures = []
        while self._next in ("+", "*", "?", "@"):
            if not self._take("@", skip=False):
                signs += self._next
                self._take(self._next)
                continue
            if not self._begins_name():
                self._fail("Invalid syntax")
            captures.append(self._name())
            self._skip()
        self._captures.update(captures)
        optional, repeated = "?" in signs or "*" in signs, "+" in signs or "*" in signs
        return Pattern(what, optional, repeated, tuple(captures))

    def _predicate(self) -> Predicate:
        start = self._at
        if not self._begins_name():
            self._fail("Invalid syntax")
        self._name()
        if self._next not in ("?", "!"):
            self._fail("Invalid syntax")
        self._at += 1
        name = self._source[start : self._at]
        arguments: list[str | Captured] = []
        self._skip()
        while not self._take(")"):
            arguments.append(self._argument())
            self._skip()
        predicate = Predicate(name, tuple(arguments), self._row)
        self._predicates.append(predicate)
        return predicate

    def _argument(self) -> str | Captured:
        if self._next == '"':
            return self._string()
        captured = self._take("@", skip=False)
        if not self._begins_name():
            self._fail("Invalid syntax")
        start = self._at
        name = self._name()
        if captured and name not in self._captures:
            self._fail("Invalid capture name", start, name)
        return Captured(name) if captured else name

    def _string(self) -> str:
        start = self._at
        self._at += 1
        while self._next not in ('"', "\n", "", "\0"):
            self._at += 2 if self._next == "\\" else 1
        if self._next != '"':
            self._fail("Invalid syntax", start)
        self._at += 1
        return unescaped(self._source[start + 1 : self._at - 1])

    @property
    def _next(self) -> str:
        return self._source[self._at : self._at + 1]

    def _take(self, sign: str, *, skip: bool = True) -> bool:
        taken = self._next == sign
        if taken:
            self._at += 1
            if skip:
                self._skip()
        return taken

    def _begins_name(self) -> bool:
        return self._next.isalnum() or (self._next != "" and self._next in "_-")

    def _name(self) -> str:
        """A name; a dot may be in it, but not at its beginning."""
        start = self._at
        while self._begins_name() or (self._next == "." and self._at > start):
            self._at += 1
        return self._source[start : self._at]

    def _skip(self) -> None:
        """Go over blanks and comments."""
        while self._next.isspace() or self._next == ";":
            if self._next == ";":
                end = self._source.find("\n", self._at)
                self._at = len(self._source) if end < 0 else end
            else:
                self._at += 1

    def _fail(self, what: str, at: int | None = None, detail: str = "") -> Never:
        place = self._at if at is None else at
        if what == "Invalid syntax" and place >= len(self._source):
            raise ValueError("Unexpected EOF")
        row = self._source.count("\n", 0, place)
        line = self._source[self._source.rfind("\n", 0, place) + 1 : place]
        message = f"{what} at row {row}, column {len(line.encode())}"
        raise ValueError(f"{message}: {detail}" if detail else message)
