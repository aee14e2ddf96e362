"""Which languages there are, and which of them a file belongs to.

Bundles come with the product, from the user's own directory, and from directories that the user names
in settings of their own. A workspace cannot bring one.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from lsp_server.errors import BundleError, UnknownLanguageError
from lsp_server.languages.directories import bundled_directory, user_directory
from lsp_server.languages.language import Language
from lsp_server.languages.manifest import GRAMMAR, MANIFEST, load_bundle
from lsp_server.languages.offers import BUILTINS, SNIPPETS


@dataclass(frozen=True)
class Registry:
    """The usable languages, and what was wrong with the bundles that are not."""

    languages: tuple[Language, ...]
    problems: tuple[BundleError, ...] = ()

    @property
    def notices(self) -> tuple[str, ...]:
        """What a user should know of languages that are usable, a line for each."""
        return tuple(language.notice for language in self.languages if language.notice is not None)

    def by_id(self, language_id: str) -> Language:
        """The language with an id, or else the one read last of those that others call so.

        Raises:
            UnknownLanguageError: there is none.

        """
        for language in self.languages:
            if language.id == language_id:
                return language
        for language in reversed(self.languages):
            if language_id in language.aliases:
                return language
        known = [language.id for language in self.languages]
        near = difflib.get_close_matches(language_id, known, n=1)
        remedy = f"did you mean '{near[0]}'?" if near else f"known are: {', '.join(known)}"
        raise UnknownLanguageError(f"unknown language '{language_id}'", remedy=remedy)

    def for_path(self, path: Path) -> Language:
        """The language of a file, in its dialect, as `claimant` has it.

        Raises:
            UnknownLanguageError: no bundle claims the file.

        """
        if (found := self.claimant(path)) is not None:
            return found
        known = " ".join(extension for language in self.languages for extension in language.extensions)
        raise UnknownLanguageError(
            "no language for this file", path=path, remedy=f"known extensions: {known}"
        )

    def claimant(self, path: Path) -> Language | None:
        """The language that claims a file, by its whole name or its longest extension, in its dialect.

        Where two languages claim the same, the bundle that was read later wins.
        """
        name = path.name.lower()
        claims = [
            (len(known), position, language)
            for position, language in enumerate(self.languages)
            for known in _claims(language, name)
        ]
        return max(claims, key=lambda claim: claim[:2])[2].of_file(path) if claims else None


Stamp = tuple[tuple[str, int, int], ...]

_FILES = (
    MANIFEST,
    "*.lark",
    BUILTINS,
    SNIPPETS,
    "queries/*.scm",
    "queries/grammar/*.scm",
    "docs/*.md",
    "catalogue/*.json",
)
"""The files of a bundle that say what its language is; a grammar may import others beside it."""


@dataclass(frozen=True, eq=False)
class Bundles:
    """Bundles as they were read from some directories.

    Attributes:
        directories: where they are looked for, in order.
        parsers: the modules of parsers that the user allows to load.
        registry: the languages that they are.
        stamps: by bundle, what tells whether it has changed.
        read: by bundle, the language that it is, or was when it was right.
        wrong: by bundle, what is wrong with it.
        missing: what is wrong with the directories.

    """

    directories: tuple[Path, ...]
    parsers: frozenset[str] = frozenset()
    registry: Registry = Registry(())
    stamps: Mapping[Path, Stamp] = field(default_factory=dict)
    read: Mapping[Path, Language] = field(default_factory=dict)
    wrong: Mapping[Path, BundleError] = field(default_factory=dict)
    missing: tuple[str, ...] = ()


def load_registry(extra: Sequence[Path] = (), parsers: Iterable[str] = ()) -> Registry:
    """The registry of all bundles; an unusable one becomes a problem and stops no other.

    Bundles are read in the order bundled, user's directory, `extra`; a later one replaces one with its id.
    It is read once; `reread` reads again what has changed.

    Args:
        extra: directories of bundles, or single bundles, that the user's own settings name.
        parsers: modules of parsers, native code, that these settings allow bundles of the user's own to load.

    """
    return load_bundles(extra, parsers).registry


def load_bundles(extra: Sequence[Path] = (), parsers: Iterable[str] = ()) -> Bundles:
    """The same, with what tells whether a bundle has changed since."""
    return _load((bundled_directory(), user_directory(), *extra), frozenset(parsers))


@cache
def _load(directories: tuple[Path, ...], parsers: frozenset[str]) -> Bundles:
    return reread(Bundles(directories, parsers))


def reread(before: Bundles, verify: Callable[[Language], object] = lambda language: None) -> Bundles:
    """The bundles as they are now; `before` itself where nothing has changed.

    A language of whose bundle no file has changed stays the same object, and so does one whose bundle has
    become wrong, until it is right again.

    Args:
        before: the bundles as they were read last.
        verify: raises a `BundleError` if a bundle that was read cannot be used.

    """
    stamps: dict[Path, Stamp] = {}
    problems: list[BundleError] = []
    for directory in before.directories:
        try:
            stamps |= {bundle: stamp_of(bundle) for bundle in _bundles(directory)}
        except BundleError as error:
            if directory not in (bundled_directory(), user_directory()):
                problems.append(error)
    missing = tuple(map(str, problems))
    if (stamps, missing) == (before.stamps, before.missing):
        return before
    read: dict[Path, Language] = {}
    wrong: dict[Path, BundleError] = {}
    for bundle, stamp in stamps.items():
        if bundle in before.read:
            read[bundle] = before.read[bundle]
        if before.stamps.get(bundle) != stamp:
            try:
                language = load_bundle(bundle, before.parsers)
                verify(language)
                read[bundle] = language
            except BundleError as error:
                wrong[bundle] = error
        elif bundle in before.wrong:
            wrong[bundle] = before.wrong[bundle]
    languages: dict[str, Language] = {}
    for language in read.values():
        languages.pop(language.id, None)
        languages[language.id] = language
    registry = Registry(tuple(languages.values()), (*problems, *wrong.values()))
    return Bundles(before.directories, before.parsers, registry, stamps, read, wrong, missing)


def stamp_of(bundle: Path) -> Stamp:
    """What tells whether a bundle has changed: its files, when each was written, and how long it is."""
    files = (file for pattern in _FILES for file in sorted(bundle.glob(pattern)))
    return tuple((str(file), *_written(file)) for file in files)


def _written(file: Path) -> tuple[int, int]:
    try:
        status = file.stat()
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size


def _bundles(directory: Path) -> list[Path]:
    try:
        if _is_bundle(directory):
            return [directory]
        found = sorted(path for path in directory.iterdir() if _is_bundle(path))
    except OSError as error:
        raise BundleError(
            f"cannot be listed: {error.strerror}", path=directory, remedy="name a folder of bundles"
        ) from None
    if not found:
        raise BundleError("holds no bundle", path=directory, remedy=f"a bundle is a folder with {MANIFEST}")
    return found


def _is_bundle(directory: Path) -> bool:
    return (directory / MANIFEST).is_file() or (directory / GRAMMAR).is_file()


def _claims(language: Language, name: str) -> Iterator[str]:
    """The extensions and whole names by which a language claims a file of a (lower-case) name."""
    yield from (extension for extension in language.extensions if name.endswith(extension.lower()))
    yield from (filename for filename in language.filenames if name == filename.lower())
