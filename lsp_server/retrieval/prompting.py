"""Puts passages before a text, so that a model reads them first: as comments of the language, best last."""

from __future__ import annotations

from collections.abc import Iterable

from lsp_server.languages import Language
from lsp_server.retrieval.passages import Passage
from lsp_server.text import Span

_LEAST = 60
"""A passage that would be cut to fewer characters says nothing."""


def commented(language: Language, text: str) -> str:
    """A text as a comment of a language, its line ends too; "" where the language has no comments."""
    lines = text.splitlines()
    if language.comment.line:
        return "".join(f"{language.comment.line[0]} {line}".rstrip() + "\n" for line in lines)
    for opener, closer in language.comment.block:
        return "".join((f"{opener} ", *(line.replace(closer, "") + "\n" for line in lines), f"{closer}\n"))
    return ""


def passages_before(
    language: Language, passages: Iterable[Passage], text: str, hole: Span, room: int
) -> tuple[str, Span]:
    """A text with passages before it, best last, and where the hole is in that.

    Args:
        language: of the text.
        passages: best first.
        text: the text.
        hole: the place in it.
        room: characters that a model can read; what stands before the hole comes first.

    """
    left = room - hole.start
    kept: list[str] = []
    for passage in passages:
        shown = commented(language, "\n".join(part for part in (passage.said, passage.code) if part))
        if len(shown) + 1 > left:
            end = shown.rfind("\n", 0, max(left - 1, 0)) + 1
            shown = shown[:end] if end >= _LEAST else ""
        if not shown:
            break
        kept.append(shown + "\n")
        left -= len(kept[-1])
    before = "".join(reversed(kept))
    return before + text, Span(len(before) + hole.start, len(before) + hole.end)
