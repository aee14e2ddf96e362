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
from lsp_server.server.workspace.watchers import watch


async def initialized(server: HolegramServer, params: types.InitializedParams) -> None:
    """Ask for the settings, and to be told when they or the files of the workspace change."""
    if server.capability("workspace.did_change_configuration.dynamic_registration"):
        options = types.DidChangeConfigurationRegistrationOptions(section=SECTION)
        registration = types.Registration(SECTION, types.WORKSPACE_DID_CHANGE_CONFIGURATION, options)
        server.client_register_capability(types.RegistrationParams([registration]))
    watch(server)
    server.reloader.start(server)
    server.status.begin()
    _ask(server)


async def did_change(server: HolegramServer, params: types.DidChangeConfigurationParams) -> None:
    """Take over new settings, or ask for them where the client can be asked."""
    if not _ask(server):
        server.configure(params.settings)


def _ask(server: HolegramServer) -> bool:
    if not server.capability("workspace.configuration"):
        return False

    # The answer is never waited for: pygls fails on an answer to a wait that was cancelled.
    def answered(answer: Future[Any]) -> None:
        if not answer.cancelled() and answer.exception() is None:
            for values in answer.result() or ():
                server.configure(values)

    params = types.ConfigurationParams([types.ConfigurationItem(section=SECTION)])
    server.workspace_configuration(params).add_done_callback(answered)
    return True


HANDLERS = (
    Handler(types.INITIALIZED, initialized),
    Handler(types.WORKSPACE_DID_CHANGE_CONFIGURATION, did_change),
)
