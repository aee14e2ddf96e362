"""`holegram eval`: measures made on a few files, with a model that says what it is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lsp_server.features.completion import Completion, CompletionRequest
from tests.cli.conftest import Holegram, assert_one_line


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
    assert lines[6].split()[:2] == ["cuts", "k=8"]
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
        assert sum(report["outcomes"].values()) == report["total"]["answered"]


def test_what_is_not_answered_is_told_with_places(
    holegram: Holegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(request: CompletionRequest, *_: object) -> Completion:
        return Completion("graphql", request.offset, (), {}, 0, "no idea", {})

    monkeypatch.setattr("lsp_server.evaluation.validity.complete", nothing)
    lines = holegram(*INTACT, "--kind", "inside-word").out.splitlines()
    assert lines[-2] == "not answered, intact"
    assert re.fullmatch(r"     6  no idea(:| )( [ab]\.graphql:\d+:\d+,?){3}", lines[-1])


def test_agreement_prints_shares_and_disagreements(holegram: Holegram) -> None:
    Path("data/c.graphql").write_text("type A {\n  b: \n}\n")
    result = holegram("eval", "agreement", "graphql", "--data", "data")
    assert result.code == 0
    assert "accepted by the judge" in result.out
    assert "2 of 3 (66.67 %)" in result.out
    assert "3 of 3 (100.00 %)" in result.out


def test_agreement_in_json_has_its_shares(holegram: Holegram) -> None:
    answer = holegram("eval", "agreement", "graphql", "--data", "data", "--json", "--sample", "1").json
    assert (answer["files"], answer["coverage"], answer["agreement"]) == (1, 1.0, 1.0)
    assert answer["disagreements"] == []


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("validity", "graphql", "--data", "none"), "no such directory"),
        (("validity", "hcl", "--data", "data"), "no HCL (Terraform) file"),
        (("validity", "nothing", "--data", "data"), "unknown language 'nothing'"),
        (("validity", "graphql", "--data", "data", "--kind", "x"), "unknown kind of cut 'x'"),
        (("validity", "graphql"), "--data"),
        (("agreement", "graphql", "--data", "none"), "no such directory"),
        (("agreement",), "LANG"),
    ],
)
def test_wrong_use_is_one_line(holegram: Holegram, args: tuple[str, ...], message: str) -> None:
    model = ("--model", "scripted:says.json") if args[0] == "validity" else ()
    assert_one_line(holegram("eval", *args, *model), message)
