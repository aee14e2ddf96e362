"""What a model knows of the first word that it wrote, given the letters that stand already.

The letters say a lot: after `re` the word `resource` is likelier than it was before. So the chance of a token
is taken among those tokens that agree with the letters. It must not know what is made of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_WORD = re.compile(r"\s*(?:\w+|[^\w\s]+)")


@dataclass(frozen=True, slots=True)
class Choice:
    """Why a token was taken. `logprob` and `margin` are among the tokens that agree with the letters.

    `margin` is by how much the token's logit is higher than that of the likeliest other one. `refused`
    counts the tokens that were likelier and do not fit. `run` is the number of words before it that stand
    elsewhere too, where it was copied from there without asking the model, else 0. `other` is the weight of
    the likeliest other token that the texts around suggest there.
    """

    logprob: float = 0.0
    margin: float = np.inf
    refused: int = 0
    run: int = 0
    other: float = 0.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """The choices of the first word together.

    `word` is the logarithm of the chance that it is the model's, `token` that of its first token that adds
    something; of `margin` the least, of `refused` the sum, of `run` and `other` the greatest.
    """

    word: float = 0.0
    token: float = 0.0
    margin: float = np.inf
    refused: int = 0
    run: int = 0
    other: float = 0.0


def among(logits: NDArray[np.float32], token: int, agreeing: NDArray[np.int64]) -> tuple[float, float]:
    """The log-probability and the margin of a token among some, of which it is one."""
    scores = logits[agreeing].astype(np.float64)
    peak = scores.max()
    own = float(logits[token])
    others = scores[agreeing != token]
    margin = own - float(others.max()) if others.size else np.inf
    return own - float(peak + np.log(np.exp(scores - peak).sum())), margin


def margin(logits: NDArray[np.float32], token: int) -> float:
    """By how much a token's logit is higher than the highest other one."""
    sides = (logits[:token], logits[token + 1 :])
    return float(logits[token]) - max((float(side.max()) for side in sides if side.size), default=-np.inf)


def gathered(text: str, choices: Iterable[tuple[int, Choice]]) -> Evidence:
    """What speaks for the first word of a text.

    Args:
        text: what was written after the cursor.
        choices: where each token ends in the text, 0 if it only spells letters that stand already.

    """
    found = _WORD.match(text)
    end = found.end() if found else len(text)
    used: list[tuple[int, Choice]] = []
    for place, choice in choices:
        used.append((place, choice))
        if place >= end:
            break
    if not used:
        return Evidence()
    return Evidence(
        word=sum(choice.logprob for _, choice in used),
        token=next((choice.logprob for place, choice in used if place), 0.0),
        margin=min(choice.margin for _, choice in used),
        refused=sum(choice.refused for _, choice in used),
        run=max(choice.run for _, choice in used),
        other=max(choice.other for _, choice in used),
    )
