"""Which ends of lines are typed: the last word of a line with what follows it, somewhere in a real file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from lsp_server.languages import QUOTES, Language
from lsp_server.languages.sources import Source

_OF_ONE_FILE = 10
_LONGEST_LINE, _LONGEST_END = 200, 80


@dataclass(frozen=True, slots=True)
class LineEnd:
    """The end of a line, from its last word on.

    `start` and `end` are offsets in the file. `closed` are the places in it of signs that stand behind the
    cursor already when it is typed, since the editor put them in with what they close; to type one is to go
    over it.
    """

    source: Source = field(repr=False)
    start: int
    end: int
    closed: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        """What is typed."""
        return self.source.text[self.start : self.end]

    @property
    def line(self) -> int:
        """The number of the line, from 1."""
        return self.source.text.count("\n", 0, self.start) + 1

    @property
    def before(self) -> str:
        """What stands before it in its line."""
        return self.source.text[self.source.text.rfind("\n", 0, self.start) + 1 : self.start]

    def behind(self, typed: int) -> str:
        """What stands behind the cursor in the line, once so much is typed."""
        return "".join(self.text[place] for place in self.closed if place >= typed)


def line_ends(language: Language, sources: Sequence[Source], number: int, seed: int = 0) -> list[LineEnd]:
    """So many ends of lines, or fewer where there are not as many, a few of each file, drawn at random."""
    random = Random(seed)  # noqa: S311
    found: list[LineEnd] = []
    for source in random.sample(sources, len(sources)):
        ends = [*_ends(language, source)]
        found += random.sample(ends, min(_OF_ONE_FILE, len(ends), number - len(found)))
        if len(found) == number:
            break
    return found


def _ends(language: Language, source: Source) -> Iterator[LineEnd]:
    if "\r" in source.text:
        return
    start = 0
    for line in source.text.split("\n"):
        text = line.rstrip()
        words = [match.start() for match in re.finditer(language.word, text) if match.group()]
        word = words[-1] if words else len(text) - len(text.lstrip())
        if text and text == line and len(text) <= _LONGEST_LINE and len(text) - word <= _LONGEST_END:
            closed = _closed(language, text[:word], text[word:])
            yield LineEnd(source, start + word, start + len(text), closed)
        start += len(line) + 1


def _closed(language: Language, before: str, end: str) -> tuple[int, ...]:
    """The places in an end of a line of what closes something that was opened before it."""
    closers = dict(language.brackets)
    awaited: list[tuple[str, bool]] = []
    found: list[int] = []
    for place, sign in enumerate(before + end, -len(before)):
        if awaited and awaited[-1][0] == sign:
            if awaited.pop()[1] and place >= 0:
                found.append(place)
        elif sign in closers or sign in QUOTES:
            awaited.append((closers.get(sign, sign), place < 0))
    return tuple(found)
