"""End to end: whatever is wrong with a bundle, a model or a file, the server stays up and goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from tests.conftest import GRAMMAR, MANIFEST, MakeBundle
from tests.server.conftest import Editor, Script, StartEditor

pytestmark = pytest.mark.asyncio(loop_scope="session")

NUMBER = "/[0-9]+/"


async def alive(editor: Editor) -> None:
    """Another document of the same server gets its errors and its suggestion, and no pop-up comes."""
    shown = len(editor.shown())
    uri = editor.open("b = {\n")
    await editor.broken(uri)
    editor.change(uri, "b = \n")
    assert [item.insert_text for item in await editor.inline(uri, 0, 4)] == ["2"]
    assert len(editor.shown()) == shown


@pytest.mark.parametrize(
    ("grammar", "complaint"),
    [
        pytest.param("start: ((\n", ":1: not a Lark grammar", id="not Lark"),
        pytest.param(
            "start: a | b\na: X\nb: X\nX: /x/\n", ":2: not LALR(1): before the end, `a: X`", id="not LALR(1)"
        ),
        pytest.param(
            GRAMMAR.replace(NUMBER, "/([0-9]+)+\\1/"),
            ":6: terminal NUMBER: matching it may take a time that explodes",
            id="exploding back-reference",
        ),
        pytest.param(
            GRAMMAR.replace(NUMBER, "/[0-9]+(?R)?/"), ":6: terminal NUMBER: (?R), a group", id="recursion"
        ),
        pytest.param(
            GRAMMAR.replace(NUMBER, "/([0-9]{1,1000}){1,1000}/"),
            ":6: terminal NUMBER: its repetitions",
            id="too large",
        ),
    ],
)
async def test_grammar_that_cannot_be_used_is_one_line_in_the_log(
    start: StartEditor, make_bundle: MakeBundle, script: Script, grammar: str, complaint: str
) -> None:
    bundle = make_bundle(MANIFEST, grammar)
    editor = await start(options={"bundles": [str(bundle)], "model": script({"b = ": "2"})})
    uri = editor.open("a = ;", "a.calc", "calc")
    assert await editor.inline(uri, 0, 4) == []
    assert await editor.complete(uri, 0, 4) is None
    await editor.pull(uri)
    assert {line.partition(complaint)[1] for line in editor.log(str(bundle / "grammar.lark"))} == {complaint}
    assert not editor.log("\n")
    await alive(editor)


@pytest.mark.parametrize(
    ("manifest", "grammar", "complaint"),
    [
        pytest.param("id = calc", GRAMMAR, "language.toml:1: not TOML", id="not TOML"),
        pytest.param(
            MANIFEST.replace("name", "nmae"), GRAMMAR, ":2: unknown key 'nmae' (did you mean", id="unknown"
        ),
        pytest.param(b"id = '\xff'", GRAMMAR, "language.toml:1: byte 6 is not UTF-8", id="not UTF-8"),
        pytest.param(MANIFEST, b"start: A\n\xff", "grammar.lark:2: byte 9 is not UTF-8", id="grammar"),
        pytest.param(None, None, "holds no bundle", id="nothing there"),
    ],
)
async def test_bundle_that_cannot_be_read_is_shown_once_and_stops_no_other(
    start: StartEditor,
    make_bundle: MakeBundle,
    script: Script,
    manifest: str | bytes | None,
    grammar: str | bytes | None,
    complaint: str,
) -> None:
    bundle = make_bundle(manifest, grammar)
    editor = await start(options={"bundles": [str(bundle)], "model": script({"b = ": "2"})})
    await editor.until(lambda: editor.shown(str(bundle)))
    [message] = editor.shown(str(bundle))
    assert complaint in message.message
    assert "\n" not in message.message
    assert await editor.pulled(editor.open("a = ;", "a.calc", "calc")) == []
    await alive(editor)


@pytest.mark.parametrize("name", ["none", "weights", "hub"])
async def test_model_that_is_not_there_is_shown_once_and_diagnostics_go_on(
    start: StartEditor, tmp_path: Path, name: str
) -> None:
    (tmp_path / "weights").mkdir()
    model = "nobody/no-such-model" if name == "hub" else str(tmp_path / name)
    editor = await start(options={"model": model}, environment={"HF_HUB_OFFLINE": "1"})
    uri = editor.open("a = \n")
    for _ in range(3):
        assert await editor.inline(uri, 0, 4) == []
    [message] = editor.shown()
    assert message.type is types.MessageType.Warning
    assert model in message.message
    assert "\n" not in message.message
    other = editor.open("b = {\n")
    await editor.broken(other)
    editor.change(other, "b = 1\n")
    await editor.clean(other)


@pytest.mark.parametrize(
    ("text", "cursor", "wanted"),
    [
        pytest.param("", (0, 0), "c = 3", id="empty"),
        pytest.param("\n\n", (2, 0), "c = 3", id="blank"),
        pytest.param("a = 1\r\nb = \r\n", (1, 4), "2", id="crlf"),
        pytest.param("\ufeffb = \n", (0, 5), "2", id="byte order mark"),
        pytest.param("/* 📚𝒳 */ b = \n", (0, 15), "2", id="astral"),
        pytest.param("a = ]]]\n\n\nb = \n", (3, 4), "2", id="broken above"),
    ],
)
async def test_text_out_of_the_ordinary_is_completed(
    start: StartEditor, script: Script, text: str, cursor: tuple[int, int], wanted: str
) -> None:
    editor = await start(options={"model": script({"b = ": "2", "": "c = 3"})})
    uri = editor.open(text)
    [item] = await editor.inline(uri, *cursor)
    assert item.insert_text == wanted
    assert item.range == types.Range(types.Position(*cursor), types.Position(*cursor))
    listed = await editor.complete(uri, *cursor)
    assert listed is not None
    told = [entry.text_edit for entry in listed.items if entry.detail == "suggested line"]
    assert [edit.new_text for edit in told if isinstance(edit, types.TextEdit)] == [wanted]


async def test_message_that_is_not_utf_8_is_dropped(start: StartEditor, script: Script) -> None:
    editor = await start(options={"model": script({"b = ": "2"})})
    editor.send_bytes(
        b'{"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": '
        b'{"uri": "file:///files/odd.tf", "languageId": "hcl", "version": 1, "text": "a = \xff{"}}}'
    )
    await alive(editor)
    assert editor.errors("file:///files/odd.tf") in (None, [])
    assert not editor.log("\n")


@pytest.mark.parametrize(
    "uri", ["file:///no/such/folder/a.tf", "untitled:Untitled-1", "nonsense", "file:///%ff%00.tf", ""]
)
async def test_document_is_what_the_editor_says_wherever_it_is(
    start: StartEditor, script: Script, uri: str
) -> None:
    editor = await start(options={"model": script({"b = ": "2"})})
    item = types.TextDocumentItem(uri, "hcl", 1, "a = {\n")
    editor.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    assert len(await editor.pulled(uri)) == 1
    editor.change(uri, "b = \n")
    assert [item.insert_text for item in await editor.inline(uri, 0, 4)] == ["2"]
    await alive(editor)
