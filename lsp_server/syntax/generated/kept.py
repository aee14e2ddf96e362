"""Generated parsers, kept on disk: shared libraries in the user's own cache directory, and a word on each.

They are native code, so that one is loaded only if it, and the folder it is in, belong to the user and can be
written by nobody else, and if it still is what was compiled. It is found by the digest of its sources.
"""

from __future__ import annotations

import ctypes
import json
import logging
import os
import platform
import sys
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

import platformdirs

from lsp_server.errors import DocumentError
from lsp_server.languages import Language
from lsp_server.opening import read_bytes, write_private
from lsp_server.sealing import forget_oldest, keep_sealed, read_sealed

_FORMAT = 2
_MOST = 4
"""So many parsers of one language are kept, the newest."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a parser is made from: its name, tree-sitter's grammar, and its scanner in C or nothing."""

    name: str
    grammar: str
    scanner: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """How a parser was made: by which programs, in how many seconds each; `digest` is of the library."""

    generator: str
    compiler: str
    generating: float
    compiling: float
    digest: str


def parsers_directory() -> Path:
    """Where parsers are kept: a part of the user's own cache."""
    return platformdirs.user_cache_path("holegram", appauthor=False) / "parsers"


def library_path(identity: str, source: Source) -> Path:
    """Where the parser of a language is, if it was made."""
    parts = (str(_FORMAT), sys.platform, platform.machine(), source.name, source.grammar, source.scanner)
    digest = sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
    return parsers_directory() / f"{identity}-{digest}.so"


def any_kept(identity: str) -> bool:
    """Whether some parser of a language is kept, of whatever grammar."""
    return next(parsers_directory().glob(f"{identity}-*.so"), None) is not None


def lacks_parser(language: Language) -> bool:
    """Whether trees of a language are made with its grammar itself, as far as that can be told at once."""
    return language.parser.module is None and not any_kept(language.id)


def read_record(library: Path) -> Record | None:
    """How a kept parser was made; None if there is none."""
    data = read_sealed(_record_path(library))
    return None if data is None else Record(**json.loads(data))


def keep(library: Path, built: Path, record: Record) -> None:
    """Keep a library that was built, at once as a whole, and forget the oldest of its language.

    Raises:
        OSError: it cannot be written.
        DocumentError: what was built cannot be read.

    """
    write_private(library, read_bytes(built))
    keep_sealed(_record_path(library), json.dumps(asdict(record)).encode())
    identity = library.stem.rpartition("-")[0]
    for forgotten in forget_oldest(library.parent, f"{identity}-*.so", _MOST):
        _record_path(forgotten).unlink(missing_ok=True)


def open_kept(library: Path, name: str) -> int | None:
    """The address of a kept parser in memory, loaded; None if there is none that can be trusted.

    Why one is not trusted goes to the log: without it, all goes on as if it had never been made.
    """
    if not os.path.lexists(library):
        return None
    doubt = _doubt(library)
    if doubt is None:
        try:
            function = getattr(ctypes.CDLL(str(library)), f"tree_sitter_{name}")
        except (OSError, AttributeError) as error:
            doubt = str(error)
        else:
            function.restype = ctypes.c_void_p
            address = function()
            return address if isinstance(address, int) else None
    logging.getLogger(__name__).warning("%s: not loaded: %s (build it again)", library, doubt)
    return None


def digest_of(file: Path, *, private: bool = False) -> str:
    """The digest of what is in a file.

    Raises:
        DocumentError: it cannot be read, or is to be the user's own and is not.

    """
    return sha256(read_bytes(file, private=private)).hexdigest()


def _doubt(library: Path) -> str | None:
    """Why a library must not be loaded; None if nothing is against it."""
    try:
        digest = digest_of(library, private=True)
    except DocumentError as error:
        return error.message
    record = read_record(library)
    if record is None:
        return "how it was made is not known"
    return None if digest == record.digest else "it is not what was compiled"


def _record_path(library: Path) -> Path:
    return library.with_suffix(".json")
