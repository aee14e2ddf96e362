"""Makes long programs of real files: one after another, each once as far as there are enough of them.

Where a language takes whole programs one after another, whole files are put together. Where it does not, as
where a file is one query, one of them is the frame: of each other file the longest lines that may be
repeated come where its own do, if they fit there.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from random import Random

from lsp_server.constraint import Grammar, check, load_grammar
from lsp_server.errors import UsageError
from lsp_server.lab.bench.growing import Seed, seed_of
from lsp_server.lab.bench.spots import Growing, TypedFiles, drawn
from lsp_server.lab.material.cuts import KINDS, Cut
from lsp_server.languages import Language

_CUTS = 60
_FRAMES = 12
"""So many files are tried as the frame; that which takes most lines of the others is it."""

_SHORT = 100
"""Lines of a file in which those that may be repeated are looked for: all runs of lines are tried."""

_ENOUGH = 0.9
"""The share of the lines asked for from which on nothing is repeated."""


@dataclass(frozen=True, slots=True)
class Joined:
    """Parts of several files that may stand one after another, in this order, between `head` and `tail`.

    `left_out` counts the files that have no such part.
    """

    head: str = field(repr=False)
    parts: tuple[str, ...] = field(repr=False)
    tail: str = field(repr=False)
    left_out: int = 0

    @property
    def text(self) -> str:
        """The program."""
        return self.head + "".join(self.parts) + self.tail

    def grown(self, lines: int) -> tuple[Joined, int]:
        """A program of at most so many lines, and how often a part stands in it at most.

        A part is taken again only where all of them are far from enough. The shortest is taken in any case.
        """
        missing = lines - _lines((self.head, self.tail))
        sizes = [part.count("\n") for part in self.parts]
        taken: list[str] = []
        left, copies = missing, 0
        while not copies or (sum(sizes) < _ENOUGH * missing and left >= min(sizes)):
            copies += 1
            for part, size in zip(self.parts, sizes, strict=True):
                if size <= left:
                    taken.append(part)
                    left -= size
        parts = taken or [min(self.parts, key=lambda part: part.count("\n"))]
        return Joined(self.head, tuple(parts), self.tail, self.left_out), copies


def joined(grammar: Grammar, programs: Sequence[str]) -> Joined | None:
    """Those of some programs, or parts of them, that are one valid program in this order; None if none is."""
    texts = [text if text.endswith("\n") else text + "\n" for text in programs if text.strip()]
    whole = [text for text in texts if check(grammar, text + text) is None]
    found = Joined("", tuple(whole), "")
    if _lines(whole) < _lines(texts) / 2:
        short = [text for text in texts if text.count("\n") <= _SHORT]
        seeds = [seed for text in short if (seed := seed_of(grammar, text)) is not None]
        framed = [_framed(grammar, seed, seeds) for seed in seeds[:_FRAMES]]
        found = max((found, *framed), key=lambda program: _lines(program.parts))
    return _agreeing(grammar, found, len(programs))


def _framed(grammar: Grammar, frame: Seed, seeds: Sequence[Seed]) -> Joined:
    """The units of those seeds of which each may stand between two of the frame's."""
    head, tail = frame.head + frame.unit, frame.unit + frame.tail
    parts = (seed.unit for seed in seeds if check(grammar, head + seed.unit + tail) is None)
    return Joined(frame.head, tuple(parts), frame.tail)


def _lines(texts: Sequence[str]) -> int:
    return sum(text.count("\n") for text in texts)


def _agreeing(grammar: Grammar, program: Joined, files: int) -> Joined | None:
    """The program without what is wrong beside what stands before it, and the count of what was left out."""
    parts = [*program.parts]
    while parts and (failure := check(grammar, program.head + "".join(parts) + program.tail)) is not None:
        ends = [*accumulate(map(len, parts), initial=len(program.head))][1:]
        del parts[min(bisect_right(ends, failure.offset), len(parts) - 1)]
    return Joined(program.head, tuple(parts), program.tail, files - len(parts)) if parts else None


def joining(language: Language, programs: Sequence[str], seed: int) -> Growing:
    """Programs of a language in one file, in the order of a seed, and places in any of them.

    Raises:
        UsageError: none of them is valid, or has lines that may be repeated.

    """
    rng = Random(seed)  # noqa: S311
    shuffled = rng.sample(programs, len(programs))
    program = joined(load_grammar(language), shuffled)
    if program is None:
        raise UsageError("none of the files can be grown", remedy="name a folder with valid ones, some short")

    def typed(lines: int) -> TypedFiles:
        grown, copies = program.grown(lines)
        text, starts = grown.text, [*accumulate(map(len, grown.parts), initial=len(grown.head))]
        rng, cuts = Random(seed), []  # noqa: S311
        for kind in [*KINDS] * (_CUTS // len(KINDS)):
            at = rng.randrange(len(grown.parts))
            cut = drawn(kind, language, grown.parts[at], rng)
            if cut is not None:
                cuts.append(Cut(text, starts[at] + cut.start, starts[at] + cut.end, cut.multiline))
        rng.shuffle(cuts)
        return TypedFiles(cuts, len({*grown.parts}), copies, program.left_out)

    return typed
