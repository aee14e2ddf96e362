"""How the lines below a cursor are read if what is typed does no more than the layout promises.

The next line is indented as lines are inside one of the brackets that are open. That settles how the parser
stands when it comes there, and so how it reads from there on: up to an error, maybe, which then is none of
what was typed, or up to a line that is indented otherwise, from which on nothing is sure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from lsp_server.constraint.closing import closings
from lsp_server.constraint.grammar import Grammar
from lsp_server.constraint.layout import Layout
from lsp_server.constraint.lexing import NOTHING, drive, next_lexeme
from lsp_server.constraint.prefix import CursorState
from lsp_server.constraint.recovery import open_lists
from lsp_server.constraint.table import END, Stack
from lsp_server.constraint.window import Window

_LEXEMES = 400
_LEAST = 4
_SEPARATORS = (",", ";", ".", "\n")


def read_below(
    grammar: Grammar, text: str, state: CursorState, windows: Sequence[Window]
) -> Mapping[int, Sequence[Stack]]:
    """By offset of a lexeme below the cursor's line, the stacks before it in each fair reading.

    Args:
        grammar: the language.
        text: the document.
        state: the cursor's state.
        windows: readings of what follows the cursor.

    """
    layout = Layout(grammar, text, len(text), state.anchor)
    layout.learn(state.read, state.stacks)
    line = text.find("\n", state.cursor) + 1
    if not line:
        return {}
    given_up = [
        _read(grammar, layout, text, offset, stack, continued=False)
        for offset, stack in _given_up(grammar, state, line)
    ]
    readings = [
        _read(grammar, layout, text, offset, stack, continued=continued)
        for offset, stack, continued in _with_little(grammar, text, state, windows, line)
    ]
    readings = given_up + [reading for reading in readings if max(reading, default=0) > _line_end(text, line)]
    farthest = max((max(reading, default=0) for reading in readings), default=0)
    found: dict[int, list[Stack]] = {}
    for reading in readings:
        for offset, stack in reading.items() if farthest in reading else ():
            found.setdefault(offset, []).append(stack)
    return found


def _line_end(text: str, start: int) -> int:
    """The last offset of the first line that is not blank, from an offset on; its line end, if it has one."""
    while start < len(text) and text[start].isspace():
        start += 1
    end = text.find("\n", start)
    return len(text) - 1 if end < 0 else end


def _read(
    grammar: Grammar, layout: Layout, text: str, offset: int, stack: Stack, *, continued: bool
) -> dict[int, Stack]:
    """The stacks before lexemes, up to one that does not fit, or before one that the layout has elsewhere.

    None at all where a bracket is closed that, by the layout, should have been opened farther in.

    Unless `continued`, the first has to begin an element or to close a bracket.
    """
    found: dict[int, Stack] = {}
    for _ in range(_LEXEMES):
        lexeme = next_lexeme(grammar, stack, text, offset)
        after = None
        if lexeme.terminal not in (END, NOTHING):
            after = grammar.shift(stack, lexeme.terminal, text, lexeme.start, lexeme.end)
        if after is None or grammar.table.is_dead_end(after):
            if found:
                found[lexeme.start] = stack
            break
        if layout.lacks_opener(lexeme, after):
            return {}
        if layout.doubts(lexeme, after, mended=False, left_out=lexeme.start):
            break
        if not found and not continued and not layout.begins(lexeme, after):
            break
        layout.read(lexeme, after)
        found[lexeme.start] = stack
        stack, offset = after, lexeme.end
    return found


def closes_outer(grammar: Grammar, text: str, cursor: int, typed: str) -> bool:
    """Whether what is typed at a cursor closes a bracket that was opened before the cursor's line."""
    line = text.rfind("\n", 0, cursor) + 1
    for opener, closer in grammar.language.brackets:
        depth = text.count(opener, line, cursor)
        for character in typed:
            depth += (character == opener) - (character == closer)
            if depth < 0:
                return True
    return False


def _given_up(grammar: Grammar, state: CursorState, line: int) -> Iterator[tuple[int, Stack]]:
    """The stacks in the lists that are open, from the innermost on, also with a separator put in."""
    for between in open_lists(grammar, state.here):
        yield line, between
        for name in sorted(grammar.table.accepts[between.state]):
            terminal = grammar.terminals.get(name)
            if terminal is not None and terminal.word in _SEPARATORS:
                after = grammar.table.shift(between, name)
                if after is not None:
                    yield line, after


def _with_little(
    grammar: Grammar, text: str, state: CursorState, windows: Sequence[Window], line: int
) -> Iterator[tuple[int, Stack, bool]]:
    """The stacks with nothing, or the least that fits, at the cursor."""
    before, suffix = text[state.offset : state.cursor], text[state.cursor :]
    least = closings(grammar, state.stack, before.lstrip(), windows)
    for typed in ("", *islice(least, _LEAST)):
        if closes_outer(grammar, text, state.cursor, typed):
            continue
        shift = state.offset - len(typed)
        for lexeme, stack in drive(grammar, state.stack, before + typed + suffix, 0):
            if lexeme.start + shift >= line:
                yield lexeme.start + shift, stack, not typed
                break
