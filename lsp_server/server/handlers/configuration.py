"""Settings that the client has configured: asks for them at the start and whenever they change.

They may stem from a workspace, so they are laid over the start-up options without those of the user's own.
There is one model and one set of languages for all folders, so they are asked for without a scope.
"""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

from lsprotocol import types

from lsp_server.server.configuration.settings import SECTION
from lsp_server.server.handlers.handler import Handler
from lsp_server.server.language_server import HolegramServer


async def initialized(server: HolegramServer, params: types.InitializedParams) -> None:
    """Ask for the settings, and to be told when they or the files of the workspace change."""
    if server.client.capability("workspace.did_change_configuration.dynamic_registration"):
        options = types.DidChangeConfigurationRegistrationOptions(section=SECTION)
        registration = types.Registration(SECTION, types.WORKSPACE_DID_CHANGE_CONFIGURATION, options)
        server.client.ask(types.CLIENT_REGISTER_CAPABILITY, types.RegistrationParams([registration]))
    server.watch_files()
    server.shared.reloader.start(server.connection)
    server.status.begin()
    _ask(server)


async def did_change(server: HolegramServer, params: types.DidChangeConfigurationParams) -> None:
    """Take over new settings, or ask for them where the client can be asked."""
    if not _ask(server):
        _change(server, params.settings)


def _change(server: HolegramServer, values: object) -> None:
    before = server.configuration.settings.diagnostics
    server.configuration.change(values)
    server.status.tell()
    if server.configuration.settings.diagnostics is before:
        return
    for document in server.session:
        server.publisher.schedule(document)
    server.client.refresh_diagnostics()


def _ask(server: HolegramServer) -> bool:
    if not server.client.capability("workspace.configuration"):
        return False

    # The answer is never waited for: pygls fails on an answer to a wait that was cancelled.
    def answered(answer: Future[Any]) -> None:
        if not answer.cancelled() and answer.exception() is None:
            for values in answer.result() or ():
                _change(server, values)

    params = types.ConfigurationParams([types.ConfigurationItem(section=SECTION)])
    server.client.ask(types.WORKSPACE_CONFIGURATION, params).add_done_callback(answered)
    return True


HANDLERS = (
    Handler(types.INITIALIZED, initialized),
    Handler(types.WORKSPACE_DID_CHANGE_CONFIGURATION, did_change),
)
