"""Files that are grammars themselves: what there is to say of them is shown once their syntax is right."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from lsprotocol import types

from lsp_server.inspection.looking import inspect_file
from tests.inspection.slow import slow_grammar
from tests.server.conftest import PATIENCE, Editor, StartEditor

pytestmark = pytest.mark.asyncio(loop_scope="session")

AMBIGUOUS = 'start: a | b\na: "x"\nb: "x"\n'
GOOD = 'start: a*\na: "x"\n%ignore " "\n'
UNUSED = 'start: a*\na: "x"\nlone: "y"\n%ignore " "\n'
IS_UNUSED = "rule `lone` is not needed by the start rule `start` (use it, or remove it)"
ERROR = types.DiagnosticSeverity.Error
TOO_LONG = ("refused", "unfinished")
"""How it is told that a grammar takes too long: to load, or to look at."""


def wrong(editor: Editor, uri: str) -> list[types.Diagnostic]:
    """The errors that were pushed last."""
    return [shown for shown in editor.client.diagnostics.get(uri, ()) if shown.severity is ERROR]


@pytest.mark.parametrize(
    ("text", "place", "message", "code"),
    [
        ('start: a B\na: C\nB: "b"\n', "1:3-1:4", "`C` is not defined", "refused"),
        ('start: A\nA: "a"\nstart: A\n', "2:0-2:5", "Rule 'start' defined more than once", "refused"),
        ('start: A\nA: "a"*\n', "1:0-1:1", "terminal A matches the empty text", "unsupported"),
        ("start: A\nA: /(a+)+\\1/\n", "1:0-1:1", "terminal A: ", "unsupported"),
        ('start: A\nA: "ab".."z"\n', "0:0-0:8", "a range goes from one character to another", "refused"),
        ("%import common.NOTHING\nstart: NOTHING\n", "0:15-0:22", "`common` has no `NOTHING`", "refused"),
    ],
)
async def test_a_grammar_that_cannot_be_used_is_told_why(
    editor: Editor, text: str, place: str, message: str, code: str
) -> None:
    uri = editor.open(text, language_id="lark")
    await editor.until(lambda: wrong(editor, uri))
    [shown] = wrong(editor, uri)
    assert shown.message.startswith(message)
    ends = (shown.range.start, shown.range.end)
    assert place == "-".join(f"{end.line}:{end.character}" for end in ends)
    assert shown.code == code


async def test_all_names_that_nothing_defines_are_told_at_once(editor: Editor) -> None:
    uri = editor.open("start: a B\n    | list{c}\nlist{x}: x\n", language_id="lark")
    await editor.broken(uri)
    told = [shown.message.partition(" (")[0] for shown in wrong(editor, uri)]
    assert told == [f"`{name}` is not defined" for name in "aBc"]


async def test_that_a_grammar_is_not_lalr_is_a_warning_which_vanishes_once_it_is(editor: Editor) -> None:
    def told() -> list[types.Diagnostic]:
        return [shown for shown in editor.client.diagnostics.get(uri, ()) if shown.code == "general"]

    uri = editor.open(AMBIGUOUS, language_id="lark")
    await editor.until(told)
    [shown] = told()
    assert shown.message.startswith(
        'the grammar is not LALR(1) (before the end, `a: "x"` may have ended, and `b'
    )
    assert shown.severity is types.DiagnosticSeverity.Warning
    assert not wrong(editor, uri)
    editor.change(uri, ((2, 4), (2, 5), "y"))
    await editor.until(lambda: not told())
    editor.change(uri, ((2, 4), (2, 5), "x"))
    await editor.until(told)
    editor.change(uri, GOOD)
    await editor.clean(uri)


async def test_errors_of_syntax_are_told_alone(editor: Editor) -> None:
    uri = editor.open(f"{UNUSED}a )\n", language_id="lark")
    await editor.broken(uri)
    [shown] = editor.client.diagnostics[uri]
    assert shown.code == "unmatched-bracket"


async def test_what_a_grammar_does_without_is_a_warning_that_comes_and_goes_as_it_is_typed(
    editor: Editor,
) -> None:
    uri = editor.open(GOOD, language_id="lark")
    await editor.clean(uri)
    for column, character in enumerate('lone: "y"'):
        editor.change(uri, ((3, column), (3, column), character))
        await asyncio.sleep(0.02)
    await editor.until(lambda: editor.errors(uri) == [IS_UNUSED])
    [shown] = editor.client.diagnostics[uri]
    assert shown.severity is types.DiagnosticSeverity.Warning
    assert list(shown.tags or ()) == [types.DiagnosticTag.Unnecessary]
    assert shown.code == "unused"
    assert shown.range == types.Range(types.Position(3, 0), types.Position(3, 4))
    editor.change(uri, ((0, 7), (0, 9), "(a | lone)*"))
    await editor.clean(uri)


async def test_what_a_second_look_shows_stays_until_the_next_one_is_over(editor: Editor) -> None:
    uri = editor.open(UNUSED, language_id="lark")
    await editor.broken(uri)
    seen: list[list[str] | None] = []
    for number in range(4):
        editor.change(uri, ((0, 0), (0, 0), f"// {number}\n"))
        lines = number + 3
        async with asyncio.timeout(PATIENCE):
            while editor.client.diagnostics[uri][0].range.start.line != lines:
                seen.append(editor.errors(uri))
                await asyncio.sleep(0.002)
    assert seen
    assert all(told == [IS_UNUSED] for told in seen)


async def test_an_editor_and_a_command_say_the_same(editor: Editor) -> None:
    text = f'{AMBIGUOUS}lone: "y" "z"*\n'
    uri = editor.open(text, language_id="lark")
    await editor.until(lambda: editor.errors(uri))
    found = inspect_file(Path("a.lark"), text)
    assert editor.errors(uri) == ["\n".join((one.told, *one.examples)) for one in found]
    assert {diagnostic.code for diagnostic in editor.client.diagnostics[uri]} >= {"general", "unused"}


async def test_a_grammar_that_takes_for_ever_holds_nothing_up(editor: Editor) -> None:
    uri = editor.open(slow_grammar(), language_id="lark")
    await editor.clean(uri)
    other = editor.open(UNUSED, "other.lark", "lark")
    await asyncio.sleep(0.5)
    for column, character in enumerate("// now"):
        editor.change(uri, ((0, column), (0, column), character))
        symbols = types.DocumentSymbolParams(types.TextDocumentIdentifier(uri))
        await asyncio.wait_for(editor.client.text_document_document_symbol_async(symbols), PATIENCE / 4)
    editor.change(uri, ((0, 6), (0, 6), "\n)"))
    await asyncio.wait_for(editor.broken(uri), PATIENCE / 4)
    editor.change(uri, UNUSED)
    await asyncio.wait_for(editor.until(lambda: editor.errors(uri) == [IS_UNUSED]), PATIENCE / 4)
    await editor.until(lambda: editor.errors(other) == [IS_UNUSED])


async def test_of_a_grammar_that_takes_too_long_that_is_told(editor: Editor) -> None:
    uri = editor.open(slow_grammar(), language_id="lark")
    await editor.broken(uri)
    assert any(one.code in TOO_LONG for one in editor.client.diagnostics[uri])
    editor.close(uri)


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


async def test_a_client_that_pulls_is_answered_soon_and_later_in_full(start: StartEditor) -> None:
    capabilities = types.ClientCapabilities(
        text_document=types.TextDocumentClientCapabilities(diagnostic=types.DiagnosticClientCapabilities()),
        workspace=types.WorkspaceClientCapabilities(
            diagnostics=types.DiagnosticWorkspaceClientCapabilities(refresh_support=True)
        ),
    )
    editor = await start(capabilities=capabilities)
    uri = editor.open(slow_grammar(), language_id="lark")
    report = await asyncio.wait_for(editor.pull(uri), PATIENCE / 4)
    assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
    assert not report.items
    async with asyncio.timeout(PATIENCE):
        while isinstance(report, types.RelatedUnchangedDocumentDiagnosticReport) or not report.items:
            report = await editor.pull(uri, report.result_id)
    assert any(diagnostic.code in TOO_LONG for diagnostic in report.items)


async def test_a_client_that_cannot_be_told_later_waits(start: StartEditor) -> None:
    pull = types.TextDocumentClientCapabilities(diagnostic=types.DiagnosticClientCapabilities())
    editor = await start(capabilities=types.ClientCapabilities(text_document=pull))
    [shown] = await editor.pulled(editor.open(UNUSED, language_id="lark"))
    assert shown.message == IS_UNUSED
