"""What a selection grows to, step by step: word, lexeme, what the tree has about it, and at last the file."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.syntax import SyntaxTree
from lsp_server.text import Span, words_at

_MOST = 100
"""Steps from a cursor to the whole text; nobody takes more, and an answer nests each in the one before."""


def selections(tree: SyntaxTree, offset: int) -> tuple[Span, ...]:
    """The selections about a cursor, at most `_MOST`, each wider than the one before; the last is all.

    Between brackets there is a step of what they enclose, and one with them.
    """
    steps: list[Span] = []
    for span in (*_word(tree, offset), *_about(tree, offset), Span(0, len(tree.text))):
        if span.start <= offset <= span.end and (not steps or _wider(span, steps[-1])):
            steps.append(span)
    return tuple(steps) if len(steps) <= _MOST else (*steps[: _MOST - 1], steps[-1])


def _wider(one: Span, other: Span) -> bool:
    return one != other and one.start <= other.start and other.end <= one.end


def _about(tree: SyntaxTree, offset: int) -> Iterator[Span]:
    closers = dict(tree.language.brackets)
    for span in tree.enclosing(offset):
        closer = closers.get(tree.text[span.start : span.start + 1])
        if closer is not None and span.start < offset < span.end and tree.text.endswith(closer, 0, span.end):
            inside = tree.text[span.start + 1 : span.end - len(closer)]
            start = span.start + 1 + len(inside) - len(inside.lstrip())
            if inside.strip():
                yield Span(start, start + len(inside.strip()))
        yield span


def _word(tree: SyntaxTree, offset: int) -> Iterator[Span]:
    """The word that touches a cursor, as the language has it, and inside a longer text as any has it."""
    for pattern in (r"\w+", tree.language.word):
        yield from (span for span in words_at(tree.text, offset, pattern) if span.start < span.end)
