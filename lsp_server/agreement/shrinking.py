"""Finds a smallest text that still shows something (delta debugging; Zeller and Hildebrandt, 2002).

First whole elements are left out, then lexemes, alone and by pairs such as brackets, then characters;
what remains is written in the plainest way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations, pairwise
from typing import TypeVar

from lsp_server.agreement.pieces import Piece, join, plain, split
from lsp_server.constraint import Grammar
from lsp_server.lalr.regex import simplest

T = TypeVar("T")

_ROUNDS = 4
_PAIRS = 32
_FEW = 80


def shrink(grammar: Grammar, text: str, shows: Callable[[str], bool], starts: Sequence[int] = ()) -> str:
    """A text no larger than the given one for which `shows` holds, as it must for the given one.

    Args:
        grammar: its lexemes are what is left out.
        text: what to begin with.
        shows: asked of each candidate; must be a function of the text alone.
        starts: offsets in the text before which it may be cut into elements.

    """
    known: dict[str, bool] = {text: True}

    def holds(candidate: str) -> bool:
        answer = known.get(candidate)
        if answer is None:
            answer = known[candidate] = shows(candidate)
        return answer

    if starts:
        cuts = sorted({0, len(text), *starts})
        elements = [text[start:end] for start, end in pairwise(cuts)]
        text = "".join(fewest(elements, lambda kept: holds("".join(kept))))
    for _ in range(_ROUNDS):
        before = text
        pieces = fewest(split(grammar, text), lambda kept: holds(join(kept)))
        text = join(_without_pairs(pieces, holds))
        text = join(_plainly(grammar, split(grammar, text), holds))
        if len(text) <= _FEW:
            text = "".join(fewest(list(text), lambda kept: holds("".join(kept))))
        if text == before:
            break
    return text


def fewest(items: Sequence[T], holds: Callable[[list[T]], bool]) -> list[T]:
    """Some of the items, in order, of which none can be left out alone."""
    kept = list(items)
    size = max(1, len(kept) // 2)
    while True:
        start, fewer = 0, False
        while start < len(kept):
            shorter = kept[:start] + kept[start + size :]
            if holds(shorter):
                kept, fewer = shorter, True
            else:
                start += size
        if size > 1:
            size = max(1, size // 2)
        elif not fewer:
            return kept


def _without_pairs(pieces: list[Piece], holds: Callable[[str], bool]) -> list[Piece]:
    """The pieces without such pairs of them as only go together."""
    while len(pieces) <= _PAIRS:
        pairs = combinations(range(len(pieces)), 2)
        rests = (pieces[:one] + pieces[one + 1 : other] + pieces[other + 1 :] for one, other in pairs)
        fewer = next((rest for rest in rests if holds(join(rest))), None)
        if fewer is None:
            break
        pieces = fewer
    return pieces


def _plainly(grammar: Grammar, pieces: list[Piece], holds: Callable[[str], bool]) -> list[Piece]:
    """The pieces, each written as simply as can be."""
    for index, piece in enumerate(pieces):
        for text in _plainer(grammar, piece):
            changed = [*pieces[:index], Piece(piece.name, text, piece.ignored), *pieces[index + 1 :]]
            if holds(join(changed)):
                pieces = changed
                break
    return pieces


def _plainer(grammar: Grammar, piece: Piece) -> list[str]:
    if piece.ignored:
        return [] if piece.text == " " else [" ", *(["\n"] if piece.text != "\n" else [])]
    terminal = grammar.terminals.get(piece.name)
    if (
        terminal is None
        or plain(grammar, piece)
        or piece.name in grammar.openers
        or piece.name in grammar.closers
    ):
        return []
    return [simplest(terminal.node)]
