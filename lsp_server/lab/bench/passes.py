"""Times a model by itself: the pass over a prompt, and those of the tokens that follow."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from random import Random
from time import perf_counter

from lsp_server.cancellation import StoppedError
from lsp_server.decoding import Model
from lsp_server.lab.figures import Figure, figure

_CANCELLED = 4
"""So many prompts are cancelled for one that is not."""


@dataclass(frozen=True, slots=True)
class PassReport:
    """What passes through a model cost, in milliseconds of the clock.

    `prompt`: one of `length` tokens, none of them known. `cancelled`: one that is cancelled, from then on.
    `token`: one more. `draft`: `at_once` tokens, each of which has to be judged.
    """

    model: str
    vocabulary: int
    length: int
    at_once: int
    prompt: Figure
    cancelled: Figure
    token: Figure
    draft: Figure


def measure_passes(model: Model, *, length: int = 300, rounds: int = 30, seed: int = 0) -> PassReport:
    """Time `rounds` prompts of tokens drawn at random, and after each some single tokens and one draft.

    Beside each some others are cancelled, at moments of it drawn at random.
    """
    rng = Random(seed)  # noqa: S311
    ids = [index for index in range(len(model.vocabulary)) if index not in model.vocabulary.special]
    prompts, cancelled, tokens, drafts = [], list[float](), [], []
    for turn in range(-2, rounds):  # the first ones are slower: nothing is in reach of the processor yet
        text = rng.choices(ids, k=length)
        prompt = _time(model, text, 1)
        single = [_time(model, text := [*text, rng.choice(ids)], 1) for _ in range(8)]
        draft = _time(model, [*text, *rng.choices(ids, k=model.at_once)], model.at_once)
        others = [rng.choices(ids, k=length) for _ in range(_CANCELLED)]
        late = [_time_once_cancelled(model, other, rng.uniform(0, prompt)) for other in others]
        if turn >= 0:
            prompts.append(prompt)
            cancelled.extend(ms for ms in late if ms > 0)
            tokens.extend(single)
            drafts.append(draft)
    return PassReport(
        model.name,
        len(model.vocabulary),
        length,
        model.at_once,
        figure(prompts),
        figure(cancelled),
        figure(tokens),
        figure(drafts),
    )


def _time(model: Model, tokens: list[int], count: int) -> float:
    began = perf_counter()
    model.next_logits(tokens, count)
    return (perf_counter() - began) * 1000


def _time_once_cancelled(model: Model, tokens: list[int], ms: float) -> float:
    """The milliseconds that a prompt goes on which is cancelled after so many; negative where it was over."""
    at = perf_counter() + ms / 1000
    with suppress(StoppedError):
        model.next_logits(tokens, 1, lambda: perf_counter() >= at)
    return (perf_counter() - at) * 1000
