"""Where a text goes wrong. The tree says where to look, the constraint grammar what is wrong there.

Neither alone is enough: the tree of a broken text is a guess, and the grammar stops at the first mistake.
Only what both reject is a mistake; where the bundle says that the tree is lenient, what the grammar rejects:
where it is so only within elements, an element that the grammar does not take, where it is so only between
them, one that it takes, but not after the one before.
How a mistake is told to a person is the business of `diagnostics`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass, field
from functools import lru_cache, partial
from operator import attrgetter

from lsp_server import cancellation
from lsp_server.cache import BoundedDict, LruCache, cached_property
from lsp_server.lalr import Grammar, ParseFailure, Reading, open_lexemes, read, rejected_at
from lsp_server.lazy_imports import TURN
from lsp_server.syntax import (
    BLANKS,
    Bracket,
    Damage,
    Parts,
    Problem,
    SyntaxTree,
    balance,
    parse,
    still_open,
)
from lsp_server.text import Span

_BUDGET = 200_000
"""How many characters of one text the grammar reads at most; beyond, the tree alone decides."""

REACH = 20_000
"""How many characters around a mistake are searched for brackets that lack a partner because of it."""

_MOST_FINE = 64
"""So many stretches of damage that is none are remembered."""

_MOST_READ, _FRAME = 1_000_000, 100
"""Elements of so many characters together are remembered, each of which takes as much as so many more."""

_MOST_FURTHER = 20
"""How many mistakes of one stretch of damage are looked for after its first."""

_MOST_LEFT_OUT = 4
"""How many lexemes of a line that do not fit are left out where the line itself cannot be."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """Where a stretch of text goes wrong, and what could stand there; if that is empty it is not known.

    `window` is the stretch, whole top-level elements: what is before it has no part in the mistake. `before`
    is its text up to the mistake, without the lines of earlier mistakes; `enclosing` are the brackets that
    are open there, the outermost first.
    """

    offset: int
    expected: tuple[str, ...]
    window: Span
    problems: tuple[Problem, ...]
    before: str = field(repr=False)
    enclosing: tuple[Bracket, ...]


class MistakeFinder:
    """Finds the mistakes of one text, as far as its budget goes.

    It asks before each stretch that it reads whether it is `over`, and then raises `StoppedError`.

    Attributes:
        fine: the stretches of damaged text that were found to be none.

    """

    def __init__(
        self, tree: SyntaxTree, grammar: Grammar | None, over: Callable[[], bool] = lambda: False
    ) -> None:
        self._tree = tree
        self._grammar = grammar
        self._over = over
        self._left = _BUDGET
        self._rejected: list[int] = []
        self.fine: list[Span] = []

    @cached_property
    def damage(self) -> tuple[Damage, ...]:
        """Where to look for mistakes: in what the tree finds damaged; of a lenient tree in all that is wrong.

        For that, the grammar reads each sound element, and the lexeme after it, as far as the budget goes; it
        remembers what it read last.
        """
        if self._grammar is None or self._tree.language.parser.proves:
            return self._tree.damage
        return self._tree.damage_beside(self._wrong(self._grammar))

    def _wrong(self, grammar: Grammar) -> Iterator[int]:
        """The numbers of the sound parts that the grammar rejects, as far as the budget goes."""
        parts, left = self._tree.parts, _BUDGET
        stops = (*parts.starts[1:], len(self._tree.text))
        for number, (start, stop) in enumerate(zip(parts.starts, stops, strict=False)):
            cancellation.check(self._over)
            left -= stop - start
            if left < 0:
                return
            if parts.elements[number].key is not None and self._is_wrong(grammar, parts, number, stop):
                yield number

    def _is_wrong(self, grammar: Grammar, parts: Parts, number: int, stop: int) -> bool:
        """Whether the grammar rejects a part, or the lexeme after it, which the next one begins with."""
        start = parts.starts[number]
        after = parts[number + 1].first_lexeme if number + 1 < len(parts) else None
        end = stop if after is None else after.end
        behind = self._tree.text[parts.end(number) : end]
        failure = parts.elements[number].rejected(behind, partial(_failure, grammar))
        if failure is None or stop < start + failure == end:
            return False
        parser = self._tree.language.parser
        if failure < stop - start or (after is None and parser.lenient_within):
            counts = parser.lenient_within
        else:
            counts = parser.lenient_between and self._begins(grammar, Span(stop, end))
        if not (parser.lenient or counts):
            return False
        self._rejected.append(start + failure)
        return True

    def _begins(self, grammar: Grammar, lexeme: Span) -> bool:
        """Whether a lexeme may begin an element, so that where it does not, something lacks before it."""
        failure = _failure(grammar, self._tree.text[lexeme.start : lexeme.end])
        return failure is None or failure == lexeme.end - lexeme.start

    def within(self, damage: Damage) -> Iterator[Mistake]:
        """The mistakes in a stretch of damage or where it leads to, in order; none if it is no mistake.

        The root of a bundle's grammar is a flat repetition, so that any run of whole elements is a text of
        its own. The element before is read too, because the damage may be a continuation of it, and
        one intact element after; where the reading ends for want of more, so are more of them. What stands
        before the first element is read with it: what the tree takes for a comment may be more of one.
        """
        text = self._tree.text
        start, stop = damage.context, self._after_next(damage.span.end)
        if (self._tree.next_element(0) or 0) >= start:
            start = 0
        while self._grammar is not None and stop - start <= self._left:
            cancellation.check(self._over)
            stretch, fine = text[start:stop], _found_fine(self._grammar)
            reading = None if stretch in fine else read(self._grammar, stretch)
            failure = None if reading is None else self._failure(reading)
            if reading is None or failure is None:
                fine[stretch] = None
                self.fine.append(Span(start, stop))
                return
            if stop == len(text) or not self._cut_short(start + failure.offset, stop):
                window = Span(start, stop)
                yield (first := self._mistake(window, reading, failure))
                yield from self._further(reading, first)
                return
            stop = self._after_next(min(2 * stop - start, len(text)))
        cancellation.check(self._over)
        yield self._known(damage)

    def _further(self, reading: Reading, mistake: Mistake) -> Iterator[Mistake]:
        """What else is wrong in the window of a mistake: found by reading it again without what is wrong."""
        window = mistake.window
        places = [one.span.start for one in mistake.problems if not self._may_be_due_to(mistake, one)]
        suspects = {self._tree.lines.line_of(place) for place in (*places, *self._rejected)}
        for _ in range(_MOST_FURTHER):
            found = self._next(reading, mistake, suspects)
            if found is None:
                return
            reading, failure = found
            yield (mistake := self._mistake(window, reading, failure))

    def _may_be_due_to(self, mistake: Mistake, problem: Problem) -> bool:
        """Whether a problem may be there because of a mistake before it.

        That is what lacks at the end of the text, and in a tree of the grammar's own all within what the
        parser gave up from the mistake on.
        """
        if problem.span.start >= len(self._tree.text):
            return True
        return self._tree.language.parser.module is None and any(
            around.span.start <= mistake.offset < problem.span.start <= around.span.end
            for around in mistake.problems
            if around.missing is None
        )

    def _next(
        self, reading: Reading, mistake: Mistake, suspects: Set[int]
    ) -> tuple[Reading, ParseFailure] | None:
        """What is wrong after a mistake, and the text without that as it was read up to there; None if it is
        only an echo.

        Where the tree has a problem on the same line, or the grammar rejects an element there that is sound
        in the tree, it is a mistake of its own once that line is gone; so it is if it is wrong however the
        mistake before is repaired in its line, and the tree of the text without that has a problem there.
        """
        lines, start = self._tree.lines, mistake.window.start
        line = lines.line_of(mistake.offset)
        span = Span(max(lines.start_of(line), start), min(lines.end_of(line), mistake.window.end))
        for other, whole in self._without(reading, span, start) if len(reading.text) <= self._left else ():
            cancellation.check(self._over)
            failure = self._failure(other)
            if failure is None:
                return None
            place = start + failure.offset
            suspected = whole and lines.line_of(place) in suspects
            if place > span.end and (suspected or self._stands_alone(reading, span.start - start, other)):
                return other, failure
        return None

    def _without(self, reading: Reading, line: Span, start: int) -> Iterator[tuple[Reading, bool]]:
        """The same without the whole line of its mistake, where no others need its brackets; and without what
        does not fit in it.
        """
        brackets = balance(self._tree, self._tree.brackets(line), line.end)
        if not brackets.unclosed and not brackets.unopened:
            yield reading.blanked(line.start - start, line.end - start), True
        for _ in range(_MOST_LEFT_OUT):
            lexeme, _ = reading.steps[-1]
            if lexeme.start >= line.end - start:
                break
            reading = reading.blanked(lexeme.start, max(lexeme.start + 1, lexeme.end))
        yield reading, False

    def _stands_alone(self, before: Reading, line: int, reading: Reading) -> bool:
        """Whether what a reading ends at is a mistake also where what one before it ends at is repaired.

        Of a closing bracket that is not known, and of what follows it at the beginning of a line: what it
        closes may have been repaired as something else. At the end of the text what was left out lacks.
        """
        text, place = reading.text, reading.steps[-1][0].start
        closers = "".join(closer for _, closer in self._tree.language.brackets)
        begun, rest = text[text.rfind("\n", 0, place) + 1 : place], text[place:].strip(BLANKS)
        follows = rest.startswith((*closers,)) or (begun.strip(BLANKS) and not begun.strip(BLANKS + closers))
        if reading.grammar.blocks is not None or not rest or follows:
            return False
        # Imported here because few texts need it: it brings the grammar's rooms.
        with TURN:
            from lsp_server.repair import stands_alone

        if not stands_alone(before, line, place, self._over):
            return False
        if self._tree.language.parser.module is None:  # The tree is the grammar's own: it says the same.
            return True
        tree = parse(self._tree.language, reading.text)
        row = tree.lines.line_of(place)
        return any(tree.lines.line_of(one.span.start) == row for one in tree.problems)

    def _failure(self, reading: Reading) -> ParseFailure | None:
        """Where what was read is wrong; what it took is paid for."""
        failure = reading.failure()
        self._left -= len(reading.text) if failure is None else failure.offset
        return failure

    def _mistake(self, window: Span, reading: Reading, failure: ParseFailure) -> Mistake:
        start, before = window.start, reading.text[: failure.offset]
        closers = dict(self._tree.language.brackets)
        return Mistake(
            start + failure.offset,
            failure.expected,
            window,
            self._problems(window),
            before,
            tuple(
                Bracket(start + lexeme.start, before[lexeme.start : lexeme.end])
                for lexeme in open_lexemes(reading, closers)
            ),
        )

    def _problems(self, window: Span) -> tuple[Problem, ...]:
        problems, start = self._tree.problems, attrgetter("span.start")
        first = bisect_left(problems, window.start, key=start)
        return problems[first : bisect_right(problems, window.end, key=start)]

    def _known(self, damage: Damage) -> Mistake:
        """What is known of damage beyond what the grammar may read."""
        offset = self._place(damage)
        before = Span(damage.span.start, offset)
        brackets = self._tree.brackets(before, near_to(offset, before))
        return Mistake(offset, (), damage.span, damage.problems, "", still_open(self._tree, brackets))

    def _place(self, damage: Damage) -> int:
        """Where damage is: an ERROR inside an ERROR is what could not even be skipped sensibly.

        The tree knows of none where a sound element was damage to the grammar alone, which told the place.
        """
        if not damage.problems:
            rejected = bisect_left(self._rejected, damage.span.start)
            return next(iter(self._rejected[rejected : rejected + 1]), damage.span.start)
        outer = damage.problems[0]
        inner = [p for p in damage.problems[1:] if p.missing is None and p.span.end <= outer.span.end]
        place = inner[0] if outer.missing is None and inner else outer
        return max(place.span.start, damage.span.start)

    def _after_next(self, offset: int) -> int:
        """Where the second element after an offset begins; the text's end if there is none."""
        first = self._tree.next_element(offset)
        second = None if first is None else self._tree.next_element(first + 1)
        return len(self._tree.text) if second is None else second

    def _cut_short(self, offset: int, stop: int) -> bool:
        """Whether what does not fit might if the text went on: its end, or what may span several lines."""
        openers = (opener for opener, _ in self._tree.language.comment.block)
        rest = self._tree.text[offset:stop]
        return not rest.strip(BLANKS) or rest.startswith(("'", '"', *openers))


_REJECTED: LruCache[tuple[Grammar, str], int | None] = LruCache(
    _MOST_READ, lambda known: len(known[1]) + _FRAME
)


def _failure(grammar: Grammar, text: str) -> int | None:
    """Where the grammar rejects a text; None if it does not. What was read last is remembered."""
    return _REJECTED.get((grammar, text), lambda: rejected_at(grammar, text))


@lru_cache(maxsize=16)
def _found_fine(grammar: Grammar) -> BoundedDict[str, None]:
    """Stretches of damage that were found to be none: at the next key most of them are there again."""
    return BoundedDict(_MOST_FINE)


def near_to(offset: int, span: Span) -> Span:
    """What of a span is so near to a mistake in it, or at an end of it, that all there counts.

    It ends at one of a few places, so that what is farther off is the same for most mistakes of a span.
    """
    first, last = (offset - REACH) // REACH * REACH, -(-(offset + REACH) // REACH) * REACH
    return Span(max(span.start, first), min(span.end, last))
