"""The grammars of public projects, as a table tells of them, and the programs that these projects hold.

A row of the table has: id, repo, path of the grammar (`string-in:PATH` where it stands in Python code), start
rule, parser, globs of programs, globs of Python files whose texts may be programs, and the project's options
for Lark. `DIR` holds a checkout of each repository, as `OWNER+NAME`. Nothing of a project is run.
"""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.survey.found import is_grammar

_IN_CODE = "string-in:"
_MOST = 300
"""So many texts of a project are shown to its own Lark at most."""
_LARGEST = 30_000
_FENCED = re.compile(r"^(```|~~~)[^\n]*\n(.*?)^\1", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Project:
    """A row of the table, with the folder that its repository is in."""

    id: str
    folder: Path
    path: str
    start: str
    parser: str
    programs: tuple[str, ...]
    strings: tuple[str, ...]
    options: str

    @property
    def file(self) -> Path:
        """The file that the grammar is in."""
        return self.folder / self.path.removeprefix(_IN_CODE)

    @property
    def grammar(self) -> str:
        """The text of the grammar: of texts in Python code the longest that is one."""
        text = self.file.read_text(encoding="utf-8", errors="replace")
        if not self.path.startswith(_IN_CODE):
            return text
        texts = (text for text in _strings(self.file) if is_grammar(text))
        return max(texts, key=len, default="")

    def candidates(self) -> Iterator[str]:
        """Texts that may be programs: those of the globs; else what stands in code and documents."""
        found: dict[str, None] = {}
        for text in self._texts():
            if text.strip() and len(text) <= _LARGEST and text not in found:
                found[text] = None
                yield text
                if len(found) >= _MOST:
                    return

    def _texts(self) -> Iterator[str]:
        for path in self._files(self.programs):
            yield path.read_text(encoding="utf-8", errors="replace")
        for path in self._files(self.strings):
            yield from _strings(path)
        if not (self.programs or self.strings):
            for path in self._files(("**/*.md", "**/*.rst")):
                found = _FENCED.finditer(path.read_text(encoding="utf-8", errors="replace"))
                yield from (match[2] for match in found)
            for path in self._files(("**/test*/**/*.py", "**/test*.py", "**/examples/**/*")):
                yield from _strings(path) if path.suffix == ".py" else [_text(path)]

    def _files(self, globs: tuple[str, ...]) -> Iterator[Path]:
        for glob in globs:
            yield from sorted(path for path in self.folder.glob(glob) if path.is_file())


def projects_in(table: Path, directory: Path) -> Iterator[Project]:
    """The rows of a table whose grammar is there."""
    with table.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t"):
            folders = [*directory.glob(row["repo"].replace("/", "+")), *directory.glob(f"*+{row['repo']}")]
            if not folders:
                continue
            project = Project(
                row["id"],
                folders[0],
                row["path"],
                row["start"],
                row["parser"],
                tuple((row["programs"] or "").split()),
                tuple((row["program_strings"] or "").split()),
                row["options"] or "",
            )
            if project.file.is_file():
                yield project


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def _strings(path: Path) -> Iterator[str]:
    """The texts in a file of Python code."""
    try:
        nodes = ast.walk(ast.parse(_text(path)))
    except (SyntaxError, ValueError, RecursionError):
        return
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
