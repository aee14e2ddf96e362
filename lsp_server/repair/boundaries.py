"""Sure boundaries: lines at the margin at which, by all that is seen, a top-level element begins.

Beyond one, mistakes cost nothing: the parser's stack there is the one between two elements, whatever is wrong
before it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from lsp_server.constraint import closing_signs
from lsp_server.lalr.grammar import Grammar
from lsp_server.lalr.lexing import NOTHING, begun, drive, next_lexeme
from lsp_server.lalr.table import END, Stack
from lsp_server.text import Span

MIRRORED = {">": "<", ")": "(", "]": "[", "}": "{"}
"""By sign that closes, the one that opens; of others both are the same."""

_FARTHEST = 3_000
"""An element around an offset is looked for in so many characters on each side, so that in a longer text it
takes no longer.
"""

_LAST_LEXEME = re.compile(r"(\w+|[^\w\s])\s*$")


class Boundaries:
    """Those of one text, looked at where they are asked for.

    A line is one if its first lexeme begins an element, and the last one before it may end one. Where that
    stands alone at the margin, as `}` and `END` do, the line above it must be farther in, or begin what it
    ends: where all lines are at the margin they do not tell what is inside what.

    Args:
        grammar: the language.
        text: the whole text.
        cursor: where something is being typed: a line that ends there may still become one.

    """

    def __init__(self, grammar: Grammar, text: str, cursor: int) -> None:
        self._grammar = grammar
        self._text = text
        self._cursor = cursor
        self._known: dict[int, bool] = {}
        signs = "|".join(re.escape(sign) for sign in grammar.language.comment.line)
        self._comments = re.compile(signs or r"(?!)")
        self._closers = frozenset(closer for _, closer in grammar.language.brackets)

    def __contains__(self, offset: int) -> bool:
        known = self._known.get(offset)
        if known is None:
            known = self._known[offset] = self._is_one(offset)
        return known

    def within(self, start: int, end: int) -> bool:
        """Whether one is between two offsets, none of them counted."""
        line = self._text.find("\n", start, end) + 1
        while line and line < end:
            if line > start and line in self:
                return True
            line = self._text.find("\n", line, end) + 1
        return False

    def before(self, offset: int) -> Iterator[int]:
        """Those at or before an offset, the last one first."""
        line = self._text.rfind("\n", 0, offset) + 1
        while True:
            if line in self:
                yield line
            if not line:
                return
            line = self._text.rfind("\n", 0, line - 1) + 1

    def around(self, offset: int) -> Iterator[Span]:
        """The top-level element that an offset is in, as far as the lines tell: from the last boundary at or
        before it to the first one behind it, or to the end of the text; then `begun_around`.

        An element that begins too far away is left out, and one that ends too far away is cut off there.
        """
        sure, begun = self._between(offset, self.__contains__), self.begun_around(offset)
        yield from (span for span in dict.fromkeys((sure, begun)) if span is not None)

    def begun_around(self, offset: int) -> Span | None:
        """The same between lines that begin an element, whatever stands before them; None where it begins too
        far away.
        """
        return self._between(offset, self.begins)

    def ending(self, stack: Stack, line: int, lacking: str = "") -> str:
        """What has to stand between a stack and a line, so that an element begins there: what is `lacking`,
        and the signs that end all that is open then; "" if none do, or nothing is open, or the line begins no
        element.
        """
        grammar, between = self._grammar, self._grammar.list_stack
        if between is None or not self.begins(line):
            return ""
        terminal = next_lexeme(grammar, between, self._text, line).terminal
        begun = grammar.table.shift(between, terminal)
        if begun is None:
            return ""
        *_, (_, stack) = drive(grammar, stack, lacking, 0)
        for signs in closing_signs(grammar, stack, (), in_line=False):
            *_, (_, after) = drive(grammar, stack, signs, 0)
            found = grammar.table.shift(after, terminal)
            if found is not None and found.states() == begun.states():
                return lacking + signs
        return ""

    def _between(self, offset: int, is_one: Callable[[int], bool]) -> Span | None:
        """From the last line at or before an offset of which something holds to the first one behind it."""
        text, least = self._text, max(offset - _FARTHEST, 0)
        start = text.rfind("\n", 0, offset) + 1
        while not is_one(start):
            if start <= least:
                return None
            start = text.rfind("\n", 0, start - 1) + 1
        last = min(offset + _FARTHEST, len(text))
        end = text.find("\n", offset, last) + 1
        while end and not is_one(end):
            end = text.find("\n", end, last) + 1
        return Span(start, end or last)

    def _is_one(self, offset: int) -> bool:
        return self.begins(offset) and (not offset or self._ends_before(offset))

    def begins(self, offset: int) -> bool:
        """Whether an offset is at the margin, and the lexeme there begins an element, as far as it is
        written.
        """
        grammar, text, between = self._grammar, self._text, self._grammar.list_stack
        if between is None or not text[offset : offset + 1].strip() or (offset and text[offset - 1] != "\n"):
            return False
        lexeme = next_lexeme(grammar, between, text, offset)
        begins = lexeme.start == offset and lexeme.terminal not in (END, NOTHING)
        if begins and grammar.table.shift(between, lexeme.terminal) is not None:
            return True
        at_cursor = offset < self._cursor <= lexeme.end and "\n" not in text[offset : self._cursor]
        return at_cursor and begun(grammar, between, text, offset, self._cursor)

    def _ends_before(self, offset: int) -> bool:
        """Whether the last lexeme before a line may end an element."""
        ends = _endings(self._grammar)
        if ends.by_line_end:
            return True
        above = self._lines_above(offset)
        start, line = next(above, (0, ""))
        last = _LAST_LEXEME.search(line)
        if last is None or not ends.may_end(last[1]):
            return not line
        if line.rstrip() != last[1] or not (last[1].isalnum() or last[1] in self._closers):
            return True
        start, line = next(above, (0, " "))
        return line[0].isspace() or self.begins(start)

    def _lines_above(self, offset: int) -> Iterator[tuple[int, str]]:
        """The lines before one that hold more than a comment, without that, and where they begin; the nearest
        first.
        """
        text = self._text
        while offset:
            start = text.rfind("\n", 0, offset - 1) + 1
            line = text[start : offset - 1]
            comment = self._comments.search(line)
            if comment is not None:
                line = line[: comment.start()]
            if line.strip():
                yield start, line
            offset = start


class _Endings:
    """What may end an element of the repetition at the root."""

    def __init__(self, grammar: Grammar) -> None:
        table, between = grammar.table, grammar.list_stack
        assert between is not None
        item = table.kernels[between.state][0]
        mask = table.last.get(item.rule.expansion[item.dot - 1], 0)
        names = frozenset(name for name in grammar.terminals if table.bits.get(name, 0) & mask)
        self._start = grammar.automaton.start(names)
        self.by_line_end = self._reads("\n")

    def _reads(self, text: str) -> bool:
        return bool(self._start.run(text, 0, len(text)).accepting)

    def may_end(self, lexeme: str) -> bool:
        """Whether a word or a sign may be the last of an element, or the end of its last lexeme."""
        return self._reads(lexeme) or (not lexeme[0].isalnum() and any(map(self._reads, _wrapped(lexeme))))


def _wrapped(sign: str) -> tuple[str, ...]:
    """Texts that end in a sign, as they are written between quotes and the like."""
    opener = MIRRORED.get(sign, sign)
    return tuple(opener * times + "x" + sign * times for times in (1, 2, 3))


@lru_cache(maxsize=64)
def _endings(grammar: Grammar) -> _Endings:
    return _Endings(grammar)
