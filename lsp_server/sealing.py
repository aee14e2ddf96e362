"""Files of the user's own cache: sealed when they are written, and read back only if the seal is right.

A cache is restored from elsewhere at times, as builds do it, and a right digest is easily made. So the seal
needs a key, which stays in the user's data directory, where their bundles are, and never in the cache. What
was written by anybody else, or not to its end, is as good as not there. It must not know what is in a file.
"""

from __future__ import annotations

import hmac
import os
from contextlib import suppress
from pathlib import Path

import platformdirs

from lsp_server.errors import DocumentError
from lsp_server.opening import read_bytes, write_private

_LENGTH = 32
"""Bytes of a key, and of a seal."""


def read_sealed(path: Path) -> bytes | None:
    """What was kept under a name; None if that was not kept by this user, or was changed since."""
    with suppress(DocumentError):
        data, key = read_bytes(path, private=True), _key()
        if key is not None and hmac.compare_digest(data[:_LENGTH], _seal(key, path, data[_LENGTH:])):
            return data[_LENGTH:]
    return None


def keep_sealed(path: Path, data: bytes) -> None:
    """Keep what is to be read back.

    Raises:
        OSError: it cannot be written. No part of it is left then.

    """
    key = _key()
    if key is None:
        write_private(_key_path(), os.urandom(_LENGTH))
        key = _key()  # of two that write one at once, the last one's is kept
    if key is not None:
        write_private(path, _seal(key, path, data) + data)


def forget_oldest(folder: Path, pattern: str, most: int) -> list[Path]:
    """Remove all but the newest few of the files in a folder that a pattern fits; those that were removed."""
    with suppress(OSError):
        found = [(file.stat().st_mtime, file) for file in folder.glob(pattern)]
        oldest = [file for _, file in sorted(found, reverse=True)[most:]]
        for file in oldest:
            file.unlink(missing_ok=True)
        return oldest
    return []


def _key() -> bytes | None:
    try:
        found = read_bytes(_key_path(), private=True)
    except DocumentError:
        return None
    return found if len(found) == _LENGTH else None


def key_directory() -> Path:
    """Where the key is, which no cache can be read without."""
    return platformdirs.user_data_path("holegram", appauthor=False) / "keys"


def _key_path() -> Path:
    return key_directory() / "cache.key"


def _seal(key: bytes, path: Path, data: bytes) -> bytes:
    """The seal of a file's content under its name, so that none can stand for another."""
    return hmac.digest(key, path.name.encode() + b"\0" + data, "sha256")
