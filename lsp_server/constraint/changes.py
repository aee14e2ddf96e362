"""Small changes about the place after a cursor where a text does not go on, after which it does.

They are signs left out, put in, or put for others, as people make such mistakes. Which of them is meant, and
whether there is one at all, is for `mending` to say.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import islice

from lsp_server.constraint.beginning import Typing
from lsp_server.constraint.beyond import may_end_text
from lsp_server.constraint.cursor import CursorState
from lsp_server.constraint.layout import leads_inward
from lsp_server.constraint.outlook import Readings
from lsp_server.constraint.slips import BACK, Slips
from lsp_server.constraint.stacks import Outlook, Step
from lsp_server.constraint.tokens import STRING, Token, are_code, end_of_line, opens_comment, tokens_in
from lsp_server.lalr.grammar import CODE, Grammar
from lsp_server.languages import QUOTES
from lsp_server.text import Edit, apply_edits

_AHEAD = 48
"""A change is one that mends if so many lexemes behind it fit, or all that there are."""

_TRIES, _WORK = 400, 50_000
"""So many changes are tried, and as long as no more reductions had to be made for it."""

_OVER = 40
"""A text of several lines that is read over a place is looked for so many places before."""


class Stumble:
    """Where a text after a cursor does not go on."""

    def __init__(
        self, grammar: Grammar, readings: Readings, text: str, state: CursorState, outlook: Outlook
    ) -> None:
        assert outlook.end is not None
        self._grammar = grammar
        self._readings = readings
        self._text = text
        self._state = state
        self._cursor = state.cursor
        self._steps, self._reached = outlook.steps, outlook.reached
        self._error = outlook.end
        self._line_end = end_of_line(text, self._error)
        self._tokens = self._about()

    def _about(self) -> list[Token]:
        """The tokens up to the end of the line where nothing goes on, and a few before it."""
        start = self._text.rfind("\n", self._cursor, self._error) + 1 or self._cursor
        tokens: list[Token] = []
        while len(tokens) <= 2 * BACK:
            tokens = [*self._whole_strings(tokens_in(self._text, start, self._line_end))]
            if start <= self._cursor:
                break
            start = max(self._text.rfind("\n", self._cursor, start - 1) + 1, self._cursor)
        return tokens

    def _whole_strings(self, tokens: Sequence[Token]) -> Iterator[Token]:
        """The tokens, each string as one that ends before the place in a line below the cursor's."""
        below = end_of_line(self._text, self._cursor)
        strings = [match.span() for match in STRING.finditer(self._text[: self._error], below)]
        for start, end in strings:
            line = self._text[self._text.rfind("\n", 0, start) + 1 : end_of_line(self._text, end)]
            if any(line.count(quote) % 2 for quote in QUOTES):
                continue
            inside = [token for token in tokens if start <= token.start and token.end <= end]
            if inside:
                tokens = [token for token in tokens if token not in inside]
                tokens.append(Token(start, end, self._text[start:end]))
        yield from sorted(tokens, key=lambda token: token.start)

    def mendings(self) -> Iterator[Edit]:
        """The changes, the likeliest first, after which the text goes on."""
        own_line = "\n" not in self._text[self._cursor : self._error]
        if may_end_text(self._grammar, self._text, self._state, self._error):
            return
        most = self._readings.work + _WORK
        for edit in islice(dict.fromkeys(self._slips.all()), _TRIES):
            if self._readings.work > most:
                return
            if opens_comment(self._grammar.language, self._text, edit):
                continue
            if (not own_line or self._is_code(edit)) and self._pairs(edit) and self._goes_on(edit):
                yield edit

    @property
    def _slips(self) -> Slips:
        """The changes that come into question."""
        grammar, step = self._grammar, self._step_at(self._error)
        taken = (name for name in self._readings.takes(step) if name in grammar.terminals)
        return Slips(
            self._text,
            self._cursor,
            self._error,
            self._tokens,
            grammar.language.brackets,
            {word for one in grammar.terminals.values() if (word := one.word) and not word[0].isalnum()},
            {word for name in taken if (word := grammar.terminals[name].word)},
            free=self._readings.typing in (Typing.LINE, Typing.ANYTHING),
            in_text=any(grammar.modes[state] != CODE for state, _ in step.tops),
        )

    def _pairs(self, edit: Edit) -> bool:
        """Whether a change leaves no quote in its line without a partner that had one."""
        span = edit.span
        end = self._text.find("\n", span.end)
        line = self._text[self._text.rfind("\n", 0, span.start) + 1 : end if end >= 0 else None]
        lost = self._text[span.start : span.end]
        changes = ((line.count(quote), edit.text.count(quote) - lost.count(quote)) for quote in QUOTES)
        return not any(more and (count + more) % 2 for count, more in changes)

    def _goes_on(self, edit: Edit) -> bool:
        mended = apply_edits(self._text, (edit,))
        return any(
            self._readings.onward(mended, step, _AHEAD).end is None
            for step in self._steps_before(edit.span.start)
        )

    def _steps_before(self, offset: int) -> Iterator[Step]:
        """The last place that was come to before an offset, and where the first lexeme over it begins."""
        index = self._index_at(offset)
        yield self._steps[index]
        begun = range(max(0, index - _OVER), index)
        over = next((i for i in begun if self._reached[i] > offset), None)
        if over is not None:
            yield self._steps[over]

    def _step_at(self, offset: int) -> Step:
        """The last place that was come to, at or before an offset."""
        return self._steps[self._index_at(offset)]

    def _index_at(self, offset: int) -> int:
        return bisect_right(self._steps, offset, key=lambda step: step.offset) - 1

    def _is_code(self, edit: Edit) -> bool:
        """Whether what a change leaves of the line is code, not the tail of a comment, as far as one sees."""
        text, span = self._text, edit.span
        kept = [token for token in self._tokens if token.end <= span.start or token.start >= span.end]
        if edit.text:
            before = text[text.rfind("\n", 0, self._cursor) + 1 : self._cursor]
            line = before + text[self._cursor : self._line_end]
            inward = span.start == self._line_end and leads_inward(line, text[self._line_end :])
            if edit.text in QUOTES and not (before + text[self._cursor : span.start]).count(edit.text) % 2:
                return False  # It would close one that is yet to be typed, and let anything pass up to there.
            for opener, closer in self._grammar.language.brackets:
                if edit.text == opener and not inward:
                    return line.count(closer) > line.count(opener)
                if edit.text == closer and line.count(opener) <= line.count(closer):
                    return False
        return are_code(text, kept)
