"""Why something was suggested at a cursor, or nothing was: what one asks when the ghost text stays away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lsp_server.constraint import Prefix
from lsp_server.features.placing import NoPlace, place_of
from lsp_server.features.wording import Wording
from lsp_server.syntax import Landmarks

if TYPE_CHECKING:
    from lsp_server.features.completion import Completion


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is known of one request for a suggestion.

    `reason` says why there is none; `offered` counts those there are. `expected` names the lexemes that may
    stand at the cursor, as messages do. Timings and statistics are those of the completion; `recalled` says
    that no model was asked for it.
    """

    reason: str | None
    offered: int = 0
    expected: tuple[str, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    tokens: int = 0
    statistics: Mapping[str, int] = field(default_factory=dict)
    recalled: bool = False


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
    )


def expected_at(prefix: Prefix, landmarks: Landmarks, offset: int) -> tuple[str, ...]:
    """The names of the lexemes that may stand at a cursor, or go on there; none where nothing is known."""
    place = place_of(prefix, landmarks, offset, offset)
    if isinstance(place, NoPlace):
        return ()
    wording = Wording(landmarks.current, prefix.grammar)
    return tuple(map(wording.named, wording.telling(prefix.grammar.expected(place.state.stack))))
