"""The catalogues of a workspace: those in `.holegram/catalogue` of its folders, and those that settings name.

Nothing here belongs to the event loop. A catalogue that cannot be read is told once, in one line, and all
goes on without it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from lsp_server.errors import HolegramError
from lsp_server.languages.catalogue import (
    FOLDER,
    LARGEST,
    SUFFIX,
    Catalogue,
    every,
    is_outdated,
    read_catalogue,
    source_time,
    told_outdated,
)
from lsp_server.names.catalogued import catalogue_unit
from lsp_server.names.standing import Unit

MOST_SYMBOLS = 600_000
"""Symbols of all catalogues together; what is found beyond is left out, and beyond `LARGEST` bytes."""

_MOST_FILES = 200

_Stamp = tuple[int, int]


@dataclass(frozen=True, eq=False, slots=True)
class CatalogueRead:
    """A file as it was read: its catalogue and the names in it, or why it is left out."""

    stamp: _Stamp
    catalogue: Catalogue | None = None
    unit: Unit | None = None
    size: int = 0
    wrong: str = ""
    notice: str = ""
    source_time: float = 0.0


Catalogues = Mapping[Path, CatalogueRead]


def read_catalogues(
    roots: Iterable[Path], named: Iterable[Path], known: Catalogues, log: Callable[[str], None]
) -> Catalogues:
    """The catalogues as they are now; only those that have changed are read.

    Args:
        roots: the folders of the workspace.
        named: files, or folders of some, that the user named.
        known: what was read before.
        log: is told in one line why a file is left out.

    """
    found: dict[Path, CatalogueRead] = {}
    left, bytes_left = MOST_SYMBOLS, LARGEST
    for path, within in _paths(roots, named):
        if path in found or len(found) == _MOST_FILES:
            continue
        try:
            status = path.lstat()
        except OSError as error:
            stamp = (0, 0)
            read = CatalogueRead(stamp, wrong=f"{path}: cannot be read: {error.strerror}")
        else:
            stamp = (status.st_mtime_ns, status.st_size)
            before = known.get(path)
            if status.st_size > bytes_left:
                read = CatalogueRead((0, 0), wrong=_left_out(path, f"{LARGEST:,} bytes"))
            else:
                read = before if before is not None and before.stamp == stamp else _read(path, within, stamp)
                bytes_left -= 0 if read.catalogue is None else status.st_size
            read = _with_notice(read, within)
        if read.size > left:
            read = CatalogueRead(stamp, wrong=_left_out(path, f"{MOST_SYMBOLS:,} symbols"))
        left -= read.size
        found[path] = read
        told = {known[path].wrong, known[path].notice} if path in known else {""}
        for line in {read.wrong, read.notice} - told - {""}:
            log(line)
    return found


def units_of(catalogues: Catalogues, language_id: str) -> tuple[Unit, ...]:
    """The names of those that are of a language."""
    return tuple(
        read.unit
        for read in catalogues.values()
        if read.unit is not None and read.catalogue is not None and read.catalogue.language == language_id
    )


def _with_notice(read: CatalogueRead, within: tuple[Path, ...]) -> CatalogueRead:
    """With a line if the source has become newer; it is looked into only where it was written since."""
    if read.catalogue is None:
        return read
    time = source_time(read.catalogue)
    if time == read.source_time:
        return read
    notice = told_outdated(read.catalogue) if is_outdated(read.catalogue, within) else ""
    return replace(read, notice=notice, source_time=time)


def _paths(roots: Iterable[Path], named: Iterable[Path]) -> Iterator[tuple[Path, tuple[Path, ...]]]:
    """The files, each with the folders that it may not lead out of."""
    for root in roots:
        folder = root / FOLDER
        yield from ((path, (root,)) for path in _files(folder))
    for path in named:
        yield from ((file, ()) for file in (_files(path) if path.is_dir() else (path,)))


def _files(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if entry.name.endswith(SUFFIX))
    except OSError:
        return []
    return [folder / name for name in names]


def _left_out(path: Path, most: str) -> str:
    return f"{path}: left out: all catalogues have more than {most} (import less)"


def _read(path: Path, within: tuple[Path, ...], stamp: _Stamp) -> CatalogueRead:
    try:
        catalogue = read_catalogue(path, within=within)
        unit = catalogue_unit(catalogue)
        return CatalogueRead(stamp, catalogue, unit, sum(1 for _ in every(catalogue.symbols)))
    except HolegramError as error:
        return CatalogueRead(stamp, wrong=str(error))
