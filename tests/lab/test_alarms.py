"""Diagnostics against a judge: false alarms and misses are counted, and told with both places."""

from __future__ import annotations

import pytest

from lsp_server.agreement.asking import Verdict
from lsp_server.agreement.judges import load_judge
from lsp_server.lab.promise.alarms import Alarm, Miss, measure_diagnostics
from lsp_server.languages import Language, load_registry
from lsp_server.languages.sources import Source

FINE = Source("fine.tf", "a = 1\n")
TWICE = Source("twice.tf", "a = 1\na = 2\n")
WRONG = Source("wrong.tf", "a = 1\nb = = 2\n")
OPEN = Source("open.tf", "a {\n  b = 1\n\n  c = 2\n")


@pytest.fixture(scope="module")
def hcl() -> Language:
    return load_registry().by_id("hcl")


def test_files_that_the_judge_sees_as_expected_are_counted(hcl: Language) -> None:
    report = measure_diagnostics(hcl, [FINE, TWICE, WRONG], [WRONG, FINE, TWICE], load_judge(hcl))
    assert (report.valid, report.accepted, report.alarms) == (3, 2, ())
    assert (report.invalid, report.rejected, report.carried, report.placed) == (3, 1, 1, 1)
    assert (report.first_near, report.any_near, report.noted_near, report.misses) == (1, 1, 1, ())


def test_a_diagnostic_in_a_file_that_the_judge_accepts_is_a_false_alarm(hcl: Language) -> None:
    report = measure_diagnostics(hcl, [WRONG], [], lambda _: Verdict(True))
    (alarm,) = report.alarms
    assert alarm == Alarm("wrong.tf", 2, alarm.message)
    assert alarm.message.startswith("unexpected `=`")
    assert report.as_json()["alarm_share"] == 1.0


@pytest.mark.parametrize(("line", "near"), [(1, 1), (2, 1), (3, 1), (4, 0)])
def test_a_diagnostic_counts_within_one_line_of_the_judges_place(hcl: Language, line: int, near: int) -> None:
    report = measure_diagnostics(hcl, [], [WRONG], lambda _: Verdict(False, "no", lines=(line,)))
    assert (report.first_near, report.any_near) == (near, near)
    assert [miss.lines for miss in report.misses] == [(2,)] * (1 - near)


def test_a_miss_tells_both_places_and_where_notes_point(hcl: Language) -> None:
    report = measure_diagnostics(hcl, [], [OPEN], lambda _: Verdict(False, "not closed", lines=(1,)))
    (miss,) = report.misses
    assert (miss.judged, miss.lines, miss.noted) == ((1,), (4,), (1,))
    assert (report.carried, report.first_near, report.noted_near) == (1, 0, 1)


def test_a_file_without_a_diagnostic_is_a_miss_wherever_its_error_is(hcl: Language) -> None:
    for lines in ((), (1,)):
        verdict = Verdict(False, "no", lines=lines)
        report = measure_diagnostics(hcl, [], [FINE], lambda _, verdict=verdict: verdict)  # type: ignore[misc]
        assert (report.rejected, report.carried, report.placed) == (1, 0, len(lines))
        assert report.misses == (Miss("fine.tf", lines, "no"),)


def test_files_can_be_left_out_by_name(hcl: Language) -> None:
    report = measure_diagnostics(hcl, [FINE], [WRONG], load_judge(hcl), left_out={"wrong.tf", "fine.tf"})
    assert (report.accepted, report.rejected) == (0, 0)
