"""A client as the services of the server know it: what it can show, and how it is told things."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from lsprotocol import types
from pygls.capabilities import get_capability
from pygls.lsp.server import LanguageServer

from lsp_server.errors import HolegramError
from lsp_server.server.process.metrics import place_of
from lsp_server.text import Encoding


class Client:
    """Belongs to the event loop.

    Args:
        server: pygls' side of the connection.
        note_error: is told of each error that nobody foresaw.

    Attributes:
        encoding: the unit of the client's columns.

    """

    def __init__(self, server: LanguageServer, note_error: Callable[[str, BaseException], None]) -> None:
        self._server = server
        self._note_error = note_error
        self.encoding = Encoding.UTF16

    @property
    def capabilities(self) -> types.ClientCapabilities:
        """All that the client said that it can."""
        return self._server.client_capabilities

    def capability(self, field: str) -> bool:
        """Whether the client has a capability, named as `text_document.diagnostic` is."""
        return bool(get_capability(self.capabilities, field, False))

    def number(self, field: str) -> int | None:
        """A number among the client's capabilities, named as `text_document.folding_range.range_limit` is."""
        found = get_capability(self.capabilities, field, None)
        return found if isinstance(found, int) else None

    def markdown(self, field: str) -> bool:
        """Whether the client shows Markdown: formats are named as `text_document.hover.content_format` is."""
        formats = get_capability(self.capabilities, field, None)
        return types.MarkupKind.Markdown in (formats or ())

    @property
    def folders(self) -> tuple[str, ...]:
        """The URIs of the folders that the client has told of."""
        return tuple(self._server.workspace.folders)

    @property
    def root(self) -> str | None:
        """The URI of the root, for a client that tells of no folders."""
        root: str | None = self._server.workspace.root_uri
        return root

    @property
    def stoppable(self) -> dict[Any, Future[Any]]:
        """What the client may stop, by the token under which its progress is shown."""
        return self._server.protocol.progress.tokens

    def notify(self, method: str, params: Any) -> None:
        """Send a notification."""
        self._server.protocol.notify(method, params)

    def ask(self, method: str, params: Any) -> Future[Any]:
        """Send a request."""
        return self._server.protocol.send_request(method, params)

    def log(self, kind: types.MessageType, message: str) -> None:
        """Write a line to the client's log."""
        self.notify(types.WINDOW_LOG_MESSAGE, types.LogMessageParams(kind, " ".join(message.split())))

    def info(self, message: str) -> None:
        """Write a line to the client's log that tells of nothing wrong."""
        self.log(types.MessageType.Info, message)

    def warn(self, message: str) -> None:
        """Show a line to the user."""
        self.log(types.MessageType.Warning, message)
        self.notify(types.WINDOW_SHOW_MESSAGE, types.ShowMessageParams(types.MessageType.Warning, message))

    def trace(self, message: str, verbose: str | None = None) -> None:
        """Write a line to the client's trace, if it wants one (LSP 3.17, `$/logTrace`)."""
        level = self._server.protocol.trace
        if level is not types.TraceValue.Off:
            more = verbose if level is types.TraceValue.Verbose else None
            self.notify(types.LOG_TRACE, types.LogTraceParams(message, more))

    def report(self, what: str, error: BaseException) -> None:
        """Write an error to the log as one line; of one that no room foresaw, the traceback to the trace."""
        if isinstance(error, HolegramError):
            self.log(types.MessageType.Warning, str(error))
            return
        self._note_error(what, error)
        place = f" [{place_of(error)}]" if error.__traceback__ else ""
        line = f"{what}: {type(error).__name__}: {error}{place}"
        self.log(types.MessageType.Error, line)
        self.trace(line, "".join(traceback.format_exception(error)))

    def publish(self, uri: str, diagnostics: list[types.Diagnostic], version: int | None = None) -> None:
        """Show the diagnostics of a file, instead of those that were shown before."""
        params = types.PublishDiagnosticsParams(uri, diagnostics, version)
        self.notify(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, params)

    def refresh_diagnostics(self) -> None:
        """Have the client ask again for diagnostics, where it does."""
        if self.capability("workspace.diagnostics.refresh_support"):
            self.ask(types.WORKSPACE_DIAGNOSTIC_REFRESH, None)

    def refresh_tokens(self) -> None:
        """Have the client ask again for semantic tokens, where it does."""
        if self.capability("workspace.semantic_tokens.refresh_support"):
            self.ask(types.WORKSPACE_SEMANTIC_TOKENS_REFRESH, None)
