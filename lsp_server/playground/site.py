"""The page, and the server that it talks to: on this machine only, for who knows the token in its address.

The token stands in the fragment of the address, which a browser sends to nobody.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import secrets
import webbrowser
from pathlib import Path

from lsp_server.opening import files_below, read_bytes
from lsp_server.playground.questions import equip
from lsp_server.server.configuration.limits import OWN
from lsp_server.server.configuration.settings import Settings
from lsp_server.server.network.admission import AccessTokens
from lsp_server.server.network.port import Port
from lsp_server.server.network.service import serve_site
from lsp_server.server.network.site import Page, Site
from lsp_server.server.process.journal import Journal
from lsp_server.server.shared import Shared

_STATIC = Path(__file__).parent / "static"
"""What is built of `web`."""

_PACKED = ".gz"

HOST = "127.0.0.1"

KINDS = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}

_FILES = ("index.html", "playground.js", "playground.css", "icon.svg")
_LARGEST = 4_000_000

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""What the page may do: run its own script and talk to its own server. Nothing inline, nothing evaluated."""


_HEADERS = (
    ("Content-Security-Policy", POLICY),
    ("Cache-Control", "no-store"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
)


def built() -> dict[str, bytes]:
    """The files of the page by their names, unpacked."""
    found = {path.name: read_bytes(path, largest=_LARGEST) for path in files_below(_STATIC)}
    return {
        name.removesuffix(_PACKED): gzip.decompress(content) if name.endswith(_PACKED) else content
        for name, content in found.items()
    }


def play(settings: Settings, port: int, *, browse: bool) -> int:
    """Serve the page until Ctrl-C, and print its address; with `browse`, open it in the person's browser.

    Raises:
        UsageError: the port cannot be used.

    """
    token, files = secrets.token_urlsafe(24), built()
    pages = {f"/{name}": Page(KINDS[Path(name).suffix], files[name]) for name in _FILES}

    def listening(port: int) -> None:
        address = f"http://{HOST}:{port}/#token={token}"
        print(address, flush=True)
        if browse:
            webbrowser.open(address)

    digest = hashlib.sha256(token.encode()).digest()
    at = Port(HOST, port, web=True, tokens=AccessTokens((digest,)))
    site = Site({**pages, "/": pages["/index.html"]}, _HEADERS, equip, listening)
    return serve_site(at, Shared(settings, OWN), site, Journal(io.StringIO()))
