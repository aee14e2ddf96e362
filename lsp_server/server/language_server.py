"""What the handlers share: the settings, the open documents, the work in progress, and how to be heard.

Everything here belongs to the event loop. A handler reads and writes the session before its first
wait; since asyncio starts coroutines in the order they were made, each request sees the documents as
they were when it came.
"""

from __future__ import annotations

import asyncio
import contextlib
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from lsprotocol import types
from pygls.capabilities import get_capability
from pygls.exceptions import JsonRpcException, PyglsError
from pygls.lsp.server import LanguageServer

from lsp_server import __version__
from lsp_server.errors import HolegramError
from lsp_server.languages import Registry
from lsp_server.server.convert import cursor_of
from lsp_server.server.loading import ModelSlot
from lsp_server.server.protocol import HolegramProtocol
from lsp_server.server.publishing import Publisher
from lsp_server.server.session import Document, Session
from lsp_server.server.settings import SECTION, Settings, overlay
from lsp_server.server.suggestions import Suggestions
from lsp_server.server.tokens import TokenEncoder
from lsp_server.text import Encoding

if TYPE_CHECKING:
    from lsp_server.features.completion import Completion

_T = TypeVar("_T")

THREADS = "holegram"
"""How the names of a server's threads begin."""


class HolegramServer(LanguageServer):
    """One server for one client.

    Attributes:
        base: settings from the command line and the client's start-up options.
        settings: the same, under what the client has configured since.
        encoding: the unit of the client's columns.
        exit_code: what the process ends with (LSP 3.17, `exit`).

    """

    def __init__(self, settings: Settings) -> None:
        super().__init__("holegram", __version__, protocol_cls=HolegramProtocol, max_workers=1)
        self.base = self.settings = settings
        self.encoding = Encoding.UTF16
        self.exit_code = 1
        self.session = Session(Registry(()))
        self.analysis = ThreadPoolExecutor(1, THREADS)
        self.answers = ThreadPoolExecutor(1, THREADS)
        self.tokens = TokenEncoder(self.encoding, multiline=False)
        self.publisher = Publisher(self)
        self._worker = ThreadPoolExecutor(1, THREADS)
        self._models = ModelSlot(self, self._worker)
        self.suggestions = Suggestions(self._models.get, self._worker, self.trace)

    def capability(self, field: str) -> bool:
        """Whether the client has a capability, named as `text_document.diagnostic` is."""
        return bool(get_capability(self.client_capabilities, field, False))

    def number(self, field: str) -> int | None:
        """A number among the client's capabilities, named as `text_document.folding_range.range_limit` is."""
        found = get_capability(self.client_capabilities, field, None)
        return found if isinstance(found, int) else None

    async def answer(self, work: Callable[[], _T]) -> _T:
        """What a request asks for, worked out beside the event loop, and not behind the errors of a text.

        Work of which the request is cancelled before its turn comes is not begun.
        """
        return await asyncio.get_running_loop().run_in_executor(self.answers, work)

    def overlay(self, base: Settings, values: object, *, own: bool) -> Settings:
        """Settings laid over others; what is left out is logged."""
        if isinstance(values, dict) and SECTION in values:
            values = values[SECTION]
        settings, complaints = overlay(base, values, own=own)
        for complaint in complaints:
            self.log(types.MessageType.Warning, complaint)
        return settings

    def log(self, kind: types.MessageType, message: str) -> None:
        """Write a line to the client's log."""
        self.window_log_message(types.LogMessageParams(kind, " ".join(message.split())))

    def warn(self, message: str) -> None:
        """Show a line to the user."""
        self.log(types.MessageType.Warning, message)
        self.window_show_message(types.ShowMessageParams(types.MessageType.Warning, message))

    def trace(self, message: str, verbose: str | None = None) -> None:
        """Write a line to the client's trace, if it wants one (LSP 3.17, `$/logTrace`)."""
        level = self.protocol.trace
        if level is not types.TraceValue.Off:
            more = verbose if level is types.TraceValue.Verbose else None
            self.log_trace(types.LogTraceParams(message, more))

    def report(self, what: str, error: BaseException) -> None:
        """Write an error to the log as one line; of one that no room foresaw, the traceback to the trace."""
        if isinstance(error, HolegramError):
            self.log(types.MessageType.Warning, str(error))
            return
        frames = traceback.extract_tb(error.__traceback__)
        place = f" [{frames[-1].filename}:{frames[-1].lineno}]" if frames else ""
        line = f"{what}: {type(error).__name__}: {error}{place}"
        self.log(types.MessageType.Error, line)
        self.trace(line, "".join(traceback.format_exception(error)))

    def report_server_error(
        self, error: Exception, source: type[PyglsError] | type[JsonRpcException]
    ) -> None:
        """Log what pygls would show in a pop-up."""
        self.report("in the protocol", error)

    def configure(self, values: object) -> None:
        """Take over settings that may stem from a workspace."""
        before, self.settings = self.settings, self.overlay(self.base, values, own=False)
        if self.settings.diagnostics is before.diagnostics:
            return
        for document in self.session:
            self.publisher.schedule(document)
        if self.capability("workspace.diagnostics.refresh_support"):
            self.workspace_diagnostic_refresh(None)

    @property
    def model_loaded(self) -> bool:
        """Whether a suggestion need not wait for the model to be loaded."""
        return self._models.loaded

    async def suggest(self, document: Document, position: types.Position) -> Completion | None:
        """The suggestion for a cursor; none if there is none or nobody wants one."""
        offset = cursor_of(document.snapshot.lines, position, self.encoding)
        if offset is None or document.language is None or not self.settings.completion.enabled:
            return None
        return await self.suggestions.ask(document, offset, self.settings.max_tokens)

    def release(self, uri: str) -> None:
        """Let go of a document, of the work for it, and of its errors."""
        self.suggestions.stop(uri)
        self.tokens.forget(uri)
        if self.session.get(uri) is not None:
            self.session.close(uri)
            self.publisher.clear(uri)

    def lose(self, params: Any) -> None:
        """Let go of a document of which a change could not be read: its text is not known any more."""
        with contextlib.suppress(TypeError, KeyError):
            uri = str(params["textDocument"]["uri"])
            self.release(uri)
            self.log(types.MessageType.Error, f"{uri}: lost track; reopen the file to have it followed again")

    def close(self) -> None:
        """Stop all work; the process may end."""
        self.publisher.stop()
        self.suggestions.stop_all()
        for executor in (self.analysis, self.answers, self._worker):
            executor.shutdown(wait=False, cancel_futures=True)
