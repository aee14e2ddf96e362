"""Writes a hole grammar as Lark text in llguidance's dialect, readable by people and by remote engines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from lsp_server.cache import BoundedDict
from lsp_server.constraint.basis import basis_of
from lsp_server.constraint.derivative import beginnings
from lsp_server.constraint.factoring import Part, Parts, factored
from lsp_server.constraint.first import FirstTexts
from lsp_server.constraint.hole import Apart, Beginning, Body, Cfg, First, Maybe, Symbol, ends_inside
from lsp_server.constraint.indents import inward, line_sources, skipped, with_text
from lsp_server.constraint.naming import LastingNames, Names, lasts
from lsp_server.lalr.grammar import Grammar
from lsp_server.lalr.lines import Lines
from lsp_server.lalr.regex import Alt, parse_regex, to_source
from lsp_server.lalr.table import END, Table

_MOST_RULES = 1_000
"""So many rules are kept: with four times as many no holes of four languages were made sooner."""

_LARGEST_PATTERN = 50_000
"""Of an expression of names: two for each letter, as many again for each way to quote names."""

_LARGE, _OFTEN = 500, 5
"""In a grammar of so many rules, a terminal that is named in so many places has a rule of its own."""


def emit(
    grammar: Grammar,
    cfg: Cfg,
    tag: str | None,
    blocks: Lines | None = None,
    first: Iterable[FirstTexts] = (),
) -> str:
    """The text of a hole grammar; the end of the text is nothing to type.

    What is ignored may come first and last too, as in Lark; the engine would only take it before a lexeme. It
    is not the last of what ends inside a lexeme that goes on after the cursor.

    Args:
        tag: the tag of the innermost open paired terminal; closers are written for it, or for the sample.
        blocks: what is open by indentation; ends of lines are written for it.
        first: the texts of terminals that come first.

    """
    ignored, kept = sorted(grammar.ignored), _kept(grammar)
    inside = tuple(body for body in cfg.rules[cfg.start] if ends_inside(body))
    before = tuple(body for body in cfg.rules[cfg.start] if body not in inside)
    after, within = (kept.rule(cfg.start, bodies) for bodies in (before, inside))
    known = {symbol: kept.rule(symbol, bodies) for symbol, bodies in cfg.rules.items() if symbol != cfg.start}
    apart = frozenset().union(*(rule.apart for rule in (after, within, *known.values())))
    names, used = Names(kept.names), dict[str, None]()
    writer = _Writer(cfg, names, apart | kept.often, used)
    lines = ['%llguidance {"allow_initial_skip": true}']
    ends = (*writer.bodies(after.parts, "skipped*" if ignored else ""), *writer.bodies(within.parts))
    lines.append(f"{names.rule(cfg.start)}: {' | '.join(ends)}")
    if ignored:
        lines.append(f"skipped: {' | '.join(map(names.terminal, ignored))}")
    lines.extend(writer.lines(known))
    sources = _Sources(grammar, tag, blocks, kept.sources)
    lines.extend(f"{names.terminal(name)}: {sources.of(name)}" for name in (*used, *ignored))
    gaps: dict[tuple[str, ...], str] = {}

    def gap_behind(name: str) -> str:
        gap_after = grammar.apart[basis_of(grammar).members(name)[0]].ignored
        between = tuple(other for other in gap_after if other in grammar.ignored)
        return gaps.setdefault(between, names.gap(len(gaps)))

    for name in sorted(apart):
        lines.append(f"{names.either(name)}: {names.terminal(name)} | {names.apart(name)}")
        lines.append(f"{names.apart(name)}: {names.terminal(name)} {gap_behind(name)}")
    patterns = {one.terminal: one.pattern for one in first}
    for begun, written in names.firsts.items():
        source = sources.first(begun.terminal, patterns)
        lines.append(f"{written}: {f'({source}) {gap_behind(begun.terminal)}' if begun.apart else source}")
    lines.extend(
        f"{names.either(name)}: {names.terminal(name)}" for name in used if name in kept.often - apart
    )
    for between, gap in gaps.items():
        lines.append(f"{gap}: {' | '.join(map(names.terminal, between))}")
    lines.extend(f"{name}: {_beginning(grammar, part)}" for part, name in names.beginnings.items())
    lines.extend(f"%ignore {names.terminal(name)}" for name in ignored)
    return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule as it is written: the parts, their terminals, and those of these that stand apart somewhere.

    `texts` are the lines of a rule that lasts, by its terminals that stand apart in the whole grammar.
    """

    parts: tuple[Parts, ...]
    terminals: Mapping[str, None]
    apart: frozenset[str]
    texts: dict[frozenset[str], str] | None


class _Kept:
    """What is the same in all hole grammars of one grammar: names, sources of terminals, and rules.

    Rules of the table's own are always the same; others often come again, with another stack or window.
    """

    def __init__(self, grammar: Grammar) -> None:
        table = basis_of(grammar).grouped.table
        lines = () if grammar.blocks is None else (inward(grammar.blocks), skipped(grammar.blocks))
        self.names = LastingNames(table.by_origin, (*table.bits, *grammar.terminals, *lines))
        self.sources: dict[str, str] = {}
        self.often = _often(table)
        self._grammar = grammar
        self._nonterminals = table.by_origin
        self._rules = BoundedDict[tuple[Symbol, tuple[Body, ...]], _Rule](_MOST_RULES)

    def rule(self, symbol: Symbol, bodies: tuple[Body, ...]) -> _Rule:
        """The rule of a symbol."""
        found = self._rules.get((symbol, bodies))
        if found is None:
            found = self._rules[symbol, bodies] = self._made(symbol, bodies)
        return found

    def _made(self, symbol: Symbol, bodies: tuple[Body, ...]) -> _Rule:
        written = tuple(dict.fromkeys(with_text(self._grammar, body) for body in bodies))
        parts = dict.fromkeys(part for body in written for part in body)
        apart = [part.terminal for part in parts if isinstance(part, Apart)]
        plain = (part for part in parts if isinstance(part, str) and part not in self._nonterminals)
        own = all(map(lasts, (symbol, *parts)))
        terminals = dict.fromkeys((*plain, *apart))
        return _Rule(factored(written), terminals, frozenset(apart), {} if own else None)


def _often(table: Table) -> frozenset[str]:
    """The terminals of a large grammar that are named in many places, each of which costs the mask engine.

    In a small one that is nothing to speak of, and it is read more easily without.
    """
    if len(table.sound) < _LARGE:
        return frozenset()
    counts = Counter(part for bodies in table.sound.values() for body in bodies for part in body)
    return frozenset(name for name, count in counts.items() if name in table.bits and count >= _OFTEN) - {END}


@lru_cache(maxsize=64)
def _kept(grammar: Grammar) -> _Kept:
    return _Kept(grammar)


class _Writer:
    """Writes the rules of one hole grammar; the terminals in them are noted in `used`."""

    def __init__(self, cfg: Cfg, names: Names, apart: frozenset[str], used: dict[str, None]) -> None:
        self._rules = cfg.rules
        self._names = names
        self._apart = apart
        self._used = used
        self._written: dict[Symbol, str] = {}

    def lines(self, rules: Mapping[Symbol, _Rule]) -> Iterator[str]:
        """Some rules as lines."""
        used, apart, none = self._used, self._apart, frozenset[str]()
        for symbol, rule in rules.items():
            used.update(rule.terminals)
            if rule.texts is None:
                yield self._line(symbol, rule)
                continue
            key = apart.intersection(rule.terminals) if apart else none
            found = rule.texts.get(key)
            if found is None:
                found = rule.texts[key] = self._line(symbol, rule)
            yield found

    def _line(self, symbol: Symbol, rule: _Rule) -> str:
        return f"{self._names.rule(symbol)}: {' | '.join(self.bodies(rule.parts))}"

    def bodies(self, bodies: Iterable[Parts], last: str = "") -> Iterator[str]:
        """Some bodies, each with something after it."""
        for parts in bodies:
            yield " ".join((*map(self._part, parts), last)).strip() or '""'

    def _part(self, part: Part) -> str:
        options = " | ".join(map(self._symbol, part.options))
        written = f"({options})" if len(part.options) > 1 else options
        return f"{written}?" if part.optional and not written.endswith("?") else written

    def _symbol(self, symbol: Symbol) -> str:
        written = self._written.get(symbol)
        if written is None:
            written = self._written[symbol] = self._write(symbol)
        return written

    def _write(self, symbol: Symbol) -> str:
        names = self._names
        if symbol in self._rules:
            return names.rule(symbol)
        if isinstance(symbol, Beginning):
            return names.beginning(symbol)
        if isinstance(symbol, First):
            return names.first(symbol)
        if isinstance(symbol, Maybe):
            return f"{names.rule(symbol.symbol)}?"
        if isinstance(symbol, Apart):
            self._used[symbol.terminal] = None
            return names.apart(symbol.terminal)
        name = str(symbol)
        self._used[name] = None
        return names.either(name) if name in self._apart else names.terminal(name)


class _Sources:
    """Terminals as the mask engine is told them, where a tag is open, and blocks are.

    Those that depend on neither are `known` as soon as they were asked for once.
    """

    def __init__(
        self, grammar: Grammar, tag: str | None, blocks: Lines | None, known: dict[str, str]
    ) -> None:
        self._grammar = grammar
        self._tag = tag
        self._lines = {} if grammar.blocks is None else line_sources(grammar, blocks or Lines())
        self._known = known

    def of(self, name: str) -> str:
        """The source of a terminal, or of all those of a group."""
        found = self._known.get(name)
        if found is not None:
            return found
        if name in self._lines:
            return self._lines[name]
        pair = self._grammar.closers.get(name)
        if pair is not None:
            written = re.escape(pair.sample if self._tag is None else self._tag)
            return f"/{to_source(parse_regex(pair.pattern.replace('{tag}', written)))}/"
        found = self._known[name] = self._lasting(name)
        return found

    def first(self, name: str, patterns: Mapping[str, str]) -> str:
        """The source of a terminal, or of a group, whose texts match the patterns that some have."""
        members = basis_of(self._grammar).members(name)
        sources = ((member, self._written((member,), member)) for member in members)
        told = (
            f"({source} & /{to_source(parse_regex(patterns[member], _LARGEST_PATTERN))}/)"
            if member in patterns
            else source
            for member, source in sources
            if patterns.get(member, source)
        )
        return " | ".join(told)

    def _lasting(self, name: str) -> str:
        return self._written(basis_of(self._grammar).members(name), name)

    def _written(self, members: Iterable[str], name: str) -> str:
        sources = basis_of(self._grammar).sources
        source = "|".join(sources[member] for member in members)
        words = "|".join(sources[word] for word in self._grammar.renamed.get(name, ()))
        return f"/{source}/ & ~/{words}/" if words else f"/{source}/"


def _beginning(grammar: Grammar, beginning: Beginning) -> str:
    """The beginning of a terminal, which is not empty: what begins at the cursor is none of the hole's."""
    renamed = grammar.renamed.get(beginning.terminal, ())
    whole, words = (
        to_source(beginnings(Alt(tuple(grammar.terminals[name].node for name in names)), beginning.ending))
        for names in (basis_of(grammar).members(beginning.terminal), renamed)
    )
    return f"/{whole}/ & /(?s:.+)/" + (f" & ~/{words}/" if words else "")
