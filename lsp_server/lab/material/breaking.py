"""Breaks files: one small mistake of the kinds that people make while they write, at a place away from a cut.

It knows text, and of a language only what its manifest says of words and brackets; whether a mistake is one
is for a judge to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from lsp_server.lab.material.cuts import Cut
from lsp_server.lab.material.mistakes import PlantedMistake, lexemes, mistake
from lsp_server.languages import Language
from lsp_server.text import LineIndex, Span

ABOVE, BELOW, BESIDE = "broken above", "broken below", "broken in the line"
WHERE = (ABOVE, BELOW, BESIDE)

_NEAR = 8
"""How many lines away half of all mistakes are at most."""


@dataclass(frozen=True, slots=True)
class BrokenCut:
    """A cut in a file that is broken elsewhere. `cut.text` is the cut file without the mistake."""

    cut: Cut
    broken: PlantedMistake

    @property
    def file(self) -> str:
        """The broken file, nothing removed."""
        whole, broken = self.cut.original, self.broken
        return whole[: broken.start] + broken.text + whole[broken.end :]

    @property
    def text(self) -> str:
        """The broken file without the removed span."""
        text, broken = self.cut.text, self.broken
        shift = 0 if broken.start < self.cut.start else self.cut.start - self.cut.end
        return text[: broken.start + shift] + broken.text + text[broken.end + shift :]

    @property
    def shift(self) -> int:
        """How much farther the cursor is in the broken file than in the whole one."""
        broken = self.broken
        return len(broken.text) - (broken.end - broken.start) if broken.start < self.cut.start else 0

    @property
    def cursor(self) -> int:
        """The cursor's offset in `text`."""
        return self.cut.start + self.shift


def break_file(language: Language, cut: Cut, where: str, rng: Random) -> BrokenCut | None:
    """One random mistake in the file of a cut, so that something is left between the two.

    None where the file has no place for one of the kind that was drawn. `where` is one of `WHERE`: in lines
    before the cursor's, in lines after the cut, or in the rest of the lines in which the cut begins and ends.
    """
    of = lexemes(language, cut.original)
    within = [number for number, span in enumerate(of.spans) if _allowed(cut, span, where)]
    if rng.random() < 0.5:
        lines = LineIndex(of.text)
        near = range(lines.line_of(cut.start) - _NEAR, lines.line_of(cut.end) + _NEAR + 1)
        within = [number for number in within if lines.line_of(of.spans[number].start) in near] or within
    made = mistake(of, within, rng)
    if made is None or not _allowed(cut, Span(made.start, made.end), where):
        return None
    return BrokenCut(cut, made)


def _allowed(cut: Cut, span: Span, where: str) -> bool:
    """Whether a mistake at a span is at the asked side of the cut, with a lexeme between them."""
    text = cut.original
    before = span.end <= cut.start
    if not before and span.start < cut.end:
        return False
    between = text[span.end : cut.start] if before else text[cut.end : span.start]
    if not between.strip():
        return False
    same_line = not set("\r\n") & set(between)
    return where == (BESIDE if same_line else ABOVE if before else BELOW)
