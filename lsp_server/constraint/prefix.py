"""The parser's state at a cursor, kept from keystroke to keystroke.

A `Prefix` is immutable and belongs to one version of a text. It remembers the lexemes of the stretch that
was last asked about, from anchors (where top-level elements begin) on, and after an edit keeps those
of them whose reading did not depend on what changed. Opening a file therefore costs nothing, and an edit
costs its own neighbourhood.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from lsp_server.cache import cached_property
from lsp_server.constraint.cursor import CursorState
from lsp_server.constraint.inside import HEAD, beats, lines_like
from lsp_server.constraint.listed import begins_further, first_between
from lsp_server.constraint.run import Run, begun_at
from lsp_server.lalr.grammar import Grammar
from lsp_server.lalr.lexicon import Scanner
from lsp_server.lalr.lexing import NOTHING, Lexeme, ParseFailure, begun, next_lexeme
from lsp_server.lalr.table import END, Stack
from lsp_server.text import Edit, Span

_FAR = 50_000
_LONG = 6_000
"""So many characters before the cursor are not read where it is possible to begin inside an element."""

_MOST_RUNS = 4


@dataclass(frozen=True, slots=True)
class _Stop:
    """Where nothing that is read fits, and the stack there."""

    offset: int
    stack: Stack


class Prefix:
    """A text, and what was last learnt about the parser's states in it."""

    def __init__(
        self, grammar: Grammar, text: str, runs: Sequence[Run] = (), without: list[Prefix] | None = None
    ) -> None:
        self.grammar = grammar
        self.text = text
        self._runs = tuple(runs)
        self._without: list[Prefix] = [] if without is None else without

    def edited(self, edits: Sequence[Edit], text: str) -> Prefix:
        """The prefix of the next version, after edits that each apply to the result of the one before."""
        return Prefix(self.grammar, text, self._after(edits), self._without)

    def without(self, span: Span) -> Prefix:
        """The prefix of the text without a stretch; no new one where all edits since the last lay in it."""
        text = self.text[: span.start] + self.text[span.end :]
        known = next(iter(self._without), None)
        if known is None or known.text != text:
            known = Prefix(self.grammar, text, self._after([Edit(span, "")]))
            self._without[:] = (known,)
        return known

    def _after(self, edits: Sequence[Edit]) -> tuple[Run, ...]:
        """What is known after edits."""
        runs = self._runs
        for edit in edits:
            runs = tuple(run.cut(edit.span.start) for run in runs if run.outlasts(edit.span))
        return runs

    def at(
        self,
        cursor: int,
        anchors: Sequence[int] = (),
        limit: int | None = None,
        beside: Callable[[int, int], bool] | None = None,
    ) -> CursorState | ParseFailure:
        """The state at a cursor, or where the text before it goes wrong.

        Args:
            cursor: the offset.
            anchors: offsets at or before it where a top-level element is known to begin, best first; those
                that are not at the margin are not trusted. An anchor of 0 means the start of the text and
                is always tried last. Where all are followed by an error, it is the last of these.
            limit: go back at least this far, as healing may need.
            beside: whether two lines stand in the same way in one node without errors between; where it is
                given, a long element is read from a line inside it.

        """
        limit = cursor if limit is None else limit
        usable = [
            *(anchor for anchor in anchors if anchor <= limit and self._is_sure(anchor)),
            0,
        ]
        stopped: _Stop | None = None
        for anchor in usable:
            inside = None if beside is None else self._inside(anchor, cursor, limit, beside)
            if inside is not None:
                return inside
            found = self._state(self._from(anchor, cursor), cursor, limit)
            if isinstance(found, CursorState):
                return found
            if stopped is None or found.offset > stopped.offset:
                stopped = found
        assert stopped is not None
        return ParseFailure(stopped.offset, self.grammar.expected(stopped.stack))

    def near(self, cursor: int, anchors: Sequence[int], limit: int) -> CursorState | None:
        """The state as it is read from the first of some anchors from which nothing is wrong; None of none.

        The arguments are those of `at`; what stands before the anchors is not looked at. If there is no such
        state, it is read from a line that is likely to be like one near the start of the text.
        """
        usable = [anchor for anchor in anchors if anchor <= limit and self._is_sure(anchor)]
        for anchor in usable:
            inside = self._inside(anchor, cursor, limit, None)
            found = inside or self._state(self._from(anchor, cursor), cursor, limit)
            if isinstance(found, CursorState):
                return found
        return self._inside(0, cursor, limit, None)

    def on(self, stack: Stack, offset: int, cursor: int, limit: int) -> CursorState | None:
        """The state at a cursor if all is read from an offset before it on, on a stack; None if it fits not.

        The other arguments are those of `at`.
        """
        found = self._state(self._extend(begun_at(offset, stack), cursor), cursor, limit)
        return found if isinstance(found, CursorState) else None

    def _inside(
        self, anchor: int, cursor: int, limit: int, beside: Callable[[int, int], bool] | None
    ) -> CursorState | None:
        """The state as it is read from a line inside a long element; None where none is like one before.

        Args:
            anchor: where the element begins.
            cursor: the offset.
            limit: begin before it.
            beside: as in `at`; without it, what is only likely will do.

        """
        if self.grammar.blocks is not None or cursor - self._begin(anchor).end < _LONG:
            return None
        for run in self._runs_inside(anchor, cursor, limit, beside):
            state = self._state(self._extend(run, cursor), cursor, limit)
            if isinstance(state, CursorState):
                self._keep(self._extend(run, cursor))
                return state
        return None

    def _runs_inside(
        self, anchor: int, cursor: int, limit: int, beside: Callable[[int, int], bool] | None
    ) -> Iterator[Run]:
        for run in self._runs:
            usable = run.like is not None and anchor < run.anchor <= limit and cursor - run.end < _LONG
            if usable and (beside is None or not run.likely or beside(run.like or 0, run.anchor)):
                yield replace(run, likely=run.likely and beside is None)
        head = self._keep(self._extend(self._begin(anchor), min(cursor, anchor + HEAD)))
        head = head.first(bisect_left(head.lexemes, anchor + HEAD, key=lambda lexeme: lexeme.start))
        for beat in beats(self.grammar, head.lexemes, head.stacks, self.text):
            for place in lines_like(beat, self.text, limit):
                if beside is None or beside(beat.offset, place):
                    yield replace(begun_at(place, beat.stack), like=beat.offset, likely=beside is None)
                    break

    @cached_property
    def _listed(self) -> int:
        """From where on an anchor is certain to be between two elements of the repetition at the root."""
        return first_between(self.grammar, self.text)

    def _is_sure(self, anchor: int) -> bool:
        """Whether an anchor is at the margin. Where a bracket is missing, others are inside elements."""
        if anchor < self._listed or (anchor and not begins_further(self.grammar, self.text, anchor)):
            return False
        return anchor == 0 or self.text[anchor - 1] == "\n" or anchor > _FAR

    def _begin(self, anchor: int) -> Run:
        """What was read from an anchor so far."""
        run = next((run for run in self._runs if run.anchor == anchor and run.like is None), None)
        if run is None:
            start = self.grammar.list_stack if anchor else self.grammar.start()
            assert start is not None
            run = begun_at(anchor, start)
        return run

    def _keep(self, run: Run) -> Run:
        self._runs = (run, *(other for other in self._runs if other.anchor != run.anchor))[:_MOST_RUNS]
        return run

    def _from(self, anchor: int, cursor: int) -> Run:
        return self._keep(self._extend(self._begin(anchor), cursor))

    def _extend(self, run: Run, cursor: int) -> Run:
        """Read on until a lexeme ends at or after the cursor, or nothing fits."""
        grammar, text = self.grammar, self.text
        lexemes: list[Lexeme] = []
        stacks: list[Stack] = []
        reach: list[int] = []
        offset = run.lexemes[-1].end if run.lexemes else run.anchor
        stack, seen = run.stacks[-1], run.reach[-1] if run.reach else 0
        while offset < cursor:
            lexeme = next_lexeme(grammar, stack, text, offset)
            if lexeme.terminal in (END, NOTHING) or lexeme.start >= cursor:
                break
            after = grammar.shift(stack, lexeme.terminal, text, lexeme.start, lexeme.end)
            if after is None:
                break
            seen = max(seen, self._reach(stack, offset, lexeme))
            reach.append(seen)
            lexemes.append(lexeme)
            stacks.append(after)
            stack, offset = after, lexeme.end
        if not lexemes:
            return run
        return replace(
            run,
            lexemes=run.lexemes.followed_by(lexemes),
            stacks=run.stacks.followed_by(stacks),
            reach=run.reach.followed_by(reach),
        )

    def _reach(self, stack: Stack, offset: int, lexeme: Lexeme) -> int:
        """How much of the text decided what is ignored from `offset` on, and the lexeme after it."""
        grammar, text, scanner = self.grammar, self.text, self.grammar.scanner_at(stack)
        reach = grammar.reach(scanner, text, lexeme.start, lexeme.terminal, lexeme.end)
        while offset < lexeme.start:
            found = scanner.match(text, offset)
            assert found is not None
            reach = max(reach, grammar.reach(scanner, text, offset, *found))
            offset = found[1]
        return reach

    def _state(self, run: Run, cursor: int, limit: int) -> CursorState | _Stop:
        count = bisect_left(run.lexemes, cursor, key=lambda lexeme: lexeme.end)
        rest = self._rest(run, count, cursor)
        if isinstance(rest, _Stop) and (growing := self._growing(run, count, cursor)) < count:
            rest = self._rest(run, growing, cursor)
        if isinstance(rest, _Stop):
            return rest
        commented, alive = rest
        whole = bisect_right(run.lexemes, cursor, key=lambda lexeme: lexeme.end)
        low = min(limit, alive)
        while count and run.lexemes[count - 1].end > low:
            count -= 1
        count = self._growing(run, count, cursor)
        offset = run.lexemes[count - 1].end if count else run.anchor
        here = run.stacks[whole] if commented else self._here(run, whole, cursor)
        return CursorState(
            cursor,
            offset,
            run.stacks[count],
            here,
            commented or self.grammar.is_outside(here),
            run.anchor,
            run.lexemes.first(whole),
            run.stacks.first(whole + 1),
            self.text.rfind("\n", 0, cursor) + 1,
        )

    def _here(self, run: Run, whole: int, cursor: int) -> Stack:
        """The stack after some lexemes; where blanks begin the cursor's line, as if it went on there."""
        grammar, stack, text = self.grammar, run.stacks[whole], self.text
        if grammar.blocks is None or text[text.rfind("\n", 0, cursor) + 1 : cursor].strip(" \t"):
            return stack
        offset = run.lexemes[whole - 1].end if whole else run.anchor
        lexeme = next_lexeme(grammar, stack, text[:cursor], offset)
        if lexeme.terminal != grammar.blocks.newline or lexeme.end != cursor:
            return stack
        return grammar.shift(stack, lexeme.terminal, text, lexeme.start, cursor) or stack

    def _growing(self, run: Run, count: int, cursor: int) -> int:
        """Of the lexemes before number `count`, the first that may still grow to the cursor, else `count`."""
        for index in range(max(0, count - 4), count):
            lexeme = run.lexemes[index]
            scanner = self.grammar.scanner_at(run.stacks[index])
            state = self.grammar.automaton.start(scanner.terminals)
            before = run.lexemes[index - 1].end if index else run.anchor
            if any(state.run(self.text, start, cursor).alive for start in (lexeme.start, before)):
                return index
        return count

    def _rest(self, run: Run, count: int, cursor: int) -> tuple[bool, int] | _Stop:
        """Skip what is ignored: whether the cursor stands in a comment, and where its lexeme begins.

        Lexemes from number `count` on are looked at as text. What is ignored may also begin a lexeme.
        """
        grammar, text = self.grammar, self.text
        stack, offset = run.stacks[count], run.lexemes[count - 1].end if count else run.anchor
        scanner = grammar.scanner_at(stack)
        begin = grammar.automaton.start(scanner.terminals)
        # A lexeme that goes over the cursor may hide that there are blanks before it.
        for end in (len(text), cursor):
            starts = self._skipped(scanner, offset, cursor, end)
            if starts[-1] >= cursor:
                return False, cursor
            for start in (starts[-1], *starts[-5:-1]):
                if begun(grammar, stack, text, start, cursor):
                    state = begin.run(text, start, cursor)
                    seen = state.alive - grammar.table.dead
                    return self._is_comment(seen, text[start:cursor]) and bool(state.step("x").alive), start
        return _Stop(starts[-1], stack)

    def _is_comment(self, seen: frozenset[str], begun: str) -> bool:
        """Whether something begun is to be ignored as far as is known, and no blanks."""
        ignored, ends = self.grammar.ignored, self.grammar.line_ends
        if seen & ends:
            begun = begun.rpartition("\n")[2]
        return bool(seen) and seen <= ignored | ends and bool(begun.strip())

    def _skipped(self, scanner: Scanner, offset: int, cursor: int, end: int) -> list[int]:
        """An offset and the ends of what is ignored from there on, up to a cursor; the text ends at `end`."""
        text = self.text if end == len(self.text) else self.text[:end]
        starts = [offset]
        while starts[-1] < cursor:
            found = scanner.match(text, starts[-1])
            if found is None or found[0] not in self.grammar.ignored or found[1] >= cursor:
                break
            starts.append(found[1])
        return starts
