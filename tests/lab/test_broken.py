"""Broken files: mistakes are where they were asked for, and what suggestions do to them is told apart."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_server.agreement.judges import load_judge
from lsp_server.errors import UsageError
from lsp_server.features.completion import Suggestion
from lsp_server.lab.material.breaking import ABOVE, BELOW, BESIDE, WHERE, BrokenCut, break_file
from lsp_server.lab.material.cuts import Cut
from lsp_server.lab.material.mistakes import PlantedMistake
from lsp_server.lab.promise.assess import assess_broken
from lsp_server.lab.promise.counting import Judgement
from lsp_server.lab.promise.validity import Asking, measure_broken
from lsp_server.languages import Language, load_registry
from lsp_server.languages.sources import Source
from lsp_server.models import ScriptedModel

TEXT = 'a = [1, 2]\nb = f("x", [3])\nc {\n  d = "e"\n}\n'
LONG = "".join(f"name{i} = [word, word]\n" for i in range(5))


@pytest.fixture(scope="module")
def hcl() -> Language:
    return load_registry().by_id("hcl")


def _cut(text: str, removed: str) -> Cut:
    start = text.index(removed)
    return Cut(text, start, start + len(removed))


@given(st.integers(), st.sampled_from(WHERE), st.integers(0, len(TEXT)), st.integers(0, 9))
def test_a_mistake_is_at_its_side_of_the_cut_with_text_between(
    seed: int, where: str, start: int, length: int
) -> None:
    cut = Cut(TEXT, start, min(start + length, len(TEXT)))
    found = break_file(load_registry().by_id("hcl"), cut, where, Random(seed))
    if found is None:
        return
    mistake = found.broken
    before = mistake.end <= cut.start
    between = TEXT[mistake.end : cut.start] if before else TEXT[cut.end : mistake.start]
    assert between.strip()
    assert ("\n" in between) == (where != BESIDE)
    assert before or where != ABOVE
    assert not before or where != BELOW
    assert found.file != TEXT
    assert found.file[: mistake.start] == TEXT[: mistake.start]
    after = TEXT[cut.end :] if before else TEXT[cut.end : mistake.start] + mistake.text + TEXT[mistake.end :]
    assert found.text[found.cursor :] == after
    assert len(found.text) == len(found.file) - len(cut.removed)


def _broken(removed: str, mistaken: str, mistake: str) -> BrokenCut:
    place = _cut(TEXT, mistaken)
    return BrokenCut(_cut(TEXT, removed), PlantedMistake(place.start, place.end, mistake, "a mistake"))


@pytest.mark.parametrize(
    ("removed", "suggested", "mistaken", "mistake", "expected"),
    [
        pytest.param('"x"', '"y"', "[1", "1", Judgement.VALID, id="undone it is valid"),
        pytest.param('"x"', '"y', "[1", "1", Judgement.VIOLATION, id="an open string"),
        pytest.param('"x"', '"y")', "[1", "1", Judgement.VIOLATION, id="a stray bracket"),
        pytest.param('"x"', '"y", [2', '"e"', '"e"]', Judgement.VIOLATION, id="a bracket that stays open"),
        pytest.param("[3]", "[4]", '"e"', 'e"', Judgement.VALID, id="undone it is valid, below"),
        pytest.param("1, 2", "1]\ng = [5", "c {", "c {}", Judgement.VALID, id="one more line"),
        pytest.param(
            "[3]", "[3", ")\nc", "])\nc", Judgement.VIOLATION, id="what it opens is closed by mistake"
        ),
    ],
)
def test_what_a_suggestion_did_to_a_broken_file(
    hcl: Language, removed: str, suggested: str, mistaken: str, mistake: str, expected: Judgement
) -> None:
    broken = _broken(removed, mistaken, mistake)
    judge = load_judge(hcl)
    assert not judge(broken.file).well_formed
    item = Suggestion(suggested, broken.cursor, broken.cursor, 0.0, "end")
    assert assess_broken(hcl, broken, item, judge)[0] is expected


def test_a_suggestion_at_the_end_of_a_broken_file_may_be_unfinished(hcl: Language) -> None:
    broken = BrokenCut(Cut("a = [1]\nb = [2]", 12, 15), PlantedMistake(4, 5, "", "unpaired"))
    judge = load_judge(hcl)
    for text, expected in (
        ("[2]\n", Judgement.VALID),
        ("[f(2", Judgement.UNFINISHED),
        ("[2)", Judgement.VIOLATION),
    ):
        item = Suggestion(text, broken.cursor, broken.cursor, 0.0, "end")
        assert assess_broken(hcl, broken, item, judge)[0] is expected


def test_sides_and_kinds_of_cuts_take_turns_and_every_file_is_rejected(hcl: Language) -> None:
    judge = load_judge(hcl)
    asking = Asking(ScriptedModel([LONG]))
    reports = measure_broken(
        hcl, [Source("a.tf", LONG)], judge, asking, kinds=["rest-of-line", "inside-word"], cuts=12
    )
    assert [(report.part, report.kind, report.cuts) for report in reports] == [
        ("broken", where, 4) for where in WHERE
    ]
    for found in (one for report in reports for one in report.unanswered):
        assert found.broken is not None
        cut = Cut(LONG, found.cut_start, found.cut_end)
        assert not judge(BrokenCut(cut, found.broken).file).well_formed


def test_files_that_cannot_be_broken_elsewhere_are_an_error(hcl: Language) -> None:
    with pytest.raises(UsageError, match="can be broken above"):
        measure_broken(
            hcl,
            [Source("a.tf", "a = 1\n")],
            load_judge(hcl),
            Asking(ScriptedModel({})),
            kinds=["rest-of-line"],
            cuts=1,
        )
