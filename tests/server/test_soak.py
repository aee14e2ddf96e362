"""Many random operations in each language; `python -m tests.soak` does as many as one likes."""

from __future__ import annotations

from lsp_server.languages import Language, load_registry
from tests.counts import tries
from tests.soak.comparing import unordered
from tests.soak.manners import Manners
from tests.soak.running import CHECKED, soak

OPERATIONS = tries(CHECKED * 2 // 5, CHECKED * 2)
SEEDS = (2, 5)
"""Of a client that pulls diagnostics and shows ghost text; of one that gets them pushed and shows none."""


def test_nothing_goes_wrong_whatever_an_editor_does(language: Language) -> None:
    names = [known.id for known in load_registry().languages]
    report = soak([language], OPERATIONS, SEEDS[names.index(language.id) % 2], suggesting=0.03)
    assert sum(report.operations.values()) == OPERATIONS
    assert report.checks > 0
    assert report.answers > OPERATIONS


def test_seeds_make_clients_of_each_kind() -> None:
    assert [(Manners.of(seed).pushed, Manners.of(seed).ghost) for seed in SEEDS] == [
        (False, True),
        (True, False),
    ]
    assert len({Manners.of(seed) for seed in range(8)}) == 8


def test_lists_agree_in_what_they_have_in_whatever_order() -> None:
    one, other = ({"label": label, "sortText": f"k{rank}"} for rank, label in enumerate(("a", "b")))
    found, turned = ({"isIncomplete": True, "items": items} for items in ([one, other], [other, one]))
    assert unordered(found) == unordered(turned)
    assert unordered(found) != unordered({"isIncomplete": True, "items": [one]})
    assert unordered(None) is None
