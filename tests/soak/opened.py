"""A document that is open, and what an editor sends of it."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from lsp_server.lab.served.client import PlainClient
from lsp_server.languages import Language
from lsp_server.text import LineIndex
from tests.soak.asking import Place, position
from tests.soak.writing import Writer

FAR = (7, 1_000, 2**31 - 1)
"""How far beyond the end of a text a position may be."""


@dataclass(slots=True)
class Open:
    """A document, and the semantic tokens as they follow from the differences that were sent."""

    uri: str
    language: Language
    writer: Writer
    version: int = 1
    tokens: list[int] | None = None
    known: str = ""

    @property
    def fresh(self) -> str:
        """The name under which the same text is opened afresh beside it."""
        folder, _, name = self.uri.rpartition("/")
        return f"{folder}/fresh-{name}"

    def place(self, random: Random) -> Place:
        """A cursor and a range, most of the times in the text."""
        lines = LineIndex(self.writer.text)
        offsets = sorted((self.writer.place(), self.writer.place()))
        start, end = (position(lines, offset) for offset in offsets)
        if random.random() < 0.1:
            start = {name: value + random.choice((0, *FAR[:2])) for name, value in start.items()}
            end = start
        return Place(self.uri, start, end)


def open_as(client: PlainClient, uri: str, language: Language, text: str, version: int = 1) -> None:
    """Open a text under a name."""
    item: dict[str, Any] = {"uri": uri, "languageId": language.id, "version": version, "text": text}
    client.notify("textDocument/didOpen", {"textDocument": item})


def close(client: PlainClient, uri: str) -> None:
    """Close a document."""
    client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
