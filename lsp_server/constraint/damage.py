"""Whether an error after the cursor would be there whatever is typed, in a document known to have some.

A document with a hole has errors too, those that filling the hole mends. That an error is one of the others
must be shown: by the layout, by what is read as it is without the suggestion, or by the grammar, under which
nothing at all fits before it. Where none of them shows it, the suggestion is to blame.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice

from lsp_server.constraint.closing import closings
from lsp_server.constraint.grammar import CODE, Grammar
from lsp_server.constraint.hole import left_quotient
from lsp_server.constraint.lexing import NOTHING, drive
from lsp_server.constraint.prefix import CursorState
from lsp_server.constraint.right import right_quotient
from lsp_server.constraint.table import END, Stack
from lsp_server.constraint.window import Window, windows_to
from lsp_server.languages import Paired

_LEXEMES = 32
"""Beyond so many lexemes it is not asked whether nothing fits before an error: that would take too long."""

_LEAST = 4
_QUOTES = ('"', "'", "`")

Read = Sequence[tuple[int, Stack]]
"""Places after the cursor, counted from it, at which a lexeme begins, and the stack before each."""


class Damage:
    """The text after one cursor, with errors that were there before anything was typed."""

    def __init__(self, grammar: Grammar, text: str, state: CursorState, windows: Sequence[Window]) -> None:
        self._grammar = grammar
        self._windows = windows
        self._text = text
        self._state = state
        self._suffix = text[state.cursor :]
        self._known: dict[int, bool] = {}
        self._passed: dict[int, bool] = {}
        self._as_it_was: Mapping[int, Stack] | None = None
        line = text.rfind("\n", 0, state.cursor) + 1
        self._indented = text[line : line + 1] in (" ", "\t")

    def excuses(self, typed: str, place: int, read: Read, begun: Sequence[int]) -> bool:
        """Whether an error is none of what was typed.

        Args:
            typed: the text at the cursor.
            place: where the error is, counted from the cursor.
            read: the lexemes between cursor and error.
            begun: those of them with which top-level elements begin.

        """
        return self._as_closed(typed) and (
            self._beyond(typed, begun)
            or self._unavoidable(place)
            or (self._unchanged(read) and not self._avoidable(place))
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
        return not any(typed.count(quote) % 2 and not text.count(quote) % 2 for quote in _QUOTES)

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
        sure = self._indented and not any(quote in typed for quote in _QUOTES)
        return at_margin >= (1 if sure else 2)

    def _unchanged(self, read: Read) -> bool:
        """Whether the parser is at a place, before the error, where it also is with next to nothing typed.

        That shows nothing where brackets or quotes lack a partner: the suggestion may have to bring that.
        """
        if self._as_it_was is None:
            brackets = self._grammar.language.brackets
            closed = all(self._text.count(opener) == self._text.count(closer) for opener, closer in brackets)
            even = all(self._text.count(quote) % 2 == 0 for quote in _QUOTES)
            whole = closed and even and self._paired(self._text)
            self._as_it_was = self._with_little() if whole else {}
        known = self._as_it_was
        return any(place in known and known[place].same_as(stack) for place, stack in read)

    def _with_little(self) -> Mapping[int, Stack]:
        """The lexemes after the cursor's line with nothing, or the least that fits, at the cursor."""
        state = self._state
        before = self._text[state.offset : state.cursor]
        least = closings(self._grammar, state.stack, before.lstrip(), self._windows)
        for typed in ("", *islice(least, _LEAST)):
            found = self._with(before + typed)
            if found:
                return found
        return {}

    def _with(self, before: str) -> Mapping[int, Stack]:
        found: list[tuple[int, Stack]] = []
        for lexeme, stack in drive(self._grammar, self._state.stack, before + self._suffix, 0):
            if lexeme.start >= len(before) and lexeme.terminal not in (END, NOTHING):
                found.append((lexeme.start - len(before), stack))
            if len(found) > _LEXEMES:
                break
        return {place: stack for place, stack in found[:-1] if "\n" in self._suffix[:place]}

    def _unavoidable(self, place: int) -> bool:
        """Whether no text at the cursor gets the parser beyond an error on a later line."""
        known = self._known.get(place)
        if known is None:
            known = self._known[place] = (
                "\n" in self._suffix[:place] and self._plain() and not self._passable(place, unsure=True)
            )
        return known

    def _avoidable(self, place: int) -> bool:
        """Whether some text at the cursor is known to get the parser beyond an error.

        What is missing there may be balanced, so that brackets do not tell that it is missing.
        """
        known = self._passed.get(place)
        if known is None:
            known = self._passed[place] = self._passable(place, unsure=False)
        return known

    def _plain(self) -> bool:
        """Whether nothing typed can turn what follows into the inside of a string or a comment.

        It could where that has the end of one whose beginning it has not.
        """
        state, language = self._state, self._grammar.language
        paired = (
            ("(?m:^)" if pair.follow else "") + pair.pattern.replace("{tag}", _tag(pair)) + pair.follow
            for pair in language.paired
        )
        touched = self._text[state.offset : state.cursor].strip()
        return (
            self._grammar.modes[state.here.state] == CODE
            and state.here.tag is None
            and (not touched or re.fullmatch(language.word, touched) is not None)
            and all(self._suffix.count(quote) % 2 == 0 for quote in _QUOTES)
            and all(
                self._suffix.count(opener) == self._suffix.count(closer)
                for opener, closer in language.comment.block
            )
            and not any(re.search(closer, self._suffix) for closer in paired)
        )

    def _passable(self, place: int, *, unsure: bool) -> bool:
        """Whether something at the cursor gets the parser beyond a place; `unsure` where that is too far."""
        state = self._state
        left = left_quotient(self._grammar.table, state.stack.states())
        readings = windows_to(self._grammar, self._text, state, state.cursor + place, _LEXEMES)
        return any(
            unsure
            if len(window.lexemes) >= _LEXEMES or not window.lexemes
            else right_quotient(left, window) is not None
            for window in readings
        )


def _tag(pair: Paired) -> str:
    """What a tag may be: nothing too, where its closer is something all the same."""
    return r"\S+" if re.match(pair.pattern.replace("{tag}", ""), "") else r"\S*"
