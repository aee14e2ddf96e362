"""One file that a client has open, its edits, and where a cursor in it is."""

from __future__ import annotations

from time import perf_counter
from typing import Any

from lsp_server.lab.served.client import PlainClient
from lsp_server.languages import Language
from lsp_server.text import Edit, Encoding, LineIndex, Span, apply_edits

DIAGNOSTICS = "textDocument/diagnostic"
LIST = "textDocument/completion"
GHOST = "textDocument/inlineCompletion"

_AUTOMATIC = 2
_URI = "file:///bench/file"


class OpenFile:
    """A file of a client; it has none open at first.

    Attributes:
        text: as it is now, with all edits.

    """

    def __init__(self, client: PlainClient, language: Language, uri: str = _URI) -> None:
        self.text = ""
        self._uri = uri
        self._client = client
        self._language = language
        self._version = 0

    @property
    def params(self) -> dict[str, Any]:
        """The file, in a request."""
        return {"textDocument": {"uri": self._uri}}

    def open(self, text: str) -> None:
        """Open it with a text, instead of what was open."""
        if self._version:
            self._client.notify("textDocument/didClose", self.params)
        self.text, self._version = text, 1
        item = {"uri": self._uri, "languageId": self._language.id, "version": 1, "text": text}
        self._client.notify("textDocument/didOpen", {"textDocument": item})

    def at(self, offset: int) -> dict[str, Any]:
        """A request for a cursor, as an editor sends it by itself."""
        return {
            **self.params,
            "position": self._position(offset),
            "context": {"triggerKind": _AUTOMATIC},
        }

    def close(self) -> None:
        """Close it."""
        self._client.notify("textDocument/didClose", self.params)
        self.text, self._version = "", 0

    def edit(self, start: int, end: int, text: str) -> float:
        """Replace a span; gives when that was sent."""
        place = {"start": self._position(start), "end": self._position(end)}
        self.text = apply_edits(self.text, [Edit(Span(start, end), text)])
        self._version += 1
        began = perf_counter()
        self._client.notify(
            "textDocument/didChange",
            {
                "textDocument": {"uri": self._uri, "version": self._version},
                "contentChanges": [{"range": place, "text": text}],
            },
        )
        return began

    def _position(self, offset: int) -> dict[str, int]:
        line, column = LineIndex(self.text).units_at(offset, Encoding.UTF16)
        return {"line": line, "character": column}
