"""Somebody who writes a program at random: moves lexemes about, types, and takes it back."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from lsp_server.agreement.pieces import split
from lsp_server.constraint import Grammar
from lsp_server.text import Edit, Span, apply_edits
from tests.server.typist import PIECES

_LONGEST = 2_500
"""A text that has become longer is begun anew."""

_MOST_UNDONE = 30
_TYPED = [piece for piece in PIECES if piece != "\r"]
"""A cursor cannot stand inside a line end of two characters, so that no edit may split or make one."""


class Writer:
    """Makes edits of `text`, which begins as one of some programs, or a part of it."""

    def __init__(self, grammar: Grammar, programs: tuple[str, ...], random: Random) -> None:
        self._grammar = grammar
        self._programs = programs
        self._random = random
        self._undo: list[list[Edit]] = []
        self.text = ""
        self.begin()

    @property
    def too_long(self) -> bool:
        """Whether it is time to begin anew."""
        return len(self.text) > _LONGEST

    def begin(self) -> None:
        """Begin with another text."""
        lines = self._random.choice(self._programs).splitlines(keepends=True)
        start = self._random.choice((0, 0, self._random.randrange(len(lines))))
        self.text = "".join(lines[start : start + 40])
        self._undo.clear()

    def place(self) -> int:
        """Any place at which a cursor can stand."""
        return self._outside(self._random.randint(0, len(self.text)))

    def edits(self) -> list[Edit]:
        """The next edits, each to be applied to the result of the one before; `text` is their result."""
        chance = self._random.random()
        if chance < 0.35 and self._undo:
            return self.undone()
        return self._make(
            self._with_lexemes if chance < 0.7 else self._typed, self._random.choice((1, 1, 1, 2, 3))
        )

    def undone(self) -> list[Edit]:
        """What takes back the last edits."""
        edits = self._undo.pop()
        self.text = apply_edits(self.text, edits)
        return edits

    def replaced(self) -> list[Edit]:
        """All of it, and something else instead."""
        text = self._random.choice(self._programs)[:600]
        return self._make(lambda: Edit(Span(0, len(self.text)), text), 1)

    def append(self, text: str) -> list[Edit]:
        """Some text at the end."""
        return self._make(lambda: Edit(Span(len(self.text), len(self.text)), text), 1)

    def _make(self, draw: Callable[[], Edit], count: int) -> list[Edit]:
        """So many edits, which can be taken back."""
        edits: list[Edit] = []
        undo: list[Edit] = []
        for _ in range(count):
            edit = draw()
            was = self.text[edit.span.start : edit.span.end]
            undo.insert(0, Edit(Span(edit.span.start, edit.span.start + len(edit.text)), was))
            edits.append(edit)
            self.text = apply_edits(self.text, [edit])
        self._undo = [*self._undo[-_MOST_UNDONE:], undo]
        return edits

    def _with_lexemes(self) -> Edit:
        """A lexeme goes, or comes, or comes again, or another stands in its place."""
        random, pieces = self._random, split(self._grammar, self.text)
        if not pieces:
            return self._typed()
        at = random.randrange(len(pieces))
        start = self._outside(sum(len(piece.text) for piece in pieces[:at]))
        end = max(start, self._outside(start + len(pieces[at].text)))
        here, other = self.text[start:end], random.choice(pieces).text
        match random.randrange(4):
            case 0:
                return Edit(Span(start, end), "")
            case 1:
                return Edit(Span(start, start), here + random.choice(("", " ")))
            case 2:
                return Edit(Span(start, start), random.choice((other, f" {other} ")))
            case _:
                return Edit(Span(start, end), other)

    def _typed(self) -> Edit:
        """A character or two, or a line of another program; what was selected goes."""
        random, start = self._random, self.place()
        end = self._outside(min(len(self.text), start + random.choice((0, 0, 0, 1, 2, 8, 60))))
        if random.random() < 0.8:
            return Edit(Span(start, max(start, end)), random.choice(_TYPED))
        return Edit(Span(start, max(start, end)), random.choice(random.choice(self._programs).splitlines()))

    def _outside(self, offset: int) -> int:
        """The offset, or that before a line end of two characters that it is inside of."""
        return offset - (self.text[offset - 1 : offset + 1] == "\r\n")
