"""Where something is typed in a file that grows: the same places whatever its length."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random

from lsp_server.constraint import load_grammar
from lsp_server.errors import UsageError
from lsp_server.lab.bench.growing import Seed, seed_of
from lsp_server.lab.material.cuts import KINDS, Cut
from lsp_server.languages import Language

_FRACTIONS = (0.05, 0.5, 0.95)
_DOWN = 0.8
_DRAWS = 20


@dataclass(frozen=True, slots=True)
class TypedFiles:
    """What is taken out and typed again, one after another, in files of about so many lines.

    The files are made of `files` others, of which each stands in one at most `copies` times; `left_out` do
    not fit beside the others.
    """

    cuts: Sequence[Cut]
    files: int
    copies: int
    left_out: int = 0


Growing = Callable[[int], TypedFiles]
"""From a number of lines to what is typed in files of that length."""


@dataclass(frozen=True, slots=True)
class TypingSpot:
    """A gap in the unit of a seed, in the copy at a fraction of the file; what it held is typed again."""

    seed: Seed
    cut: Cut
    fraction: float

    def copy(self, copies: int) -> int:
        """Which of so many copies of the unit it is in."""
        return min(copies - 1, int(self.fraction * copies))


def with_mistake(typed: TypedFiles, line: str) -> TypedFiles:
    """The same with a line in each file that is wrong, four fifths down: what is typed is above it.

    Raises:
        UsageError: there is nothing above it.

    """
    cuts = []
    for cut in typed.cuts:
        place = cut.original.find("\n", int(_DOWN * len(cut.original))) + 1
        if cut.end < place:
            text = f"{cut.original[:place]}{line}\n{cut.original[place:]}"
            cuts.append(replace(cut, original=text))
    if not cuts:
        raise UsageError("nothing is typed above the mistake", remedy="give files that are longer")
    return replace(typed, cuts=cuts)


def spots_of(language: Language, seed: int, examples: int | None) -> list[TypingSpot]:
    """A place of each kind of cut at the beginning, in the middle and at the end of each example.

    Raises:
        UsageError: no example of the language can be repeated.

    """
    grammar = load_grammar(language)
    seeds = [found for text in language.examples.values() if (found := seed_of(grammar, text)) is not None]
    if not seeds:
        raise UsageError(
            "no example that can be repeated",
            path=language.directory / "examples",
            remedy="add a valid one, several lines long",
        )
    rng = Random(seed)  # noqa: S311
    spots: list[TypingSpot] = []
    for part in seeds[:examples]:
        for kind in KINDS:
            for fraction in _FRACTIONS:
                cut = drawn(kind, language, part.unit, rng)
                if cut is not None:
                    spots.append(TypingSpot(part, cut, fraction))
    return spots


def drawn(kind: str, language: Language, text: str, rng: Random) -> Cut | None:
    """A cut of a kind that takes out more than blanks; None where none was found in a few draws."""
    draws = (KINDS[kind](language, text, rng) for _ in range(_DRAWS))
    return next((cut for cut in draws if cut is not None and cut.removed.strip()), None)


def repeating(language: Language, seed: int, examples: int | None) -> Growing:
    """Examples of the language, each repeated in a file of its own; places in the order of a seed.

    Raises:
        UsageError: no example of the language can be repeated.

    """
    spots = spots_of(language, seed, examples)
    Random(seed).shuffle(spots)  # noqa: S311

    def typed(lines: int) -> TypedFiles:
        copies = {spot.seed: spot.seed.copies(lines) for spot in spots}
        texts = {part: part.grown(count) for part, count in copies.items()}
        cuts = []
        for spot in spots:
            start = spot.seed.start_of(spot.copy(copies[spot.seed])) + spot.cut.start
            cuts.append(Cut(texts[spot.seed], start, start + len(spot.cut.removed)))
        return TypedFiles(cuts, len(texts), max(copies.values()))

    return typed
