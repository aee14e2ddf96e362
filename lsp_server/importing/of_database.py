"""Reads a database into symbols, by rules in SQL. The only module that knows psycopg.

It reads in a transaction that cannot write, and within a time. A password comes from the environment or
from a person who is asked for it, never from a command line, and is told to nobody.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from lsp_server.errors import CatalogueError, UsageError
from lsp_server.languages.imports import DatabaseSource

_CONNECTING = 10
"""Seconds until a server has to answer."""

PASSWORD = "PGPASSWORD"  # noqa: S105 - the name of a variable


def named(url: str) -> str:
    """The URL without user, password and options: what a catalogue says of where it comes from."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        port = parts.port
    except ValueError:
        port = None
    return urlunsplit((parts.scheme, f"{host}:{port}" if port else host, parts.path, "", ""))


def symbols_of(
    source: DatabaseSource, url: str, seconds: int, ask: Callable[[], str] | None
) -> tuple[list[dict[str, Any]], str]:
    """The symbols that the queries give, and the version of the server.

    Args:
        source: the rules.
        url: where the database is, without a password.
        seconds: how long all of it may take.
        ask: asks a person for the password; None where nobody is there.

    Raises:
        UsageError: the URL has a password, or psycopg is not installed.
        CatalogueError: the database cannot be reached, takes too long, or refuses a query.

    """
    _check(url)
    try:
        import psycopg
    except ImportError:
        raise UsageError("psycopg is not installed", remedy='pip install "holegram[postgres]"') from None
    options = f"-c default_transaction_read_only=on -c statement_timeout={seconds * 1000}"
    given: dict[str, Any] = {"connect_timeout": _CONNECTING, "options": options}
    if ask is not None and PASSWORD not in os.environ:
        given["password"] = ask()
    try:
        with psycopg.connect(url, **given) as connection:
            connection.read_only = True
            found = (connection.execute(query.encode(), prepare=True) for query in source.queries)
            rows = [row[0] for cursor in found for row in cursor]
            version = connection.info.parameter_status("server_version") or ""
            connection.rollback()
    except psycopg.Error as error:
        reason = " ".join(str(error).split())[:200]
        raise CatalogueError(
            f"cannot be read: {reason}", path=named(url), remedy="check its address, and what you may read"
        ) from None
    return rows, version


def _check(url: str) -> None:
    parts = urlsplit(url)
    if parts.password or "password=" in parts.query.lower():
        raise UsageError(
            "the address holds a password",
            remedy=f"leave it out: set {PASSWORD}, use a password file, or --ask-password",
        )
