"""Looks for one small change with which a text that does not go on is valid.

A lexeme is left out, put in or put for another about the place where the parser stops, or a bracket or a
quote farther back. The parser's stacks before the place are known, so that most changes are refused by the
lexeme after them (local correction, as in Graham and Rhodes, Comm. ACM 18/11, 1975); only a quote, or a sign
within a word, makes other lexemes of the text. What one that goes on leads to is read to the end.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import lru_cache
from itertools import chain, islice, pairwise, takewhile

from lsp_server.constraint.insertion import Landings, Use
from lsp_server.constraint.rewordings import Rewording, rewordings_of
from lsp_server.constraint.stopped import Reading
from lsp_server.constraint.tokens import TWO_SIGNS
from lsp_server.lalr.grammar import CODE, END, Grammar
from lsp_server.lalr.lexicon import Scanner
from lsp_server.lalr.lexing import NOTHING, Lexeme, begun, drive, lexeme_read
from lsp_server.lalr.table import Stack
from lsp_server.text import Edit

_BACK = 10
"""So many lexemes before the place where the parser stops something may be wrong."""

_FARTHER = 400
"""Among so many a bracket may be one too many, or lack at the end of a line."""

_CLOSERS = 3
"""So many brackets may lack in one place."""

_FAR = 4_000
"""Who reads so many lexemes beyond what was typed, and beyond the mistake, reads to the end."""

_ELEMENTS = 2
"""Behind so many elements at the margin another mistake may be one by itself."""

_EACH = 8
"""How texts are read that lead nowhere is remembered at each so-manieth offset."""


class Search:
    """The search for a change of one text.

    Args:
        grammar: the language.
        reading: the text.
        ends: whether nothing stands behind the cursor, so that the text need not be whole.
        most: the most lexemes that are read.

    Attributes:
        left: how many of them were not.

    """

    def __init__(self, grammar: Grammar, reading: Reading, *, ends: bool, most: int) -> None:
        self._grammar = grammar
        self._reading = reading
        self._ends = ends
        self.left = most
        self._next: dict[tuple[Scanner, int], Lexeme] = {}
        self._failed: dict[int, list[Stack]] = {}
        self._brackets = {bracket for pair in grammar.language.brackets for bracket in pair}
        self._small = re.compile(rf"[ \t]*(?:[^\w\s]?(?:{grammar.language.word}|\w+)|[^\w\s]{{1,2}})")
        self._landings = Landings(grammar)
        self._leads_on = self._leads_apart = False

    @property
    def mends(self) -> bool:
        """Whether some change mended what is wrong, and then something else was."""
        return self._leads_on and not self._leads_apart

    def finds(self, cancelled: Callable[[], bool] = lambda: False) -> bool:
        """Whether there is such a change, or the text is valid as it is.

        `cancelled` is asked after each change that was tried; once it says so, no more are. The text must be
        valid as it is where what was typed makes a comment of what stands behind it: that was one change.
        """
        last, stack = self._reading.lexemes[-1], self._reading.stacks[-1]
        if self._ends_well(last, stack, self._reading.text):
            return True
        comment, typed = self._grammar.language.comment, self._reading.typed
        if comment.begun_in(self._reading.text[typed.start : typed.end]) and self._reading.hides_rest_of_line:
            return False
        rewordings = map(self._is_valid_after, rewordings_of(self._grammar, self._reading))
        tried = chain(self._near(), self._brackets_farther(), rewordings)
        return any(takewhile(lambda found: found or not cancelled(), tried))

    def _ends_well(self, lexeme: Lexeme, stack: Stack, text: str) -> bool:
        """Whether a text may end as it does, or go on behind the cursor where nothing stands there."""
        if lexeme.terminal == END:
            return self._ends or self._grammar.finishes(stack)
        typed = lexeme.start >= self._reading.typed.start
        return self._ends and typed and begun(self._grammar, stack, text, lexeme.start, len(text))

    def _near(self) -> Iterator[bool]:
        """For each change about the place where the parser stops, whether the text goes on to its end."""
        reading, last, modes = self._reading, len(self._reading.lexemes) - 1, self._grammar.modes
        for number in range(last, max(last - _BACK, 0) - 1, -1):
            lexeme, stack, gap = reading.lexemes[number], reading.stacks[number], reading.gap(number)
            is_free = self._is_small(lexeme) and reading.is_free(lexeme.start, lexeme.end)
            if is_free:
                yield self._goes_on(stack, lexeme.end)
                yield from (self._goes_on(stack, end) for end in self._ends_of_two(lexeme))
            if reading.has_room(number):
                for after in self._after_any(stack, gap):
                    opens = modes[stack.state] == CODE != modes[after.state]
                    # Blanks are no part of a text that is opened behind them.
                    yield self._goes_on(after, lexeme.start if opens else gap, opens=opens)
            if is_free:
                for after in self._after_any(stack, gap, self._alike(lexeme)):
                    opens = modes[stack.state] == CODE != modes[after.state]
                    yield self._goes_on(after, lexeme.end, opens=opens)
            if gap < reading.typed.start and "\n" in reading.text[gap : lexeme.start]:
                yield from (self._goes_on(after, gap) for after in self._after_closers(stack))

    def _is_small(self, lexeme: Lexeme) -> bool:
        """Whether a lexeme is one word, a name with its sigil among them, or one or two signs.

        Before one that does not fit blanks may stand, which are text where it does.
        """
        return self._small.fullmatch(self._reading.text, lexeme.start, lexeme.end) is not None

    def _alike(self, lexeme: Lexeme) -> int:
        """The terminals that one may stand for: of the fixed ones words for a word, and signs for a sign."""
        is_word = any(map(str.isalnum, self._reading.text[lexeme.start : lexeme.end]))
        return ~_fixed(self._grammar, words=not is_word)

    def _ends_of_two(self, lexeme: Lexeme) -> Iterator[int]:
        """Where the sign ends that touches a lexeme which is a sign too."""
        text, end = self._reading.text, lexeme.end
        two = text[lexeme.start : end + 1]
        if TWO_SIGNS.fullmatch(two) and self._reading.is_free(end, end + 1):
            yield end + 1

    def _brackets_farther(self) -> Iterator[bool]:
        """The same for brackets farther back: left out, or put in where a line ends."""
        reading, last = self._reading, len(self._reading.lexemes) - 1 - _BACK
        for number in range(last - 1, max(last - _FARTHER, 0) - 1, -1):
            lexeme, stack, gap = reading.lexemes[number], reading.stacks[number], reading.gap(number)
            is_bracket = reading.text[lexeme.start : lexeme.end] in self._brackets
            if is_bracket and reading.is_free(lexeme.start, lexeme.end):
                yield self._goes_on(stack, lexeme.end)
            if "\n" in reading.text[gap : lexeme.start] and reading.has_room(number):
                yield from (self._goes_on(after, gap) for after in self._after_word(stack, self._brackets))

    def _is_in_typed_text(self, stack: Stack, place: int) -> bool:
        """Whether a place behind what was typed, in its line, is in a text that was opened there."""
        reading, modes = self._reading, self._grammar.modes
        typed = reading.typed
        if modes[stack.state] == CODE or place < typed.end or "\n" in reading.text[typed.end : place]:
            return False
        number = bisect_right(reading.lexemes, typed.start, key=lambda lexeme: lexeme.end)
        return modes[reading.stacks[number].state] == CODE

    def _is_valid_after(self, change: Rewording) -> bool:
        """Whether the text is valid after a change that makes other lexemes of it."""
        changed, read = self._read_after(change.edit)
        if change.local:
            self._note_read(changed, read)
        return self.left > 0 and self._ends_well(*read[-1], changed)

    def _note_read(self, changed: str, read: Sequence[tuple[Lexeme, Stack]]) -> None:
        """Note how far a changed text is read."""
        moved = len(changed) - len(self._reading.text)
        beyond = [
            (lexeme, after)
            for (lexeme, _), (_, after) in pairwise(read)
            if lexeme.start - moved >= self._reading.beyond
        ]
        elements = sum(self._begins_at_margin(changed, lexeme, after) for lexeme, after in beyond)
        last = read[-1][0]
        self._note(last.start - moved, len(beyond), at_end=last.terminal == END, elements=elements)

    def _read_after(self, edit: Edit) -> tuple[str, Sequence[tuple[Lexeme, Stack]]]:
        """The text after a change, and the lexemes from there on, each with the stack before it."""
        text, lexemes = self._reading.text, self._reading.lexemes
        number = bisect_left(lexemes, edit.span.start, hi=len(lexemes) - 1, key=lambda lexeme: lexeme.end)
        number = max(number - 1, 0)
        changed = text[: edit.span.start] + edit.text + text[edit.span.end :]
        stack, offset = self._reading.stacks[number], self._reading.gap(number)
        read = [*islice(drive(self._grammar, stack, changed, offset), max(self.left, 1))]
        self.left -= len(read)
        return changed, read

    def _begins_at_margin(self, text: str, lexeme: Lexeme, after: Stack) -> bool:
        """Whether an element begins at the margin with a lexeme; `after` is the stack after it."""
        at_margin = text[lexeme.start - 1 : lexeme.start] == "\n"
        return at_margin and self._grammar.begins_element(lexeme.terminal, after)

    def _after_any(self, stack: Stack, place: int, among: int = -1) -> Iterator[Stack]:
        """The stacks after what may be put in at a place, among some terminals, as bits.

        Nothing opens or closes a text that goes on over lines: it may be what was typed that has no end. Nor
        is anything put in one that was opened in what was typed: what follows may be of a comment instead.
        """
        grammar = self._grammar
        if grammar.modes[stack.state] in grammar.over_lines or self._is_in_typed_text(stack, place):
            return
        seen: set[int] = set()
        for use in Use:
            for candidate in self._landings.puts(stack, use, place, among):
                after = self._landings.landed(candidate, place)
                if id(after) not in seen and grammar.modes[after.state] not in grammar.over_lines:
                    seen.add(id(after))
                    yield after

    def _after_closers(self, stack: Stack) -> Iterator[Stack]:
        """The stacks after several closers, as they lack where the rest of a line does."""
        closers = {closer for _, closer in self._grammar.language.brackets}
        stacks = [stack]
        for number in range(_CLOSERS):
            stacks = [after for one in stacks for after in self._after_word(one, closers)]
            yield from stacks if number else ()

    def _after_word(self, stack: Stack, words: Collection[str]) -> Iterator[Stack]:
        """The stacks after each of some words that may stand next."""
        grammar, table = self._grammar, self._grammar.table
        for name in table.accepts[stack.state]:
            terminal = grammar.terminals.get(name)
            if terminal is not None and terminal.word in words:
                after = table.shift(stack, name, lines=grammar.lines_after(stack, name))
                if after is not None:
                    yield after

    def _goes_on(self, stack: Stack, offset: int, *, opens: bool = False) -> bool:
        """Whether the text can be read from a place on to its end, as far as that is looked at.

        If a change `opens` a text, it must be closed again: anything would pass in it up to the end.
        """
        grammar, reading = self._grammar, self._reading
        passed: list[tuple[int, Stack]] = []
        beyond, fits, elements = self._reading.beyond, 0, 0
        while self.left > 0:
            self.left -= 1
            lexeme = self._lexeme(stack, offset)
            opens = opens and grammar.modes[stack.state] != CODE
            if not lexeme.start % _EACH:
                if any(stack.same_as(other) for other in self._failed.get(lexeme.start, ())):
                    break
                passed.append((lexeme.start, stack))
            after = None
            if lexeme.terminal not in (END, NOTHING):
                after = grammar.shift(stack, lexeme.terminal, reading.text, lexeme.start, lexeme.end)
            if after is None and opens:
                return False
            if after is None:
                at_end = lexeme.terminal == END
                last = lexeme if at_end else Lexeme(NOTHING, lexeme.start, lexeme.start)
                if self._ends_well(last, stack, reading.text):
                    return True
                self._note(lexeme.start, fits, at_end=at_end, elements=elements)
                break
            if lexeme.start >= beyond:
                fits += 1
                elements += self._begins_at_margin(reading.text, lexeme, after)
                if fits > _FAR:
                    return True
            stack, offset = after, lexeme.end
        for place, before in passed:
            self._failed.setdefault(place, []).append(before)
        return False

    def _note(self, place: int, fits: int, *, at_end: bool, elements: int) -> None:
        """Note how far the text goes on after a change."""
        after_cursor = self._reading.error >= self._reading.typed.start
        self._leads_on |= self._reading.is_mended(place, fits) or (after_cursor and at_end)
        self._leads_apart |= elements >= _ELEMENTS

    def _lexeme(self, stack: Stack, offset: int) -> Lexeme:
        """The next lexeme; many stacks read it alike."""
        key = self._grammar.scanner_at(stack), offset
        found = self._next.get(key)
        if found is None:
            found = self._next[key] = lexeme_read(key[0], self._grammar.ignored, self._reading.text, offset)
        return found


@lru_cache(maxsize=64)
def _fixed(grammar: Grammar, *, words: bool) -> int:
    """The terminals that are fixed words, or fixed signs, as bits."""
    terminals, bits = grammar.terminals.values(), grammar.table.bits
    fixed = (terminal for terminal in terminals if terminal.word is not None and terminal.name in bits)
    return sum(bits[t.name] for t in fixed if any(map(str.isalnum, t.word or "")) == words)
