"""Compares a model with itself under an adapter, at the same cursors of files that it did not learn from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lsp_server.agreement.asking import Judge
from lsp_server.decoding import Model
from lsp_server.lab.material.neighbours import Knows
from lsp_server.lab.quality.bits import bits_of
from lsp_server.lab.quality.fillers import product
from lsp_server.lab.quality.filling import Filled, fill_cuts
from lsp_server.languages import Language
from lsp_server.languages.sources import Source
from lsp_server.text import Span

BEFORE, AFTER = "before", "after"
MAX_TOKENS = 48
_DRAWS, _CERTAIN = 2_000, (2.5, 97.5)
"""So often files are drawn again (Efron 1979, "Bootstrap"); between these percentiles a figure lies."""

LINE, SAVED, BITS, WRONG, BROKEN = (
    "exact line, %",
    "keys saved, %",
    "bits per byte",
    "wrong suggestions, %",
    "suggestions that break a file",
)


@dataclass(frozen=True, slots=True)
class TunedRow:
    """One measure before and after, and between what bounds the difference lies with 95 % certainty."""

    what: str
    before: float
    after: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class TunedReport:
    """All measures, over so many cuts in so many files."""

    files: int
    cuts: int
    rows: tuple[TunedRow, ...]

    @property
    def better(self) -> bool:
        """Whether it is certain that the adapter helps, and nothing says that it harms.

        What the model says of the removed text costs certainly less, no fewer lines are right, and no more
        files are broken. Of lines there are too few in a small project to be certain by them alone.
        """
        rows = {row.what: row for row in self.rows}
        harmless = rows[BROKEN].after <= rows[BROKEN].before
        return rows[BITS].high < 0 and rows[LINE].after >= rows[LINE].before and harmless

    def figures(self) -> Mapping[str, Mapping[str, float]]:
        """All measures, by name."""
        return {
            row.what: {BEFORE: round(row.before, 3), AFTER: round(row.after, 3), "low": round(row.low, 3)}
            | {"high": round(row.high, 3)}
            for row in self.rows
        }


def compare(
    language: Language,
    sources: Sequence[Source],
    models: tuple[Model, Model],
    judge: Judge | None,
    *,
    kinds: Sequence[str],
    cuts: int,
    seed: int,
    knows: Knows,
    progress: Callable[[int], None] = lambda done: None,
) -> TunedReport:
    """Have a model, and then the same under an adapter, fill the same cuts of some files."""
    fillers = {name: product(model, MAX_TOKENS) for name, model in zip((BEFORE, AFTER), models, strict=True)}
    done = fill_cuts(
        language, sources, judge, fillers, kinds=kinds, cuts=cuts, seed=seed, knows=knows, progress=progress
    )
    sides = [[one for one in done if one.by == name] for name in (BEFORE, AFTER)]
    names = sorted({one.name for one in done})
    files = np.array([names.index(one.name) for one in sides[0]])
    removed = [float(len(one.cut.removed.encode("utf-8", "replace"))) for one in sides[0]]
    costs = [[_cost(model, language, one) for one in side] for model, side in zip(models, sides, strict=True)]
    shown = [[float(bool(one.answer.text)) for one in side] for side in sides]
    wrong = [[float(bool(one.answer.text) and not one.score.word) for one in side] for side in sides]
    lines = [[100.0 * one.score.line for one in side] for side in sides]
    saved = [[100.0 * one.score.saved for one in side] for side in sides]
    ones, letters = [1.0] * len(files), [float(one.score.removed) for one in sides[0]]
    rows = [
        _row(LINE, files, lines, [ones, ones]),
        _row(SAVED, files, saved, [letters, letters]),
        _row(BITS, files, costs, [removed, removed]),
        _row(WRONG, files, [[100 * one for one in side] for side in wrong], shown),
    ]
    broken = [float(sum(one.valid is False for one in side)) for side in sides]
    more = broken[1] - broken[0]
    rows.append(TunedRow(BROKEN, broken[0], broken[1], more, more))
    return TunedReport(len(names), len(files), tuple(rows))


def _cost(model: Model, language: Language, filled: Filled) -> float:
    """What the removed text costs, and that it ends, in bits."""
    cut, vocabulary = filled.cut, model.vocabulary
    prompt = model.prompt(cut.text, Span(cut.start, cut.start), language.id)
    return bits_of(model, prompt, [*vocabulary.encode(cut.removed)[:MAX_TOKENS], vocabulary.end])


def _row(
    what: str, files: NDArray[np.int64], over: Sequence[Sequence[float]], under: Sequence[Sequence[float]]
) -> TunedRow:
    """Shares of sums, before and after, and the bounds of their difference where files are drawn again."""
    count = int(files.max()) + 1
    sums = np.array([np.bincount(files, side, count) for side in (*over, *under)])
    draws = np.random.default_rng(0).integers(0, count, (_DRAWS, count))
    drawn = sums[:, draws].sum(2)
    with np.errstate(divide="ignore", invalid="ignore"):
        before, after = np.nan_to_num(sums.sum(1)[:2] / sums.sum(1)[2:])
        differences = np.nan_to_num(drawn[1] / drawn[3]) - np.nan_to_num(drawn[0] / drawn[2])
    low, high = np.percentile(differences, _CERTAIN)
    return TunedRow(what, float(before), float(after), float(low), float(high))
