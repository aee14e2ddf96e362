"""The slips that people make when they write: what each small change of a text about a place would be.

Whether a text goes on after one is not looked at here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import accumulate

from lsp_server.constraint.layout import leads_inward
from lsp_server.constraint.tokens import Token, end_of_line, unclosed
from lsp_server.languages import QUOTES
from lsp_server.text import Edit, Span

BACK = 4
"""A change is at the place where nothing goes on or so many tokens before, twice as many to leave one out."""

_LINES = 12
"""In so many lines up to there a quote or a bracket may lack its partner."""

_WORDS = 24
"""Where more words of the language may come next, none of them is put for another."""

_SIGNS = "=:,;.|"
_ASSIGNS = "=:"


class Slips:
    """The slips about one place.

    Args:
        text: the document.
        cursor: what stands before this offset is left as it is.
        error: the place.
        tokens: those up to the end of its line, and a few before it.
        brackets: the openers of the language, each with its closer.
        signs: the fixed texts of the language that are no words.
        fixed: the fixed texts that may come next at the place.
        free: whether what is typed at the cursor may be anything. So much is then not put in at once that it
            would make something else of the text.
        in_text: whether the place is in a text, where signs of that may lack too.

    """

    def __init__(
        self,
        text: str,
        cursor: int,
        error: int,
        tokens: Sequence[Token],
        brackets: Sequence[tuple[str, str]],
        signs: Collection[str],
        fixed: Collection[str],
        *,
        free: bool,
        in_text: bool,
    ) -> None:
        self._text = text
        self._cursor = cursor
        self._error = error
        self._line_end = end_of_line(text, error)
        self._tokens = tokens
        self._brackets = brackets
        self._separators = signs
        self._fixed = fixed
        self._free = free
        self._in_text = in_text

    def all(self) -> Iterator[Edit]:
        """Signs and words left out, put in, or put for others, and lines left out, the likeliest first."""
        tokens, error = self._tokens, self._error
        last = next((i for i, token in enumerate(tokens) if token.end > error), len(tokens))
        near = [i for i in range(last, last - BACK - 1, -1) if 0 <= i < len(tokens)]
        signs, likely, words = list(self._signs()), list(self._lacking()), list(self._words())
        sides = (side for i in near for side in (tokens[i].start, tokens[i].end))
        places = dict.fromkeys((error, *sides, self._line_end))
        yield from self._quotes()
        yield from self._blocks()
        yield from self._unbalanced()
        for place in places:
            for sign in likely:
                yield Edit(Span(place, place), sign)
        for i in range(last, last - 2 * BACK - 1, -1):
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
        for one, two in pairs:
            # What a line begins with would become part of a comment at the end of the one before.
            if one.end < two.start and "\n" not in self._text[one.end : two.start]:
                yield Edit(Span(one.end, two.end), "")
        for i in near:
            for sign in (*likely, *signs):
                yield Edit(Span(tokens[i].start, tokens[i].end), sign)
        for span in ones:
            yield Edit(span, " x ")
        for token in (tokens[i] for i in near[:2] if tokens[i].text[0].isalpha()):
            yield from (Edit(Span(token.start, token.end), word) for word in words)
        yield from self._lines()

    def _last_lines(self) -> list[tuple[int, str]]:
        """The last few lines up to the end of the place's, below the cursor's, with their offsets."""
        text = self._text
        first = text.find("\n", self._cursor, self._error) + 1
        lines = text[first : self._line_end].splitlines(keepends=True) if first else []
        starts = accumulate(map(len, lines), initial=first)
        return [(start, line.rstrip("\r\n")) for start, line in zip(starts, lines, strict=False)][-_LINES:]

    def _quotes(self) -> Iterator[Edit]:
        """In the last few lines, quotes without a partner given one, and left out."""
        for start, line in self._last_lines():
            end = start + len(line)
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
                for opener, closer in self._brackets:
                    if line.count(opener) <= line.count(closer):
                        yield Edit(Span(end, end), opener)
            place = text.rfind("\n", 0, end)
            if place < self._cursor:
                return

    def _unbalanced(self) -> Iterator[Edit]:
        """In the place's line, brackets left out of which that line has more than of their partners."""
        for start, line in self._last_lines()[-1:]:
            for opener, closer in self._brackets:
                more = line.count(opener) - line.count(closer)
                for match in re.finditer(re.escape(opener if more > 0 else closer), line) if more else ():
                    yield Edit(Span(start + match.start(), start + match.end()), "")

    def _truncated(self) -> Iterator[Edit]:
        """Several signs at the end of the last line before the place, which may have been cut off."""
        text = self._text
        stop = self._cursor + len(text[self._cursor : self._error].rstrip())
        if text[stop : end_of_line(text, stop)].strip():
            return
        line = text[text.rfind("\n", 0, stop) + 1 : stop]
        if leads_inward(line, text[stop:]):
            signs = (sign for sign in _ASSIGNS if sign in self._separators)
            yield from (
                Edit(Span(stop, stop), f" {sign} {inner}") for sign in signs for inner, _ in self._brackets
            )
        if self._free:
            return
        ends = ["", *(sign for sign in ";," if sign in self._separators)]
        at_end = not text[self._error :].strip()
        closers = unclosed(self._brackets, text[end_of_line(text, self._cursor) : stop] if at_end else line)
        for tail in (closers,) if closers else (opener + closer for opener, closer in self._brackets):
            yield from (Edit(Span(stop, stop), tail + sign) for sign in ends)
            if leads_inward(line, text[stop:]):
                yield from (Edit(Span(stop, stop), f"{tail} {inner}") for inner, _ in self._brackets)

    def _lines(self) -> Iterator[Edit]:
        """The place's line, and the last before it that is not blank, where it is one of several in a block.

        It is indented as far as the next, and without it no more brackets lack their partners. The first
        line below the cursor's may be part of what is typed, and so may any where that is not anything.
        """
        if not self._free:
            return
        lines = [(start, line) for start, line in self._last_lines() if line.strip()]
        for start, line in reversed(lines[1:][-2:]):
            below = self._text[start + len(line) :]
            indent = re.match(r"[ \t]+(?=\S)", line)
            alike = indent is not None and re.match(rf"(?:[ \t]*\r?\n)*{indent[0]}\S", below)
            if alike and self._balances_without(line):
                yield Edit(Span(start, start + len(line)), "")

    def _balances_without(self, line: str) -> bool:
        for opener, closer in self._brackets:
            lacking, here = (part.count(opener) - part.count(closer) for part in (self._text, line))
            if abs(lacking - here) > abs(lacking):
                return False
        return True

    def _are_one(self, token: Token, other: Token) -> bool:
        """Whether two tokens are signs that touch, neither of them a bracket or a quote."""
        paired = {*QUOTES, *(bracket for pair in self._brackets for bracket in pair)}
        touching = token.end == other.start and not (token.text[0].isalnum() or other.text[0].isalnum())
        return touching and paired.isdisjoint((token.text, other.text))

    def _lacking(self) -> Iterator[str]:
        """The closers, and the separators that may come next, which lack more often than anything else."""
        closers = [closer for _, closer in self._brackets]
        yield from closers
        yield from (f"\n{closer}" for closer in closers)
        yield from (sign for sign in _SIGNS if sign in self._separators and sign in self._fixed)

    def _signs(self) -> Iterator[str]:
        """What else may have been left out about the place where nothing goes on."""
        yield '"'
        yield from (opener for opener, _ in self._brackets)
        yield " x "
        yield from (sign for sign in _SIGNS if sign in self._separators and sign not in self._fixed)
        yield from (f"{opener} x {closer}" for opener, closer in self._brackets)
        if self._in_text:
            yield from sorted(word for word in self._fixed if not word[0].isalnum())

    def _words(self) -> Iterator[str]:
        """Words of the language that may come next, each to be put for another, if those are few."""
        words = sorted(word for word in self._fixed if word[0].isalpha())
        yield from (f" {word} " for word in words if len(words) <= _WORDS)
