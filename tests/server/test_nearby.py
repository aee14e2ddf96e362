"""What stands near a document: what is open, then the files of the workspace, then its bundle's examples."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pygls.io_ import StdoutWriter

from lsp_server.languages import load_registry
from lsp_server.server.app import create_server
from lsp_server.server.configuration.settings import Settings
from lsp_server.server.documents.session import Document, Session
from lsp_server.server.workspace.index import WorkspaceIndex
from lsp_server.server.workspace.nearby import Nearby
from lsp_server.text import Snapshot

REGISTRY = load_registry()
EXAMPLES = (*REGISTRY.by_id("hcl").examples.values(),)


@pytest.fixture
def reader() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as executor:
        yield executor


def write(root: Path, **texts: str) -> None:
    for name, text in texts.items():
        (root / f"{name}.tf").write_text(text)


def opened(session: Session, path: Path, text: str, language: str = "hcl") -> Document:
    return session.open(Snapshot(path.as_uri(), language, 1, text), path)


async def test_open_documents_come_first_then_files_then_examples(
    tmp_path: Path, reader: ThreadPoolExecutor
) -> None:
    write(tmp_path, a="a = 1\n", b="b = 1\n", c="c = 1\n")
    (tmp_path / "d.graphql").write_text("{ d }\n")
    session = Session(REGISTRY)
    index = WorkspaceIndex(lambda: (tmp_path,), lambda: REGISTRY, reader, print)
    nearby = Nearby(session, index)
    document = opened(session, tmp_path / "a.tf", "a = 2\n")
    assert nearby(document) == EXAMPLES
    await index.ready()
    assert nearby(document) == ("b = 1\n", "c = 1\n", *EXAMPLES)
    opened(session, tmp_path / "c.tf", "c = 2\n")
    assert nearby(document) == ("c = 2\n", "b = 1\n", *EXAMPLES)


async def test_what_an_editor_has_open_counts() -> None:
    server = create_server(Settings())
    server.protocol.set_writer(StdoutWriter(io.BytesIO()))
    for name, params in (
        ("initialize", {"processId": None, "rootUri": None, "capabilities": {}}),
        *(("textDocument/didOpen", {"textDocument": item(name)}) for name in ("a", "b")),
    ):
        number = {"id": 1} if name == "initialize" else {}
        server.protocol.handle_message({"jsonrpc": "2.0", "method": name, "params": params, **number})
        await asyncio.sleep(0)
    document = server.session.get("file:///a.tf")
    assert document is not None
    assert server.nearby(document)[0] == "b = 1\n"
    server.close()


def item(name: str) -> dict[str, object]:
    return {"uri": f"file:///{name}.tf", "languageId": "hcl", "version": 1, "text": f"{name} = 1\n"}


async def test_a_file_that_changes_is_read_again(tmp_path: Path, reader: ThreadPoolExecutor) -> None:
    write(tmp_path, b="b = 1\n")
    session = Session(REGISTRY)
    index = WorkspaceIndex(lambda: (tmp_path,), lambda: REGISTRY, reader, print)
    nearby = Nearby(session, index)
    document = opened(session, tmp_path / "a.tf", "a = 2\n")
    await index.ready()
    assert nearby(document)[0] == "b = 1\n"
    write(tmp_path, b="b = 1234\n")
    index.touch([tmp_path / "b.tf"])
    await index.ready()
    assert nearby(document)[0] == "b = 1234\n"


async def test_files_that_change_again_and_again_are_near_as_they_are(
    tmp_path: Path, reader: ThreadPoolExecutor
) -> None:
    """An index may come to lie in memory where an earlier one was."""
    write(tmp_path, b="b = 1\n")
    session = Session(REGISTRY)
    index = WorkspaceIndex(lambda: (tmp_path,), lambda: REGISTRY, reader, print)
    nearby = Nearby(session, index)
    document = opened(session, tmp_path / "a.tf", "a = 2\n")
    for number in range(20):
        for text in (f"b = {number}\n", f"b = {number}{number}\n"):
            write(tmp_path, b=text)
            index.touch([tmp_path / "b.tf"])
            await index.ready()
        assert nearby(document)[0] == text


async def test_nothing_is_near_a_document_in_no_language(tmp_path: Path, reader: ThreadPoolExecutor) -> None:
    session = Session(REGISTRY)
    nearby = Nearby(session, WorkspaceIndex(lambda: (tmp_path,), lambda: REGISTRY, reader, print))
    assert nearby(opened(session, tmp_path / "a.txt", "a", "plain")) == ()
    await asyncio.sleep(0)
