"""A hole grammar in which of some terminals only some texts may come first, as those that spell a name.

What comes first is told apart: either none of these terminals (`adjacency`), or one of them with a text that
it may have, and then what may follow it on the stack. So nothing but the first lexeme is held to anything.
One thing is left to who reads the text: that another terminal, with what touches it, spells such a one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from lsp_server.constraint.basis import basis_of
from lsp_server.constraint.bracketed import bracketed
from lsp_server.constraint.hole import Body, Cfg, First, Hole, Symbol, moved
from lsp_server.constraint.indents import skipped
from lsp_server.lalr.grammar import Grammar
from lsp_server.lalr.table import END


@dataclass(frozen=True, slots=True)
class FirstTexts:
    """A regular expression of the texts that a terminal may have if it comes first; none if that is empty.

    `states` are those of the stack after it.
    """

    terminal: str
    pattern: str = field(repr=False)
    states: tuple[int, ...]


Rest = Callable[[tuple[int, ...]], Cfg | None]
"""From the states of a stack to what may follow it; None where nothing may."""


def begun_by(
    grammar: Grammar, cfg: Cfg, texts: tuple[FirstTexts, ...], rest: Rest, edge: int, depth: int
) -> Cfg:
    """A hole grammar with what begins with terminals of which not all texts may come first.

    Args:
        grammar: the language.
        cfg: all that begins otherwise.
        texts: those that they may have; of a group of terminals one stands for all.
        rest: tells what may follow.
        edge: the terminals as one of which what stands right at the cursor is read, as bits.
        depth: that of the stack at the cursor.

    """
    rules, basis = dict(cfg.rules), basis_of(grammar)
    starts = list(rules[cfg.start])
    lead = () if grammar.blocks is None else (skipped(grammar.blocks),)
    leads = ((), lead) if lead and any(body[:1] == lead for body in starts) else ((),)
    never = {one.terminal for one in texts if not one.pattern}
    after = {basis.grouped.group.get(one.terminal, one.terminal): one.states for one in texts}
    after = {name: states for name, states in after.items() if not never.issuperset(basis.members(name))}
    for number, (terminal, states) in enumerate(after.items(), 1):
        found = rest(states)
        for first, following in () if found is None else _following(grammar, terminal, found, states, edge):
            rules |= _told_apart(following, Hole(first), number * (depth + 1))
            starts += ((*lead, first, Hole(first)) for lead in leads)
    return replace(cfg, rules={**rules, cfg.start: tuple(starts)})


def _following(
    grammar: Grammar, terminal: str, rest: Cfg, states: tuple[int, ...], edge: int
) -> Iterator[tuple[First, Cfg]]:
    """What may follow a terminal right at its end; and behind a gap, if that is more."""
    adjacency = basis_of(grammar).adjacency
    clashing = adjacency.not_behind(terminal)
    touching, apart = (adjacency.kept_apart(rest, edge, without) for without in (clashing, 0))
    bodies = tuple(body for body in touching.rules[rest.start] if not clashing & edge or set(body) - {END})
    touching = replace(touching, rules={**touching.rules, rest.start: bodies})
    if bodies:
        yield First(terminal), bracketed(grammar, touching, states)
    if bodies != apart.rules[rest.start]:
        yield First(terminal, apart=True), bracketed(grammar, apart, states)


def _told_apart(cfg: Cfg, start: Hole, by: int) -> dict[Symbol, tuple[Body, ...]]:
    """The rules of a hole grammar, with symbols of their own for what its stack tells."""
    return {
        moved(symbol, start, by): tuple(tuple(moved(part, start, by) for part in body) for body in bodies)
        for symbol, bodies in cfg.rules.items()
    }
