"""Why a grammar is not LALR(1): each conflict with its two rules, and a sentence for each of them.

A reduce/reduce conflict is an error. Of a shift/reduce conflict Lark takes the shift without a word: that is
what is meant where the grammar is ambiguous there, and loses programs where it only looks ahead too little.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lsp_server.errors import GrammarError
from lsp_server.lalr.analysis import GrammarReading, item_sets, read_rules
from lsp_server.lalr.bounds import thread_time
from lsp_server.lalr.counterexamples import QUICK, THOROUGH, Pair, RuleUse, find_pair
from lsp_server.lalr.itemsets import Clash, ItemSets
from lsp_server.lalr.notation import Alternative, Notation, rule_of
from lsp_server.lalr.notation_reader import read_notation
from lsp_server.lalr.sentences import Sentences
from lsp_server.lalr.table import END, Rule
from lsp_server.lalr.writing import Writer, word_of
from lsp_server.languages import LarkOptions
from lsp_server.text import Span

REDUCE, SHIFT = "reduce/reduce", "shift/reduce"

_SECONDS = 2.0
_LONGEST = 200
_MOST = 100
_MOST_NAMED = 4
_LARGEST = 6_000


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two rules of a conflict, as people write it, and where its alternative stands."""

    name: str
    rule: str
    line: int | None
    span: Span | None


@dataclass(frozen=True, slots=True)
class Example:
    """A text of the language. The parser cannot decide at `dot`; the rule reads what is in `span`.

    `lexemes` are its terminals, of which the first `before` come before the dot.
    """

    text: str
    dot: int
    span: Span
    lexemes: tuple[str, ...]
    before: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """A place where the parser cannot decide, with all terminals before which it meets the same two rules.

    Attributes:
        kind: `REDUCE`, which Lark refuses, or `SHIFT`, where it takes the second rule.
        terminals: what comes next, as people write it.
        sides: a rule that may have ended, and another that may have too, or goes on.
        examples: a text for each of them, the same one where the grammar is `ambiguous`; none where there was
            no time, or where there is none: a rule derives nothing, or Lark lets it end before more than may
            follow it.
        ambiguous: both rules read the same text. If not, nothing is proved but that one lexeme is too little.
        merged: the rules meet only because LALR(1) takes places together that a stronger parser tells apart.

    """

    kind: str
    terminals: tuple[str, ...]
    sides: tuple[Side, Side]
    examples: tuple[Example, Example] | None
    ambiguous: bool
    merged: bool

    @property
    def message(self) -> str:
        """What is wrong, in one line."""
        ended, other = self.sides
        does = "may have ended too" if self.kind == REDUCE else "may go on"
        return f"before {_some_of(self.terminals)}, `{ended.rule}` may have ended, and `{other.rule}` {does}"

    @property
    def remedy(self) -> str:
        """What can be done."""
        if self.merged:
            return "write out what one of the rules derives where it is used"
        if self.ambiguous and self.kind == SHIFT:
            return "Lark goes on; say in the rules which of the two is meant"
        if self.ambiguous:
            return "make it one rule, or let only one of them read this"
        return "let the rules differ sooner, or decide later: write both as one up to there"


@dataclass(frozen=True, slots=True)
class Conflicts:
    """The conflicts of a grammar, by their place in the file; `more` are those beyond what is told."""

    found: tuple[Conflict, ...]
    more: int = 0

    @property
    def reduce(self) -> int:
        """How many of those told are errors."""
        return sum(conflict.kind == REDUCE for conflict in self.found)

    @property
    def shift(self) -> int:
        """How many of those told Lark settles."""
        return len(self.found) - self.reduce


def find_conflicts(
    text: str,
    path: Path,
    start: str = "start",
    seconds: float = _SECONDS,
    options: LarkOptions = LarkOptions(),  # noqa: B008
) -> Conflicts:
    """Find the conflicts of a grammar, and examples for as many of them as can be found in a time.

    Raises:
        GrammarError: the text is not a Lark grammar, has no such start rule, or too many rules.

    """
    read = read_rules(text, path, start, options)
    sets = _item_sets(read, path, start)
    groups: dict[tuple[bool, Rule, Rule], list[Clash]] = {}
    for clash in sets.clashes():
        groups.setdefault((clash.shift, clash.ended.rule, clash.other.rule), []).append(clash)
    if not groups:
        return Conflicts(())
    sentences, writer = Sentences(sets), Writer(read)
    names = _Names(read, read_notation(text))
    order = {rule: place for place, rule in enumerate(r for rules in sets.by_origin.values() for r in rules)}
    ranked = sorted(
        groups.values(),
        key=lambda clashes: (
            clashes[0].shift,
            names.line(clashes[0].ended.rule) or 0,
            names.line(clashes[0].other.rule) or 0,
            order.get(clashes[0].ended.rule, 0),
            order.get(clashes[0].other.rule, 0),
        ),
    )
    firsts = [clashes[0] for clashes in ranked[:_MOST]]
    pairs = _pairs(sets, sentences, firsts, thread_time() + seconds)
    found = []
    for clashes, pair in zip(ranked, pairs, strict=False):
        ended, other = clashes[0].ended.rule, clashes[0].other.rule
        examples = None
        if pair is not None:
            one, two = (_example(side, sentences, writer) for side in (pair.ended, pair.other))
            examples = None if one is None or two is None else (one, two)
        found.append(
            Conflict(
                kind=SHIFT if clashes[0].shift else REDUCE,
                terminals=tuple(dict.fromkeys(names.terminal(clash.terminal) for clash in clashes)),
                sides=(names.side(ended), names.side(other)),
                examples=examples,
                ambiguous=pair is not None and pair.ambiguous and examples is not None,
                merged=pair is not None and not pair.together,
            )
        )
    return Conflicts(tuple(found), max(len(ranked) - _MOST, 0))


def _pairs(sets: ItemSets, sentences: Sentences, clashes: Sequence[Clash], until: float) -> list[Pair | None]:
    """Sentences for conflicts, as long as there is time: a quick search for each, then a thorough one."""
    found: list[Pair | None] = [None] * len(clashes)
    for steps in (QUICK, THOROUGH):
        for place, clash in enumerate(clashes):
            pair = found[place]
            if thread_time() < until and (pair is None or (pair.together and not pair.ambiguous)):
                found[place] = find_pair(sets, sentences, clash, steps)
    return found


def count_conflicts(text: str, path: Path, start: str = "start") -> tuple[int, int]:
    """How many pairs of rules conflict: those that Lark refuses, and those that it settles.

    Raises:
        GrammarError: the text is not a Lark grammar, has no such start rule, or too many rules.

    """
    sets = _item_sets(read_rules(text, path, start), path, start)
    pairs = {(clash.shift, clash.ended.rule, clash.other.rule) for clash in sets.clashes()}
    shifts = sum(shift for shift, _, _ in pairs)
    return len(pairs) - shifts, shifts


def _item_sets(read: GrammarReading, path: Path, start: str) -> ItemSets:
    if len(read.rules) > _LARGEST:
        raise GrammarError(
            f"{len(read.rules):,} rules once expanded, too many to look for conflicts (at most {_LARGEST:,})",
            path=path,
            remedy="split large alternatives and optional parts into rules of their own",
        )
    return item_sets(read, path, start)


def _example(reading: RuleUse, sentences: Sentences, writer: Writer) -> Example | None:
    """A reading as text; None where a symbol derives nothing, or too much."""
    if sum(map(sentences.cost, reading.symbols)) > _LONGEST:
        return None
    lexemes: list[str] = []
    at = []
    for symbol in reading.symbols:
        at.append(len(lexemes))
        lexemes.extend(sentences.spell(symbol))
    at.append(len(lexemes))
    written = writer.write(lexemes)
    starts = (*written.starts, len(written.text))
    first, last, before = at[reading.first], at[reading.last], at[reading.dot]
    dot = starts[before]
    span = Span(starts[first], written.ends[last - 1]) if last > first else Span(dot, dot)
    return Example(written.text, dot, span, tuple(lexemes), before)


def _some_of(terminals: Sequence[str]) -> str:
    """The first of some terminals, and how many others there are."""
    if len(terminals) <= _MOST_NAMED:
        return " or ".join(terminals)
    return f"{', '.join(terminals[:_MOST_NAMED])} or {len(terminals) - _MOST_NAMED} others"


class _Names:
    """How people call the rules and terminals that Lark expands a grammar to, and where they stand."""

    def __init__(self, read: GrammarReading, notation: Notation | None) -> None:
        self._notation = notation
        self._words = {d.name: word for d in read.definitions if (word := word_of(d)) is not None}
        self._expressions = {d.name: f"/{d.pattern.value}/" for d in read.definitions}
        definitions = () if notation is None else notation.definitions
        self._definitions = {definition.name: definition for definition in reversed(definitions)}
        self._places: dict[Rule, Span | None] = {}
        self._owners: dict[str, str] = {}
        self._helpers: dict[str, tuple[str, ...]] = {}
        for rule in read.rules:
            name, body = str(rule.origin.name), tuple(str(symbol.name) for symbol in rule.expansion)
            self._owners[name] = str(rule.options.template_source or rule_of(name))
            if name.startswith("__") and name not in body:
                self._helpers.setdefault(name, body)

    def terminal(self, name: str) -> str:
        """A terminal, or the end of the text."""
        if name == END:
            return "the end"
        if name in self._definitions:
            return name
        if name in self._words:
            return f'"{self._words[name]}"'
        return self._expressions.get(name, name) if name.startswith("__") else name

    def symbol(self, name: str) -> str:
        """A symbol of an expanded rule."""
        body = self._helpers.get(name)
        if body is None:
            return self.terminal(name)
        inside = " ".join(map(self.symbol, body))
        return f"{inside}+" if len(body) == 1 else f"({inside})+"

    def side(self, rule: Rule) -> Side:
        """A rule, as people write it."""
        body = " ".join(map(self.symbol, rule.expansion)) or "(nothing)"
        name = self.symbol(rule.origin)
        owner = self._owners.get(rule.origin, rule.origin)
        return Side(owner, f"{name}: {body}", self.line(rule), self.place(rule))

    def line(self, rule: Rule) -> int | None:
        """The line of the alternative that a rule was expanded from; None for one of another file."""
        place = self.place(rule)
        return None if place is None or self._notation is None else self._notation.line_of(place.start)

    def place(self, rule: Rule) -> Span | None:
        """Where that alternative stands, or if it is empty, the sign before it; else the name of the rule."""
        if rule not in self._places:
            self._places[rule] = self._find_place(rule)
        return self._places[rule]

    def _find_place(self, rule: Rule) -> Span | None:
        definition = self._definitions.get(self._owners.get(rule.origin, rule.origin))
        if definition is None:
            return None
        fitting = [found for found in definition.alternatives if self._holds(found, rule.expansion)]
        best = min(fitting, key=lambda found: sum(1 for _ in found.within()), default=None)
        if best is None:
            return definition.named
        return Span(best.start, best.end) if best.start < best.end else Span(best.start - 1, best.start)

    def _holds(self, alternative: Alternative, expansion: Sequence[str]) -> bool:
        """Whether an alternative has the symbols of an expanded rule, in their order."""
        parts = iter([part.text for part in alternative.within()])
        wanted: Iterable[str] = (self.terminal(name) for name in expansion if not name.startswith("__"))
        return all(any(part in (name, f"{name}i") for part in parts) for name in wanted)
