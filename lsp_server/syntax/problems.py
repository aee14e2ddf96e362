"""What a parser could not read: single places, and the stretches of top-level elements that hold them."""

from __future__ import annotations

from dataclasses import dataclass

from lsp_server.text import Span


@dataclass(frozen=True, slots=True)
class Problem:
    """An ERROR or a MISSING node.

    `missing` is what the parser put in: the lexeme itself, or where `named`, the kind of lexeme; the span is
    then empty. It is None for an ERROR, whose span is the text that the parser could not use.
    """

    span: Span
    missing: str | None = None
    named: bool = False


@dataclass(frozen=True, slots=True)
class Damage:
    """A run of top-level elements with errors in them and of stray text, and the problems in it.

    `context` is where the intact element before it begins, or the damage itself if there is none: text
    before `context` has no part in it.
    """

    span: Span
    context: int
    problems: tuple[Problem, ...]
