"""A real client for a real server: `python -m lsp_server serve` over standard input and output."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from lsprotocol import types
from pygls.capabilities import get_capability
from pygls.protocol import default_converter
from pytest_lsp import ClientServerConfig, LanguageClient
from pytest_lsp.client import register_lsp_features

from lsp_server.languages import load_registry
from lsp_server.text import Encoding
from tests.counts import FULL
from tests.server.forking import forking
from tests.server.suggesting import decoder, document, suggestions

__all__ = ["decoder", "document", "suggestions"]

PATIENCE = 120.0
"""Seconds until a test gives up waiting: it only keeps a run from hanging, on however busy a machine."""


ENCODED = [
    pytest.param(language, encoding, id=f"{language.id}-{encoding.value}")
    for number, language in enumerate(load_registry().languages)
    for place, encoding in enumerate(Encoding)
    if FULL or number == 0 or place == number % len(Encoding)
]
"""Each language with an encoding of columns, the first one with all: a language does not see them."""


class Editor:
    """What tests do with a client, in few words. Positions are lines and columns in units of the client."""

    capabilities: types.ServerCapabilities

    def __init__(self, client: LanguageClient) -> None:
        self.client = client
        self.traces: list[str] = []
        self.registered: dict[str, types.Registration] = {}
        self._names = itertools.count(1)
        self._log = self._shown = 0
        self._versions: dict[str, itertools.count[int]] = {}
        self._ids = itertools.count(100_000)
        client.feature(types.LOG_TRACE)(lambda params: self.traces.append(params.message))
        client.feature(types.CLIENT_REGISTER_CAPABILITY)(lambda params: self._register(params))
        client.feature(types.CLIENT_UNREGISTER_CAPABILITY)(lambda params: self._unregister(params))

    def _register(self, params: types.RegistrationParams) -> None:
        self.registered |= {registration.id: registration for registration in params.registrations}

    def _unregister(self, params: types.UnregistrationParams) -> None:
        for registration in params.unregisterations:
            del self.registered[registration.id]

    def can(self, field: str) -> Any:
        """What this client said that it can, named as `text_document.diagnostic` is; None if nothing."""
        assert self.client.capabilities is not None
        return get_capability(self.client.capabilities, field, None)

    def open(self, text: str, name: str | None = None, language_id: str = "hcl") -> str:
        """Open a document, of a new name if none is given; gives its URI."""
        uri = f"file:///files/{name or f'{next(self._names)}.tf'}"
        self._versions[uri] = itertools.count(1)
        item = types.TextDocumentItem(uri, language_id, next(self._versions[uri]), text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return uri

    def change(self, uri: str, *edits: tuple[tuple[int, int], tuple[int, int], str] | str) -> None:
        """Edit a document: each edit is a start, an end and a text, or the new text of all of it."""
        changes: list[types.TextDocumentContentChangeEvent] = [
            types.TextDocumentContentChangeWholeDocument(edit)
            if isinstance(edit, str)
            else types.TextDocumentContentChangePartial(
                types.Range(types.Position(*edit[0]), types.Position(*edit[1])), edit[2]
            )
            for edit in edits
        ]
        versioned = types.VersionedTextDocumentIdentifier(
            uri=uri, version=next(self._versions.setdefault(uri, itertools.count(1)))
        )
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(versioned, changes))

    def save(self, uri: str) -> None:
        self.client.text_document_did_save(types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(uri)))

    def opened(self) -> tuple[str, ...]:
        """The URIs of the documents that are open."""
        return tuple(self._versions)

    def close(self, uri: str) -> None:
        self._versions.pop(uri, None)
        self.client.text_document_did_close(
            types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri))
        )

    def change_folders(self, added: Sequence[Path] = (), removed: Sequence[Path] = ()) -> None:
        event = types.WorkspaceFoldersChangeEvent(list(map(folder_of, added)), list(map(folder_of, removed)))
        self.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))

    def touch(self, path: Path, kind: types.FileChangeType = types.FileChangeType.Changed) -> None:
        """Tell that a file was made, changed or removed."""
        changes = [types.FileEvent(path.as_uri(), kind)]
        self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(changes))

    async def symbols_named(self, query: str) -> list[tuple[str, str]]:
        """The symbols of the workspace whose names fit a query, and the names of their files."""
        found = await self.client.workspace_symbol_async(types.WorkspaceSymbolParams(query)) or ()
        return [(symbol.name, symbol.location.uri.rpartition("/")[2]) for symbol in found]

    async def definitions(self, uri: str, line: int, column: int) -> list[types.Location]:
        params = types.DefinitionParams(types.TextDocumentIdentifier(uri), types.Position(line, column))
        found = await self.client.text_document_definition_async(params)
        assert isinstance(found, list)
        assert all(isinstance(place, types.Location) for place in found)
        return [place for place in found if isinstance(place, types.Location)]

    async def pulled(self, uri: str) -> list[types.Diagnostic]:
        """The diagnostics of a document, asked for."""
        report = await self.pull(uri)
        assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
        return list(report.items)

    async def pull(self, uri: str, known: str | None = None) -> types.DocumentDiagnosticReport:
        return await self.client.text_document_diagnostic_async(
            types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri), previous_result_id=known)
        )

    async def inline(
        self, uri: str, line: int, column: int, *, asked: bool = False
    ) -> Sequence[types.InlineCompletionItem]:
        """The ghost texts at a cursor, as they come by themselves, or as a person has `asked` for them."""
        at = _at(uri, line, column, asked=asked)
        return _inline_items(await self.client.text_document_inline_completion_async(at))

    def start_inline(
        self, uri: str, line: int, column: int, *, asked: bool = False
    ) -> tuple[int, asyncio.Future[Any]]:
        """Ask for ghost text without waiting: the request's id, and its answer."""
        request = next(self._ids)
        answer = self.client.protocol.send_request(
            types.TEXT_DOCUMENT_INLINE_COMPLETION, _at(uri, line, column, asked=asked), msg_id=request
        )
        return request, asyncio.wrap_future(answer)

    def cancel(self, request: int) -> None:
        self.client.cancel_request(types.CancelParams(request))

    async def complete(
        self, uri: str, line: int, column: int, context: types.CompletionContext | None = None
    ) -> types.CompletionList | None:
        place = types.TextDocumentIdentifier(uri), types.Position(line, column)
        params = types.CompletionParams(*place, context)
        answer = await self.client.text_document_completion_async(params)
        assert answer is None or isinstance(answer, types.CompletionList)
        return answer

    async def raw(self, message: dict[str, Any]) -> types.ResponseError | Any:
        """Send a request as it is, whatever it holds; gives the result or the error."""
        request = next(self._ids)
        answer: Future[Any] = Future()
        self.client.protocol._request_futures[request] = answer
        self.send({"jsonrpc": "2.0", "id": request, **message})
        return await asyncio.wait_for(asyncio.wrap_future(answer), PATIENCE)

    def send(self, message: Any) -> None:
        """Send any JSON."""
        self.send_bytes(json.dumps(message).encode())

    def send_bytes(self, body: bytes) -> None:
        writer: Any = self.client.protocol.writer
        writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    def errors(self, uri: str) -> list[str] | None:
        """The messages that were pushed last for a document."""
        pushed = self.client.diagnostics.get(uri)
        return None if pushed is None else [diagnostic.message for diagnostic in pushed]

    async def until(self, condition: Callable[[], Any]) -> None:
        """Wait for something to become true."""
        async with asyncio.timeout(PATIENCE):
            while not condition():
                await asyncio.sleep(0.005)

    async def clean(self, uri: str) -> None:
        """Wait until no errors are shown for a document."""
        await self.until(lambda: self.errors(uri) == [])

    async def broken(self, uri: str) -> None:
        """Wait until errors are shown for a document."""
        await self.until(lambda: self.errors(uri))

    def forget(self) -> None:
        """Take what has been logged and shown up to now for read."""
        self._log, self._shown = len(self.client.log_messages), len(self.client.messages)

    def log(self, about: str = "") -> list[str]:
        """What has been logged since, of the lines that hold a text."""
        lines = [message.message for message in self.client.log_messages[self._log :]]
        return [line for line in lines if about in line]

    def logged_errors(self) -> list[str]:
        """What has been logged since as an error: something that must not happen, whatever a client does."""
        errors = (m for m in self.client.log_messages[self._log :] if m.type is types.MessageType.Error)
        return [message.message for message in errors]

    def shown(self, about: str = "") -> list[types.ShowMessageParams]:
        """What has been shown to the user since, of the messages that hold a text."""
        return [message for message in self.client.messages[self._shown :] if about in message.message]


def _at(uri: str, line: int, column: int, *, asked: bool) -> types.InlineCompletionParams:
    kinds = types.InlineCompletionTriggerKind
    return types.InlineCompletionParams(
        types.InlineCompletionContext(kinds.Invoked if asked else kinds.Automatic),
        types.TextDocumentIdentifier(uri),
        types.Position(line, column),
    )


def _inline_items(
    answer: types.InlineCompletionList | Sequence[types.InlineCompletionItem] | None,
) -> Sequence[types.InlineCompletionItem]:
    if isinstance(answer, types.InlineCompletionList):
        return answer.items
    return answer or []


async def connect(
    *arguments: str,
    capabilities: types.ClientCapabilities | None = None,
    options: Any = None,
    configuration: dict[str, Any] | None = None,
    environment: dict[str, str] | None = None,
    folders: Sequence[Path] | None = None,
    root: Path | None = None,
    program: Sequence[str] = (),
) -> Editor:
    """Start a server and a client; the server is that of this checkout unless another program is named."""
    command = [*(program or _program()), "serve", *arguments]
    variables = {**os.environ, **(environment or {})}
    client = await ClientServerConfig(command, _client, variables).start()
    assert isinstance(client, LanguageClient)
    client.set_configuration({"holegram": configuration} if configuration is not None else {})
    params = types.InitializeParams(
        capabilities or types.ClientCapabilities(),
        initialization_options=_without_limit(options),
        trace=types.TraceValue.Messages,
        root_uri=None if root is None else root.as_uri(),
        workspace_folders=None if folders is None else list(map(folder_of, folders)),
    )
    editor = Editor(client)
    editor.capabilities = (await client.initialize_session(params)).capabilities
    return editor


_CONVERTER = default_converter()  # type: ignore[no-untyped-call]
"""One for all clients: what it learns of each type takes longer than most tests."""


def _client() -> LanguageClient:
    client = LanguageClient(converter_factory=lambda: _CONVERTER)
    register_lsp_features(client)
    return client


@cache
def _program() -> tuple[str, ...]:
    """The command of this checkout; forked, unless all is tried that can be."""
    if FULL:
        return (sys.executable, "-m", "lsp_server")
    return _UNTIL_THE_END.enter_context(forking())


_UNTIL_THE_END = ExitStack()


@pytest.fixture(scope="session", autouse=True)
def _end() -> Iterator[None]:
    with _UNTIL_THE_END:
        yield
    _program.cache_clear()


def folder_of(path: Path) -> types.WorkspaceFolder:
    return types.WorkspaceFolder(path.as_uri(), path.name)


def _without_limit(options: Any) -> Any:
    """The options, with no limit of time that they do not set: on a busy machine it takes what it takes."""
    if not isinstance(options, dict | None):
        return options
    completion = (options or {}).get("completion", {})
    if not isinstance(completion, dict):
        return options
    return {**(options or {}), "completion": {"timeoutMs": 0, **completion}}


async def disconnect(editor: Editor) -> None:
    """End both in good order."""
    client = editor.client
    server = client._server
    if client.error is None and server is not None and server.returncode is None:
        await client.shutdown_session()
        assert server.returncode == 0
    stop: Callable[[], Awaitable[None]] = client.stop
    await stop()


StartEditor = Callable[..., Awaitable[Editor]]


@pytest_asyncio.fixture(loop_scope="session")
async def start() -> AsyncIterator[StartEditor]:
    """`start(...)` is `connect(...)` for one test."""
    editors: list[Editor] = []

    async def start_one(*arguments: str, **options: Any) -> Editor:
        editors.append(await connect(*arguments, **options))
        return editors[-1]

    yield start_one
    for editor in editors:
        await disconnect(editor)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shared() -> AsyncIterator[Editor]:
    editor = await connect()
    yield editor
    await disconnect(editor)


@pytest.fixture
def editor(shared: Editor) -> Editor:
    """An editor with default settings; all tests of a file share its server, which must survive them."""
    shared.forget()
    return shared


def encodings(*kinds: str) -> types.ClientCapabilities:
    """Capabilities of a client that prefers some position encodings."""
    return types.ClientCapabilities(general=types.GeneralClientCapabilities(position_encodings=list(kinds)))


Script = Callable[..., str]


@pytest.fixture
def script(tmp_path: Path) -> Script:
    """`script({ending: continuation}, delay=seconds)` gives the name of a model that says just that."""

    def write(endings: dict[str, str], delay: float = 0.0) -> str:
        path = tmp_path / "script.json"
        path.write_text(json.dumps({"endings": endings, "delay": delay}), encoding="utf-8")
        return f"scripted:{path}"

    return write
