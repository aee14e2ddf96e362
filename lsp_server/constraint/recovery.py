"""Goes on after a syntax error: by the cheapest mending of the text at which most of what follows fits.

A mending leaves out lexemes, puts terminals in, or gives up what is unfinished and goes on in one of the
lists that are open; lists are left recursive, so the stack shows them (panic mode: Aho, Sethi and Ullman,
Compilers, 4.8). It may begin a few lexemes before the error, which is often found late. Mendings are tried
from the cheapest on, each judged by how far the text then fits, by whether brackets stay balanced in what is
left out, and by the layout (least-cost repair: Corchuelo et al., TOPLAS 24/6, 2002).
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from lsp_server.constraint.insertion import Candidate, Landings, Use
from lsp_server.constraint.layout import Layout
from lsp_server.constraint.sites import OPENER_LOST, Site, Sites
from lsp_server.lalr.grammar import CODE, Grammar
from lsp_server.lalr.lexicon import Scanner
from lsp_server.lalr.lexing import NOTHING, Lexeme, next_lexeme
from lsp_server.lalr.table import END, Stack

_STEPS = 1_000
"""The most lexemes that are read, or terminals that are tried, for one error. Where that finds nothing, as
many more are read, but nothing is put in any more."""

_TRIES = 16
"""To put in so many terminals after which, by the table, nothing fits costs as much as to read a lexeme."""

_LISTS = 24
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
_UNBALANCED = 6  # a closer the opener of which stays, or the other way round,
_GIVE_UP = 12  # give up what is unfinished in a list,
_OUTER = 1  # and in each list farther out
_FAILS = 15  # another error within `_AHEAD` lexemes,
_FAILS_SOON = 18  # within `_SOON`
_DOUBT = 9  # a line that is not indented as the brackets have it,
_DOUBTS = 27  # several

_USES = {Use.OPENS: _OPEN, Use.CLOSES: _CLOSE, Use.STAYS: _INSERT, Use.LEAVES: _OPEN_QUOTE}
_INSTEAD = (Use.OPENS, Use.STAYS)


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
    return _Search(grammar, lexemes, stacks, text, anchor, error, cursor, margin).best()


def open_lists(grammar: Grammar, stack: Stack) -> Iterator[Stack]:
    """Stacks between two elements of a list that is open, the innermost first, at most `_LISTS`."""
    found = 0
    node: Stack | None = stack
    while node is not None and found < _LISTS:
        for state in grammar.table.lists_from(node.state):
            yield Stack(state, node, node.tag, node.lines)
            found += 1
        node = node.below


@dataclass(frozen=True, slots=True)
class _Ready:
    """A stack with which parsing might go on, after so many terminals were put in."""

    site: Site
    stack: Stack
    inserted: int


@dataclass(frozen=True, slots=True)
class _Putting:
    """The terminals of one use, each to be put in after stacks of one cost; `own` is the least of it."""

    site: Site
    stacks: Sequence[Stack | Candidate]
    inserted: int
    use: Use
    own: int


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
        margin: int,
    ) -> None:
        self._grammar = grammar
        self._lexemes = lexemes
        self._stacks = stacks
        self._text = text
        self._error = error
        self._cursor = cursor
        self._margin = margin
        self._layout = Layout(grammar, text, cursor, anchor)
        self._layout.learn(lexemes, stacks)
        self._closer_of = dict(grammar.language.brackets)
        self._closers = set(self._closer_of.values())
        self._steps = 0
        self._tries = 0
        self._number = count()
        self._queue: list[tuple[int, int, Site | _Ready | _Putting]] = []
        self._seen: set[tuple[int, int]] = set()
        self._landings = Landings(grammar)
        self._next: dict[tuple[Scanner, int], Lexeme] = {}
        self._hopeless: dict[tuple[int, str | None, int], bool] = {}
        self._alive_from: dict[int, frozenset[str]] = {}
        self._found: list[tuple[int, Recovery]] = []
        self._bound = 1 << 30
        sites = Sites(grammar, lexemes, stacks, text, anchor, error, cursor)
        self._before_error = sites.before_error()
        self._skips = sites.after_error()

    def best(self) -> tuple[Recovery, ...]:
        for site in self._before_error:
            self._enter(site)
        self._next_skip()
        while self._queue and self._steps < (_STEPS if self._found else 2 * _STEPS):
            cost, _, entry = heapq.heappop(self._queue)
            if cost >= self._bound:
                break
            match entry:
                case Site():
                    self._enter(entry)
                    self._next_skip()
                case _Ready(site, stack, inserted):
                    if (not inserted or self._steps < _STEPS) and self._try(cost, entry):
                        self._put_after(cost, site, (stack,), inserted)
                case _Putting():
                    self._put_in(cost, entry)
        self._found.sort(key=lambda one: one[0])
        return tuple(recovery for cost, recovery in self._found if cost <= self._bound)[:_MOST]

    def _push(self, cost: int, entry: Site | _Ready | _Putting) -> None:
        if cost < self._bound:
            heapq.heappush(self._queue, (cost, next(self._number), entry))

    def _try(self, cost: int, ready: _Ready) -> bool:
        """Judge a stack; False if that was done for the same place, when it cost no more."""
        site, stack = ready.site, ready.stack
        key = site.offset, id(stack)
        if key in self._seen:
            return False
        self._seen.add(key)
        judged = self._judge(stack, site, ready.inserted, self._bound - cost)
        if judged is not None:
            put_in = min(ready.inserted, 1) if site.skipped else ready.inserted
            self._found.append((cost + judged, Recovery(site.kept, site.offset, stack, put_in)))
            self._bound = min(self._bound, cost + judged + self._margin)
        return True

    def _next_skip(self) -> None:
        site = next(self._skips, None)
        if site is not None:
            self._push(site.cost, site)

    def _enter(self, site: Site) -> None:
        """Queue the stacks with which parsing might go on at a site."""
        stack = self._stacks[site.kept]
        depth = len(self._layout.brackets(stack))
        lost = site.unclosed * OPENER_LOST
        crossed = "\n" in self._text[self._error : site.offset]
        if not crossed or self._spans_lines(stack):
            self._push(site.cost + lost + site.stray * _UNBALANCED, _Ready(site, stack, 0))
        for number, between in enumerate(open_lists(self._grammar, stack)):
            assert between.below is not None
            candidate = self._landings.stack(between.state, between.below, site.offset)
            if crossed and not self._spans_lines(candidate):
                continue
            popped = depth - len(self._layout.brackets(candidate))
            cost = site.cost + lost + abs(popped - site.stray) * _UNBALANCED
            self._push(cost + _GIVE_UP + number * _OUTER, _Ready(site, candidate, 0))

    def _spans_lines(self, stack: Stack) -> bool:
        """Whether a line may end on a stack; in a string that is never closed it may not."""
        if self._grammar.modes[stack.state] == CODE:
            return True
        found = self._grammar.scanner_at(stack).match("\n", 0)
        return found is not None and self._grammar.takes(stack, found[0])

    def _put_after(self, cost: int, site: Site, stacks: Sequence[Stack | Candidate], inserted: int) -> None:
        """Queue that terminals are put in after stacks, at the least that it may cost."""
        if stacks and inserted < _INSERTED and site.skipped <= _NEAR:
            replaces = _replaces(site, inserted)
            for use, least in _USES.items():
                own = _REPLACE if replaces and use in _INSTEAD else least
                self._push(cost + own, _Putting(site, stacks, inserted, use, own))

    def _put_in(self, cost: int, putting: _Putting) -> None:
        """Try the stacks after each terminal of one use; queue those that cost more than the least."""
        site, use, place = putting.site, putting.use, putting.site.offset
        replaces, tried = _replaces(site, putting.inserted), list[Stack | Candidate]()
        more = _INSERTED if replaces and putting.own == _REPLACE else putting.inserted + 1
        for parent in putting.stacks:
            if self._steps >= _STEPS:
                break
            stack = parent if isinstance(parent, Stack) else self._landings.landed(parent, place)
            if use is Use.CLOSES and putting.own < _CLOSE_EARLY and self._is_inside(stack, site):
                later = cost - putting.own + _CLOSE_EARLY
                self._push(later, _Putting(site, (stack,), putting.inserted, use, _CLOSE_EARLY))
                continue
            for candidate in self._landings.puts(stack, use, place):
                own = self._cost_of_opener(candidate, site) if use is Use.OPENS else putting.own
                if own == _INSERT and replaces:
                    own = _REPLACE
                if own > putting.own:
                    landed = self._landings.landed(candidate, place)
                    self._push(cost - putting.own + own, _Ready(site, landed, putting.inserted + 1))
                elif self._is_hopeless(candidate, place):
                    tried.append(candidate)
                else:
                    landed = self._landings.landed(candidate, place)
                    if self._try(cost, _Ready(site, landed, more)):
                        tried.append(landed)
        self._put_after(cost, site, tried, more)

    def _is_hopeless(self, candidate: Candidate, place: int) -> bool:
        """Whether what stands at a place does not fit after what may be put in, as the table alone tells."""
        self._tries += 1
        self._steps += not self._tries % _TRIES
        state, below = candidate.put.landed, candidate.below
        key = state, candidate.stack.tag if below is None else below.tag, place
        found = self._hopeless.get(key)
        if found is None:
            found = self._hopeless[key] = self._fits_nowhere(
                Stack(state, None, key[1], self._grammar.start().lines), place
            )
        return found

    def _fits_nowhere(self, top: Stack, place: int) -> bool:
        table = self._grammar.table
        if place > self._error or table.done(top.state) is not None:
            return False
        lexeme = self._read(top, place)
        if lexeme.start > self._error or lexeme.start >= self._cursor or lexeme.terminal == END:
            return False
        looked_for = self._grammar.scanner_at(top).terminals
        return lexeme.terminal not in table.actions[top.state] and self._alive(lexeme.start).isdisjoint(
            looked_for
        )

    def _cost_of_opener(self, candidate: Candidate, site: Site) -> int:
        """What it costs to put in a terminal that opens a bracket."""
        bracket = self._layout.supply(self._landings.shifted(candidate, site.offset), self._end(site))
        if bracket is None or bracket.content is None:
            return _INSERT
        return _OPEN if bracket.trusted else _OPEN_FLAT

    def _is_inside(self, stack: Stack, site: Site) -> bool:
        """Whether the layout shows that what comes next is inside the innermost bracket."""
        opened = self._layout.brackets(stack)
        text, start = self._text, site.offset
        while start < self._cursor and text[start] in " \t\r\n":
            start += 1
        line = text.rfind("\n", 0, start) + 1
        if not opened or text[line:start].strip() or text[start : start + 1] in self._closers:
            return False
        return opened[-1].trusted and 0 <= opened[-1].line < start - line

    def _end(self, site: Site) -> int:
        """Where something would be put in at a site."""
        return (
            site.offset
            if site.skipped or not site.kept
            else min(site.offset, self._lexemes[site.kept - 1].end)
        )

    def _judge(self, stack: Stack, site: Site, inserted: int, most: int) -> int | None:
        """What speaks against going on with a stack at a site; None if it leads nowhere, or is `most`.

        It leads nowhere in a text put in that goes on over lines, up to the cursor: anything fits there.
        """
        grammar, text, cursor = self._grammar, self._text, self._cursor
        offset, fits, against, looked = site.offset, 0, 0, 0
        swallows = inserted > 0
        while True:
            self._steps += 1
            swallows = swallows and grammar.modes[stack.state] in grammar.over_lines
            lexeme = self._read(stack, offset)
            if lexeme.start >= cursor or lexeme.terminal == END:
                break
            after = None
            if lexeme.terminal != NOTHING:
                after = grammar.shift(stack, lexeme.terminal, text, lexeme.start, lexeme.end)
            if after is None:
                alive = self._alive(lexeme.start) & grammar.scanner_at(stack).terminals
                if any(n in grammar.ignored or grammar.takes(stack, n) for n in alive):
                    break
                if lexeme.start <= self._error and offset <= self._error:
                    return None
                against += _FAILS_SOON if fits <= _SOON else _FAILS
                break
            self._layout.read(lexeme, after)
            if looked < _LAYOUTS:
                left_out = self._error if site.skipped and not fits else lexeme.start
                found = self._layout.doubts(lexeme, after, inserted > 0 and not fits, left_out)
                looked += found is not None
                against = min(against + (found or 0) * _DOUBT, _DOUBTS)
                if against >= most:
                    break
            fits += 1
            if lexeme.end >= cursor or (fits >= _AHEAD and lexeme.end > self._error):
                break
            stack, offset = after, lexeme.end
        return None if swallows or against >= most else against

    def _read(self, stack: Stack, offset: int) -> Lexeme:
        """The next lexeme; many stacks read it alike."""
        key = self._grammar.scanner_at(stack), offset
        found = self._next.get(key)
        if found is None:
            found = self._next[key] = next_lexeme(self._grammar, stack, self._text, offset)
        return found

    def _alive(self, start: int) -> frozenset[str]:
        """The terminals that what stands from an offset on, up to the cursor, may become."""
        found = self._alive_from.get(start)
        if found is None:
            grammar = self._grammar
            begin = grammar.automaton.start(frozenset(grammar.terminals))
            found = self._alive_from[start] = begin.run(self._text, start, self._cursor).alive
        return found


def _replaces(site: Site, inserted: int) -> bool:
    """Whether a terminal that is put in at a site stands for what was left out there."""
    return 1 <= site.skipped <= 2 and not inserted
