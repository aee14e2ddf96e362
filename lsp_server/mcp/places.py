"""The texts and places that an agent names: files of one folder, or texts that it gives."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lsp_server.errors import PositionError, UsageError
from lsp_server.languages import Language, Registry
from lsp_server.text import LineIndex, read_text

MARK = "<|>"


@dataclass(frozen=True, slots=True)
class AgentText:
    """A text in a language, and the path that it has or would have."""

    language: Language
    path: Path
    text: str

    def offset(self, line: int, column: int) -> int:
        """The offset of a place, counted from 1 in characters.

        Raises:
            PositionError: there is no such place.

        """
        lines = LineIndex(self.text)
        if not 1 <= line <= lines.line_count:
            raise PositionError(f"there is no line {line}", remedy=f"it has lines 1 to {lines.line_count}")
        width = lines.end_of(line - 1) - lines.start_of(line - 1)
        if not 1 <= column <= width + 1:
            raise PositionError(f"there is no column {column}", line=line, remedy=f"it has 1 to {width + 1}")
        return lines.offset(line - 1, column - 1)


def text_of(
    root: Path, registry: Registry, path: str | None, text: str | None, language: str | None
) -> AgentText:
    """The text that an agent means: what it gives, else what is in a file of the folder.

    Raises:
        UsageError: neither is given, or a text without anything that tells its language.
        UnknownLanguageError: no bundle claims the file, or none has the id.
        DocumentError: the file cannot be read, or is in another folder.

    """
    if path is None and (text is None or language is None):
        raise UsageError("neither a file nor a text is given", remedy="give path, or text and language")
    place = root / (path or "new")
    known = registry.by_id(language).of_file(place) if language else registry.for_path(place)
    found = read_text(place, within=(root,)) if text is None else text
    return AgentText(known, place, found)


def marked(text: str) -> tuple[str, int]:
    """A text without its mark, and where that stood.

    Raises:
        UsageError: it has none, or several.

    """
    before, *after = text.split(MARK)
    if len(after) != 1:
        raise UsageError(f"the text has {len(after)} cursors", remedy=f"mark one place with {MARK}")
    return before + after[0], len(before)
