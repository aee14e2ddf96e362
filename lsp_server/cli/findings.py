"""Finds the errors of files and places them as people count. Knows no way of printing them."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from lsp_server.cli.cursor import STDIN, read_stdin
from lsp_server.errors import (
    DocumentError,
    HolegramError,
    UnfinishedError,
    UsageError,
)
from lsp_server.opening import is_regular, rewrite_text
from lsp_server.text import LineIndex, Span, read_text

if TYPE_CHECKING:
    from lsp_server.inspection import Severity
    from lsp_server.languages import Language, Registry


_LONG = 200_000
"""To check a text of so many characters may take a second: one of 2 MB with mistakes takes 6."""


@dataclass(frozen=True, slots=True)
class FileRegion:
    """A range of a file: lines and columns from 1, columns in characters, the end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Note:
    """Another place of the file that explains an error."""

    region: FileRegion
    message: str


@dataclass(frozen=True, slots=True)
class FileFinding:
    """One error, or what is worth a look, with the offsets that it covers and their region."""

    span: Span
    region: FileRegion
    severity: Severity
    message: str
    code: str
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of one file: what was found in it, and why it could not be checked, or not to its end.

    Its text was `given` where it was not read from the file.
    """

    path: str
    text: str = field(default="", repr=False)
    findings: tuple[FileFinding, ...] = ()
    failure: HolegramError | None = None
    is_given: bool = False

    @property
    def errors(self) -> int:
        """How many errors it has."""
        return sum(found.severity == "error" for found in self.findings)


@dataclass(frozen=True, slots=True)
class _FileChecking:
    """How files are checked: see `check_files`."""

    only: Language | None
    registry: Registry
    given: str | None
    fix: bool
    working: Callable[[str], AbstractContextManager[None]]


def check_files(
    paths: Sequence[str],
    only: Language | None,
    registry: Registry,
    *,
    given: str | None = None,
    fix: bool = False,
    working: Callable[[str], AbstractContextManager[None]] = lambda title: nullcontext(),
) -> Iterator[Checked]:
    """Check files, the files of folders, and standard input (`-`); each once, in the order given.

    A folder gives the files that a language claims by their names; hidden ones are left out, and links, pipes
    and devices.

    Args:
        paths: what the user named.
        only: the language of every file; by default its name tells.
        registry: the known languages.
        given: the text of the one file that is named, in place of what is in it.
        fix: whether safe fixes are made first, and written into the files.
        working: shows what is worked on while a long file is checked.

    """
    asked = _FileChecking(only, registry, given, fix, working)
    seen: set[str] = set()
    unlisted: list[OSError] = []
    for argument in paths:
        folder = given is None and os.path.isdir(argument)
        for path in _walk(argument, only, registry, unlisted) if folder else [argument]:
            if path not in seen:
                seen.add(path)
                yield _check(path, asked)
    for error in unlisted:
        failure = DocumentError(f"cannot be listed: {error.strerror}", path=error.filename)
        yield Checked(str(error.filename), failure=failure)


def _walk(folder: str, only: Language | None, registry: Registry, unlisted: list[OSError]) -> Iterator[str]:
    for place, folders, names in os.walk(folder, onerror=unlisted.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(place, name)
            if not name.startswith(".") and is_regular(path) and _claimed(path, only, registry):
                yield str(path)


def _claimed(path: Path, only: Language | None, registry: Registry) -> bool:
    language = registry.claimant(path)
    return language is not None and (only is None or language.main is only)


def _check(path: str, asked: _FileChecking) -> Checked:
    name = "<stdin>" if path == STDIN else path
    is_given = path == STDIN or asked.given is not None
    text = ""
    try:
        if path == STDIN and asked.only is None:
            raise UsageError("standard input has no language", remedy="name one with --language")
        language = asked.only.of_file(Path(path)) if asked.only else asked.registry.for_path(Path(path))
        if asked.given is not None:
            text = asked.given
        else:
            text = read_stdin() if path == STDIN else read_text(Path(path))
        with asked.working(f"checking {name}") if len(text) > _LONG else nullcontext():
            if asked.fix:
                text = _fixed(language, text, None if is_given else Path(path))
            return replace(_checked(language, text, name), is_given=is_given)
    except HolegramError as error:
        return Checked(path, text, failure=error, is_given=is_given)
    except Exception as error:
        return Checked(name, text, failure=_unfinished(name, error), is_given=is_given)


def _fixed(language: Language, text: str, path: Path | None) -> str:
    """A text with its safe fixes, which are written into its file if it has one."""
    from lsp_server.features.safe_fixes import safely_fixed

    fixed = safely_fixed(language, text)
    if path is not None and fixed != text:
        rewrite_text(path, fixed)
    return fixed


def _checked(language: Language, text: str, path: str) -> Checked:
    from lsp_server.features.diagnosis import diagnosis_alone
    from lsp_server.features.grammar_findings import grammar_findings

    lines = LineIndex(text)
    made = diagnosis_alone(language, text)
    told = made.found
    if language.grammars and not told:
        told = grammar_findings(Path(path), text)
    findings = tuple(
        FileFinding(
            found.span,
            _region(lines, found.span),
            found.severity,
            found.message,
            found.code,
            tuple(Note(_region(lines, note.span), note.message) for note in found.related),
        )
        for found in told
    )
    word = made.incomplete
    return Checked(path, text, findings, None if word is None else _unfinished(path, made.failure))


def _unfinished(path: str, failure: Exception | None) -> UnfinishedError:
    """Why a file was not checked to its end, in one line; None is raised where it took too long."""
    if failure is None:
        return UnfinishedError(
            "not checked to its end: it takes too long", path=path, remedy="make it shorter"
        )
    *_, frame = traceback.extract_tb(failure.__traceback__)
    place = f"{Path(frame.filename).name}:{frame.lineno}"
    return UnfinishedError(
        f"not checked to its end, by a mistake in Holegram: {type(failure).__name__} in {place}: {failure}",
        path=path,
        remedy="report it, with the file if you can",
    )


def _region(lines: LineIndex, span: Span) -> FileRegion:
    (line, column), (end_line, end_column) = lines.position(span.start), lines.position(span.end)
    return FileRegion(line + 1, column + 1, end_line + 1, end_column + 1)
