"""Where suggestions end at the ends of files: what an independent parser makes of it."""

from __future__ import annotations

import pytest

from lsp_server.agreement.judges import load_judge
from lsp_server.errors import UsageError
from lsp_server.features.completion import Completion, CompletionRequest, Suggestion
from lsp_server.lab.promise.ends import End, EndsReport, measure_ends
from lsp_server.languages import Language, load_bundle
from lsp_server.languages.sources import Source
from lsp_server.models import ScriptedModel
from tests.conftest import ROOT

TEXT = "let first = 1\nlet second = 2\n"


@pytest.fixture(scope="module")
def rules() -> Language:
    return load_bundle(ROOT / "tests" / "languages" / "rules")


def measured(rules: Language, text: str = TEXT, cursors: int = 8) -> EndsReport:
    model = ScriptedModel([])
    return measure_ends(rules, [Source("a", text)], load_judge(rules), model, cursors=cursors)


@pytest.mark.parametrize(
    ("line", "typed", "end"),
    [
        ("let second = 2", "3", End.WHOLE),
        ("let second = 2", " +", End.STATEMENT),
        ("let second = 2", " + f(1", End.BLOCK),
        ("let second = 2", ' + "a', End.LEXEME),
    ],
)
def test_what_is_left_open_is_counted(
    rules: Language, monkeypatch: pytest.MonkeyPatch, line: str, typed: str, end: End
) -> None:
    def ending(request: CompletionRequest, *_: object) -> Completion:
        text, offset = request.text, request.offset
        rest = line[len(text.rpartition("\n")[2]) :] + typed
        item = Suggestion(rest, offset, offset, 0.0, "line")
        return Completion("rules", offset, (item,), {}, 0, None, {})

    monkeypatch.setattr("lsp_server.lab.promise.ends.complete", ending)
    report = measured(rules, text="let second = 2\n")
    assert report.ends == {str(one): 8 * (one is end) for one in End}
    assert (report.cursors, report.answered) == (8, 8)
    assert {one.end for one in report.left_open} == ({end} & {End.STATEMENT, End.LEXEME})


def test_nothing_that_is_suggested_leaves_a_statement_open(rules: Language) -> None:
    report = measured(rules, cursors=20)
    assert report.left_open == ()


def test_a_file_without_a_line_has_no_such_place(rules: Language) -> None:
    with pytest.raises(UsageError, match="has a place between statements"):
        measured(rules, text="\n\n")
