"""Validity: every suggestion is judged, and whatever is wrong can be shown again from the report."""

from __future__ import annotations

import dataclasses

import pytest

from lsp_server.agreement.asking import Verdict
from lsp_server.agreement.judges import load_judge
from lsp_server.errors import UsageError
from lsp_server.features.completion import Completion, CompletionRequest, Suggestion
from lsp_server.lab.material.cuts import KINDS, Cut
from lsp_server.lab.promise.assess import assess
from lsp_server.lab.promise.counting import Judgement, Tally, ValidityReport, summed
from lsp_server.lab.promise.validity import Asking, measure_validity
from lsp_server.languages import Language, load_registry
from lsp_server.languages.sources import Source
from lsp_server.models import ScriptedModel

FIRST = Source("first.tf", "a = 1\nb = [2, 3]\nc = 4\n")
SECOND = Source("second.tf", 'd {\n  e = f(5)\n}\n\ng "h" {\n}\n')
WRONG = Source("wrong.tf", "a = = 1\n")
SOURCES = (FIRST, SECOND, WRONG)


@pytest.fixture(scope="module")
def hcl() -> Language:
    return load_registry().by_id("hcl")


def _measure(language: Language, kind: str = "inside-line", seed: int = 0) -> ValidityReport:
    asking = Asking(ScriptedModel([FIRST.text, SECOND.text]), seed)
    return measure_validity(language, SOURCES, load_judge(language), asking, kind=kind, cuts=20)


def test_cuts_suggestions_and_answers_add_up(hcl: Language) -> None:
    report = _measure(hcl)
    assert (report.language, report.kind, report.files, report.cuts) == ("hcl", "inside-line", 2, 20)
    assert report.total.cuts == report.cuts - report.in_comments - report.nothing_to_add - report.whole
    assert sum(tally.cuts for tally in report.by_situation.values()) == report.total.cuts
    assert sum(tally.answered for tally in report.by_situation.values()) == report.total.answered
    assert report.outcomes["valid"] >= report.total.answered > 0
    assert report.outcomes["violation"] == len(report.violations) == 0
    assert sum(report.reasons.values()) == len(report.unanswered) == report.total.cuts - report.total.answered
    assert sum(report.relaxations.values()) == report.statistics["masked"] > 0
    assert report.unmasked == 20 - report.statistics["masked"] > 0
    assert 0 < report.latency_ms(50) <= report.latency_ms(95) <= report.latency_ms(100)
    assert report.statistics["tokens"] > 0


def test_a_report_in_json_has_what_its_table_has(hcl: Language) -> None:
    report = _measure(hcl)
    found = report.as_json()
    assert found["total"]["share"] == report.total.share
    assert found["latency_ms"]["p95"] == report.latency_ms(95)
    assert "latencies_ms" not in found


def test_the_same_seed_gives_the_same_report(hcl: Language) -> None:
    one, two = _measure(hcl, seed=3), _measure(hcl, seed=3)
    assert dataclasses.replace(one, latencies_ms=()) == dataclasses.replace(two, latencies_ms=())
    assert one.by_situation != _measure(hcl, seed=4).by_situation


def test_reports_are_summed_number_by_number(hcl: Language) -> None:
    reports = [_measure(hcl, kind) for kind in ("inside-line", "rest-of-line")]
    total = summed(reports, "all")
    assert (total.kind, total.cuts, total.files) == ("all", 40, 2)
    assert total.total == Tally(
        reports[0].total.cuts + reports[1].total.cuts, reports[0].total.answered + reports[1].total.answered
    )
    assert total.outcomes["valid"] == sum(report.outcomes["valid"] for report in reports)
    assert total.latency_ms(100) == max(report.latency_ms(100) for report in reports)


def test_a_violation_tells_all_that_is_needed_to_see_it_again(hcl: Language) -> None:
    accepted = {FIRST.text, SECOND.text}
    seen: list[str] = []

    def judge(text: str) -> Verdict:
        seen.append(text)
        return Verdict(text in accepted, "no")

    asking = Asking(ScriptedModel({"": "7"}))
    report = measure_validity(hcl, SOURCES, judge, asking, kind="inside-line", cuts=10)
    assert report.violations
    texts = {source.name: source.text for source in SOURCES}
    for found in report.violations:
        text = texts[found.name]
        cut = text[: found.cut_start] + text[found.cut_end :]
        assert cut[: found.start] + found.text + cut[found.end :] in seen
        assert text.count("\n", 0, found.cut_start) + 1 == found.line
        assert (found.kind, found.message) == ("inside-line", "no")


def test_what_the_judge_ignores_is_counted_apart(hcl: Language) -> None:
    def judge(text: str) -> Verdict:
        return Verdict(text in (FIRST.text, SECOND.text), "twice", ignored=True)

    asking = Asking(ScriptedModel({"": "7"}))
    report = measure_validity(hcl, SOURCES, judge, asking, kind="inside-line", cuts=10)
    assert report.outcomes["not syntax"] > 0
    assert report.violations == ()


def test_a_cut_in_a_comment_is_no_cut_that_could_be_answered(hcl: Language) -> None:
    source = Source("comment.tf", "# a comment and nothing else")
    asking = Asking(ScriptedModel({}))
    report = measure_validity(hcl, [source], load_judge(hcl), asking, kind="inside-word", cuts=3)
    assert (report.cuts, report.in_comments, report.intrusions, report.total) == (3, 3, 0, Tally(0, 0))
    assert not report.relaxations
    assert not report.reasons


def test_a_model_that_ends_a_whole_text_leaves_nothing_to_answer(hcl: Language) -> None:
    asking = Asking(ScriptedModel([FIRST.text]))
    report = measure_validity(hcl, [FIRST], load_judge(hcl), asking, kind="rest-of-line", cuts=40)
    assert report.nothing_to_add > 0
    assert report.total.cuts + report.nothing_to_add == 40


def test_a_cut_without_a_suggestion_is_listed_with_its_reason(
    hcl: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(request: CompletionRequest, *_: object) -> Completion:
        return Completion("hcl", request.offset, (), {}, 0, "no idea", {})

    monkeypatch.setattr("lsp_server.lab.promise.validity.complete", nothing)
    asking = Asking(ScriptedModel({}))
    report = measure_validity(hcl, [FIRST], load_judge(hcl), asking, kind="rest-of-line", cuts=9)
    assert (report.reasons, report.total) == ({"no idea": 9 - report.whole}, Tally(9 - report.whole, 0))
    assert {found.line for found in report.unanswered} == {1, 2, 3}
    assert report.whole > 0
    assert all(found.cut_start < found.cut_end for found in report.unanswered)
    for found in report.unanswered:
        before = FIRST.text[: found.cut_start].rpartition("\n")[2]
        assert found.column == len(before) + 1


@pytest.mark.parametrize(
    ("original", "start", "end", "text", "expected"),
    [
        ("a = [1]\n", 4, 7, "[2]", Judgement.VALID),
        ("a = [1]\n", 4, 7, "[2", Judgement.UNFINISHED),
        ("a = [1]", 4, 7, 'f({ b = "c', Judgement.UNFINISHED),
        ("a = [1]\n", 4, 7, "[2}", Judgement.VIOLATION),
        ("a = [1]\nb = 2\n", 4, 7, "[2", Judgement.VIOLATION),
        ("a = 1\nb = 2\nc = 3\n", 12, 17, "a = 3", Judgement.NOT_SYNTAX),
    ],
)
def test_an_unfinished_text_is_none_where_more_follows_or_nothing_finishes_it(
    hcl: Language, original: str, start: int, end: int, text: str, expected: Judgement
) -> None:
    item = Suggestion(text, start, start, 0.0, "end")
    assert assess(hcl, Cut(original, start, end), item, load_judge(hcl))[0] is expected


def test_an_unknown_kind_of_cut_is_an_error(hcl: Language) -> None:
    with pytest.raises(UsageError, match="unknown kind of cut 'sideways' \\(known are: rest-of-line"):
        _measure(hcl, kind="sideways")


@pytest.mark.parametrize("kind", KINDS)
def test_files_without_a_place_for_the_cut_are_an_error(hcl: Language, kind: str) -> None:
    for source in (WRONG, Source("blank.tf", " ")):
        with pytest.raises(UsageError, match=f"no .* file has a place for '{kind}'"):
            measure_validity(hcl, [source], load_judge(hcl), Asking(ScriptedModel({})), kind=kind, cuts=1)
