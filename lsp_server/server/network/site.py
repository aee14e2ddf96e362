"""What a service shows to a browser beside its WebSocket: pages, of which only its own may connect.

A page of another origin could guess the port but not the token; where a name is made to point to this machine
(DNS rebinding), the host that the browser asks for is not one of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from lsp_server.server.language_server import HolegramServer

if TYPE_CHECKING:
    from websockets.asyncio.server import ServerConnection
    from websockets.http11 import Request, Response

_HOSTS = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True, slots=True)
class Page:
    """A file as a browser gets it."""

    kind: str
    body: bytes


@dataclass(frozen=True, eq=False, slots=True)
class Site:
    """Pages, and what those who open them may ask beyond the language server.

    Attributes:
        pages: by path.
        headers: of each page.
        equip: adds to the server of a client that has just connected.
        listening: is told on which port.

    """

    pages: Mapping[str, Page]
    headers: Sequence[tuple[str, str]]
    equip: Callable[[HolegramServer], None]
    listening: Callable[[int], None]

    def answer(self, connection: ServerConnection, request: Request) -> Response | None:
        """The answer to a request; None if it is one of our own pages that wants a WebSocket."""
        port = connection.local_address[1]
        hosts = request.headers.get_all("Host")
        if len(hosts) != 1 or hosts[0] not in [f"{host}:{port}" for host in _HOSTS]:
            return connection.respond(HTTPStatus.FORBIDDEN, "This is another host.\n")
        if request.headers.get("Upgrade", "").lower() == "websocket":
            if request.headers.get_all("Origin") == [f"http://{hosts[0]}"]:
                return None
            return connection.respond(HTTPStatus.FORBIDDEN, "This is another page.\n")
        page = self.pages.get(request.path.partition("?")[0])
        if page is None:
            return connection.respond(HTTPStatus.NOT_FOUND, "There is no such page.\n")
        response = connection.respond(HTTPStatus.OK, "")
        response.body = page.body
        for name, value in (
            ("Content-Type", page.kind),
            ("Content-Length", str(len(page.body))),
            *self.headers,
        ):
            if name in response.headers:
                del response.headers[name]
            response.headers[name] = value
        return response
