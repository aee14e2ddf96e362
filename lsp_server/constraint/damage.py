"""Whether an error after the cursor is none of what was typed, in a document known to have some.

Those about the cursor are mended before anything is typed (`mending`). What is farther off is excused where
the layout shows that the cursor's element had ended before, or after very much that goes on if all brackets
have their partners; unless something might be typed after which it would be none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from lsp_server.constraint.cursor import CursorState, is_in_text
from lsp_server.constraint.layout import leads_inward
from lsp_server.constraint.outlook import Readings
from lsp_server.lalr.grammar import Grammar
from lsp_server.languages import QUOTES

_LEXEMES = (16, 80, 400, 4_000)
"""So many lexemes after the cursor are read to see whether something that is typed could make them fit, the
more where the error in question comes after the fewer."""


class Damage:
    """The text after one cursor, with errors that were there before anything was typed.

    Whether it is `cancelled` is asked as the text is read; then StoppedError is raised.
    """

    def __init__(
        self,
        grammar: Grammar,
        text: str,
        state: CursorState,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> None:
        self._grammar = grammar
        self._cancelled = cancelled
        self._state = state
        self._in_text = is_in_text(grammar, text, state)
        self._text = text
        self._cursor = state.cursor
        self._line = line = text.rfind("\n", 0, state.cursor) + 1
        self._indented = text[line : line + 1] in (" ", "\t")
        self._known: dict[int, tuple[int, bool]] = {}

    def excuses(self, typed: str, place: int, begun: Sequence[int]) -> bool:
        """Whether an error is none of what was typed.

        Args:
            typed: the text at the cursor.
            place: the place of the error, counted from the cursor.
            begun: the places before the error, counted from the cursor, at which top-level elements begin.

        """
        if not self.as_closed(typed) or not self._as_indented(typed) or self._closes_outer(typed):
            return False
        read_all = False
        for most in _LEXEMES:
            sound_to, read_all = self._sound(most)
            if place < sound_to:
                return False
            if read_all:
                break
        return self._beyond(typed, begun) or not (read_all or self._leaves_open(typed))

    def as_closed(self, typed: str, *, guessed: bool = False) -> bool:
        """Whether as many brackets and strings are closed in the document with what was typed as without.

        Behind the first error nothing is read, so that a bracket left open would not be noticed otherwise.
        Where something was `guessed`, what lacks may be an opener there, or a quote.
        """
        text = self._text
        for opener, closer in self._grammar.language.brackets:
            before, more = (part.count(opener) - part.count(closer) for part in (text, typed))
            if more and abs(before + more) >= abs(before):
                return False
            if guessed and _leaves_open(typed, opener, closer):
                return False
        if self._paired(text) and not self._paired(typed):
            return False
        if guessed and not self._in_text and any(typed.count(quote) % 2 for quote in QUOTES):
            return False
        return not any(typed.count(quote) % 2 and not text.count(quote) % 2 for quote in QUOTES)

    def _sound(self, most: int) -> tuple[int, bool]:
        """Up to which place, counted from the cursor, there is no error after something that may be typed.

        And whether all was read that shows it, which are so many lexemes at most.
        """
        known = self._known.get(most)
        if known is None:
            readings = Readings(self._grammar, self._text, self._state, cancelled=self._cancelled)
            outlook = readings.after_cursor(self._text, most)
            read_all = outlook.end is not None or len(outlook.steps) <= most
            last = outlook.end
            if last is None:
                last = len(self._text) + 1 if read_all else outlook.steps[-1].offset
            known = self._known[most] = last - self._cursor, read_all
        return known

    def _leaves_open(self, typed: str) -> bool:
        """Whether a bracket or string of the document, with what was typed, lacks its partner."""
        whole = self._text + typed
        brackets = self._grammar.language.brackets
        return any(whole.count(opener) != whole.count(closer) for opener, closer in brackets) or any(
            typed.count(quote) % 2 for quote in QUOTES
        )

    def _as_indented(self, typed: str) -> bool:
        """Whether the cursor's line opens a bracket where the next one is indented farther."""
        text, cursor = self._text, self._cursor
        rest, _, below = text[cursor:].partition("\n")
        line = text[self._line : cursor] + typed.partition("\n")[0] + rest
        brackets = self._grammar.language.brackets
        return not leads_inward(line, below) or any(
            line.count(opener) > line.count(closer) for opener, closer in brackets
        )

    def _paired(self, text: str) -> bool:
        """Whether each tag whose closer is written as its opener stands in a text an even number of times."""
        return not any(
            count % 2
            for pair in self._grammar.language.paired
            for (tag, opener), count in Counter(
                (found[1], found[0]) for found in re.finditer(pair.tag, text)
            ).items()
            if re.fullmatch(pair.pattern.replace("{tag}", re.escape(tag)), opener)
        )

    def _beyond(self, typed: str, begun: Sequence[int]) -> bool:
        """Whether the layout shows that the element of the cursor has ended before the error.

        An element that begins at the margin is one where lines inside an element, such as the cursor's, are
        indented; elsewhere one that also ends before the next at the margin.
        """
        text, places = self._text, [self._cursor + place for place in begun if place]
        at_margin = sum(text[place - 1] == "\n" and text[place] not in "\r\n" for place in places)
        sure = self._indented and not any(quote in typed for quote in QUOTES)
        return at_margin >= (1 if sure else 2)

    def _closes_outer(self, typed: str) -> bool:
        """Whether what is typed closes a bracket that was opened before the cursor's line."""
        for opener, closer in self._grammar.language.brackets:
            depth = self._text.count(opener, self._line, self._cursor)
            for character in typed:
                depth += (character == opener) - (character == closer)
                if depth < 0:
                    return True
        return False


def _leaves_open(text: str, opener: str, closer: str) -> bool:
    """Whether a text opens a bracket of a kind that it does not close."""
    depth = 0
    for character in text:
        depth = max(depth + (character == opener) - (character == closer), 0)
    return depth > 0
