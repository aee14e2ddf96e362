"""Times each token of a suggestion: mask, choice and oracle, everything but the model."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from random import Random
from typing import Literal, get_args

from lsp_server.decoding import Vocabulary
from lsp_server.features.completion import CompletionRequest, complete
from lsp_server.lab.bench.players import Player
from lsp_server.lab.figures import Figure, figure
from lsp_server.lab.material.cuts import KINDS as CUTS
from lsp_server.languages import Language
from lsp_server.syntax import Landmarks, parse

Kind = Literal["right", "hasty", "noise"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_MOST = 48
_DRAWS = 20


@dataclass(frozen=True, slots=True)
class TokenReport:
    """What a token costs with a vocabulary of so many `tokens`, in milliseconds.

    `model` is `right` if it said what stood there, `hasty` if it wanted to end before it did, `noise` if its
    logits were random, so that many tokens are refused. `step` is all that
    lies between two calls of the model for one text, `ending` what lies between the last for a text and the
    first for the next one. `mask` and `oracle` are means, by the clock, of what these took for each token.
    `bans` and `rollbacks` are counts, out of `taken` tokens; `masked` texts had a mask.
    """

    language: str
    tokens: int
    model: Kind
    step: Figure
    ending: Figure
    mask: float
    oracle: float
    taken: int
    masked: int
    bans: int
    rollbacks: int


def measure_tokens(
    language: Language, vocabulary: Vocabulary, model: Kind = "right", *, places: int = 60, seed: int = 0
) -> TokenReport:
    """Fill gaps in the examples of a language, each with up to 48 tokens.

    Args:
        language: its examples are the files.
        vocabulary: the model's tokens.
        model: what it is like.
        places: number of gaps.
        seed: of the gaps and of the noise.

    """
    rng = Random(seed)  # noqa: S311
    player = Player(vocabulary, noise=model == "noise", hasty=model == "hasty", seed=seed)
    texts = [*language.examples.values()]
    sums: Counter[str] = Counter()
    cuts = [*CUTS.values()]
    for place in range(places):
        draws = (cuts[place % len(cuts)](language, rng.choice(texts), rng) for _ in range(_DRAWS))
        cut = next((cut for cut in draws if cut is not None and cut.removed.strip()), None)
        if cut is None:
            continue
        player.play(cut.removed)
        request = CompletionRequest(
            cut.text,
            cut.start,
            language,
            Landmarks(parse(language, cut.text)),
            max_tokens=_MOST,
            multiline=cut.multiline,
            beside=None,
        )
        done = complete(request, player, lambda: False)
        sums.update({"mask": done.timings_ms["mask"], "oracle": done.timings_ms["oracle"]})
        sums.update({"taken": done.tokens})
        sums.update({name: done.statistics[name] for name in ("bans", "rollbacks", "masked")})
    taken = int(sums["taken"])
    return TokenReport(
        language=language.id,
        tokens=len(vocabulary),
        model=model,
        step=figure(player.steps),
        ending=figure(player.endings),
        mask=sums["mask"] / max(1, taken),
        oracle=sums["oracle"] / max(1, taken),
        taken=taken,
        masked=int(sums["masked"]),
        bans=int(sums["bans"]),
        rollbacks=int(sums["rollbacks"]),
    )
