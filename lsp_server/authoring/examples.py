"""The examples that a person has: read from a folder, each parsed with the grammar."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from lsp_server.errors import DocumentError, UsageError
from lsp_server.inspection import Finding, FindingKind, Severity
from lsp_server.inspection.described import UNIT
from lsp_server.lalr import Grammar, check, load_grammar
from lsp_server.languages import Language, Registry
from lsp_server.opening import files_below
from lsp_server.text import LineIndex, read_text

_LARGEST = 200_000
_MOST = 500
_SHOWN = 4
_WIDEST = 8
"""By more columns no block is indented."""


@dataclass(frozen=True, slots=True)
class Examples:
    """Texts by their paths in the folder, in order; `findings` are of those that cannot be used.

    So many were `tried`.
    """

    texts: Mapping[str, str]
    findings: tuple[Finding, ...] = ()
    tried: int = 0


def commonest_extension(folder: Path) -> str | None:
    """The extension that most files of a folder have."""
    counts = Counter(path.suffix for path in _files(folder) if path.suffix)
    return counts.most_common(1)[0][0] if counts else None


def read_examples(folder: Path, language: Language) -> Examples:
    """The files of a folder that are of a language, but those that do not parse: each of these is a finding.

    Raises:
        UsageError: there is no such folder, or no such file in it.

    """
    texts: dict[str, str] = {}
    found: list[Finding] = []
    own = Registry((language,))
    files = ((path, own.claimant(path)) for path in _files(folder))
    paths = [(path, dialect) for path, dialect in files if dialect is not None][:_MOST]
    if not paths:
        names = " or ".join((*(f"*{one}" for one in language.extensions), *language.filenames))
        raise UsageError(
            f"no file {names} there", path=folder, remedy="name a folder of examples, or --extension"
        )
    for path, dialect in paths:
        try:
            text = read_text(path)
        except DocumentError as error:
            found.append(_left_out(path, error.line, error.message, error.remedy or ""))
            continue
        grammar = load_grammar(dialect)
        if len(text) > _LARGEST:
            found.append(_left_out(path, None, f"has {len(text):,} characters", "name shorter examples"))
        elif (failure := check(grammar, text)) is not None and not _lacks_line_end(grammar, text):
            lines = LineIndex(text)
            line = lines.line_of(failure.offset)
            column = failure.offset - lines.start_of(line) + 1
            expected = ", ".join(f"`{one}`" for one in failure.expected[:_SHOWN]) or "nothing more"
            more = " or others" if len(failure.expected) > _SHOWN else ""
            message = f"does not parse from column {column} on, where {expected}{more} may stand"
            found.append(_left_out(path, line + 1, message, "correct the example, or the grammar"))
        else:
            texts[path.relative_to(folder).as_posix()] = text if failure is None else f"{text}\n"
    return Examples(texts, tuple(found), len(paths))


def _lacks_line_end(grammar: Grammar, text: str) -> bool:
    """Whether all that is wrong with a text is that its last line has no end."""
    return bool(grammar.last_line_ends) and not text.endswith("\n") and check(grammar, f"{text}\n") is None


def _files(folder: Path) -> list[Path]:
    """The files of a folder, never through a link, hidden ones left out.

    Raises:
        UsageError: it is none.

    """
    if not folder.is_dir():
        raise UsageError("no such folder", path=folder, remedy="check the path")
    return files_below(folder)


def _left_out(path: Path, line: int | None, message: str, remedy: str) -> Finding:
    return Finding(
        FindingKind.EXAMPLE,
        Severity.WARNING,
        f"example left out: {message}",
        remedy,
        path.name,
        line=line,
        path=str(path),
    )


def unit_of(texts: Iterable[str]) -> int:
    """The columns by which most blocks of some texts are indented."""
    counts: Counter[int] = Counter()
    for text in texts:
        last = 0
        for line in text.splitlines():
            if line.strip():
                columns = len(line) - len(line.lstrip(" "))
                if last < columns <= last + _WIDEST:
                    counts[columns - last] += 1
                last = columns
    return max(counts, key=lambda columns: (counts[columns], -columns), default=UNIT)
