"""The model is there before the first key, where there may be suggestions, and is asked for once unseen."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from lsprotocol import types

from lsp_server.languages import load_registry
from lsp_server.server.configuration.settings import Settings
from lsp_server.server.documents.session import Document, Session
from lsp_server.server.suggestions import suggester as suggester_module
from lsp_server.server.suggestions import warming as module
from lsp_server.server.suggestions.suggester import Suggester
from lsp_server.server.suggestions.warming import Warmer
from lsp_server.text import Snapshot
from tests.server.conftest import Script, StartEditor
from tests.server.test_status import is_last, told

LIST, GHOST = "text_document.completion", "text_document.inline_completion"


class Server:
    """Stands in for a server and its model, and notes what is done."""

    def __init__(self, *capabilities: str, enabled: bool = True) -> None:
        self.configuration: Any = SimpleNamespace(
            settings=Settings.model_validate({"completion": {"enabled": enabled}})
        )
        self.session = Session(load_registry())
        self.slots = SimpleNamespace(rehearse=lambda document: self.done.append(document.snapshot.uri))
        self.begun = self.ready = self.loading = False
        self.done: list[str] = []
        self._capabilities = capabilities

    def capability(self, name: str) -> bool:
        return name in self._capabilities

    async def begin_model(self, document: Document) -> asyncio.Future[None]:
        self.done.append("model")
        self.begun = self.ready = True
        loaded: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        loaded.set_result(None)
        return loaded

    async def rehearse(self, document: Document) -> None:
        """A list is made."""
        self.done.append(f"list in {document.snapshot.uri}")

    async def settle(self) -> None:
        """What is being loaded is there a moment later."""
        await asyncio.sleep(0)
        self.ready = self.ready or self.loading

    def open(self, name: str) -> Document:
        return self.session.open(Snapshot(name, "", 1, ""), Path(name))


def warmer_of(server: Any) -> Warmer:
    return Warmer(server, server.session, server.configuration, server, {}, server, server)


async def rested(warmer: Warmer) -> None:
    """Wait until what comes after a rest is done."""
    while warmer._timer is not None:
        await asyncio.sleep(0)
    if warmer._task is not None:
        await warmer._task


async def opened(server: Any, *names: str) -> list[str]:
    """What is done when documents are opened, one after another, with a rest after each."""
    warmer = warmer_of(server)
    for name in names:
        warmer.expect(server.open(name))
        await rested(warmer)
    return list(server.done)


@pytest.fixture(autouse=True)
def _at_rest_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_REST", 0.0)


@pytest.mark.parametrize("capability", [LIST, GHOST])
async def test_the_model_is_loaded_once_and_asked_once_in_each_language(capability: str) -> None:
    found = await opened(Server(capability), "a.tf", "b.tf", "c.graphql", "d.graphql")
    assert found == ["model", "a.tf", "list in c.graphql", "c.graphql"]


async def test_nothing_is_loaded_where_nothing_would_be_shown() -> None:
    assert await opened(Server(), "a.tf") == []
    assert await opened(Server(LIST, enabled=False), "a.tf") == []
    assert await opened(Server(LIST), "a.unknown") == []


async def test_a_model_that_has_left_the_memory_is_not_loaded_for_a_document() -> None:
    server = Server(LIST)
    server.begun = True
    assert await opened(server, "a.tf") == ["list in a.tf"]


async def test_a_model_that_somebody_is_loading_is_waited_for() -> None:
    server = Server(LIST)
    server.begun = server.loading = True
    assert await opened(server, "a.tf") == ["list in a.tf", "a.tf"]


async def test_a_model_that_cannot_be_loaded_is_not_asked() -> None:
    server: Any = Server(LIST)

    async def fail(document: Document) -> asyncio.Future[None]:
        loaded = await Server.begin_model(server, document)
        server.ready = False
        return loaded

    server.begin_model = fail
    assert await opened(server, "a.tf", "b.tf") == ["model", "list in b.tf"]


async def test_a_language_that_was_read_anew_is_another_one() -> None:
    server: Any = Server(LIST)
    warmer = warmer_of(server)
    document = server.open("a.tf")
    warmer.expect(document)
    await rested(warmer)
    document.language = replace(document.language)
    warmer.expect(document)
    await rested(warmer)
    assert server.done == ["model", "a.tf", "list in a.tf", "a.tf"]


async def test_a_document_that_is_closed_before_the_rest_loads_nothing() -> None:
    server: Any = Server(LIST)
    warmer = warmer_of(server)
    warmer.expect(server.open("a.tf"))
    server.session.close("a.tf")
    await rested(warmer)
    assert server.done == []


async def test_the_model_is_loaded_after_errors_and_one_list_however_many_ask_for_it() -> None:
    server: Any = Server(LIST)
    errors = asyncio.Event()
    server.settled = lambda seconds: errors.wait()
    server.begin = lambda: server.done.append("model")
    suggester: Any = Suggester(server.session, server.configuration, server, server, server, *([server] * 3))
    document = server.open("a.tf")
    asked = [asyncio.create_task(suggester.begin_model(document)) for _ in range(3)]
    await asyncio.sleep(0.01)
    assert server.done == ["list in a.tf"]
    errors.set()
    await asyncio.gather(*asked)
    assert server.done == ["list in a.tf", *["model"] * 3]


async def test_a_list_that_takes_long_does_not_keep_the_model_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suggester_module, "_LIST", 0.01)
    server: Any = Server(LIST)
    server.settled = lambda seconds: asyncio.sleep(0)
    server.rehearse = lambda document: asyncio.Event().wait()
    server.begin = lambda: server.done.append("model")
    suggester: Any = Suggester(server.session, server.configuration, server, server, server, *([server] * 3))
    await suggester.begin_model(server.open("a.tf"))
    assert server.done == ["model"]


@pytest.mark.asyncio(loop_scope="session")
async def test_the_model_is_ready_in_an_editor_where_nothing_was_typed(
    start: StartEditor, script: Script
) -> None:
    capabilities = types.ClientCapabilities(
        experimental={"holegramStatus": True},
        text_document=types.TextDocumentClientCapabilities(completion=types.CompletionClientCapabilities()),
    )
    editor = await start(capabilities=capabilities, options={"model": script({"a = ": "1"})})
    statuses = told(editor)
    uri = editor.open("a = \n")
    await editor.until(partial(is_last, "ready", statuses))
    await editor.until(lambda: any("made ready" in trace for trace in editor.traces))
    assert editor.errors(uri)
    assert not any(trace.startswith("suggestion") for trace in editor.traces)
