"""What is suggested in files with mistakes is what the committed table says; and the referee is fair."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from lsp_server.agreement.judges import load_judge
from lsp_server.features.completion import Completion, CompletionRequest, Suggestion
from lsp_server.lab.material.mistakes import MISTAKES, PlantedMistake, lexemes, mistake, with_mistakes
from lsp_server.lab.referee import KINDS, CaseKind, HearingOptions, RefereeCase, columns, hear, hearing
from lsp_server.lab.referee.cases import FAR, NEXT, draw
from lsp_server.languages import Language
from lsp_server.languages.sources import Source, examples_of
from tests.corpus_cases import SAMPLES
from tests.eval.referee import TABLE, languages, rows

ALL = {language.id: language for language in languages()}
COMMITTED = [" ".join(line.split()) for line in TABLE.read_text("utf-8").splitlines()[1:]]
CHANGED = """What is suggested in files with mistakes is not what tests/eval/referee.txt says.
If that is meant, write the table anew by `python -m tests.eval.referee`, and say in the commit what became
better or worse.
"""
HCL = "".join(
    f'resource "a" "b{i}" {{\n  count = {i}\n  name  = f(x, "y")\n  tags  = [1, 2]\n}}\n\n' for i in range(7)
)


@pytest.mark.parametrize("language", ALL)
def test_what_is_suggested_beside_mistakes_is_what_the_table_says(language: str) -> None:
    found = [" ".join(columns(row)) for row in rows(ALL[language])]
    committed = [line for line in COMMITTED if line.split()[0] == language]
    differ = [f"- {was}\n+ {now}\n" for was, now in zip(committed, found, strict=True) if was != now]
    assert not differ, CHANGED + "".join(differ)


def test_the_table_has_a_line_for_each_kind_in_each_language() -> None:
    assert {path.parent.name for path in SAMPLES.glob("*/language.toml")} < set(ALL)
    wanted = [f"{language} {kind}" for language in ALL for kind in KINDS]
    assert [line[: len(start)] for line, start in zip(COMMITTED, wanted, strict=True)] == wanted


def _case(kind: CaseKind, seed: int, wrong: int = 0) -> RefereeCase:
    case = draw(ALL["hcl"], [Source("a.tf", HCL)], load_judge(ALL["hcl"]), kind, wrong, Random(seed))
    assert case is not None
    return case


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_mistakes_are_where_they_are_asked_for_and_each_makes_the_file_wrong(kind: CaseKind) -> None:
    judge = load_judge(ALL["hcl"])
    case = _case(kind, seed=1)
    places = [HCL.count("\n", 0, one.start) - HCL.count("\n", 0, case.start) for one in case.mistakes]
    elements = [HCL.count("}\n", 0, one.start) - HCL.count("}\n", 0, case.start) for one in case.mistakes]
    assert len(set(places) - {0}) == kind.mistakes
    assert {
        "intact": True,
        "below": all(element > 0 for element in elements),
        "above": all(element < 0 for element in elements),
        "both": abs(sum(place > 0 for place in places) * 2 - len(places)) < 2 and 0 not in elements,
        "element": set(elements) <= {0} and all(abs(place) < FAR for place in places),
        "lines": all(0 < place <= NEXT + 1 for place in places),
    }[kind.where]
    for one in case.mistakes:
        assert not judge(with_mistakes(HCL, [one])).well_formed
    assert judge(with_mistakes(HCL, case.mistakes)).well_formed == (kind.mistakes == 0)


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_the_text_of_a_case_with_what_the_author_wrote_is_the_file_with_its_mistakes(kind: CaseKind) -> None:
    case = _case(kind, seed=2)
    filled = case.text[: case.offset] + case.author + case.text[case.offset :]
    assert filled == with_mistakes(HCL, case.mistakes)
    assert case.put(case.author) == HCL
    assert case.text[case.offset] == "\n"


def test_every_kind_of_mistake_is_made_within_one_line() -> None:
    of, random = lexemes(ALL["hcl"], HCL), Random(3)
    among = range(20, 60)
    found = [made for _ in range(200) if (made := mistake(of, among, random)) is not None]
    assert {one.how for one in found} == set(MISTAKES)
    for one in found:
        assert "\n" not in HCL[one.start : one.end] + one.text
        assert HCL[one.start : one.end] != one.text


@pytest.mark.parametrize("language", ALL.values(), ids=ALL)
def test_texts_that_are_called_wrong_are_wrong_in_the_file_without_mistakes(language: Language) -> None:
    judge, random, told = load_judge(language), Random(4), 0
    for _ in range(3):
        case = draw(language, examples_of(language), judge, CaseKind("below", 1), 7, random)
        assert case is not None
        told += len(case.wrong)
        for one in case.wrong:
            assert not judge(case.put(one.text)).well_formed
        assert len({one.how for one in case.wrong}) == len(case.wrong)
    assert told > 8


def test_nothing_is_asked_in_a_comment_nor_where_nothing_follows() -> None:
    text = "# words of a person, with marks\n/* more\nof them */\na = [1, 2]\nb = 2\n"
    hcl, random = ALL["hcl"], Random(5)
    cases = [draw(hcl, [Source("a.tf", text)], load_judge(hcl), KINDS[0], 0, random) for _ in range(40)]
    assert {case.author for case in cases if case is not None} <= {
        "a = [1, 2]"[start:] for start in range(len("a = [1, 2]"))
    }


def _heard(
    monkeypatch: pytest.MonkeyPatch, says: Callable[[CompletionRequest], str | None]
) -> hearing.RefereeRow:
    def complete(request: CompletionRequest, *_: object) -> Completion:
        text = says(request)
        items = () if text is None else (Suggestion(text, request.offset, request.offset, 0.0, "end"),)
        return Completion("hcl", request.offset, items, {}, 1, None if items else "no idea", {})

    monkeypatch.setattr(hearing, "complete", complete)
    language = ALL["hcl"]
    return hear(
        language, [Source("a.tf", HCL)], load_judge(language), CaseKind("both", 2), HearingOptions(4, 2)
    )


def test_what_does_not_fit_in_the_file_without_mistakes_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    row = _heard(monkeypatch, lambda request: " ) ] $")
    assert (row.cases, row.answered, row.violations, row.author) == (4, 4, 4, 0)
    assert row.said == row.wrong > 4
    assert {one.shown for one in row.findings} == {" ) ] $"}
    assert {len(one.mistakes) for one in row.findings} == {2}


def test_where_nothing_is_shown_the_reasons_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    row = _heard(monkeypatch, lambda request: None)
    assert (row.cases, row.answered, row.violations, row.author, row.wrong) == (4, 0, 0, 0, 0)
    assert row.reasons == {"no idea": 4}


def test_what_the_author_wrote_is_accepted_in_a_file_without_mistakes() -> None:
    language = ALL["hcl"]
    row = hear(language, [Source("a.tf", HCL)], load_judge(language), KINDS[0], HearingOptions(4, 0))
    assert (row.cases, row.answered, row.violations, row.author, row.said) == (4, 4, 0, 4, 0)


def test_the_same_seed_draws_the_same_and_another_one_others() -> None:
    first, again, other = (_case(CaseKind("below", 2), seed, 3) for seed in (6, 6, 7))
    assert first == again != other
    assert isinstance(first.mistakes[0], PlantedMistake)
