"""Which languages there are, and which of them a file belongs to.

Bundles come with the product, from the user's own directory, and from directories that the user names
in settings of their own. A workspace cannot bring one: the parser that a bundle names is native code.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from platformdirs import user_data_path

from lsp_server.errors import BundleError, UnknownLanguageError
from lsp_server.languages.language import Language
from lsp_server.languages.manifest import MANIFEST, load_bundle


@dataclass(frozen=True)
class Registry:
    """The usable languages, and what was wrong with the bundles that are not."""

    languages: tuple[Language, ...]
    problems: tuple[BundleError, ...] = ()

    def by_id(self, language_id: str) -> Language:
        """The language with an id.

        Raises:
            UnknownLanguageError: there is none.

        """
        for language in self.languages:
            if language.id == language_id:
                return language
        known = [language.id for language in self.languages]
        near = difflib.get_close_matches(language_id, known, n=1)
        remedy = f"did you mean '{near[0]}'?" if near else f"known are: {', '.join(known)}"
        raise UnknownLanguageError(f"unknown language '{language_id}'", remedy=remedy)

    def for_path(self, path: Path) -> Language:
        """The language of a file, by its whole name or its longest known extension.

        Raises:
            UnknownLanguageError: no bundle claims the file.

        """
        name = path.name.lower()
        for language in self.languages:
            if name in (filename.lower() for filename in language.filenames):
                return language
        claims = [
            (len(extension), language)
            for language in self.languages
            for extension in language.extensions
            if name.endswith(extension.lower())
        ]
        if claims:
            return max(claims, key=lambda claim: claim[0])[1]
        known = " ".join(extension for language in self.languages for extension in language.extensions)
        raise UnknownLanguageError(
            "no language for this file", path=path, remedy=f"known extensions: {known}"
        )


def bundled_directory() -> Path:
    """The bundles that come with the product: inside an installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "grammars"
    return inside if inside.is_dir() else package.parent / "grammars"


def user_directory() -> Path:
    """Where a user keeps bundles of their own."""
    return user_data_path("holegram", appauthor=False) / "grammars"


def load_registry(extra: Sequence[Path] = ()) -> Registry:
    """The registry of all bundles; an unusable one becomes a problem and stops no other.

    Args:
        extra: directories of bundles, or single bundles, that the user's own settings name.

    """
    return _load((bundled_directory(), user_directory(), *extra))


@cache
def _load(directories: tuple[Path, ...]) -> Registry:
    languages: dict[str, Language] = {}
    problems: list[BundleError] = []
    for directory in directories:
        if not directory.is_dir():
            if directory not in (bundled_directory(), user_directory()):
                problems.append(
                    BundleError("no such directory", path=directory, remedy="correct the setting")
                )
            continue
        single = (directory / MANIFEST).is_file()
        for bundle in (
            [directory] if single else sorted(p for p in directory.iterdir() if (p / MANIFEST).is_file())
        ):
            try:
                language = load_bundle(bundle)
            except BundleError as error:
                problems.append(error)
            else:
                languages[language.id] = language
    return Registry(tuple(languages.values()), tuple(problems))
