"""End to end: the life of a server, and messages that no editor should send."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from lsp_server.server.handlers import _HANDLERS
from tests.conftest import MANIFEST, PARSER, MakeBundle
from tests.server.conftest import PATIENCE, Editor, Script, StartEditor

pytestmark = pytest.mark.asyncio(loop_scope="session")

INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS, NOT_INITIALIZED = -32600, -32601, -32602, -32002


async def code_of(editor: Editor, message: dict[str, Any]) -> int:
    with pytest.raises(JsonRpcException) as caught:
        await editor.raw(message)
    return caught.value.code


async def alive(editor: Editor) -> None:
    uri = editor.open("a = {\n")
    await editor.broken(uri)
    assert editor.shown() == []


async def test_server_says_what_it_can_do(editor: Editor) -> None:
    capabilities = editor.capabilities
    assert isinstance(capabilities.text_document_sync, types.TextDocumentSyncOptions)
    assert capabilities.text_document_sync.change is types.TextDocumentSyncKind.Incremental
    assert capabilities.text_document_sync.open_close
    assert capabilities.text_document_sync.save
    assert capabilities.inline_completion_provider is not None
    assert capabilities.completion_provider is not None
    assert capabilities.completion_provider.trigger_characters
    assert all(len(trigger) == 1 for trigger in capabilities.completion_provider.trigger_characters)
    assert capabilities.diagnostic_provider is not None


async def test_what_can_be_resolved_is_offered_so(editor: Editor) -> None:
    offered: dict[str, Any] = {
        types.COMPLETION_ITEM_RESOLVE: editor.capabilities.completion_provider,
        types.CODE_ACTION_RESOLVE: editor.capabilities.code_action_provider,
    }
    handled = {handler.method for handler in _HANDLERS if handler.method.endswith("/resolve")}
    assert offered.keys() == handled
    assert all(options.resolve_provider for options in offered.values())


CURSOR = {"textDocument": {"uri": "file:///a.tf"}, "position": {"line": 0, "character": 0}}


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("textDocument/inlineCompletion", {**CURSOR, "context": {"triggerKind": 7}}),
        ("textDocument/inlineCompletion", CURSOR),
        ("textDocument/completion", {**CURSOR, "position": {"line": -1, "character": 0}}),
        ("textDocument/completion", {**CURSOR, "position": {"line": 0}}),
        ("textDocument/completion", {"textDocument": 5, "position": None}),
        ("textDocument/completion", [1, 2]),
        ("textDocument/completion", "x"),
        ("textDocument/completion", None),
        ("textDocument/diagnostic", {}),
    ],
)
async def test_parameters_that_do_not_convert_are_answered(editor: Editor, method: str, params: Any) -> None:
    assert await code_of(editor, {"method": method, "params": params}) == INVALID_PARAMS
    await alive(editor)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"method": "no/such", "params": {"a": {"jsonrpc": "2.0", "id": 1}}}, METHOD_NOT_FOUND),
        ({"method": "no/such"}, METHOD_NOT_FOUND),
        ({"method": "textDocument/completion"}, INVALID_PARAMS),
        ({"method": ["textDocument/completion"]}, INVALID_REQUEST),
        ({"method": 3}, INVALID_REQUEST),
        ({"method": "textDocument/didSave", "params": {"textDocument": {"uri": "x"}}}, INVALID_REQUEST),
        ({"method": "initialize", "params": {"capabilities": {}}}, INVALID_REQUEST),
    ],
)
async def test_every_request_is_answered(editor: Editor, message: dict[str, Any], code: int) -> None:
    assert await code_of(editor, message) == code
    await alive(editor)
    assert not editor.logged_errors()


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff\xfe",
        b"[]",
        b"5",
        b"null",
        b"{}",
        b'{"jsonrpc": "2.0"}',
        b'{"jsonrpc": "2.0", "method": 3}',
        b'{"jsonrpc": "1.0", "id": 1, "method": "shutdown"}',
        b'{"jsonrpc": "2.0", "id": "nobody", "result": 5}',
        b'{"jsonrpc": "2.0", "id": "nobody", "error": {"code": 1, "message": "x"}}',
        b'{"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 4711}}',
        b'{"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {}}',
        b'{"jsonrpc": "2.0", "method": "no/such"}',
        b'{"jsonrpc": "2.0", "method": "textDocument/completion", "params": {}}',
        b'{"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": 1}}',
        b'{"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": '
        b'{"uri": "x", "languageId": 3, "version": 1, "text": ""}}}',
        b"[" * 100_000,
    ],
    ids=lambda body: body[:60].decode(errors="replace"),
)
async def test_message_that_makes_no_sense_is_no_pop_up(editor: Editor, body: bytes) -> None:
    editor.send_bytes(body)
    await alive(editor)
    assert not editor.logged_errors()
    assert not editor.log("\n")


async def test_document_is_dropped_when_a_change_cannot_be_read(editor: Editor) -> None:
    uri = editor.open("a = {\n")
    await editor.broken(uri)
    document = {"uri": uri, "version": 2}
    changes = [{"range": {"start": {"line": 0}}, "text": "}"}]
    params = {"textDocument": document, "contentChanges": changes}
    editor.send({"jsonrpc": "2.0", "method": "textDocument/didChange", "params": params})
    await editor.clean(uri)
    await editor.until(lambda: editor.log("did not match the text"))
    editor.open("a = {\n", uri.rpartition("/")[2])
    await editor.broken(uri)


def _install(folder: Path, module: str, code: str) -> str:
    """Install a module as a package would, in a folder; the path on which it is found."""
    (folder / f"{module}.py").write_text(code, encoding="utf-8")
    told = folder / f"{module}-1.dist-info"
    told.mkdir()
    (told / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1\n", encoding="utf-8")
    return os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH"))))


async def test_an_exception_is_one_line_in_the_log_and_the_person_is_told_that_errors_may_be_missing(
    start: StartEditor, make_bundle: MakeBundle, script: Script, tmp_path: Path
) -> None:
    path = _install(tmp_path, "tree_sitter_falling", "def language():\n    raise RuntimeError('it\\nfell')\n")
    bundle = make_bundle(MANIFEST + PARSER.replace("_hcl", "_falling"))
    editor = await start(
        options={"bundles": [str(bundle)], "parsers": ["tree_sitter_falling"], "model": script({})},
        environment={"PYTHONPATH": path},
    )
    uri = editor.open("a = 1;", "a.calc", "calc")
    [told] = await editor.pulled(uri)
    assert told.code == "internal-error"
    assert await editor.inline(uri, 0, 1) == []
    assert await editor.complete(uri, 0, 1) is None
    [line] = {*editor.log(f"the errors of {uri}: ")}
    assert "RuntimeError: it fell" in line
    assert "tree_sitter_falling.py:2" in line
    assert not editor.log("\n")
    editor.forget()
    await alive(editor)


async def test_what_others_print_does_not_disturb_the_protocol(
    start: StartEditor, make_bundle: MakeBundle, tmp_path: Path
) -> None:
    path = _install(
        tmp_path,
        "tree_sitter_chatty",
        "import os, tree_sitter_hcl\n"
        "def language():\n"
        "    print('loading', flush=True)\n"
        "    os.write(1, b'Content-Length: 9\\r\\n\\r\\n')\n"
        "    return tree_sitter_hcl.language()\n",
    )
    bundle = make_bundle(MANIFEST + PARSER.replace("_hcl", "_chatty"))
    editor = await start(
        options={"bundles": [str(bundle)], "parsers": ["tree_sitter_chatty"]},
        environment={"PYTHONPATH": path},
    )
    uri = editor.open("a = (1\n", "a.calc", "calc")
    assert len(await editor.pulled(uri)) == 1


async def test_broken_bundle_of_the_user_is_one_line_to_the_user(
    start: StartEditor, make_bundle: MakeBundle
) -> None:
    bundle = make_bundle('id = "calc"\nnme = "x"\n')
    editor = await start(options={"bundles": [str(bundle)]})
    await editor.until(lambda: editor.shown(str(bundle)))
    [message] = editor.shown(str(bundle))
    assert message.type is types.MessageType.Warning
    assert "language.toml" in message.message
    assert "\n" not in message.message


async def test_wrong_settings_are_logged_not_shown(start: StartEditor) -> None:
    editor = await start(options={"debounceMs": "soon", "colour": 1})
    await editor.until(lambda: len(editor.log("setting '")) == 2)
    assert editor.log("setting 'debounceMs'")
    assert editor.log("unknown setting 'colour'")
    editor.forget()
    await alive(editor)


def configurable(*, pull: bool) -> types.ClientCapabilities:
    return types.ClientCapabilities(
        workspace=types.WorkspaceClientCapabilities(
            configuration=pull,
            did_change_configuration=types.DidChangeConfigurationClientCapabilities(),
        )
    )


@pytest.mark.parametrize("pull", [True, False])
async def test_changed_setting_takes_effect(start: StartEditor, *, pull: bool) -> None:
    editor = await start(capabilities=configurable(pull=pull), configuration={"diagnostics": "onSave"})
    if not pull:
        editor.client.workspace_did_change_configuration(
            types.DidChangeConfigurationParams({"holegram": {"diagnostics": "onSave"}})
        )
    uri = editor.open("a = 1\n")
    await editor.clean(uri)
    editor.change(uri, "a = {\n")
    other = editor.open("a = {\n")
    await editor.broken(other)
    assert editor.errors(uri) == []
    editor.client.set_configuration("onChange", section="holegram.diagnostics")
    editor.client.workspace_did_change_configuration(
        types.DidChangeConfigurationParams(None if pull else {"holegram": {"diagnostics": "onChange"}})
    )
    await editor.broken(uri)


async def test_workspace_cannot_name_bundles(start: StartEditor, make_bundle: MakeBundle) -> None:
    settings = {"bundles": [str(make_bundle())], "model": "evil/model"}
    editor = await start(capabilities=configurable(pull=True), configuration=settings)
    await editor.until(lambda: len(editor.log("setting '")) == 2)
    uri = editor.open("a = {", "a.calc", "calc")
    assert await editor.pulled(uri) == []


class Pipe:
    """A server and nothing between it and the test."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.process, self.stdin, self.stdout = process, process.stdin, process.stdout

    def send(self, **message: Any) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    async def receive(self) -> Any:
        """The next answer."""
        while True:
            length = 0
            while (header := (await self.stdout.readline()).strip()) or not length:
                if header.lower().startswith(b"content-length"):
                    length = int(header.split(b":")[1])
            message = json.loads(await self.stdout.readexactly(length))
            if "id" in message:
                return message

    async def end(self) -> int:
        return await asyncio.wait_for(self.process.wait(), PATIENCE)


async def pipe() -> Pipe:
    return Pipe(
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "lsp_server",
            "serve",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
    )


async def test_requests_out_of_turn_are_refused() -> None:
    server = await pipe()
    server.send(id=1, method="textDocument/completion", params=CURSOR)
    assert (await server.receive())["error"]["code"] == NOT_INITIALIZED
    server.send(method="textDocument/didOpen", params={})
    server.send(id=2, method="initialize", params={"capabilities": {}})
    assert (await server.receive())["result"]["serverInfo"]["name"] == "holegram"
    server.send(id=3, method="shutdown")
    assert await server.receive() == {"id": 3, "jsonrpc": "2.0", "result": None}
    server.send(id=4, method="textDocument/completion", params=CURSOR)
    assert (await server.receive())["error"]["code"] == INVALID_REQUEST
    server.send(method="exit")
    assert await server.end() == 0


async def test_exit_without_shutdown_is_code_one() -> None:
    server = await pipe()
    server.send(id=1, method="initialize", params={"capabilities": {}})
    await server.receive()
    server.send(method="exit")
    assert await server.end() == 1


async def test_server_ends_when_the_client_is_gone() -> None:
    server = await pipe()
    server.send(id=1, method="initialize", params={"capabilities": {}})
    await server.receive()
    server.stdin.close()
    assert await server.end() == 1
