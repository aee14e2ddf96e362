"""Which files a client is asked to watch: those of the known languages, and those of the bundles.

A file that is watched needs not be looked at again and again. The bundles are where the user's own settings
say, not in the workspace, and only some clients can watch files there.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lsprotocol import types

from lsp_server.languages import Language
from lsp_server.languages.catalogue import FOLDER, SUFFIX
from lsp_server.server.client.client import Client
from lsp_server.server.workspace.index import WorkspaceIndex

_METHOD = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
_CAPABILITY = "workspace.did_change_watched_files"


def watch(
    client: Client, index: WorkspaceIndex, languages: Sequence[Language], directories: Sequence[Path]
) -> None:
    """Ask to be told when a file changes, where the client can be asked; instead of what was asked before."""
    if not client.capability(f"{_CAPABILITY}.dynamic_registration"):
        return
    if index.watched:
        old = types.Unregistration(_METHOD, _METHOD)
        client.ask(types.CLIENT_UNREGISTER_CAPABILITY, types.UnregistrationParams([old]))
    options = types.DidChangeWatchedFilesRegistrationOptions(
        [*_of_languages(languages), *_of_bundles(client, directories)]
    )
    registration = types.Registration(_METHOD, _METHOD, options)
    client.ask(types.CLIENT_REGISTER_CAPABILITY, types.RegistrationParams([registration]))
    index.watched = True


def _of_languages(languages: Sequence[Language]) -> list[types.FileSystemWatcher]:
    names = {
        name
        for language in languages
        for name in (*(f"*{extension}" for extension in language.extensions), *language.filenames)
    }
    catalogues = (FOLDER / f"*{SUFFIX}").as_posix()
    return [types.FileSystemWatcher(f"**/{name}") for name in (*sorted(names), catalogues)]


def _of_bundles(client: Client, directories: Sequence[Path]) -> list[types.FileSystemWatcher]:
    if not client.capability(f"{_CAPABILITY}.relative_pattern_support"):
        return []
    return [
        types.FileSystemWatcher(types.RelativePattern(directory.as_uri(), "**/*.{toml,lark,scm,md,json}"))
        for directory in directories
    ]
