"""`workspace/didChangeWatchedFiles` and `didChangeWorkspaceFolders`: keeps index and bundles in step."""

from __future__ import annotations

from lsprotocol import types

from lsp_server.server import convert
from lsp_server.server.handlers.handler import Handler
from lsp_server.server.language_server import HolegramServer


async def did_change(server: HolegramServer, params: types.DidChangeWatchedFilesParams) -> None:
    """Note what has changed; it is read when it is needed."""
    paths = [convert.path_of(change.uri) for change in params.changes]
    server.index.touch(paths)
    server.publisher.again()
    server.shared.reloader.touch(paths)


async def did_change_folders(server: HolegramServer, params: types.DidChangeWorkspaceFoldersParams) -> None:
    """Note that the folders, of which pygls keeps a list, are others."""
    server.folders.told = True
    server.index.reset()
    server.publisher.again()


HANDLERS = (
    Handler(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, did_change),
    Handler(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, did_change_folders),
)
