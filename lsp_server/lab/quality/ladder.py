"""Compares a model with ever more of what the product knows, and models with each other, at the same cuts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from types import MappingProxyType
from xml.sax.saxutils import escape

from lsp_server.agreement.asking import Judge
from lsp_server.decoding import Model
from lsp_server.features.levels import ConstraintLevel
from lsp_server.lab.material.cuts import Cut
from lsp_server.lab.material.neighbours import Known, Knows, nothing_known
from lsp_server.lab.quality.fillers import Answer, Filler, left_only, product, unconstrained
from lsp_server.lab.quality.filling import Filled, FillRow, fill_cuts, row
from lsp_server.languages import Language
from lsp_server.languages.sources import Source

TUNED, CONTROL = "tuned", "tuned elsewhere"
"""The last rungs: under an adapter of the project's own, and, to compare, under one of another."""


@dataclass(frozen=True, slots=True)
class Rung:
    """What one model did at a level (see `features.levels`), or at the last level under an adapter.

    `time` is the time that it took over all cuts, to that of the same model alone; `time_at_median` is the
    median of the same at each cut.
    """

    model: str
    level: str
    row: FillRow
    time: float
    time_at_median: float


def climb(
    language: Language,
    sources: Sequence[Source],
    judge: Judge | None,
    model: tuple[str, Model],
    *,
    kinds: Sequence[str],
    cuts: int,
    max_tokens: int,
    seed: int = 0,
    knows: Knows = nothing_known,
    under: Mapping[str, Model] = MappingProxyType({}),
    progress: Callable[[int], None] = lambda done: None,
) -> tuple[Rung, ...]:
    """The rungs of one model, which comes with the name to print; the same seed gives the same cuts.

    Further rungs are those of the product with other models, by what they are called: the same `under`
    adapters. `knows` tells what is known beside a file; each level uses its part of it (see `levels_of`).

    Raises:
        UsageError: no such kind of cut, or no file has a place for it.

    """
    name, network = model
    fillers: Mapping[str, Filler] = {
        **levels_of(network, max_tokens),
        **{rung: product(other, max_tokens) for rung, other in under.items()},
    }
    done = fill_cuts(
        language,
        sources,
        judge,
        fillers,
        kinds=kinds,
        cuts=cuts,
        seed=seed,
        knows=knows,
        progress=progress,
    )
    by = {rung: [one for one in done if one.by == rung] for rung in (*ConstraintLevel, *under)}
    return tuple(_rung(name, rung, filled, by[ConstraintLevel.OFF]) for rung, filled in by.items())


def levels_of(model: Model, max_tokens: int) -> Mapping[str, Filler]:
    """A filler for each level. Of what is known at a cut, it uses what its level allows.

    The product is asked before what looks at the left alone, so that it gains nothing from that.
    """
    whole = product(model, max_tokens)
    return {
        ConstraintLevel.OFF: _far(unconstrained(model, max_tokens)),
        ConstraintLevel.BOTH: _far(whole),
        ConstraintLevel.LEFT: _far(left_only(model, max_tokens)),
        ConstraintLevel.NAMES: _far(whole, names=True),
        ConstraintLevel.NEARBY: whole,
    }


def drawn(title: str, rungs: Sequence[Rung]) -> str:
    """The share of exact lines on each rung, as a picture (SVG)."""
    shares = [(f"{rung.model}, {rung.level}", 100 * rung.row.line / rung.row.cuts) for rung in rungs]
    most, rows = max((share for _, share in shares), default=0.0) or 1.0, list[str]()
    for number, (name, share) in enumerate(shares):
        top, width = 40 + 30 * number, 360 * share / most
        rows.append(
            f'<text x="8" y="{top + 14}">{escape(name)}</text>'
            f'<rect x="250" y="{top}" width="{width:.1f}" height="20" fill="#24527a"/>'
            f'<text x="{256 + width:.1f}" y="{top + 14}">{share:.1f} %</text>'
        )
    head = f'width="700" height="{50 + 30 * len(rows)}" font-family="sans-serif" font-size="13"'
    top_line = f'<text x="8" y="22" font-weight="bold">{escape(title)}</text>'
    return "\n".join([f'<svg xmlns="http://www.w3.org/2000/svg" {head}>', top_line, *rows, "</svg>", ""])


def _far(filler: Filler, *, names: bool = False) -> Filler:
    """The filler where nothing is nearby: it copies nothing, and knows names only if they are allowed."""

    def fill(language: Language, cut: Cut) -> Answer:
        return filler(language, replace(cut, known=Known(None, cut.known.names if names else None)))

    return fill


def _rung(name: str, level: str, filled: Sequence[Filled], free: Sequence[Filled]) -> Rung:
    times = [
        one.answer.ms / other.answer.ms for one, other in zip(filled, free, strict=True) if other.answer.ms
    ]
    found, base = row("all", level, filled), sum(one.answer.ms for one in free) / 1000
    return Rung(name, level, found, found.seconds / base if base else 0.0, median(times or [0.0]))
