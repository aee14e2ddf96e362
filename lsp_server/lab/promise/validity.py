"""Measures the product's promise: accepting a suggestion never adds a syntax error.

Files that the judge accepts are cut, the gap is asked to be filled, each suggestion is put in, and the
judge reads the whole again. The same is done in files that were broken elsewhere before. It must not know how
suggestions are made.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle

from lsp_server.agreement.asking import Judge
from lsp_server.decoding.model import Model
from lsp_server.errors import UsageError
from lsp_server.features.completion import CompletionRequest, complete
from lsp_server.lab.material.breaking import WHERE, BrokenCut, break_file
from lsp_server.lab.material.cuts import KINDS, Cut, situation
from lsp_server.lab.promise.assess import assess, assess_broken
from lsp_server.lab.promise.counting import IN_COMMENT, AskedCut, ValidityReport, counted
from lsp_server.languages import Language
from lsp_server.languages.sources import Source
from lsp_server.syntax import Landmarks, parse

ATTEMPTS = 1_000
"""How many draws in a row may find no place for a cut or a mistake before the measure gives up."""

INTACT, BROKEN = "intact", "broken"


@dataclass(frozen=True, slots=True)
class Asking:
    """How suggestions are asked for: of which model, how many, how long; `seed` is of all that is drawn."""

    model: Model
    seed: int = 0
    candidates: int = 1
    max_tokens: int = 48


def measure_validity(
    language: Language,
    sources: Sequence[Source],
    judge: Judge,
    asking: Asking,
    *,
    kind: str,
    cuts: int,
    progress: Callable[[int], None] = lambda done: None,
) -> ValidityReport:
    """Cut files at random and judge what is suggested; `progress` gets the number of cuts done.

    A file is drawn first, then a place in it, so that each file counts the same. Files that the judge
    rejects are left out.

    Raises:
        UsageError: no such kind of cut, or no file that the judge accepts has a place for it.

    """
    check_kind(kind)
    valid = [source for source in sources if judge(source.text).valid]
    rng = random.Random(f"{asking.seed}/{kind}")  # noqa: S311
    asked: list[AskedCut] = []
    for done in range(1, cuts + 1):
        source, cut = draw(language, valid, kind, rng)
        asked.append(_ask(language, source, kind, cut, None, asking, judge))
        progress(done)
    return counted(asked, language=language.id, part=INTACT, kind=kind, seed=asking.seed, files=len(valid))


def measure_broken(
    language: Language,
    sources: Sequence[Source],
    judge: Judge,
    asking: Asking,
    *,
    kinds: Sequence[str],
    cuts: int,
    progress: Callable[[int], None] = lambda done: None,
) -> tuple[ValidityReport, ...]:
    """The same in files broken by one random mistake elsewhere that the judge rejects; one report per side.

    Kinds of cuts, and the sides at which the mistake is, take turns. What is judged is told by
    `assess_broken`. "In a comment" is said of the cursor's place in the file as it was.

    Raises:
        UsageError: no such kind of cut, or no file that the judge accepts has places for cut and mistake.

    """
    for kind in kinds:
        check_kind(kind)
    valid = [source for source in sources if judge(source.text).valid]
    rng = random.Random(f"{asking.seed}/{BROKEN}")  # noqa: S311
    asked: dict[str, list[AskedCut]] = {where: [] for where in WHERE}
    turns = cycle([(where, kind) for kind in kinds for where in WHERE])
    for done, (where, kind) in zip(range(1, cuts + 1), turns, strict=False):
        source, broken = _draw_broken(language, valid, kind, where, judge, rng)
        asked[where].append(_ask(language, source, kind, broken.cut, broken, asking, judge))
        progress(done)
    return tuple(
        counted(cuts, language=language.id, part=BROKEN, kind=where, seed=asking.seed, files=len(valid))
        for where, cuts in asked.items()
        if cuts
    )


def check_kind(kind: str) -> None:
    """Nothing, if there is such a kind of cut.

    Raises:
        UsageError: there is none.

    """
    if kind not in KINDS:
        raise UsageError(f"unknown kind of cut '{kind}'", remedy=f"known are: {', '.join(KINDS)}")


def draw(language: Language, sources: Sequence[Source], kind: str, rng: random.Random) -> tuple[Source, Cut]:
    """A file of some and a cut of a known kind in it; a file is drawn first, so that each counts the same.

    Raises:
        UsageError: no file has a place for such a cut.

    """
    for _ in range(ATTEMPTS if sources else 0):
        source = rng.choice(sources)
        cut = KINDS[kind](language, source.text, rng)
        if cut is not None:
            return source, cut
    raise UsageError(
        f"no {language.name} file has a place for '{kind}'", remedy="name a folder of files that are valid"
    )


def _draw_broken(
    language: Language, sources: Sequence[Source], kind: str, where: str, judge: Judge, rng: random.Random
) -> tuple[Source, BrokenCut]:
    for _ in range(ATTEMPTS):
        source, cut = draw(language, sources, kind, rng)
        broken = break_file(language, cut, where, rng) if not _opens_comment(language, cut) else None
        if broken is not None and not judge(broken.file).well_formed:
            return source, broken
    raise UsageError(
        f"no {language.name} file with a place for '{kind}' can be {where}",
        remedy="name a folder of longer files",
    )


def _opens_comment(language: Language, cut: Cut) -> bool:
    """Whether a comment that the cursor is in ends in what was removed: then no text of the language fits."""
    in_comment = situation(language, cut) == IN_COMMENT
    return in_comment and any(closer in cut.removed for _, closer in language.comment.block)


def _ask(
    language: Language,
    source: Source,
    kind: str,
    cut: Cut,
    broken: BrokenCut | None,
    asking: Asking,
    judge: Judge,
) -> AskedCut:
    text, cursor = (cut.text, cut.start) if broken is None else (broken.text, broken.cursor)
    request = CompletionRequest(
        text=text,
        offset=cursor,
        language=language,
        landmarks=Landmarks(parse(language, text)),
        max_tokens=asking.max_tokens,
        candidates=asking.candidates,
        multiline=cut.multiline,
    )
    begin = time.perf_counter()
    completion = complete(request, asking.model, lambda: False)
    latency = (time.perf_counter() - begin) * 1000
    where, mistake = situation(language, cut), None if broken is None else broken.broken
    judged = tuple(
        assess(language, cut, item, judge) if broken is None else assess_broken(language, broken, item, judge)
        for item in completion.items
    )
    return AskedCut(source.name, kind, where, cut, mistake, completion, latency, judged)
