"""From item sets to a table: what a state does before each terminal, settled as Lark settles it.

Of several rules that have ended, priorities choose one; what can be shifted is shifted.
"""

from __future__ import annotations

from typing import Any

from lsp_server.lalr.general import GeneralTable
from lsp_server.lalr.itemsets import ItemSets
from lsp_server.lalr.rows import Rows
from lsp_server.lalr.table import END, Item, Rule, Table


class CollisionError(ValueError):
    """Before a terminal, several rules may have ended, and nothing says which."""

    def __init__(self, terminal: str, rules: tuple[Rule, ...]) -> None:
        super().__init__(f"before {terminal}: {rules}")
        self.terminal = terminal
        self.rules = rules


def settle_nothing(sets: ItemSets) -> GeneralTable:
    """The table of a grammar that need not be LALR(1): it does whatever the grammar lets it do.

    First comes the shift, then the reductions in the order of priorities, and then in that of the grammar.
    """
    numbers: dict[Rule, int] = {}
    actions: list[dict[str, int]] = []
    more: dict[int, dict[str, tuple[int, ...]]] = {}
    rank = {rule: place for place, rule in enumerate(sets.priorities)}
    for state, (moves, reduced) in enumerate(zip(sets.moves, sets.reduced, strict=True)):
        row: dict[str, list[int]] = {}
        for symbol, target in moves.items():
            if symbol not in sets.by_origin:
                row[symbol] = [target]
        for rule in sorted(reduced, key=lambda rule: (-sets.priorities[rule], rank[rule])):
            number = ~numbers.setdefault(rule, len(numbers))
            for terminal in sets.terminals(reduced[rule]):
                row.setdefault(terminal, []).append(number)
        actions.append({terminal: found[0] for terminal, found in row.items()})
        several = {terminal: tuple(found) for terminal, found in row.items() if len(found) > 1}
        if several:
            more[state] = several
    return GeneralTable(more=more, **_parts(sets, numbers, actions))


def settle(sets: ItemSets) -> Table:
    """The table of a grammar.

    Raises:
        CollisionError: it is not LALR(1); of all places, the first by the names of rules is told.

    """
    collisions: list[tuple[tuple[Rule, ...], str]] = []
    numbers: dict[Rule, int] = {}
    actions: list[dict[str, int]] = []
    for state, (moves, reduced) in enumerate(zip(sets.moves, sets.reduced, strict=True)):
        row: dict[str, int] = {}
        for rule, mask in reduced.items():
            action = ~numbers.setdefault(rule, len(numbers))
            row.update(dict.fromkeys(sets.terminals(mask), action))
        for terminal in sets.undecided(state):
            rules = sets.ends(state, terminal)
            if len(rules) > 1:
                collisions.append((tuple(sorted(rules, key=_by_names)), terminal))
            elif rules:
                row[terminal] = ~numbers[rules[0]]
        row.update((symbol, target) for symbol, target in moves.items() if symbol not in sets.by_origin)
        actions.append(row)
    if collisions:
        rules, terminal = min(collisions, key=lambda found: ([*map(_by_names, found[0])], found[1]))
        raise CollisionError(terminal, rules)
    return Table(**_parts(sets, numbers, actions))


def _parts(sets: ItemSets, numbers: dict[Rule, int], actions: list[dict[str, int]]) -> dict[str, Any]:
    """What a table consists of, by what is done in each state."""
    moves = ({s: target for s, target in row.items() if s in sets.by_origin} for row in sets.moves)
    return {
        "rules": tuple(numbers),
        "by_origin": dict(sets.by_origin),
        "actions": Rows.of(actions),
        "shifts": Rows.of({s: target for s, target in row.items() if target >= 0} for row in actions),
        "gotos": Rows.of(moves),
        "kernels": Rows.of(tuple(sorted(kernel, key=_by_place)) for kernel in sets.kernels),
        "accepts": Rows.of(frozenset(row) - {END} for row in actions),
        "final": sets.moves[0][sets.root.expansion[0]],
        "root": sets.root,
    }


def _by_names(rule: Rule) -> tuple[str, tuple[str, ...]]:
    return rule.origin, rule.expansion


def _by_place(item: Item) -> tuple[str, tuple[str, ...], int]:
    return *_by_names(item.rule), item.dot
