"""Small changes that make other lexemes of a text that does not go on: of quotes, comments, signs in words.

Whether the text is valid after one is not looked at here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from itertools import chain
from typing import NamedTuple

from lsp_server.constraint.stopped import Reading
from lsp_server.constraint.tokens import TOKEN, TWO_SIGNS, end_of_line, opens_comment
from lsp_server.lalr.grammar import Grammar
from lsp_server.languages import QUOTES
from lsp_server.text import Edit, Span

_LINES = 12
"""In so many lines up to there a quote may lack its partner."""

_TOKENS = 24
"""So many words and signs of its line are left out of what they are part of."""

_WORDS = 3
"""So many lexemes back a word may be two that became one."""


class Rewording(NamedTuple):
    """A change of a text; a `local` one hides nothing beyond its line, as a quote may."""

    edit: Edit
    local: bool = False


def rewordings_of(grammar: Grammar, reading: Reading) -> Iterator[Rewording]:
    """The changes of a text elsewhere than in what was typed.

    None opens a comment, behind which anything would pass, but where one lacks a sign.
    """
    opens = partial(opens_comment, grammar.language, reading.text)
    yield from (change for change in _quotes(reading) if not opens(change.edit))
    yield from _comments(grammar, reading)
    others = chain(_within_lexemes(reading), _within_words(grammar, reading))
    yield from (change for change in others if not opens(change.edit))


def _quotes(reading: Reading) -> Iterator[Rewording]:
    """Quotes left out, or put in at words and signs, in lines where one may be wrong."""
    text, first = reading.text, reading.error
    for _ in range(_LINES):
        first = text.rfind("\n", 0, max(first, 0))
    for match in reversed([*TOKEN.finditer(text, max(first, 0), end_of_line(text, reading.error))]):
        start, end = match.span()
        line = text[text.rfind("\n", 0, start) + 1 : end_of_line(text, end)]
        for quote in QUOTES[:2] if reading.is_free(start, end) else ():
            if line.count(quote) % 2 or quote * 2 in line:
                if match[0] == quote:
                    yield Rewording(Edit(Span(start, end), ""))
                for place in (end, start):
                    if not _closes_typed(reading, place, quote):
                        yield Rewording(Edit(Span(place, place), quote))


def _closes_typed(reading: Reading, place: int, quote: str) -> bool:
    """Whether a quote put in closes one that was typed in its line: anything would pass up to there."""
    text, typed = reading.text, reading.typed
    behind = text[typed.end : place]
    line = text[text.rfind("\n", 0, typed.start) + 1 : typed.start] + behind
    return typed.end <= place and "\n" not in behind and not line.count(quote) % 2


def _comments(grammar: Grammar, reading: Reading) -> Iterator[Rewording]:
    """A sign without which a comment is none, in a line above what was typed."""
    text = reading.text
    start, end = text.rfind("\n", 0, reading.error) + 1, end_of_line(text, reading.error)
    if end >= reading.typed.start:
        return
    for opener in grammar.language.comment.line:
        for place in range(start, end) if len(opener) > 1 else ():
            if text[place] == opener[0] and not text.startswith(opener, place):
                yield Rewording(Edit(Span(place + 1, place + 1), opener[1:]), local=True)


def _within_lexemes(reading: Reading) -> Iterator[Rewording]:
    """Words and signs of the line where the parser stops left out, or a sign put for one that it touches."""
    text = reading.text
    start = text.rfind("\n", 0, reading.error) + 1
    tokens = [*TOKEN.finditer(text, start, end_of_line(text, reading.error))]
    tokens.sort(key=lambda token: abs(token.start() - reading.error))
    for token in tokens[:_TOKENS]:
        span = Span(*token.span())
        if not reading.is_free(span.start, span.end):
            continue
        lost = (one for one in _lost_with(text, span) if reading.is_free(one.start, one.end))
        yield from (Rewording(Edit(one, "")) for one in lost)
        for other in (span.start - 1, span.end):
            if TWO_SIGNS.fullmatch(text[min(other, span.start) : max(other + 1, span.end)]):
                yield Rewording(Edit(span, text[other]), local=True)


def _lost_with(text: str, span: Span) -> Iterator[Span]:
    """A token, and what is left out with it: a sign behind a sign, blanks before a word within a lexeme.

    Not if two words would be one then.
    """
    start, end = span.start, span.end
    yield span
    around = text[start - 1 : start] + text[end + 1 : end + 2]
    if TWO_SIGNS.fullmatch(text[start : end + 1]) and not (len(around) > 1 and around.isalnum()):
        yield Span(start, end + 1)
    if TWO_SIGNS.fullmatch(text[start] * 2):
        return
    line = text.rfind("\n", 0, start) + 1
    first = line + len(text[line:start].rstrip(" \t"))
    around = text[first - 1 : first] + text[end : end + 1]
    if line < first < start and around.strip() == around and not around.isalnum():
        yield Span(first, end)


def _within_words(grammar: Grammar, reading: Reading) -> Iterator[Rewording]:
    """Signs without which two words became one, that is no fixed word."""
    signs, last = _signs(grammar), len(reading.lexemes) - 1
    for lexeme in reversed(reading.lexemes[max(last - _WORDS, 0) :]):
        terminal = grammar.terminals.get(lexeme.terminal)
        is_fixed = terminal is not None and terminal.word is not None
        if not is_fixed and reading.text[lexeme.start : lexeme.end].isidentifier():
            for place in range(lexeme.start + 1, lexeme.end):
                if reading.is_free(place, place):
                    yield from (Rewording(Edit(Span(place, place), sign)) for sign in signs)


@lru_cache(maxsize=64)
def _signs(grammar: Grammar) -> Sequence[str]:
    """The fixed terminals that are one sign."""
    fixed = {terminal.word for terminal in grammar.terminals.values()}
    return sorted(word for word in fixed if word and len(word) == 1 and not word.isalnum())
