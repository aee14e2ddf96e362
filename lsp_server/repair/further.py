"""Whether something is wrong on its own, or only because of a mistake before it."""

from __future__ import annotations

from collections.abc import Callable

from lsp_server.constraint.cursor import CursorState
from lsp_server.lalr.reading import Reading
from lsp_server.repair.boundaries import Boundaries
from lsp_server.repair.levels import WIDEST, WORK, Levels
from lsp_server.repair.place import reads_of

_REPAIRS = 2
"""So many are tried in the line of the mistake before."""


def stands_alone(
    reading: Reading, line: int, place: int, cancelled: Callable[[], bool] = lambda: False
) -> bool:
    """Whether a lexeme can be come to with repairs in the line of a mistake before it, and never fits then.

    It is not where that takes too much work to tell.

    Args:
        reading: ends at that mistake.
        line: where the mistake's line begins.
        place: where the lexeme begins, farther on in the same text.
        cancelled: asked before each lexeme.

    Raises:
        StoppedError: it was cancelled.

    """
    grammar, text, start = reading.grammar, reading.text, reading.grammar.start()
    state = CursorState(0, 0, start, start, commented=False)
    levels = Levels(grammar, text, state, Boundaries(grammar, text, len(text)), cancelled=cancelled)
    ends = [0, *(lexeme.end for lexeme, _ in reading.steps)][-WIDEST - 1 : -1]
    last = zip(ends, reading.steps[-WIDEST:], strict=True)
    steps = reads_of(((stack, offset, lexeme) for offset, (lexeme, stack) in last), {})
    end = text.find("\n", line)
    pending, reached = levels.repaired(steps, 0, line), False
    for _ in range(_REPAIRS):
        in_line = levels.level(dict(pending), end)
        level = levels.level(pending, place)
        if levels.work > WORK or any(levels.takes_next(step) for step in level.left):
            return False
        pending, reached = levels.repaired(in_line.steps, 0, line), reached or level.well
    return reached
