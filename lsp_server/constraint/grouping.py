"""The table as hole grammars need it: fewer rules to look at, to write and to compile.

Rules that derive no text, which are for the lexer, are left out, and terminals that stand in the same places
are taken for one. A list of keywords that each may stand alone in its place is one choice for a hole grammar,
as the members of a set are for a regular expression. Two terminals are alike if exchanging them changes no
rule.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lsp_server.lalr.rows import Rows
from lsp_server.lalr.table import END, Item, Rule, Table

if TYPE_CHECKING:
    from lsp_server.constraint.window import Window

Members = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, eq=False)
class Grouped:
    """A table of the rules that derive some text, in which terminals that are alike are one.

    `table` is for quotients alone: its states are those of the original, but it has no actions. `members` are
    the terminals of each group, by the group's name; `group` is the other way round.
    """

    table: Table
    members: Members
    group: Mapping[str, str]

    def named(self, terminals: Iterable[str]) -> frozenset[str]:
        """The groups of some terminals; a terminal alone is its own."""
        return frozenset(self.group.get(name, name) for name in terminals)

    def mask(self, terminals: Iterable[str]) -> int:
        """The groups of some terminals as bits of the table."""
        bits = self.table.bits
        return sum(bits.get(name, 0) for name in self.named(terminals))

    def window(self, window: Window) -> Window:
        """A window, its terminals grouped."""
        lexemes = (replace(lexeme, terminals=self.named(lexeme.terminals)) for lexeme in window.lexemes)
        return replace(window, lexemes=tuple(lexemes))


def grouped(table: Table, kind: Callable[[str], Hashable]) -> Grouped:
    """A table with its terminals grouped; only such as are of one kind."""
    members = _groups(table, kind)
    group = {name: whole for whole, names in members.items() for name in names}
    rules: dict[Rule, Rule] = {}

    def renamed(rule: Rule) -> Rule:
        found = rules.get(rule)
        if found is None:
            expansion = tuple(group.get(symbol, symbol) for symbol in rule.expansion)
            found = rules[rule] = rules.setdefault(Rule(rule.origin, expansion), Rule(rule.origin, expansion))
        return found

    def kernel(state: int) -> tuple[Item, ...]:
        items = (item for item in table.kernels[state] if item.rule in table.deriving)
        return tuple(dict.fromkeys(Item(renamed(item.rule), item.dot) for item in items))

    return Grouped(
        replace(
            table,
            rules=(),
            actions=Rows.of(()),
            gotos=Rows.of(()),
            accepts=Rows.of(()),
            by_origin={
                origin: tuple(dict.fromkeys(renamed(rule) for rule in found if rule in table.deriving))
                for origin, found in table.by_origin.items()
            },
            kernels=Rows(table.kernels.count, kernel),
            root=renamed(table.root),
        ),
        members,
        group,
    )


def _groups(table: Table, kind: Callable[[str], Hashable]) -> Members:
    places: dict[str, set[Hashable]] = {}
    for origin, rules in table.by_origin.items():
        for rule in rules:
            if rule not in table.deriving:
                continue
            for place, symbol in enumerate(rule.expansion):
                if symbol in table.by_origin or symbol == END:
                    continue
                body = (*rule.expansion[:place], None, *rule.expansion[place + 1 :])
                # One that stands there twice is like none: the other place tells what the first one was.
                alone: Hashable = symbol if symbol in body else None
                places.setdefault(symbol, set()).add((origin, body, alone))
    alike: dict[Hashable, list[str]] = {}
    for name in sorted(places):
        alike.setdefault((frozenset(places[name]), kind(name)), []).append(name)
    return {_name(names, places): tuple(names) for names in alike.values() if len(names) > 1}


def _name(names: list[str], taken: Iterable[str]) -> str:
    found = f"{names[0]}_OR_{names[1]}" if len(names) == 2 else f"{names[0]}_AND_LIKE"
    while found in taken:
        found += "_"
    return found
