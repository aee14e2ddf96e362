"""Finds what is wrong in files and places it as people count. Knows no way of printing them."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from lsp_server.cache import cached_property
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
    from lsp_server.features.project_names import ProjectNames
    from lsp_server.inspection import Severity
    from lsp_server.languages import Language, Registry
    from lsp_server.syntax import SyntaxTree


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

    def count(self, severity: str) -> int:
        """How many findings of a severity it has."""
        return sum(found.severity == severity for found in self.findings)


@dataclass(frozen=True, slots=True)
class _FileChecking:
    """How files are checked: see `check_files`."""

    only: Language | None
    registry: Registry
    given: str | None
    fix: bool
    names: ProjectNames | None
    working: Callable[[str], AbstractContextManager[None]]


@dataclass(frozen=True)
class _ReadFile:
    """A text in its language, with its tree, which is made on first use; and its file if it is in one."""

    language: Language
    text: str
    path: Path | None

    @cached_property
    def tree(self) -> SyntaxTree:
        from lsp_server.syntax import parse

        return parse(self.language, self.text)


def check_files(
    paths: Sequence[str],
    only: Language | None,
    registry: Registry,
    *,
    given: str | None = None,
    fix: bool = False,
    names: ProjectNames | None = None,
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
        names: tells of the names in files without errors; without it nobody does.
        working: shows what is worked on while a long file is checked.

    """
    asked = _FileChecking(only, registry, given, fix, names, working)
    unlisted: list[OSError] = []
    files: Iterable[tuple[str, Path | None]] = _files(paths, asked, unlisted)
    if fix and names is not None:  # What is fixed in one file may declare what another one names.
        files = list(files)
        for path, _ in files:
            if given is None and path != STDIN:
                with suppress(Exception):  # told when the file is checked
                    _fixed(_language(path, asked), read_text(Path(path)), Path(path))
    for path, folder in files:
        yield _check(path, folder, asked)
    for error in unlisted:
        failure = DocumentError(f"cannot be listed: {error.strerror}", path=error.filename)
        yield Checked(str(error.filename), failure=failure)


def _files(
    paths: Sequence[str], asked: _FileChecking, unlisted: list[OSError]
) -> Iterator[tuple[str, Path | None]]:
    """The files that are named, each once, with the folder that was named for it."""
    seen: set[str] = set()
    for argument in paths:
        is_folder = asked.given is None and os.path.isdir(argument)
        for path in _walk(argument, asked.only, asked.registry, unlisted) if is_folder else [argument]:
            if path not in seen:
                seen.add(path)
                yield path, Path(argument) if is_folder else None


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


def _language(path: str, asked: _FileChecking) -> Language:
    if path == STDIN and asked.only is None:
        raise UsageError("standard input has no language", remedy="name one with --language")
    return asked.only.of_file(Path(path)) if asked.only else asked.registry.for_path(Path(path))


def _check(path: str, folder: Path | None, asked: _FileChecking) -> Checked:
    name = "<stdin>" if path == STDIN else path
    is_given = path == STDIN or asked.given is not None
    text = ""
    try:
        language = _language(path, asked)
        if asked.given is not None:
            text = asked.given
        else:
            text = read_stdin() if path == STDIN else read_text(Path(path))
        with asked.working(f"checking {name}") if len(text) > _LONG else nullcontext():
            if asked.fix:
                text = _fixed(language, text, None if is_given else Path(path))
            file = _ReadFile(language, text, None if path == STDIN else Path(path))
            return replace(_checked(file, name, folder, asked.names), is_given=is_given)
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


def _checked(file: _ReadFile, name: str, folder: Path | None, names: ProjectNames | None) -> Checked:
    from lsp_server.features.diagnosis import diagnosis_alone
    from lsp_server.features.grammar_findings import grammar_findings

    lines = LineIndex(file.text)
    made = diagnosis_alone(file.language, file.text, lambda: file.tree)
    errors = made.found
    told = errors
    if file.language.grammars and not errors:
        told = grammar_findings(Path(name), file.text)
    if names is not None and (errors or not told):
        named = names.findings(file.path, file.tree, folder)
        told = tuple(sorted((*errors, *named), key=lambda one: one.span))
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
    return Checked(name, file.text, findings, None if word is None else _unfinished(name, made.failure))


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
