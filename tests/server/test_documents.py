"""End to end: documents are followed, and their errors appear and vanish."""

from __future__ import annotations

import pytest
from lsprotocol import types

from tests.counts import tries
from tests.server.conftest import Editor, StartEditor, encodings

pytestmark = pytest.mark.asyncio(loop_scope="session")

GOOD = 'a = "𝒳"\n'


@pytest.mark.parametrize(
    ("kinds", "chosen", "column"),
    [
        (["utf-8"], "utf-8", 10),
        (["utf-16"], "utf-16", 8),
        (["utf-32"], "utf-32", 7),
        (["utf-32", "utf-8", "utf-16"], "utf-32", 7),
        (["ebcdic", "utf-8", "utf-16"], "utf-8", 10),
        (["ebcdic"], "utf-16", 8),
        ([], "utf-16", 8),
    ],
)
async def test_columns_count_in_the_encoding_that_the_client_prefers(
    start: StartEditor, kinds: list[str], chosen: str, column: int
) -> None:
    editor = await start(capabilities=encodings(*kinds))
    assert editor.capabilities.position_encoding == chosen
    uri = editor.open(GOOD)
    await editor.clean(uri)
    editor.change(uri, ((0, column), (0, column), " ]"))
    await editor.broken(uri)
    [diagnostic] = editor.client.diagnostics[uri]
    assert diagnostic.range.start == types.Position(0, column + 1)
    assert diagnostic.range.end == types.Position(0, column + 2)
    editor.change(uri, ((0, column), (0, column + 2), ""))
    await editor.clean(uri)


async def test_errors_vanish_when_the_text_is_mended_and_when_it_is_closed(editor: Editor) -> None:
    uri = editor.open("a = {\n")
    await editor.broken(uri)
    editor.change(uri, ((0, 5), (0, 5), "}"))
    await editor.clean(uri)
    editor.change(uri, "a = ]\n")
    await editor.broken(uri)
    editor.close(uri)
    await editor.clean(uri)


async def test_several_changes_in_one_notification_follow_one_another(editor: Editor) -> None:
    uri = editor.open("a = 1\n")
    editor.change(uri, ((0, 4), (0, 5), "[\n"), ((1, 0), (1, 0), "2]\n"), ((0, 0), (0, 1), "b"))
    await editor.clean(uri)


async def test_push_names_the_version_it_is_about(editor: Editor) -> None:
    uri = editor.open("a = {\n")
    pushed = await editor.client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    assert (pushed.uri, pushed.version) == (uri, 1)


async def test_burst_of_changes_is_looked_at_once(start: StartEditor) -> None:
    editor = await start(options={"debounceMs": 300})
    uri = editor.open("a = 1\n")
    await editor.clean(uri)
    for number in range(20):
        editor.change(uri, ((0, 0), (0, 0), f"x{number} = [\n"))
    pushed = await editor.client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    assert pushed.version == 21


async def test_on_save_nothing_is_said_until_the_file_is_saved(start: StartEditor) -> None:
    editor = await start(options={"diagnostics": "onSave", "debounceMs": 0})
    uri = editor.open("a = 1\n")
    await editor.clean(uri)
    editor.change(uri, "a = {\n")
    other = editor.open("a = {\n")
    await editor.broken(other)
    assert editor.errors(uri) == []
    editor.save(uri)
    await editor.broken(uri)
    editor.change(uri, "a = 1\n")
    editor.save(uri)
    await editor.clean(uri)


PULLING = types.ClientCapabilities(
    text_document=types.TextDocumentClientCapabilities(
        diagnostic=types.DiagnosticClientCapabilities(),
        publish_diagnostics=types.PublishDiagnosticsClientCapabilities(related_information=True),
    )
)


def full(report: types.DocumentDiagnosticReport) -> types.RelatedFullDocumentDiagnosticReport:
    assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
    return report


async def test_pulled_errors_change_with_the_text(start: StartEditor) -> None:
    editor = await start(capabilities=PULLING)
    assert isinstance(editor.capabilities.diagnostic_provider, types.DiagnosticOptions)
    uri = editor.open("a = {\n")
    first = full(await editor.pull(uri))
    assert len(first.items) == 1
    again = await editor.pull(uri, first.result_id)
    assert again == types.RelatedUnchangedDocumentDiagnosticReport(str(first.result_id))
    editor.change(uri, ((0, 5), (0, 5), "}"))
    mended = full(await editor.pull(uri, first.result_id))
    assert list(mended.items) == []
    assert mended.result_id != first.result_id


async def test_client_that_pulls_is_pushed_nothing(start: StartEditor) -> None:
    editor = await start(capabilities=PULLING)
    uri = editor.open("a = {\n")
    await editor.pull(uri)
    editor.save(uri)
    editor.close(uri)
    await editor.pull(uri)
    assert editor.client.diagnostics == {}


async def test_related_places_are_given_to_a_client_that_shows_them(start: StartEditor) -> None:
    editor = await start(capabilities=PULLING)
    uri = editor.open('block "x" {\n  a = 1\n')
    diagnostic, hint = await editor.pulled(uri)
    assert hint.severity is types.DiagnosticSeverity.Hint
    assert diagnostic.related_information
    assert diagnostic.related_information[0].location == types.Location(
        uri, types.Range(types.Position(0, 10), types.Position(0, 11))
    )


async def test_reopened_document_is_not_mistaken_for_what_it_was(start: StartEditor) -> None:
    editor = await start(capabilities=PULLING)
    uri = editor.open("a = 1\n")
    first = full(await editor.pull(uri))
    editor.close(uri)
    editor.open("a = {\n", uri.rpartition("/")[2])
    assert len(full(await editor.pull(uri, first.result_id)).items) == 1


async def test_on_save_a_pulled_report_stays_until_the_file_is_saved(start: StartEditor) -> None:
    editor = await start(capabilities=PULLING, options={"diagnostics": "onSave"})
    uri = editor.open("a = 1\n")
    first = full(await editor.pull(uri))
    editor.change(uri, "a = {\n")
    assert isinstance(await editor.pull(uri, first.result_id), types.RelatedUnchangedDocumentDiagnosticReport)
    editor.save(uri)
    assert len(full(await editor.pull(uri, first.result_id)).items) == 1


async def test_unknown_language_has_no_errors_and_no_suggestions(editor: Editor) -> None:
    uri = editor.open("{{{{", "notes.txt", "plaintext")
    editor.change(uri, ((0, 0), (0, 0), "x"))
    editor.save(uri)
    assert await editor.pulled(uri) == []
    assert await editor.inline(uri, 0, 1) == []
    assert await editor.complete(uri, 0, 1) is None
    assert editor.errors(uri) is None


async def test_file_is_known_by_its_name_where_the_language_id_is_not(editor: Editor) -> None:
    uri = editor.open("a = {\n", "main.tf", "terraform")
    await editor.broken(uri)
    untitled = editor.open("type A {\n", "Untitled-1", "graphql")
    await editor.broken(untitled)


async def test_document_that_is_not_open_is_no_error(editor: Editor) -> None:
    uri = "file:///files/closed.tf"
    editor.change(uri, ((0, 0), (0, 0), "x"))
    editor.save(uri)
    editor.close(uri)
    assert await editor.pulled(uri) == []
    assert await editor.inline(uri, 0, 0) == []
    assert await editor.complete(uri, 0, 0) is None
    assert editor.log() == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "a = 1\r\nb = [\r\n  2,\r\n]\r\n",
        "\ufeffa = 1\n",
        "# \ud83d\ude00 𝒳 é\na = 1\n",
    ],
    ids=["empty", "blank", "crlf", "bom", "astral"],
)
async def test_text_out_of_the_ordinary_is_clean(editor: Editor, text: str) -> None:
    uri = editor.open(text)
    await editor.clean(uri)


async def test_carriage_return_and_line_feed_end_one_line(editor: Editor) -> None:
    uri = editor.open("a = 1\r\nb = 2\r\n")
    await editor.clean(uri)
    editor.change(uri, ((1, 5), (1, 5), " ]"))
    await editor.broken(uri)
    [diagnostic] = editor.client.diagnostics[uri]
    assert diagnostic.range == types.Range(types.Position(1, 6), types.Position(1, 7))


async def test_a_large_file_is_taken(editor: Editor) -> None:
    line = 'resource "kind" "name" {\n  value = "some text here"\n}\n'
    count = tries(1_000_000, 5_000_000) // len(line)
    uri = editor.open(line * count + "a = {\n", "big.tf")
    await editor.broken(uri)
    editor.change(uri, ((3 * count, 5), (3 * count, 5), "}"))
    await editor.clean(uri)


async def test_lone_surrogates_are_taken(editor: Editor) -> None:
    uri = "file:///files/odd.tf"
    editor.send(
        {
            "jsonrpc": "2.0",
            "method": "textDocument/didOpen",
            "params": {
                "textDocument": {"uri": uri, "languageId": "hcl", "version": 1, "text": 'a = "\ud800"\n'}
            },
        }
    )
    await editor.clean(uri)
