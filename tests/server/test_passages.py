"""What can be looked up for an open document: its workspace, its bundle, the folders that settings name."""

from __future__ import annotations

import asyncio
import gc
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lsp_server.languages import load_registry
from lsp_server.retrieval import PassageStore, words_of
from lsp_server.server.documents.session import Session
from lsp_server.server.workspace.index import WorkspaceIndex
from lsp_server.server.workspace.passages import Passages, Stores
from lsp_server.text import Snapshot

REGISTRY = load_registry()


def names(store: PassageStore | None, words: str) -> list[str]:
    assert store is not None
    return [Path(one.passage.name).name for one in store.find(dict.fromkeys(words_of(words), 1.0))]


async def test_files_and_folders_are_read_beside_the_server_and_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path / "cache")
    root, examples = tmp_path / "root", tmp_path / "examples"
    for folder in (root, examples):
        folder.mkdir()
    (root / "a.tf").write_text("thumbnails = 1\n")
    (examples / "b.tf").write_text("reminders = 1\n")
    told: list[str] = []
    with ThreadPoolExecutor(1) as thread:
        session = Session(REGISTRY)
        index = WorkspaceIndex(lambda: (root,), lambda: REGISTRY, thread, print)
        await index.ready()
        passages = Passages(Stores(), index, lambda: (root,), lambda: (examples,), thread, told.append)
        path = root / "c.tf"
        document = session.open(Snapshot(path.as_uri(), "hcl", 1, "c = 1\n"), path)

        async def known() -> PassageStore | None:
            passages(document)
            await asyncio.get_running_loop().run_in_executor(thread, lambda: None)
            return passages(document)

        store = await known()
        assert (names(store, "thumbnails"), names(store, "reminders")) == (["a.tf"], ["b.tf"])
        (root / "a.tf").write_text("invoices = 1\n")
        index.touch([root / "a.tf"])
        await index.ready()
        store = await known()
        assert (names(store, "thumbnails"), names(store, "invoices")) == ([], ["a.tf"])
        passages.close()
        assert passages(document) is None
    await asyncio.sleep(0)
    assert told[0].startswith("passages: ")


def test_clients_of_the_same_folders_share_a_store_and_it_is_let_go_with_the_last(tmp_path: Path) -> None:
    stores, hcl, graphql = Stores(), REGISTRY.by_id("hcl"), REGISTRY.by_id("graphql")
    one = stores.open_at(hcl, tmp_path / "a.sqlite")
    assert stores.open_at(hcl, tmp_path / "a.sqlite") is one
    others = [stores.open_at(hcl, tmp_path / "b.sqlite"), stores.open_at(graphql, tmp_path / "a.sqlite")]
    assert one not in others
    gone = weakref.ref(one)
    del one
    gc.collect()
    assert gone() is None
