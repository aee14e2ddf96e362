"""Whether a document with a mistake is one small change from a valid one, once something is typed in it.

That is what it means to add no mistake to the one that there is. The change is elsewhere, and which it is
does not matter: of a bracket that lacks it may be fair to say that it lacks here, or there, or that its
partner is one too many.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from enum import Enum
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from lsp_server.constraint.cursor import CursorState
from lsp_server.constraint.one_change import Search
from lsp_server.constraint.stopped import Reading
from lsp_server.constraint.tokens import TOKEN
from lsp_server.constraint.truncated import Truncation
from lsp_server.lalr.grammar import END, Grammar
from lsp_server.lalr.lexing import NOTHING, Lexeme, drive
from lsp_server.lalr.table import Stack
from lsp_server.text import Span

_READ, _READ_IN_ALL = 10_000, 60_000
"""So many lexemes are read for one text at most, and for all that are asked about."""

_NEAR = 10
"""So many lexemes behind what was typed are about it."""

_LONGEST = 1_000
"""A word at the cursor has so many characters at most."""


class Proof(Enum):
    """What is known of a text that might be typed.

    `SOUND`: one small change, elsewhere, makes the document with it valid. `UNSOUND`: none does, though there
    are some that mend what is wrong without it, or it takes too long to find one. `UNKNOWN`: what is wrong
    takes more than a small change, such as the end of a line, or is too far away.
    """

    SOUND = "sound"
    UNSOUND = "unsound"
    UNKNOWN = "unknown"


class Repairs:
    """What is known of the texts that might be typed at one cursor.

    Args:
        grammar: the language.
        text: the document.
        cursor: an offset in it.
        state: that of the cursor, or of a place before; something before may have been mended.
        earlier: tells that of a place farther back, from which the text is read where no change is found
            from where that one was read: an element seen in the tree of a broken text may be none.
        cancelled: asked before each change that is tried; once it says so, none is found.

    """

    def __init__(
        self,
        grammar: Grammar,
        text: str,
        cursor: int,
        state: CursorState,
        earlier: Callable[[], CursorState | None] = lambda: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> None:
        self._grammar = grammar
        self._text = text
        self._cursor = cursor
        self._state = state
        self._earlier = earlier
        self._cancelled = cancelled
        self._known: dict[str, Proof] = {}
        self._left = _READ_IN_ALL

    def proof(self, typed: str) -> Proof:
        """Whether a text leaves the document one change from a valid one."""
        known = self._known.get(typed)
        if known is None:
            known = self._known[typed] = self._prove(typed) if self._left > 0 else Proof.UNSOUND
        return known

    @cached_property
    def _near(self) -> _Start:
        return _as_it_stands(self._state)

    @cached_property
    def _far(self) -> _Start | None:
        """Where the text is read from farther back; None where that is not known, or no farther back."""
        state = self._earlier()
        return None if state is None or state.anchor >= self._state.anchor else _as_it_stands(state)

    @cached_property
    def _begun(self) -> int:
        """At which place or after it the lexeme begins that touches the cursor."""
        word = re.search(r"\w*\Z", self._text[max(0, self._cursor - _LONGEST) : self._cursor])
        assert word is not None
        begun = self._cursor - len(word[0])
        return min(begun, self._state.offset) if self._state.cursor == self._cursor else begun

    def _prove(self, typed: str) -> Proof:
        proof, reading = self._prove_from(self._near, typed)
        if proof is Proof.UNKNOWN and self._left > 0 and self._far is not None:
            proof, reading = self._prove_from(self._far, typed)
        if proof is Proof.UNKNOWN and reading is not None:
            truncation = Truncation(self._grammar, reading)
            found = truncation.finds()
            self._left -= truncation.read
            return Proof.UNSOUND if truncation.mends and not found else proof
        return proof

    def _prove_from(self, start: _Start, typed: str) -> tuple[Proof, Reading | None]:
        most = min(_READ, self._left)
        reading = self._read(start, typed, most)
        if reading is None:
            self._left -= most
            return Proof.UNKNOWN, None
        search = Search(self._grammar, reading, ends=not self._text[self._cursor :].strip(), most=most)
        found = search.finds(self._cancelled)
        self._left -= most - search.left + len(reading.lexemes) - len(start.lexemes)
        if found:
            return Proof.SOUND, reading
        is_known = search.left <= 0 or search.mends or _stops_near(reading)
        return Proof.UNSOUND if is_known else Proof.UNKNOWN, reading

    def _read(self, start: _Start, typed: str, most: int) -> Reading | None:
        """The document with a text typed, up to where it does not go on; None if that is too far."""
        lexemes, stacks, cursor = [*start.lexemes], [*start.stacks[:-1]], self._cursor
        text = self._text[:cursor] + typed + self._text[cursor:]
        offset = lexemes[-1].end if lexemes else start.anchor
        for lexeme, stack in islice(drive(self._grammar, start.stacks[-1], text, offset), most):
            lexemes.append(lexeme)
            stacks.append(stack)
        last = lexemes[-1]
        if last.terminal not in (END, NOTHING):
            return None
        if last.terminal == NOTHING:
            token = TOKEN.search(text, last.start)
            lexemes[-1] = Lexeme(NOTHING, last.start, max(last.end, token.end() if token else len(text)))
        return Reading(text, start.anchor, Span(cursor, cursor + len(typed)), self._begun, lexemes, stacks)


class _Start(NamedTuple):
    """What was read before a cursor as it stands, from an anchor on; there is one stack more than lexemes."""

    anchor: int
    lexemes: Sequence[Lexeme]
    stacks: Sequence[Stack]


def _as_it_stands(state: CursorState) -> _Start:
    """What was read before a state up to what was mended.

    The last lexeme before a mending may end farther back than it was read.
    """
    count = bisect_right(state.read, state.offset, key=lambda lexeme: lexeme.end)
    if state.mendings:
        count = min(count, max(state.read.index(state.mendings[0]) - 1, 0))
    return _Start(state.anchor, state.read[:count], state.stacks[: count + 1])


def _stops_near(reading: Reading) -> bool:
    """Whether the parser stops right behind what was typed, where all small changes were tried."""
    number = bisect_right(reading.lexemes, reading.typed.end, key=lambda lexeme: lexeme.end)
    return reading.error >= reading.typed.start and len(reading.lexemes) - number <= _NEAR
