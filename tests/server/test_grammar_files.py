"""Files that are grammars themselves: what is wrong with them as such is shown beside errors of syntax."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from lsprotocol import types

from tests.server.conftest import PATIENCE, Editor, StartEditor

pytestmark = pytest.mark.asyncio(loop_scope="session")

AMBIGUOUS = 'start: a | b\na: "x"\nb: "x"\n'
GOOD = 'start: a\na: "x"\n'


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ('start: a B\na: C\nB: "b"\n', "1:3-1:4", "`C` is not defined"),
        ('start: A\nA: "a"\nstart: A\n', "2:0-2:5", "Rule 'start' defined more than once"),
        (AMBIGUOUS, "1:0-1:1", "not LALR(1): before the end, `a: X` and `b: X` may both have ended"),
        ('start: A\nA: "a"*\n', "1:0-1:1", "terminal A matches the empty text"),
        ("start: A\nA: /(a)\\1/\n", "1:0-1:1", "terminal A: "),
        ('start: A\nA: "ab".."z"\n', "0:0-0:8", "a range goes from one character to another"),
        ("%import common.NOTHING\nstart: NOTHING\n", "", "NOTHING"),
    ],
)
async def test_a_grammar_that_cannot_be_used_is_told_why(
    editor: Editor, text: str, place: str, message: str
) -> None:
    uri = editor.open(text, language_id="lark")
    await editor.broken(uri)
    [shown] = editor.client.diagnostics[uri]
    assert shown.message.startswith(message) or message in shown.message
    ends = (shown.range.start, shown.range.end)
    assert place in ("", "-".join(f"{end.line}:{end.character}" for end in ends))
    assert shown.code == "grammar"


async def test_all_names_that_nothing_defines_are_told_at_once(editor: Editor) -> None:
    uri = editor.open("start: a B\n    | list{c}\nlist{x}: x\n", language_id="lark")
    await editor.broken(uri)
    assert sorted(editor.errors(uri) or []) == [f"`{name}` is not defined" for name in "Bac"]


async def test_what_was_told_of_a_grammar_vanishes_once_it_is_right(editor: Editor) -> None:
    uri = editor.open(AMBIGUOUS, language_id="lark")
    await editor.broken(uri)
    editor.change(uri, ((2, 4), (2, 5), "y"))
    await editor.clean(uri)
    editor.change(uri, ((2, 4), (2, 5), "x"))
    await editor.broken(uri)
    editor.change(uri, GOOD)
    await editor.clean(uri)


async def test_errors_of_syntax_are_told_alone(editor: Editor) -> None:
    uri = editor.open("start: a )\n", language_id="lark")
    await editor.broken(uri)
    [shown] = editor.client.diagnostics[uri]
    assert shown.code == "unmatched-bracket"


async def test_a_grammar_in_a_bundle_is_read_with_its_manifest(editor: Editor, tmp_path: Path) -> None:
    manifest = 'id = "calc"\nname = "Calc"\nextensions = [".calc"]\nstart = "sum"\n'
    (tmp_path / "language.toml").write_text(manifest, encoding="utf-8")
    (tmp_path / "grammar.lark").write_text("", encoding="utf-8")
    uri = (tmp_path / "grammar.lark").as_uri()
    item = types.TextDocumentItem(uri, "lark", 1, GOOD)
    editor.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    await editor.broken(uri)
    assert editor.errors(uri) == ["the start rule 'sum' is not defined (define it, or name another)"]
    editor.close(uri)


async def test_a_client_that_pulls_is_answered_at_once_and_later_in_full(start: StartEditor) -> None:
    capabilities = types.ClientCapabilities(
        text_document=types.TextDocumentClientCapabilities(diagnostic=types.DiagnosticClientCapabilities()),
        workspace=types.WorkspaceClientCapabilities(
            diagnostics=types.DiagnosticWorkspaceClientCapabilities(refresh_support=True)
        ),
    )
    editor = await start(capabilities=capabilities)
    uri = editor.open(AMBIGUOUS, language_id="lark")
    report = await editor.pull(uri)
    async with asyncio.timeout(PATIENCE):
        while isinstance(report, types.RelatedUnchangedDocumentDiagnosticReport) or not report.items:
            report = await editor.pull(uri, report.result_id)
    assert ["not LALR(1)" in diagnostic.message for diagnostic in report.items] == [True]


async def test_a_client_that_cannot_be_told_later_waits(start: StartEditor) -> None:
    pull = types.TextDocumentClientCapabilities(diagnostic=types.DiagnosticClientCapabilities())
    editor = await start(capabilities=types.ClientCapabilities(text_document=pull))
    [shown] = await editor.pulled(editor.open(AMBIGUOUS, language_id="lark"))
    assert "not LALR(1)" in shown.message
