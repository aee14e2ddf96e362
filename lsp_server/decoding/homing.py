"""The way home: from where a model got stuck to a text after which the rest of the document fits.

It is looked for from what the model wrote, from beginnings of that, and from the cursor itself. Where such a
text meets with an error farther on, it is looked as far as that, and again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice, takewhile
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from lsp_server.constraint import Window
from lsp_server.decoding.engine import MaskEngine, MaskError
from lsp_server.decoding.healing import TokenIndex
from lsp_server.decoding.model import Vocabulary
from lsp_server.decoding.task import Statistics, Task
from lsp_server.decoding.tokenset import likeliest

_CLOSINGS = 3
_WAYS = 6
_LOOKS = 4
_ENDINGS = 4
"""So many beginnings of a lexeme that the model finds no end of are tried as the whole of it."""

_WRITTEN = 96
"""The model is asked for at most so many tokens for all ways together."""

_MOST, _TRIES = 24, 12
"""So many tokens are written under one grammar, and so many are tried for each."""


class Home:
    """Judges which texts are home, and finds ways there, each start tried once.

    Args:
        task: what is to be filled in.
        vocabulary: of the writer of what a grammar leaves open.
        logits: those of the writer after some tokens.
        engine: of the model's vocabulary.
        index: of the model's vocabulary.
        cancelled: asked before each token.
        statistics: what it costs is added to them.

    """

    def __init__(
        self,
        task: Task,
        vocabulary: Vocabulary,
        logits: Callable[[Sequence[int]], NDArray[np.float32]],
        engine: MaskEngine,
        index: TokenIndex,
        cancelled: Callable[[], bool],
        statistics: Statistics,
    ) -> None:
        self._task = task
        self._vocabulary = vocabulary
        self._logits = logits
        self._engine = engine
        self._usable = index.ordinary if task.multiline else index.in_line
        self._cancelled = cancelled
        self._statistics = statistics
        self._tried: set[tuple[bool, str]] = set()
        self._tokens_left = _WRITTEN

    def fits(self, typed: str) -> bool:
        """Whether the rest of the document fits after a text, for the oracle and for the task's own check."""
        if self._task.unwanted(typed, True) is not None:
            return False
        began = perf_counter()
        fit = self._task.oracle.fit(typed)
        good = fit.good and (not typed.strip() or self._task.agrees(typed))
        self._statistics.oracle_ms += 1000 * (perf_counter() - began)
        return good

    def closed(self, typed: str, meant: str) -> str | None:
        """What was typed, or a beginning of it, with a shortest closing after which the rest fits.

        What the model `meant` to end with, a beginning of what was typed, comes first. Its last lexeme is
        left out where then less is added, and left out, than is added to it. Where nobody asked, that is all,
        and only signs are added: words that are made up here are seldom what somebody wants.
        """
        bounds = self._task.oracle.boundaries(typed)
        shorter = max((end for end in bounds if end < len(meant)), default=0)
        closed = [
            (len(text) - 2 * end, text)
            for end in (len(meant), shorter)
            if typed[:end].strip() and (text := self._with_closing(typed[:end])) is not None
        ]
        if closed:
            return min(closed, key=lambda found: found[0])[1]
        if self._task.confident:
            return None
        ends = sorted({*bounds, len(typed)}, reverse=True)
        others = (self._with_closing(typed[:end]) for end in (*ends[:_CLOSINGS], 0))
        led = (self._led(typed[:end]) for end in (len(meant), ends[-1], 0))
        return next((text for text in chain(others, led) if text is not None), None)

    def _is_new(self, start: str, *, free: bool) -> bool:
        """Whether a way from a text was not looked for yet; if `free`, of lexemes without a fixed text."""
        new = (free, start) not in self._tried
        self._tried.add((free, start))
        return new

    def _with_closing(self, typed: str) -> str | None:
        """What was typed, and the fixed lexemes of a shortest way home; only signs where nobody asked."""
        if not self._is_new(typed, free=False):
            return None
        if self._task.confident:
            return self.with_signs(typed)
        closing = self._task.oracle.closing(typed, self._is_home)
        return None if closing is None else typed + closing

    def with_signs(self, typed: str) -> str | None:
        """What was typed, and the signs of a shortest way home."""
        closing = self._task.oracle.ending(typed, self._is_home, in_line=not self._task.multiline)
        return None if closing is None else typed + closing

    def _is_home(self, text: str) -> bool:
        in_line = self._task.multiline or not ("\n" in text or "\r" in text)
        return in_line and bool(text.strip()) and self.fits(text) and not self.is_guess(text)

    def is_guess(self, typed: str) -> bool:
        """Whether a text is not what the model meant, and nobody asked, and mistakes make it hard to tell."""
        return self._task.confident and self._task.oracle.fit(typed).excused

    def _led(self, typed: str) -> str | None:
        """What was typed, and the lexemes of a shortest way home in the model's own words."""
        windows: Sequence[Window] | None = None
        for _ in range(_LOOKS if self._is_new(typed, free=True) else 0):
            stuck = None
            for ending, grammar in self._ways(typed, windows) if self._tokens_left else ():
                written = self._written(grammar, typed + ending)
                if written is not None and written[1]:
                    return written[0]
                stuck = written[0] if stuck is None and written is not None else stuck
            before, windows = windows, () if stuck is None else self._task.oracle.farther(stuck)
            if not windows or windows == before:
                break
        return None

    def _ways(self, typed: str, windows: Sequence[Window] | None) -> Iterator[tuple[str, str]]:
        ways = islice(self._task.oracle.ways(typed, windows, in_line=not self._task.multiline), _WAYS)
        return takewhile(lambda _: not self._is_over(), ways)

    def _written(self, grammar: str, typed: str) -> tuple[str, bool] | None:
        """What the model writes under a grammar; what it finds no end of is ended as early as may be."""
        begun: list[str] = []

        def is_home(text: str) -> bool:
            begun.append(text)
            return self._is_home(text)

        written = self._write_under(grammar, typed, is_home)
        if written is not None or not begun:
            return written
        endless = begun[-1].rstrip()
        ends = self._task.oracle.boundaries(endless)
        last = max((end for end in ends if end < len(endless)), default=0)
        inside = (text for text in begun if text[last:].strip() and not text[-1].isspace())
        ended = map(self._with_closing, islice(inside, _ENDINGS))
        return next(((text, True) for text in ended if text is not None), None)

    def _write_under(
        self, grammar: str, typed: str, is_home: Callable[[str], bool]
    ) -> tuple[str, bool] | None:
        """What was typed and what the model writes after it under a grammar, and whether that is home.

        None where what the grammar asks for cannot be written.
        """
        try:
            mask = self._engine.mask(grammar)
        except MaskError:
            return None
        if mask.complete():
            return typed, is_home(typed)
        tokens = [*self._task.prompt, *self._vocabulary.encode(self._task.heal + typed)]
        written = b""
        for _ in range(_MOST):
            if self._stopped():
                return None
            blank = (typed.encode() + written)[-1:].isspace()
            for token in islice(likeliest(self._logits(tokens), mask.allowed() & self._usable), _TRIES):
                spelled = self._vocabulary.tokens[token]
                if blank and spelled.isspace():
                    continue
                text = typed + (written + spelled).decode("utf-8", "ignore")
                if self._task.oracle.viable(text) and mask.consume([token]):
                    break
            else:
                return None
            tokens.append(token)
            written += spelled
            for end in (text, text + " "):
                if is_home(end):
                    return end, True
            if mask.complete():
                return text, False
        return None

    def _is_over(self) -> bool:
        return self._cancelled() or self._task.late()

    def _stopped(self) -> bool:
        """Whether to write no further token; each one that is written is counted."""
        if not self._tokens_left or self._is_over():
            return True
        self._tokens_left -= 1
        return False
