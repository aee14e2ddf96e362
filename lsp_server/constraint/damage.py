"""Whether an error after the cursor would be there whatever is typed, in a document known to have some.

A document with a hole has errors too, those that filling the hole mends. That an error is one of the others
must be shown: by the layout, by what is read as it is without the suggestion, or by the grammar, under which
nothing at all fits before it. Where none of them shows it, the suggestion is to blame.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property

from lsp_server.constraint.below import closes_outer, read_below
from lsp_server.constraint.grammar import CODE, Grammar
from lsp_server.constraint.hole import left_quotient
from lsp_server.constraint.layout import leads_inward
from lsp_server.constraint.prefix import CursorState
from lsp_server.constraint.right import right_quotient
from lsp_server.constraint.table import Stack
from lsp_server.constraint.window import Window, windows_in_code, windows_to
from lsp_server.languages import QUOTES, Paired

_LINES = 3
"""What stands about an error are the lines from so many on that lead to it."""

_LEXEMES = 32
"""Beyond so many lexemes it is not asked whether nothing fits before an error: that would take too long."""

Read = Sequence[tuple[int, Stack]]
"""Places after the cursor, counted from it, at which a lexeme begins, and the stack before each."""


class Damage:
    """The text after one cursor, with errors that were there before anything was typed."""

    def __init__(
        self,
        grammar: Grammar,
        text: str,
        state: CursorState,
        windows: Sequence[Window],
        *,
        multiline: bool = False,
    ) -> None:
        self._grammar = grammar
        self._windows = windows
        self._text = text
        self._multiline = multiline
        self._state = state
        self._suffix = text[state.cursor :]
        self._known: dict[int, bool] = {}
        self._wrong: dict[int, bool] = {}
        self._line = line = text.rfind("\n", 0, state.cursor) + 1
        self._indented = text[line : line + 1] in (" ", "\t")

    def excuses(self, typed: str, place: int, read: Read, begun: Sequence[int]) -> bool:
        """Whether an error is none of what was typed.

        Args:
            typed: the text at the cursor.
            place: where the error is, counted from the cursor.
            read: the lexemes between cursor and error, and that at the error.
            begun: those of them with which top-level elements begin.

        """
        if closes_outer(self._grammar, self._text, self._state.cursor, typed):
            return False
        if self._below:
            return self._as_promised(read) and (
                not self._multiline or self._beyond(typed, begun) or self._wrong_anywhere(place)
            )
        return (
            self._as_closed(typed)
            and self._as_indented(typed)
            and (self._beyond(typed, begun) or self._unavoidable(place))
        )

    @cached_property
    def _below(self) -> Mapping[int, Sequence[Stack]]:
        """What the layout promises of the lines below; nothing where the cursor's own line is wrong."""
        wrong = any(self._state.mended_from(self._line))
        return {} if wrong else read_below(self._grammar, self._text, self._state, self._windows)

    def _as_promised(self, read: Read) -> bool:
        """Whether the parser is at a place, before the error, as the layout promises."""
        cursor = self._state.cursor
        return any(
            stack.same_as(other) for place, stack in read for other in self._below.get(cursor + place, ())
        )

    def _wrong_anywhere(self, place: int) -> bool:
        """Whether what stands about an error is wrong wherever it stands, but in a comment or a string."""
        known = self._wrong.get(place)
        if known is None:
            known = self._wrong[place] = self._is_wrong(self._state.cursor + place)
        return known

    def _is_wrong(self, error: int) -> bool:
        text, start = self._text, error
        for _ in range(_LINES):
            line = text.rfind("\n", self._state.cursor, start) + 1
            start = line - 1 if line else start
        start += 1
        if start > error or not self._is_code_from(start):
            return False
        grammar = self._grammar
        whole = left_quotient(grammar.table, grammar.table.start().states())
        for window in windows_in_code(grammar, text, start, _LEXEMES):
            count = sum(place <= error for place in window.places[: len(window.lexemes)])
            stuck = window.open and len(window.lexemes) < _LEXEMES and window.places[-1] <= error
            if not stuck and right_quotient(whole, window.first(count)) is not None:
                return False
        return True

    def _is_code_from(self, offset: int) -> bool:
        """Whether a line does not begin inside a string or a comment, since nothing below would end that."""
        rest, language = self._text[offset:], self._grammar.language
        return (
            not any(quote * 3 in rest or rest.count(quote) % 2 for quote in QUOTES)
            and not any(closer in rest for _, closer in language.comment.block)
            and not any(re.search(_closer(pair), rest) for pair in language.paired)
        )

    def _as_indented(self, typed: str) -> bool:
        """Whether the cursor's line opens a bracket where the next one is indented farther."""
        text, cursor = self._text, self._state.cursor
        rest, _, below = self._suffix.partition("\n")
        line = text[self._line : cursor] + typed.partition("\n")[0] + rest
        brackets = self._grammar.language.brackets
        return not leads_inward(line, below) or any(
            line.count(opener) > line.count(closer) for opener, closer in brackets
        )

    def _as_closed(self, typed: str) -> bool:
        """Whether as many brackets and strings are closed in the document with what was typed as without.

        Behind the first error nothing is read, so that a bracket left open would not be noticed otherwise.
        """
        text = self._text
        for opener, closer in self._grammar.language.brackets:
            before, more = (part.count(opener) - part.count(closer) for part in (text, typed))
            if more and abs(before + more) >= abs(before):
                return False
        if self._paired(text) and not self._paired(typed):
            return False
        return not any(typed.count(quote) % 2 and not text.count(quote) % 2 for quote in QUOTES)

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
        suffix = self._suffix
        at_margin = sum(suffix[place - 1 : place] == "\n" and suffix[place] not in "\r\n" for place in begun)
        sure = self._indented and not any(quote in typed for quote in QUOTES)
        return at_margin >= (1 if sure else 2)

    def _unavoidable(self, place: int) -> bool:
        """Whether no text at the cursor gets the parser beyond an error on a later line."""
        known = self._known.get(place)
        if known is None:
            known = self._known[place] = (
                "\n" in self._suffix[:place] and self._plain() and not self._passable(place)
            )
        return known

    def _plain(self) -> bool:
        """Whether nothing typed can turn what follows into the inside of a string or a comment.

        It could where that has the end of one whose beginning it has not.
        """
        state, language = self._state, self._grammar.language
        touched = self._text[state.offset : state.cursor].strip()
        return (
            self._grammar.modes[state.here.state] == CODE
            and state.here.tag is None
            and (not touched or re.fullmatch(language.word, touched) is not None)
            and all(self._suffix.count(quote) % 2 == 0 for quote in QUOTES)
            and all(
                self._suffix.count(opener) == self._suffix.count(closer)
                for opener, closer in language.comment.block
            )
            and not any(re.search(_closer(pair), self._suffix) for pair in language.paired)
        )

    def _passable(self, place: int) -> bool:
        state = self._state
        left = left_quotient(self._grammar.table, state.stack.states())
        readings = windows_to(self._grammar, self._text, state, state.cursor + place, _LEXEMES)
        return any(
            len(window.lexemes) >= _LEXEMES or right_quotient(left, window) is not None for window in readings
        )


def _closer(pair: Paired) -> str:
    """The expression of a closer with any tag, an empty one too where that leaves something to close with."""
    tag = r"\S+" if re.match(pair.pattern.replace("{tag}", ""), "") else r"\S*"
    return ("(?m:^)" if pair.follow else "") + pair.pattern.replace("{tag}", tag) + pair.follow
