"""Whether passages that were looked up made likelier what a person wrote: by source, and by use.

For each cut the model is asked how likely the removed text is, as the product would ask it: with what the
file and the files near it suggest. Then again with passages of one source, read first by copying, or put
before the text as comments. It must not know what the rule says that decides in the product.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from lsp_server.decoding import Decoder, Model, heal_start
from lsp_server.lab.material.cuts import Cut
from lsp_server.lab.quality.filling import draw_code
from lsp_server.languages import Language
from lsp_server.languages.sources import Source
from lsp_server.retrieval import (
    PassageSigns,
    PassageStore,
    Question,
    around,
    passages_before,
    signs_of_passages,
)
from lsp_server.text import Span

COPIED, PROMPTED = "copied", "in the prompt"
_FIND = 6


@dataclass(frozen=True, slots=True)
class Gain:
    """At one cut, what passages of one source did: nats gained over all of the removed text.

    `signs` are what the product knows when it decides.
    """

    source: str
    use: str
    gain: float
    characters: int
    signs: PassageSigns


@dataclass(frozen=True, slots=True)
class GainRow:
    """What one source did over all cuts: `used` at so many, `helped` or `hurt` (by more than 0.05 nats).

    `per_character` is the mean gain, `base` the mean cost without any; both in nats.
    """

    source: str
    use: str
    cuts: int
    used: int
    helped: int
    hurt: int
    per_character: float
    base: float


def measure_gains(
    language: Language,
    sources: Sequence[Source],
    model: Model,
    stores: Mapping[str, PassageStore],
    *,
    kind: str,
    cuts: int,
    seed: int = 0,
    progress: Callable[[int], None] = lambda done: None,
) -> tuple[list[Gain], list[GainRow]]:
    """The gains at so many cuts, and one row for each source and use. A file is no source for itself."""
    rng, decoder = random.Random(f"{seed}/gains"), Decoder(model)  # noqa: S311
    texts = [(PurePosixPath(source.name), source.text) for source in sources]
    gains: list[Gain] = []
    base = characters = 0.0
    for done in range(1, cuts + 1):
        source, cut = draw_code(language, sources, kind, rng)
        top = _top(source.name)
        near = around(
            language, PurePosixPath(source.name), [one for one in texts if _top(str(one[0])) == top]
        )
        without = _likelihood(language, decoder, cut, near)
        base += without
        characters += len(cut.removed)
        question = Question(language, cut.text, cut.start)
        for name, store in stores.items():
            found = [
                one
                for one in store.find(question.weights, 4 * _FIND)
                if not one.passage.name.endswith(source.name)
            ][:_FIND]
            if not found:
                continue
            signs = signs_of_passages(question, found, model.room)
            code = [one.passage.code for one in found]
            copied = _likelihood(language, decoder, cut, [*code, *near]) - without
            gains.append(Gain(name, COPIED, copied, len(cut.removed), signs))
            passages = [one.passage for one in found]
            hole = Span(heal_start(cut.text, cut.start), cut.start)
            text, shifted = passages_before(language, passages, cut.text, hole, model.room)
            if shifted != hole:
                prompted = _likelihood(language, decoder, cut, near, (text, shifted)) - without
                gains.append(Gain(name, PROMPTED, prompted, len(cut.removed), signs))
        progress(done)
    rows = [
        _row(
            source,
            use,
            [one for one in gains if (one.source, one.use) == (source, use)],
            cuts,
            characters,
            base,
        )
        for source in stores
        for use in (COPIED, PROMPTED)
    ]
    return gains, rows


def _row(source: str, use: str, gains: Sequence[Gain], cuts: int, characters: float, base: float) -> GainRow:
    return GainRow(
        source,
        use,
        cuts,
        len(gains),
        sum(one.gain > 0.05 for one in gains),
        sum(one.gain < -0.05 for one in gains),
        sum(one.gain for one in gains) / characters,
        -base / characters,
    )


def _likelihood(
    language: Language,
    decoder: Decoder,
    cut: Cut,
    others: Sequence[str],
    asked: tuple[str, Span] | None = None,
) -> float:
    """The log-probability of what a cut removed, in nats, with its half-typed word."""
    heal = heal_start(cut.text, cut.start)
    text, hole = asked or (cut.text, Span(heal, cut.start))
    begun = cut.text[heal : cut.start]
    drafts = decoder.drafts(
        decoder.model.prompt(text, hole, language.id),
        cut.text[:heal],
        [cut.text[cut.start :], *others],
        begun,
        lambda: False,
    )
    scores = drafts.scores(decoder.model.vocabulary.encode(begun + cut.removed), lambda: False)
    return sum(scores or ())


def _top(name: str) -> str:
    """The project that a file is of, in a folder of projects."""
    return name.partition("/")[0]
