"""Writes a hole grammar as Lark text in llguidance's dialect, readable by people and by remote engines."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import chain, count

from lsp_server.constraint.basis import basis_of
from lsp_server.constraint.derivative import beginnings
from lsp_server.constraint.factoring import Parts, factored
from lsp_server.constraint.hole import (
    After,
    Apart,
    Beginning,
    Body,
    Cfg,
    Crossing,
    Hole,
    Maybe,
    Symbol,
    Variant,
    Within,
    ends_inside,
)
from lsp_server.constraint.indents import inward, line_sources, skipped, with_text
from lsp_server.lalr.grammar import Grammar
from lsp_server.lalr.lines import Lines
from lsp_server.lalr.regex import Alt, parse_regex, to_source


def emit(grammar: Grammar, cfg: Cfg, tag: str | None, blocks: Lines | None = None) -> str:
    """The text of a hole grammar; the end of the text is nothing to type.

    What is ignored may come first and last too, as in Lark; the engine would only take it before a lexeme. It
    is not the last of what ends inside a lexeme that goes on after the cursor.

    Args:
        tag: the tag of the innermost open paired terminal; closers are written for it, or for the sample.
        blocks: what is open by indentation; ends of lines are written for it.

    """
    ignored, sources = sorted(grammar.ignored), _Sources(grammar, tag, blocks)
    apart = {part.terminal for rs in cfg.rules.values() for b in rs for part in b if isinstance(part, Apart)}
    names = _Names(grammar, apart)
    lines = ['%llguidance {"allow_initial_skip": true}']
    used: dict[str, None] = {}
    inside = tuple(body for body in cfg.rules[cfg.start] if ends_inside(body))
    before = tuple(body for body in cfg.rules[cfg.start] if body not in inside)

    def written(symbol: Symbol, bodies: tuple[Body, ...], last: str = "") -> Iterable[str]:
        for parts in _parts(grammar, symbol, bodies):
            yield " ".join((*names.body(parts, cfg, used), last)).strip() or '""'

    ends = (*written(cfg.start, before, "skipped*" if ignored else ""), *written(cfg.start, inside))
    lines.append(f"{names.rule(cfg.start)}: {' | '.join(ends)}")
    if ignored:
        lines.append(f"skipped: {' | '.join(map(names.terminal, ignored))}")
    kept = _kept(grammar).lines
    for symbol, bodies in cfg.rules.items():
        if symbol == cfg.start:
            continue
        line = kept.get(symbol)
        if line is not None and line.bodies is bodies and apart.isdisjoint(line.terminals):
            lines.append(line.text)
            used.update(dict.fromkeys(line.terminals))
            continue
        lines.append(f"{names.rule(symbol)}: {' | '.join(written(symbol, bodies))}")
        parts = dict.fromkeys(part for body in bodies for part in with_text(grammar, body))
        if all(map(_lasts, (symbol, *parts))) and apart.isdisjoint(parts):
            named = tuple(str(part) for part in parts if part not in cfg.rules)
            kept[symbol] = _Line(bodies, lines[-1], named)
    lines.extend(f"{names.terminal(name)}: {sources.of(name)}" for name in (*used, *ignored))
    gaps: dict[tuple[str, ...], str] = {}
    for name in sorted(apart):
        gap_after = grammar.apart[basis_of(grammar).members(name)[0]].ignored
        between = tuple(other for other in gap_after if other in grammar.ignored)
        gap = gaps.setdefault(between, names.gap(len(gaps)))
        lines.append(f"{names.either(name)}: {names.terminal(name)} | {names.apart(name)}")
        lines.append(f"{names.apart(name)}: {names.terminal(name)} {gap}")
    for between, gap in gaps.items():
        lines.append(f"{gap}: {' | '.join(map(names.terminal, between))}")
    lines.extend(f"{name}: {_beginning(grammar, part)}" for part, name in names.beginnings.items())
    lines.extend(f"%ignore {names.terminal(name)}" for name in ignored)
    return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class _Line:
    """A rule as it is written, and its terminals."""

    bodies: tuple[Body, ...]
    text: str
    terminals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is the same in all hole grammars of one grammar: the names of its symbols, and lines that last."""

    names: Mapping[Symbol, str]
    lines: dict[Symbol, _Line] = field(default_factory=dict)


@lru_cache(maxsize=64)
def _kept(grammar: Grammar) -> _Kept:
    names: dict[Symbol, str] = {Hole(): "start"}
    taken = {"start", "skipped"}
    rules = basis_of(grammar).grouped.table.by_origin
    lines = () if grammar.blocks is None else (inward(grammar.blocks), skipped(grammar.blocks))
    terminals = (*basis_of(grammar).grouped.table.bits, *grammar.terminals, *lines)
    for symbol in dict.fromkeys((*rules, *terminals)):
        wish = _identifier(symbol)
        names[symbol] = _untaken(wish.lower() if symbol in rules else wish.upper(), taken)
        taken.add(names[symbol])
    return _Kept(names)


def _lasts(symbol: Symbol) -> bool:
    """Whether a symbol is called the same in every hole grammar that has it."""
    return isinstance(symbol, str) or (isinstance(symbol, Crossing) and isinstance(symbol.symbol, str))


def _untaken(wish: str, taken: Collection[str]) -> str:
    names = chain((wish,), (f"{wish}_{number}" for number in count(2)))
    return next(name for name in names if name not in taken)


class _Names:
    """Readable names for symbols, each used once."""

    def __init__(self, grammar: Grammar, apart: Collection[str]) -> None:
        self._grammar = grammar
        self._apart = apart
        self._kept = _kept(grammar).names
        self._taken = set(self._kept.values()) | {"skipped"}
        self._given: dict[Symbol, str] = {}
        self._written: dict[Symbol, str] = {}
        self.beginnings: dict[Beginning, str] = {}

    def rule(self, symbol: Symbol) -> str:
        """A rule's name; one that crosses the beginning of what follows is called after what it is part of.

        No other name ends in that way.
        """
        if isinstance(symbol, Crossing):
            return f"{self.rule(symbol.symbol)}__{'into' if symbol.inside else 'to'}_{symbol.count}"
        return self._kept.get(symbol) or self._given.get(symbol) or self._name(symbol, self._wish(symbol))

    def terminal(self, name: str) -> str:
        """A terminal's name."""
        return self._name(name, _identifier(name).upper())

    def apart(self, name: str) -> str:
        """The name of a terminal with something ignored after it."""
        return self._name(Apart(name), f"{_identifier(name)}_apart".upper())

    def gap(self, number: int) -> str:
        """The name of what is ignored between lexemes; there is one for each choice of it."""
        return self._name(Variant(Hole(), number, 0), "GAP")

    def either(self, name: str) -> str:
        """The name of the rule for a terminal with or without."""
        return self._name(Variant(name, 0, 0), f"{_identifier(name)}_".lower())

    def beginning(self, symbol: Beginning) -> str:
        """The name of the beginning of a terminal, which `beginnings` notes."""
        name = self._name(symbol, f"{_identifier(symbol.terminal)}_beginning".upper())
        self.beginnings[symbol] = name
        return name

    def body(self, body: Parts, cfg: Cfg, used: dict[str, None]) -> Iterable[str]:
        """A body's parts as they are written; terminals are noted in `used`."""
        for part in body:
            options = " | ".join(self._symbol(symbol, cfg, used) for symbol in part.options)
            written = f"({options})" if len(part.options) > 1 else options
            yield f"{written}?" if part.optional and not written.endswith("?") else written

    def _symbol(self, symbol: Symbol, cfg: Cfg, used: dict[str, None]) -> str:
        written = self._written.get(symbol)
        if written is None:
            written = self._written[symbol] = self._write(symbol, cfg, used)
        return written

    def _write(self, symbol: Symbol, cfg: Cfg, used: dict[str, None]) -> str:
        if symbol in cfg.rules:
            return self.rule(symbol)
        if isinstance(symbol, Beginning):
            return self.beginning(symbol)
        if isinstance(symbol, Maybe):
            return f"{self.rule(symbol.symbol)}?"
        if isinstance(symbol, Apart):
            used[symbol.terminal] = None
            return self.apart(symbol.terminal)
        name = str(symbol)
        used[name] = None
        return self.either(name) if name in self._apart else self.terminal(name)

    def _wish(self, symbol: Symbol) -> str:
        match symbol:
            case After(depth, name):
                return f"after_{self.rule(name)}_{depth}"
            case Variant(inner, without, apart):
                how = f"{'_other' if without else ''}{'_apart' if apart else ''}"
                return f"{self.rule(inner)}{how or '_some'}"
            case Within(inner):
                return f"{(self._kept.get(inner) or self.rule(inner)).lower()}_within"
            case _:
                return "hole"

    def _name(self, symbol: Symbol, wish: str) -> str:
        found = self._kept.get(symbol) or self._given.get(symbol)
        if found is None:
            found = self._given[symbol] = _untaken(wish, self._taken)
            self._taken.add(found)
        return found


@cache
def _identifier(name: str) -> str:
    return re.sub(r"[\W_]+", "_", name).strip("_") or "x"


def _parts(grammar: Grammar, symbol: Symbol, bodies: tuple[Body, ...]) -> tuple[Parts, ...]:
    """The bodies of a symbol as they are written; those of the table's own are kept."""
    own = isinstance(symbol, str) or (isinstance(symbol, Variant) and isinstance(symbol.symbol, str))
    if own:
        known = basis_of(grammar).factored.get(symbol)
        if known is not None and known[0] is bodies:
            return known[1]
    found = factored(tuple(dict.fromkeys(with_text(grammar, body) for body in bodies)))
    if own:
        basis_of(grammar).factored[symbol] = (bodies, found)
    return found


class _Sources:
    """Terminals as the mask engine is told them, where a tag is open, and blocks are."""

    def __init__(self, grammar: Grammar, tag: str | None, blocks: Lines | None) -> None:
        self._grammar = grammar
        self._tag = tag
        self._lines = {} if grammar.blocks is None else line_sources(grammar, blocks or Lines())

    def of(self, name: str) -> str:
        """The source of a terminal, or of all those of a group."""
        basis, pair = basis_of(self._grammar), self._grammar.closers.get(name)
        if name in self._lines:
            return self._lines[name]
        if pair is not None:
            written = re.escape(pair.sample if self._tag is None else self._tag)
            return f"/{to_source(parse_regex(pair.pattern.replace('{tag}', written)))}/"
        source = "|".join(basis.sources[member] for member in basis.members(name))
        words = "|".join(basis.sources[word] for word in self._grammar.renamed.get(name, ()))
        return f"/{source}/ & ~/{words}/" if words else f"/{source}/"


def _beginning(grammar: Grammar, beginning: Beginning) -> str:
    """The beginning of a terminal, which is not empty: what begins at the cursor is none of the hole's."""
    renamed = grammar.renamed.get(beginning.terminal, ())
    whole, words = (
        to_source(beginnings(Alt(tuple(grammar.terminals[name].node for name in names)), beginning.ending))
        for names in (basis_of(grammar).members(beginning.terminal), renamed)
    )
    return f"/{whole}/ & /(?s:.+)/" + (f" & ~/{words}/" if words else "")
