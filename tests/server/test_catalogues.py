"""Catalogues of a workspace, as an editor sees what they say."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from tests.names.test_catalogued import SCHEMA
from tests.server.conftest import Editor, StartEditor, connect, disconnect

pytestmark = pytest.mark.asyncio(loop_scope="session")

OLD = {
    "name": "nick",
    "kind": "field",
    "type": "String",
    "deprecated": "Use `login`.",
    "documentation": "A name.",
}
SYMBOLS = [SCHEMA[0], {**SCHEMA[1], "members": [*SCHEMA[1]["members"], OLD]}, SCHEMA[2]]
WRONG = {
    "syntax.json": "{",
    "later.json": '{"holegram-catalogue": 2}',
    "other.json": "[1, 2]",
    "key.json": '{"holegram-catalogue": 1, "language": "graphql", "symbols": [{"name": "a"}]}',
}


def capabilities() -> types.ClientCapabilities:
    return types.ClientCapabilities(
        text_document=types.TextDocumentClientCapabilities(
            hover=types.HoverClientCapabilities(content_format=[types.MarkupKind.Markdown]),
            completion=types.CompletionClientCapabilities(
                completion_item=types.ClientCompletionItemOptions(
                    tag_support=types.CompletionItemTagOptions([types.CompletionItemTag.Deprecated]),
                    documentation_format=[types.MarkupKind.Markdown],
                )
            ),
        )
    )


def write(root: Path, symbols: list[dict[str, Any]]) -> None:
    folder = root / ".holegram" / "catalogue"
    folder.mkdir(parents=True, exist_ok=True)
    told = {"holegram-catalogue": 1, "language": "graphql", "symbols": symbols}
    (folder / "schema.json").write_text(json.dumps(told))


@pytest_asyncio.fixture(loop_scope="session")
async def rich(tmp_path: Path) -> AsyncIterator[Editor]:
    write(tmp_path, SYMBOLS)
    for name, text in WRONG.items():
        (tmp_path / ".holegram" / "catalogue" / name).write_text(text)
    editor = await connect(capabilities=capabilities())
    editor.change_folders(added=[tmp_path])
    yield editor
    await disconnect(editor)


async def hovered(editor: Editor, uri: str, line: int, column: int) -> str | None:
    params = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(line, column))
    found = await editor.client.text_document_hover_async(params)
    return None if found is None else getattr(found.contents, "value", None)


async def test_fields_of_a_catalogue_are_listed_hovered_and_struck_through(rich: Editor) -> None:
    uri = rich.open("{ user {  } }", "a.graphql", "graphql")
    assert await hovered(rich, uri, 0, 3) == "```graphql\nuser: User!\n```\n\n*field*"
    found = await rich.complete(uri, 0, 9)
    assert found is not None
    entries = {item.label: item for item in found.items}
    assert {"login", "friends", "nick"} <= entries.keys()
    assert entries["login"].detail == "field: String!"
    assert entries["login"].kind == types.CompletionItemKind.Field
    assert list(entries["nick"].tags or ()) == [types.CompletionItemTag.Deprecated]
    assert not entries["login"].tags
    resolved = await rich.client.completion_item_resolve_async(entries["nick"])
    assert isinstance(resolved.documentation, types.MarkupContent)
    assert resolved.documentation.value.endswith("**Deprecated.** Use `login`.\n\nA name.")


async def test_what_is_no_catalogue_is_told_in_one_line_each_and_the_others_count(rich: Editor) -> None:
    uri = rich.open("{ user { login } }", "a.graphql", "graphql")
    assert await hovered(rich, uri, 0, 10)
    for name in WRONG:
        (line,) = rich.log(name)
        assert line.startswith(str(Path(line.partition(":")[0])))
        assert "\n" not in line
    assert not rich.logged_errors()


async def test_a_catalogue_that_is_made_anew_is_read_anew(rich: Editor, tmp_path: Path) -> None:
    uri = rich.open("{ user { login } }", "a.graphql", "graphql")
    assert await hovered(rich, uri, 0, 10)
    write(tmp_path, [])
    rich.touch(tmp_path / ".holegram" / "catalogue" / "schema.json")
    assert await hovered(rich, uri, 0, 10) is None


async def test_a_name_of_a_catalogue_has_no_place_and_cannot_be_renamed(rich: Editor) -> None:
    uri = rich.open("{ user { login } }", "a.graphql", "graphql")
    at = types.DefinitionParams(types.TextDocumentIdentifier(uri), types.Position(0, 10))
    assert not await rich.client.text_document_definition_async(at)
    params = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 10}, "newName": "x"}
    with pytest.raises(JsonRpcException, match="is defined by a catalogue"):
        await rich.raw({"method": "textDocument/rename", "params": params})


@pytest.mark.parametrize("named", ["schema.json", ""])
async def test_a_catalogue_that_the_user_names_counts_but_not_one_that_a_workspace_names(
    start: StartEditor, tmp_path: Path, named: str
) -> None:
    write(tmp_path, SYMBOLS)
    where = str(tmp_path / ".holegram" / "catalogue" / named)
    own = await start(capabilities=capabilities(), options={"catalogues": [where]})
    uri = own.open("{ user { login } }", "a.graphql", "graphql")
    assert await hovered(own, uri, 0, 10)
    other = await start(capabilities=capabilities(), configuration={"catalogues": [where]})
    uri = other.open("{ user { login } }", "a.graphql", "graphql")
    assert await hovered(other, uri, 0, 10) is None


async def test_signature_help_tells_the_arguments_and_which_is_given(rich: Editor) -> None:
    schema = "type Query { a(b: Int, c: Int): Int }"
    uri = rich.open(f"query ($a: Int) {{ a(b: $a, c: 1) }}\n{schema}", "a.graphql", "graphql")
    assert rich.capabilities.signature_help_provider is not None
    place = types.TextDocumentIdentifier(uri), types.Position(0, 30)
    found = await rich.client.text_document_signature_help_async(types.SignatureHelpParams(*place))
    assert found is not None
    (signature,) = found.signatures
    assert signature.label == "a(b: Int, c: Int): Int"
    assert [one.label for one in signature.parameters or ()] == ["b: Int", "c: Int"]
    assert found.active_parameter == 1


async def test_what_is_not_used_is_shown_faded(rich: Editor, tmp_path: Path) -> None:
    uri, text = (tmp_path / "a.graphql").as_uri(), "query ($a: Int, $b: Int) { user { login(x: $a) } }"
    item = types.TextDocumentItem(uri, "graphql", 1, text)
    rich.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    await rich.until(lambda: rich.client.diagnostics.get(uri))
    (told,) = rich.client.diagnostics[uri]
    assert (told.message, told.severity) == ("variable 'b' is not used", types.DiagnosticSeverity.Hint)
    assert list(told.tags or ()) == [types.DiagnosticTag.Unnecessary]
