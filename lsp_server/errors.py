"""Every error that a user may see, and nothing else.

    HolegramError
    ├── UsageError              the command was called wrongly
    ├── DocumentError           a file cannot be read as text
    ├── UnfinishedError         a file could not be looked at to its end
    ├── PositionError           a position lies outside its document
    ├── CatalogueError          a catalogue of names cannot be read, or its source
    ├── UnknownLanguageError    no bundle claims the file, or the id is not known
    ├── BundleError             a bundle cannot be used
    │   ├── ManifestError       its language.toml is wrong
    │   └── GrammarError        its grammar.lark is wrong, not LALR(1), or beyond the mask engine
    └── ModelError              a model is missing or cannot be loaded

The text of each is one line that names the place and the remedy, so that it can be shown as it is.
"""

from __future__ import annotations

from pathlib import Path


class HolegramError(Exception):
    """Base of all errors that are shown to a user, as one line.

    Args:
        message: what is wrong, without a full stop.
        path: the file it is about.
        line: its line there, 1-based.
        remedy: what the user can do.

    """

    def __init__(
        self,
        message: str,
        *,
        path: Path | str | None = None,
        line: int | None = None,
        remedy: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line
        self.remedy = remedy

    def __str__(self) -> str:
        place = (
            ""
            if self.path is None
            else f"{self.path}: "
            if self.line is None
            else f"{self.path}:{self.line}: "
        )
        remedy = "" if self.remedy is None else f" ({self.remedy})"
        return " ".join(f"{place}{self.message}{remedy}".split())


class UsageError(HolegramError):
    """The command was called wrongly."""


class DocumentError(HolegramError):
    """A file cannot be read as text."""


class UnfinishedError(HolegramError):
    """A file could not be looked at to its end: it took too long, or a mistake of ours ended it."""


class PositionError(HolegramError):
    """A position lies outside its document."""


class CatalogueError(HolegramError):
    """A catalogue of names cannot be read, or what one is to be made of."""


class UnknownLanguageError(HolegramError):
    """No bundle claims the file, or no bundle has the id."""


class BundleError(HolegramError):
    """A bundle cannot be used."""


class ManifestError(BundleError):
    """The manifest of a bundle is missing or wrong."""


class GrammarError(BundleError):
    """The grammar of a bundle is wrong, not LALR(1), or uses what the mask engine cannot take."""


class ModelError(HolegramError):
    """A model is missing or cannot be loaded."""
