"""What pygls leaves open in the protocol: every request is answered, and no mistake becomes a pop-up.

Knows messages, not documents. pygls keeps a copy of each open document of its own; here the session is
the only one, so its document handlers are taken out.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeGuard

from cattrs import Converter
from lsprotocol import types
from pygls.exceptions import (
    JsonRpcException,
    JsonRpcInvalidParams,
    JsonRpcInvalidRequest,
    JsonRpcServerNotInitialized,
)
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, default_converter

from lsp_server.server.symbol_json import Written

_OURS = (
    types.TEXT_DOCUMENT_DID_OPEN,
    types.TEXT_DOCUMENT_DID_CHANGE,
    types.TEXT_DOCUMENT_DID_CLOSE,
    types.NOTEBOOK_DOCUMENT_DID_OPEN,
    types.NOTEBOOK_DOCUMENT_DID_CHANGE,
    types.NOTEBOOK_DOCUMENT_DID_CLOSE,
)

CONVERTER = default_converter()  # type: ignore[no-untyped-call]
"""Between JSON and objects, for all clients: what it learns of each type takes longer than a short talk."""


class Refused(JsonRpcException):
    """What is asked cannot be done; the message tells the user why (LSP 3.17, `RequestFailed`)."""

    CODE = -32803


class Exit(BaseException):
    """The client says that the conversation is over (LSP 3.17, `exit`); pygls would end the process."""


_BUSY = -32802
"""The code of what the server does not begin (LSP 3.17, `ServerCancelled`)."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Who wants to know of the messages that come.

    Attributes:
        counted: is told the method of each.
        lost: is told of a document, by its URI, whose edits cannot be followed any more, and why.
        requests: so many may be without an answer at a time.

    """

    counted: Callable[[str], None] = lambda method: None
    lost: Callable[[str, str], None] = lambda uri, why: None
    requests: int = sys.maxsize


class HolegramProtocol(LanguageServerProtocol):
    """pygls' protocol, strict about the life cycle and never silent on a request."""

    listener = Listener()

    def __init__(self, server: LanguageServer, converter: Converter) -> None:
        super().__init__(server, converter)
        for method in _OURS:
            self.fm.builtin_features.pop(method, None)

    def get_message_type(self, method: str) -> type[Any] | None:  # type: ignore[override]
        """As pygls does, without a cache that keeps what belongs to a client that is gone."""
        return types.METHOD_TO_TYPES.get(method, (None,))[0]

    def get_result_type(self, method: str) -> type[Any] | None:  # type: ignore[override]
        """As pygls does, without such a cache."""
        return types.METHOD_TO_TYPES.get(method, (None, None))[1]

    def structure_message(self, data: Any) -> Any:
        """Leave a message as it is: the JSON reader asks for each object inside it as well."""
        return data

    def handle_message(self, message: Any) -> None:
        """Handle one message as it was read; a request that is none of ours is refused, not dropped."""
        wrong = _wrong_in(message, self.VERSION)
        if wrong is not None:
            self._refuse_invalid(message, wrong)
            return
        if "method" in message:
            if message["method"] == types.EXIT:
                raise Exit
            message.setdefault("params", None)
            self.listener.counted(self._counted(message["method"]))
            refusal = self._out_of_turn(message["method"])
            if refusal is None and "id" in message and len(self._request_futures) >= self.listener.requests:
                refusal = JsonRpcException("too many requests are without an answer", _BUSY)
            if refusal is not None:
                self._refuse(message, refusal)
                return
        try:
            structured = super().structure_message(message)
        except JsonRpcException as error:
            self._refuse(message, JsonRpcInvalidParams(_reason(error)))
            if message.get("method") == types.TEXT_DOCUMENT_DID_CHANGE:
                with suppress(TypeError, KeyError):
                    uri = str(message["params"]["textDocument"]["uri"])
                    self.listener.lost(uri, "an edit from the editor did not match the text")
            return
        if "method" in message and "id" in message and not hasattr(structured, "id"):
            self._refuse(message, JsonRpcInvalidRequest("a notification has no id"))
            return
        self._dispatch(structured)

    def _dispatch(self, message: Any) -> None:
        """As pygls does it, which takes longer to find out what kind of a message it is."""
        run = copy_context().run
        if hasattr(message, "method"):
            if hasattr(message, "id"):
                run(self._handle_request, message.id, message.method, message.params)
            else:
                run(self._handle_notification, message.method, message.params)
        elif getattr(message, "error", None) is None:
            run(self._handle_response, message.id, getattr(message, "result", None))
        else:
            run(self._handle_response, message.id, None, message.error)

    def _execute_handler(self, msg_id: int | str, *args: Any, **kwargs: Any) -> None:
        """Run a handler; what a notification came to is let go of, where pygls keeps it for ever."""
        super()._execute_handler(msg_id, *args, **kwargs)
        running = self._request_futures.get(msg_id)
        if running is not None:
            running.add_done_callback(partial(self._let_go_soon, msg_id))

    def _let_go_soon(self, msg_id: int | str, done: Any) -> None:
        # Not now: what cancels all that runs is going over it.
        asyncio.get_running_loop().call_soon(self._let_go, msg_id, done)

    def _let_go(self, msg_id: int | str, done: Any) -> None:
        if self._request_futures.get(msg_id) is done:
            del self._request_futures[msg_id]

    def _send_data(self, data: Any) -> None:
        """Send a message; of a result that is JSON already only the rest is made here."""
        result = getattr(data, "result", None)
        if not isinstance(result, Written):
            super()._send_data(data)
            return
        self._send_json(
            f'{{"jsonrpc": "{self.VERSION}", "id": {json.dumps(data.id)}, "result": {result.json}}}'
        )

    def _send_json(self, body: str) -> None:
        """Send a message that is written already, without letters beyond ASCII."""
        if self.writer is None:
            return
        kind = f"{self.CONTENT_TYPE}; charset={self.CHARSET}"
        header = (
            f"Content-Length: {len(body)}\r\nContent-Type: {kind}\r\n\r\n" if self._include_headers else ""
        )
        self.writer.write((header + body).encode(self.CHARSET))

    def _out_of_turn(self, method: str) -> JsonRpcException | None:
        """Why a method may not be called now (LSP 3.17, "Server lifecycle"); none if it may."""
        if self._shutdown:
            return JsonRpcInvalidRequest("the server is shutting down")
        if (self._workspace is None) != (method == types.INITIALIZE):
            if self._workspace is None:
                return JsonRpcServerNotInitialized("initialize comes first")
            return JsonRpcInvalidRequest("initialize comes once")
        return None

    def _counted(self, method: str) -> str:
        """The name under which a method is counted: a client may invent any."""
        known = method in self.fm.features or method in self.fm.builtin_features
        return method if known else "other"

    def report_error(self, error: Exception) -> None:
        """Report what went wrong with a message."""
        self._server.report_server_error(error, JsonRpcException)

    def refuse_frame(self, reason: str) -> None:
        """Answer to what cannot be read as a message: the stream goes on where the next one begins."""
        self._send_error(None, types.ErrorCodes.ParseError, reason)
        self._complain(reason)

    def _refuse_invalid(self, message: Any, reason: str) -> None:
        """Answer to what is JSON but no message; an answer is never answered, or it would go on for ever."""
        told = message if isinstance(message, dict) else {}
        if "method" in told or not _is_answer(told):
            number = told.get("id")
            self._send_error(number if _is_id(number) else None, types.ErrorCodes.InvalidRequest, reason)
        self._complain(reason)

    def _send_error(self, number: int | str | None, code: types.ErrorCodes, reason: str) -> None:
        error = {"code": code.value, "message": reason}
        self._send_json(json.dumps({"jsonrpc": self.VERSION, "id": number, "error": error}))

    def _refuse(self, message: dict[str, Any], error: JsonRpcException) -> None:
        if "method" in message and "id" in message:
            self._send_response(message["id"], error=error.to_response_error())
        self._complain(f"{message.get('method', 'a response')}: {error.message}")

    def _complain(self, message: str) -> None:
        """Write a line to the log of a client that has begun."""
        if self._workspace is None:
            return
        params = types.LogMessageParams(types.MessageType.Warning, " ".join(message.split()))
        self.notify(types.WINDOW_LOG_MESSAGE, params)


def _wrong_in(message: Any, version: str) -> str | None:
    """Why something that was read is no message of JSON-RPC 2.0; none if it is one."""
    if isinstance(message, list):
        return "a batch: messages are sent one by one"
    if not isinstance(message, dict) or message.get("jsonrpc") != version:
        return f"not a message of JSON-RPC {version}"
    if "method" not in message:
        return None if _is_answer(message) else "neither a method nor an answer"
    if not isinstance(message["method"], str):
        return "a method is named by a string"
    if "id" in message and not _is_id(message["id"]):
        return "an id is a string or a whole number"
    return None


def _is_answer(message: dict[str, Any]) -> bool:
    return "result" in message or "error" in message


def _is_id(value: Any) -> TypeGuard[int | str]:
    return isinstance(value, int | str) and not isinstance(value, bool)


def _reason(error: BaseException) -> str:
    """What is wrong with the parameters, from the innermost error of a conversion."""
    inner: BaseException | None = error
    while inner is not None:
        error = inner
        inner = error.exceptions[0] if isinstance(error, BaseExceptionGroup) else error.__cause__
    return f"invalid parameters: {error}" if str(error) else "invalid parameters"
