"""Lark's own verdict on a suggestion: the exact judge of what the token mask only approximates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from lsp_server import cancellation
from lsp_server.cache import cached_property
from lsp_server.constraint.closing import closings, endings, finishing, ways
from lsp_server.constraint.cursor import CursorState
from lsp_server.constraint.emit import emit
from lsp_server.constraint.forced import forced
from lsp_server.constraint.hole import Cfg, Hole
from lsp_server.constraint.island import Island
from lsp_server.constraint.opened import in_string, opened
from lsp_server.constraint.rest import Rest, Stumble
from lsp_server.constraint.signs import closing_signs
from lsp_server.constraint.window import Window, WindowLexeme, stumbled, window_read, windows_begun
from lsp_server.lalr.grammar import END, Grammar
from lsp_server.lalr.lexing import NOTHING, drive, next_lexeme
from lsp_server.lalr.onward import goes_on, may_stand
from lsp_server.lalr.table import Stack

_LOOKS = 4
_BEGUN = 8
_CLOSINGS = 16
_LACKING = 2

_LONG = 5_000
"""What follows the cursor is read to its end where it has no more characters than this."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How a suggestion goes with what follows the cursor.

    `complete`: the whole text parses, or it parses up to a place from which the rest is read as it was. What
    follows the cursor has not become a comment, nor a bracket there a part of a string.
    `unfinished`: nothing follows the cursor, and the text is a beginning of a valid one, which ends with a
    whole lexeme, or inside one that goes over lines; what it leaves open may stay so: a bracket or a block.
    `excused`: there are mistakes elsewhere, and with nothing else typed there would be fewer.
    `stumbles`: what is wrong is read after the text.
    """

    complete: bool = False
    unfinished: bool = False
    excused: bool = False
    stumbles: bool = False

    @property
    def good(self) -> bool:
        """Whether the text is as valid with the suggestion as it can be, as far as that can be told."""
        return self.complete or self.unfinished


class Oracle:
    """Judges texts that might be typed at one cursor.

    Args:
        grammar: the language.
        text: the document.
        state: the cursor's state.
        windows: the readings of what follows the cursor, or what finds them when they are asked for.
        resumes: offsets after the cursor at which top-level elements begin and from which on the document
            has no syntax error; not asked for before a whole text is judged.
        cancelled: asked before each lexeme that is read to judge a whole text.
        apart: whether a keyword must not touch the word behind it, though the lexer would divide them.

    """

    def __init__(
        self,
        grammar: Grammar,
        text: str,
        state: CursorState,
        windows: Sequence[Window] | Callable[[], Sequence[Window]] = (),
        resumes: Iterable[int] = (),
        *,
        cancelled: Callable[[], bool] = lambda: False,
        apart: bool = False,
    ) -> None:
        self._grammar = grammar
        self._apart = apart
        self._text = text
        self._state = state
        self._find_windows = windows
        self._first = min(state.offset, grammar.looks_back)
        self._before = text[state.offset - self._first : state.cursor]
        self._resuming = resumes
        self._committed: tuple[str, Stack, int] = ("", state.stack, self._first)
        self._stack = state.stack
        self._commented = state.commented
        self._fits: dict[str, Fit] = {}
        self._cancelled = cancelled
        self.stumbled = False
        """Whether some text was refused for what stands after it, since this was last set."""
        self.fitted = False
        """Whether some text was found after which nothing is wrong."""

    @cached_property
    def _suffix(self) -> str:
        return self._text[self._state.cursor :]

    @cached_property
    def island(self) -> Island:
        """The island of the language that the cursor is in, if it is in one."""
        return Island(self._grammar, self._suffix)

    @cached_property
    def _windows(self) -> Sequence[Window]:
        found = self._find_windows
        return found() if callable(found) else found

    @cached_property
    def _rest(self) -> Rest:
        return Rest(self._grammar, self._suffix)

    @cached_property
    def _resumes(self) -> frozenset[int]:
        return frozenset(offset - self._state.cursor for offset in self._resuming)

    def _swallows(self, swallowed: Sequence[Stack]) -> bool:
        """Whether elements after the cursor are read as parts of another one, one like the next.

        Given are the stacks before those known to begin; to read on shows that there is no end to that.
        """
        all_of_them = len(swallowed) == len(self._resumes)
        return all_of_them and any(one.same_as(following) for one, following in pairwise(swallowed))

    def viable(self, typed: str) -> bool:
        """Whether some valid text begins with the document up to the cursor and then `typed`.

        Lexemes that no further letter can change are parsed; what is left at the end must be a beginning
        of a lexeme that the parser can shift, or begin with a shorter one.
        """
        return self._unsettled(typed) is not None

    def _unsettled(self, typed: str) -> tuple[Stack, int] | None:
        """The stack before what is left at the end, and where in the whole that begins; None if not viable.

        What was settled is kept, with as much of the text as it depended on.
        """
        text = self._before + typed
        read, stack, offset = self._committed
        if not text.startswith(read):
            read, stack, offset = "", self._stack, self._first
        grammar, reach, sure = self._grammar, len(read), True
        while offset < len(text):
            scanner = grammar.scanner_at(stack)
            begin = grammar.automaton.start(scanner.terminals)
            alive = begin.run(text, offset, len(text)).alive
            if alive:
                if sure:
                    self._committed = (text[:reach], stack, offset)
                if self._may_begin(stack, alive, text, offset):
                    return stack, offset
                sure = False
            found = scanner.match(text, offset)
            if found is None:
                return None
            reach = max(reach, begin.reach(text, offset))
            if found[0] not in grammar.ignored:
                after = self._shifted(stack, found[0], text, offset, found[1])
                if after is None:
                    return None
                stack = after
            offset = found[1]
            if offset >= len(self._before) and self._glued(found[0], text, offset):
                return None
        return stack, offset

    def _glued(self, terminal: str, text: str, place: int) -> bool:
        """Whether two words touch at a place where a lexeme ends, as they must not."""
        grammar = self._grammar
        if grammar.dynamic:
            return 0 < place < len(text) and _wordlike(text[place - 1 : place + 1])
        return self._apart and glued(grammar, terminal, text, place)

    def _shifted(self, stack: Stack, terminal: str, text: str, start: int, end: int) -> Stack | None:
        """The stack after a lexeme; None also where nothing can follow that, as after what a rule forbids.

        What is outside of the language is not for us to write.
        """
        if self._leaves(stack, start) or (terminal in self.island.forbidden and end > len(self._before)):
            return None
        after = self._grammar.shift(stack, terminal, text, start, end)
        return after if after is not None and goes_on(self._grammar.table, after) else None

    def _leaves(self, stack: Stack, start: int) -> bool:
        """Whether what is typed from a place on would be outside of the language."""
        return start >= len(self._before) and self._grammar.is_outside(stack)

    def _may_begin(self, stack: Stack, alive: frozenset[str], text: str, offset: int) -> bool:
        """Whether what stands from an offset on may become one of some terminals and fit, or be ignored."""
        grammar, table = self._grammar, self._grammar.table
        alive -= self.island.forbidden
        if self._leaves(stack, offset):
            return False
        if grammar.blocks is None or grammar.line_ends.isdisjoint(alive):
            return any(name in grammar.ignored or may_stand(table, stack, name) for name in alive)
        given = max(len(self._before) - offset, 0)
        return grammar.blocks.takes_typed(stack, text[offset:], given) or any(
            may_stand(table, stack, name) for name in alive - grammar.line_ends
        )

    def forced(self, typed: str) -> str:
        """The letters that have to follow the document up to the cursor and `typed`, if some have to.

        There are none where what follows the cursor may go on with them.
        """
        unsettled = self._unsettled(typed)
        if unsettled is None:
            return ""
        stack, offset = unsettled
        found = forced(self._grammar, stack, (self._before + typed)[offset:])
        return "" if found[:1].casefold() == self._suffix[:1].casefold() else found

    def boundaries(self, typed: str) -> tuple[int, ...]:
        """The offsets in `typed` at which a lexeme ends, in order."""
        return tuple(end for _, end in self._lexemes(typed) if end > 0)

    def said(self, typed: str) -> list[tuple[str, int]]:
        """The lexemes of the cursor's line, as far as `typed`, each with where it ends in that.

        Of those that end before the cursor that is 0 or less.
        """
        state = self._state
        before: list[tuple[str, int]] = []
        for lexeme in reversed(state.read):
            if lexeme.start < state.line:
                break
            if lexeme.end <= state.offset:
                before.append((self._text[lexeme.start : lexeme.end], lexeme.end - state.cursor))
        return [*before[::-1], *self._lexemes(typed)]

    def comment_in(self, typed: str) -> int | None:
        """Where a comment begins in `typed` before anything else does; None if none does."""
        grammar, text, border = self._grammar, self._before + typed, len(self._before)
        stack, offset = self._stack, self._first
        while offset < len(text):
            found = grammar.scanner_at(stack).match(text, offset)
            if found is None:
                return None
            terminal, end = found
            if terminal in grammar.ignored:
                if offset >= border and text[offset:end].strip():
                    return offset - border
            else:
                after = grammar.shift(stack, terminal, text, offset, end)
                if after is None or end > border:
                    return None
                stack = after
            offset = end
        return None

    def _lexemes(self, typed: str) -> Iterator[tuple[str, int]]:
        """Each lexeme from the cursor's state on, and where it ends in `typed`."""
        text = self._before + typed
        for lexeme, _ in drive(self._grammar, self._stack, text, self._first):
            if lexeme.terminal not in (END, NOTHING):
                yield text[lexeme.start : lexeme.end], lexeme.end - len(self._before)

    def ending(self, typed: str, fits: Callable[[str], bool], *, in_line: bool) -> str | None:
        """What ends the lexeme that a text ends in, and signs that close what is open, if that fits."""
        if (begun := self._begun(typed)) is None:
            return None
        stack, partial = begun
        ended = (
            ending + signs
            for ending, after in endings(self._grammar, stack, partial)
            for signs in closing_signs(self._grammar, after, self._windows, in_line=in_line)
        )
        return next((closing for closing in ended if fits(typed + closing)), None)

    def closing(self, typed: str, fits: Callable[[str], bool] | None = None) -> str | None:
        """A short text after which `typed` fits, made of fixed lexemes; None where none is found.

        `fits` may ask for more than `fit` does.
        """
        fits = fits or (lambda text: self.fit(text).good)
        if (begun := self._begun(typed)) is None:
            return None
        stack, partial = begun
        windows: Sequence[Window] = self._windows
        for _ in range(_LOOKS):
            stuck = None
            for closing in islice(closings(self._grammar, stack, partial, windows), _CLOSINGS):
                if fits(typed + closing):
                    return closing
                stuck = typed + closing if stuck is None else stuck
            before, windows = windows, () if stuck is None else self.farther(stuck)
            if not windows or windows == before:
                break
        return None if stuck is None else self._with_what_lacks(typed, stuck, fits)

    def finishing(self, typed: str) -> Iterator[str]:
        """Texts that finish all that `typed` leaves open, as if nothing followed the cursor, best first."""
        if (begun := self._begun(typed)) is not None:
            yield from finishing(self._grammar, *begun)

    def _begun(self, typed: str) -> tuple[Stack, str] | None:
        """The stack before what is left at the end, and that after the blanks; None if not viable.

        The end of a line may be a lexeme.
        """
        unsettled = self._unsettled(typed)
        if unsettled is None:
            return None
        stack, offset = unsettled
        text = (self._before + typed)[offset:]
        found = self._grammar.scanner_at(stack).match(text, 0)
        while found is not None and found[0] in self._grammar.ignored and text[: found[1]].isspace():
            text = text[found[1] :]
            found = self._grammar.scanner_at(stack).match(text, 0)
        return stack, text

    def _with_what_lacks(self, typed: str, stuck: str, fits: Callable[[str], bool]) -> str | None:
        """A closing, and what lacks after it where the parser stumbles, however far that is, written here."""
        if self.fit(stuck).complete:
            return None
        stumble = self._stumble(stuck)
        text, start = self._before + stuck + self._suffix, len(self._before) + len(stuck) + stumble.place
        found = stumbled(self._grammar, stumble.stack, text, start)
        if found is None:
            return None
        window = Window((WindowLexeme(frozenset((found[0],))),), open=found[0] != END)
        for lacking in islice(closings(self._grammar, stumble.stack, "", (window,)), _LACKING):
            if fits(stuck + lacking):
                return stuck[len(typed) :] + lacking
        return None

    def _stumble(self, typed: str) -> Stumble:
        """Where the parser stumbles in the document with a text at the cursor, or where that ends."""
        text, border = self._before + typed + self._suffix, len(self._before) + len(typed)
        found = Stumble(self._first - border, self._stack)
        for lexeme, stack in drive(self._grammar, self._stack, text, self._first):
            found = Stumble(lexeme.start - border, stack)
            known = self._rest.stumble_from(found.place, stack)
            if known is not None:
                return known
        return found

    def ways(
        self, typed: str, windows: Sequence[Window] | None = None, *, in_line: bool
    ) -> Iterator[tuple[str, str]]:
        """Shortest ways to where `typed` fits: what its last lexeme lacks, and a grammar of what follows.

        Args:
            typed: the text at the cursor.
            windows: what is to follow, as far as it is looked at; None for some lexemes of it.
            in_line: whether nothing that needs a line end is to be written.

        """
        if (begun := self._begun(typed)) is None:
            return
        stack, partial = begun
        table = self._grammar.table
        readings = self._all_windows if windows is None else windows
        for way in ways(self._grammar, stack, partial, readings, fixed=False, in_line=in_line):
            cfg = Cfg(Hole(), {Hole(): (way.terminals,)}, table)
            yield way.ending, emit(self._grammar.blanks_only, cfg, way.tag, way.lines)

    @cached_property
    def _all_windows(self) -> tuple[Window, ...]:
        begun = windows_begun(self._grammar, self._text, self._state, _BEGUN)
        return (*self._windows, *begun)

    def farther(self, typed: str) -> tuple[Window, ...]:
        """What the parser reads after a text that does not fit, up to where it stumbles; none if too far."""
        text = self._before + typed + self._suffix
        window = window_read(self._grammar, self._stack, text, self._first, len(self._before) + len(typed))
        return () if window is None else (window,)

    def fit(self, typed: str) -> Fit:
        """How the document parses with `typed` at the cursor. Raises StoppedError where it is cancelled."""
        known = self._fits.get(typed)
        if known is None:
            known = self._fits[typed] = self.judged(typed)
        self.stumbled = self.stumbled or known.stumbles
        self.fitted = self.fitted or (known.complete and not known.excused)
        return known

    def judged(self, typed: str) -> Fit:
        """The same, found out anew."""
        if self._closes_early(typed):
            return Fit()
        grammar = self._grammar
        text = self._before + typed + self._suffix
        border = len(self._before) + len(typed)
        stack, offset = self._stack, self._first
        last: int | None = None
        ended = NOTHING
        begun: list[int] = []
        swallowed: list[Stack] = []
        is_long = len(self._suffix) > _LONG
        rest = self._rest
        rest.begin()
        while True:
            cancellation.check(self._cancelled)
            lexeme = next_lexeme(grammar, stack, text, offset)
            if lexeme.start == border and typed and self._glued(ended, text, border):
                return Fit()
            if (
                not self._commented
                and offset < border < lexeme.start
                and hides(grammar, stack, text, offset, border)
            ):
                return Fit()
            if lexeme.start < border < lexeme.end and lexeme.terminal in grammar.line_ends:
                hidden = text[border : lexeme.end].partition("\n")[0].strip()
                if hidden and not self._commented:
                    return Fit()
            ends = lexeme.terminal == END and grammar.finishes(stack)
            place = lexeme.start - border
            if ends or rest.ends_well(place, stack):
                rest.ended_well()
                return Fit(complete=True)
            if rest.goes_well(place, stack):
                rest.went_well()
                return Fit(complete=True)
            stumble = rest.stumble_from(place, stack)
            after = None
            if stumble is None and lexeme.terminal not in (END, NOTHING):
                # Behind the border what comes next shows whether something can.
                shift = self._shifted if place < 0 else grammar.shift
                after = shift(stack, lexeme.terminal, text, lexeme.start, lexeme.end)
            if after is None:
                if stumble is None and (not self._suffix or self._suffix.isspace()):
                    if lexeme.terminal == END:
                        return Fit(unfinished=self._may_stay_open(stack))
                    goes_over = "\n" in self._before[lexeme.start :] or self._ends_line(text, lexeme.start)
                    return Fit(unfinished=goes_over and self.viable(typed + self._suffix))
                stumble = (stumble or Stumble(place, stack)).after(place, last, begun)
                rest.stumbled(stumble)
                well = stumble.begun and not self._resumes.isdisjoint(stumble.begun)
                return Fit(complete=True) if well else Fit(stumbles=stumble.place >= 0)
            if place >= 0:
                if grammar.begins_element(lexeme.terminal, after):
                    if place in self._resumes:
                        rest.went_well()
                        return Fit(complete=True)
                    begun.append(place)
                elif is_long and place in self._resumes:
                    swallowed.append(stack)
                    if self._swallows(swallowed):
                        return Fit(stumbles=True)
                last = place
            stack, offset, ended = after, lexeme.end, lexeme.terminal

    def _closes_early(self, typed: str) -> bool:
        """Whether a text closes what the bracket after the cursor closes, and that is text then.

        There is no harm in it where that bracket closes something else then, as in `a) + f(b`.
        """
        sign = self._suffix[:1]
        opener = next((one for one, closer in self._grammar.language.brackets if closer == sign), None)
        if opener is None or sign not in typed:
            return False
        text, end = self._before + typed + sign, len(self._before) + len(typed)
        opened, closer = 0, ""
        for lexeme, _ in drive(self._grammar, self._stack, text, self._first):
            if lexeme.end > end:
                terminal = self._grammar.terminals.get(lexeme.terminal)
                is_text = terminal is not None and terminal.word is None
                return is_text and closer not in ("", lexeme.terminal)
            if lexeme.start >= len(self._before) and not closer:
                read = text[lexeme.start : lexeme.end]
                opened += read.endswith(opener) - (read == sign)
                closer = lexeme.terminal if opened < 0 else ""
        return False

    def _may_stay_open(self, stack: Stack) -> bool:
        """Whether what is open after the last lexeme may be left so: a bracket or a block, no statement."""
        grammar, before = self._grammar, self._state.before_line
        if in_string(grammar, stack) and not in_string(grammar, before):
            return False
        return opened(grammar, stack)

    def _ends_line(self, text: str, start: int) -> bool:
        """Whether a text ends with the end of a line, which only a further one can settle."""
        return bool(self._grammar.line_ends) and not text[start:].strip()


def glued(grammar: Grammar, terminal: str, text: str, place: int) -> bool:
    """Whether a keyword ends at a place, and a word begins there, as nobody writes them.

    A lexer divides them where the keyword cannot be a part of a longer word, as `read` before a name in a
    rule that begins with it.
    """
    word = grammar.terminals[terminal].word if terminal in grammar.terminals else None
    if word is None or len(word) < 2 or not grammar.ignored:
        return False
    touching = text[place - 1 : place + 1]
    return _wordlike(touching) and not any(map(str.isdigit, touching))


def _wordlike(text: str) -> bool:
    return len(text) > 1 and text.replace("_", "a").isalnum()


def hides(grammar: Grammar, stack: Stack, text: str, offset: int, border: int) -> bool:
    """Whether something ignored that begins before a border, a comment, hides what stands after it."""
    scanner = grammar.scanner_at(stack)
    while offset < border:
        found = scanner.match(text, offset)
        if found is None or found[0] not in grammar.ignored:
            return False
        offset = found[1]
    return bool(text[border:offset].strip())
