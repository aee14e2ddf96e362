"""Where something is typed in a file that grows: the same places whatever its length."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from lsp_server.constraint import load_grammar
from lsp_server.errors import UsageError
from lsp_server.evaluation.bench.growing import Seed, seed_of
from lsp_server.evaluation.cuts import KINDS, Cut
from lsp_server.languages import Language

_FRACTIONS = (0.05, 0.5, 0.95)
_DRAWS = 20


@dataclass(frozen=True, slots=True)
class Spot:
    """A gap in the unit of a seed, in the copy at a fraction of the file; what it held is typed again."""

    seed: Seed
    cut: Cut
    fraction: float

    def copy(self, copies: int) -> int:
        """Which of so many copies of the unit it is in."""
        return min(copies - 1, int(self.fraction * copies))


def spots_of(language: Language, rounds: int, seed: int, examples: int | None) -> list[Spot]:
    """Places of each kind of cut, `rounds` at the beginning, in the middle and at the end of each example.

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
    spots: list[Spot] = []
    for part in seeds[:examples]:
        for kind in KINDS.values():
            for fraction in _FRACTIONS * rounds:
                draws = (kind(language, part.unit, rng) for _ in range(_DRAWS))
                cut = next((cut for cut in draws if cut is not None and cut.removed.strip()), None)
                if cut is not None:
                    spots.append(Spot(part, cut, fraction))
    return spots
