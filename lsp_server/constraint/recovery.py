"""Goes on after a syntax error: by the cheapest mending of the text at which most of what follows fits.

A mending leaves out lexemes, puts terminals in, or gives up what is unfinished and goes on in one of the
lists that are open; lists are left recursive, so the stack shows them (panic mode: Aho, Sethi and Ullman,
Compilers, 4.8). It may begin a few lexemes before the error, which is often found late. Mendings are tried
from the cheapest on, each judged by how far the text then fits, by whether brackets stay balanced in what is
left out, and by the layout (least-cost repair: Corchuelo et al., TOPLAS 24/6, 2002).
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from lsp_server.constraint.grammar import CODE, Grammar
from lsp_server.constraint.layout import Layout
from lsp_server.constraint.lexing import NOTHING, Lexeme, begun, next_lexeme
from lsp_server.constraint.table import END, Stack

_STEPS = 1_500
"""The most lexemes that are read, or terminals that are tried, for one error. Where that finds nothing, as
many more are read, but nothing is put in any more."""

_TRIES = 16
"""To try so many terminals costs as much as to read a lexeme; those of one use lead to one stack."""

_SKIPS = 300
_LISTS = 24
_BACK = 6
"""How many lexemes before the error a mending may begin."""

_INSERTED = 3
_NEAR = 3
"""Terminals are put in only where so few lexemes were left out."""

_SOON = 5
_AHEAD = 40
"""Who fits so many lexemes fits."""

_LAYOUTS = 8
_MOST = 12

# Costs. What is missing is likelier than what is too much: texts are written from left to right.
_INSERT = 10  # put in a terminal,
_REPLACE = 3  # in the place of one lexeme, or two signs, left out,
_CLOSE = 6  # one that closes,
_CLOSE_EARLY = 18  # but where the layout says that more is inside,
_OPEN = 8  # one that opens a bracket, where the layout says so,
_OPEN_FLAT = 18  # and where it says otherwise,
_OPEN_QUOTE = 18  # one that turns what comes into text
_LEAVE_OUT = 12  # leave out a lexeme,
_TWICE = 6  # one that is the same as that before it,
_FURTHER = 4  # each further one, less and less,
_REST_OF_LINE = 28  # all of a line at most,
_OPENER_LOST = 10  # an opener the closer of which is not left out,
_UNBALANCED = 6  # a closer the opener of which stays, or the other way round,
_SPLIT_STRING = 3  # a quote without its string
_EARLIER = 3  # begin one lexeme before the error
_GIVE_UP = 12  # give up what is unfinished in a list,
_OUTER = 1  # and in each list farther out
_FAILS = 15  # another error within `_AHEAD` lexemes,
_FAILS_SOON = 18  # within `_SOON`
_DOUBT = 9  # a line that is not indented as the brackets have it,
_DOUBTS = 27  # several

_QUOTED = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`[^`\n]*`")
_TAIL = re.compile(r"[\s,;.)\]}]+\Z")
"""What a line ends with behind a text, of which it is not part where the text was to be closed."""

_LINE_END = re.compile(r"[ \t,;]*(?:\r?\n|\Z)")


@dataclass(frozen=True, slots=True)
class Recovery:
    """Where parsing goes on, with which stack, after how many terminals put in, and how many lexemes stay.

    The last of these may be a text that ends farther back than was read: then that is where parsing goes on.
    """

    kept: int
    offset: int
    stack: Stack
    put_in: int = 0


def recoveries(
    grammar: Grammar,
    lexemes: Sequence[Lexeme],
    stacks: Sequence[Stack],
    text: str,
    anchor: int,
    error: int,
    cursor: int,
    margin: int = 0,
) -> tuple[Recovery, ...]:
    """The places at which to go on after an error, the best first; none if there is none up to the cursor.

    The others cost at most `margin` more than the best, so that the text may be meant as they have it.

    Args:
        lexemes: what was read from `anchor` on; `stacks[i]` is the stack before number i, there is one more.
        error: the start of the lexeme that does not fit.

    """
    return _Search(grammar, lexemes, stacks, text, anchor, error, cursor).best(margin)


def open_lists(grammar: Grammar, stack: Stack) -> Iterator[Stack]:
    """Stacks between two elements of a list that is open, the innermost first, at most `_LISTS`."""
    found = 0
    node: Stack | None = stack
    while node is not None and found < _LISTS:
        for state in grammar.table.lists_from(node.state):
            yield Stack(state, node, node.tag)
            found += 1
        node = node.below


@dataclass(frozen=True, slots=True)
class _Site:
    """A place, and what is left out before it: `unclosed` openers and `stray` closers."""

    kept: int
    offset: int
    skipped: int
    cost: int
    unclosed: int = 0
    stray: int = 0


class _Search:
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
        self._layout = Layout(grammar, text, cursor, anchor)
        self._layout.learn(lexemes, stacks)
        self._closer_of = dict(grammar.language.brackets)
        self._closers = set(self._closer_of.values())
        self._steps = 0
        self._number = count()
        self._queue: list[tuple[int, int, _Site, Stack | None, int]] = []
        self._seen: set[tuple[int, int, int, int]] = set()
        self._alive: list[Stack] = []
        self._skips = self._after_error()

    def best(self, margin: int) -> tuple[Recovery, ...]:
        found: list[tuple[int, Recovery]] = []
        least = 1 << 30
        for site in self._before_error():
            self._enter(site)
        self._next_skip()
        while self._queue and self._steps < (_STEPS if found else 2 * _STEPS):
            cost, _, site, stack, inserted = heapq.heappop(self._queue)
            if cost >= least + margin:
                break
            if inserted and self._steps >= _STEPS:
                continue
            if stack is None:
                self._enter(site)
                self._next_skip()
                continue
            judged = self._judge(stack, site, inserted)
            if judged is not None and cost + judged < least + margin:
                put_in = min(inserted, 1) if site.skipped else inserted
                found.append((cost + judged, Recovery(site.kept, site.offset, stack, put_in)))
                least = min(least, cost + judged)
            if inserted < _INSERTED and site.skipped <= _NEAR and self._steps < _STEPS:
                self._insert(cost, site, stack, inserted)
        found.sort(key=lambda one: one[0])
        return tuple(recovery for cost, recovery in found if cost <= least + margin)[:_MOST]

    def _push(self, cost: int, site: _Site, stack: Stack | None, inserted: int) -> None:
        if stack is not None:
            key = (site.offset, stack.state, stack.depth, id(stack.below))
            if key in self._seen:
                return
            self._steps += bool(inserted)
            self._seen.add(key)
            self._alive.append(stack)
        heapq.heappush(self._queue, (cost, next(self._number), site, stack, inserted))

    def _next_skip(self) -> None:
        site = next(self._skips, None)
        if site is not None:
            self._push(site.cost, site, None, 0)

    def _enter(self, site: _Site) -> None:
        """Queue the stacks with which parsing might go on at a site."""
        stack = self._stacks[site.kept]
        depth = len(self._layout.brackets(stack))
        lost = site.unclosed * _OPENER_LOST
        crossed = "\n" in self._text[self._error : site.offset]
        if not crossed or self._spans_lines(stack):
            self._push(site.cost + lost + site.stray * _UNBALANCED, site, stack, 0)
        for number, candidate in enumerate(open_lists(self._grammar, stack)):
            if crossed and not self._spans_lines(candidate):
                continue
            popped = depth - len(self._layout.brackets(candidate))
            cost = site.cost + lost + abs(popped - site.stray) * _UNBALANCED
            self._push(cost + _GIVE_UP + number * _OUTER, site, candidate, 0)

    def _spans_lines(self, stack: Stack) -> bool:
        """Whether a line may end on a stack; in a string that is never closed it may not."""
        if self._grammar.modes[stack.state] == CODE:
            return True
        found = self._grammar.scanner_at(stack).match("\n", 0)
        return found is not None and self._grammar.table.shift(stack, found[0]) is not None

    def _before_error(self) -> Iterator[_Site]:
        last = len(self._lexemes)
        yield _Site(last, self._error, 0, 0)
        yield from self._in_text()
        for back in range(1, min(_BACK, last) + 1):
            lexeme = self._lexemes[last - back]
            if lexeme.terminal == NOTHING:
                break
            yield _Site(last - back, lexeme.start, 0, back * _EARLIER)
            if self._grammar.modes[self._stacks[last - back].state] == CODE:
                yield _Site(last - back, self._error, back, _LEAVE_OUT + back * _EARLIER)

    def _in_text(self) -> Iterator[_Site]:
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
                yield _Site(len(self._lexemes), place, 0, _EARLIER)

    def _after_error(self) -> Iterator[_Site]:
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
                    yield _Site(kept, offset, 1, _LEAVE_OUT)
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
                    yield _Site(kept, end, skipped, cost + _SPLIT_STRING, len(pending), stray)
                end = quoted.end()
            if end > cursor or (end == cursor and word[-1].isalnum()):  # it is being typed
                break
            offset = end
            lost = cost + len(pending) * _OPENER_LOST
            if lost > _REST_OF_LINE and word not in self._closer_of and _LINE_END.match(text, offset):
                yield _Site(kept, offset, skipped, max(cost, _REST_OF_LINE))
            else:
                yield _Site(kept, offset, skipped, cost, len(pending), stray)

    def _insert(self, cost: int, site: _Site, stack: Stack, inserted: int) -> None:
        """Queue the stacks after each terminal that might have been left out."""
        grammar = self._grammar
        code = grammar.modes[stack.state] == CODE
        names = sorted(grammar.table.accepts[stack.state])
        self._steps += len(names) // _TRIES
        for name in names:
            terminal = grammar.terminals.get(name)
            if terminal is None or name in grammar.openers or (terminal.word is None and not code):
                continue
            after = grammar.table.shift(stack, name)
            if after is not None:
                own = self._cost_of(terminal.word, site, stack, after)
                replaces = 1 <= site.skipped <= 2 and not inserted and own == _INSERT
                if replaces:
                    own = _REPLACE
                settled, more = grammar.table.settled(after), _INSERTED if replaces else inserted + 1
                self._push(cost + own, site, settled, more)

    def _cost_of(self, word: str | None, site: _Site, stack: Stack, after: Stack) -> int:
        """What it costs to put a terminal in."""
        modes = self._grammar.modes
        if word in self._closer_of:
            bracket = self._layout.supply(after, self._end(site))
            if bracket is None or bracket.content is None:
                return _INSERT
            return _OPEN if bracket.trusted else _OPEN_FLAT
        if word in self._closers or (word is not None and modes[stack.state] != CODE):
            return _CLOSE_EARLY if self._is_inside(stack, site) else _CLOSE
        return _INSERT if modes[after.state] == modes[stack.state] else _OPEN_QUOTE

    def _is_inside(self, stack: Stack, site: _Site) -> bool:
        """Whether the layout shows that what comes next is inside the innermost bracket."""
        opened = self._layout.brackets(stack)
        text, start = self._text, site.offset
        while start < self._cursor and text[start] in " \t\r\n":
            start += 1
        line = text.rfind("\n", 0, start) + 1
        if not opened or text[line:start].strip() or text[start : start + 1] in self._closers:
            return False
        return opened[-1].trusted and 0 <= opened[-1].line < start - line

    def _end(self, site: _Site) -> int:
        """Where something would be put in at a site."""
        return (
            site.offset
            if site.skipped or not site.kept
            else min(site.offset, self._lexemes[site.kept - 1].end)
        )

    def _judge(self, stack: Stack, site: _Site, inserted: int) -> int | None:
        """What speaks against going on with a stack at a site; None if that leads nowhere.

        It does in a text put in that goes on over lines, up to the cursor: anything fits there.
        """
        grammar, text, cursor = self._grammar, self._text, self._cursor
        offset, fits, doubts, looked = site.offset, 0, 0, 0
        swallows = inserted > 0
        while True:
            self._steps += 1
            swallows = swallows and grammar.modes[stack.state] in grammar.over_lines
            lexeme = next_lexeme(grammar, stack, text, offset)
            if lexeme.start >= cursor or lexeme.terminal == END:
                break
            after = None
            if lexeme.terminal != NOTHING:
                after = grammar.shift(stack, lexeme.terminal, text, lexeme.start, lexeme.end)
            if after is None:
                if begun(grammar, stack, text, lexeme.start, cursor):
                    break
                if lexeme.start <= self._error and offset <= self._error:
                    return None
                return min(doubts, _DOUBTS) + (_FAILS_SOON if fits <= _SOON else _FAILS)
            self._layout.read(lexeme, after)
            if looked < _LAYOUTS:
                left_out = self._error if site.skipped and not fits else lexeme.start
                found = self._layout.doubts(lexeme, after, inserted > 0 and not fits, left_out)
                doubts += (found or 0) * _DOUBT
                looked += found is not None
            fits += 1
            if lexeme.end >= cursor or (fits >= _AHEAD and lexeme.end > self._error):
                break
            stack, offset = after, lexeme.end
        return None if swallows else min(doubts, _DOUBTS)
