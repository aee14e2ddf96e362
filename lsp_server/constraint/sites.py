"""Where parsing may go on after a syntax error, and what it costs to leave out what stands before that place.

It knows the text about the error and the parser's stacks before it, but not what fits at a place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lsp_server.lalr.grammar import CODE, Grammar
from lsp_server.lalr.lexing import NOTHING, Lexeme
from lsp_server.lalr.table import Stack

_SKIPS = 300
_BACK = 6
"""How many lexemes before the error a mending may begin."""

_LEAVE_OUT = 12  # leave out a lexeme,
_TWICE = 6  # one that is the same as that before it,
_FURTHER = 4  # each further one, less and less,
_REST_OF_LINE = 28  # all of a line at most,
_SPLIT_STRING = 3  # a quote without its string
_EARLIER = 3  # begin one lexeme before the error
OPENER_LOST = 10  # an opener the closer of which is not left out

_QUOTED = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`[^`\n]*`")
_TAIL = re.compile(r"[\s,;.)\]}]+\Z")
"""What a line ends with behind a text, of which it is not part where the text was to be closed."""

_LINE_END = re.compile(r"[ \t,;]*(?:\r?\n|\Z)")


@dataclass(frozen=True, slots=True)
class Site:
    """A place, and what is left out before it: `unclosed` openers and `stray` closers."""

    kept: int
    offset: int
    skipped: int
    cost: int
    unclosed: int = 0
    stray: int = 0


class Sites:
    """The places about one error.

    Args:
        grammar: the language.
        lexemes: what was read from `anchor` on.
        stacks: `stacks[i]` is the stack before lexeme number i, there is one more.
        text: the document.
        anchor: where reading began.
        error: the start of the lexeme that does not fit.
        cursor: no place is beyond it.

    """

    def __init__(
        self,
        grammar: Grammar,
        lexemes: Sequence[Lexeme],
        stacks: Sequence[Stack],
        text: str,
        anchor: int,
        error: int,
        cursor: int,
    ) -> None:
        self._grammar = grammar
        self._lexemes = lexemes
        self._stacks = stacks
        self._text = text
        self._error = error
        self._read_to = lexemes[-1].end if lexemes else anchor
        self._cursor = cursor
        self._closer_of = dict(grammar.language.brackets)
        self._closers = set(self._closer_of.values())

    def before_error(self) -> Iterator[Site]:
        """The place of the error, and those a few lexemes before it."""
        last = len(self._lexemes)
        yield Site(last, self._error, 0, 0)
        yield from self._in_text()
        for back in range(1, min(_BACK, last) + 1):
            lexeme = self._lexemes[last - back]
            if lexeme.terminal == NOTHING:
                break
            yield Site(last - back, lexeme.start, 0, back * _EARLIER)
            if self._grammar.modes[self._stacks[last - back].state] == CODE:
                yield Site(last - back, self._error, back, _LEAVE_OUT + back * _EARLIER)

    def _in_text(self) -> Iterator[Site]:
        """The places before what ends the line, where a text that the line ends with may have been closed."""
        if not self._lexemes or not _LINE_END.match(self._text, self._error):
            return
        lexeme, mode = self._lexemes[-1], self._grammar.modes[self._stacks[-1].state]
        if mode == CODE or mode in self._grammar.over_lines or lexeme.terminal == NOTHING:
            return
        tail = _TAIL.search(self._text, lexeme.start + 1, lexeme.end)
        if tail is None:
            return
        for place in range(tail.start(), tail.end()):
            if place == tail.start() or not self._text[place].isspace():
                yield Site(len(self._lexemes), place, 0, _EARLIER)

    def after_error(self) -> Iterator[Site]:
        """The places after the error, one lexeme more left out each time."""
        text, cursor, kept = self._text, self._cursor, len(self._lexemes)
        scanner = self._grammar.scanner(self._grammar.accepted_in.get(CODE, frozenset()), None)
        before = text[self._lexemes[-1].start : self._lexemes[-1].end] if self._lexemes else ""
        in_text = self._grammar.modes[self._stacks[-1].state] != CODE
        pending: list[str] = []
        stray = skipped = cost = 0
        offset = self._error
        while skipped < _SKIPS and offset < cursor:
            found = scanner.match(text, offset)
            if found is not None and found[0] in self._grammar.ignored:
                if found[1] >= cursor:
                    break
                offset = found[1]
                if in_text and not skipped:
                    yield Site(kept, offset, 1, _LEAVE_OUT)
                continue
            quoted = _QUOTED.match(text, offset)
            end = offset + 1 if found is None else found[1]
            word = text[offset:end]
            twice = not skipped and word == before and "\n" not in text[self._read_to : offset]
            cost = (
                (_TWICE if twice else _LEAVE_OUT) if not skipped else cost + max(1, _FURTHER - skipped // 2)
            )
            skipped += 1
            if word in self._closer_of and not twice:
                pending.append(self._closer_of[word])
            elif word in self._closers and not twice:
                if word in pending:
                    del pending[pending.index(word) :]
                else:
                    stray += 1
            if quoted is not None and quoted.end() > end:
                if end <= cursor:
                    yield Site(kept, end, skipped, cost + _SPLIT_STRING, len(pending), stray)
                end = quoted.end()
            if end > cursor or (end == cursor and word[-1].isalnum()):  # it is being typed
                break
            offset = end
            lost = cost + len(pending) * OPENER_LOST
            if lost > _REST_OF_LINE and word not in self._closer_of and _LINE_END.match(text, offset):
                yield Site(kept, offset, skipped, max(cost, _REST_OF_LINE))
            else:
                yield Site(kept, offset, skipped, cost, len(pending), stray)
