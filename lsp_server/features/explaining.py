"""Why something was suggested at a cursor, or nothing was: what one asks when the ghost text stays away.

Of the grammar's rooms it imports nothing before it is asked about a completion: a server says without them
that there is no model yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lsp_server.lazy_imports import TURN

if TYPE_CHECKING:
    from lsp_server.constraint import Prefix
    from lsp_server.features.completion import Completion
    from lsp_server.syntax import Landmarks


@dataclass(frozen=True, slots=True)
class ExpectedLexemes:
    """The names of the lexemes that may stand at a cursor, or go on there, as messages have them.

    Where an `error` before it leaves no such place, they are those that were expected there: its offset.
    """

    names: tuple[str, ...] = ()
    error: int | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is known of one request for a suggestion.

    `reason` says why there is none; `offered` counts the `texts` there are. Timings, tokens, statistics,
    strays and what was dropped are those of the completion. One that was `recalled` has none: it was made for
    another request, and no model was asked for this one.
    """

    reason: str | None
    offered: int = 0
    expected: ExpectedLexemes = ExpectedLexemes()
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    tokens: int = 0
    statistics: Mapping[str, int] = field(default_factory=dict)
    recalled: bool = False
    dropped: Mapping[str, int] = field(default_factory=dict)
    texts: tuple[str, ...] = ()
    strays: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def explain(completion: Completion, prefix: Prefix, landmarks: Landmarks) -> Explanation:
    """The explanation of a completion in the text that it was made for."""
    return Explanation(
        completion.reason if not completion.items else None,
        len(completion.items),
        expected_at(prefix, landmarks, completion.offset),
        completion.timings_ms,
        completion.tokens,
        completion.statistics,
        recalled=not completion.timings_ms,
        dropped=completion.dropped,
        texts=tuple(item.text for item in completion.items),
        strays=completion.strays,
    )


def expected_at(prefix: Prefix, landmarks: Landmarks, offset: int) -> ExpectedLexemes:
    """What may stand at a cursor, or at the error before it; nothing where neither is known."""
    with TURN:
        from lsp_server.features import diagnostics
        from lsp_server.features.placing import NoPlace, place_of

    place = place_of(prefix, landmarks, offset, offset)
    if not isinstance(place, NoPlace):
        return ExpectedLexemes(_named(prefix, prefix.grammar.expected(place.state.stack)))
    if place.error is None:
        return ExpectedLexemes()
    told = (mistake for _, mistake in diagnostics.explain(landmarks.current, prefix.grammar))
    known = {mistake.offset: mistake.expected for mistake in told if mistake.offset <= offset}
    if place.expected or not known:
        return ExpectedLexemes(_named(prefix, place.expected), place.error)
    # What is a guess begins where a mending does, which may be a lexeme away from the mistake as it is told.
    error = place.error
    nearest = min(known, key=lambda offset: abs(offset - error))
    return ExpectedLexemes(_named(prefix, known[nearest]), nearest)


def _named(prefix: Prefix, lexemes: tuple[str, ...]) -> tuple[str, ...]:
    with TURN:
        from lsp_server.features.wording import LexemeNames

    naming = LexemeNames(prefix.grammar)
    return tuple(dict.fromkeys(map(naming.named, naming.telling(lexemes))))
