"""Where and for whom a service listens: a value, and the sockets that follow from it. Serves nobody."""

from __future__ import annotations

import errno
import os
import socket
import ssl
from dataclasses import dataclass

from lsp_server.errors import UsageError
from lsp_server.server.network.admission import NONE, AccessTokens

_BACKLOG = 128
"""So many connections may wait to be taken."""


_ABSENT = (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL)
"""That this machine has no such address, as where IPv6 is switched off but `localhost` names it."""


@dataclass(frozen=True, slots=True)
class Port:
    """Where and for whom a service listens.

    Attributes:
        host: the address; `port` its port.
        web: whether WebSockets are spoken, else TCP.
        tokens: those that are good; none over TCP on this machine, if it is to be so.
        origins: of web pages that may connect.
        tls: what encrypts.
        clients: how many may be connected at a time.
        idle_s: after so many seconds without a message a client is let go.

    """

    host: str
    port: int
    web: bool
    tokens: AccessTokens = NONE
    origins: tuple[str, ...] = ()
    tls: ssl.SSLContext | None = None
    clients: int = 64
    idle_s: float = 7_200.0

    def facts(self, number: int, health: int | None) -> dict[str, str | int | None]:
        """What is written down once it is listened there, by its number and that of the port for watchers."""
        return {
            "host": self.host,
            "port": number,
            "health": health,
            "speaks": "websocket" if self.web else "tcp",
            "token": bool(self.tokens),
            "encrypted": self.tls is not None,
        }


def listening_at(host: str, port: int) -> list[socket.socket]:
    """Sockets that listen, one for each address of a host that this machine has; they do not block.

    Raises:
        UsageError: it cannot be listened at one of them, or there is none.

    """
    sockets, absent = list[socket.socket](), OSError(errno.EADDRNOTAVAIL, "no address")
    try:
        for family, _, _, _, address in dict.fromkeys(
            socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        ):
            place = (address[0], port or (sockets[0].getsockname()[1] if sockets else 0), *address[2:])
            try:
                sockets.append(socket.create_server(place, family=family, backlog=_BACKLOG))
            except OSError as error:
                if error.errno not in _ABSENT:
                    raise
                absent = error
                continue
            sockets[-1].setblocking(False)
        if not sockets:
            raise absent
    except OSError as error:
        for one in sockets:
            one.close()
        raise _not_there(host, port, error) from None
    return sockets


def _not_there(host: str, port: int, error: OSError) -> UsageError:
    """What is wrong with an address, in a line."""
    reason = os.strerror(error.errno) if error.errno else str(error)
    return UsageError(f"cannot listen on {host}:{port}: {reason}", remedy="choose another address")
