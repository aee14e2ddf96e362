"""Which files a client is asked to watch: those of the known languages, and those of the bundles.

A file that is watched needs not be looked at again and again. The bundles are where the user's own settings
say, not in the workspace, and only some clients can watch files there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from lsp_server.server.language_server import HolegramServer

_METHOD = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
_CAPABILITY = "workspace.did_change_watched_files"


def watch(server: HolegramServer) -> None:
    """Ask to be told when a file changes, where the client can be asked; instead of what was asked before."""
    if not server.capability(f"{_CAPABILITY}.dynamic_registration"):
        return
    if server.index.watched:
        old = types.Unregistration(_METHOD, _METHOD)
        server.client_unregister_capability(types.UnregistrationParams([old]))
    options = types.DidChangeWatchedFilesRegistrationOptions([*_of_languages(server), *_of_bundles(server)])
    registration = types.Registration(_METHOD, _METHOD, options)
    server.client_register_capability(types.RegistrationParams([registration]))
    server.index.watched = True


def _of_languages(server: HolegramServer) -> list[types.FileSystemWatcher]:
    names = {
        name
        for language in server.session.registry.languages
        for name in (*(f"*{extension}" for extension in language.extensions), *language.filenames)
    }
    return [types.FileSystemWatcher(f"**/{name}") for name in sorted(names)]


def _of_bundles(server: HolegramServer) -> list[types.FileSystemWatcher]:
    if not server.capability(f"{_CAPABILITY}.relative_pattern_support"):
        return []
    return [
        types.FileSystemWatcher(types.RelativePattern(directory.as_uri(), "**/*.{toml,lark,scm,md}"))
        for directory in server.reloader.directories
    ]
