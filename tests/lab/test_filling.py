"""Filling gaps: who fills them, and the rows and curves that are made of it."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from lsp_server.agreement.asking import Verdict
from lsp_server.agreement.judges import load_judge
from lsp_server.errors import UsageError
from lsp_server.features.levels import ConstraintLevel
from lsp_server.features.project import Project
from lsp_server.lab.material.cuts import Cut
from lsp_server.lab.material.neighbours import all_of, neighbours, texts_alone
from lsp_server.lab.quality.fillers import (
    Answer,
    left_only,
    line_ending,
    own,
    product,
    unconstrained,
    word_ending,
)
from lsp_server.lab.quality.filling import accepted, curve, fill_cuts, fill_report
from lsp_server.lab.quality.ladder import climb, levels_of
from lsp_server.languages import Language, load_registry
from lsp_server.languages.sources import Source
from lsp_server.models import ScriptedModel

FIRST = Source("first.tf", "a = 1\nb = [2, 3]\nc = 4\n")
COMMENTED = Source("second.tf", "# only a comment\n\n# or two\nd = 5\n")
WRONG = Source("wrong.tf", "a = = 1\n")


@pytest.fixture(scope="module")
def hcl() -> Language:
    return load_registry().by_id("hcl")


def _cut(marked: str) -> Cut:
    before, removed, after = marked.split("|")
    return Cut(before + removed + after, len(before), len(before) + len(removed), "\n" in removed)


@pytest.mark.parametrize(
    ("marked", "says", "free", "left", "both"),
    [
        ("a = |1|\nb = 2\n", "1", "1", "1", "1"),
        ("a = [|1|]\n", "1]", "1]", "1]", "1"),
        ("a = |1|\n", "1 }", "1 }", "1", "1"),
        ("a = na|me|\n", "me\nb = 2", "me", "me", "me"),
        ("a = |[\n  1,\n]|\nb = 2\n", "[\n  1,\n]", "[\n  1,\n]", "[\n  1,\n]", "[\n  1,\n]"),
    ],
)
def test_a_rung_holds_the_model_to_as_much_as_it_says(
    hcl: Language, marked: str, says: str, free: str, left: str, both: str
) -> None:
    cut = _cut(marked)
    before = cut.text[: cut.start]
    model = ScriptedModel([before + says])
    answers = [make(model, 20)(hcl, cut) for make in (unconstrained, left_only, product)]
    assert [answer.text for answer in answers] == [free, left, both]
    assert all(answer.ms > 0 < answer.tokens for answer in answers)


def test_a_model_without_a_constraint_ends_with_its_budget_or_where_it_meets_what_follows(
    hcl: Language,
) -> None:
    cut = _cut("a = |1| + some_long_name + another\n")
    for says, budget, text in ((cut.original, 40, "1"), ("a = 123456 ", 3, "123")):
        assert unconstrained(ScriptedModel([says], [" +"]), budget)(hcl, cut).text == text


@pytest.mark.parametrize(
    ("marked", "words", "lines"),
    [
        ("name = 1\nnumber = 2\nn|umber|", "umber", "umber = 2"),
        ("x = names\ny = na|mes|", "mes", "mes"),
        ("y = na|mes|\nz = name", "me", "me"),
        ("a = [1, 2]\nb = [1|, 2]|", "", ", 2]"),
        ("x = 1\na = true # so\ny = 2\na = true|# so|", "", " # so"),
        ("uuid = 1\nid| = 2|", "", ""),
        ("a|b|c", "", ""),
    ],
)
def test_the_file_itself_may_tell_how_to_go_on(hcl: Language, marked: str, words: str, lines: str) -> None:
    cut = _cut(marked)
    assert own(word_ending)(hcl, cut).text == words
    assert own(line_ending)(hcl, cut).text == lines


def test_each_filler_fills_the_same_cuts_and_rows_count_them(hcl: Language) -> None:
    asked: list[Cut] = []

    def right(_: Language, cut: Cut) -> Answer:
        asked.append(cut)
        return Answer(cut.removed, -0.5, "end", 2, 10.0)

    def silent(_: Language, cut: Cut) -> Answer:
        assert cut is asked[-1]
        return Answer("")

    fillers = {"right": right, "silent": silent}
    sources = accepted((FIRST, COMMENTED, WRONG), load_judge(hcl))
    assert sources == [FIRST, COMMENTED]
    kinds = ["rest-of-line", "inside-line"]
    filled = fill_cuts(hcl, sources, load_judge(hcl), fillers, kinds=kinds, cuts=8)
    report = fill_report(hcl, 2, 0, filled)
    assert [(row.kind, row.by, row.cuts) for row in report.rows] == [
        ("rest-of-line", "right", 8),
        ("rest-of-line", "silent", 8),
        ("inside-line", "right", 8),
        ("inside-line", "silent", 8),
        ("all", "right", 16),
        ("all", "silent", 16),
    ]
    best, none = report.rows[-2:]
    assert best.answered == best.judged == best.valid == best.hole == best.line == best.word == 16
    assert (best.matched_share, best.similarity, best.p50_ms, best.stops) == (1.0, 1.0, 10.0, {"end": 16})
    assert best.tokens_per_second == pytest.approx(200)
    assert (none.answered, none.judged, none.line, none.saved, none.similarity) == (0, 0, 0, 0.0, 0.0)
    assert all(cut.removed.strip() and "comment" not in cut.removed for cut in asked)


def test_what_is_put_in_is_judged_and_nothing_else(hcl: Language) -> None:
    def wrong(_: Language, cut: Cut) -> Answer:
        return Answer(") (")

    filled = fill_cuts(hcl, [FIRST], load_judge(hcl), {"by": wrong}, kinds=["inside-line"], cuts=4)
    assert [one.valid for one in filled] == [False] * 4
    unjudged = fill_cuts(hcl, [FIRST], None, {"by": wrong}, kinds=["inside-line"], cuts=4)
    assert not fill_report(hcl, 1, 0, unjudged).judged
    assert [one.cut for one in unjudged] == [one.cut for one in filled]


def test_a_curve_trades_coverage_for_precision(hcl: Language) -> None:
    answers = iter([Answer(""), Answer("4", -0.01), Answer("5", -0.4), Answer("", -0.01), Answer("6", -9.0)])
    filled = fill_cuts(
        hcl,
        [Source("one.tf", "c = 4")],
        None,
        {"by": lambda _, cut: next(answers)},
        kinds=["rest-of-line"],
        cuts=4,
    )
    points = {point.confidence: point for point in curve(filled)}
    assert [points[bound].shown for bound in (0.9, 0.7, 0.5, 0.05, None)] == [1, 1, 2, 2, 3]
    assert [points[bound].coverage for bound in (0.9, None)] == [0.25, 0.75]
    hits = [one.score.hole for one in filled if one.answer.sureness >= math.log(0.5) and one.answer.text]
    assert points[0.5].precision == sum(hits) / 2


def test_what_stands_near_in_a_project_is_known(hcl: Language) -> None:
    line = "subnets = merge(module.network.subnets, local.others)\n"
    near = [Source("in/near.tf", line), Source("in/first.tf", "a = 1\n")]
    model = ScriptedModel({})
    fillers = {"left": left_only(model, 20), "both": product(model, 20)}

    def copied(*project: Source) -> set[str]:
        filled = fill_cuts(
            hcl,
            [Source("in/first.tf", line)],
            None,
            fillers,
            kinds=["rest-of-line"],
            cuts=6,
            knows=texts_alone(neighbours(hcl, project)),
        )
        near = [one.cut.known.beside or () for one in filled]
        assert all(tuple(texts[: len(project) - 1]) == (line,) * (len(project) - 1) for texts in near)
        return {one.by for one in filled if one.cut.start > 20 and one.score.hole}

    assert copied(*near) == {"left", "both"}
    assert copied(near[1]) == set()


def test_files_of_comments_alone_and_unknown_kinds_are_errors(hcl: Language) -> None:
    for kind, message in (("inside-word", "no .* file has code"), ("sideways", "unknown kind of cut")):
        with pytest.raises(UsageError, match=message):
            fill_cuts(
                hcl, [Source("c.tf", "# comment")], None, {"by": own(word_ending)}, kinds=[kind], cuts=1
            )


def test_a_ladder_has_a_rung_for_each_level_and_they_are_compared_in_time(hcl: Language) -> None:
    model = ScriptedModel([FIRST.text])
    rungs = climb(
        hcl, [FIRST], load_judge(hcl), ("mine", model), kinds=["rest-of-line"], cuts=5, max_tokens=8
    )
    assert [(rung.model, rung.level) for rung in rungs] == [("mine", level) for level in ConstraintLevel]
    assert rungs[0].time == rungs[0].time_at_median == 1.0
    assert all(rung.row.cuts == 5 and rung.time > 0 for rung in rungs)
    assert rungs[2].row.valid == rungs[2].row.judged > 0


def test_each_rung_of_a_ladder_knows_what_its_level_says(hcl: Language, tmp_path: Path) -> None:
    near = 'variable "region" {}\n\noutput "there" {\n  colour = upper(trimspace(var.region))\n}\n'
    mine = 'output "here" {\n  colour = \n}\n'
    for name, text in (("near.tf", near), ("mine.tf", mine)):
        (tmp_path / name).write_text(text)
    at, knows = mine.index("= ") + 2, all_of(Project(hcl, tmp_path))
    off, left, both, names, nearby = map(str, ConstraintLevel)

    def written(says: dict[str, str]) -> dict[str, str]:
        cut = Cut(mine, at, at, known=knows("mine.tf", mine, at))
        return {level: fill(hcl, cut).text for level, fill in levels_of(ScriptedModel(says), 16).items()}

    wrong = written({mine[:at]: "var.size }"})
    assert wrong[off] == "var.size }"
    assert wrong[left] == wrong[both] == "var.size"
    assert wrong[names] == wrong[nearby] == "var.region"
    silent = written({})
    assert {silent[level] for level in (off, left, both, names)} == {""}
    assert silent[nearby] == "upper"


def test_a_judge_that_refuses_all_leaves_no_file() -> None:
    assert accepted((FIRST,), lambda text: Verdict(False)) == []
    assert accepted((FIRST,), None) == [FIRST]
