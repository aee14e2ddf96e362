"""What can be looked up for the documents that are open: one store of passages for each language.

A store is made and brought up to date in a thread of its own, from what is known of the workspace by then,
the bundle's docs and examples, and the folders that the settings name. It belongs to the event loop, and
waits for nothing.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from lsp_server.languages import Language
from lsp_server.lazy_imports import TURN
from lsp_server.names.files import Index
from lsp_server.server.documents.session import Document
from lsp_server.server.workspace.index import WorkspaceIndex

if TYPE_CHECKING:
    from lsp_server.retrieval import PassageStore


@dataclass(eq=False, slots=True)
class _Kept:
    """The store of a language, once there is one, and what it was last brought up to date with."""

    language: Language
    store: PassageStore | None = None
    state: tuple[object, ...] = ()
    work: Future[None] | None = field(default=None, repr=False)


class Stores:
    """The stores that are in use, one for each language and file: clients of the same folders share them."""

    def __init__(self) -> None:
        self._open: WeakValueDictionary[tuple[Language, Path], PassageStore] = WeakValueDictionary()
        self._lock = threading.Lock()

    def open_at(self, language: Language, path: Path) -> PassageStore:
        """The store of a language in a file, which lives as long as somebody has it."""
        with TURN:
            from lsp_server.retrieval import PassageStore

        with self._lock:
            store = self._open.get((language, path))
            if store is None:
                store = self._open[language, path] = PassageStore(language, path)
            return store


class Passages:
    """The stores of the languages of open documents.

    Args:
        stores: those of all clients.
        index: the files of the workspace, as far as they have been read.
        roots: gives the folders of the workspace.
        folders: gives those that the settings name.
        thread: where stores are brought up to date.
        trace: is told what was read, in a line.

    """

    def __init__(
        self,
        stores: Stores,
        index: WorkspaceIndex,
        roots: Callable[[], tuple[Path, ...]],
        folders: Callable[[], tuple[Path, ...]],
        thread: Executor,
        trace: Callable[[str], None],
    ) -> None:
        self._stores = stores
        self._index = index
        self._roots = roots
        self._folders = folders
        self._thread = thread
        self._trace = trace
        self._kept: dict[str, _Kept] = {}
        self._stop = threading.Event()

    def __call__(self, document: Document) -> PassageStore | None:
        """What is known by now for a document; it is brought up to date meanwhile."""
        if document.language is None or self._stop.is_set():
            return None
        language = document.language.main
        kept = self._kept.get(language.id)
        if kept is None or kept.language is not language:
            kept = self._kept[language.id] = _Kept(language)
        roots, folders, index = self._roots(), self._folders(), self._index.current
        state = (roots, folders, index)
        if state != kept.state and (kept.work is None or kept.work.done()):
            kept.state = state
            loop = asyncio.get_running_loop()

            def tell(line: str) -> None:
                loop.call_soon_threadsafe(partial(self._trace, line))

            kept.work = self._thread.submit(partial(self._bring_up, kept, roots, folders, index, tell))
        return kept.store

    def close(self) -> None:
        """Stop reading."""
        self._stop.set()

    def _bring_up(
        self,
        kept: _Kept,
        roots: Sequence[Path],
        folders: Sequence[Path],
        index: Index,
        tell: Callable[[str], None],
    ) -> None:
        with TURN:
            from lsp_server.retrieval import bundle_texts, folder_texts, store_path, workspace_texts

        language = kept.language
        files = (
            (path, file.snapshot.text) for path, file in index.files.items() if file.language.main is language
        )
        try:
            texts = [
                *bundle_texts(language),
                *workspace_texts(files),
                *folder_texts(language, folders),
            ]
            place = "\n".join(sorted(map(str, (*roots, *folders))))
            store = self._stores.open_at(language, store_path(language, place))
            count = store.update(texts, self._stop.is_set)
            kept.store = store
            if count:
                room = " (there was no room for all)" if store.full else ""
                tell(f"passages: {store.count} in {language.id}, {count} texts read{room}")
        except Exception as error:  # suggestions do without
            tell(f"passages: not read: {error}")
