"""Corrects what stands before a cursor, where no valid text begins as it does, by one change.

The tokens about the place where the parser stops are left out, put in, or put for others, one at a time. Kept
is what makes all up to the cursor a beginning of something after which what follows the cursor fits, if
possible as it stands. With any text that fits there the document is one such change away from having no
mistake there: none is added.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from lsp_server.constraint.beginning import Typing
from lsp_server.constraint.cursor import CursorState
from lsp_server.constraint.oracle import Oracle
from lsp_server.constraint.outlook import Readings
from lsp_server.constraint.prefix import Prefix
from lsp_server.constraint.tokens import TOKEN
from lsp_server.constraint.unpaired import Unpaired
from lsp_server.lalr.grammar import CODE, Grammar
from lsp_server.lalr.lexing import drive
from lsp_server.lalr.regex import simplest
from lsp_server.lalr.table import Stack
from lsp_server.languages import QUOTES
from lsp_server.text import Edit, Span, apply_edits

_BACK = 6
"""A token is left out that is at most so many before the one at which the parser stops."""

_SPAN = 2
"""So many tokens that touch are left out together, also with the blanks before them."""

_WORDS = 60
"""Of what might stand where the parser stops, so much is tried."""

_NEAR = 6
"""A text that goes on over a line's end is looked for among so many lexemes before the line."""

_VIABLE = 40
"""Of the changes after which the line is a beginning of something, so many are looked at."""

_COMPARED = 8
"""Of those after which something has to be typed for what follows to fit, so many are compared."""

_LEXEMES = 40
"""So many lexemes after the cursor are read to compare them."""


def corrections(
    prefix: Prefix,
    anchors: Sequence[int],
    line: int,
    cursor: int,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Edit]:
    """Changes of the text before a cursor after which it can be read up to there, the likeliest first.

    None where something is wrong above too, but for a quote without which a text goes on up to there.

    Args:
        prefix: of the text.
        anchors: where top-level elements begin, as `Prefix.at` has them.
        line: the start of the line from which on something is wrong.
        cursor: the offset.
        cancelled: asked before each change that is tried; once it says so, there are no more.

    """
    grammar, text = prefix.grammar, prefix.text
    state = prefix.at(line, anchors)
    over = _text_over(state, text) if isinstance(state, CursorState) else None
    if over is not None:
        line = text.rfind("\n", 0, over) + 1
        state = prefix.at(line, anchors)
    if not isinstance(state, CursorState) or state.mended:
        return
    unpaired = Unpaired(text, grammar.language.comment, line, cursor)
    viable = itertools.takewhile(lambda _: not cancelled(), _viable(grammar, text, state, cursor, unpaired))
    versions = [
        version
        for edit in itertools.islice(viable, _VIABLE)
        if (version := _corrected(prefix, anchors, edit, line, cursor)) is not None
    ]
    kinds = itertools.groupby(sorted(versions, key=_unlikely), key=_unlikely)
    for alike in (list(group) for _, group in kinds):
        for typing, most in ((Typing.NOTHING, _VIABLE), (Typing.ANYTHING, _COMPARED)):
            tried = itertools.takewhile(lambda _: not cancelled(), alike[:most])
            found = (version.edit for version in tried if version.goes_on(grammar, typing))
            first = next(found, None)
            if first is not None:
                yield first
                yield from found
                return


def _text_over(state: CursorState, text: str) -> int | None:
    """Where a text between quotes begins that goes on over a line end right before a cursor, if one does."""
    spans = [(lexeme.start, lexeme.end) for lexeme in state.read[-_NEAR:]]
    begun = state.cursor - len(text[state.offset : state.cursor].lstrip())
    texts = (start for start, end in (*spans, (begun, state.cursor)) if "\n" in text[start:end])
    return next((start for start in texts if text.startswith(QUOTES, start)), None)


def _unlikely(version: _Version) -> int:
    """Changes of one token are likeliest; a quote put in turns code into text, after which much fits.

    A word is hardly ever put for another that it does not begin with, nor the other with it.
    """
    edit = version.edit
    if edit.text in QUOTES:
        return 2
    lost, word = version.before[edit.span.start : edit.span.end].upper(), edit.text.strip().upper()
    another = word.isalnum() and lost.isalnum() and not (lost.startswith(word) or word.startswith(lost))
    return int(another or len(TOKEN.findall(lost)) > 1)


@dataclass(frozen=True, slots=True)
class _Version:
    """A text `before` and after a change, and the state at the cursor in the latter."""

    edit: Edit
    before: str
    text: str
    state: CursorState

    def goes_on(self, grammar: Grammar, typing: Typing) -> bool:
        """Whether what follows fits after what may be typed."""
        return Readings(grammar, self.text, self.state, typing).after_cursor(self.text, _LEXEMES).end is None


def _corrected(prefix: Prefix, anchors: Sequence[int], edit: Edit, line: int, cursor: int) -> _Version | None:
    """The text after a change, if with that nothing is wrong from a line on up to the cursor."""
    text = apply_edits(prefix.text, (edit,))
    state = prefix.edited((edit,), text).at(cursor + len(text) - len(prefix.text), anchors)
    if not isinstance(state, CursorState) or any(state.mended_from(line)):
        return None
    return _Version(edit, prefix.text, text, state)


def _viable(
    grammar: Grammar, text: str, state: CursorState, cursor: int, unpaired: Unpaired
) -> Iterator[Edit]:
    """The changes after which what stands from a state's cursor to another is a beginning of something.

    Where quotes lack their partner before, they are those that give them one. Neither a word of the
    language nor a quote stands for another word of it.
    """
    fixed = {terminal.word for terminal in grammar.terminals.values()}
    line, oracle = state.cursor, Oracle(grammar, text, state)
    typed = text[line:cursor]
    *_, (lexeme, stack) = drive(grammar, state.stack, text[state.offset : cursor], 0)
    stop = max(state.offset + lexeme.start - line, 0)
    seen = {typed}
    whole = text[line:].partition("\n")[0]
    quotes = [quote for quote in QUOTES[:2] if whole.count(quote) % 2]
    words = [*itertools.islice(_words(grammar, stack), _WORDS), *quotes]
    changes = (
        Edit(Span(line + span.start, line + span.end), new)
        for span, new in _changes(grammar.language.word, typed, stop, words)
    )
    for edit in itertools.chain(unpaired.edits(), changes):
        span = edit.span
        changed, lost = (
            text[line : span.start] + edit.text + text[span.end : cursor],
            text[span.start : span.end],
        )
        other = edit.text.strip() in fixed and (lost.strip() in fixed or any(q in lost for q in QUOTES))
        if changed not in seen and not other and unpaired.pairs(edit, lost):
            seen.add(changed)
            if oracle.viable(changed):
                yield edit


def _changes(word: str, typed: str, stop: int, words: Sequence[str]) -> Iterator[tuple[Span, str]]:
    """Tokens about a place left out, put in, and put for others; what touches the end stays as it is.

    `word` is the pattern of what the language takes for one word.
    """
    tokens = [Span(*match.span()) for match in TOKEN.finditer(typed)]
    last = next((number for number, token in enumerate(tokens) if token.end > stop), len(tokens))
    inner = [number for number in range(last, last - _BACK - 1, -1) if 0 <= number < len(tokens) - 1]
    for number in inner:
        yield tokens[number], ""
    for number in inner:
        start = tokens[number - 1].end if number else 0
        for end in range(number, min(number + _SPAN, len(tokens) - 1)):
            if end > number and not _are_one(word, typed, tokens[end - 1], tokens[end]):
                break
            joined = typed[max(start - 1, 0) : start] + typed[tokens[end].end : tokens[end].end + 1]
            if "\n" not in typed[start : tokens[number].start] and not joined.isalnum():
                yield Span(start, tokens[end].end), ""
            yield Span(tokens[number].start, tokens[end].end), ""
    for new in words:
        yield Span(stop, stop), new
        if inner:
            yield tokens[inner[0]], new
    for number in inner[:2]:
        for new in words:
            yield Span(tokens[number].start, tokens[number].start), new
            yield tokens[number], new


def _are_one(word: str, typed: str, token: Span, other: Span) -> bool:
    """Whether two tokens that touch are one mistake: one word of the language, or two signs."""
    if token.end != other.start:
        return False
    text = typed[token.start : other.end]
    return re.fullmatch(word, text) is not None or not (
        typed[token.start].isalnum() or typed[other.start].isalnum()
    )


def _words(grammar: Grammar, stack: Stack) -> Iterator[str]:
    """What may stand after a stack, as plain as may be, and brackets, which may lack before it.

    Nothing is among them that turns what comes into text.
    """
    modes = grammar.modes
    shifted = ((name, grammar.table.shift(stack, name)) for name in grammar.table.accepts[stack.state])
    kept = (CODE, modes[stack.state])
    accepted = sorted(name for name, after in shifted if after and modes[after.state] in kept)
    terminals = [grammar.terminals[name] for name in accepted if name in grammar.terminals]
    fixed = sorted(t.word for t in terminals if t.word and not t.word[0].isalnum())
    yield from dict.fromkeys(f" {simplest(t.node)} " for t in terminals if t.word is None)
    yield from fixed
    yield from sorted(f" {t.word} " for t in terminals if t.word and t.word[0].isalnum())
    yield from (bracket for pair in grammar.language.brackets for bracket in pair)
