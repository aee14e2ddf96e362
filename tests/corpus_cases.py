"""Reads the cases under `grammars/<id>/corpus/`, for every test that runs them.

    === title of the case
    text, `<|>` marks the cursor where there is one
    ---
    what is expected, one thing a line

The text has no line end after its last line. Where `written: crlf` is among what is expected, its lines end
in a carriage return and a line feed; where `written: bom` is, it begins with a byte order mark.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lsp_server.languages import bundled_directory

CURSOR = "<|>"
WRITTEN: Mapping[str, Callable[[str], str]] = {
    "written: crlf": lambda text: text.replace("\n", "\r\n"),
    "written: bom": lambda text: "\ufeff" + text,
}
_CASE = re.compile(
    r"^=== (?P<title>.+)\n(?P<text>(?:.*\n)*?)---\n(?P<expected>(?:(?!===).*\n?)*)", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Case:
    """One case: `line` is where its title stands in its file, `expected` are its lines that are not blank."""

    language_id: str
    path: Path
    line: int
    title: str
    marked: str
    expected: tuple[str, ...]

    @property
    def text(self) -> str:
        """The text without the mark of the cursor."""
        return self.marked.replace(CURSOR, "", 1)

    @property
    def cursor(self) -> int:
        """The offset of the cursor in `text`.

        Raises:
            ValueError: the case has no cursor.

        """
        return self.marked.index(CURSOR)

    def __str__(self) -> str:
        return f"{self.language_id}/{self.path.stem}: {self.title}"


def read_cases(kind: str, root: Path | None = None) -> tuple[Case, ...]:
    """All cases of a kind (`syntax`, `diagnostics`, `completions`), of every bundle under a directory.

    Raises:
        ValueError: a file holds something else than cases, or a case without title or expectation.

    """
    files = sorted((root or bundled_directory()).glob(f"*/corpus/{kind}/*.txt"))
    return tuple(case for file in files for case in _read(file))


def _read(path: Path) -> Iterator[Case]:
    content = path.read_text(encoding="utf-8")
    end = 0
    for match in _CASE.finditer(content):
        line = content.count("\n", 0, match.start()) + 1
        expected = tuple(row for row in match["expected"].splitlines() if row.strip())
        if content[end : match.start()].strip() or not expected:
            raise ValueError(f"{path}:{line}: not a case (=== title, text, ---, what is expected)")
        language_id = path.parent.parent.parent.name
        text = match["text"].removesuffix("\n")
        for way, rewrite in WRITTEN.items():
            if way in expected:
                text = rewrite(text)
        rest = tuple(row for row in expected if row not in WRITTEN)
        yield Case(language_id, path, line, match["title"].strip(), text, rest)
        end = match.end()
    if content[end:].strip():
        raise ValueError(f"{path}: ends in something that is not a case")
