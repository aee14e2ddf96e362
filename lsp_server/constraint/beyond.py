"""Whether what follows a cursor has a mistake, whatever is typed there.

That it has is shown by reading it in all ways at once (`outlook`): no way goes on to its end. What may be
the tail of a comment, the beginning of which is yet to be typed, is no mistake.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from lsp_server.constraint.beginning import Typing
from lsp_server.constraint.cursor import CursorState, is_in_text
from lsp_server.constraint.outlook import Readings
from lsp_server.constraint.stacks import Outlook
from lsp_server.constraint.tokens import STRING, are_code, end_of_line, tokens_in
from lsp_server.constraint.window import ends_of_begun
from lsp_server.lalr.grammar import Grammar
from lsp_server.lalr.lexicon import any_closer_pattern
from lsp_server.languages import QUOTES

_LEXEMES = (400, 4_000)
"""So many lexemes after the cursor are read, the more where no error is among the fewer."""


def is_wrong_beyond(
    grammar: Grammar,
    text: str,
    state: CursorState,
    *,
    in_line: bool = False,
    cancelled: Callable[[], bool] = lambda: False,
) -> bool:
    """Whether there is a mistake after a cursor whatever is typed; if `in_line`, whatever has no line end.

    Raises:
        StoppedError: it was cancelled, which is asked as the text is read.

    """
    if in_line and _may_open_text(grammar, text, state.cursor):
        return False
    nothing = Readings(grammar, text, state, Typing.NOTHING, cancelled)
    widest = Readings(grammar, text, state, widest_typing(text, state, in_line=in_line), cancelled)
    stop = read_beyond(widest, text).end
    if stop is None or read_beyond(nothing, text).end is None:
        return False
    return not (may_end_text(grammar, text, state, stop) or may_be_hidden(grammar, widest, text, state))


def widest_typing(text: str, state: CursorState, *, in_line: bool) -> Typing:
    """What is taken to be typed at the most; a lexeme that has begun lines above may go on over more."""
    return Typing.LINE if in_line and "\n" not in text[state.offset : state.cursor] else Typing.ANYTHING


def _may_open_text(grammar: Grammar, text: str, cursor: int) -> bool:
    """Whether what opens a text with a tag may end after a cursor, and that is closed again farther on."""
    opened = (
        grammar.openers[name][0]
        for name, _ in ends_of_begun(grammar, text, cursor)
        if name in grammar.openers
    )
    return any(re.compile(any_closer_pattern(pair), re.M).search(text, cursor) for pair in opened)


def may_end_text(grammar: Grammar, text: str, state: CursorState, stop: int) -> bool:
    """Whether a cursor is in a text that its line does not end up to a place: a comment may follow."""
    rest = text[state.cursor : stop]
    if "\n" in rest or any(quote in rest for quote in QUOTES):
        return False
    blank = grammar.scanner_at(state.here).match(" ", 0)
    inside = blank is not None and blank[0] not in grammar.ignored | grammar.table.dead
    return inside or text[state.offset : state.cursor].lstrip().startswith(QUOTES)


def read_beyond(way: Readings, text: str) -> Outlook:
    """How far a text is read after a cursor; farther only where no error is near."""
    near = way.after_cursor(text, _LEXEMES[0])
    unread = near.end is None and len(near.steps) > _LEXEMES[0]
    return way.after_cursor(text, _LEXEMES[1]) if unread else near


def may_be_hidden(grammar: Grammar, way: Readings, text: str, state: CursorState) -> bool:
    """Whether the rest of the cursor's line, or more, may be of a comment, and what follows then fits."""
    hidden = _comment_end(grammar, text, state.cursor)
    if hidden is not None and read_beyond(way, text[: state.cursor] + text[hidden:]).end is None:
        return True
    line_end = end_of_line(text, state.cursor)
    rest = tokens_in(text, state.cursor, line_end)
    comments = _among_comments(grammar, text, state) or _in_column_of_comments(grammar, text, state)
    code = are_code(text, rest) and not comments
    if not rest or code or ends_text_in_line(grammar, text, state):
        return False
    return read_beyond(way, text[: state.cursor] + text[line_end:]).end is None


def ends_text_in_line(grammar: Grammar, text: str, state: CursorState) -> bool:
    """Whether the rest of the cursor's line ends a text that the cursor is in."""
    rest = text[state.cursor : end_of_line(text, state.cursor)]
    return is_in_text(grammar, text, state) and any(rest.count(quote) % 2 for quote in QUOTES)


def _comment_end(grammar: Grammar, text: str, cursor: int) -> int | None:
    """Where a block comment ends that begins at the cursor or before it; None where none seems to."""
    after = STRING.sub(lambda string: " " * len(string[0]), text[cursor:])
    for opener, closer in grammar.language.comment.block:
        before, found, _ = after.partition(closer)
        if found and opener not in before:
            return cursor + len(before) + len(closer)
    return None


def _among_comments(grammar: Grammar, text: str, state: CursorState) -> bool:
    """Whether the cursor's line begins there, right below a comment or right above one."""
    if text[state.line : state.cursor].strip():
        return False
    comment = grammar.language.comment
    openers = (*comment.line, *(opener for opener, _ in comment.block))
    return any(line.lstrip().startswith(openers) for line in _lines_about(text, state))


def _in_column_of_comments(grammar: Grammar, text: str, state: CursorState) -> bool:
    """Whether the line above the cursor's and the one below have code and then a comment, as in a column."""
    openers = "|".join(map(re.escape, grammar.language.comment.line))
    return bool(openers) and all(re.search(rf"\S\s+({openers})", line) for line in _lines_about(text, state))


def _lines_about(text: str, state: CursorState) -> tuple[str, str]:
    """The last line above the cursor's that is not blank, and the first one below."""
    above = text[: state.line].rstrip("\r\n").rpartition("\n")[2]
    below = text[end_of_line(text, state.cursor) :].lstrip("\r\n").partition("\n")[0]
    return above, below
