"""Finds the errors of files and places them as people count. Knows no way of printing them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from lsp_server.cli.cursor import STDIN, read_stdin
from lsp_server.errors import DocumentError, HolegramError, UnknownLanguageError, UsageError
from lsp_server.opening import is_regular
from lsp_server.text import LineIndex, Span, read_text

if TYPE_CHECKING:
    from lsp_server.inspection import Severity
    from lsp_server.languages import Language, Registry


@dataclass(frozen=True, slots=True)
class Region:
    """A range of a file: lines and columns from 1, columns in characters, the end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Note:
    """Another place of the file that explains an error."""

    region: Region
    message: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One error, or what is worth a look, with the offsets that it covers and their region."""

    span: Span
    region: Region
    severity: Severity
    message: str
    code: str
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of one file: what was found in it, or why it could not be checked."""

    path: str
    text: str = field(default="", repr=False)
    findings: tuple[Finding, ...] = ()
    failure: HolegramError | None = None

    @property
    def errors(self) -> int:
        """How many errors it has."""
        return sum(found.severity == "error" for found in self.findings)


def check_files(paths: Sequence[str], only: Language | None, registry: Registry) -> Iterator[Checked]:
    """Check files, the files of folders, and standard input (`-`); each once, in the order given.

    A folder gives the files that a language claims by their names; hidden ones are left out, and links, pipes
    and devices.

    Args:
        paths: what the user named.
        only: the language of every file; by default its name tells.
        registry: the known languages.

    """
    seen: set[str] = set()
    unlisted: list[OSError] = []
    for argument in paths:
        folder = os.path.isdir(argument)
        for path in _walk(argument, only, registry, unlisted) if folder else [argument]:
            if path not in seen:
                seen.add(path)
                yield _check(path, only, registry)
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
    try:
        language = registry.for_path(path)
    except UnknownLanguageError:
        return False
    return only is None or language is only


def _check(path: str, only: Language | None, registry: Registry) -> Checked:
    try:
        if path == STDIN and only is None:
            raise UsageError("standard input has no language", remedy="name one with --language")
        language = only or registry.for_path(Path(path))
        text = read_stdin() if path == STDIN else read_text(Path(path))
        return Checked("<stdin>" if path == STDIN else path, text, _findings(language, text, path))
    except HolegramError as error:
        return Checked(path, failure=error)


def _findings(language: Language, text: str, path: str) -> tuple[Finding, ...]:
    from lsp_server.constraint import load_grammar
    from lsp_server.features.diagnostics import diagnose
    from lsp_server.features.grammar_findings import grammar_findings
    from lsp_server.syntax import parse

    lines = LineIndex(text)
    told = diagnose(parse(language, text), load_grammar(language))
    if language.grammars and not told:
        told = grammar_findings(Path(path), text)
    return tuple(
        Finding(
            found.span,
            _region(lines, found.span),
            found.severity,
            found.message,
            found.code,
            tuple(Note(_region(lines, note.span), note.message) for note in found.related),
        )
        for found in told
    )


def _region(lines: LineIndex, span: Span) -> Region:
    (line, column), (end_line, end_column) = lines.position(span.start), lines.position(span.end)
    return Region(line + 1, column + 1, end_line + 1, end_column + 1)
