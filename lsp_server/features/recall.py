"""Suggestions that were made already and still hold, after some of them was typed, or taken back.

Where in a suggestion the cursor is makes no difference to the text that it leads to. So what is left of one,
after a part of it was typed, fits as the whole did: nothing has to be parsed for that, and no model asked.
What fits follows from the whole text, so that one is of use only where the text but for what was typed is the
one that it was made for; by which edits it came to be so again does not matter.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lsp_server.features.typed_away import typed_away
from lsp_server.text import put_back

if TYPE_CHECKING:
    from lsp_server.features.completion import Completion

_MOST = 32
_MOST_CHARACTERS = 4_000_000
"""Of the texts that completions were made for; the newest is kept however long its text is."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of a suggestion, as in `completion.CompletionRequest`.

    What was just `deleted` at the cursor is not put back, whatever was made before.
    """

    max_tokens: int = 48
    candidates: int = 1
    min_logprob: float = -math.inf
    automatic: bool = False
    deleted: str = ""

    def serves(self, other: Wanted) -> bool:
        """Whether what was made for this may be shown where the `other` is wanted.

        What a person has asked for, or more of it, serves where less is wanted; what nobody has asked for
        never serves who asks, since other texts are tried then.
        """
        return (
            self.max_tokens == other.max_tokens
            and self.candidates >= other.candidates
            and self.min_logprob <= other.min_logprob
            and (other.automatic or not self.automatic)
        )


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a suggestion hangs on beside its text and what is wanted.

    Where other `names` exist than did (see `names.existing`), what was made before may name what is gone.
    Under another `adapter` the model says something else.
    """

    names: Hashable = None
    adapter: str | None = None


@dataclass(frozen=True, slots=True)
class _Made:
    """A completion, and the text that it was made for."""

    completion: Completion
    wanted: Wanted
    text: str
    under: Conditions

    def left(
        self, text: str, offset: int, wanted: Wanted, under: Callable[[], Conditions]
    ) -> Completion | None:
        """What is left of it at a cursor in a text; None where nothing is, or where it is not known to fit.

        Of what is being typed out all goes on to be shown: the person has seen it. Where nothing of it was
        typed, what would not be shown to who has not asked for it is left out, and no other takes its place.
        """
        made, start = self.completion, self.completion.offset
        if not 0 <= offset - start == len(text) - len(self.text) or not self.wanted.serves(wanted):
            return None
        typed = text[start:offset]
        if typed:
            rests = ((item, item.text[len(typed) :]) for item in made.items if item.text.startswith(typed))
            items = [
                replace(item, text=rest, start=offset, end=item.end + len(typed))
                for item, rest in rests
                if rest.strip()
            ]
        else:
            sure = (item for item in made.items[: wanted.candidates] if item.sureness >= wanted.min_logprob)
            items = [item for item in sure if item.confident or not wanted.automatic]
        items = [item for item in items if put_back(wanted.deleted, item.text) is None]
        if not items and (typed or made.items):
            return None
        if text[:start] != self.text[:start] or text[offset:] != self.text[start:] or self.under != under():
            return None
        return replace(made, offset=offset, items=tuple(items[: wanted.candidates]), timings_ms={}, tokens=0)


@dataclass(frozen=True, slots=True)
class Recall:
    """The completions made last for one document, in whatever versions of it."""

    _made: tuple[_Made, ...] = ()

    def having(
        self, completion: Completion, wanted: Wanted, text: str, under: Conditions = Conditions()
    ) -> Recall:
        """The same with one more, which was made for a text."""
        kept, size = [_Made(completion, wanted, text, under)], len(text)
        for one in self._made[: _MOST - 1]:
            size += len(one.text)
            if size > _MOST_CHARACTERS:
                break
            kept.append(one)
        return Recall(tuple(kept))

    def typed_away(self, text: str, offset: int) -> frozenset[str]:
        """What is left of the suggestions that were typed away just now, at a cursor in a text."""
        shown = [(one, one.completion.items[0].text) for one in self._made if one.completion.items]
        return typed_away(((told, one.text, one.completion.offset) for one, told in shown), text, offset)

    def at(
        self, text: str, offset: int, wanted: Wanted, under: Callable[[], Conditions] = Conditions
    ) -> Completion | None:
        """The completion for a cursor in a text as far as it is known; None where the model has to be asked.

        No timings and no tokens: nothing was made. `under` tells what holds now; only what would do asks it.
        """
        found = (one.left(text, offset, wanted, under) for one in self._made)
        return next((completion for completion in found if completion is not None), None)
