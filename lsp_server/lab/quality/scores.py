"""Compares what was suggested with what a person had written there; it knows no model and no judge."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lsp_server.lab.material.cuts import Cut
from lsp_server.languages import Language
from lsp_server.text import common

_COMPARED = 1_000
"""Of longer texts only so many characters at the beginning are compared for their similarity."""


@dataclass(frozen=True, slots=True)
class Score:
    """How near a suggestion came to what was removed.

    `hole`: it is the same, but for blanks at the end of a line. `line`: the same is true of both up to the
    first line end that follows something. `word`: the first step of the removed text is right. `matched`
    counts the characters of the removed text that the suggestion begins with, of `removed`. `saved` are
    the characters of the right steps it begins with (see `steps`), less one for each: the key that takes it.
    `similarity` is 1 less the edit distance (Levenshtein 1966) over the length of the longer text. It goes
    `beyond` where it is the removed text and more, and `short` where it is a beginning of it.
    """

    removed: int
    hole: bool
    line: bool
    word: bool
    matched: int
    saved: int
    similarity: float
    beyond: bool
    short: bool

    @property
    def share(self) -> float:
        """The share of the removed text that the suggestion begins with."""
        return self.matched / self.removed


def score(language: Language, cut: Cut, text: str) -> Score:
    """The score of a text for a cut that removed something; of no text at all where it is empty."""
    wanted, ends = cut.removed, cut.original[cut.end : cut.end + 1] in ("", "\r", "\n")
    written, meant = (text.rstrip(" \t"), wanted.rstrip(" \t")) if ends else (text, wanted)
    matched = common(text, wanted)
    right = list(right_steps(language, text, wanted))
    first = next(steps(language, wanted))
    return Score(
        removed=len(wanted),
        hole=written == meant,
        line=_first_line(written) == _first_line(meant),
        word=right[:1] == [first],
        matched=matched,
        saved=sum(len(step) - 1 for step in right),
        similarity=_similarity(text[:_COMPARED], wanted[:_COMPARED]),
        beyond=written != meant and written.startswith(meant),
        short=written != meant and bool(written) and meant.startswith(written),
    )


def steps(language: Language, text: str) -> Iterator[str]:
    """A text in the steps in which an editor takes it: a word, or signs that touch, with blanks before."""
    for match in re.finditer(rf"\s*(?:{language.word}|\w+|[^\w\s]+)|\s+", text):
        yield match.group()


def right_steps(language: Language, text: str, wanted: str) -> Iterator[str]:
    """The steps of a text that are right one after the other, where `wanted` is to be written.

    A step of one character is right too, though it saves nothing.
    """
    done = 0
    for step in steps(language, text):
        if not wanted.startswith(step, done):
            return
        yield step
        done += len(step)


def _first_line(text: str) -> str:
    """A text up to the first line end after something other than blanks."""
    start = len(text) - len(text.lstrip())
    found = re.search(r"[ \t]*(?:\r|\n|\Z)", text[start:])
    return text[: start + found.start()] if found else text


def _similarity(one: str, other: str) -> float:
    longer = max(len(one), len(other))
    return 1 - _distance(one, other) / longer if longer else 1.0


def _distance(one: str, other: str) -> int:
    """The least number of characters to put in, leave out or replace to make one text of the other."""
    row = list(range(len(other) + 1))
    for count, letter in enumerate(one, start=1):
        before, row[0] = row[0], count
        for place, opposite in enumerate(other, start=1):
            cost = min(row[place] + 1, row[place - 1] + 1, before + (letter != opposite))
            before, row[place] = row[place], cost
    return row[-1]
