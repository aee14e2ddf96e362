"""`holegram check --names`: when it tells of names, in which words, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lsp_server.names import files
from tests.cli.conftest import Holegram, assert_one_line

VARIABLES = 'variable "region" {}\nvariable "zones" {}\n'
MAIN = "a = var.region\nb = var.zones\nc = var.zone\n"
TOLD = "no variable 'zone' is declared; did you mean 'zones'?"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a project, which nothing marks as one."""
    monkeypatch.chdir(tmp_path)
    write("p/in/variables.tf", VARIABLES)
    write("p/in/main.tf", MAIN)
    return tmp_path


def write(name: str, text: str) -> str:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text)
    return name


def test_names_are_told_where_they_are_asked_for(holegram: Holegram) -> None:
    assert holegram("check", "p").out == ""
    result = holegram("check", "--names", "p")
    assert (result.code, result.out, result.err) == (0, f"p/in/main.tf:3:9: warning: {TOLD}\n", "")


def test_only_strictly_taken_warnings_count(holegram: Holegram) -> None:
    assert holegram("check", "--names", "--strict", "p").code == 1
    assert holegram("check", "--strict", "p").code == 0
    write("q/main.tf", "locals {\n  d = 1\n}\n")
    result = holegram("check", "--names", "--strict", "q")
    assert (result.code, result.out) == (0, "q/main.tf:2:3: hint: local 'd' is not used\n")


def test_an_error_hides_no_names_but_those_that_it_may_use(holegram: Holegram) -> None:
    write("p/in/main.tf", f"{MAIN}locals {{\n  e = 1\n}}\nd = [\n")
    result = holegram("check", "--names", "p")
    assert result.code == 1
    assert result.out.splitlines() == [
        f"p/in/main.tf:3:9: warning: {TOLD}",
        "p/in/main.tf:7:5: error: expected `]` to close the `[` opened on line 7",
        "p/in/main.tf:7:5: note: this `[` is not closed",
    ]


@pytest.mark.parametrize("mark", [".git", ".hg", ".holegram"])
def test_the_project_of_a_file_is_the_nearest_folder_with_a_mark(holegram: Holegram, mark: str) -> None:
    schema = "type Query { user: Int }\n"
    write("p/schema.graphql", schema)
    write("p/in/a.graphql", "{ user usr }\n")
    unknown = holegram("check", "--names", "p/in/a.graphql")
    assert (unknown.code, unknown.out) == (0, "")
    assert unknown.err.startswith(
        "holegram: nothing is told of names in 1 of the files: no folder of a project"
    )
    assert holegram("check", "--names", "p/in").out.count("\n") == 1
    Path("p", mark).mkdir()
    told = "p/in/a.graphql:1:8: warning: no field 'usr' is declared; did you mean 'user'?\n"
    assert holegram("check", "--names", "p/in/a.graphql").out == told


def test_the_project_may_be_named(holegram: Holegram, folder: Path) -> None:
    assert TOLD in holegram("check", "--project", "p", "p/in/main.tf").out
    assert TOLD in holegram("check", "--project", folder, "p/in/main.tf").out
    write("other/a.tf", "")
    result = holegram("check", "--project", "other", "p")
    assert (result.code, result.out) == (0, "")
    unread = "they are outside of the project, or in a folder of it that is not read"
    assert result.err == f"holegram: nothing is told of names in 2 of the files: {unread}\n"
    assert_one_line(holegram("check", "--project", "nowhere", "p"), "no such directory")


def test_a_text_from_standard_input_counts_for_its_file(holegram: Holegram) -> None:
    given = holegram(
        "check", "--project", "p", "--stdin", "p/in/main.tf", stdin=MAIN.replace("zone\n", "zons\n")
    )
    assert given.out == f"p/in/main.tf:3:9: warning: {TOLD.replace('zone', 'zons', 1)}\n"
    alone = holegram("check", "--project", "p", "-", "--language", "hcl", stdin=MAIN)
    assert (alone.code, alone.out) == (0, "")
    assert "nothing is told of names in 1 of the files" in alone.err


def test_nothing_is_told_of_a_project_that_is_not_read_whole(
    holegram: Holegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOST_FILES", 1)
    result = holegram("check", "--names", "p")
    assert (result.code, result.out) == (0, "")
    assert result.err == (
        "holegram: nothing is told of names in 2 of the files: their project has too many files\n"
    )


def test_a_catalogue_that_is_named_counts_beside_those_of_the_project(holegram: Holegram) -> None:
    query = {"name": "Query", "kind": "type", "members": [{"name": "user", "kind": "field"}]}
    write("q/a.graphql", "{ user usr }\n")
    write("made/a.json", json.dumps({"holegram-catalogue": 1, "language": "graphql", "symbols": [query]}))
    assert holegram("check", "--names", "q").out == ""
    for place in ("made", "made/a.json"):
        assert "no field 'usr'" in holegram("check", "--catalogue", place, "q").out
    assert_one_line(holegram("check", "--catalogue", "none.json", "q"), "no such file")


def test_a_catalogue_counts_and_one_that_is_not_whole_leaves_all_open(holegram: Holegram) -> None:
    query = {"name": "Query", "kind": "type", "members": [{"name": "user", "kind": "field"}]}
    made = {"holegram-catalogue": 1, "language": "graphql", "symbols": [query]}
    place = "p/.holegram/catalogue/a.json"
    write("p/a.graphql", "{ user usr }\n")
    write(place, json.dumps(made))
    assert "no field 'usr'" in holegram("check", "--names", "p/a.graphql").out
    write(place, json.dumps({**made, "symbols": [{**query, "partial": True}]}))
    assert holegram("check", "--names", "p/a.graphql").out == ""
    write(place, "{")
    broken = holegram("check", "--names", "p/a.graphql")
    assert (broken.code, broken.out) == (0, "")
    assert broken.err.startswith("holegram: ")
    assert "a.json" in broken.err


def test_what_is_fixed_in_one_file_declares_what_another_one_names(holegram: Holegram) -> None:
    write("p/in/main.tf", "locals {\n  k = 1\n}\na = [var.region, var.zones, local.k, local.last]\n")
    broken = write("p/in/z.tf", 'locals {\n  a = "x\n  last = 1\n}\n')
    assert "local 'last'" in holegram("check", "--names", "p").out
    result = holegram("check", "--names", "--fix", "p")
    assert (result.code, result.out) == (0, "p/in/z.tf:2:3: hint: local 'a' is not used\n")
    assert Path(broken).read_text() == 'locals {\n  a = "x"\n  last = 1\n}\n'


def test_each_format_has_the_severity(holegram: Holegram) -> None:
    write("p/in/other.tf", "locals {\n  d = 1\n}\n")
    asked = ("check", "--names", "p", "--format")
    report = holegram(*asked, "json").json
    assert report["errors"] == []
    assert [(one["code"], one["severity"]) for one in report["warnings"]] == [
        ("unknown-name", "warning"),
        ("unused-name", "hint"),
    ]
    run = holegram(*asked, "sarif").json["runs"][0]
    assert [(one["ruleId"], one["level"]) for one in run["results"]] == [
        ("unknown-name", "warning"),
        ("unused-name", "note"),
    ]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["unknown-name", "unused-name"]
    warning, notice = holegram(*asked, "github").out.splitlines()
    assert warning == (
        f"::warning file=p/in/main.tf,line=3,endLine=3,col=9,endColumn=13,title=unknown-name::{TOLD}"
    )
    assert notice.startswith("::notice file=p/in/other.tf,line=2,")


def test_a_terminal_counts_warnings(holegram: Holegram, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("FORCE_COLOR", "1"), ("NO_COLOR", "1"), ("TERM", "dumb")):
        monkeypatch.setenv(name, value)
    result = holegram("check", "--names", "p")
    assert result.out.endswith("0 errors and 1 warning in 2 files\n")
