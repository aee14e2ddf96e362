"""Times a model by itself: the pass over a prompt, and those of the tokens that follow."""

from __future__ import annotations

import time
from dataclasses import dataclass
from random import Random

from lsp_server.decoding import Model
from lsp_server.evaluation.bench.figures import Figure, figure


@dataclass(frozen=True, slots=True)
class PassReport:
    """What passes through a model cost, in milliseconds of the clock.

    `prompt`: one of `length` tokens, none of them known. `token`: one more. `draft`: `at_once` tokens, each
    of which has to be judged.
    """

    model: str
    vocabulary: int
    length: int
    at_once: int
    prompt: Figure
    token: Figure
    draft: Figure


def measure_passes(model: Model, *, length: int = 300, rounds: int = 30, seed: int = 0) -> PassReport:
    """Time `rounds` prompts of tokens drawn at random, and after each some single tokens and one draft."""
    rng = Random(seed)  # noqa: S311
    ids = [index for index in range(len(model.vocabulary)) if index not in model.vocabulary.special]
    prompts, tokens, drafts = [], [], []
    for turn in range(-2, rounds):  # the first ones are slower: nothing is in reach of the processor yet
        text = rng.choices(ids, k=length)
        prompt = _time(model, text, 1)
        single = [_time(model, text := [*text, rng.choice(ids)], 1) for _ in range(8)]
        draft = _time(model, [*text, *rng.choices(ids, k=model.at_once)], model.at_once)
        if turn >= 0:
            prompts.append(prompt)
            tokens.extend(single)
            drafts.append(draft)
    return PassReport(
        model.name,
        len(model.vocabulary),
        length,
        model.at_once,
        figure(prompts),
        figure(tokens),
        figure(drafts),
    )


def _time(model: Model, tokens: list[int], count: int) -> float:
    began = time.perf_counter()
    model.next_logits(tokens, count)
    return (time.perf_counter() - began) * 1000
