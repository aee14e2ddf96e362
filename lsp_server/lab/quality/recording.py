"""What is suggested at each character of a text, asked once: after that typing is simulated with any filter.

A suggestion does not depend on what stood before it on the screen, but for what was typed away, which is
looked up while the recording is played.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from lsp_server.decoding import Model
from lsp_server.features.completion import complete
from lsp_server.features.confidence import ConfidenceSigns, Weights, signs_of
from lsp_server.features.recall import Wanted
from lsp_server.features.typed_away import typed_away
from lsp_server.lab.quality.saving import SavingRow, request_of, together
from lsp_server.lab.quality.scores import steps
from lsp_server.lab.quality.typist import (
    Accept,
    Draft,
    Habits,
    Sheet,
    Typed,
    TypedStretch,
    is_right,
    type_in,
    type_out,
)
from lsp_server.languages import Language

_SLOWLY = Habits(0.01, Accept.NEVER)
"""So slowly that nothing is overtaken."""

_REMEMBERED = 32
"""So many of the last suggestions may have been typed away."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was suggested at one place, hidden or not, and what speaks for it."""

    text: str
    signs: ConfidenceSigns


@dataclass(frozen=True, slots=True)
class Recording:
    """A stretch of a file, and what is suggested after each character."""

    language: Language
    stretch: TypedStretch
    project: str
    suggested: Mapping[int, Recorded] = field(repr=False)

    def rest(self, offset: int) -> str:
        """What the person writes after an offset of the text."""
        return self.stretch.text[offset - len(self.stretch.before) :]


@dataclass(frozen=True, slots=True)
class Observation:
    """The signs of a suggestion in a project, and whether its first word was right."""

    signs: ConfidenceSigns
    right: bool
    project: str


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """How typing goes where a certain chance is shown; with 0 all is."""

    least: float
    row: SavingRow


def record(language: Language, stretch: TypedStretch, model: Model, max_tokens: int) -> Recording:
    """Type a stretch, and keep what is suggested after each key."""
    found: dict[int, Recorded] = {}
    wanted = Wanted(max_tokens, automatic=True)

    def suggest(draft: Draft, overtaken: Callable[[], bool]) -> str:
        request = request_of(draft, wanted)
        made = complete(request, model, overtaken)
        if made.items:
            item = made.items[0]
            found[draft.offset] = Recorded(item.text, signs_of(request, item))
        return ""

    type_out(language, stretch, suggest, _SLOWLY)
    return Recording(language, stretch, f"{language.id}/{stretch.name.partition('/')[0]}", found)


def play(
    recording: Recording,
    weights: Weights,
    least: float,
    habits: Habits,
    seen: Callable[[Recorded, int], None] = lambda suggested, offset: None,
) -> Typed:
    """Type a recorded stretch where what is less likely than `least`, by some weights, is hidden.

    `seen` is told of each suggestion, hidden or not, and where it is.
    """
    shown: list[tuple[str, str, int]] = []
    bound = math.log(least) if least else -math.inf

    def suggest(sheet: Sheet, overtaken: Callable[[], bool]) -> str:
        found = recording.suggested.get(sheet.offset)
        if found is None:
            return ""
        seen(found, sheet.offset)
        away = typed_away(shown[-_REMEMBERED:], sheet.text, sheet.offset)
        if weights.chance(found.signs) < bound or found.text.strip() in away:
            return ""
        shown.append((found.text, sheet.text, sheet.offset))
        return found.text

    sheet = Sheet.opened(recording.language, recording.stretch)
    return type_in(sheet, recording.stretch, suggest, habits)


def observed(recordings: Sequence[Recording], weights: Weights, least: float) -> list[Observation]:
    """The suggestions that a person comes by who takes over what is right, and is shown what is likely.

    Where that hides something, more is suggested, and learnt from, at the next letter.
    """
    found: list[Observation] = []
    for recording in recordings:

        def seen(one: Recorded, offset: int, here: Recording = recording) -> None:
            first = next(steps(here.language, one.text))
            found.append(Observation(one.signs, is_right(first, here.rest(offset)), here.project))

        play(recording, weights, least, Habits(accept=Accept.WORD), seen)
    return found


def curve(
    recordings: Sequence[Recording],
    weights: Mapping[str, Weights],
    chances: Sequence[float],
) -> list[CurvePoint]:
    """How typing goes by the least chance that is shown, with the weights that count in each project."""
    points = []
    for least in chances:
        rows = []
        for recording in recordings:
            typed, ignored = (
                play(recording, weights[recording.project], least, Habits(accept=accept))
                for accept in (Accept.WORD, Accept.NEVER)
            )
            rows.append(SavingRow("all", "recording", 1, typed, ignored))
        points.append(CurvePoint(least, together("all", "recording", rows)))
    return points
