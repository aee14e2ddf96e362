"""The files of some folders that are in a known language, and the names in them.

Nothing here belongs to the event loop: what changes on disk makes a new index out of the one before. Links
are not followed, so that nothing outside a folder is read; what is hidden, foreign, huge or no text is not
read either.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lsp_server.errors import HolegramError
from lsp_server.languages import Language, Registry, same_language
from lsp_server.names.catalogue_files import Catalogues, units_of
from lsp_server.names.catalogued import bundled_units
from lsp_server.names.existing import NamesAround
from lsp_server.names.naming import names_of
from lsp_server.names.standing import Unit
from lsp_server.syntax import parse
from lsp_server.text import Snapshot, read_text

MOST_FILES = 2_000
MOST_BYTES = 32_000_000
"""So many files, and so many bytes of them, are kept; what is found beyond is left out."""

_HUGE = 1_000_000
"""A file of more bytes is not read: nobody writes such a one by hand."""

_MOST_ENTRIES = 200_000
"""After so many entries of directories nothing more is looked for."""

_FEW_CHANGED = 40
"""So many files may be others than when all were looked at, before all are looked at again."""

_STEP = 20
"""After so many files it is told how many there are."""

_FOREIGN = frozenset(
    {"node_modules", "vendor", "venv", "site-packages", "__pycache__", "target", "dist", "build"}
)
"""Directories that hold what others wrote or what is made; hidden ones are left out as well."""

_Stamp = tuple[int, int]


@dataclass(frozen=True, eq=False, slots=True)
class File:
    """A file as it was read: its text, the names in it, and what tells whether it has changed since."""

    snapshot: Snapshot
    language: Language
    unit: Unit
    stamp: _Stamp


@dataclass(frozen=True, slots=True)
class _Survey:
    """What texts say, by URI: for as long as few of them change, only those are looked at anew."""

    units: Mapping[str, Unit]
    around: NamesAround


@dataclass(frozen=True)
class Index:
    """The files that are known, by path; `complete` where none was left out, for being too many or late.

    The catalogues beside them are read by `catalogues`.
    """

    files: Mapping[Path, File] = field(default_factory=dict)
    complete: bool = True
    catalogues: Catalogues = field(default_factory=dict)
    _around: dict[str, NamesAround] = field(default_factory=dict, init=False, repr=False, compare=False)
    _snapshots: dict[str, dict[str, Snapshot]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _surveys: dict[str, _Survey] = field(default_factory=dict, init=False, repr=False, compare=False)

    def snapshots(self, language: Language) -> dict[str, Snapshot]:
        """The texts of the files of a language, by URI."""
        found = self._snapshots.get(language.id)
        if found is None:
            files = (file for file in self.files.values() if file.language.id == language.id)
            self._snapshots[language.id] = found = {file.unit.uri: file.snapshot for file in files}
        return found

    def uris(self, paths: Iterable[Path]) -> frozenset[str]:
        """The URIs of those files that are known, which a client may spell otherwise."""
        found = map(self.files.get, paths)
        return frozenset(file.unit.uri for file in found if file is not None)

    def after(self, before: Index) -> Index:
        """The same, which keeps what was found out of the files that it has in common with another one."""
        self._surveys.update(before._surveys)
        return self

    def around(self, language: Language) -> NamesAround:
        """What all files of a language say, and the catalogues of it."""
        found = self._around.get(language.id)
        if found is None or not same_language(found.language, language):
            files = (file.unit for file in self.files.values() if same_language(file.language, language))
            every = (*files, *bundled_units(language), *units_of(self.catalogues, language.id))
            self._around[language.id] = found = self._made_around(language, {one.uri: one for one in every})
        return found

    def _made_around(self, language: Language, units: Mapping[str, Unit]) -> NamesAround:
        base = self._surveys.get(language.id)
        if base is not None and same_language(base.around.language, language):
            changed = [unit for uri, unit in units.items() if base.units.get(uri) is not unit]
            gone = base.units.keys() - units.keys()
            if not changed and not gone:
                return base.around
            if len(changed) + len(gone) <= _FEW_CHANGED:
                return NamesAround(language, changed, base.around, gone)
        base = self._surveys[language.id] = _Survey(units, NamesAround(language, units.values()))
        return base.around


Stopped = Callable[[], bool]


def scan(
    roots: Iterable[Path],
    registry: Registry,
    known: Index,
    stopped: Stopped,
    told: Callable[[int], None] | None = None,
) -> Index:
    """The index of all files under some roots; only those that have changed are read.

    Args:
        roots: folders.
        registry: the known languages.
        known: the index before.
        stopped: whether to read no more; what was read by then is the index.
        told: is told now and then how many files there are by now.

    """
    return _collect(_walk(roots, registry, stopped), registry, known, {}, stopped, told)


def update(
    paths: Iterable[Path], roots: Iterable[Path], registry: Registry, known: Index, stopped: Stopped
) -> Index:
    """The index after some files may have been made, changed or removed."""
    paths = frozenset(paths)
    kept = {path: file for path, file in known.files.items() if paths.isdisjoint((path, *path.parents))}
    wanted = (path for path in sorted(paths) if is_read(path, tuple(roots)))
    return _collect(wanted, registry, known, kept, stopped)


def _collect(
    paths: Iterable[Path],
    registry: Registry,
    known: Index,
    kept: dict[Path, File],
    stopped: Stopped,
    told: Callable[[int], None] | None = None,
) -> Index:
    size = sum(file.stamp[1] for file in kept.values())
    for path in paths:
        if stopped():
            break
        file = _read(path, registry, known.files.get(path))
        if file is None:
            continue
        size += file.stamp[1]
        if len(kept) == MOST_FILES or size > MOST_BYTES:
            return Index(kept, complete=False)
        kept[path] = file
        if told is not None and len(kept) % _STEP == 0:
            told(len(kept))
    return Index(kept, complete=not stopped())


def _walk(roots: Iterable[Path], registry: Registry, stopped: Stopped) -> Iterator[Path]:
    """The files under the roots that a language claims, those nearest to a root first."""
    directories = list(roots)
    entries = 0
    seen: set[Path] = set()
    for directory in directories:
        if directory in seen:
            continue
        seen.add(directory)
        for entry in _entries(directory):
            entries += 1
            if stopped() or entries > _MOST_ENTRIES:
                return
            path = Path(entry.path)
            if _is_left_out(entry.name) or entry.is_symlink():
                continue
            if entry.is_dir(follow_symlinks=False):
                directories.append(path)
            elif registry.claimant(path) is not None:
                yield path


def _entries(directory: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(directory) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return []


def _is_left_out(name: str) -> bool:
    return name.startswith(".") or name in _FOREIGN


def is_read(path: Path, roots: tuple[Path, ...]) -> bool:
    """Whether the files beside a path are known once some roots are read: a walk of them comes to it."""
    for root in roots:
        if path.is_relative_to(root):
            inner = path.relative_to(root).parts
            steps = [root.joinpath(*inner[: count + 1]) for count in range(len(inner))]
            if not any(map(_is_left_out, inner)) and not any(step.is_symlink() for step in steps):
                return True
    return False


def _read(path: Path, registry: Registry, known: File | None) -> File | None:
    """A file as it is now; none if it is not to be known."""
    language = registry.claimant(path)
    try:
        status = path.lstat()
        stamp = (status.st_mtime_ns, status.st_size)
        if language is None:
            return None
        if known is not None and known.stamp == stamp and known.language is language:
            return known
        text = read_text(path, largest=_HUGE, within=(path.parent,))
        if "\0" in text:
            return None
        names, _ = names_of(parse(language, text))
        names.said  # noqa: B018 - collected here, where nobody waits
    except (OSError, HolegramError):
        return None
    snapshot = Snapshot(path.as_uri(), language.id, 0, text)
    return File(snapshot, language, Unit(snapshot.uri, path.parent.as_posix(), names), stamp)
