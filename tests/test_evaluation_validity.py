"""Validity: every suggestion is judged, and whatever is wrong can be shown again from the report."""

from __future__ import annotations

import dataclasses

import pytest

from lsp_server.errors import UsageError
from lsp_server.evaluation.corpus import Source
from lsp_server.evaluation.cuts import Cut
from lsp_server.evaluation.judges import Verdict, load_judge
from lsp_server.evaluation.validity import Outcome, ValidityReport, assess, measure_validity
from lsp_server.features.completion import Item
from lsp_server.languages import Language, load_registry
from lsp_server.models import ScriptedModel

FIRST = Source("first.tf", "a = 1\nb = [2, 3]\nc = 4\n")
SECOND = Source("second.tf", 'd {\n  e = f(5)\n}\n\ng "h" {\n}\n')
WRONG = Source("wrong.tf", "a = = 1\n")
SOURCES = (FIRST, SECOND, WRONG)


@pytest.fixture(scope="module")
def hcl() -> Language:
    return load_registry().by_id("hcl")


def _measure(language: Language, kind: str = "inside-line", seed: int = 0) -> ValidityReport:
    model = ScriptedModel([FIRST.text, SECOND.text])
    return measure_validity(language, SOURCES, model, load_judge(language), kind=kind, cuts=20, seed=seed)


def test_cuts_suggestions_and_answers_add_up(hcl: Language) -> None:
    report = _measure(hcl)
    assert (report.language, report.kind, report.files, report.total.cuts) == ("hcl", "inside-line", 2, 20)
    assert sum(tally.cuts for tally in report.by_situation.values()) == 20
    assert sum(tally.answered for tally in report.by_situation.values()) == report.total.answered
    assert report.outcomes["valid"] == report.total.answered > 0
    assert report.outcomes["violation"] == len(report.violations) == 0
    assert sum(report.reasons.values()) == len(report.unanswered) == 20 - report.total.answered
    assert 0 < report.latency_ms["p50"] <= report.latency_ms["p95"] <= report.latency_ms["max"]
    assert report.statistics["tokens"] > 0


def test_the_same_seed_gives_the_same_report(hcl: Language) -> None:
    one, two = _measure(hcl, seed=3), _measure(hcl, seed=3)
    assert dataclasses.replace(one, latency_ms={}) == dataclasses.replace(two, latency_ms={})
    assert one.by_situation != _measure(hcl, seed=4).by_situation


def test_a_violation_tells_all_that_is_needed_to_see_it_again(hcl: Language) -> None:
    accepted = {FIRST.text, SECOND.text}
    seen: list[str] = []

    def judge(text: str) -> Verdict:
        seen.append(text)
        return Verdict(text in accepted, "no")

    report = measure_validity(hcl, SOURCES, ScriptedModel({"": "7"}), judge, kind="inside-line", cuts=10)
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

    report = measure_validity(hcl, SOURCES, ScriptedModel({"": "7"}), judge, kind="inside-line", cuts=10)
    assert report.outcomes["not syntax"] > 0
    assert report.violations == ()


def test_a_cut_without_a_suggestion_is_listed_with_its_reason(hcl: Language) -> None:
    source = Source("comment.tf", "# a comment and nothing else")
    report = measure_validity(hcl, [source], ScriptedModel({}), load_judge(hcl), kind="inside-word", cuts=3)
    assert report.reasons == {"the cursor is in a comment": 3}
    assert report.by_situation["in a comment"].share == 0.0
    assert {(found.line, found.situation) for found in report.unanswered} == {(1, "in a comment")}
    assert all(found.column == found.cut_start + 1 for found in report.unanswered)


@pytest.mark.parametrize(
    ("original", "start", "end", "text", "expected"),
    [
        ("a = [1]\n", 4, 7, "[2]", Outcome.VALID),
        ("a = [1]\n", 4, 7, "[2", Outcome.UNFINISHED),
        ("a = [1]", 4, 7, 'f({ b = "c', Outcome.UNFINISHED),
        ("a = [1]\n", 4, 7, "[2}", Outcome.VIOLATION),
        ("a = [1]\nb = 2\n", 4, 7, "[2", Outcome.VIOLATION),
        ("a = 1\nb = 2\nc = 3\n", 12, 17, "a = 3", Outcome.NOT_SYNTAX),
    ],
)
def test_an_unfinished_text_is_none_where_more_follows_or_nothing_finishes_it(
    hcl: Language, original: str, start: int, end: int, text: str, expected: Outcome
) -> None:
    item = Item(text, start, start, 0.0, "end")
    assert assess(hcl, Cut(original, start, end), item, load_judge(hcl))[0] is expected


def test_an_unknown_kind_of_cut_is_an_error(hcl: Language) -> None:
    with pytest.raises(UsageError, match="unknown kind of cut 'sideways' \\(known are: rest-of-line"):
        _measure(hcl, kind="sideways")


@pytest.mark.parametrize(("source", "kind"), [(WRONG, "rest-of-line"), (FIRST, "inside-word")])
def test_files_without_a_place_for_the_cut_are_an_error(hcl: Language, source: Source, kind: str) -> None:
    with pytest.raises(UsageError, match=f"no .* file has a place for '{kind}'"):
        measure_validity(hcl, [source], ScriptedModel({}), load_judge(hcl), kind=kind, cuts=1)
