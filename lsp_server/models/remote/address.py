"""Where a remote model is, as a user writes it, and the key that its server wants."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from lsp_server.errors import ModelError

SCHEME = "vllm:"
KEY = "HOLEGRAM_API_KEY"
_NAME = re.compile(r"[\w./:@-]{1,200}")
_REMEDY = "write vllm:https://HOST:PORT#NAME"


@dataclass(frozen=True, slots=True)
class RemoteAddress:
    """A server, by the URL that its API is below, and the name that it has for a model."""

    url: str
    name: str

    @property
    def host(self) -> str:
        """The host, with its port if it has one."""
        return urlsplit(self.url).netloc

    @property
    def is_local(self) -> bool:
        """Whether it is this machine, so that nothing of what is sent leaves it."""
        host = urlsplit(self.url).hostname or ""
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"


def parse_address(model: str) -> RemoteAddress:
    """Read `vllm:URL#NAME`.

    Raises:
        ModelError: it is another thing, or has a name or a password in it.

    """
    url, _, name = model.removeprefix(SCHEME).partition("#")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if parts.scheme not in ("http", "https") or not host or parts.query:
        raise ModelError("is no address of a server", path=model[:200], remedy=_REMEDY)
    if parts.username or parts.password:
        raise ModelError("no key belongs into an address", path=f"{SCHEME}{host}", remedy=f"set {KEY}")
    if not _NAME.fullmatch(name):
        raise ModelError("the address names no model", path=model[:200], remedy=_REMEDY)
    return RemoteAddress(url.rstrip("/").removesuffix("/v1"), name)


def key_for(address: RemoteAddress) -> str | None:
    """The key for a server: from the environment, or the system's keyring, where one is installed; or none.

    Raises:
        ModelError: there is one, and it would be sent over the network for all to read.

    """
    key = os.environ.get(KEY) or _from_keyring(address.host)
    if key and address.url.startswith("http:") and not address.is_local:
        raise ModelError(
            "the key would be sent without encryption", path=address.url, remedy="give an address with https"
        )
    return key


def _from_keyring(host: str) -> str | None:
    try:
        import keyring
    except ImportError:
        return None
    try:
        return keyring.get_password("holegram", host)
    except Exception:  # each system's keyring has errors of its own: then there is no key
        return None
