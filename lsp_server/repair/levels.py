"""How few repairs a text needs: all ways to read it at once, those with one more repair after the others.

A level is one graph-structured stack. The next one begins at the last places that the level before came to,
with a lexeme left out there, put in, or read as one that ends elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from string import punctuation

from lsp_server import cancellation
from lsp_server.cache import BoundedDict
from lsp_server.constraint.beginning import Typing
from lsp_server.constraint.cursor import CursorState
from lsp_server.constraint.outlook import Readings
from lsp_server.constraint.stacks import Merged, Node, Nodes, Step
from lsp_server.lalr.grammar import Grammar
from lsp_server.lalr.lexing import NOTHING, Lexeme, lexeme_read
from lsp_server.lalr.rows import Rows
from lsp_server.lalr.table import END
from lsp_server.repair.boundaries import MIRRORED, Boundaries

MOST = 6
"""So many repairs are counted at most."""

WIDEST, WINDOW = 12, 6
"""A repair is at one of the last so many lexemes, back to their line's beginning, and of so few at least."""

_FARTHEST = 400
"""What was read for so many lexemes without a mistake goes well."""

WORK = 12_000
"""So many reductions are made for one text at most."""

_TOPS = 60
"""Where more stacks than this are possible, nothing is put in."""

_PUT_IN = 4_000
"""So many stacks are looked at to put something in at one place: of PostgreSQL's there may be thousands."""

_MOST_BEFORE = 4_000
"""Of so many states and terminals it is kept after which landings the one may come (`RepairRows.before`)."""

Read = tuple[Step, tuple[Lexeme, ...]]
"""A place that was come to, and what is read there."""


@dataclass(frozen=True, slots=True)
class Level:
    """How a text was read with so many repairs.

    Attributes:
        steps: the places that were come to, in order.
        well: whether it goes well: to the end, to a sure boundary, or to where it was to stop.
        left: the places at which it was stopped.

    """

    steps: Sequence[Read]
    well: bool
    left: Sequence[Step] = ()


@dataclass(frozen=True, slots=True)
class Needs:
    """How many `repairs` a text needs, None if too many; and how far it reads with fewer, from none on."""

    repairs: int | None
    reached: tuple[int, ...] = ()

    def after_one(self, reached: int) -> Needs:
        """The same with one repair before, without which it reads so far."""
        repairs = None if self.repairs is None else self.repairs + 1
        return Needs(repairs, (reached, *(max(reached, place) for place in self.reached)))

    def as_good_as(self, other: Needs) -> bool:
        """Whether no more repairs are needed; where too many are in both, whether all that read as far."""
        if self.repairs is None and other.repairs is None:
            pairs = list(zip(self.reached, other.reached, strict=False))
            return bool(pairs) and all(one >= two for one, two in pairs)
        return self.repairs is not None and (other.repairs is None or self.repairs <= other.repairs)

    def better_than(self, other: Needs) -> bool:
        """Whether fewer repairs are needed; not where too many are."""
        return self.repairs is not None and other.repairs is not None and self.repairs < other.repairs


class Levels(Readings):
    """The readings of a text with ever more repairs.

    Args:
        grammar: the language.
        text: the text.
        state: where it begins: what is read after its cursor, or from its offset on where nothing is typed.
        boundaries: those of the document; `shift` is by how much farther on they are in this text, and only
            those of them count that are after `since`.
        typing: what is taken to be typed at the cursor.
        cancelled: asked before each lexeme.

    """

    def __init__(
        self,
        grammar: Grammar,
        text: str,
        state: CursorState,
        boundaries: Boundaries,
        shift: int = 0,
        since: int = -1,
        typing: Typing = Typing.NOTHING,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> None:
        super().__init__(grammar, text, state, typing, cancelled)
        self._text = text
        self._boundaries = boundaries
        self._moved, self._since = shift, since
        self._rows = rows_of(grammar)

    def is_boundary(self, offset: int) -> bool:
        """Whether an element surely begins at an offset."""
        own = offset - self._moved
        return own > self._since and self._text[offset - 1 : offset] == "\n" and own in self._boundaries

    def swallows(self, lexeme: Lexeme, tag: str | None) -> bool:
        """Whether a lexeme goes over a line that begins an element: its quote is one too many.

        What a tag closes may hold anything.
        """
        if tag is not None or lexeme.end - lexeme.start < 2 or lexeme.terminal in self._grammar.line_ends:
            return False
        start, end = (place - self._moved for place in (lexeme.start, lexeme.end))
        return self._boundaries.within(max(start, self._since), end)

    def needs(self, pending: dict[int, Step], least: int, most: int = MOST) -> Needs:
        """What the text needs from some places on, if at most so many repairs, none before `least`."""
        reached: list[int] = []
        for times in range(most + 1):
            level = self.level(pending)
            if level.well:
                return Needs(times, tuple(reached))
            farthest = max((one.start for _, lexemes in level.steps for one in lexemes), default=least)
            reached.append(max([farthest - least, *reached[-1:]]))
            if times < most:
                pending = self.repaired(level.steps, least)
        return Needs(None, tuple(reached))

    def level(self, pending: dict[int, Step], stop: int | None = None) -> Level:
        """Read on from some places with no further repair, up to where a lexeme reaches `stop`.

        Raises:
            StoppedError: it was cancelled.

        """
        text, steps, left = self._text, list[Read](), list[Step]()
        while pending:
            cancellation.check(self._cancelled)
            if self.work > WORK:
                break
            if len(steps) > _FARTHEST:
                return Level(steps, well=True, left=left)
            step = pending.pop(min(pending))
            if stop is not None and step.offset >= stop:
                left.append(step)
                continue
            lexemes = self._lexemes(text, step)
            steps.append((step, tuple(lexemes)))
            for lexeme, (nodes, typed) in lexemes.items():
                if stop is not None and max(lexeme.start, lexeme.end - 1) >= stop:
                    left.append(step)
                elif lexeme.terminal == END:
                    if self._completes(nodes, typed):
                        return Level(steps, well=True, left=left)
                elif lexeme.terminal != NOTHING and not self.swallows(lexeme, _tag_of(nodes, typed)):
                    after = self._shifted(nodes, typed, lexeme, text)
                    at_boundary = stop is None and self.is_boundary(lexeme.start)
                    if at_boundary and self._begins_element(lexeme, text, after):
                        return Level(steps, well=True)
                    self._add(pending, lexeme.end, after)
        return Level(steps, well=bool(left), left=left)

    def takes_next(self, step: Step) -> bool:
        """Whether what stands at a place fits after any of the stacks there."""
        for lexeme, (nodes, typed) in self._lexemes(self._text, step).items():
            if lexeme.terminal == END:
                fits = self._completes(nodes, typed)
            else:
                fits = lexeme.terminal != NOTHING and bool(self._shifted(nodes, typed, lexeme, self._text))
            if fits:
                return True
        return False

    def repaired(self, steps: Sequence[Read], least: int, line: int | None = None) -> dict[int, Step]:
        """What one more repair makes of the last places of a level, none before `least`.

        If a `line` is given that begins there, only of those from there on.
        """
        pending: dict[int, Step] = {}
        for step, lexemes in self._window(steps) if line is None else _since(steps, line):
            if step.offset < least:
                continue
            enough = len(step.tops) > _TOPS or self.work > WORK
            for lexeme in lexemes:
                if lexeme.terminal != END:
                    end = self._leave_out(pending, step, lexeme)
                    if not enough:
                        self._add(pending, end, self._put_in(Step(end, step.tops)))
            self._read_otherwise(pending, step)
            if not enough:
                self._add(pending, step.offset, self._put_in(step))
        return pending

    def _window(self, steps: Sequence[Read]) -> Sequence[Read]:
        """The last places, back to the beginning of the line that the last one is in."""
        if not steps:
            return steps
        step, lexemes = steps[-1]
        line = self._text.rfind("\n", 0, lexemes[0].start if lexemes else step.offset)
        in_line = sum(1 for place, _ in steps[-WIDEST:] if place.offset >= line)
        return steps[-max(WINDOW, in_line) :]

    def _leave_out(self, pending: dict[int, Step], step: Step, lexeme: Lexeme) -> int:
        end = max(lexeme.end, lexeme.start + 1)
        known = pending.get(end)
        if known is None or not step.typed:
            self._add(pending, end, dict(step.tops))
            known = pending.get(end)
        if step.typed:
            pending[end] = Step(end, {} if known is None else known.tops, step.typed)
        return end

    def _read_otherwise(self, pending: dict[int, Step], step: Step) -> None:
        """Read a text that signs enclose up to another end: the next closing sign, or where one lacks."""
        text = self._text
        for lexeme, (nodes, _) in self._lexemes(text, step).items() if step.tops else ():
            start = lexeme.start
            if start >= len(text):
                continue
            line_end = text.find("\n", start)
            line_end = len(text) if line_end < 0 else line_end
            for name, opener, closer in self._rows.enclosed:
                if any(name in self._table.actions[node.state] for node in nodes):
                    closed = text.find(closer, start + 1, line_end)
                    ends = [closed + 1] if closed >= 0 else []
                    if text.startswith(opener, start):
                        word = _WORD.match(text, start)
                        ends += [line_end, line_end if word is None else word.end()]
                    for end in dict.fromkeys(ends):
                        if end > start and (lexeme.terminal, lexeme.end) != (name, end):
                            found = self._shifted(nodes, (), Lexeme(name, start, end), text)
                            self._add(pending, end, found)

    def _landings(self, state: int, read: Sequence[str] | None) -> Iterable[tuple[int, int]]:
        """Where a terminal that is put in at a state leads, if what stands there may be read so behind it."""
        if read is None:
            return self._rows.landings[state]
        return chain.from_iterable(self._rows.before(state, terminal) for terminal in read)

    def _put_in(self, step: Step) -> Merged:
        """The stacks after any terminal that is put in, after which what stands there fits."""
        grammar, text, rows = self._grammar, self._text, self._rows
        rules, gotos, actions = self._table.rules, self._table.gotos, self._table.actions
        read = [*self._lexemes(text, step)] if step.tops else []
        alone = None
        if len(read) == 1 and read[0].terminal != NOTHING:
            alone = grammar.lexicon.alike(read[0].terminal, text[read[0].start : read[0].end])
        fits: dict[tuple[int, str | None], bool] = {}
        found: Merged = {}
        made: dict[tuple[int, str | None], tuple[Node, int]] = {}
        pending = [(node, -1) for node in step.tops.values()]
        for count, (node, mask) in enumerate(pending):
            if count > _PUT_IN:
                break
            for target, terminals in self._landings(node.state, alone):
                if terminals & mask:
                    key = (target, node.tag)
                    if key not in fits:
                        lexeme = lexeme_read(grammar.scanner_in(*key), grammar.ignored, text, step.offset)
                        fits[key] = lexeme.terminal in actions[target]
                    if fits[key]:
                        found.setdefault(key, Node(*key)).merge((node,), 0)
            for rule, terminals in rows.reductions[node.state]:
                if not terminals & mask:
                    continue
                self.work += 1
                bases, typed = self._down(node, len(rules[rule].expansion))
                origin = rules[rule].origin
                new: dict[tuple[int, str | None], tuple[Nodes, int]] = {}
                for base in bases:
                    state = gotos[base.state].get(origin)
                    if state is not None:
                        new.setdefault((state, base.tag), ({}, 0))[0][base] = None
                for state, sources in self._pushed.gotos.get(origin, ()) if typed else ():
                    if some := sources & typed:
                        new[state, node.tag] = (new.get((state, node.tag), ({}, 0))[0], some)
                for key, (below, some) in new.items():
                    known = made.get(key)
                    if known is None:
                        made[key] = Node(*key, below, some), terminals & mask
                        pending.append(made[key])
                    else:
                        grown = known[0].merge(below, some)
                        if grown or terminals & mask & ~known[1]:
                            made[key] = known[0], known[1] | terminals & mask
                            pending.append(made[key])
        return found


def _since(steps: Sequence[Read], line: int) -> list[Read]:
    """Those of the last places at which a lexeme begins in a line or later."""
    return [one for one in steps[-WIDEST:] if any(lexeme.start >= line for lexeme in one[1])]


_WORD = re.compile(r"\S+")


def _tag_of(nodes: Sequence[Node], typed: Sequence[tuple[int, str | None]]) -> str | None:
    """The tag that is open below some stacks, which read alike."""
    return nodes[0].tag if nodes else typed[0][1]


class RepairRows:
    """What a grammar's table says of repairs, by state, each row made where it is first asked for.

    `reductions` are pairs of a rule's number and the terminals before which it is reduced; `landings` of a
    state that a terminal leads to and of those terminals, as bits. `enclosed` are terminals between signs.
    """

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        count = grammar.table.actions.count
        self.reductions = Rows(count, self._reductions_at)
        self.landings = Rows(count, self._landings_at)
        self._before = BoundedDict[tuple[int, str], tuple[tuple[int, int], ...]](_MOST_BEFORE)
        self.enclosed = tuple(_enclosed(grammar))

    def before(self, state: int, terminal: str) -> tuple[tuple[int, int], ...]:
        """Of the landings of a state those after which a terminal may come, and those in another mode."""
        found = self._before.get((state, terminal))
        if found is None:
            modes, actions = self._grammar.modes, self._grammar.table.actions
            found = self._before[state, terminal] = tuple(
                landing
                for landing in self.landings[state]
                if terminal in actions[landing[0]] or modes[landing[0]] != modes[state]
            )
        return found

    def _reductions_at(self, state: int) -> tuple[tuple[int, int], ...]:
        found: dict[int, int] = {}
        for name, action in self._put_in(state):
            if action < 0:
                found[~action] = found.get(~action, 0) | self._grammar.table.bits[name]
        return tuple(found.items())

    def _landings_at(self, state: int) -> tuple[tuple[int, int], ...]:
        grammar, found = self._grammar, dict[int, int]()
        table = grammar.table
        for name, action in self._put_in(state):
            goes_on = action >= 0 and table.actions[action] and action in table.entered
            if goes_on and grammar.modes[action] not in grammar.over_lines:
                found[action] = found.get(action, 0) | table.bits[name]
        return tuple(found.items())

    def _put_in(self, state: int) -> Iterator[tuple[str, int]]:
        """The terminals that may be put in at a state, with what is done before them."""
        for name, action in self._grammar.table.actions[state].items():
            if name != END and name not in self._grammar.openers:
                yield name, action


def _enclosed(grammar: Grammar) -> Iterator[tuple[str, str, str]]:
    """The terminals that one sign begins and one ends, whatever is between, with both."""
    start = grammar.automaton.start

    def reads(name: str, text: str) -> bool:
        return bool(start(frozenset((name,))).run(text, 0, len(text)).accepting)

    passed = grammar.ignored.union(grammar.openers)
    for name, terminal in grammar.terminals.items():
        if terminal.word is None and name in grammar.table.bits and name not in passed:
            for opener, closer in _PAIRS:
                if reads(name, f"{opener}xy{closer}") and not reads(name, f"{opener}xy"):
                    yield name, opener, closer
                    break


_PAIRS = [(MIRRORED.get(sign, sign), sign) for sign in punctuation]


@lru_cache(maxsize=64)
def rows_of(grammar: Grammar) -> RepairRows:
    """What a grammar's table says of repairs."""
    return RepairRows(grammar)
