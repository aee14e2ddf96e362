"""What a grammar says, worked out: plain data, to be made by `analysis` or read back by `kept`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lsp_server.lalr.lexicon import Terminal
from lsp_server.lalr.table import Rule, Shape, Table


@dataclass(frozen=True, slots=True)
class Gap:
    """After a terminal, what must not touch it, and what is ignored that may stand between.

    Of all that must not (`touching`), `before` is what the mask engine does not keep apart by itself.
    """

    before: tuple[str, ...]
    ignored: tuple[str, ...]
    touching: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Analysis:
    """What a grammar says, worked out. `files` are those it imports, with the digest of each.

    `shapes`: by rule, what it leaves in a tree.
    `reads`: by general terminal, the fixed texts that it matches, if it matches any.
    `apart`: by terminal, where there are any, what must not touch its end. `renamed`: by terminal, the fixed
    texts that it matches too and as which they are read in every state.
    """

    terminals: Mapping[str, Terminal]
    ignored: frozenset[str]
    table: Table
    files: Mapping[str, str]
    shapes: Mapping[Rule, Shape]
    reads: Mapping[str, tuple[str, ...]]
    apart: Mapping[str, Gap] = field(default_factory=dict)
    renamed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
