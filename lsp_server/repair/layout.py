"""What the lines around a cursor say: whether a bracket is to be opened there, or closed, or neither."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from lsp_server.languages import Language

_LOOKED_AT = 400
"""So many lines before and after the cursor are looked at."""


class Brackets(Enum):
    """What a text does to brackets: it leaves them as they are, or opens some, closes some, or both."""

    EVEN = "even"
    OPENED = "opened"
    CLOSED = "closed"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class ExpectedBrackets:
    """What is wanted of the cursor's line by how lines are indented.

    Attributes:
        brackets: what the line is to do.
        surely: whether lines before and after the cursor agree on that.
        ended: whether a line below ends the block around the line, so that none is to be closed here.
        inward: whether the next line is farther in, as if a bracket were opened.

    """

    brackets: Brackets
    surely: bool = False
    ended: bool = False
    inward: bool = False

    def allows(self, line: Brackets, typed: Brackets) -> bool:
        """Whether the whole line, and what is typed of it, may do so to brackets."""
        if self.surely and self.brackets is Brackets.OPENED:
            return line in (Brackets.OPENED, Brackets.BOTH)
        return not (self.ended and typed in (Brackets.CLOSED, Brackets.BOTH))


def brackets_of(closed: int, opened: int) -> Brackets:
    """What it is to close and to open so many."""
    if closed:
        return Brackets.BOTH if opened else Brackets.CLOSED
    return Brackets.OPENED if opened else Brackets.EVEN


def expected_brackets(language: Language, text: str, cursor: int) -> ExpectedBrackets:
    """What the indentation of the lines before and after a cursor asks for, if they are indented as usual.

    Where the cursor's line goes on behind it, they tell nothing of what is typed before that; nor where they
    tell blocks.
    """
    if language.indentation is not None or text[cursor:].partition("\n")[0].strip():
        return ExpectedBrackets(Brackets.EVEN)
    lines = _Lines(language)
    start = text.rfind("\n", 0, cursor) + 1
    line = text[start:cursor]
    before = [one for one in text[:start].split("\n")[-_LOOKED_AT:] if one.strip()]
    after = [one for one in text[cursor:].split("\n", _LOOKED_AT)[1:_LOOKED_AT] if one.strip()]
    here = _indent(line) if line.strip() else len(line)
    opener = None if line.strip() else next((one for one in reversed(before) if _indent(one) <= here), None)
    beside = opener is not None and _indent(opener) == here and lines.opens(opener)
    if beside and not lines.ends(after, here):
        return ExpectedBrackets(Brackets.CLOSED)
    outer = lines.enclosing(before, here)
    following = _indent(after[0]) if after else 0
    farther_out = next((one for one in after if _indent(one) < following), "")
    closer = after[0] if after and lines.closes(after[0]) else farther_out
    if lines.closes(closer):
        inner = _indent(closer)
        lacking = following > here if outer is None else inner > outer
        if lacking:
            told = inner == here < following and bool(line.strip()) and not lines.closes_more(closer)
            return ExpectedBrackets(Brackets.OPENED, surely=told)
    ended = beside or (outer is not None and lines.ends(after, outer))
    inward = bool(line.strip()) and here < following
    # A blank line that is farther out than the one above may be to close something.
    within = bool(line.strip()) or not before or _indent(before[-1]) <= here
    return ExpectedBrackets(Brackets.EVEN, within and ended, ended, inward)


def depth_at(language: Language, text: str, cursor: int) -> int:
    """How many blocks lines before a cursor's open by their indentation, with one that its line closes."""
    lines, line = _Lines(language), text.rfind("\n", 0, cursor) + 1
    before = [one for one in text[:line].split("\n")[-_LOOKED_AT:] if one.strip()]
    own = text[line:cursor]
    here: int | None = _indent(own) if own.strip() else len(own)
    closes = expected_brackets(language, text, cursor).brackets is Brackets.CLOSED or lines.closes(own)
    depth = 0 if closes else -1
    while here is not None:
        depth, here = depth + 1, lines.enclosing(before, here)
    return depth


class _Lines:
    def __init__(self, language: Language) -> None:
        self._openers, self._closers = ({pair[side] for pair in language.brackets} for side in (0, 1))
        signs = "|".join(re.escape(sign) for sign in language.comment.line)
        self._comment = re.compile(rf"(?:^|\s)(?:{signs}).*" if signs else r"(?!)")

    def opens(self, line: str) -> bool:
        """Whether a line ends with an opening bracket."""
        return self._comment.sub("", line).rstrip()[-1:] in self._openers

    def enclosing(self, before: Sequence[str], here: int) -> int | None:
        """How far the line is indented that opens the block of a line; None if none is seen to."""
        for line in reversed(before):
            if _indent(line) < here:
                here = _indent(line)
                if self.opens(line):
                    return here
        return None

    def closes(self, line: str) -> bool:
        """Whether a line begins with a closing bracket."""
        return line.strip()[:1] in self._closers

    def closes_more(self, line: str) -> bool:
        """Whether a line begins with several: of as many that one line has opened, the lines tell nothing."""
        first = line.strip()[:2]
        return len(first) == 2 and set(first) <= self._closers

    def ends(self, after: Sequence[str], outer: int) -> bool:
        """Whether lines end a block, with a bracket, whose first line is indented so far."""
        last = next((one for one in after if _indent(one) <= outer), "")
        return self.closes(last) and _indent(last) == outer


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
