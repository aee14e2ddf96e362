"""What was pushed for the documents, and of which text each push speaks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lsp_server.lab.served.client import PlainClient
from lsp_server.lab.served.protocol import Notice

PUBLISH = "textDocument/publishDiagnostics"

_KEPT = 200
_PATIENCE = 120.0
"""Seconds that a push is waited for."""


@dataclass(frozen=True, slots=True)
class Push:
    """Diagnostics that were pushed for a text."""

    text: str
    diagnostics: Any


class Pushes:
    """Knows the texts by the numbers of their versions, of which none may come twice."""

    def __init__(self, client: PlainClient) -> None:
        self._client = client
        self._texts: dict[tuple[str, int], str] = {}
        self._last: dict[str, Push] = {}

    def sent(self, uri: str, version: int, text: str) -> None:
        """Note what was sent; what was sent long ago is forgotten."""
        self._texts[uri, version] = text
        if len(self._texts) > _KEPT:
            del self._texts[next(iter(self._texts))]

    def take(self, notices: Iterable[Notice]) -> None:
        """Note what has come; what is taken back, and what is of other documents, does not count."""
        for notice in notices:
            if notice.method == PUBLISH:
                key = (notice.params["uri"], notice.params.get("version"))
                if (text := self._texts.get(key)) is not None:
                    self._last[key[0]] = Push(text, notice.params["diagnostics"])

    def last(self, uri: str) -> Push | None:
        """What came last for a document, once."""
        return self._last.pop(uri, None)

    def saved(self, uri: str, version: int, text: str) -> Push | None:
        """Save a document, and wait for what is pushed for it then; none if there is nothing in time."""
        since = len(self._client.notices)
        self._client.notify("textDocument/didSave", {"textDocument": {"uri": uri}})

        def wanted(notice: Notice) -> bool:
            told = notice.params
            return notice.method == PUBLISH and (told["uri"], told.get("version")) == (uri, version)

        notice = self._client.told(wanted, since, _PATIENCE)
        return None if notice is None else Push(text, notice.params["diagnostics"])
