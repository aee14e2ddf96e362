"""The lexemes that stand after a cursor, read without knowing the parser's state there.

What a text is read as depends on what may stand where it begins. Here that is approximated by the states
that the lexeme before it may lead to, among those of the lexical mode that the text is in. So each lexeme
is a set of terminals, and one that may also be skipped is optional. The oracle settles later, on the
joined text, what it really is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from lsp_server.constraint.cursor import CursorState
from lsp_server.lalr.automaton import State
from lsp_server.lalr.grammar import Grammar
from lsp_server.lalr.lexing import NOTHING, drive
from lsp_server.lalr.lines import Lines
from lsp_server.lalr.table import END, Stack

_FORKS = 6
_LONGEST_TAIL = 400
_LONGEST_BEGUN = 80
_FARTHEST = 160
_LONGEST = 1_000
"""Of a lexeme with more characters only the longest matches of terminals are looked at."""

_OPENED = 2
"""So many blocks may be opened in what is typed that the line after it ends."""

_GAP = 2
"""A lexeme that may end, and may end again not farther on than this, as `1.5` may, is read to there."""


@dataclass(frozen=True, slots=True)
class WindowLexeme:
    """One lexeme after the cursor: the terminals it may be, and whether it may be ignored text instead."""

    terminals: frozenset[str]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """The first lexemes after a cursor; `open` unless the text ends with the last of them (then `END`).

    Of the first one only its end, the `tail`, stands there, if that is not empty: it begins before it. Else,
    if it is `touching`, it stands right at the cursor.
    `places` are the offsets in the text at which the lexemes begin, and that up to which was read.
    """

    lexemes: tuple[WindowLexeme, ...]
    open: bool
    tail: str = ""
    touching: bool = False
    places: tuple[int, ...] = field(default=(), compare=False)

    def first(self, count: int) -> Window:
        """The window cut to its first lexemes."""
        if count >= len(self.lexemes):
            return self
        return replace(self, lexemes=self.lexemes[:count], open=True, places=self.places[: count + 1])


def windows(grammar: Grammar, text: str, state: CursorState, size: int) -> tuple[Window, ...]:
    """The readings of the text after a cursor, the likelier first, each up to `size` lexemes long.

    Where the cursor is inside a lexeme, the first take what follows for its end. The others take it to go on
    in the mode at the cursor, or in the modes around that, since what was open at the cursor may be about to
    be closed. One that can be read further is the likelier.
    """
    arounds = dict.fromkeys((grammar.modes_at(state.here), grammar.modes_at(state.stack)))
    found: list[Window] = []
    for around in dict.fromkeys(modes[index:] for modes in arounds for index in range(len(modes))):
        candidates = grammar.accepted_in[around[0]] - grammar.table.dead
        start = _Reading(state.cursor, (), candidates, around, lines=state.lines)
        ahead = _finish(grammar, text, state.here.tag, start, size)
        found.extend(replace(window, touching=window.places[0] == state.cursor) for window in ahead)
    inside = [window for around in arounds for window in _inside(grammar, text, state, around, size)]
    full = [window for window in dict.fromkeys((*inside, *found)) if window.lexemes]
    return tuple(sorted(full, key=lambda w: (not w.tail, -len(w.lexemes) if w.open else -size)))


def _inside(
    grammar: Grammar, text: str, state: CursorState, around: tuple[str, ...], size: int
) -> Iterator[Window]:
    """The readings in which what follows is the end of a lexeme that the cursor is in."""
    for end, terminals in _tails(grammar, text, state).items():
        start = _Reading(state.cursor, (), frozenset(), around, lines=state.lines)
        for reading in _past(grammar, start, end, terminals, optional=False):
            for window in _finish(grammar, text, state.here.tag, reading, size):
                ended = _ended(grammar, window, end)
                if ended.lexemes[0].terminals:
                    yield replace(ended, tail=text[state.cursor : end])


def _ended(grammar: Grammar, window: Window, end: int) -> Window:
    """A window without those terminals as which its first lexeme would go on into what stands at its end."""
    first, *others = window.lexemes
    if not others or window.places[1] != end:
        return window
    gaps, after = grammar.apart, others[0].terminals
    kept = (name for name in first.terminals if name not in gaps or after.isdisjoint(gaps[name].touching))
    return replace(window, lexemes=(replace(first, terminals=frozenset(kept)), *others))


def windows_begun(grammar: Grammar, text: str, state: CursorState, size: int) -> tuple[Window, ...]:
    """The readings in which something that is to be typed goes on after the cursor.

    That is a lexeme, of which the end stands there, or a mode, such as the inside of a string. The one that
    can be read further is the likelier.
    """
    around = grammar.modes_at(state.here)
    accepted = grammar.accepted_in.values()
    every = frozenset[str]().union(*accepted) - grammar.table.dead - grammar.ignored - grammar.line_ends
    begun = grammar.automaton.start(every).onward()
    found: list[Window] = []
    for end, terminals in _ends(begun, text, state.cursor, set(every), _LONGEST_BEGUN).items():
        start = _Reading(state.cursor, (), frozenset(), around, lines=state.lines)
        for reading in _past(grammar, start, end, terminals, optional=False):
            full = _finish(grammar, text, state.here.tag, reading, size)
            found.extend(replace(window, tail=text[state.cursor : end]) for window in full)
    for mode in grammar.accepted_in:
        if mode not in around:
            candidates = grammar.accepted_in[mode] - grammar.table.dead
            start = _Reading(state.cursor, (), candidates, (mode, *around), lines=state.lines)
            found.extend(_finish(grammar, text, state.here.tag, start, size))
    whole = [window for window in dict.fromkeys(found) if window.lexemes]
    return tuple(sorted(whole, key=lambda w: -len(w.lexemes) if w.open else -size))


def _tails(grammar: Grammar, text: str, state: CursorState) -> Mapping[int, frozenset[str]]:
    """Where lexemes may end that are begun before the cursor, and which terminals they are."""
    stack, offset, cursor = state.stack, state.offset, state.cursor
    while offset < cursor:
        scanner = grammar.scanner_at(stack)
        lexemes = scanner.terminals - grammar.ignored - grammar.line_ends
        begun = grammar.automaton.start(lexemes).run(text, offset, cursor)
        if begun.alive:
            return _ends(begun.onward(), text, cursor, {n for n in begun.alive if grammar.takes(stack, n)})
        found = scanner.match(text, offset)
        after = stack if found is not None and found[0] in grammar.ignored else None
        if found is not None and after is None:
            after = grammar.shift(stack, found[0], text, offset, found[1])
        if found is None or after is None:
            break
        stack, offset = after, found[1]
    return {}


def _ends(
    state: State, text: str, cursor: int, terminals: set[str], longest: int = _LONGEST_TAIL
) -> Mapping[int, frozenset[str]]:
    """Where each of some terminals may first end after the cursor; of ends close together, the last."""
    ends: dict[str, int] = {}
    for end in range(cursor + 1, min(cursor + longest, len(text)) + 1):
        state = state.step(text[end - 1])
        ends.update((name, end) for name in state.accepting & terminals if end - ends.get(name, end) <= _GAP)
        if not state.alive & terminals - {name for name, last in ends.items() if end - last >= _GAP}:
            break
    grouped: dict[int, set[str]] = {}
    for name, end in ends.items():
        grouped.setdefault(end, set()).add(name)
    return {end: frozenset(names) for end, names in sorted(grouped.items())}


def ends_of_begun(
    grammar: Grammar, text: str, cursor: int, begun: State | None = None
) -> Iterator[tuple[str, int]]:
    """Where each terminal may end after a cursor if it begins before it, or in what is typed there.

    A fixed word may end in several places, and of the others each in the last of those close together.
    `begun` is where the automaton may be at the cursor; it may be anywhere if that is not given.
    """
    every = frozenset(grammar.terminals) - grammar.table.dead - grammar.ignored
    words = {name for name in every if grammar.terminals[name].word is not None}
    begun, last = begun or grammar.automaton.start(every).onward(), dict[str, int]()
    for end in range(cursor + 1, min(cursor + _LONGEST_TAIL, len(text)) + 1):
        begun = begun.step(text[end - 1])
        if not begun.alive & every:
            break
        for terminal in begun.accepting & every:
            if terminal in words:
                yield terminal, end
            elif end - last.get(terminal, end) > _GAP:
                yield terminal, last[terminal]
            last[terminal] = end
    yield from ((terminal, end) for terminal, end in last.items() if terminal not in words)


def ends_of_ignored(grammar: Grammar, text: str, cursor: int) -> Iterator[int]:
    """Where something ignored may end after line ends behind a cursor if it begins in what is typed there.

    What reads a line end by itself as nothing is left out: there the text is read so anyway.
    """
    names = grammar.ignored - grammar.blanks_only.ignored
    begun = grammar.automaton.start(names).onward()
    for end in range(cursor + 1, len(text) + 1):
        begun = begun.step(text[end - 1])
        if not begun.alive & names or not text[end - 1].isspace():
            return
        if text[end - 1] == "\n" and begun.accepting & names:
            yield end


def window_read(grammar: Grammar, stack: Stack, text: str, offset: int, border: int) -> Window | None:
    """What the parser itself reads from a border on, up to and with the lexeme that it stumbles over.

    None where that is too far, or no lexeme of the language. One that begins before the border and ends
    after it is a tail.
    """
    lexemes: list[WindowLexeme] = []
    tail, reached = "", stack
    for lexeme, before in drive(grammar, stack, text, offset):
        start, end, reached = lexeme.start, lexeme.end, before
        if lexeme.terminal in (END, NOTHING):
            break
        if end > border:
            read = _any_of(grammar, before, text, start, end, lexeme.terminal)
            if start < border:
                tail, read = text[border:end], replace(read, optional=False)
            lexemes.append(read)
        if len(lexemes) > _FARTHEST:
            return None
    next_ = stumbled(grammar, reached, text, start)
    if next_ is None or start < border:
        return None
    if next_[0] == END:
        return Window((*lexemes, WindowLexeme(frozenset((END,)))), open=False, tail=tail)
    read = _any_of(grammar, reached, text, start, next_[1], next_[0])
    return Window((*lexemes, read), True, tail) if read.terminals else None


def stumbled(grammar: Grammar, stack: Stack, text: str, offset: int) -> tuple[str, int] | None:
    """The terminal that does not fit after a stack, and its end; None where none can be read."""
    if offset >= len(text):
        return END, offset
    candidates = grammar.accepted_in[grammar.modes[stack.state]] - grammar.table.dead
    return grammar.scanner(candidates, stack.tag).match(text, offset)


def _any_of(grammar: Grammar, stack: Stack, text: str, start: int, end: int, terminal: str) -> WindowLexeme:
    """A lexeme as any of the terminals that it may be in the mode after a stack."""
    candidates = grammar.accepted_in[grammar.modes[stack.state]] - grammar.table.dead
    states = _readings(grammar, candidates | grammar.ignored, text, start, end, terminal)
    return WindowLexeme(states - grammar.ignored, bool(states & grammar.ignored))


def _readings(
    grammar: Grammar, terminals: frozenset[str], text: str, start: int, end: int, known: str
) -> frozenset[str]:
    """Of some terminals, those that a stretch of a text may be; of a long one, those that end there.

    With them comes the one that it is `known` to be: to read a very long one again would take a while.
    """
    if end - start <= _LONGEST:
        return grammar.automaton.start(terminals).run(text, start, end).accepting | {known}
    lexicon = grammar.lexicon
    found = ((terminal, lexicon.match_of(terminal)) for terminal in lexicon.beginning(text[start], ()))
    others = terminals - {known}
    ends = {terminal.name: match(text, start) for terminal, match in found if terminal.name in others}
    return frozenset(n for n, match in ends.items() if match is not None and match.end() == end) | {known}


@dataclass(frozen=True, slots=True)
class _Reading:
    """Lexemes up to an offset, the terminals that may come next, and the modes there, innermost first.

    `lines` is what is open by indentation, for sure if a line has ended since the cursor (`settled`).
    """

    offset: int
    lexemes: tuple[WindowLexeme, ...]
    candidates: frozenset[str]
    around: tuple[str, ...]
    places: tuple[int, ...] = ()
    lines: Lines | None = None
    settled: bool = False

    def window(self) -> Window:
        """The window so far, which may go on."""
        return Window(self.lexemes, open=True, places=(*self.places, self.offset))

    def ended(self) -> Window:
        """The window at the end of the text."""
        places = (*self.places, self.offset, self.offset)
        return Window((*self.lexemes, WindowLexeme(frozenset((END,)))), open=False, places=places)


def _finish(
    grammar: Grammar,
    text: str,
    tag: str | None,
    start: _Reading,
    size: int,
) -> Iterator[Window]:
    """All ways to go on with a reading; of more than `_FORKS` forks only one way is gone."""
    pending = [start]
    forks = 0
    while pending:
        reading = pending.pop()
        if reading.offset >= len(text) and len(reading.lexemes) < size:
            yield _closed(grammar, _with_last_line_end(grammar, text, reading)).ended()
            continue
        found = None
        if len(reading.lexemes) < size:
            found = grammar.scanner(reading.candidates, tag).match(text, reading.offset)
        if found is None:
            yield reading.window()
            continue
        further = list(_further(grammar, text, reading, found))
        forks += len(further) - 1
        pending.extend(reversed(further if forks < _FORKS else further[:1]))


def _further(grammar: Grammar, text: str, reading: _Reading, found: tuple[str, int]) -> Iterator[_Reading]:
    """A reading with one more lexeme, once for each mode that may follow it, nearer modes first."""
    name, end = found
    candidates = reading.candidates
    if name in grammar.ignored:
        lines, settled = reading.lines, reading.settled
        yield _Reading(end, reading.lexemes, candidates, reading.around, reading.places, lines, settled)
        return
    if name in grammar.line_ends:
        yield from _past_line(grammar, text, reading, end)
        return
    readings = _readings(grammar, candidates | grammar.ignored, text, reading.offset, end, name)
    terminals = readings - grammar.ignored
    if end - reading.offset <= _LONGEST:  # a word is shorter
        terminals = grammar.as_read(terminals, text, reading.offset, end)
    yield from _past(grammar, reading, end, terminals, optional=not readings.isdisjoint(grammar.ignored))


def _past(
    grammar: Grammar, reading: _Reading, end: int, terminals: frozenset[str], *, optional: bool
) -> Iterator[_Reading]:
    """A reading with a lexeme that may be any of some terminals, once for each mode that may follow it."""
    lexemes = (*reading.lexemes, WindowLexeme(terminals, optional))
    places = (*reading.places, reading.offset)
    lines = reading.lines if reading.lines is None else _moved(grammar, reading.lines, terminals)
    for around, following in _following(grammar, terminals, reading.around):
        candidates = following | reading.candidates if optional else following
        yield _Reading(end, lexemes, candidates, around, places, lines, reading.settled)


@lru_cache(maxsize=1024)
def _following(
    grammar: Grammar, terminals: frozenset[str], around: tuple[str, ...]
) -> tuple[tuple[tuple[str, ...], frozenset[str]], ...]:
    """The modes that may follow some terminals, with those around, and what is looked for there."""
    reached = [state for terminal in sorted(terminals) for state in grammar.after.get(terminal, ())]
    modes = dict.fromkeys(mode for mode in around if any(grammar.modes[state] == mode for state in reached))
    nearer = [around[around.index(mode) :] for mode in modes]
    opened = [state for state in reached if not nearer or state in grammar.opening]
    others = sorted({grammar.modes[state] for state in opened} - set(around))
    again = sorted({grammar.modes[state] for state in opened} & set(around[1:])) if nearer else []
    found = []
    for after in dict.fromkeys((*nearer, *((mode, *around) for mode in (*others, *again)))):
        accepts = (grammar.table.accepts[state] for state in reached if grammar.modes[state] == after[0])
        found.append((after, frozenset[str]().union(*accepts) - grammar.table.dead))
    return tuple(found)


def _moved(grammar: Grammar, lines: Lines, terminals: frozenset[str]) -> Lines:
    """What is open after a lexeme that may be a bracket."""
    assert grammar.blocks is not None
    moved = {grammar.blocks.layout.brackets.get(terminal, 0) for terminal in terminals}
    return lines.moved(max(min(moved), -lines.brackets)) if len(moved) == 1 else lines


def _past_line(grammar: Grammar, text: str, reading: _Reading, end: int) -> Iterator[_Reading]:
    """A reading with the end of a line, and what the indentation of the next one stands for.

    Within brackets it is skipped, or they are closed in what is typed.
    """
    assert reading.lines is not None
    if reading.lines.brackets:
        yield replace(reading, offset=end)
        if reading.settled:
            return
        reading = replace(reading, lines=replace(reading.lines, brackets=0))
    for after in _past(grammar, reading, end, grammar.line_ends, optional=False):
        yield from _turned(grammar, text, after)


def _turned(grammar: Grammar, text: str, reading: _Reading) -> Iterator[_Reading]:
    """A reading with what indents the line that begins there, or dedents it.

    What was typed before the first line end may open and end blocks itself. A line that is no line of a block
    is the last that is read.
    """
    blocks, lines = grammar.blocks, reading.lines
    assert blocks is not None
    assert lines is not None
    column = blocks.layout.column(text[text.rfind("\n", 0, reading.offset) : reading.offset])
    assert column is not None
    turn = blocks.layout.turn(lines, column)
    if reading.settled:
        if turn is not None:
            yield _with_marks(grammar, replace(reading, lines=turn[1]), turn[0], optional=False)
        return
    indent, dedent = blocks.layout.marks
    ended = sum(level > column for level in lines.levels)
    marks = (indent,) if column > lines.column else (dedent,) * (ended + _OPENED)
    levels = (*(level for level in lines.levels if level < column), column)
    after = replace(reading, lines=replace(lines, levels=levels), settled=True)
    yield _with_marks(grammar, after, marks, optional=True)


def _with_last_line_end(grammar: Grammar, text: str, reading: _Reading) -> _Reading:
    """A reading with the end of the last line, if the text has none: who types on there has yet to end it."""
    if not grammar.last_line_ends or text.endswith(("\n", "\r")):
        return reading
    return next(_past(grammar, reading, reading.offset, grammar.last_line_ends, optional=True), reading)


def _closed(grammar: Grammar, reading: _Reading) -> _Reading:
    """A reading with what ends the blocks that are open where the text ends."""
    if reading.lines is None or grammar.blocks is None:
        return reading
    dedents = len(reading.lines.levels) - 1 + (0 if reading.settled else _OPENED)
    marks = (grammar.blocks.layout.rules.dedent,) * dedents
    return _with_marks(grammar, reading, marks, optional=not reading.settled)


def _with_marks(grammar: Grammar, reading: _Reading, terminals: Iterable[str], *, optional: bool) -> _Reading:
    """A reading with terminals that have no text."""
    lines, settled = reading.lines, reading.settled
    for terminal in terminals:
        further = _past(grammar, reading, reading.offset, frozenset((terminal,)), optional=optional)
        reading = next(further, reading)
    return replace(reading, lines=lines, settled=settled)
