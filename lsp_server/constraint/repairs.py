"""Whether a document with a mistake is one small change from a valid one, once something is typed in it.

That is what it means to add no mistake to those there are, where there is one. The change is elsewhere: a lexeme left
out, put in or put for another about the place where the parser stops, a bracket or a quote farther back
(repair at distance one: Aho and Peterson, SIAM J. Comput. 1/4, 1972). Each is tried to the end of the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import chain

from lsp_server.constraint.cursor import CursorState
from lsp_server.constraint.tokens import TOKEN, end_of_line
from lsp_server.lalr.grammar import END, Grammar
from lsp_server.lalr.lexicon import Scanner
from lsp_server.lalr.lexing import NOTHING, Lexeme, begun, drive, lexeme_read
from lsp_server.lalr.table import Stack
from lsp_server.languages import QUOTES
from lsp_server.text import Edit, Span

_BACK = 10
"""So many lexemes before the place where the parser stops something may be wrong."""

_FARTHER = 400
"""Among so many a bracket may be one too many, or lack at the end of a line."""

_LINES = 12
"""In so many lines up to there a quote may lack its partner."""

_WORDS = 3
"""So many lexemes back a word may be two that became one."""

_READ, _READ_IN_ALL = 10_000, 60_000
"""So many lexemes are read for one text at most, and for all that are asked about."""

_FAR = 4_000
"""Who reads so many lexemes beyond what was typed, and beyond the mistake, reads to the end."""

_ON = 24
"""A change leads on with which so many lexemes fit beyond the mistake."""

_LONGEST = 1_000
"""A word at the cursor has so many characters at most."""

_ELEMENTS = 2
"""Behind so many elements at the margin another mistake may be one by itself."""


class Proof(Enum):
    """What is known of a text that might be typed.

    `SOUND`: one change, elsewhere, makes the document with it valid. `UNSOUND`: none does, though there are
    some that mend what is wrong without it, or it takes too long to find one. `UNKNOWN`: what is wrong takes
    more than one change.
    """

    SOUND = "sound"
    UNSOUND = "unsound"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class _Reading:
    """A text up to where it does not go on. `stacks[i]` is that before `lexemes[i]`, the last of which fails.

    The lexeme that touches the cursor has `begun` there or after.
    """

    text: str
    typed: Span
    begun: int
    lexemes: Sequence[Lexeme]
    stacks: Sequence[Stack]

    @property
    def error(self) -> int:
        """Where the parser stops."""
        return self.lexemes[-1].start

    def gap(self, number: int) -> int:
        """Where something is put in before a lexeme."""
        return self.lexemes[number - 1].end if number else self.lexemes[0].start

    def is_free(self, start: int, end: int) -> bool:
        """Whether a span is elsewhere than what was typed."""
        return end <= self.typed.start or start >= self.typed.end


class Repairs:
    """The changes that make a document valid, for each text that might be typed at one cursor.

    Args:
        grammar: the language.
        text: the document.
        cursor: an offset in it.
        state: that of the cursor, or of a place before; something before may have been mended.

    """

    def __init__(self, grammar: Grammar, text: str, cursor: int, state: CursorState) -> None:
        self._grammar = grammar
        self._text = text
        self._cursor = cursor
        self._anchor = state.anchor
        self._known: dict[str, Proof] = {}
        self._left = _READ_IN_ALL
        self._lexemes, self._stacks = _sound_part(state)
        word = re.search(r"\w*\Z", text[max(0, cursor - _LONGEST) : cursor])
        assert word is not None
        self._begun = cursor - len(word[0])
        if state.cursor == cursor:
            self._begun = min(self._begun, state.offset)

    def proof(self, typed: str) -> Proof:
        """Whether a text leaves the document one change from a valid one."""
        known = self._known.get(typed)
        if known is None:
            known = self._known[typed] = self._prove(typed)
        return known

    def _prove(self, typed: str) -> Proof:
        if self._left <= 0:
            return Proof.UNSOUND
        cursor, lexemes, stacks = self._cursor, [*self._lexemes], [*self._stacks]
        text = self._text[:cursor] + typed + self._text[cursor:]
        offset = lexemes[-1].end if lexemes else self._anchor
        stacks.pop()
        for lexeme, stack in drive(self._grammar, self._stacks[-1], text, offset):
            lexemes.append(lexeme)
            stacks.append(stack)
        inserted = Span(cursor, cursor + len(typed))
        if lexemes[-1].terminal == NOTHING:
            found = TOKEN.search(text, lexemes[-1].start)
            end = max(lexemes[-1].end, len(text) if found is None else found.end())
            lexemes[-1] = Lexeme(NOTHING, lexemes[-1].start, end)
        reading = _Reading(text, inserted, self._begun, lexemes, stacks)
        most = min(_READ, self._left)
        search = _Search(self._grammar, reading, not self._text[cursor:].strip(), most)
        proof = search.proof()
        self._left -= most - search.left + len(lexemes) - len(self._lexemes)
        return proof


def _sound_part(state: CursorState) -> tuple[Sequence[Lexeme], Sequence[Stack]]:
    """What was read before the cursor as it stands, and the stacks."""
    count = bisect_left(state.read, state.offset, key=lambda lexeme: lexeme.end)
    if count < len(state.read) and state.read[count].end == state.offset:
        count += 1
    if state.mendings:
        first = next(n for n, lexeme in enumerate(state.read) if lexeme in state.mendings)
        # The last before may end farther back than it was read.
        count = min(count, max(first - 1, 0))
    return state.read[:count], state.stacks[: count + 1]


class _Search:
    """The search for a change of one text."""

    def __init__(self, grammar: Grammar, reading: _Reading, ends: bool, most: int) -> None:
        self._grammar = grammar
        self._reading = reading
        self._ends = ends
        self.left = most
        self._next: dict[tuple[Scanner, int], Lexeme] = {}
        self._failed: dict[int, list[Stack]] = {}
        self._brackets = {bracket for pair in grammar.language.brackets for bracket in pair}
        self._leads_on = self._leads_apart = False

    def proof(self) -> Proof:
        reading = self._reading
        last, stack = reading.lexemes[-1], reading.stacks[-1]
        if self._is_end(last, stack, reading.text):
            return Proof.SOUND
        if any(chain(self._near(), self._farther(), self._quotes(), self._in_words())):
            return Proof.SOUND
        known = self._leads_on and not self._leads_apart
        return Proof.UNSOUND if known or self.left <= 0 else Proof.UNKNOWN

    def _is_end(self, lexeme: Lexeme, stack: Stack, text: str) -> bool:
        """Whether a text may end as it does, or go on behind the cursor where nothing stands there."""
        if lexeme.terminal == END:
            return self._ends or self._grammar.finishes(stack)
        return self._ends and begun(self._grammar, stack, text, lexeme.start, len(text))

    def _near(self) -> Iterator[bool]:
        """For each change about the place where the parser stops, whether the text goes on to its end."""
        reading, last = self._reading, len(self._reading.lexemes) - 1
        for number in range(last, max(last - _BACK, 0) - 1, -1):
            lexeme, stack = reading.lexemes[number], reading.stacks[number]
            free = reading.is_free(lexeme.start, lexeme.end) and lexeme.end > lexeme.start
            if free:
                yield self._goes_on(stack, lexeme.end)
            if free and (end := self._end_of_two(lexeme)) is not None:
                yield self._goes_on(stack, end)
            gap = reading.gap(number)
            put_in = reading.is_free(gap, gap)
            for after in self._after_any(stack):
                if put_in:
                    yield self._goes_on(after, gap)
                if free:
                    yield self._goes_on(after, lexeme.end)

    def _end_of_two(self, lexeme: Lexeme) -> int | None:
        """Where the sign ends that touches a lexeme which is a sign too, and is elsewhere as well."""
        text, end = self._reading.text, lexeme.end
        if text[lexeme.start].isalnum() or not text[end : end + 1].strip() or text[end].isalnum():
            return None
        return end + 1 if self._reading.is_free(end, end + 1) else None

    def _farther(self) -> Iterator[bool]:
        """The same for brackets farther back: left out, or put in where a line ends."""
        reading, last = self._reading, len(self._reading.lexemes) - 1 - _BACK
        for number in range(last - 1, max(last - _FARTHER, 0) - 1, -1):
            lexeme, stack, gap = reading.lexemes[number], reading.stacks[number], reading.gap(number)
            if reading.text[lexeme.start : lexeme.end] in self._brackets:
                if reading.is_free(lexeme.start, lexeme.end):
                    yield self._goes_on(stack, lexeme.end)
            if "\n" in reading.text[gap : lexeme.start] and reading.is_free(gap, gap):
                for after in self._after_any(stack, self._brackets):
                    yield self._goes_on(after, gap)

    def _quotes(self) -> Iterator[bool]:
        """The same for quotes that stand or lack in the last few lines."""
        reading = self._reading
        text, stop = reading.text, end_of_line(reading.text, reading.error)
        first = reading.error
        for _ in range(_LINES):
            first = text.rfind("\n", 0, max(first, 0))
        tokens = [match.span() for match in TOKEN.finditer(text, max(first, 0), stop)]
        for start, end in reversed(tokens):
            if not reading.is_free(start, end):
                continue
            line = text[text.rfind("\n", 0, start) + 1 : end_of_line(text, end)]
            for quote in QUOTES[:2]:
                if line.count(quote) % 2 or quote * 2 in line:
                    if text[start:end] == quote:
                        yield self._changed(Edit(Span(start, end), ""))
                    yield self._changed(Edit(Span(end, end), quote))
                    yield self._changed(Edit(Span(start, start), quote))

    def _in_words(self) -> Iterator[bool]:
        """The same for signs without which two words became one."""
        reading, last = self._reading, len(self._reading.lexemes) - 1
        fixed = {terminal.word for terminal in self._grammar.terminals.values()}
        signs = sorted(word for word in fixed if word and len(word) == 1 and not word.isalnum())
        for lexeme in reversed(reading.lexemes[max(last - _WORDS, 0) :]):
            if reading.text[lexeme.start : lexeme.end].isidentifier():
                for place in range(lexeme.start + 1, lexeme.end):
                    if reading.is_free(place, place):
                        yield from (self._changed(Edit(Span(place, place), sign)) for sign in signs)

    def _changed(self, edit: Edit) -> bool:
        """Whether the text goes on to its end after a change after which other lexemes are read."""
        text, lexemes = self._reading.text, self._reading.lexemes
        number = bisect_left(lexemes, edit.span.start, hi=len(lexemes) - 1, key=lambda lexeme: lexeme.end)
        number = max(number - 1, 0)
        stack, offset = self._reading.stacks[number], self._reading.gap(number)
        changed = text[: edit.span.start] + edit.text + text[edit.span.end :]
        for lexeme, before in drive(self._grammar, stack, changed, offset):
            self.left -= 1
            if self.left < 0:
                return False
        return self._is_end(lexeme, before, changed)

    def _after_any(self, stack: Stack, words: set[str] | None = None) -> Iterator[Stack]:
        """The stacks after each terminal that may stand next, or after those of some words."""
        grammar, table = self._grammar, self._grammar.table
        for name in table.accepts[stack.state]:
            terminal = grammar.terminals.get(name)
            if terminal is None or name in table.dead or name in grammar.openers:
                continue
            if words is None or terminal.word in words:
                after = table.shift(stack, name, lines=grammar.lines_after(stack, name))
                if after is not None:
                    yield after

    def _goes_on(self, stack: Stack, offset: int) -> bool:
        """Whether the text can be read from a place on to its end, as far as that is looked at."""
        grammar, reading = self._grammar, self._reading
        text, read, elements, passed = reading.text, 0, 0, list[tuple[int, Stack]]()
        beyond = max(reading.error, reading.typed.end)
        while True:
            lexeme = self._read(stack, offset)
            self.left -= 1
            if self.left <= 0:
                return False
            if lexeme.start % 8 == 0 and lexeme.start > reading.error:
                if any(stack.same_as(other) for other in self._failed.get(lexeme.start, ())):
                    break
                passed.append((lexeme.start, stack))
            if lexeme.terminal in (END, NOTHING):
                if self._is_end(lexeme, stack, text):
                    return True
                break
            after = grammar.shift(stack, lexeme.terminal, text, lexeme.start, lexeme.end)
            if after is None:
                if self._is_end(Lexeme(NOTHING, lexeme.start, lexeme.start), stack, text):
                    return True
                break
            if lexeme.start >= beyond:
                read += 1
                at_margin = text[lexeme.start - 1 : lexeme.start] == "\n"
                elements += at_margin and self._begins_element(lexeme.terminal, after)
                if read > _FAR:
                    return True
            stack, offset = after, lexeme.end
        for place, before in passed:
            self._failed.setdefault(place, []).append(before)
        if reading.error < reading.typed.start:
            leads_on = lexeme.start >= reading.begun
        else:
            leads_on = read >= _ON or lexeme.terminal == END
        self._leads_on = self._leads_on or leads_on
        self._leads_apart = self._leads_apart or elements >= _ELEMENTS
        return False

    def _begins_element(self, terminal: str, after: Stack) -> bool:
        table, between = self._grammar.table, self._grammar.list_stack
        if between is None or terminal not in table.actions[between.state]:
            return False
        fresh = table.shift(between, terminal)
        return fresh is not None and fresh.same_as(after)

    def _read(self, stack: Stack, offset: int) -> Lexeme:
        scanner = self._grammar.scanner_at(stack)
        found = self._next.get((scanner, offset))
        if found is None:
            found = self._next[scanner, offset] = lexeme_read(
                scanner, self._grammar.ignored, self._reading.text, offset
            )
        return found
