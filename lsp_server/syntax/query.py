"""A query in tree-sitter's language, for trees that tree-sitter did not make; it finds what that one finds.

Matches without captures are left out.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence, Set
from pathlib import Path
from types import MappingProxyType

from lsp_server.errors import BundleError
from lsp_server.syntax.matching import WORK_A_NODE, Chain, Finder, Found, Shape, Ways, ways_of
from lsp_server.syntax.nodes import Node
from lsp_server.syntax.predicates import Demands, demands_of
from lsp_server.syntax.scm import Branches, Item, Kind, read_patterns


class Query:
    """A query, ready to be run on any tree of a language."""

    def __init__(
        self, patterns: Sequence[Item], demands: Sequence[Demands], path: Path | None = None
    ) -> None:
        self._path = path
        self._costly = False
        self._demands = demands
        self._settings = [MappingProxyType(dict(each.settings)) for each in demands]
        self._roots: dict[tuple[str, bool], list[tuple[int, Shape]]] = {}
        self._any: list[tuple[int, Shape]] = []
        self._rows: list[tuple[int, Ways]] = []
        for number, item in enumerate(patterns):
            shapes = _roots_of(item)
            if shapes is None:
                self._rows.append((number, Ways((item,), closed=False)))
            for shape in shapes or ():
                kind = shape.kind
                if kind.name is None:
                    self._any.append((number, shape))
                else:
                    self._roots.setdefault((kind.name, kind.named), []).append((number, shape))
        self.rooted = not self._rows

    def matches(
        self, root: Node, data: bytes | str, start: int = 0, end: int = 0
    ) -> Iterator[tuple[int, list[tuple[str, Node]]]]:
        """The matches that touch a range of bytes: number of the pattern, and its captures in order of place.

        `data` is the text, in what places count. Where `end` is 0, all that follows `start` is meant.

        Raises:
            BundleError: it takes too much work.

        """
        end = end or len(data) + 1
        whole = start == 0 and root.end_byte < end
        finder = Finder()
        pending = [iter((root,))]
        while pending:
            node = next(pending[-1], None)
            if node is None:
                pending.pop()
                continue
            yield from self._at(finder, node, data)
            if node.child_count:
                children = node.children
                pending.append(iter(children) if whole else _touching(children, start, end))

    def captures(
        self, root: Node, data: bytes | str, start: int = 0, end: int = 0
    ) -> Iterator[tuple[int, str, int, int]]:
        """The captures of the matches that touch a range of bytes: pattern, name, and two bytes."""
        for pattern, found in self.matches(root, data, start, end):
            for name, node in found:
                yield pattern, name, node.start_byte, node.end_byte

    def matches_at(self, node: Node, data: bytes | str) -> Iterator[tuple[int, list[tuple[str, Node]]]]:
        """The matches that begin with a node itself, in a query that is `rooted`."""
        return self._at(Finder(), node, data)

    def settings(self, pattern: int) -> Mapping[str, str | None]:
        """What `#set!` says in a pattern."""
        return self._settings[pattern]

    def _at(
        self, finder: Finder, node: Node, data: bytes | str
    ) -> Iterator[tuple[int, list[tuple[str, Node]]]]:
        """The matches that begin with a node, and those of several nodes in it."""
        if self._costly:
            raise self._too_costly()
        finder.left += WORK_A_NODE - 4 * len(self._any)
        roots = self._roots.get((node.type, node.is_named), ())
        if not (roots or self._any or self._rows):
            return
        kept: dict[int, Found] = {}
        for pattern, shape in (*roots, *self._any):
            if shape.fits(node) and (shape.ways is None or shape.ways.bare or node.child_count):
                found = kept.setdefault(pattern, Found())
                for chain in finder.within(shape, node, None):
                    found.add(chain, finder)
        if self._rows and node.child_count and not node.is_error:
            for pattern, ways in self._rows:
                found = kept.setdefault(pattern, Found())
                for chain in finder.among(ways, node.children, None):
                    found.add(chain, finder)
        if finder.left < 0:
            self._costly = True
            raise self._too_costly()
        for pattern, found in kept.items():
            demands = self._demands[pattern]
            for chain in found.chains():
                nodes = _listed(chain)
                if nodes and (not demands.conditions or demands.hold(_texts(nodes, demands.captures, data))):
                    yield pattern, nodes

    def _too_costly(self) -> BundleError:
        remedy = "let fewer nodes in a row be optional or repeated"
        return BundleError("the query takes too much work", path=self._path, remedy=remedy)


def compile_query(source: str, named: Set[str], anonymous: Set[str], path: Path | None = None) -> Query:
    """Make a query of its text, for a language that has these kinds of nodes.

    Raises:
        ValueError: the query is wrong; the message has the row, from 0, as tree-sitter's has.

    """
    patterns = read_patterns(source, named, anonymous)
    return Query(
        [pattern for pattern, _ in patterns], [demands_of(predicates) for _, predicates in patterns], path
    )


def _roots_of(item: Item) -> list[Shape] | None:
    """The shapes of which a pattern is one; None if it is of several nodes beside each other."""
    if item.optional or item.repeated:
        return None
    match item.what:
        case Kind():
            return [Shape(item.what, ways_of(item.what))]
        case Branches(options):
            found = [_roots_of(option) for option in options]
            return None if None in found else [shape for shapes in found if shapes for shape in shapes]
    return None


def _touching(children: Sequence[Node], start: int, end: int) -> Iterator[Node]:
    """The children that touch a range; one without text does at the beginning of the range only."""
    first = bisect_left(children, start, key=lambda node: node.end_byte) if start else 0
    for number in range(first, len(children)):
        child = children[number]
        if child.start_byte >= end:
            return
        if child.end_byte > start or child.start_byte == child.end_byte == start:
            yield child


def _texts(found: Sequence[tuple[str, Node]], names: Set[str], data: bytes | str) -> dict[str, list[bytes]]:
    texts: dict[str, list[bytes]] = {}
    for name, node in found:
        if name in names:
            text = data[node.start_byte : node.end_byte]
            texts.setdefault(name, []).append(
                text if isinstance(text, bytes) else text.encode(errors="surrogatepass")
            )
    return texts


def _listed(chain: Chain | None) -> list[tuple[str, Node]]:
    """In order of place, an outer one first; of one place, those of the same name together."""
    found: list[tuple[str, Node]] = []
    while chain is not None:
        found.append((chain.name, chain.node))
        chain = chain.before
    found.reverse()
    if len(found) > 1:
        names = list(dict.fromkeys(name for name, _ in found))
        found.sort(key=lambda item: (item[1].start_byte, -item[1].end_byte, names.index(item[0])))
    return found
