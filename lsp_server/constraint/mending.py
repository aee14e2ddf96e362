"""Mends what follows a cursor, where nothing that might be typed there could make it fit.

That nothing could is shown by reading it in all ways at once (`outlook`). One small change about the place
where no way goes on is then the least that the text needs whatever is typed, and what fits before the text so
changed adds no error to those there are. What may be the tail of a comment, the beginning of which is yet to
be typed, is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from lsp_server.constraint.beginning import Typing
from lsp_server.constraint.beyond import (
    ends_text_in_line,
    is_wrong_beyond,
    may_be_hidden,
    read_beyond,
    widest_typing,
)
from lsp_server.constraint.changes import Stumble
from lsp_server.constraint.cursor import CursorState
from lsp_server.constraint.outlook import Readings
from lsp_server.constraint.tokens import end_of_line
from lsp_server.lalr.grammar import Grammar
from lsp_server.languages import QUOTES
from lsp_server.text import Edit, apply_edits

_MISTAKES = 3
"""The most changes that are made one after the other, each to a mistake of its own."""

_MOST = 3


def mendings(
    grammar: Grammar,
    text: str,
    state: CursorState,
    *,
    in_line: bool = False,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Sequence[Edit]]:
    """Changes of the text after a cursor, each of which makes it fit, the fewest and likeliest first.

    If `in_line`, what is typed has no line end, so that less of what follows may fit.

    The edits of one each apply to the result of the one before. Likely is one with which the text goes on as
    it began, with nothing typed, and then one with which brackets pair in what is typed. None where the text
    is fit to follow something, where that cannot be told, or where no small change makes it so.

    Raises:
        StoppedError: it was cancelled, which is asked as the text is read.

    """
    if not is_wrong_beyond(grammar, text, state, in_line=in_line, cancelled=cancelled):
        return
    typings = (Typing.NOTHING, Typing.BALANCED, widest_typing(text, state, in_line=in_line))
    ways = [Readings(grammar, text, state, typing, cancelled) for typing in typings]
    seen: set[Sequence[Edit]] = set()
    for count in range(1, _MISTAKES + 1):
        # Of several changes one may do what is to be typed, unless that may be anything.
        for way in ways if count == 1 else ways[-1:]:
            for edits in islice(_mendings(grammar, way, text, state, count), _MOST):
                if edits not in seen:
                    yield edits
                seen.add(edits)
        if seen:
            return


def mendings_balanced(
    grammar: Grammar, text: str, state: CursorState, cancelled: Callable[[], bool] = lambda: False
) -> Iterator[Sequence[Edit]]:
    """The same, but one change each, if what is typed is in one line, closes what it opens and nothing else.

    Of those in that line, but for an opener at its end, those after which other brackets lack their partners
    are left out, since it may be just these that are to be closed. There
    is none in that line if it closes what it does not open: that is to be typed. There is none beyond the
    line if what stands there fits once the rest of the line is away, as when that ends a comment, nor at the
    end of a line if it fits once a bracket is opened there: that is to be typed too.

    Raises:
        StoppedError: it was cancelled, which is asked as the text is read.

    """

    def reading(typing: Typing) -> Readings:
        return Readings(grammar, text, state, typing, cancelled)

    if read_beyond(reading(Typing.NOTHING), text).end is None:
        return
    anything = reading(Typing.ANYTHING)
    if may_be_hidden(grammar, anything, text, state):
        return
    balanced = reading(Typing.BALANCED)
    if _lacks_opener(grammar, balanced, text, state):
        return
    line_end = end_of_line(text, state.cursor)
    only_in_line = _hides_all(grammar, anything, text, state)
    openers = {opener for opener, _ in grammar.language.brackets}

    def is_beyond(edit: Edit) -> bool:
        start = edit.span.start
        return start > line_end or (start == line_end and edit.text in openers)

    for edits in islice(_mendings(grammar, balanced, text, state, 1), _MOST):
        opened = any(edit.span.start == line_end and edit.text in openers for edit in edits)
        if only_in_line and not opened and all(edit.span.start >= line_end for edit in edits):
            continue
        mended = apply_edits(text, edits)
        kept = all(map(is_beyond, edits)) or _balance(grammar, text) == _balance(grammar, mended)
        line = mended[state.line : end_of_line(mended, state.cursor)]
        if kept and (all(edit.span.start > line_end for edit in edits) or _opens_all(grammar, line)):
            yield edits


def _lacks_opener(grammar: Grammar, balanced: Readings, text: str, state: CursorState) -> bool:
    """Whether a cursor ends its line, and what follows fits if what is typed ends with an opening bracket."""
    cursor = state.cursor
    if text[cursor : end_of_line(text, cursor)].strip():
        return False
    opened = (text[:cursor] + opener + text[cursor:] for opener, _ in grammar.language.brackets)
    return any(read_beyond(balanced, text).end is None for text in opened)


def _opens_all(grammar: Grammar, line: str) -> bool:
    """Whether a line opens all brackets and strings that it closes."""
    brackets = grammar.language.brackets
    opened = all(line.count(opener) >= line.count(closer) for opener, closer in brackets)
    return opened and not any(line.count(quote) % 2 for quote in QUOTES)


def _balance(grammar: Grammar, text: str) -> list[int]:
    return [text.count(opener) - text.count(closer) for opener, closer in grammar.language.brackets]


def _mendings(
    grammar: Grammar, way: Readings, text: str, state: CursorState, count: int
) -> Iterator[tuple[Edit, ...]]:
    """So many changes, one at each place where nothing goes on, after which something fits."""
    outlook = read_beyond(way, text)
    if outlook.end is None or not count:
        if outlook.end is None and not count:
            yield ()
        return
    for edit in Stumble(grammar, way, text, state, outlook).mendings():
        mended = apply_edits(text, (edit,))
        yield from (
            (edit, *others) for others in islice(_mendings(grammar, way, mended, state, count - 1), 1)
        )


def _hides_all(grammar: Grammar, anything: Readings, text: str, state: CursorState) -> bool:
    """Whether something stands behind the cursor in its line, and all fits beyond the line without it."""
    cursor, line_end = state.cursor, end_of_line(text, state.cursor)
    in_word = text[cursor - 1 : cursor].isalnum() and text[cursor : cursor + 1].isalnum()
    if in_word or not text[cursor:line_end].strip() or ends_text_in_line(grammar, text, state):
        return False
    return read_beyond(anything, text[: state.cursor] + text[line_end:]).end is None
