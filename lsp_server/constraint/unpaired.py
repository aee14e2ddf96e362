"""Quotes before a cursor that lack their partner, which turns text into code and code into text up to there.

What is wrong then shows farther on, where hardly any change is what is meant but that of a quote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate

from lsp_server.constraint.tokens import STRING
from lsp_server.languages import QUOTES, Comment
from lsp_server.text import Edit, Span

_WORD = re.compile(r"[^\s\"'`,;()\[\]{}=:]+")


class Unpaired:
    """The quotes without a partner from a line on up to a cursor's.

    Args:
        text: the document.
        comment: how the language marks comments; what stands in them counts for nothing.
        first: the start of a line, not below the cursor's.
        cursor: the offset.

    Attributes:
        quotes: those that lack their partner above the cursor's line.

    """

    def __init__(self, text: str, comment: Comment, first: int, cursor: int) -> None:
        own = text.rfind("\n", 0, cursor) + 1
        lines = text[first:own].splitlines(keepends=True)
        starts = accumulate(map(len, lines), initial=first)
        code = [(start, _code(line, comment)) for start, line in zip(starts, lines, strict=False)]
        whole = "".join(line for _, line in code)
        self.quotes = tuple(quote for quote in QUOTES[:2] if _count(whole, quote) % 2)
        self._lacking = [
            (start, line, quote) for start, line in code for quote in self.quotes if _count(line, quote) % 2
        ]
        self._own, self._begun = own, text[own:cursor]
        whole = text[own:].partition("\n")[0]
        self._beside = [quote for quote in QUOTES[:2] if _count(whole, quote) % 2]

    def edits(self) -> Iterator[Edit]:
        """Quotes left out of a line that lacks one, put in at its words, or before those of the cursor's."""
        for start, line, quote in self._lacking:
            yield from (Edit(Span(start + m.start(), start + m.end()), "") for m in re.finditer(quote, line))
            words = [match.span() for match in _WORD.finditer(line)]
            places = dict.fromkeys(place for word in words for place in word)
            yield from (Edit(Span(start + place, start + place), quote) for place in places)
        place = self._own + len(self._begun) - len(self._begun.lstrip())
        yield from (Edit(Span(place, place), quote) for quote in self._beside if self._begun.strip())

    def pairs(self, edit: Edit, lost: str) -> bool:
        """Whether a change, after which what is `lost` is no more, gives each of the quotes a partner."""
        return all((edit.text.count(quote) - lost.count(quote)) % 2 for quote in self.quotes)


def _code(line: str, comment: Comment) -> str:
    """A line without what is a comment in it, as far as that is seen in the line itself."""
    plain = STRING.sub(lambda string: " " * len(string[0]), line)
    openers: Sequence[str] = (*comment.line, *(opener for opener, _ in comment.block))
    ends = [place for opener in openers if (place := plain.find(opener)) >= 0]
    return line[: min(ends, default=len(line))]


def _count(text: str, quote: str) -> int:
    return text.replace(quote * 3, "").count(quote)
