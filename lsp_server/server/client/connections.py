"""Who is connected, as far as what all clients share has to tell them something."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from lsp_server.errors import BundleError
from lsp_server.languages import Registry
from lsp_server.server.client.client import Client
from lsp_server.server.documents.session import Session


@dataclass(frozen=True, eq=False, slots=True)
class Connection:
    """One client that is connected.

    Attributes:
        client: who is told.
        session: its open documents.
        adopt: has it know other languages.
        show_wrong: shows what is wrong with bundles.
        tell_status: tells how it is with the model.

    """

    client: Client
    session: Session
    adopt: Callable[[Registry], None]
    show_wrong: Callable[[Iterable[BundleError]], None]
    tell_status: Callable[[], None]


class Connections:
    """Those that are connected now; belongs to the event loop."""

    def __init__(self) -> None:
        self._all: dict[Connection, None] = {}

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Connection]:
        return iter(tuple(self._all))

    def add(self, connection: Connection) -> None:
        """One more is connected."""
        self._all[connection] = None

    def discard(self, connection: Connection) -> None:
        """One is not connected any more."""
        self._all.pop(connection, None)

    def warn(self, message: str) -> None:
        """Show a line to each user."""
        for connection in self:
            connection.client.warn(message)

    def report(self, what: str, error: BaseException) -> None:
        """Report an error that is nobody's own."""
        for connection in self:
            connection.client.report(what, error)

    def tell_status(self) -> None:
        """Tell each how it is with the model."""
        for connection in self:
            connection.tell_status()
