"""Measures at how many cursors in broken files anything can be suggested at all; no model is asked."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from lsp_server.agreement.judges import Judge
from lsp_server.features.completion import NO_HOLE, hole_at
from lsp_server.features.reasons import IN_COMMENT
from lsp_server.lab.promise.validity import draw_broken_file
from lsp_server.languages import Language
from lsp_server.languages.sources import Source
from lsp_server.syntax import Landmarks, parse
from lsp_server.text import LineIndex

POSITIONS = 20
"""How many cursors are tried in each broken file."""


@dataclass(frozen=True, slots=True)
class Stateless:
    """A cursor without a hole grammar.

    `[start, end)` of the file `name` was replaced by `text`; `offset`, `line` and `column` (from 1) are the
    cursor's in the result.
    """

    name: str
    start: int
    end: int
    text: str
    offset: int
    line: int
    column: int
    reason: str


@dataclass(frozen=True, slots=True)
class StatesReport:
    """Cursors at random places of files that were broken by one random mistake each.

    `held` have a cursor state and a hole grammar that derives something, `commented` a state that says that
    nothing can be typed there, because it is in a comment. `mistakes` counts files by what was done to them.
    """

    language: str
    seed: int
    files: int
    cursors: int
    held: int
    commented: int
    mistakes: Mapping[str, int]
    stateless: tuple[Stateless, ...]

    @property
    def share(self) -> float:
        """The share of cursors with a state."""
        return (self.held + self.commented) / self.cursors if self.cursors else 1.0

    def as_json(self) -> dict[str, Any]:
        """Everything, with the share."""
        return asdict(self) | {"share": self.share}


def measure_states(
    language: Language,
    sources: Sequence[Source],
    judge: Judge,
    *,
    files: int,
    seed: int = 0,
    progress: Callable[[int], None] | None = None,
) -> StatesReport:
    """Break files that the judge accepts, and try `POSITIONS` cursors in each; `progress` gets files done.

    Raises:
        UsageError: no file can be broken so that the judge rejects it.

    """
    valid = [source for source in sources if judge(source.text).valid]
    rng = random.Random(f"{seed}/states")  # noqa: S311
    mistakes: Counter[str] = Counter()
    stateless: list[Stateless] = []
    held = commented = 0
    for done in range(1, files + 1):
        source, broken = draw_broken_file(language, valid, judge, rng)
        mistakes[broken.broken.how] += 1
        text = broken.file
        landmarks, lines = Landmarks(parse(language, text)), LineIndex(text)
        for _ in range(POSITIONS):
            offset = rng.randint(0, len(text))
            hole = hole_at(language, landmarks, text, offset)
            if not hole.startswith(NO_HOLE):
                held += 1
                continue
            reason = hole.removeprefix(NO_HOLE).strip()
            if reason == IN_COMMENT:
                commented += 1
                continue
            line, column = lines.position(offset)
            mistake = broken.broken
            stateless.append(
                Stateless(
                    source.name,
                    mistake.start,
                    mistake.end,
                    mistake.text,
                    offset,
                    line + 1,
                    column + 1,
                    reason,
                )
            )
        if progress is not None:
            progress(done)
    return StatesReport(
        language.id, seed, files, files * POSITIONS, held, commented, dict(mistakes), tuple(stateless)
    )
