"""Reads the cases under a bundle's `corpus/`: texts with what is expected of them.

    === title of the case
    text, `<|>` marks the cursor where there is one
    ---
    what is expected, one thing a line

The text has no line end after its last line. Where `written: crlf` is among what is expected, its lines end
in a carriage return and a line feed; where `written: bom` is, it begins with a byte order mark; where
`written: as "..."` is, the text is that JSON string, for what cannot stand in such a file as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lsp_server.errors import BundleError, DocumentError
from lsp_server.text import read_text

CURSOR = "<|>"
WRITTEN: Mapping[str, Callable[[str], str]] = {
    "written: crlf": lambda text: text.replace("\n", "\r\n"),
    "written: bom": lambda text: "\ufeff" + text,
}
_AS = "written: as "
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


def read_cases(bundle: Path, kind: str) -> tuple[Case, ...]:
    """The cases of a kind (a folder under `corpus/`) of one bundle, ordered by file; none where it has none.

    Raises:
        BundleError: a file holds something else than cases, or a case without title or expectation.

    """
    return tuple(case for file in sorted(bundle.glob(f"corpus/{kind}/*.txt")) for case in _read(file, bundle))


def _read(path: Path, bundle: Path) -> Iterator[Case]:
    try:
        content = read_text(path, within=(bundle,))
    except DocumentError as error:
        raise BundleError(error.message, path=path, line=error.line, remedy=error.remedy) from None
    end = 0
    for match in _CASE.finditer(content):
        line = content.count("\n", 0, match.start()) + 1
        expected = tuple(row for row in match["expected"].splitlines() if row.strip())
        if content[end : match.start()].strip() or not expected:
            raise BundleError(
                "not a case", path=path, line=line, remedy="write === title, text, ---, what is expected"
            )
        language_id = path.parent.parent.parent.name
        rest = tuple(row for row in expected if row not in WRITTEN and not row.startswith(_AS))
        yield Case(
            language_id, path, line, match["title"].strip(), _written(path, line, match, expected), rest
        )
        end = match.end()
    if content[end:].strip():
        raise BundleError(
            "ends in something that is not a case", path=path, remedy="write --- and what is expected"
        )


def _written(path: Path, line: int, match: re.Match[str], expected: tuple[str, ...]) -> str:
    text: str = match["text"].removesuffix("\n")
    for row in expected:
        if row in WRITTEN:
            text = WRITTEN[row](text)
        elif row.startswith(_AS):
            try:
                text = str(json.loads(row.removeprefix(_AS)))
            except ValueError:
                raise BundleError(
                    "not a JSON string after 'written: as'", path=path, line=line, remedy="correct it"
                ) from None
    return text
