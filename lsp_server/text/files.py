"""Reads text files with errors that a user can act on."""

from __future__ import annotations

from pathlib import Path

from lsp_server.errors import DocumentError


def read_text(path: Path) -> str:
    """The text of a file as an editor has it: its line ends kept, a byte order mark left out.

    Raises:
        DocumentError: the file is missing, a directory, unreadable, or not UTF-8.

    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise DocumentError("no such file", path=path, remedy="check the path") from None
    except OSError as error:
        if path.is_dir():
            raise DocumentError("is a directory", path=path, remedy="name a file") from None
        raise DocumentError(
            f"cannot be read: {error.strerror}", path=path, remedy="check its permissions"
        ) from None
    return decode_text(data, path)


def decode_text(data: bytes, path: Path | str) -> str:
    """The text that bytes from a place named by `path` stand for, a byte order mark left out.

    Raises:
        DocumentError: they are not UTF-8.

    """
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DocumentError(
            f"byte {error.start} is not UTF-8", path=path, line=line, remedy="save the file as UTF-8"
        ) from None
