"""The parser's stacks at a cursor, where what stands before it has mistakes: after the fewest repairs."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from lsp_server import cancellation
from lsp_server.constraint.brackets import bracket_states
from lsp_server.constraint.cursor import CursorState
from lsp_server.constraint.prefix import Prefix
from lsp_server.constraint.stacks import Node, Step, Tops
from lsp_server.lalr.general import first_of, tops_of
from lsp_server.lalr.grammar import Grammar
from lsp_server.lalr.lexing import Lexeme, begun, drive
from lsp_server.lalr.lines import Lines
from lsp_server.lalr.onward import goes_on
from lsp_server.lalr.table import END, Stack
from lsp_server.repair.boundaries import Boundaries
from lsp_server.repair.layout import depth_at
from lsp_server.repair.levels import MOST, WIDEST, WORK, Levels, Read

_MOST_WORK = 2 * WORK
"""After so many reductions in vain, what is above the cursor's line is taken to be beyond repair.

In a text of 700 characters full of mistakes six times `WORK` were made, in two to four seconds.
"""

_SURVIVES = 10
"""A repair after which so many lexemes fit is kept, whatever is wrong farther on."""

_ROUNDS = 12
"""So many mistakes in one element are repaired one after another."""

_EACH, _ALL = 48, 6
"""Of the stacks at one place so many are told apart, and so many that cost the same are kept."""

_IN_LINE = 2
"""So many repairs are tried in the cursor's own line."""

_BOUNDARIES = 3
"""So many boundaries before the cursor are begun at."""

_TALLEST = 4_000
"""Stacks of more states are left out: real ones have hundreds."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A state at the cursor, and how many repairs before it lead there.

    They are `near` if all are in the lines of mistakes. `at_line` is the stack before the cursor's line where
    the state does not tell it. It is `anew` if all that is open before the cursor's element was ended, which
    begins where the lines tell, though what stands before does not end one.
    """

    state: CursorState
    cost: int
    near: bool = True
    at_line: Stack | None = None
    anew: bool = False


@dataclass(frozen=True, slots=True)
class _AtLine:
    """A stack before the first lexeme of the cursor's line, where that is, and the repairs before it."""

    stack: Stack
    offset: int
    cost: int
    near: bool


@dataclass(frozen=True, slots=True)
class _Trail:
    """What was read from somewhere on: the last stacks, where they are, and where a lexeme does not fit."""

    steps: tuple[tuple[Stack, int, Lexeme], ...]
    error: int | None


def places(
    prefix: Prefix,
    boundaries: Boundaries,
    cursor: int,
    limit: int,
    cancelled: Callable[[], bool] = lambda: False,
) -> tuple[Reached, ...]:
    """The states at a cursor that the fewest repairs, and those with one more, lead to.

    What is wrong before the last sure boundary costs nothing. There are none where too much is wrong.

    Args:
        prefix: of the text.
        boundaries: of the text.
        cursor: the offset.
        limit: go back at least so far, as healing may need.
        cancelled: asked before each lexeme.

    Raises:
        StoppedError: it was cancelled.

    """
    line = prefix.text.rfind("\n", 0, cursor) + 1
    above = _Above(prefix, boundaries, cursor, limit, cancelled)
    for stack, offset in _beginnings(prefix.grammar, boundaries, cursor):
        found = above.reached(above.to_line(stack, offset, line))
        if found:
            return tuple(found)
    return ()


def begins_element(grammar: Grammar, text: str, cursor: int, before: CursorState) -> Stack | None:
    """The stack before a word at the margin that may begin an element, though the one before lacks its end.

    Args:
        grammar: the language.
        text: the document.
        cursor: in that word or right behind it.
        before: the state before that word.

    """
    line, between = text.rfind("\n", 0, cursor) + 1, grammar.list_stack
    if between is None or not line or not text[line:cursor].isalnum() or grammar.blocks is not None:
        return None
    if before.before_line.same_as(between):
        return None  # it is where one begins
    is_inside = begun(grammar, before.stack, text, before.offset, cursor)
    return between if not is_inside and begun(grammar, between, text, line, cursor) else None


def _beginnings(grammar: Grammar, boundaries: Boundaries, cursor: int) -> Iterator[tuple[Stack, int]]:
    """Where to begin to read: at the last few boundaries, the nearest first, or where the text begins."""
    between, count = grammar.list_stack, 0
    for offset in islice(boundaries.before(cursor), _BOUNDARIES):
        if offset and between is not None:
            count += 1
            yield between, offset
    if count < _BOUNDARIES:
        yield grammar.start(), 0


class _Above:
    """What stands before one cursor."""

    def __init__(
        self,
        prefix: Prefix,
        boundaries: Boundaries,
        cursor: int,
        limit: int,
        cancelled: Callable[[], bool],
    ) -> None:
        self._prefix = prefix
        self._grammar, self._text = prefix.grammar, prefix.text
        self._boundaries = boundaries
        self._cursor, self._limit = cursor, limit
        self._cancelled = cancelled
        self._nodes: dict[Stack, Node] = {}
        self._depth = depth_at(prefix.grammar.language, prefix.text, cursor)
        self._work = 0

    def to_line(self, stack: Stack, offset: int, line: int) -> list[_AtLine]:
        """What the cursor's line may begin after, as read with the fewest repairs or one more."""
        trail = self._drive(stack, offset, line)
        if trail.error is None:
            return [_AtLine(*trail.steps[-1][:2], 0, near=True)]
        found: list[_AtLine] = []
        for near in (True, False):
            if self._work <= _MOST_WORK:
                levels = self._levels(stack, offset)
                found += self._repaired(levels, trail, trail.error, offset, line, near=near)
                self._work += levels.work
        return found

    def _repaired(
        self, levels: Levels, trail: _Trail, error: int, offset: int, line: int, *, near: bool
    ) -> list[_AtLine]:
        """The same after repairs, each in the line of a mistake if they are to be near."""
        steps: Sequence[Read] = reads_of(trail.steps, self._nodes)
        least, total = offset, 0
        for _ in range(_ROUNDS):
            found: list[_AtLine] = []
            within, times = self._text.rfind("\n", 0, error) + 1 if near else None, 0
            while times < MOST - 1 and steps:
                times += 1
                level = levels.level(levels.repaired(steps, least, within), line)
                steps = level.steps
                for step in level.left:
                    stacks = self._stacks(step)
                    found += [_AtLine(one, step.offset, total + times, near) for one in stacks]
                if found and total + times > found[0].cost:
                    break
                if not found and sum(1 for step, _ in steps if step.offset >= error) > _SURVIVES:
                    break
            if found or not steps:
                return found
            total, least, error = total + times, error, steps[-1][0].offset
        return []

    def reached(self, at_line: Sequence[_AtLine]) -> list[Reached]:
        """The states at the cursor; where something in its line is wrong too, after repairs there."""
        nearest = sorted(
            at_line, key=lambda one: (one.cost, strangeness(self._grammar, one.stack, self._depth))
        )
        states = [(self._state(one.stack, one.offset), one) for one in nearest]
        whole = [Reached(state, one.cost, one.near) for state, one in states if state is not None]
        found: list[Reached] = []
        is_sound = bool(whole) and not whole[0].cost
        for new in (*(() if is_sound else self._anew()), *(whole or self._in_lines(nearest))):
            alike = sum((one.cost, one.near) == (new.cost, new.near) for one in found)
            if alike < _ALL and not any(_alike(new.state, one.state) for one in found):
                found.append(replace(new, state=replace(new.state, repairs=new.cost)))
        return found

    def _in_lines(self, nearest: Sequence[_AtLine]) -> Iterator[Reached]:
        """The states after repairs in the cursor's line, each beginning once, until that was enough work."""
        work, known = 0, set[tuple[int, tuple[int, ...]]]()
        for at_line in nearest:
            beginning = at_line.offset, at_line.stack.states()
            if beginning not in known and work <= WORK:
                known.add(beginning)
                levels = self._levels(at_line.stack, at_line.offset)
                yield from self._in_line(at_line, levels)
                work += levels.work

    def _anew(self) -> Iterator[Reached]:
        """The state if the cursor's element begins where the lines tell, and all before it is ended there.

        However much is open or wrong before it, that counts as one repair.
        """
        element, between = self._boundaries.begun_around(self._cursor), self._grammar.list_stack
        if element is not None and between is not None:
            state = self._state(between, element.start)
            if state is not None:
                yield Reached(state, 1, anew=True)

    def _in_line(self, begun: _AtLine, levels: Levels) -> Iterator[Reached]:
        trail = self._drive(begun.stack, begun.offset, self._cursor)
        steps: Sequence[Read] = reads_of(trail.steps, self._nodes)
        for times in range(1, _IN_LINE + 1):
            level = levels.level(levels.repaired(steps, 0), self._limit)
            steps = level.steps
            stacks = [(one, step.offset) for step in level.left for one in self._stacks(step)]
            states = [state for one in stacks if (state := self._state(*one)) is not None]
            yield from (Reached(state, begun.cost + times, begun.near, begun.stack) for state in states)
            if states or not steps:
                return

    def _stacks(self, step: Step) -> list[Stack]:
        """Some of the stacks at a place, with what is open by indentation there."""
        grammar, stacks = self._grammar, stacks_of(step.tops, _EACH)
        if grammar.blocks is None:
            return stacks
        lines = (lines_at(grammar, stack, self._text, step.offset) for stack in stacks)
        return [Stack(one.state, one.below, one.tag, at) for one, at in zip(stacks, lines, strict=True)]

    def _state(self, stack: Stack, offset: int) -> CursorState | None:
        """The state at the cursor; None where that is not come to, or nothing could follow it."""
        state = self._prefix.on(stack, offset, self._cursor, self._limit)
        return state if state is not None and goes_on(self._grammar.table, state.stack) else None

    def _levels(self, stack: Stack, offset: int) -> Levels:
        state = CursorState(offset, offset, stack, stack, commented=False)
        return Levels(self._grammar, self._text, state, self._boundaries, cancelled=self._cancelled)

    def _drive(self, stack: Stack, offset: int, stop: int) -> _Trail:
        """Read to the last lexeme that ends at or before `stop`, or to one that does not fit."""
        steps = deque[tuple[Stack, int, Lexeme]](maxlen=WIDEST)
        for lexeme, before in drive(self._grammar, stack, self._text, offset):
            cancellation.check(self._cancelled)
            steps.append((before, offset, lexeme))
            is_there = lexeme.terminal == END or max(lexeme.start, lexeme.end - 1) >= stop
            if before.tag is None and lexeme.terminal != END and self._swallows(lexeme, stop):
                return _Trail(tuple(steps), lexeme.start)
            if is_there:
                return _Trail(tuple(steps), None)
            offset = lexeme.end
        return _Trail(tuple(steps), steps[-1][2].start)

    def _swallows(self, lexeme: Lexeme, stop: int) -> bool:
        """Whether a lexeme goes over a line that begins an element, up to the line that is read to."""
        if lexeme.terminal in self._grammar.line_ends:
            return False
        return self._boundaries.within(lexeme.start, min(lexeme.end, stop + 1))


def _alike(one: CursorState, other: CursorState) -> bool:
    return one.offset == other.offset and one.stack.same_as(other.stack) and one.here.same_as(other.here)


def strangeness(grammar: Grammar, stack: Stack, depth: int) -> int:
    """How many brackets more or fewer than a depth are open on a stack."""
    return abs(len(bracket_states(grammar).open_on(stack.states())) - depth)


def lines_at(grammar: Grammar, stack: Stack, text: str, offset: int) -> Lines:
    """What is open by indentation at an offset: the blocks of a stack, at the columns of the lines before.

    Of a language whose lines tell the blocks. A block for which there is no line is a column farther in.
    """
    assert grammar.blocks is not None
    indent, dedent = grammar.blocks.layout.marks
    kernels = (grammar.table.kernels[state][0] for state in stack.states())
    entered = [item.rule.expansion[item.dot - 1] for item in kernels if item.dot]
    count = max(0, entered.count(indent) - entered.count(dedent))
    columns: list[int] = []
    for line in reversed(text[:offset].splitlines()):
        column = len(line) - len(line.lstrip()) if line.strip() else None
        if column and (not columns or column < columns[0]):
            columns.insert(0, column)
        if column == 0:
            break
    levels = [0, *columns[:count]]
    while len(levels) <= count:
        levels.append(levels[-1] + 1)
    return Lines(tuple(levels), len(bracket_states(grammar).open_on(stack.states())))


def reads_of(steps: Iterable[tuple[Stack, int, Lexeme]], known: dict[Stack, Node]) -> list[Read]:
    """Stacks, where they are and what is read there, as places of a level; `known` nodes are shared.

    One that stands for several is all of them: the state that they are together leads nowhere.
    """
    return [
        (
            Step(offset, {(one.state, one.tag): _node_of(one, known) for one in _alone(stack)}),
            (lexeme,),
        )
        for stack, offset, lexeme in steps
    ]


def _alone(stack: Stack) -> Sequence[Stack]:
    return tops_of(stack) or (first_of(stack),)


def _node_of(stack: Stack, known: dict[Stack, Node]) -> Node:
    """A stack as one that others may be merged with; those `known` are shared."""
    chain: list[Stack] = []
    below: Stack | None = stack
    while below is not None and below not in known:
        chain.append(below)
        below = below.below
    node = None if below is None else known[below]
    for one in reversed(chain):
        node = known[one] = Node(one.state, one.tag, () if node is None else (node,))
    assert node is not None
    return node


def stacks_of(tops: Tops, most: int) -> list[Stack]:
    """Some of the stacks that are merged, all of them whole."""
    found: list[Stack] = []
    pending: list[tuple[Node, _Path | None]] = [(top, None) for top in tops.values()]
    while pending and len(found) < most:
        node, above = pending.pop()
        path = _Path(node, above, 0 if above is None else above.length + 1)
        if not node.below and not node.state:
            found.append(path.stack())
        if path.length < _TALLEST:
            pending += [(below, path) for below in sorted(node.below, key=_order)]
    return found


def _order(node: Node) -> tuple[int, str]:
    return node.state, node.tag or ""


@dataclass(frozen=True, slots=True)
class _Path:
    """The way down from the top of a stack."""

    node: Node
    above: _Path | None
    length: int

    def stack(self) -> Stack:
        """The stack, the last node being at its bottom."""
        stack, path = Stack(self.node.state, None, self.node.tag), self.above
        while path is not None:
            stack, path = Stack(path.node.state, stack, path.node.tag), path.above
        return stack
