"""A bundle whose files begin with different rules, made of a grammar and examples of each kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from lsp_server.authoring.bundle import Wishes, draft, write
from lsp_server.authoring.starts import Starts
from lsp_server.errors import UsageError
from lsp_server.features.verifying import bundle_findings
from lsp_server.syntax import parse
from tests.cli.conftest import Holegram, assert_one_line

GRAMMAR = """\
start: task*
task: "task" NAME "{" ("run" STRING ";")* "}"
answers: answer*
answer: NAME "=" (STRING | SIZE) ";"
NAME: /[a-z]+/
STRING: /"[^"\\n]*"/
SIZE: /[0-9]+[kMG]B/
%ignore /[ \\t\\n]+/
"""
PROGRAMS = {"a.job": 'task build { run "make"; }\n', "b.reply": "size = 5MB;\n", "c.reply": "size = ;\n"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "programs").mkdir()
    for name, text in PROGRAMS.items():
        (tmp_path / "programs" / name).write_text(text)
    (tmp_path / "jobs.lark").write_text(GRAMMAR)
    return tmp_path


def test_a_bundle_has_the_files_of_each_start_rule(folder: Path) -> None:
    programs, starts = folder / "programs", {"*.reply": "answers", "Replies": "answers"}
    made = draft(
        folder / "jobs.lark", Wishes(extension="job", examples=programs, starts=Starts(of_files=starts))
    )
    assert (made.examples, made.parsed) == (3, 2)
    left_out = [one.path for one in made.findings if one.kind == "example"]
    assert left_out == [str(programs / "c.reply")]
    language = write(made, folder / "jobs")
    assert (language.extensions, language.filenames) == ((".job", ".reply"), ("Replies",))
    for name, start in (("x.job", "start"), ("x.reply", "answers"), ("Replies", "answers")):
        assert language.of_file(Path(name)).start == start
    assert [list(dialect.examples.values()) for dialect in language.dialects] == [
        [PROGRAMS["a.job"]],
        [PROGRAMS["b.reply"]],
    ]
    answers, text = language.of_file(Path("Replies")), PROGRAMS["b.reply"]
    spans = [one.span for match in parse(answers, text).matches("highlights") for one in match.captures]
    assert {"size", "5MB"} <= {text[span.start : span.end] for span in spans}
    assert all(one.severity != "error" for one in bundle_findings(language.directory))


def test_the_command_takes_start_rules_of_files(holegram: Holegram, folder: Path) -> None:
    new = ("new", folder / "jobs.lark", "--extension", ".job", "--out", folder)
    result = holegram(*new, "--examples", folder / "programs", "--start", "*.reply=answers")
    assert result.code == 0
    assert "2 of 3 examples parse" in result.out
    assert 'starts = { "*.reply" = "answers" }' in (folder / "jobs" / "language.toml").read_text()
    checked = holegram("--bundles", folder / "jobs", "check", folder / "programs" / "c.reply")
    assert checked.code == 1
    assert "c.reply:1:8: error" in checked.out


def test_what_cannot_be_is_one_line(holegram: Holegram, folder: Path) -> None:
    new = ("new", folder / "jobs.lark", "--out", folder)
    assert_one_line(holegram(*new, "--start", "start", "--start", "answers"), "cannot both be the start rule")
    assert_one_line(holegram(*new, "--start", "reply-*=answers"), "no extension tells which files")
    refused = holegram(*new, "--start", "*.reply=replies")
    assert refused.code == 1
    assert "'replies' is not defined" in refused.out
    with pytest.raises(UsageError, match="no extension"):
        draft(folder / "jobs.lark", Wishes(starts=Starts(of_files={"reply?": "answers"})))


def test_the_command_takes_islands(holegram: Holegram, folder: Path) -> None:
    (folder / "programs" / "a.job").write_text("before << a = 5MB; >> after\n")
    new = ("new", folder / "jobs.lark", "--extension", ".job", "--out", folder)
    result = holegram(*new, "--examples", folder / "programs", "--island", "<< answers >>")
    assert result.code == 0
    assert "1 of 1 examples parse" in result.out
    (folder / "b.job").write_text("before << a = ; >> after << b = 1kB; >>")
    checked = holegram("--bundles", folder / "jobs", "check", folder / "b.job")
    assert checked.code == 1
    assert checked.out.startswith(f"{folder / 'b.job'}:1:15: error")


def test_what_is_no_island_is_one_line(holegram: Holegram, folder: Path) -> None:
    new = ("new", folder / "jobs.lark", "--out", folder)
    assert_one_line(holegram(*new, "--island", "<<answers>>"), "is no island")
    assert_one_line(holegram(*new, "--island", "< answers >", "--start", "start"), "cannot be the start rule")
    twice = ("--island", "< answers >", "--island", "< start >")
    assert_one_line(holegram(*new, *twice), "two islands begin alike")
    refused = holegram(*new, "--island", "< anwsers >")
    assert refused.code == 1
    assert "anwsers" in refused.out
