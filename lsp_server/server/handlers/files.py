"""`workspace/didChangeWatchedFiles` and `didChangeWorkspaceFolders`: keeps the index of files in step."""

from __future__ import annotations

from lsprotocol import types

from lsp_server.server import convert
from lsp_server.server.handlers.handler import Handler
from lsp_server.server.language_server import HolegramServer


def watch(server: HolegramServer) -> None:
    """Ask to be told when a file of a known language changes, where the client can be asked."""
    if not server.capability("workspace.did_change_watched_files.dynamic_registration"):
        return
    method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
    names = {
        name
        for language in server.session.registry.languages
        for name in (*(f"*{extension}" for extension in language.extensions), *language.filenames)
    }
    watchers = [types.FileSystemWatcher(f"**/{name}") for name in sorted(names)]
    registration = types.Registration(
        method, method, types.DidChangeWatchedFilesRegistrationOptions(watchers)
    )
    server.client_register_capability(types.RegistrationParams([registration]))
    server.index.watched = True


async def did_change(server: HolegramServer, params: types.DidChangeWatchedFilesParams) -> None:
    """Note what has changed; it is read when it is needed."""
    server.index.touch(convert.path_of(change.uri) for change in params.changes)


async def did_change_folders(server: HolegramServer, params: types.DidChangeWorkspaceFoldersParams) -> None:
    """Note that the folders, of which pygls keeps a list, are others."""
    server.index.reset()


HANDLERS = (
    Handler(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, did_change),
    Handler(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, did_change_folders),
)
