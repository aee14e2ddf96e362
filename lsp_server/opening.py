"""Opens files for the whole product. Nothing else in it does (`tests/test_opening.py` holds it to that).

Anybody may have put a file there: a device that never ends, a pipe to which nobody writes, a link to what is
none of a reader's business. So only regular files are opened, at most so many bytes are read, and nothing
waits. It must not know what is in a file.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from lsp_server.errors import DocumentError

LARGEST = 50_000_000
"""Bytes of a file that a reader with no limit of its own gets; editors take none that is larger."""

_BYTES = sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY"))
_OLD, _NEW = os.O_RDONLY | _BYTES, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BYTES
_NO_LINK: int = getattr(os, "O_NOFOLLOW", 0)
_OTHERS = stat.S_IWGRP | stat.S_IWOTH
_CHUNK = 1 << 16


def read_bytes(
    path: Path, *, largest: int = LARGEST, within: Sequence[Path] = (), private: bool = False
) -> bytes:
    """What is in a regular file. Devices, pipes and sockets are not opened.

    Args:
        path: the file.
        largest: so many bytes it may have.
        within: folders, one of which must hold it once all links are followed; by default anything may.
        private: it and its folder must be no links, belong to the user, and be writable by nobody else.

    Raises:
        DocumentError: it is missing, no regular file, too large, elsewhere, not private, or unreadable.

    """
    try:
        place = _inside(path, within) if within else path
        if private:
            _check_private(place.parent.lstat(), path.parent)
            _check_private(place.lstat(), path)
        _check_regular(place.stat(), path)
        handle = os.open(place, _OLD | (_NO_LINK if within or private else 0))
        try:
            status = os.fstat(handle)
            _check_regular(status, path)
            if private:
                _check_private(status, path)
            return _read(handle, status.st_size, largest, path)
        finally:
            os.close(handle)
    except FileNotFoundError:
        raise DocumentError("no such file", path=path, remedy="check the path") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DocumentError(f"cannot be read: {reason}", path=path, remedy="check its permissions") from None


def files_below(folder: Path, *, hidden: bool = False) -> list[Path]:
    """The regular files below a folder, in order. No link is followed, and no folder that cannot be listed.

    Args:
        folder: where they are looked for.
        hidden: whether files and folders whose names begin with a dot count.

    """
    found: list[Path] = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if hidden or not name.startswith(".")]
        files = (Path(place, name) for name in names if hidden or not name.startswith("."))
        found.extend(filter(is_regular, files))
    return sorted(found)


def is_regular(path: Path) -> bool:
    """Whether there is a regular file, and no link to one."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except (OSError, ValueError):
        return False


def is_private(path: Path) -> bool:
    """Whether a file or folder is no link, belongs to the user, and can be written by nobody else."""
    try:
        _check_private(path.lstat(), path)
    except (OSError, ValueError, DocumentError):
        return False
    return True


def make_private(folder: Path) -> None:
    """Make a folder of the user's own, which nobody else can write.

    Raises:
        OSError: it cannot be made, or is one for everybody, as `/tmp`.

    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    mode = folder.stat().st_mode
    if mode & stat.S_ISVTX and mode & stat.S_IWOTH:
        raise OSError(f"{folder} is for everybody")
    if mode & _OTHERS:
        folder.chmod(0o700)


def write_private(path: Path, data: bytes) -> None:
    """Write a file of the user's own as a whole, or leave what was there; its folder is the user's alone.

    Raises:
        OSError: it cannot be written. No part of it is left then.

    """
    make_private(path.parent)
    _replace(path, path.stem[:20], data)


def rewrite_text(path: Path, text: str) -> None:
    """Write another text into a file of the user's: as a whole, with its permissions and byte order mark.

    A link is followed, and stays one.

    Raises:
        DocumentError: it cannot be read or written. It is as it was then.

    """
    mark = b"\xef\xbb\xbf"
    place = Path(os.path.realpath(path))
    had_mark = read_bytes(place).startswith(mark)
    data = (mark if had_mark else b"") + text.encode("utf-8")
    try:
        _replace(place, f".{place.name[:20]}", data, stat.S_IMODE(place.stat().st_mode))
    except OSError as error:
        raise DocumentError(
            f"cannot be written: {error.strerror or error}", path=path, remedy="check its permissions"
        ) from None


def _replace(path: Path, begin: str, data: bytes, mode: int | None = None) -> None:
    """Write a file beside another one, with a name that begins so, and put it in the place of that.

    It is the user's alone, unless another mode is given.
    """
    name = path.parent / f"{begin}-{os.urandom(8).hex()}.part"
    handle = os.open(name, _NEW, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        if mode is not None:
            os.chmod(name, mode)
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise


def _inside(path: Path, roots: Sequence[Path]) -> Path:
    """Where a path leads once its links are followed, if that is in one of some folders."""
    place = Path(os.path.realpath(path))
    if not any(place.is_relative_to(os.path.realpath(root)) for root in roots):
        raise DocumentError(
            f"leads out of {' and '.join(map(str, roots))}", path=path, remedy="put a copy of the file there"
        )
    return place


def _check_regular(status: os.stat_result, path: Path) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise DocumentError("is a directory", path=path, remedy="name a file")
    if not stat.S_ISREG(status.st_mode):
        reason = "is no regular file, but a pipe, a socket or a device"
        raise DocumentError(reason, path=path, remedy="name a regular file")


def _check_private(status: os.stat_result, path: Path) -> None:
    remedy = "remove it: it is made again"
    if stat.S_ISLNK(status.st_mode):
        raise DocumentError("is a link", path=path, remedy=remedy)
    if hasattr(os, "geteuid"):
        if status.st_uid != os.geteuid():
            raise DocumentError("belongs to another user", path=path, remedy=remedy)
        if status.st_mode & _OTHERS:
            raise DocumentError("can be written by other users", path=path, remedy=remedy)


def _read(handle: int, size: int, largest: int, path: Path) -> bytes:
    """All that can be read; the size is not trusted, for a file may grow, and some systems tell none."""
    parts: list[bytes] = []
    left = largest + 1
    while size <= largest and left:
        part = os.read(handle, min(left, max(size + 1, _CHUNK)))
        if not part:
            return b"".join(parts)
        parts.append(part)
        left -= len(part)
    raise DocumentError(f"is larger than {largest:,} bytes", path=path, remedy="make it smaller, or split it")
