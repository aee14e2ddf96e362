"""What each rule leaves in a tree: reductions that make nodes, as Lark's tree builder has them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lsp_server.lalr import Grammar, Rule, Stack
from lsp_server.lalr.lexicon import Scanner
from lsp_server.lalr.regex import Alt, Chars, Repeat, Seq, in_set
from lsp_server.lalr.regex import Node as Expression
from lsp_server.syntax.lr.nodes import Green, Kind, parent

_SHORT = 40
_MOST = 50_000
"""So many lexemes, none longer than that, are known to have ended where they did whatever comes after."""

_VISIBLE = "".join(map(chr, (*range(0x21, 0x7F), 0xE9, 0x4E2D)))


class Run:
    """Nodes of which no rule has made one yet, as a tree of parts; Lark keeps `count` of them."""

    __slots__ = ("count", "parts")

    def __init__(self, parts: tuple[Green | Run, ...], count: int) -> None:
        self.parts = parts
        self.count = count


NOTHING = Run((), 0)


class Entry(Stack):
    """A stack with what was made of each symbol, and the comments and errors that stand before it."""

    __slots__ = ("extras", "value")

    def __init__(
        self, state: int, below: Entry | None, tag: str | None, value: Green | Run, extras: tuple[Green, ...]
    ) -> None:
        self.state = state
        self.below: Entry | None = below
        self.depth = 0 if below is None else below.depth + 1
        self.tag = tag
        self.value = value
        self.extras = extras


@dataclass(frozen=True, slots=True)
class Step:
    """A reduction; `kind` is that of its node, if it makes one, `leaves` those that are unusual."""

    origin: str
    size: int
    kind: Kind | None
    single: bool
    leaves: tuple[tuple[int, Kind], ...]


class Builder:
    """The reductions of a grammar's table, and the kinds of leaves by terminal."""

    def __init__(self, grammar: Grammar) -> None:
        table = grammar.table
        self._automaton = grammar.automaton
        self._ends: set[tuple[Scanner, str]] = set()
        kept: dict[str, list[bool]] = {}
        for rule in table.rules:
            for symbol, named in zip(rule.expansion, grammar.shapes[rule].named, strict=True):
                if symbol not in table.by_origin:
                    kept.setdefault(symbol, []).append(named)
        self._kinds = {(name, named): _leaf(grammar, name, named) for name in kept for named in (True, False)}
        self._usual = {name: sum(uses) * 2 >= len(uses) for name, uses in kept.items()}
        self.leaves = {name: self._kinds[name, named] for name, named in self._usual.items()}
        self.missing = {
            name: Kind(kind.name, kind.named, missing=True, text=kind.text)
            for name, kind in self.leaves.items()
        }
        self.extras = {
            name: Kind(name, named=True, extra=True)
            for name in grammar.ignored
            if not _is_blank(grammar.terminals[name].node)
        }
        kinds: dict[str, Kind] = {}
        self.steps = tuple(self._step(grammar, rule, kinds) for rule in table.rules)
        self.start = kinds.setdefault(grammar.language.start, Kind(grammar.language.start, named=True))

    def reach(self, scanner: Scanner, text: str, start: int, end: int) -> int:
        """The place from which on no character had a part in what a scanner read at another."""
        key = scanner, text[start : end + 1]
        if key in self._ends:
            return end + 1
        found = self._automaton.start(scanner.terminals).reach(text, start)
        if found == end + 1 and end - start < _SHORT:
            if len(self._ends) >= _MOST:
                self._ends.clear()
            self._ends.add(key)
        return found

    def _step(self, grammar: Grammar, rule: Rule, kinds: dict[str, Kind]) -> Step:
        shape = grammar.shapes[rule]
        kind = None if shape.hidden else kinds.setdefault(shape.kind, Kind(shape.kind, named=True))
        leaves = tuple(
            (index, self._kinds[symbol, named])
            for index, (symbol, named) in enumerate(zip(rule.expansion, shape.named, strict=True))
            if symbol in self._usual and named != self._usual[symbol]
        )
        return Step(rule.origin, len(rule.expansion), kind, shape.single, leaves)


def reduced(step: Step, top: Entry, gotos: Sequence[dict[str, int]], place: int, open_: bool) -> Entry:
    """The stack after a reduction; where `open_`, no node is made even if the rule has one.

    Comments before the first symbol stay before what is made of it, and such as come after the last are not
    in it either, since they are read later. What has no text is put at `place`.
    """
    size, parts, count = step.size, list[Green | Run](), 0
    extras: tuple[Green, ...] = ()
    below: Entry | None = top
    for index in range(size - 1, -1, -1):
        assert below is not None
        value, extras = below.value, below.extras
        for leaf, kind in step.leaves:
            if leaf == index and isinstance(value, Green):
                value = Green(kind, value.start, value.end, (), value.broken)
        count += value.count if isinstance(value, Run) else value.kind.named
        parts.append(value)
        if index:
            parts.extend(extras[::-1])
        below = below.below
    assert below is not None
    if step.kind is None or open_ or (step.single and count == 1):
        made = parts[0] if len(parts) == 1 else Run(tuple(parts[::-1]), count)
    else:
        made = parent(step.kind, flat(parts[::-1]), place)
    return Entry(gotos[below.state][step.origin], below, below.tag, made, extras)


def flat(parts: Iterable[Green | Run]) -> tuple[Green, ...]:
    """The nodes of which some parts consist."""
    found: list[Green] = []
    pending = list(parts)[::-1]
    while pending:
        part = pending.pop()
        if isinstance(part, Run):
            pending.extend(part.parts[::-1])
        else:
            found.append(part)
    return tuple(found)


def _leaf(grammar: Grammar, name: str, named: bool) -> Kind:
    word = grammar.terminals[name].word if name in grammar.terminals else None
    return Kind(name if named or word is None else word, named, text=word)


def _is_blank(expression: Expression) -> bool:
    """Whether all that an expression matches is white space."""
    match expression:
        case Chars(source):
            return not any(map(in_set(source).match, _VISIBLE))
        case Seq(items) | Alt(items):
            return all(map(_is_blank, items))
        case Repeat(item, _, _):
            return _is_blank(item)
