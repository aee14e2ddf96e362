"""What pygls leaves open in the protocol: every request is answered, and no mistake becomes a pop-up.

Knows messages, not documents. pygls keeps a copy of each open document of its own; here the session is
the only one, so its document handlers are taken out.
"""

from __future__ import annotations

import asyncio
import inspect
import json
from functools import partial
from typing import TYPE_CHECKING, Any

from cattrs import Converter
from lsprotocol import types
from pygls.exceptions import (
    JsonRpcException,
    JsonRpcInvalidParams,
    JsonRpcInvalidRequest,
    JsonRpcServerNotInitialized,
)
from pygls.protocol import LanguageServerProtocol

from lsp_server.server.written import Written

if TYPE_CHECKING:
    from lsp_server.server.language_server import HolegramServer

_OURS = (
    types.TEXT_DOCUMENT_DID_OPEN,
    types.TEXT_DOCUMENT_DID_CHANGE,
    types.TEXT_DOCUMENT_DID_CLOSE,
    types.NOTEBOOK_DOCUMENT_DID_OPEN,
    types.NOTEBOOK_DOCUMENT_DID_CHANGE,
    types.NOTEBOOK_DOCUMENT_DID_CLOSE,
)


class Refused(JsonRpcException):
    """What is asked cannot be done; the message tells the user why (LSP 3.17, `RequestFailed`)."""

    CODE = -32803


class HolegramProtocol(LanguageServerProtocol):
    """pygls' protocol, strict about the life cycle and never silent on a request."""

    _server: HolegramServer

    def __init__(self, server: HolegramServer, converter: Converter) -> None:
        super().__init__(server, converter)
        for method in _OURS:
            self.fm.builtin_features.pop(method, None)

    def structure_message(self, data: Any) -> Any:
        """Leave a message as it is: the JSON reader asks for each object inside it as well."""
        return data

    def handle_message(self, message: Any) -> None:
        """Handle one message as it was read; a request that is none of ours is refused, not dropped."""
        self._server.collector.touch()
        if not isinstance(message, dict) or message.get("jsonrpc") != self.VERSION:
            self._complain("not a message of JSON-RPC 2.0")
            return
        if "method" in message:
            message.setdefault("params", None)
            refusal = self._out_of_turn(message["method"])
            if refusal is not None:
                self._refuse(message, refusal)
                return
        try:
            structured = super().structure_message(message)
        except JsonRpcException as error:
            self._refuse(message, JsonRpcInvalidParams(_reason(error)))
            if message.get("method") == types.TEXT_DOCUMENT_DID_CHANGE:
                self._server.lose(message["params"])
            return
        if "method" in message and "id" in message and not hasattr(structured, "id"):
            self._refuse(message, JsonRpcInvalidRequest("a notification has no id"))
            return
        super().handle_message(structured)

    def _execute_handler(self, msg_id: int | str, *args: Any, **kwargs: Any) -> None:
        """Run a handler; what a notification came to is let go of, where pygls keeps it for ever."""
        super()._execute_handler(msg_id, *args, **kwargs)
        running = self._request_futures.get(msg_id)
        if running is not None:
            running.add_done_callback(partial(self._let_go, msg_id))

    def _let_go(self, msg_id: int | str, done: Any) -> None:
        if self._request_futures.get(msg_id) is done:
            del self._request_futures[msg_id]

    def _send_data(self, data: Any) -> None:
        """Send a message; of a result that is JSON already only the rest is made here."""
        result = getattr(data, "result", None)
        if not isinstance(result, Written) or self.writer is None:
            super()._send_data(data)
            return
        body = f'{{"jsonrpc": "{self.VERSION}", "id": {json.dumps(data.id)}, "result": {result.json}}}'
        kind = f"{self.CONTENT_TYPE}; charset={self.CHARSET}"
        header = (
            f"Content-Length: {len(body)}\r\nContent-Type: {kind}\r\n\r\n" if self._include_headers else ""
        )
        sending = self.writer.write((header + body).encode(self.CHARSET))
        if inspect.isawaitable(sending):
            self._sending = asyncio.ensure_future(sending)

    def _out_of_turn(self, method: Any) -> JsonRpcException | None:
        """Why a method may not be called now (LSP 3.17, "Server lifecycle"); none if it may."""
        if not isinstance(method, str):
            return JsonRpcInvalidRequest("a method is named by a string")
        if method == types.EXIT:
            return None
        if self._shutdown:
            return JsonRpcInvalidRequest("the server is shutting down")
        if (self._workspace is None) != (method == types.INITIALIZE):
            if self._workspace is None:
                return JsonRpcServerNotInitialized("initialize comes first")
            return JsonRpcInvalidRequest("initialize comes once")
        return None

    def _refuse(self, message: dict[str, Any], error: JsonRpcException) -> None:
        if "method" in message and isinstance(message.get("id"), int | str):
            self._send_response(message["id"], error=error.to_response_error())
        if self._workspace is not None:
            self._complain(f"{message.get('method', 'a response')}: {error.message}")

    def _complain(self, message: str) -> None:
        params = types.LogMessageParams(types.MessageType.Warning, " ".join(message.split()))
        self.notify(types.WINDOW_LOG_MESSAGE, params)


def _reason(error: BaseException) -> str:
    """What is wrong with the parameters, from the innermost error of a conversion."""
    inner: BaseException | None = error
    while inner is not None:
        error = inner
        inner = error.exceptions[0] if isinstance(error, BaseExceptionGroup) else error.__cause__
    return f"invalid parameters: {error}" if str(error) else "invalid parameters"
