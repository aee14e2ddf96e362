"""How likely the model thinks each entry of a list is: by the first token in which they differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from lsp_server.decoding import Model, heal_start
from lsp_server.features.preparing import decoder_of, sources_at
from lsp_server.text import Span, common

if TYPE_CHECKING:
    from lsp_server.features.completion_list import Entry


class Expected:
    """What a model expects at a cursor, as where it writes a suggestion.

    It is asked at once, since to read the text takes longer than to tell what is likely after it.

    Args:
        text: with the cursor in it.
        offset: the cursor.
        language_id: of the text.
        model: the one that is asked.
        beside: texts of which parts may stand here again.
        cancelled: asked before each question to the model, and in a long one.

    Raises:
        StoppedError: it was cancelled.

    """

    def __init__(
        self,
        text: str,
        offset: int,
        language_id: str,
        model: Model,
        beside: Sequence[str] = (),
        cancelled: Callable[[], bool] = lambda: False,
    ) -> None:
        self._model = model
        self._start = start = heal_start(text, offset)
        self._begun = text[start:offset]
        gap = Span(start, offset)
        self._prompt = model.prompt(text, gap, language_id)
        before, others = sources_at(text, gap, beside)
        self._drafts = decoder_of(model).drafts(self._prompt, before, others, self._begun, cancelled)
        self._drafts.logits(self._prompt)

    def ranked(self, entries: Sequence[Entry]) -> tuple[Entry, ...]:
        """The entries of a list, the likeliest first; those with the same token stay in their order.

        Raises:
            StoppedError: it was cancelled.

        """
        if len(entries) < 2:
            return tuple(entries)
        spelled = [self._spelled(entry) for entry in entries]
        alike = min(common(spelled[0], other) for other in spelled)
        logits = self._drafts.logits([*self._prompt, *spelled[0][:alike]])
        scores = [logits[tokens[alike]] if len(tokens) > alike else np.inf for tokens in spelled]
        order = sorted(range(len(entries)), key=lambda number: -scores[number])
        return tuple(entries[number] for number in order)

    def _spelled(self, entry: Entry) -> list[int]:
        """The tokens of an entry, with what stands before it that the model spells again."""
        before = self._begun[: max(0, entry.span.start - self._start)]
        return self._model.vocabulary.encode(before + entry.text)
