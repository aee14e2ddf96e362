"""What the hole grammars of one grammar have in common: its table as they need it, and what follows."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import lru_cache

from lsp_server.cache import cached_property
from lsp_server.constraint.adjacency import Adjacency
from lsp_server.constraint.grouping import Grouped, grouped
from lsp_server.lalr.grammar import Grammar
from lsp_server.lalr.regex import to_source


class Basis:
    """Whatever is ignored, it is the same."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar

    @cached_property
    def grouped(self) -> Grouped:
        """The table as hole grammars need it; what opens or closes a pair, or a block, is in no group."""
        grammar = self._grammar
        alone = grammar.openers.keys() | grammar.closers.keys() | grammar.renamed.keys() | grammar.line_marks
        if grammar.blocks is not None:
            alone |= grammar.blocks.layout.brackets.keys()
        apart = grammar.apart
        after: dict[str, list[str]] = {}
        for name, gap in apart.items():
            for other in gap.touching:
                after.setdefault(other, []).append(name)

        def kind(name: str) -> Hashable:
            return name if name in alone else (apart.get(name), tuple(after.get(name, ())))

        return grouped(grammar.table, kind)

    def members(self, name: str) -> tuple[str, ...]:
        """The terminals of a group; of a terminal, itself."""
        return self.grouped.members.get(name, (name,))

    @cached_property
    def adjacency(self) -> Adjacency:
        """Keeps apart what must not touch."""
        groups = self.grouped
        names = {groups.group.get(name, name): gap for name, gap in self._grammar.apart.items()}
        masks = {gap: (groups.mask(gap.before), groups.mask(gap.touching)) for gap in set(names.values())}
        return Adjacency(
            groups.table,
            glued={name: masks[gap][0] for name, gap in names.items()},
            touching={name: masks[gap][1] for name, gap in names.items()},
        )

    @cached_property
    def sources(self) -> Mapping[str, str]:
        """By terminal, its expression in the mask engine's dialect."""
        return {name: to_source(terminal.node) for name, terminal in self._grammar.terminals.items()}


def basis_of(grammar: Grammar) -> Basis:
    """What hole grammars of a grammar are made of, with whatever is ignored; the result is kept."""
    return _basis_of(grammar.whole)


@lru_cache(maxsize=64)
def _basis_of(grammar: Grammar) -> Basis:
    return Basis(grammar)
