"""A query in tree-sitter's language, for trees that tree-sitter did not make.

For the same tree it finds what tree-sitter 0.26 finds, in the same order, but that tree-sitter

- takes a kind whose name is the beginning of `ERROR` for that; here it is itself;
- knows from its parse table what is sure to follow a node that is not captured, and then tries no other;
- does not look into what its grammar hides (repetitions) outside of a range, and may lose what ends there;
- never gets done with some repetitions of what may be nothing, which end here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from pathlib import Path
from types import MappingProxyType

from lsp_server.errors import BundleError
from lsp_server.syntax.matching import CostlyError, Found, Plan, Run
from lsp_server.syntax.nodes import Node
from lsp_server.syntax.predicates import Demands, demands_of
from lsp_server.syntax.scm import read_patterns
from lsp_server.syntax.steps import ERROR, Entry, Machine, Step, machine_of


class Query:
    """A query, ready to be run on any tree of a language."""

    def __init__(self, machine: Machine, demands: Sequence[Demands], path: Path | None = None) -> None:
        self._path = path
        self._costly = False
        self._machine = machine
        self._demands = demands
        self._settings = [MappingProxyType(dict(each.settings)) for each in demands]
        self._plans: dict[tuple[str, bool], Plan] = {}
        self.rooted = all(entry.rooted for entry in (*machine.entries, *machine.anywhere))

    def matches(
        self, root: Node, data: bytes | str, start: int = 0, end: int = 0
    ) -> Iterator[tuple[int, list[tuple[str, Node]]]]:
        """The matches that touch a range of bytes: number of the pattern, and its captures in order of place.

        `data` is the text, in what places count. Where `end` is 0, all that follows `start` is meant.

        Raises:
            BundleError: it takes too much work.

        """
        run = Run(self._machine.steps, self._plan, self.rooted, start, end or len(data) + 1)
        yield from self._obeying(self._paid(run, root), data)

    def _paid(self, run: Run, root: Node) -> Iterator[Found]:
        """The matches of a walk, unless it costs too much; then none is begun any more."""
        try:
            if self._costly:
                raise CostlyError
            yield from run.matches(root)
        except CostlyError:
            self._costly = True
            raise BundleError(
                "the query takes too much work",
                path=self._path,
                remedy="let fewer nodes in a row be optional or repeated",
            ) from None

    def _obeying(self, found: Iterator[Found], data: bytes | str) -> Iterator[Found]:
        """Of some matches those for which what is demanded holds, captures in order of place."""
        for pattern, nodes in found:
            demands = self._demands[pattern]
            if demands.conditions and not demands.hold(_texts(nodes, demands.captures, data)):
                continue
            yield pattern, _in_place(nodes) if len(nodes) > 1 else nodes

    def captures(
        self, root: Node, data: bytes | str, start: int = 0, end: int = 0
    ) -> Iterator[tuple[int, str, int, int]]:
        """The captures of the matches that touch a range of bytes: pattern, name, and two bytes."""
        for pattern, found in self.matches(root, data, start, end):
            for name, node in found:
                yield pattern, name, node.start_byte, node.end_byte

    def captures_at(self, node: Node, data: bytes | str) -> Iterator[tuple[int, str, int, int]]:
        """The captures of the matches that begin with a node itself, in a query that is `rooted`."""
        run = Run(self._machine.steps, self._plan, self.rooted, 0, node.end_byte + 1, at_root=True)
        for pattern, found in self._obeying(self._paid(run, node), data):
            for name, each in found:
                yield pattern, name, each.start_byte, each.end_byte

    def settings(self, pattern: int) -> Mapping[str, str | None]:
        """What `#set!` says in a pattern."""
        return self._settings[pattern]

    def _plan(self, kind: str, named: bool) -> Plan:
        plan = self._plans.get((kind, named))
        if plan is None:
            plan = self._plans[kind, named] = _plan(self._machine, kind, named)
        return plan


def compile_query(source: str, named: Set[str], anonymous: Set[str], path: Path | None = None) -> Query:
    """Make a query of its text, for a language that has these kinds of nodes.

    Raises:
        ValueError: the query is wrong; the message has the row, from 0, as tree-sitter's has.

    """
    patterns = read_patterns(source, named, anonymous)
    demands = [demands_of(predicates) for _, predicates in patterns]
    return Query(machine_of(pattern for pattern, _ in patterns), demands, path)


def _plan(machine: Machine, kind: str, named: bool) -> Plan:
    steps = machine.steps
    entries = [e for e in machine.entries if (steps[e.step].kind, steps[e.step].named) == (kind, named)]
    if (kind, named) != (ERROR, True):
        entries = [
            e for e in machine.anywhere if named or not steps[e.step].named or steps[e.step].missing
        ] + entries
    patterns = {entry.pattern for entry in entries}
    every = [entry for entry in (*machine.anywhere, *machine.entries) if entry.pattern in patterns]
    if len(patterns) < len(entries) or not all(_is_whole(steps, entry) for entry in every):
        return Plan(tuple(entries), None)
    return Plan(tuple(entries), tuple(sorted((e.pattern, steps[e.step].captures) for e in entries)))


def _is_whole(steps: Sequence[Step], entry: Entry) -> bool:
    """Whether the pattern ends with the node that it begins with."""
    if not entry.rooted or steps[entry.step].missing:
        return False
    after = steps[entry.step + 1]
    while after.turns and after.other is not None:
        after = steps[after.other]
    return after.ends


def _texts(found: Sequence[tuple[str, Node]], names: Set[str], data: bytes | str) -> dict[str, list[bytes]]:
    texts: dict[str, list[bytes]] = {}
    for name, node in found:
        if name in names:
            text = data[node.start_byte : node.end_byte]
            texts.setdefault(name, []).append(
                text if isinstance(text, bytes) else text.encode(errors="surrogatepass")
            )
    return texts


def _in_place(found: Sequence[tuple[str, Node]]) -> list[tuple[str, Node]]:
    """In order of place, an outer one first; of one place, those of the same name together."""
    names = list(dict.fromkeys(name for name, _ in found))
    return sorted(found, key=lambda item: (item[1].start_byte, -item[1].end_byte, names.index(item[0])))
