"""Writes a hole grammar as Lark text in llguidance's dialect, readable by people and by remote engines."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import cache

from lsp_server.constraint.derivative import beginnings
from lsp_server.constraint.factoring import Parts, factored
from lsp_server.constraint.grammar import Grammar
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
    ends_inside,
)
from lsp_server.constraint.regex import Alt, parse_regex, to_source
from lsp_server.constraint.table import END


def emit(grammar: Grammar, cfg: Cfg, tag: str | None) -> str:
    """The text of a hole grammar; the end of the text is nothing to type.

    What is ignored may come first and last too, as in Lark; the engine would only take it before a lexeme. It
    is not the last of what ends inside a lexeme that goes on after the cursor.

    Args:
        tag: the tag of the innermost open paired terminal; closers are written for it, or for the sample.

    """
    apart = {part.terminal for rs in cfg.rules.values() for b in rs for part in b if isinstance(part, Apart)}
    names = _Names(grammar, apart)
    lines = ['%llguidance {"allow_initial_skip": true}']
    used: dict[str, None] = {}
    inside = tuple(body for body in cfg.rules[cfg.start] if ends_inside(body))
    before = tuple(body for body in cfg.rules[cfg.start] if body not in inside)

    def written(symbol: Symbol, bodies: tuple[Body, ...], last: str = "") -> Iterable[str]:
        for parts in _parts(grammar, symbol, bodies):
            yield " ".join((*names.body(parts, cfg, used), last)).strip() or '""'

    ends = (*written(cfg.start, before, "skipped*" if grammar.ignored else ""), *written(cfg.start, inside))
    lines.append(f"{names.rule(cfg.start)}: {' | '.join(ends)}")
    if grammar.ignored:
        lines.append(f"skipped: {' | '.join(map(names.terminal, sorted(grammar.ignored)))}")
    for symbol, bodies in cfg.rules.items():
        if symbol != cfg.start:
            lines.append(f"{names.rule(symbol)}: {' | '.join(written(symbol, bodies))}")
    terminals = (*used, *sorted(grammar.ignored))
    lines.extend(f"{names.terminal(name)}: {_source(grammar, name, tag)}" for name in terminals)
    gaps: dict[tuple[str, ...], str] = {}
    for name in sorted(apart):
        gap_after = grammar.apart[grammar.members(name)[0]].ignored
        between = tuple(other for other in gap_after if other in grammar.ignored)
        gap = gaps.setdefault(between, names.gap(len(gaps)))
        lines.append(f"{names.either(name)}: {names.terminal(name)} | {names.apart(name)}")
        lines.append(f"{names.apart(name)}: {names.terminal(name)} {gap}")
    for between, gap in gaps.items():
        lines.append(f"{gap}: {' | '.join(map(names.terminal, between))}")
    lines.extend(f"{name}: {_beginning(grammar, part)}" for part, name in names.beginnings.items())
    lines.extend(f"%ignore {names.terminal(name)}" for name in sorted(grammar.ignored))
    return "\n".join(lines) + "\n"


class _Names:
    """Readable names for symbols, each used once."""

    def __init__(self, grammar: Grammar, apart: Collection[str]) -> None:
        self._grammar = grammar
        self._apart = apart
        self._given: dict[Symbol, str] = {Hole(): "start"}
        self._taken = {"start", "skipped"}
        self._written: dict[Symbol, str] = {}
        self.beginnings: dict[Beginning, str] = {}

    def rule(self, symbol: Symbol) -> str:
        """A rule's name."""
        return self._given.get(symbol) or self._name(symbol, self._wish(symbol))

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
                return f"after_{_identifier(name).lower()}_{depth}"
            case Crossing(inner, count, inside):
                return f"{self._wish(inner)}_{'into' if inside else 'to'}_{count}"
            case Variant(inner, without, apart):
                return f"{self._wish(inner)}{'_other' if without else ''}{'_apart' if apart else ''}"
            case Hole() | Beginning() | Apart() | Maybe():
                return "hole"
            case str(name):
                return _identifier(name).lower()

    def _name(self, symbol: Symbol, wish: str) -> str:
        if symbol not in self._given:
            name = wish
            while name in self._taken:
                name += "_"
            self._taken.add(name)
            self._given[symbol] = name
        return self._given[symbol]


@cache
def _identifier(name: str) -> str:
    return re.sub(r"\W+", "_", name).strip("_") or "x"


def _parts(grammar: Grammar, symbol: Symbol, bodies: tuple[Body, ...]) -> tuple[Parts, ...]:
    """The bodies of a symbol as they are written; those of the table's own are kept."""
    own = isinstance(symbol, str) or (isinstance(symbol, Variant) and isinstance(symbol.symbol, str))
    if own:
        known = grammar.factored.get(symbol)
        if known is not None and known[0] is bodies:
            return known[1]
    found = factored(tuple(dict.fromkeys(tuple(part for part in body if part != END) for body in bodies)))
    if own:
        grammar.factored[symbol] = (bodies, found)
    return found


def _source(grammar: Grammar, name: str, tag: str | None) -> str:
    pair = grammar.closers.get(name)
    if pair is None:
        source = "|".join(grammar.sources[member] for member in grammar.members(name))
        words = "|".join(grammar.sources[word] for word in grammar.renamed.get(name, ()))
        return f"/{source}/ & ~/{words}/" if words else f"/{source}/"
    written = re.escape(pair.sample if tag is None else tag)
    return f"/{to_source(parse_regex(pair.pattern.replace('{tag}', written)))}/"


def _beginning(grammar: Grammar, beginning: Beginning) -> str:
    """The beginning of a terminal, which is not empty: what begins at the cursor is none of the hole's."""
    renamed = grammar.renamed.get(beginning.terminal, ())
    whole, words = (
        to_source(beginnings(Alt(tuple(grammar.terminals[name].node for name in names)), beginning.ending))
        for names in (grammar.members(beginning.terminal), renamed)
    )
    return f"/{whole}/ & /(?s:.+)/" + (f" & ~/{words}/" if words else "")
