"""Draws the cases of the referee: a cursor in a file with mistakes, and what is said there.

What is true of a case is known from the file without its mistakes. It must not know how suggestions are made.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from random import Random

from lsp_server.agreement.asking import Judge
from lsp_server.lab.material.mistakes import Lexemes, PlantedMistake, lexemes, mistake, with_mistakes
from lsp_server.languages import Language
from lsp_server.languages.sources import Source
from lsp_server.text import LineIndex

INTACT, BELOW, ABOVE, BOTH, ELEMENT, LINES = "intact", "below", "above", "both", "element", "lines"

FAR = 8
"""So many lines away is elsewhere in a file whose elements cannot be told."""

NEXT = 3
"""So many lines that are not blank are the next ones."""

DRAWS, TRIES = 60, 24
"""So often a cursor is drawn for one case, and for each mistake at it a place and a kind."""

_FREE = "\"'<{[( "
"""What can stand nowhere but in a comment or a block of free text."""


@dataclass(frozen=True, slots=True)
class CaseKind:
    """How many mistakes there are, and where.

    `below` and `above` are in other elements than the cursor's, `both` takes turns, `element` is in the
    cursor's but not in its line, `lines` in the next few lines, whatever they belong to.
    """

    where: str
    mistakes: int

    def __str__(self) -> str:
        return f"{self.mistakes} {self.where}" if self.mistakes else self.where


KINDS = (
    CaseKind(INTACT, 0),
    *(CaseKind(where, 1) for where in (BELOW, ABOVE, ELEMENT, LINES)),
    *(CaseKind(where, count) for count in (2, 3) for where in (BELOW, ABOVE, BOTH, ELEMENT, LINES)),
)


@dataclass(frozen=True, slots=True)
class Wrong:
    """A text that does not fit at a cursor, and how it was made of what the author wrote there."""

    text: str
    how: str


@dataclass(frozen=True, slots=True)
class RefereeCase:
    """A cursor; the rest of its line, `[start, end)` of the file without mistakes, was removed.

    `wrong` are texts that the judge rejects there in the file without mistakes.
    """

    name: str
    whole: str = field(repr=False)
    start: int
    end: int
    mistakes: tuple[PlantedMistake, ...] = ()
    wrong: tuple[Wrong, ...] = ()

    @property
    def author(self) -> str:
        """What the author wrote there."""
        return self.whole[self.start : self.end]

    @property
    def text(self) -> str:
        """The file as it is shown to the product, with all mistakes and without what the author wrote."""
        return self._before + with_mistakes(self.whole, self._below)[self.end :]

    @property
    def offset(self) -> int:
        """The cursor in `text`."""
        return len(self._before)

    def put(self, text: str, before: int = 0, behind: int = 0) -> str:
        """The file without mistakes with a text at the cursor; characters around it may give way to that."""
        return self.whole[: self.start - before] + text + self.whole[self.end + behind :]

    @property
    def _before(self) -> str:
        return with_mistakes(
            self.whole[: self.start], [one for one in self.mistakes if one.end <= self.start]
        )

    @property
    def _below(self) -> list[PlantedMistake]:
        return [one for one in self.mistakes if one.start >= self.end]


def draw(
    language: Language, sources: Sequence[Source], judge: Judge, kind: CaseKind, wrong: int, rng: Random
) -> RefereeCase | None:
    """A case of a kind in one of some files that the judge accepts, with so many wrong texts at most.

    A file is drawn first, so that each counts the same. Each mistake alone makes the judge reject the file,
    and all of them do; no two are in one line. Cursors in comments, and those below which nothing stands, are
    left out. None where no place was found.
    """
    for _ in range(DRAWS):
        source = rng.choice(sources)
        file = _File(lexemes(language, source.text), LineIndex(source.text))
        place = _cursor(file, judge, rng)
        if place is None:
            continue
        case = RefereeCase(source.name, source.text, *place)
        made = _mistakes(file, case, kind, judge, rng)
        if made is not None:
            return RefereeCase(
                case.name, case.whole, *place, made, tuple(islice(_wrong(file, case, judge, rng), wrong))
            )
    return None


@dataclass(frozen=True, slots=True)
class _File:
    lexemes: Lexemes
    lines: LineIndex

    def line(self, number: int) -> str:
        return self.lexemes.text[self.lines.start_of(number) : self.lines.end_of(number)]


def _cursor(file: _File, judge: Judge, rng: Random) -> tuple[int, int] | None:
    """A random place in a line, and the line's end; None if it will not do."""
    text, language = file.lexemes.text, file.lexemes.language
    written = [number for number in range(file.lines.line_count) if file.line(number).strip()]
    if len(written) < 2:
        return None
    number = rng.choice(written[:-1])
    line, first = file.line(number), file.lines.start_of(number)
    indented = len(line) - len(line.lstrip())
    start, end = first + rng.randrange(indented, len(line.rstrip())), first + len(line.rstrip())
    comment = language.comment
    begun = "|".join(re.escape(opener) for opener in comment.line)
    begins = re.finditer(rf"(?:^|\s)(?:{begun})", line) if begun else ()
    if any(first + found.end() > start for found in begins):
        return None
    if any(sign in line for pair in comment.block for sign in pair):
        return None
    commented = any(opener in text[first:start] for opener in comment.line)
    opened = any(text.rfind(o, 0, start) > text.rfind(c, 0, start) for o, c in comment.block)
    if (commented or opened) and judge(text[:start] + _FREE + text[start:]).well_formed:
        return None
    return start, end


def _mistakes(
    file: _File, case: RefereeCase, kind: CaseKind, judge: Judge, rng: Random
) -> tuple[PlantedMistake, ...] | None:
    made: list[PlantedMistake] = []
    for where in islice(cycle((ABOVE, BELOW) if kind.where == BOTH else (kind.where,)), kind.mistakes):
        lines = _lines(file, case.start, where) - {file.lines.line_of(one.start) for one in made}
        among = [n for n, span in enumerate(file.lexemes.spans) if file.lines.line_of(span.start) in lines]
        drawn = (mistake(file.lexemes, among, rng) for _ in range(TRIES))
        found = next((one for one in drawn if one and not _accepted(judge, case, [one])), None)
        if found is None:
            return None
        made.append(found)
    made.sort(key=lambda one: one.start)
    return None if made and _accepted(judge, case, made) else tuple(made)


def _accepted(judge: Judge, case: RefereeCase, mistakes: Sequence[PlantedMistake]) -> bool:
    return judge(with_mistakes(case.whole, mistakes)).well_formed


def _lines(file: _File, cursor: int, where: str) -> set[int]:
    """The lines that are at such a place, seen from a cursor."""
    here, last = file.lines.line_of(cursor), file.lines.line_count
    if where == LINES:
        below = (number for number in range(here + 1, last) if file.line(number).strip())
        return set(islice(below, NEXT))
    begins = [0, *(number for number in range(1, last) if _begins(file, number))]
    element = bisect_right(begins, here)
    first, after = begins[element - 1], begins[element] if element < len(begins) else last
    if where == ELEMENT:
        return {number for number in range(first, after) if number != here and abs(number - here) < FAR}
    if where == BELOW:
        return set(range(after, last)) or set(range(here + FAR, last))
    return set(range(first)) or set(range(here - FAR + 1))


def _begins(file: _File, number: int) -> bool:
    """Whether an element begins at a line, by the looks: it is at the margin, with a blank line before it."""
    line = file.line(number)
    return bool(line[:1].strip()) and not file.line(number - 1).strip()


def _wrong(file: _File, case: RefereeCase, judge: Judge, rng: Random) -> Iterator[Wrong]:
    """Texts that do not fit at the cursor, no two of one kind, in random order."""
    kinds = ["line", "dropped", "doubled", "put in", "opener", "closer", "quote"]
    rng.shuffle(kinds)
    seen = {case.author}
    for how in kinds:
        text = _said(file, case.author, how, rng)
        if text.strip() and text not in seen and not judge(case.put(text)).well_formed:
            seen.add(text)
            yield Wrong(text, how)


def _said(file: _File, author: str, how: str, rng: Random) -> str:
    """What is said in place of what the author wrote."""
    of = file.lexemes
    own = lexemes(of.language, author)
    if how == "line":
        return file.line(rng.randrange(file.lines.line_count)).strip()
    if how in ("dropped", "doubled"):
        if not own.spans:
            return ""
        span = rng.choice(own.spans)
        twice = f"{author[span.start : span.end]} {author[span.start : span.end]}"
        return author[: span.start] + (twice if how == "doubled" else "") + author[span.end :]
    brackets = [pair[how == "closer"] for pair in of.language.brackets]
    sign = {
        "put in": of.at(rng.randrange(len(of.spans))),
        "opener": rng.choice(brackets or ["("]),
        "closer": rng.choice(brackets or [")"]),
        "quote": rng.choice(("'", '"')),
    }[how]
    at = rng.choice([0, len(author), *(span.end for span in own.spans)])
    return f"{author[:at]} {sign} {author[at:]}".rstrip()
