"""Mends the rest of a cursor's line, where nothing that might be typed could make it fit.

That nothing could is shown by the grammar: however what follows is read, and wherever a string or a word that
is being typed might end in it, the right quotient is empty. One small change of what stands there is then the
least that the text needs anyway. What may be the tail of a comment, the beginning of which is yet to be
typed, is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from lsp_server.constraint.grammar import CODE, Grammar
from lsp_server.constraint.hole import Cfg, left_quotient
from lsp_server.constraint.layout import leads_inward
from lsp_server.constraint.prefix import CursorState
from lsp_server.constraint.right import right_quotient
from lsp_server.constraint.window import Window, windows, windows_begun, windows_from
from lsp_server.languages import QUOTES
from lsp_server.text import Edit, Span, apply_edits

_LEXEMES = 48
_BELOW = 2
"""How many lexemes below the line are looked at."""

_TRIES = 40
"""The most changes that are tried; what a line needs most often is among the first."""

_FORKS = 40
"""Of a line with so many readings it is not known whether it fits."""

_BACK = 3
_PLACES = 2
"""A change is at one of so many places where a reading ends, or up to so many tokens before."""

_SIGNS = "=:,;.|"
_OF_PROSE = ".,:;!?-_()'"
_LEAST = 2
"""So many tokens must be left as they are for a line to be taken for code, one of them no sign of prose."""

_TOKEN = re.compile(r"\w+|[^\w\s]")


def mendings_beside(grammar: Grammar, text: str, state: CursorState) -> Iterator[Edit]:
    """Changes of the rest of a cursor's line, each of which makes it fit, the least first.

    None where the line is fit to follow something, or where that cannot be told.
    """
    line = _Line(grammar, text, state)
    if not line.tokens or line.may_be_inside or line.fits:
        return
    edits = list(islice(filter(line.is_code, line.edits()), _TRIES))
    fair = [edit for edit in edits if line.fits_with(edit, natural=True)]
    yield from fair or (edit for edit in edits if line.fits_with(edit))


_Start = tuple[int, str, frozenset[str]]
"""Where a reading begins, and with what."""


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    text: str


class _Line:
    def __init__(self, grammar: Grammar, text: str, state: CursorState) -> None:
        self._grammar = grammar
        self._text = text
        self._state = state
        self._left = left_quotient(grammar.table, state.stack.states())
        found = re.compile(r"\r?\n|\Z").search(text, state.cursor)
        assert found is not None
        self._end = found.start()
        self.tokens = [
            _Token(match.start(), match.end(), match[0])
            for match in _TOKEN.finditer(text, state.cursor, self._end)
        ]
        self._ends: dict[_Start, int] = {}

    @cached_property
    def fits(self) -> bool:
        """Whether something fits before the line as it stands."""
        return self._fits(self._text)

    @property
    def may_be_inside(self) -> bool:
        """Whether the line may be inside a lexeme that began before the cursor, and ends below."""
        grammar, text, state = self._grammar, self._text, self._state
        begun = grammar.automaton.start(grammar.scanner_at(state.stack).terminals - grammar.ignored)
        start = state.cursor - len(text[state.offset : state.cursor].lstrip())
        return start < state.cursor and bool(begun.run(text, start, self._end + 1).alive)

    def fits_with(self, edit: Edit, *, natural: bool = False) -> bool:
        """Whether something fits before the line as changed; `natural`, if it goes on as it began."""
        return self._fits(apply_edits(self._text, (edit,)), edit.span.start, natural=natural)

    def _fits(self, text: str, changed: int = 0, *, natural: bool = False) -> bool:
        """Whether something fits before the line as it stands in a text, the same up to an offset.

        Where that cannot be because of what stands before the change, it is not asked again.
        """
        end = self._end + len(text) - len(self._text)
        readings = windows(self._grammar, text, self._state, _LEXEMES, _FORKS)
        fair = filter(self._goes_on, readings) if natural else (*readings, *self._others(text, end))
        every = list(dict.fromkeys(fair))
        if not natural and len(every) >= _FORKS:
            return True
        for window in every:
            first = window.lexemes[0].terminals if window.lexemes else frozenset()
            start = (window.places[0], window.tail, first)
            if self._ends.get(start, changed) < changed:
                continue
            wanted = sum(place <= end for place in window.places[: len(window.lexemes)]) + _BELOW
            stuck = window.open and len(window.lexemes) < min(wanted, _LEXEMES)
            fits = right_quotient(self._left, window.first(wanted)) is not None
            if fits and not stuck:
                return True
            if not changed:
                self._ends[start] = window.places[_count_that_fits(self._left, window.first(wanted))]
        return False

    def _goes_on(self, window: Window) -> bool:
        """Whether a reading goes on as the text before the cursor began, so that nothing has to end first."""
        if self._inside:
            return bool(window.tail)
        accepts = self._grammar.table.accepts[self._state.here.state]
        return bool(window.lexemes) and not accepts.isdisjoint(window.lexemes[0].terminals)

    @cached_property
    def _inside(self) -> bool:
        """Whether the line begins inside a lexeme."""
        found = windows(self._grammar, self._text, self._state, 1)
        return any(window.tail for window in found)

    def _others(self, text: str, end: int) -> Iterator[Window]:
        """How the line may be read if its first part is the end of a lexeme or comment that is typed."""
        grammar, cursor = self._grammar, self._state.cursor
        yield from windows_begun(grammar, text, self._state, _LEXEMES, over_lines=False, forks=_FORKS)
        for _, closer in grammar.language.comment.block:
            if closer in text[cursor:end]:
                start = text.index(closer, cursor) + len(closer)
                yield from windows_from(grammar, text, self._state, start, _LEXEMES, _FORKS)

    def edits(self) -> Iterator[Edit]:
        """Changes about the places where the line stops to fit: signs left out, put in, or put for others."""
        tokens = self.tokens
        broken = sorted(set(self._ends.values()), reverse=True)[:_PLACES]
        ats = dict.fromkeys(
            next((i for i, token in enumerate(tokens) if token.end > place), len(tokens)) for place in broken
        )
        near = [
            i for i in dict.fromkeys(at - back for back in range(_BACK) for at in ats) if 0 <= i < len(tokens)
        ]
        for i in near:
            yield Edit(Span(tokens[i].start, tokens[i].end), "")
            if i + 1 < len(tokens) and not tokens[i + 1].text[0].isalnum():
                yield Edit(Span(tokens[i].start, tokens[i + 1].end), "")
        places = dict.fromkeys((tokens[-1].end, *(tokens[i].start for i in near[:_PLACES])))
        for sign in self._signs():
            for place in places:
                yield Edit(Span(place, place), sign)
            for i in near[:_PLACES]:
                yield Edit(Span(tokens[i].start, tokens[i].end), sign)

    def _signs(self) -> Iterator[str]:
        """What may have been left out."""
        grammar, here = self._grammar, self._state.here
        yield from (bracket for pair in grammar.language.brackets for bracket in pair)
        yield '"'
        if grammar.modes[here.state] != CODE:
            enders = (grammar.terminals[name].word for name in sorted(grammar.table.accepts[here.state]))
            yield from (word for word in enders if word is not None and not word.isalnum())
        words = {terminal.word for terminal in grammar.terminals.values()}
        yield from (sign for sign in _SIGNS if sign in words)

    def is_code(self, edit: Edit) -> bool:
        """Whether what a change leaves of the line is code, not the tail of a comment, as far as one sees."""
        text, span = self._text, edit.span
        kept = [token for token in self.tokens if token.end <= span.start or token.start >= span.end]
        if edit.text:
            line = text[text.rfind("\n", 0, self._state.cursor) + 1 : self._end]
            inward = span.start == self.tokens[-1].end and leads_inward(line, text[self._end :])
            for opener, closer in self._grammar.language.brackets:
                if edit.text == opener and not inward:
                    return line.count(closer) > line.count(opener)
                if edit.text == closer and line.count(opener) <= line.count(closer):
                    return False
            if edit.text in QUOTES and line.count(edit.text) % 2 == 0:
                return False
        return len(kept) >= _LEAST and any(self._is_sign_of_code(token) for token in kept)

    def _is_sign_of_code(self, token: _Token) -> bool:
        """Whether a sign is none that prose has, or stands where prose has none."""
        around = self._text[token.start - 1 : token.end + 1]
        inside_word = len(around) == 3 and around[0].isalnum() and around[2].isalnum()
        return not token.text[0].isalnum() and (token.text not in _OF_PROSE or inside_word)


def _count_that_fits(left: Cfg, window: Window) -> int:
    """The number of a window's lexemes up to which something fits before them."""
    size = len(window.lexemes)
    if right_quotient(left, window) is not None:
        return size
    low, high = 0, size - 1
    while low < high:
        middle = (low + high + 1) // 2
        if right_quotient(left, window.first(middle)) is None:
            high = middle - 1
        else:
            low = middle
    return low
