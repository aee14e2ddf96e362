"""`initialize` and `shutdown`, which pygls answers itself: what is ours at the start and at the end."""

from __future__ import annotations

from functools import partial

from lsprotocol import types

from lsp_server.server import convert
from lsp_server.server.convert.tokens import TokenEncoder
from lsp_server.server.language_server import HolegramServer
from lsp_server.server.process.leaving import leave, watch_process


def initialize(server: HolegramServer, params: types.InitializeParams) -> None:
    """Read the user's settings and the bundles before the server says what it can do."""
    server.protocol.trace = params.trace or types.TraceValue.Off
    server.client.encoding = convert.encoding_of(server.workspace.position_encoding)
    server.folders.told = bool(params.workspace_folders)
    multiline = server.client.capability("text_document.semantic_tokens.multiline_token_support")
    server.tokens = TokenEncoder(server.client.encoding, multiline=multiline)
    trusted = server.shared.limits.trusted
    server.configuration.begin(params.initialization_options)
    settings = server.configuration.settings
    registry = server.shared.reloader.begin(settings.bundles, settings.parsers)
    if trusted:
        if params.process_id is not None and not watch_process(params.process_id, partial(leave, 1)):
            server.client.info("the editor's process cannot be watched from here")
        for problem in registry.problems:
            server.client.warn(str(problem))
        for notice in registry.notices:
            server.client.warn(notice)
    server.session.adopt(registry, convert.path_of)
    server.shared.connections.add(server.connection)
    triggers = {trigger for language in registry.languages for trigger in language.triggers}
    server.protocol.fm.feature_options[types.TEXT_DOCUMENT_COMPLETION] = types.CompletionOptions(
        trigger_characters=sorted(trigger for trigger in triggers if len(trigger) == 1), resolve_provider=True
    )


def register(server: HolegramServer) -> None:
    """Add ours to pygls'. Neither waits: the answer to `initialize` is made right after."""

    @server.feature(types.INITIALIZE)
    def _initialize(params: types.InitializeParams) -> None:
        try:
            initialize(server, params)
        except Exception as error:
            server.client.report(types.INITIALIZE, error)

    @server.feature(types.SHUTDOWN)
    def _shutdown(params: None) -> None:
        server.exit_code = 0
        server.close()
