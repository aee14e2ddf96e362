"""`holegram eval`: measures made on a few files, with a model that says what it is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lsp_server.agreement.asking import Verdict
from lsp_server.features.completion import Completion, CompletionRequest
from tests.cli.conftest import Holegram, assert_one_line
from tests.corpus_cases import SAMPLES


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("data").mkdir()
    Path("data/a.graphql").write_text("type A {\n  b: Int\n  c(d: [Int!]): String!\n}\n")
    Path("data/b.graphql").write_text("query Q($v: Int) {\n  a(b: $v) { c }\n}\n")
    Path("says.json").write_text('{"endings": {"b: ": "Int", "c: ": "String"}}')
    return tmp_path


VALIDITY = ("eval", "validity", "graphql", "--data", "data", "--model", "scripted:says.json", "--cuts", "6")
INTACT = (*VALIDITY, "--broken", "0")


def test_validity_prints_a_row_for_each_kind_of_cut_and_their_sum(holegram: Holegram) -> None:
    result = holegram(*INTACT, "--kind", "rest-of-line", "--kind", "inside-word")
    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()
    assert lines[0] == "graphql: 2 valid files, seed 0"
    assert lines[1].split()[:2] == ["cuts", "number"]
    assert lines[1].split()[-1] == "violation"
    for row, kind, number in zip(
        lines[2:5], ("rest-of-line", "inside-word", "all intact"), ("6", "6", "12"), strict=True
    ):
        assert row.startswith(f"{kind} ")
        assert row.removeprefix(kind).split()[0] == number
        assert row.split()[-1] == "0"
    assert lines[6].split()[:4] == ["cuts", "no", "mask", "k=8"]
    assert lines[9].startswith("all intact ")


def test_validity_breaks_files_too(holegram: Holegram) -> None:
    Path("data/b.graphql").unlink()
    Path("data/c.graphql").write_text(
        "".join(f"type B{i} {{\n  a: Int, b: Int, c: Int\n}}\n" for i in range(9))
    )
    result = holegram(*VALIDITY, "--kind", "rest-of-line", "--broken", "9", "--json")
    assert [(report["part"], report["kind"]) for report in result.json] == [
        ("intact", "rest-of-line"),
        ("broken", "broken above"),
        ("broken", "broken below"),
        ("broken", "broken in the line"),
    ]
    assert [report["cuts"] for report in result.json] == [6, 3, 3, 3]


def test_validity_in_json_has_a_report_for_each_kind(holegram: Holegram) -> None:
    result = holegram(*INTACT, "--json", "--kind", "rest-of-line", "--kind", "inside-word", "--seed", "1")
    assert [(report["kind"], report["seed"]) for report in result.json] == [
        ("rest-of-line", 1),
        ("inside-word", 1),
    ]
    for report in result.json:
        assert report["cuts"] == 6
        assert report["violations"] == []
        judged, answered = sum(report["outcomes"].values()), report["total"]["answered"]
        assert answered <= judged <= answered + report["whole"]


def test_what_is_not_answered_is_told_with_places(
    holegram: Holegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(request: CompletionRequest, *_: object) -> Completion:
        return Completion("graphql", request.offset, (), {}, 0, "no idea", {})

    monkeypatch.setattr("lsp_server.lab.promise.validity.complete", nothing)
    lines = holegram(*INTACT, "--kind", "rest-of-line").out.splitlines()
    (report,) = holegram(*INTACT, "--kind", "rest-of-line", "--json").json
    assert lines[-2] == "no suggestion, intact"
    count = report["total"]["cuts"]
    assert count == report["cuts"] - report["whole"] > 2
    assert re.fullmatch(rf"     {count}  no idea(:| )( [ab]\.graphql:\d+:\d+,?){{3}}", lines[-1])


def test_diagnostics_are_compared_with_the_judge(holegram: Holegram) -> None:
    Path("wrong").mkdir()
    for name, text in (("x", "type A {\n  b: \n}\n"), ("y", "type A {\n  b: \n}\n"), ("z", "type A {}\n")):
        Path(f"wrong/{name}.graphql").write_text(text)
    Path("names.txt").write_text("y.graphql\n")
    args = (
        "eval",
        "diagnostics",
        "graphql",
        "--data",
        "data",
        "--invalid",
        "wrong",
        "--leave-out",
        "names.txt",
    )
    rows = holegram(*args).out.splitlines()
    assert re.fullmatch("of these, with a diagnostic +0 of 2 .*", rows[3])
    assert re.fullmatch("rejected by the judge +2 *", rows[5])
    answer = holegram(*args, "--json").json
    assert (answer["rejected"], answer["alarm_share"], answer["first_near_share"]) == (2, 0.0, 1.0)


def test_ends_counts_what_suggestions_leave_open(holegram: Holegram) -> None:
    args = ("eval", "ends", "graphql", "--data", "data", "--cursors", "5", "--model", "scripted:says.json")
    rows = holegram(*args).out.splitlines()
    names = ["graphql", "cursors", "answered", "whole", "block open", "statement open", "lexeme open"]
    assert [re.split(r"  +", row)[0] for row in rows] == names
    answer = holegram(*args, "--json").json
    assert (answer["cursors"], answer["left_open"]) == (5, [])
    assert sum(answer["ends"].values()) == answer["answered"]


def test_false_alarms_and_misses_are_listed_where_that_is_asked_for(
    holegram: Holegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("wrong").mkdir()
    Path("wrong/x.graphql").write_text("type A {\n  b: Int\n}\n")
    Path("data/b.graphql").write_text("type A {}\n")

    def judge(text: str) -> Verdict:
        return Verdict("Int\n" not in text, "no", lines=(2,))

    monkeypatch.setattr("lsp_server.agreement.judges.load_judge", lambda *_: judge)
    args = ("eval", "diagnostics", "graphql", "--data", "data", "--invalid", "wrong")
    short = holegram(*args).out
    full = holegram(*args, "--verbose").out
    alarm, miss = full.removeprefix(short).splitlines()
    assert alarm.startswith("b.graphql:1: false alarm: ")
    assert miss == "x.graphql: judged on 2: no; no diagnostic"


def test_a_folder_of_a_bundle_is_a_language_and_lark_its_judge(holegram: Holegram) -> None:
    folder = SAMPLES / "runbook"
    args = (
        "--data",
        str(folder / "examples"),
        "--model",
        "scripted:says.json",
        "--cuts",
        "5",
        "--broken",
        "3",
    )
    reports = holegram("eval", "validity", str(folder), *args, "--json").json
    assert {report["language"] for report in reports} == {"runbook"}
    assert sum(report["cuts"] for report in reports) == 28
    assert [violation for report in reports for violation in report["violations"]] == []


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("validity", "graphql", "--data", "none"), "no such directory"),
        (("validity", "hcl", "--data", "data"), "no HCL (Terraform) file"),
        (("validity", "nothing", "--data", "data"), "unknown language 'nothing'"),
        (("validity", "graphql", "--data", "data", "--kind", "x"), "unknown kind of cut 'x'"),
        (("validity", "graphql"), "--data"),
        (("validity", "graphql", "--data", "data", "--model", "./none"), "none: there is no such folder"),
        (("diagnostics", "graphql", "--data", "data", "--invalid", "none"), "no such directory"),
        (("diagnostics", "graphql", "--data", "data", "--leave-out", "none"), "no such file"),
    ],
)
def test_wrong_use_is_one_line(holegram: Holegram, args: tuple[str, ...], message: str) -> None:
    model = ("--model", "scripted:says.json") if args[0] == "validity" and "--model" not in args else ()
    assert_one_line(holegram("eval", *args, *model), message)


def test_the_referee_tells_what_is_suggested_and_whether_it_fits(holegram: Holegram) -> None:
    asked = ("eval", "referee", "--data", "data", "--cases", "2", "--kind", "intact")
    result = holegram(*asked)
    assert (result.code, result.err) == (0, "")
    heading, row = result.out.splitlines()
    assert heading.split()[:3] == ["language", "kind", "cases"]
    assert row.split()[:6] == ["graphql", "intact", "2", "2", "0", "2"]
    (found,) = holegram(*asked, "--language", "graphql", "--json").json
    assert (found["cases"], found["violations"], found["findings"]) == (2, 0, [])
    assert found["first_ms"]["p95"] > 0


def test_the_referee_takes_what_a_model_says(holegram: Holegram) -> None:
    asked = (
        "eval",
        "referee",
        "--data",
        "data",
        "--cases",
        "4",
        "--wrong",
        "0",
        "--kind",
        "intact",
        "--json",
    )
    Path("data/b.graphql").unlink()
    Path("nothing.json").write_text('{"endings": {"zzz": "z"}}')
    (said,), (silent,) = (holegram(*asked, *more).json for more in ((), ("--model", "scripted:nothing.json")))
    assert (said["answered"], said["author"]) == (4, 4)
    assert (silent["answered"], silent["author"]) == (0, 4)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (("--kind", "9 below"), "unknown kind '9 below' (known are: intact, 1 below"),
        (("--language", "hcl"), "no file of any language"),
    ],
)
def test_the_referee_says_what_it_cannot_do(holegram: Holegram, more: tuple[str, ...], message: str) -> None:
    assert_one_line(holegram("eval", "referee", "--data", "data", "--cases", "1", *more), message)
