"""Who may connect: those who know a token, and web pages of origins that are named. Knows no connection."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import socket
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from lsp_server.errors import DocumentError, UsageError
from lsp_server.opening import read_bytes
from lsp_server.text import read_text

SHORTEST = 16
"""Characters of a token: who guesses has no chance with so many random ones."""

_MOST_BYTES = 100_000
_BEARER = "bearer "
_IN_PROTOCOL = "holegram.token."

PROTOCOL = "holegram"
"""The subprotocol of a WebSocket."""


@dataclass(frozen=True, slots=True)
class AccessTokens:
    """The tokens that are good, as SHA-256 digests; none where none is asked for."""

    digests: tuple[bytes, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.digests)

    def place_of(self, token: str) -> int | None:
        """Which one a token is, from 1; None if it is none of them. It takes the same time for each."""
        digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        found = [hmac.compare_digest(digest, known) for known in self.digests]
        return found.index(True) + 1 if any(found) else None


NONE = AccessTokens()


def read_tokens(path: Path) -> AccessTokens:
    """The tokens in a file, one a line; blank lines and those that begin with # do not count.

    Raises:
        UsageError: it cannot be read, or has none, or one that is easily guessed.

    """
    try:
        lines = read_text(path, largest=_MOST_BYTES).splitlines()
    except DocumentError as error:
        raise UsageError(f"the tokens: {error.message}", path=path, remedy=error.remedy) from None
    tokens = []
    for number, line in enumerate(map(str.strip, lines), 1):
        if not line or line.startswith("#"):
            continue
        if len(line) < SHORTEST or not line.isascii() or " " in line:
            raise UsageError(
                f"a token has {SHORTEST} letters, digits and signs at least, and no blanks",
                path=path,
                line=number,
                remedy="make one: openssl rand -hex 32",
            )
        tokens.append(hashlib.sha256(line.encode()).digest())
    if not tokens:
        raise UsageError("there is no token in it", path=path, remedy="write one: openssl rand -hex 32")
    return AccessTokens(tuple(tokens))


def token_in(authorization: str | None, protocols: Iterable[str]) -> str:
    """The token of a WebSocket request; empty if there is none.

    It stands in the header `Authorization: Bearer TOKEN`. A web page cannot set that one; it offers the
    subprotocols `holegram` and `holegram.token.TOKEN`. It never stands in the address, which proxies log.
    """
    if authorization is not None and authorization[: len(_BEARER)].lower() == _BEARER:
        return authorization[len(_BEARER) :].strip()
    names = (name.strip() for name in protocols)
    return next((name.removeprefix(_IN_PROTOCOL) for name in names if name.startswith(_IN_PROTOCOL)), "")


def is_local(host: str) -> bool:
    """Whether only this machine can reach an address.

    Raises:
        UsageError: there is no such address.

    """
    try:
        found = socket.getaddrinfo(host, None)
    except OSError:
        raise UsageError(f"there is no address '{host}'", remedy="give one of this machine") from None
    return all(ipaddress.ip_address(str(one[4][0]).partition("%")[0]).is_loopback for one in found)


def tls_of(certificate: Path | None, key: Path | None) -> ssl.SSLContext | None:
    """What encrypts connections; None if nothing does.

    Raises:
        UsageError: the files do not serve.
        DocumentError: they are missing, no regular files, or unreadable.

    """
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        raise UsageError("a certificate and its key belong together", remedy="give --tls-cert and --tls-key")
    for path in (certificate, key):
        read_bytes(path, largest=_MOST_BYTES)  # loading would wait for a pipe
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(certificate, key, password="")
    except (OSError, ssl.SSLError) as error:
        reason = getattr(error, "reason", None) or error.strerror or str(error)
        raise UsageError(f"the certificate and its key cannot be used: {reason}", path=certificate) from None
    return context
