"""A client in few words, over any stream: messages as they are, and nothing done that was not asked for."""

from __future__ import annotations

import asyncio
import json
from itertools import count
from typing import Any

from tests.server.conftest import PATIENCE


def message(**parts: Any) -> bytes:
    """A message with its frame."""
    body = json.dumps({"jsonrpc": "2.0", **parts}).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


class Wire:
    """One client; `heard` is all that has come in."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer
        self._ids = count(1)
        self.heard: list[dict[str, Any]] = []

    def send(self, data: bytes) -> None:
        self.writer.write(data)

    def tell(self, method: str, params: Any = None) -> None:
        self.send(message(method=method, params=params))

    def request(self, method: str, params: Any = None) -> int:
        number = next(self._ids)
        self.send(message(id=number, method=method, params=params))
        return number

    async def ask(self, method: str, params: Any = None) -> Any:
        """The result of a request; what the server tells until then is heard."""
        answer = await self.answer(self.request(method, params))
        assert "error" not in answer, answer
        return answer["result"]

    async def answer(self, number: int | None) -> dict[str, Any]:
        """The answer with an id."""
        while True:
            found = await self.hear()
            if "method" not in found and found.get("id") == number:
                return found

    async def until(self, method: str) -> Any:
        """The parameters of the next notification of a method."""
        while (found := await self.hear()).get("method") != method:
            pass
        return found["params"]

    async def hear(self) -> dict[str, Any]:
        """The next message.

        Raises:
            asyncio.IncompleteReadError: there is none any more.

        """
        header = await asyncio.wait_for(self._reader.readuntil(b"\r\n\r\n"), PATIENCE)
        length = int(header.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        found: dict[str, Any] = json.loads(await self._reader.readexactly(length))
        self.heard.append(found)
        return found

    async def closed(self) -> bool:
        """Wait until the server closes the connection; whatever else comes is heard."""
        try:
            while True:
                await self.hear()
        except (asyncio.IncompleteReadError, ConnectionError):
            return True

    async def initialize(self, *, process_id: int | None = None, **params: Any) -> Any:
        """Begin; gives what the server can do."""
        given = {"processId": process_id, "rootUri": None, "capabilities": {}, **params}
        can = await self.ask("initialize", given)
        self.tell("initialized", {})
        return can

    def open(self, text: str, uri: str = "file:///files/a.tf") -> dict[str, Any]:
        """Open a document; gives what names it."""
        item = {"uri": uri, "languageId": "hcl", "version": 1, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": item})
        return {"textDocument": {"uri": uri}}

    async def ghost(self, document: dict[str, Any], line: int, character: int, kind: int = 2) -> list[str]:
        """The ghost texts at a place, as they come by themselves, or (1) are asked for."""
        params = {
            **document,
            "position": {"line": line, "character": character},
            "context": {"triggerKind": kind},
        }
        found = await self.ask("textDocument/inlineCompletion", params)
        return [item["insertText"] for item in (found or {}).get("items", ())]
