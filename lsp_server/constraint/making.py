"""From a cursor's state and what follows it to the hole grammar, with as much right context as fits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial

from lsp_server.constraint.basis import basis_of
from lsp_server.constraint.bracketed import bracketed
from lsp_server.constraint.cursor import CursorState
from lsp_server.constraint.emit import emit
from lsp_server.constraint.first import FirstTexts, begun_by
from lsp_server.constraint.hole import Cfg, either, left_quotient
from lsp_server.constraint.right import right_quotient, without_dead_ends
from lsp_server.constraint.window import Window
from lsp_server.lalr.grammar import Grammar
from lsp_server.lalr.lines import Lines

RELAXATIONS = (8, 4, 2, 1)
"""How many lexemes after the cursor a hole grammar looks at: the first number with which anything fits."""


@dataclass(frozen=True, slots=True)
class HoleGrammar:
    """A hole grammar as Lark text, and the number of suffix lexemes asked of it; 0 for no right context."""

    text: str = field(repr=False)
    relaxation: int


def hole_grammar(
    grammar: Grammar,
    state: CursorState,
    windows: Sequence[Window],
    lead: str = "",
    blocks: Lines | None = None,
    first: Mapping[str, str] | None = None,
) -> HoleGrammar:
    """The grammar of what fits at a cursor; the last ones asked for are kept.

    Args:
        grammar: the language.
        state: the cursor's state.
        windows: readings of what follows, the likelier first.
        lead: what stands there already. Where line ends tell the blocks there are comments only if it has.
        blocks: what is open by indentation, if not what is open at the state's cursor.
        first: by terminal, a regular expression of its texts that may come first, where not all of them may;
            none if that is empty. It counts only where something else may be written, too.

    """
    stack = state.stack
    lines = blocks or state.lines
    unit = 0 if lines is None else lines.unit
    if grammar.blocks is not None and not grammar.language.comment.begun_in(lead):
        grammar = grammar.blanks_only
    after = ((name, pattern, grammar.table.shift(stack, name)) for name, pattern in (first or {}).items())
    texts = tuple(FirstTexts(name, pattern, to.states()) for name, pattern, to in after if to is not None)
    return _make(grammar, stack.states(), stack.tag, lines, unit, tuple(windows), texts)


def _first(left: Cfg, windows: Sequence[Window]) -> tuple[Cfg, Window] | None:
    found = ((right_quotient(left, window), window) for window in windows)
    return next(((cfg, window) for cfg, window in found if cfg is not None), None)


@lru_cache(maxsize=48)
def _make(
    grammar: Grammar,
    states: tuple[int, ...],
    tag: str | None,
    lines: Lines | None,
    unit: int,
    windows: tuple[Window, ...],
    texts: tuple[FirstTexts, ...],
) -> HoleGrammar:
    """The grammar for a stack; `unit` is that of `lines`, which does not tell them apart by it."""
    basis = basis_of(grammar)
    left = left_quotient(basis.grouped.table, states)
    windows = tuple(basis.grouped.window(window) for window in windows)
    begun = basis.grouped.mask(one.terminal for one in texts)

    def before_rest(left: Cfg, count: int) -> tuple[Cfg, Window] | None:
        return _first(left, [window.first(count) for window in windows if not window.tail])

    def rest(states: tuple[int, ...], count: int) -> Cfg | None:
        left = left_quotient(basis.grouped.table, states)
        found = before_rest(left, count) if count else (without_dead_ends(replace(left, open=True)), None)
        return None if found is None else found[0]

    def written(cfg: Cfg, count: int, after: int = 0) -> HoleGrammar:
        whole = bracketed(grammar, basis.adjacency.kept_apart(cfg, after, begun), states)
        if texts:
            whole = begun_by(grammar, whole, texts, partial(rest, count=count), after, len(states))
            if not whole.rules[whole.start]:
                return _make(grammar, states, tag, lines, unit, windows, ())
        return HoleGrammar(emit(grammar, whole, tag, lines, texts), count)

    for count in RELAXATIONS:
        inside = _first(left, [window.first(count) for window in windows if window.tail])
        before = before_rest(left, count)
        if before is not None:
            cfg = before[0] if inside is None else either(inside[0], before[0])
            return written(cfg, count, _touching(grammar, before[1]))
        if inside is not None:
            return written(inside[0], count)
    return written(without_dead_ends(replace(left, open=True)), 0)


def _touching(grammar: Grammar, window: Window) -> int:
    """The terminals that what stands right at the cursor may be, as bits."""
    return basis_of(grammar).grouped.mask(window.lexemes[0].terminals) if window.touching else 0
