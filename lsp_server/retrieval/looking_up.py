"""What was looked up for a question, and what of it is used: for copying, and in a prompt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lsp_server.retrieval.asking import Question
from lsp_server.retrieval.deciding import learnt, signs_of_passages
from lsp_server.retrieval.passages import Passage, PassageOrigin
from lsp_server.retrieval.store import LOOKED_AT, FoundPassage, PassageStore

_MOST = 8
_PER_WISH = 12 * LOOKED_AT
"""Passages that are looked at for what somebody says in words: few words, and each of them counts."""


@dataclass(frozen=True)
class LookedUp:
    """What was found for a question, best first."""

    question: Question
    found: Sequence[FoundPassage]

    def copied(self, beside: Sequence[str]) -> tuple[str, ...]:
        """The code of which parts may stand again, beside texts that are known to stand near.

        What stands near is not read twice. Docs and examples of the language itself are left to those who ask
        for something in words: in files that are begun they were wrong more often than right.
        """
        found = (
            one.passage.code
            for one in self.found
            if self.question.wish or one.passage.origin in (PassageOrigin.WORKSPACE, PassageOrigin.FOLDER)
        )
        return tuple(
            code for code in dict.fromkeys(found) if code and not any(code in text for text in beside)
        )

    def prompted(self, room: int) -> Sequence[Passage]:
        """What a model reads first that has so much room; nothing where that does not pay."""
        if not self.found or not room:
            return ()
        pays = learnt().pays(signs_of_passages(self.question, self.found, room))
        return [one.passage for one in self.found] if pays else ()


def look_up(question: Question, store: PassageStore | None, own: str = "") -> LookedUp:
    """What a store has for a question; nothing of the file with that name, which is the person's own."""
    if store is None:
        return LookedUp(question, ())
    looked_at = _PER_WISH if question.wish else LOOKED_AT
    found = store.find(question.weights, 2 * _MOST, looked_at)
    return LookedUp(question, [one for one in found if not own or one.passage.name != own][:_MOST])
