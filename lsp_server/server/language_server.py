"""What the handlers share: the settings, the open documents, the work in progress, and how to be heard.

Everything here belongs to the event loop. A handler reads and writes the session before its first
wait; since asyncio starts coroutines in the order they were made, each request sees the documents as
they were when it came.
"""

from __future__ import annotations

import asyncio
import json
import math
import traceback
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeVar

from lsprotocol import types
from pygls.capabilities import get_capability
from pygls.exceptions import JsonRpcException, JsonRpcMethodNotFound, PyglsError
from pygls.lsp.server import LanguageServer

from lsp_server import __version__
from lsp_server.errors import HolegramError
from lsp_server.features.eagerness import Eagerness, least_of
from lsp_server.features.reasons import FAILED, NO_DOCUMENT, OFF, ONLY_ASKED, OVERTAKEN, UNWANTED
from lsp_server.features.recall import Wanted
from lsp_server.languages import Language, Registry
from lsp_server.server.convert import cursor_of, path_of
from lsp_server.server.existing_names import ExistingNames
from lsp_server.server.lanes import Lanes
from lsp_server.server.limits import is_inside
from lsp_server.server.nearby import Nearby
from lsp_server.server.outcomes import Outcomes
from lsp_server.server.progress import Progress
from lsp_server.server.protocol import HolegramProtocol, Refused
from lsp_server.server.publishing import Publisher
from lsp_server.server.second_look import SecondLook
from lsp_server.server.session import Document, Session
from lsp_server.server.settings import SECTION, SERVER, TOKEN, Settings, overlay
from lsp_server.server.shared import THREADS, Shared, place_of
from lsp_server.server.status import Status, StatusTeller
from lsp_server.server.suggestions import Suggestions
from lsp_server.server.tokens import TokenEncoder
from lsp_server.server.warming import Warmer
from lsp_server.server.workspace_index import WorkspaceIndex
from lsp_server.server.written import Known
from lsp_server.syntax import lacks_parser
from lsp_server.text import Encoding

if TYPE_CHECKING:
    from lsp_server.decoding.model import Model
    from lsp_server.features.completion import Completion

_T = TypeVar("_T")

_CLIENTS = (json.JSONDecodeError, UnicodeDecodeError, RecursionError, JsonRpcMethodNotFound)
"""A message that is no JSON or nested too deeply, and a method that there is not: the client's mistakes."""

_MOMENT = 0.5
"""Seconds that the files of a workspace may take to be read without a word."""

_SOON = 1.0
"""Seconds for which the model waits for the errors of the texts: those of most come at once."""

_ASKED = 5
"""What a person has asked for may take so many times as long as what comes by itself.

Several texts are tried then, and others than the model meant, and the person waits, and can cancel it.
"""


class HolegramServer(LanguageServer):
    """One server for one client.

    Attributes:
        base: settings from the command line and the client's start-up options.
        settings: the same, under what the client has configured since.
        encoding: the unit of the client's columns.
        folders_told: whether the client has said which folders there are, be it none.
        symbols: the outline of each document as it was last sent.
        exit_code: what the process ends with (LSP 3.17, `exit`).
        wrong_bundles: the files of bundles in which something was shown to be wrong.
        shared: what it has in common with the servers of other clients.

    """

    protocol: HolegramProtocol

    def __init__(self, settings: Settings, shared: Shared | None = None) -> None:
        super().__init__("holegram", __version__, protocol_cls=HolegramProtocol, max_workers=1)
        self._alone = shared is None
        self.shared = Shared(settings) if shared is None else shared
        self.base = self.settings = settings
        self.encoding = Encoding.UTF16
        self.folders_told = False
        self.symbols: dict[str, Known] = {}
        self.exit_code = 1
        self.wrong_bundles: frozenset[str] = frozenset()
        self._told: set[str] = set()
        self.session = Session(Registry(()))
        self.analysis = Lanes(THREADS, self.shared.limits.threads)
        self._answers = Lanes(THREADS, self.shared.limits.threads)
        self._reader = self.shared.reading.lane()
        self.index = WorkspaceIndex(
            self.roots, lambda: self.session.registry, self._reader, self._log_info, self._show_reading
        )
        self.tokens = TokenEncoder(self.encoding, multiline=False)
        self.publisher = Publisher(self)
        self._looking = self.shared.looking.lane()
        self.second_look = SecondLook(self, self._looking)
        self.reloader = self.shared.reloader
        self.status = StatusTeller(self)
        self._worker = self.shared.worker.lane()
        self._models = self.shared.models
        self.warmer = Warmer(self)
        self.nearby = Nearby(self.session, self.index)
        self.existing_names = ExistingNames(
            self.session, self.index, self.roots, lambda: self.settings.completion.names, self.analysis.run
        )
        self.outcomes = Outcomes()
        self.suggestions = Suggestions(
            self._models.get,
            self._worker,
            self.nearby,
            self.trace,
            limit_ms=self._limit_ms,
            made=self.outcomes.made,
            sharing=self.shared.sharing,
            names=self.existing_names,
        )

    @property
    def ready(self) -> bool:
        """Whether the model is there."""
        return self._models.ready

    @property
    def model_loaded(self) -> bool:
        """Whether a suggestion need not wait for the model to be loaded."""
        return self._models.loaded

    @property
    def model_status(self) -> Status:
        """How it is with the model."""
        return self._models.status

    @property
    def loading_ms(self) -> float | None:
        """For how many milliseconds the model has been loading; None if it is not."""
        return self._models.loading_ms

    def roots(self) -> tuple[Path, ...]:
        """The folders of the workspace; the root counts for a client that has told of no folders."""
        uris = list(self.workspace.folders) if self.folders_told else [self.workspace.root_uri]
        told = tuple(path_of(uri) for uri in uris if uri)
        if self.shared.limits.trusted:
            return told
        return tuple(path.resolve() for path in told if is_inside(path, self.shared.folders))

    def capability(self, field: str) -> bool:
        """Whether the client has a capability, named as `text_document.diagnostic` is."""
        return bool(get_capability(self.client_capabilities, field, False))

    def number(self, field: str) -> int | None:
        """A number among the client's capabilities, named as `text_document.folding_range.range_limit` is."""
        found = get_capability(self.client_capabilities, field, None)
        return found if isinstance(found, int) else None

    def markdown(self, field: str) -> bool:
        """Whether the client shows Markdown: formats are named as `text_document.hover.content_format` is."""
        formats = get_capability(self.client_capabilities, field, None)
        return types.MarkupKind.Markdown in (formats or ())

    async def answer(self, uri: str, work: Callable[[], _T]) -> _T:
        """What a request asks for, worked out beside the event loop, and not behind the errors of a text.

        It waits for what else is asked of the same document, and for no other. Work of which the request is
        cancelled before its turn comes is not begun.
        """
        return await self._answers.run(uri, work)

    def overlay(self, base: Settings, values: object, *, own: bool) -> Settings:
        """Settings laid over others; what is left out is logged."""
        if isinstance(values, dict) and SECTION in values:
            values = values[SECTION]
        if not self.shared.limits.trusted and isinstance(values, dict):
            values = self._without_server_settings(values)
        settings, complaints = overlay(base, values, own=own)
        for complaint in complaints:
            self.log(types.MessageType.Warning, complaint)
        return settings

    def _without_server_settings(self, values: dict[Any, Any]) -> dict[Any, Any]:
        for key in sorted(SERVER & values.keys()):
            line = f"setting '{key}' is that of the server, which others use too: ignored"
            self.log(types.MessageType.Warning, line)
        return {key: value for key, value in values.items() if key not in SERVER and key != TOKEN}

    def log(self, kind: types.MessageType, message: str) -> None:
        """Write a line to the client's log."""
        self.window_log_message(types.LogMessageParams(kind, " ".join(message.split())))

    def tell_of_parser(self, language: Language) -> None:
        """Say, once, where trees are made slowly, and how they are made faster."""
        if language.id not in self._told and lacks_parser(language):
            self._told.add(language.id)
            place = f"holegram grammar build {language.directory}"
            self._log_info(f"{language.id}: it has no tree-sitter parser, so long files are slower ({place})")

    def _show_reading(self, stop: Callable[[], None]) -> Progress:
        return Progress(self, "Reading the files of the workspace", after=_MOMENT, stop=stop)

    def _log_info(self, message: str) -> None:
        self.log(types.MessageType.Info, message)

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
        self.shared.note_error(what, error)
        place = f" [{place_of(error)}]" if error.__traceback__ else ""
        line = f"{what}: {type(error).__name__}: {error}{place}"
        self.log(types.MessageType.Error, line)
        self.trace(line, "".join(traceback.format_exception(error)))

    def report_server_error(
        self, error: Exception, source: type[PyglsError] | type[JsonRpcException]
    ) -> None:
        """Log what pygls would show in a pop-up; a refusal was told to whoever asked."""
        if isinstance(error, Refused):
            return
        if isinstance(error, _CLIENTS):
            self.log(types.MessageType.Warning, f"the editor sent something that cannot be used: {error}")
            return
        self.report("in the protocol", error)

    def configure(self, values: object) -> None:
        """Take over settings that may stem from a workspace."""
        before = self.settings
        self.take(self.overlay(self.base, values, own=False))
        self.status.tell()
        if self.settings.diagnostics is before.diagnostics:
            return
        for document in self.session:
            self.publisher.schedule(document)
        if self.capability("workspace.diagnostics.refresh_support"):
            self.workspace_diagnostic_refresh(None)

    def take(self, settings: Settings) -> None:
        """Go by other settings from now on; the model does too if the client is trusted."""
        self.settings = settings
        if self.shared.limits.trusted:
            self.shared.settings = settings

    async def suggest(
        self, document: Document, position: types.Position, candidates: int = 1, *, asked: bool = False
    ) -> Completion | None:
        """The suggestions for a cursor, so many at most; none if there is none or nobody wants one.

        Where a person has `asked` for them, also those that are not likely, or not what the model meant.
        """
        offset = cursor_of(document.snapshot.lines, position, self.encoding)
        if offset is None or self.why_silent(document, asked=asked) is not None:
            return None
        if not self.model_loaded:
            await self.begin_model()
            if self.session.get(document.snapshot.uri) is not document:
                return None
        wanted = self.wanted(candidates, asked=asked)
        begun, made, otherwise = self.outcomes.begin(document, offset), None, FAILED
        began = perf_counter()
        try:
            made = await self.suggestions.ask(document, offset, wanted)
            self.shared.metrics.waits.add(1000 * (perf_counter() - began))
            otherwise = self.model_status.message or OVERTAKEN
        except asyncio.CancelledError:
            otherwise = UNWANTED
            raise
        finally:
            self.outcomes.end(document, begun, made, otherwise)
        return made

    def wanted(self, candidates: int = 1, *, asked: bool = False) -> Wanted:
        """What is wanted by who has asked for suggestions, or not."""
        least = -math.inf if asked else least_of(self.settings.completion.eagerness)
        return Wanted(self.settings.max_tokens, candidates, least=least, unasked=not asked)

    def why_silent(self, document: Document, *, asked: bool) -> str | None:
        """Why nothing is suggested in a document, whatever stands there; None if something may be."""
        if document.language is None:
            return NO_DOCUMENT
        settings = self.settings.completion
        if settings.are_off(document.language.id, path_of(document.snapshot.uri)):
            return OFF
        return ONLY_ASKED if settings.eagerness is Eagerness.SUBTLE and not asked else None

    def _limit_ms(self, wanted: Wanted) -> float:
        """The milliseconds that a suggestion may take."""
        limit = min(self.settings.completion.timeout_ms or math.inf, self.shared.limits.suggestion_ms)
        return limit if wanted.unasked else _ASKED * limit

    async def begin_model(self) -> asyncio.Task[Model | None]:
        """Begin to load the model, once the errors of the texts are told, or take long.

        To load a model takes all of a processor.
        """
        await self.analysis.settled(_SOON)
        return self._models.begin()

    def rests(self, uri: str, position: types.Position) -> None:
        """A cursor is at a position, for all that a client lets be seen of it: it may be typed there soon."""
        document = self.session.get(uri)
        if document is None or document.language is None:
            return
        offset = cursor_of(document.snapshot.lines, position, self.encoding)
        if offset is not None and self.ready and self.why_silent(document, asked=True) is None:
            self.suggestions.rest_at(document, offset)

    def adopt(self, registry: Registry) -> None:
        """Know other languages from now on; what the client was told of a document of theirs is told anew."""
        changed = self.session.adopt(registry, path_of)
        self.index.reset()
        for document in changed:
            self._forget(document.snapshot.uri)
            if document.language is None:
                self.publisher.clear(document.snapshot.uri)
            self.publisher.schedule(document)
        if not changed:
            return
        if self.capability("workspace.diagnostics.refresh_support"):
            self.workspace_diagnostic_refresh(None)
        if self.capability("workspace.semantic_tokens.refresh_support"):
            self.workspace_semantic_tokens_refresh(None)

    def _forget(self, uri: str) -> None:
        """Let go of what was worked out for a document."""
        self.suggestions.forget(uri)
        self.outcomes.forget(uri)
        self.nearby.forget(uri)
        self.existing_names.forget(uri)
        self.tokens.forget(uri)
        self.second_look.forget(uri)
        self.symbols.pop(uri, None)

    def release(self, uri: str) -> None:
        """Let go of a document, of the work for it, and of its errors."""
        self._forget(uri)
        if self.session.get(uri) is not None:
            self.session.close(uri)
            self.publisher.clear(uri)

    def lose(self, uri: str, why: str) -> None:
        """Let go of a document that cannot be followed any more."""
        self.release(uri)
        self.log(types.MessageType.Error, f"{uri}: {why}; close and open the file again")

    def full(self, more: int = 0, documents: int = 0) -> str | None:
        """Why no more is taken in of what the client has open; None if it is."""
        limits, held = self.shared.limits, sum(len(one.snapshot.text) for one in self.session)
        if len(self.session) + documents > limits.documents:
            return f"only {limits.documents} files are followed at a time"
        if held + more > limits.characters:
            return f"only {limits.characters} characters are followed at a time"
        return None

    def leave_nothing(self) -> None:
        """Let go of all that the client had; what is under way for it speaks to nobody."""
        self.protocol.set_writer(_Nobody(), include_headers=False)
        for document in self.session:
            self.session.close(document.snapshot.uri)

    def close(self) -> None:
        """Stop all work for the client; where it is the only one, the process may end."""
        self.shared.clients.discard(self)
        self.publisher.stop()
        self.warmer.stop()
        self.suggestions.stop_all()
        self.index.close()
        self.analysis.shutdown()
        self._answers.shutdown()
        for lane in (self._reader, self._worker, self._looking):
            lane.shutdown(wait=False, cancel_futures=True)
        if self._alone:
            self.shared.close()


class _Nobody:
    """Who is written to when the client is gone."""

    def write(self, data: bytes) -> None:
        """Nobody hears."""

    def close(self) -> None:
        """Nobody leaves."""
