"""`holegram eval`: measures made on a few files, with a model that says what it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

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


def test_validity_prints_what_was_counted(holegram: Holegram) -> None:
    result = holegram(*VALIDITY)
    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()
    assert lines[0] == "graphql: rest-of-line, seed 0, 2 valid files"
    rows = [line.split("  ")[0] for line in lines[2:]]
    assert {"cuts", "answered", "suggestions: valid", "suggestions: violation", "latency ms, p50"} <= set(
        rows
    )
    assert next(line for line in lines if line.startswith("suggestions: violation")).split()[-1] == "0"


def test_validity_in_json_has_a_report_for_each_kind(holegram: Holegram) -> None:
    result = holegram(*VALIDITY, "--json", "--kind", "rest-of-line", "--kind", "inside-word", "--seed", "1")
    assert [(report["kind"], report["seed"]) for report in result.json] == [
        ("rest-of-line", 1),
        ("inside-word", 1),
    ]
    for report in result.json:
        assert report["total"]["cuts"] == 6
        assert report["violations"] == []
        assert sum(report["outcomes"].values()) == report["total"]["answered"]


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
