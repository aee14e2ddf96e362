"""Reads text files with errors that a user can act on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lsp_server.errors import DocumentError
from lsp_server.opening import LARGEST, read_bytes


def read_text(
    path: Path, *, largest: int = LARGEST, within: Sequence[Path] = (), private: bool = False
) -> str:
    """The text of a file as an editor has it: its line ends kept, a byte order mark left out.

    The arguments are those of `read_bytes`.

    Raises:
        DocumentError: the file cannot be read, or is not UTF-8.

    """
    return decode_text(read_bytes(path, largest=largest, within=within, private=private), path)


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
