"""What a filter of suggestions learns from: their signs while texts are typed, and which were right.

The person takes over what is right, and sees what the filter that is in use would show: where that hides
something, more is suggested, and learnt from, at the next letter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lsp_server.decoding import Model
from lsp_server.features.completion import complete
from lsp_server.features.confidence import signs_of
from lsp_server.features.eagerness import Eagerness, least_of
from lsp_server.features.recall import Wanted
from lsp_server.lab.quality.saving import Memory, request_of
from lsp_server.lab.quality.scores import steps
from lsp_server.lab.quality.typist import Draft, Habits, TypedStretch, is_right, type_out
from lsp_server.languages import Language


@dataclass(frozen=True, slots=True)
class Observation:
    """The signs of a suggestion (see `confidence.Signs`), and whether its first word was right."""

    signs: tuple[float, ...]
    right: bool


def observe(
    language: Language, stretch: TypedStretch, model: Model, max_tokens: int, habits: Habits
) -> list[Observation]:
    """What is suggested while a stretch is typed, hidden or not."""
    seen: list[Observation] = []
    wanted, least = Wanted(max_tokens, automatic=True), least_of(Eagerness.BALANCED)
    memory = Memory(wanted)

    def suggest(draft: Draft, overtaken: Callable[[], bool]) -> str:
        request = request_of(draft, wanted)
        made = complete(request, model, overtaken)
        item = next(iter(made.items), None)
        if item is None:
            return ""
        signs = signs_of(request, item.text, item.evidence)
        rest = stretch.text[draft.offset - len(stretch.before) :]
        seen.append(Observation(signs.numbers(), is_right(next(steps(language, item.text)), rest)))
        if item.sureness < least or item.text.strip() in memory.typed_away(draft):
            return ""
        memory.add(draft, made)
        return item.text

    type_out(language, stretch, suggest, habits)
    return seen
