"""Somebody who edits at random, and undoes: the text is broken, and mended again and again."""

from __future__ import annotations

import random

from lsp_server.text import Edit, Span, apply_edits

PIECES = (
    *"{}()[]\"'<>\n =:,#!&|$@.a1é𝒳\ufeff\ud800",
    "\r\n",
    "\r",
    '"""',
    "${",
    "%{",
    "/*",
    "*/",
    "//",
    "<<EOT\n",
    "\nEOT\n",
)
_MOST_PENDING = 6


class Typist:
    """Makes edits of `text` by a seed; every few of them are taken back."""

    def __init__(self, text: str, seed: int, *, carriage_returns: bool = True) -> None:
        self.text = text
        self._pieces = [piece for piece in PIECES if carriage_returns or "\r" not in piece]
        self._random = random.Random(seed)
        self._undo: list[list[Edit]] = []

    def edits(self) -> list[Edit]:
        """The next edits, each to be applied to the result of the one before; `text` is their result."""
        if self._undo and (len(self._undo) == _MOST_PENDING or self._random.random() < 0.45):
            edits = self._undo.pop()
            self.text = apply_edits(self.text, edits)
            return edits
        return self._forward()

    def _forward(self) -> list[Edit]:
        edits: list[Edit] = []
        undo: list[Edit] = []
        for _ in range(self._random.choice((1, 1, 1, 2, 3))):
            start = self._random.randint(0, len(self.text))
            end = min(len(self.text), start + self._random.choice((0, 0, 0, 1, 2, 5, 30)))
            piece = self._piece()
            undo.insert(0, Edit(Span(start, start + len(piece)), self.text[start:end]))
            edits.append(Edit(Span(start, end), piece))
            self.text = apply_edits(self.text, edits[-1:])
        self._undo.append(undo)
        return edits

    def _piece(self) -> str:
        if self._random.random() < 0.7:
            return str(self._random.choice(self._pieces))
        start = self._random.randint(0, len(self.text))
        return self.text[start : start + self._random.choice((1, 5, 20, 80))]
