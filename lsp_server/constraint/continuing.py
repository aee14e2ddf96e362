"""Whether something can be typed after a lexeme so that what follows the cursor fits.

After the lexeme a rule is open. Once it is done, and perhaps the rules around it, the parser is where it would be
after other lexemes too; so what was found out of one tells of many. The rest of the text is read from there in
all ways that anything typed allows (`outlook`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from lsp_server.constraint.beginning import Typing
from lsp_server.constraint.cursor import CursorState
from lsp_server.constraint.outlook import Readings
from lsp_server.lalr.grammar import Grammar
from lsp_server.lalr.table import Stack

_LEXEMES = 12
"""What follows is read so far: to write more takes a person longer than to see what it leads to."""

_CLIMBED, _READ = 48, 6
"""For one lexeme so many stacks are looked at, of which so many are read on from."""

_Shape = tuple[int, ...]


class Continuations:
    """What may still be typed at one cursor.

    Args:
        grammar: the language.
        text: with the cursor in it; what stands behind it counts.
        state: the cursor's state.
        cancelled: asked as the text is read.

    """

    def __init__(
        self,
        grammar: Grammar,
        text: str,
        state: CursorState,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> None:
        self._grammar = grammar
        self._state = state
        self._cancelled = cancelled
        self._fits: dict[_Shape, bool] = {}
        self._text = text if self._reads_on(text, state.here) else self._without_line(text)

    def may_follow(self, stack: Stack) -> bool:
        """Whether something may follow a stack, so that the rest of the text fits; yes if nothing could anyway.

        Raises:
            StoppedError: it was cancelled.

        """
        if self._text is None:
            return True
        around: dict[_Shape, tuple[Stack, _Shape | None]] = {}
        for shape, one, inner in self._around(stack):
            around[shape] = one, inner
            if self._fits.get(shape, False):
                self._note(shape, around)
                return True
        # Nearly all fits after the outermost one, where a further element may be begun.
        unread = sorted((shape for shape in around if shape not in self._fits), key=len)
        for shape in dict.fromkeys((*unread[:_READ], stack.states())):
            self._fits[shape] = self._reads_on(self._text, around[shape][0])
            if self._fits[shape]:
                self._note(shape, around)
                return True
        return False

    def _note(self, shape: _Shape, around: Mapping[_Shape, tuple[Stack, _Shape | None]]) -> None:
        """Where the rest fits after a stack, it does after those that come to be it once rules are done."""
        inner: _Shape | None = shape
        while inner is not None:
            self._fits[inner] = True
            inner = around[inner][1]

    def _without_line(self, text: str) -> str | None:
        """The text without the rest of the cursor's line, if that is what fits nothing; else None."""
        cursor = self._state.cursor
        end = text.find("\n", cursor)
        if end < 0 or not text[cursor:end].strip():
            return None
        rest = text[:cursor] + text[end:]
        return rest if self._reads_on(rest, self._state.here) else None

    def _around(self, stack: Stack) -> Iterator[tuple[_Shape, Stack, _Shape | None]]:
        """A stack, and what it becomes once rules that are open on it are done, those farther in first.

        With each comes what became it.
        """
        table = self._grammar.table
        seen: set[_Shape] = set()
        pending: list[tuple[Stack, _Shape | None]] = [(stack, None)]
        for one, inner in pending:
            shape = one.states()
            if shape in seen or len(seen) >= _CLIMBED:
                continue
            seen.add(shape)
            yield shape, one, inner
            for item in table.kernels[one.state]:
                below: Stack | None = one
                for _ in range(item.dot):
                    below = below.below if below is not None else None
                target = None if below is None else table.gotos[below.state].get(item.rule.origin)
                if below is not None and target in table.entered:
                    assert target is not None
                    pending.append((Stack(target, below, below.tag, one.lines), shape))

    def _reads_on(self, text: str, stack: Stack) -> bool:
        """Whether the rest of a text can be read after a stack once something is typed."""
        cursor = self._state.cursor
        if not text[cursor:].strip():
            return True
        state = replace(self._state, stack=stack, here=stack, offset=cursor, read=(), stacks=(), mendings=())
        way = Readings(self._grammar, text, state, Typing.ANYTHING, self._cancelled)
        return way.after_cursor(text, _LEXEMES).end is None
