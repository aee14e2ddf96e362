"""Whether a text may stand at a cursor, where what is around it has mistakes.

It may if what follows can then be read with as few repairs as after anything else that could be typed there
with the same brackets.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from lsp_server import cancellation
from lsp_server.cache import cached_property
from lsp_server.constraint.beginning import Typing, settled
from lsp_server.constraint.brackets import bracket_states
from lsp_server.constraint.cursor import CursorState
from lsp_server.constraint.oracle import hides
from lsp_server.constraint.stacks import Merged, Step, merge
from lsp_server.lalr.grammar import CODE, Grammar
from lsp_server.lalr.lexing import NOTHING, Lexeme, drive, next_lexeme
from lsp_server.lalr.table import END, Stack
from lsp_server.repair.boundaries import Boundaries
from lsp_server.repair.layout import Brackets, ExpectedBrackets, brackets_of, depth_at, expected_brackets
from lsp_server.repair.levels import MOST, WIDEST, WORK, Levels, Needs
from lsp_server.repair.place import Reached, reads_of, stacks_of, strangeness

_CLOSED = 6
"""So many stacks after a closing bracket are told apart."""

_FAR = 40_000
"""No more lexemes than this are read to tell how a text goes on."""


def likeliest(
    grammar: Grammar,
    text: str,
    reached: Sequence[Reached],
    boundaries: Boundaries,
    cancelled: Callable[[], bool] = lambda: False,
) -> tuple[Way, ...]:
    """The ways to read what stands before a cursor that cost least together with what follows it.

    Of these, those are taken in which most nearly so many brackets are open as the lines tell, then those
    that begin anew, and then those with repairs in the lines of mistakes. What is not looked at once that was
    enough work costs most.

    Args:
        grammar: the language.
        text: the document.
        reached: the states at the cursor.
        boundaries: those of the document.
        cancelled: asked before each lexeme.

    Raises:
        StoppedError: it was cancelled.

    """
    ways = tuple(Way(grammar, text, one, boundaries, cancelled) for one in reached)
    if len(ways) < 2:
        return ways
    wanted = expected_brackets(grammar.language, text, ways[0].state.cursor).brackets
    costs, work = list[int](), 0
    for way in ways:
        few = way.least(wanted).repairs if work <= WORK else None
        costs.append(way.cost + (MOST + 1 if few is None else few))
        work += way.work
    cheapest = [way for way, cost in zip(ways, costs, strict=True) if cost == min(costs)]
    strange = [(way.strangeness, not way.anew, not way.near) for way in cheapest]
    return tuple(way for way, one in zip(cheapest, strange, strict=True) if one == min(strange))


class Way:
    """One way to read what stands before a cursor, and what may be typed there then.

    Attributes:
        state: the state at the cursor.
        cost: how many repairs lead to it.
        near: whether all of them are in the lines of mistakes.
        anew: whether they end all that is open before the cursor's element, as the lines tell that.
        work: how many reductions it took so far to find out what may be typed.

    """

    def __init__(
        self,
        grammar: Grammar,
        text: str,
        reached: Reached,
        boundaries: Boundaries,
        cancelled: Callable[[], bool],
    ) -> None:
        self._grammar, self._text, self._boundaries = grammar, text, boundaries
        self.state, self.cost, self.near, self.anew = reached.state, reached.cost, reached.near, reached.anew
        self._before_line = reached.at_line or self.state.before_line
        self._repaired = reached.at_line is not None
        self._cancelled = cancelled
        self.work = 0
        first = min(self.state.offset, grammar.looks_back)
        self._first, self._from = first, self.state.offset - first
        self._before = text[self._from : self.state.cursor]
        self._known: dict[Brackets, Needs] = {}
        self._needed: dict[tuple[object, ...], Needs] = {}

    @cached_property
    def strangeness(self) -> int:
        """How many brackets more or fewer are open before the cursor's line than its indentation tells."""
        depth = depth_at(self._grammar.language, self._text, self.state.cursor)
        return strangeness(self._grammar, self._before_line, depth)

    def allows(self, typed: str) -> bool:
        """Whether what a text does to brackets does not contradict the lines around it."""
        read = None if "\n" in typed.strip() else self._read(typed)
        return read is None or self._expected.allows(*self._brackets(read[0], typed)[:2])

    def repairs(self, typed: str) -> int | None:
        """How many repairs the document needs with a text; None if something else would do with fewer.

        Raises:
            StoppedError: it was cancelled.

        """
        read = self._read(typed)
        if read is None:
            return None
        stack, offset = read
        line, brackets, opened = self._brackets(stack, typed)
        wanted = self._expected.brackets
        if "\n" not in typed.strip() and not self._expected.allows(line, brackets):
            return None
        fits = self._needs(typed, stack, offset, 0).repairs == 0
        if fits and not self.cost:
            return 0
        # Where the lines tell what is typed in one, it makes no difference that more could be.
        is_told = self._expected.surely and "\n" not in typed.strip()
        if not fits and self._opens_text(stack):
            return None
        if not fits and not is_told and self._can_fit:
            return None
        least = self.least(brackets)
        needed = self._needs(typed, stack, offset, MOST if least.repairs is None else least.repairs)
        if not needed.as_good_as(least):
            return None
        # Where the line has done already what the lines ask for, brackets may be meant to stay as they are.
        if (
            self._expected.surely
            and self._line_so_far is wanted
            and not needed.as_good_as(self.least(Brackets.EVEN))
        ):
            return None
        total = self.cost + (MOST + 1 if needed.repairs is None else needed.repairs)
        if self._expected.inward and self._is_opening_fair:
            if line is Brackets.EVEN:
                return None
            wanted = Brackets.OPENED
        if wanted in (line, brackets) and opened < 2:
            return total
        return total if needed.better_than(self.least(wanted)) else None

    @cached_property
    def _line_so_far(self) -> Brackets:
        """What the part of the line before the cursor does to brackets."""
        return brackets_of(*self._moved(settled(self._grammar, self._text, self.state).stack))

    @cached_property
    def _kept(self) -> int:
        """How many characters follow in the line, before which a text has to fit as they are.

        None have to before which nothing that is typed fits.
        """
        cursor = self.state.cursor
        rest = len(self._text[cursor:].partition("\n")[0].rstrip())
        if not rest:
            return 0
        levels, start, pending = self._hole(self.state, Typing.ANYTHING)
        pending[start.offset] = start
        end = cursor + rest
        level = levels.level(dict(pending), end)
        farthest = max((one.start for _, lexemes in level.steps for one in lexemes), default=cursor)
        fits = farthest >= end or any(step.offset >= end for step in level.left)
        if not fits and level.well:
            # It ends there, or with the beginning of what goes on in the next line, which may fit or not.
            needs = levels.needs(pending, cursor, 0)
            fits = needs.repairs == 0 or max(needs.reached, default=0) >= rest
        self.work += levels.work
        return rest if fits else 0

    @cached_property
    def _since(self) -> int:
        """From where on boundaries count: from the cursor, or from the end of the text that it is in."""
        stack, offset, grammar = self.state.stack, self.state.offset, self._grammar
        for _ in range(_FAR if self._is_over_lines(self.state.here) else 0):
            lexeme = next_lexeme(grammar, stack, self._text, offset)
            if lexeme.terminal in (END, NOTHING):
                return lexeme.start
            after = grammar.shift(stack, lexeme.terminal, self._text, lexeme.start, lexeme.end)
            if after is None or (offset >= self.state.cursor and not self._is_over_lines(after)):
                return max(self.state.cursor, lexeme.end)
            stack, offset = after, lexeme.end
        return self.state.cursor

    @cached_property
    def _can_fit(self) -> bool:
        """Whether there is anything that could be typed after which nothing is wrong."""
        cursor = self.state.cursor
        read = self._read("")
        if read is not None and self._needs("", *read, 0).repairs == 0:
            return True
        levels, start, pending = self._hole(self.state, Typing.ANYTHING)
        return levels.needs({**pending, start.offset: start}, cursor, 0).repairs == 0

    @cached_property
    def _is_opening_fair(self) -> bool:
        """Whether a bracket more needs no more repairs than none."""
        return self.least(Brackets.OPENED).as_good_as(self.least(Brackets.EVEN))

    @cached_property
    def _expected(self) -> ExpectedBrackets:
        """What the lines ask for; nothing within a text over lines, whose signs are no brackets."""
        if self._is_over_lines(self.state.here):
            return ExpectedBrackets(Brackets.EVEN)
        return expected_brackets(self._grammar.language, self._text, self.state.cursor)

    def _read(self, typed: str) -> tuple[Stack, int] | None:
        """The stack after a text, and where it is; None if it does not read, or hides what follows."""
        grammar, text = self._grammar, self._before + typed + self._text[self.state.cursor :]
        border = len(self._before) + len(typed)
        stack, offset = self.state.stack, self._first
        over_lines = self._is_over_lines(self._before_line)
        while True:
            cancellation.check(self._cancelled)
            lexeme = next_lexeme(grammar, stack, text, offset)
            if lexeme.start >= border or lexeme.terminal == END:
                if not self.state.commented and hides(grammar, stack, text, offset, border):
                    return None
                break
            crosses = "\n" in text[border : lexeme.end] and text[lexeme.start : border].strip()
            if crosses and not over_lines:
                return None
            after = None
            if lexeme.terminal != NOTHING:
                after = grammar.shift(stack, lexeme.terminal, text, lexeme.start, lexeme.end)
            if after is None:
                return None
            stack, offset = after, lexeme.end
        return None if self._is_over_lines(stack) and not over_lines else (stack, offset)

    def _opens_text(self, stack: Stack) -> bool:
        """Whether a text between quotes is open on a stack that was not before the cursor's line."""
        modes = self._grammar.modes
        return modes[stack.state] != CODE and modes[self._before_line.state] == CODE

    def _is_over_lines(self, stack: Stack) -> bool:
        return self._grammar.modes[stack.state] in self._grammar.over_lines

    def _brackets(self, stack: Stack, typed: str) -> tuple[Brackets, Brackets, int]:
        """What the line does to brackets up to a stack, what is typed does, and how many that opens."""
        closed, opened = self._moved(stack)
        before, _ = self._moved(self.state.stack)
        are = bracket_states(self._grammar).open_on(stack.states())
        own = sum(1 for depth in are if depth > stack.shared_with(self.state.stack))
        own = min(own, sum(typed.count(opener) for opener, _ in self._grammar.language.brackets))
        return brackets_of(closed, opened), brackets_of(max(0, closed - before), own), own

    def _moved(self, stack: Stack) -> tuple[int, int]:
        """How many brackets that were open before the line a stack has closed, and how many it has opened."""
        before, brackets = self._before_line, bracket_states(self._grammar)
        alike = _shared(stack.states(), before.states()) if self._repaired else -1
        shared = max(stack.shared_with(before), alike)
        were, are = brackets.open_on(before.states()), brackets.open_on(stack.states())
        closed = sum(1 for depth in were if depth > shared or depth not in are)
        return closed, sum(1 for depth in are if depth > shared)

    def least(self, brackets: Brackets) -> Needs:
        """The least that what follows needs, if the best is typed that does so to brackets."""
        if brackets not in self._known:
            every = list(self._baselines(brackets))
            fewest = min((one.repairs for one in every if one.repairs is not None), default=None)
            reached = tuple(map(max, zip(*(one.reached for one in every), strict=False)))
            self._known[brackets] = Needs(fewest, reached)
        return self._known[brackets]

    def _baselines(self, brackets: Brackets) -> Iterator[Needs]:
        language, cursor = self._grammar.language, self.state.cursor
        openers, closers = ([pair[side] for pair in language.brackets] for side in (0, 1))
        if brackets in (Brackets.EVEN, Brackets.OPENED):
            holes = [self._hole(self.state)]
        else:
            levels, start, _ = self._hole(self.state)
            closed = self._behind(levels, start, closers)
            states = (CursorState(cursor, cursor, one, one, False) for one in stacks_of(closed.tops, _CLOSED))
            holes = [self._hole(state) for state in states]
        for levels, start, pending in holes:
            if brackets in (Brackets.OPENED, Brackets.BOTH):
                start, pending = self._behind(levels, start, openers), {}
            if start.tops or start.typed or pending:
                yield levels.needs({**pending, start.offset: start}, cursor + self._kept)
                self.work += levels.work

    def _hole(
        self, state: CursorState, typing: Typing = Typing.BALANCED
    ) -> tuple[Levels, Step, dict[int, Step]]:
        """What follows, read after anything that could be typed, and closes the brackets that it opens."""
        levels = Levels(
            self._grammar,
            self._text,
            state,
            self._boundaries,
            since=self._since,
            typing=typing,
            cancelled=self._cancelled,
        )
        return levels, *levels.beginning(self._text)

    def _behind(self, levels: Levels, step: Step, signs: Sequence[str]) -> Step:
        """The stacks after one of some signs."""
        found: Merged = {}
        for name, terminal in self._grammar.terminals.items():
            if terminal.word in signs and name in self._grammar.table.bits:
                merge(found, levels.after(step, name, terminal.word or "").tops)
        return Step(step.offset, found)

    def _needs(self, typed: str, stack: Stack, offset: int, most: int) -> Needs:
        """What follows a text needs, if at most so many repairs."""
        border = len(self._before) + len(typed)
        key = (most, offset - border if offset > border else 0, stack.states(), stack.tag, stack.lines)
        if key not in self._needed:
            self._needed[key] = self._count(typed, stack, offset, border, most)
        return self._needed[key]

    def _count(self, typed: str, stack: Stack, offset: int, border: int, most: int) -> Needs:
        text = self._before + typed + self._text[self.state.cursor :]
        state = CursorState(offset, offset, stack, stack, False)
        shift = border - self.state.cursor
        levels = Levels(
            self._grammar,
            text,
            state,
            self._boundaries,
            shift,
            since=self._since,
            cancelled=self._cancelled,
        )
        trail = self._goes_well(levels, text, stack, offset)
        if trail is None:
            return Needs(0)
        reached = trail[-1][2].start - border - self._kept
        if not most:
            return Needs(None, (reached,))
        steps = reads_of(trail, {})
        least = border + self._kept
        return levels.needs(levels.repaired(steps, least), least, most - 1).after_one(reached)

    def _goes_well(
        self, levels: Levels, text: str, begin: Stack, offset: int
    ) -> Sequence[tuple[Stack, int, Lexeme]] | None:
        """The last places that the parser comes to, with no repair; None if it goes well from there on."""
        grammar, trail = self._grammar, deque[tuple[Stack, int, Lexeme]](maxlen=WIDEST)
        for lexeme, stack in islice(drive(grammar, begin, text, offset), _FAR):
            cancellation.check(self._cancelled)
            if trail and self._begins_element(levels, trail[-1][2], stack):
                return None
            trail.append((stack, offset, lexeme))
            if lexeme.terminal == END and grammar.completes(stack):
                return None
            if levels.swallows(lexeme, stack.tag):
                break
            offset = lexeme.end
        return trail

    def _begins_element(self, levels: Levels, lexeme: Lexeme, after: Stack) -> bool:
        """Whether a lexeme, after which the stack is `after`, surely begins a further element."""
        return levels.is_boundary(lexeme.start) and self._grammar.begins_element(lexeme.terminal, after)


def _shared(one: Sequence[int], other: Sequence[int]) -> int:
    """The depth up to which two stacks hold the same states."""
    differing = (
        depth for depth, (first, second) in enumerate(zip(one, other, strict=False)) if first != second
    )
    return next(differing, min(len(one), len(other))) - 1
