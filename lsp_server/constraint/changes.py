"""Small changes about the place after a cursor where a text does not go on, after which it does.

They are signs left out, put in, or put for others, as people make such mistakes. Which of them is meant, and
whether there is one at all, is for `mending` to say.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, islice

from lsp_server.constraint.beginning import Typing
from lsp_server.constraint.cursor import CursorState
from lsp_server.constraint.layout import TOKEN, leads_inward
from lsp_server.constraint.outlook import Readings
from lsp_server.constraint.stacks import Outlook, Step
from lsp_server.lalr.grammar import CODE, Grammar
from lsp_server.languages import QUOTES
from lsp_server.text import Edit, Span, apply_edits

_AHEAD = 48
"""A change is one that mends if so many lexemes behind it fit, or all that there are."""

_TRIES = 300
_BACK = 4
"""A change is at the place where nothing goes on or so many tokens before, twice as many to leave one out."""

_OVER = 40
"""A text of several lines that is read over a place is looked for so many places before."""

_LINES = 12
"""In so many lines up to there a quote may lack its partner."""

_SIGNS = "=:,;.|"
_OF_PROSE = ".,:;!?-_()'"
_OF_CODE = ";([{"
"""With what hardly any line of prose ends."""

STRING = re.compile(rf"([{''.join(QUOTES)}])(?:(?!\1).)*\1")
"""What stands between two quotes in a line."""

_LEAST = 2
"""So many tokens must be left as they are for a line to be taken for code, one of them no sign of prose."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a sign, and where it stands."""

    start: int
    end: int
    text: str


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
        while len(tokens) <= 2 * _BACK:
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
        if own_line and self._in_text:
            return
        for edit in islice(dict.fromkeys(self._edits()), _TRIES):
            if (not own_line or self._is_code(edit)) and self._pairs(edit) and self._goes_on(edit):
                yield edit

    def _pairs(self, edit: Edit) -> bool:
        """Whether a change leaves no quote in its line without a partner that had one."""
        span = edit.span
        end = self._text.find("\n", span.end)
        line = self._text[self._text.rfind("\n", 0, span.start) + 1 : end if end >= 0 else None]
        lost = self._text[span.start : span.end]
        changes = ((line.count(quote), edit.text.count(quote) - lost.count(quote)) for quote in QUOTES)
        return not any(more and (count + more) % 2 for count, more in changes)

    @property
    def _in_text(self) -> bool:
        """Whether the cursor is in a text of which nothing shows where it ends: a comment may follow it."""
        state = self._state
        inside = self._grammar.modes[state.here.state] != CODE
        touched = self._text[state.offset : state.cursor].lstrip()
        rest = self._text[state.cursor : self._error]
        return (inside or touched.startswith(QUOTES)) and not any(quote in rest for quote in QUOTES)

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

    def _edits(self) -> Iterator[Edit]:
        """Signs left out, put in, or put for others."""
        tokens, error = self._tokens, self._error
        last = next((i for i, token in enumerate(tokens) if token.end > error), len(tokens))
        near = [i for i in range(last, last - _BACK - 1, -1) if 0 <= i < len(tokens)]
        signs, likely = list(self._signs()), list(self._lacking())
        sides = (side for i in near for side in (tokens[i].start, tokens[i].end))
        places = dict.fromkeys((error, *sides, self._line_end))
        yield from self._quotes()
        yield from self._blocks()
        for place in places:
            for sign in likely:
                yield Edit(Span(place, place), sign)
        for i in range(last, last - 2 * _BACK - 1, -1):
            if 0 <= i < len(tokens):
                yield Edit(Span(tokens[i].start, tokens[i].end), "")
        yield from self._truncated()
        for place in places:
            for sign in signs:
                yield Edit(Span(place, place), sign)
        pairs = [(tokens[i], tokens[i + 1]) for i in near if i + 1 < len(tokens)]
        ones = [Span(one.start, two.end) for one, two in pairs if self._are_one(one, two)]
        for span in ones:
            yield Edit(span, "")
        for i in near:
            for sign in (*likely, *signs):
                yield Edit(Span(tokens[i].start, tokens[i].end), sign)
        for span in ones:
            yield Edit(span, " x ")

    def _quotes(self) -> Iterator[Edit]:
        """In the last few lines below the cursor's, quotes without a partner given one, and left out."""
        text = self._text
        first = text.find("\n", self._cursor, self._error) + 1
        lines = text[first : self._line_end].splitlines(keepends=True) if first else []
        starts = list(accumulate(map(len, lines), initial=first))
        for start, line in list(zip(starts, lines, strict=False))[-_LINES:]:
            end = start + len(line.rstrip("\r\n"))
            for quote in QUOTES[:2]:
                if line.count(quote) % 2:
                    yield Edit(Span(end, end), quote)
                    for match in re.finditer(quote, line):
                        yield Edit(Span(start + match.start(), start + match.end()), "")
                        before = re.search(r"\w+$", line[: match.start()])
                        if before:
                            yield Edit(Span(start + before.start(), start + before.start()), quote)

    def _blocks(self) -> Iterator[Edit]:
        """An opener at the end of each line that has none and leads inward.

        At the end of the cursor's line only where something stands behind the cursor: else it may be typed.
        """
        text, place = self._text, self._error
        for _ in range(_LINES):
            end = end_of_line(text, text.rfind("\n", 0, place) + 1)
            line = text[text.rfind("\n", 0, end) + 1 : end]
            behind = text[self._cursor : end].strip()
            if behind and line.strip() and leads_inward(line, text[end:]):
                for opener, closer in self._grammar.language.brackets:
                    if line.count(opener) <= line.count(closer):
                        yield Edit(Span(end, end), opener)
            place = text.rfind("\n", 0, end)
            if place < self._cursor:
                return

    def _truncated(self) -> Iterator[Edit]:
        """Several signs at the end of the last line before the place, which may have been cut off.

        So much is not put in where what is typed may be anything: it would make something else of the text.
        """
        text = self._text
        stop = self._cursor + len(text[self._cursor : self._error].rstrip())
        if self._readings.typing is Typing.ANYTHING or text[stop : end_of_line(text, stop)].strip():
            return
        line = text[text.rfind("\n", 0, stop) + 1 : stop]
        brackets = self._grammar.language.brackets
        ends = ["", *(sign for sign in ";," if sign in self._separators)]
        at_end = not text[self._error :].strip()
        closers = _unclosed(brackets, text[end_of_line(text, self._cursor) : stop] if at_end else line)
        for tail in (closers,) if closers else (opener + closer for opener, closer in brackets):
            yield from (Edit(Span(stop, stop), tail + sign) for sign in ends)
            if leads_inward(line, text[stop:]):
                yield from (Edit(Span(stop, stop), f"{tail} {inner}") for inner, _ in brackets)

    def _are_one(self, token: Token, other: Token) -> bool:
        """Whether two tokens are signs that touch, neither of them a bracket or a quote."""
        paired = {*QUOTES, *(bracket for pair in self._grammar.language.brackets for bracket in pair)}
        touching = token.end == other.start and not (token.text[0].isalnum() or other.text[0].isalnum())
        return touching and paired.isdisjoint((token.text, other.text))

    def _lacking(self) -> Iterator[str]:
        """The closers, and the separators that may come next, which lack more often than anything else."""
        closers = [closer for _, closer in self._grammar.language.brackets]
        yield from closers
        yield from (f"\n{closer}" for closer in closers)
        yield from (sign for sign in _SIGNS if sign in self._separators and sign in self._fixed)

    def _signs(self) -> Iterator[str]:
        """What else may have been left out about the place where nothing goes on."""
        grammar = self._grammar
        yield '"'
        yield from (opener for opener, _ in grammar.language.brackets)
        yield " x "
        yield from (sign for sign in _SIGNS if sign in self._separators and sign not in self._fixed)
        yield from (f"{opener} x {closer}" for opener, closer in grammar.language.brackets)
        if any(grammar.modes[state] != CODE for state, _ in self._step_at(self._error).tops):
            yield from sorted(word for word in self._fixed if not word[0].isalnum())

    @property
    def _separators(self) -> set[str]:
        """The signs of the language."""
        words = (terminal.word for terminal in self._grammar.terminals.values())
        return {word for word in words if word is not None and not word[0].isalnum()}

    @cached_property
    def _fixed(self) -> set[str]:
        """The fixed texts that may come next where nothing goes on."""
        grammar, taken = self._grammar, self._readings.takes(self._step_at(self._error))
        words = (grammar.terminals[name].word for name in taken if name in grammar.terminals)
        return {word for word in words if word is not None}

    def _is_code(self, edit: Edit) -> bool:
        """Whether what a change leaves of the line is code, not the tail of a comment, as far as one sees."""
        text, span = self._text, edit.span
        kept = [token for token in self._tokens if token.end <= span.start or token.start >= span.end]
        if edit.text:
            line = text[text.rfind("\n", 0, self._cursor) + 1 : self._line_end]
            inward = span.start == self._line_end and leads_inward(line, text[self._line_end :])
            for opener, closer in self._grammar.language.brackets:
                if edit.text == opener and not inward:
                    return line.count(closer) > line.count(opener)
                if edit.text == closer and line.count(opener) <= line.count(closer):
                    return False
        return are_code(text, kept)


def _unclosed(brackets: Sequence[tuple[str, str]], text: str) -> str:
    """What closes the brackets that a text opens and does not close."""
    wanted: list[str] = []
    partners = dict(brackets)
    for character in text:
        if character in partners:
            wanted.append(partners[character])
        elif wanted and character == wanted[-1]:
            wanted.pop()
    return "".join(reversed(wanted))


def end_of_line(text: str, offset: int) -> int:
    """Where the line ends that an offset is in, before its line end."""
    found = re.compile(r"\r?\n|\Z").search(text, offset)
    assert found is not None
    return found.start()


def tokens_in(text: str, start: int, end: int) -> list[Token]:
    """The tokens between two offsets."""
    return [Token(match.start(), match.end(), match[0]) for match in TOKEN.finditer(text, start, end)]


def are_code(text: str, tokens: Sequence[Token]) -> bool:
    """Whether tokens are code, not the tail of a comment, as far as one sees."""
    if tokens and tokens[-1].text in _OF_CODE:
        return True
    return len(tokens) >= _LEAST and any(_is_sign_of_code(text, token) for token in tokens)


def _is_sign_of_code(text: str, token: Token) -> bool:
    """Whether a sign is none that prose has, or stands where prose has none."""
    around = text[token.start - 1 : token.end + 1]
    after_word = len(around) == 3 and around[0].isalnum()
    inside_word = after_word and (around[2].isalnum() or token.text == "(")
    return not token.text[0].isalnum() and (token.text not in _OF_PROSE or inside_word)
