"""Suggestions that were made already and still hold, after some of them was typed, or taken back.

Where in a suggestion the cursor is makes no difference to the text that it leads to. So what is left of one,
after a part of it was typed, fits as the whole did: nothing has to be parsed for that, and no model asked.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lsp_server.text import Edit

if TYPE_CHECKING:
    from lsp_server.features.completion import Completion

LEAST_CONFIDENCE = 0.0
"""A suggestion that begins less likely so is not shown unless asked for (see `decoding.Candidate.sureness`).

None is hidden for that alone: by `holegram eval fill --curve`, of the few below 0.1 the first word is right
in 23 % (PostgreSQL) to 50 % (SPARQL), of all in 40 to 59 %.
"""

_MOST = 32
_LONGEST = 4_096
"""A completion is forgotten when so much more was typed at its cursor."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of a suggestion, as in `completion.CompletionRequest`."""

    max_tokens: int = 48
    candidates: int = 1
    multiline: bool = False
    least: float = -math.inf
    unasked: bool = False


@dataclass(frozen=True, slots=True)
class _Made:
    """A completion, and what stands now at its cursor that did not when it was made.

    Its items are for a person who has typed `least` characters of them at least.
    """

    completion: Completion
    wanted: Wanted
    least: int = 0
    typed: str = ""

    def edited(self, edit: Edit) -> _Made | None:
        """The same after an edit; None where that changed what the completion was made for."""
        start, end = self.completion.offset, self.completion.offset + len(self.typed)
        if not start <= edit.span.start <= edit.span.end <= end:
            return None
        before, after = self.typed[: edit.span.start - start], self.typed[edit.span.end - start :]
        typed = before + edit.text + after
        return replace(self, typed=typed) if len(typed) <= _LONGEST else None

    def left(self, offset: int) -> Completion | None:
        """What is left of it at a cursor, which is at the end of what was typed; None where nothing is."""
        typed, made = self.typed, self.completion
        if offset != made.offset + len(typed) or len(typed) < self.least:
            return None
        if not typed:
            return made
        rests = [(item, item.text[len(typed) :]) for item in made.items if item.text.startswith(typed)]
        items = tuple(
            replace(item, text=rest, start=offset, end=offset) for item, rest in rests if rest.strip()
        )
        return replace(made, offset=offset, items=items, timings_ms={}, tokens=0) if items else None


class Recall:
    """The completions made last for one document, as they are of use in one version of it. Immutable."""

    __slots__ = ("_made",)

    def __init__(self, made: Iterable[_Made] = ()) -> None:
        self._made = tuple(made)[:_MOST]

    def after(self, edits: Sequence[Edit]) -> Recall:
        """What is of use after edits that each apply to the result of the one before."""
        made = self._made
        for edit in edits:
            made = tuple(kept for one in made if (kept := one.edited(edit)) is not None)
        return Recall(made)

    def having(self, completion: Completion, wanted: Wanted, typed: str = "") -> Recall:
        """The same with one more; where that is for a text in which something will be `typed` first, with it.

        Its cursor is then behind that, and it is of use once that stands there.
        """
        made = completion
        if typed:
            items = tuple(replace(item, text=typed + item.text) for item in completion.items)
            made = replace(completion, offset=completion.offset - len(typed), items=items)
        return Recall((_Made(made, wanted, len(typed)), *self._made))

    def at(self, offset: int, wanted: Wanted) -> Completion | None:
        """The completion for a cursor as far as it is known; None where the model has to be asked."""
        found = (one.left(offset) for one in self._made if one.wanted == wanted)
        return next((completion for completion in found if completion is not None), None)
