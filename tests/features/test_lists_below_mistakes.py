"""Below a mistake the list is the one that is there without it."""

from __future__ import annotations

import random

from lsp_server.agreement.judges import load_judge
from lsp_server.lab.material.cuts import KINDS, Cut
from lsp_server.languages import Language
from lsp_server.server.documents.session import Document
from lsp_server.text import Edit, Snapshot, Span
from tests.constraint.texts import examples
from tests.counts import tries
from tests.features.listing import listed_in, texts_of

_WRONG = "= =\n"
_PLACES = tries(8, 100)
_SHARE = 0.7
"""So much of it is there at least: of what is wrong it is at times only a guess what is meant."""


def _typed(language: Language, text: str, cut: Cut, beyond: int = 0) -> set[str]:
    """What is listed where something was taken out of a text, which begins so much farther on there."""
    document = Document(Snapshot("file:///a", language.id, 1, text), language)
    document.tree()
    start = cut.start + beyond
    document = document.edited([Edit(Span(start, cut.end + beyond), "")], 2)
    return set(texts_of(listed_in(document, start)))


def test_a_list_below_a_mistake_is_the_one_without_it(language: Language) -> None:
    chance, judge = random.Random(4), load_judge(language)
    kept = without = places = 0
    while places < _PLACES:
        text = chance.choice(examples(language))
        cut = KINDS[chance.choice([*KINDS])](language, text, chance)
        line = 0 if cut is None else text.rfind("\n", 0, cut.start) + 1
        starts = [at + 1 for at, sign in enumerate(text[: max(0, line - 1)]) if sign == "\n"]
        if cut is None or not starts:
            continue
        start = chance.choice(starts)
        broken = f"{text[:start]}{_WRONG}{text[start:]}"
        if judge(broken).well_formed:
            continue
        here, there = _typed(language, broken, cut, len(_WRONG)), _typed(language, text, cut)
        kept, without, places = kept + len(here & there), without + len(there), places + 1
    assert without > 4 * _PLACES
    assert kept > _SHARE * without
