"""What a model knows of the first word that it wrote, given the letters that stand already.

The letters say a lot: after `re` the word `resource` is likelier than it was before. So the chance of a token
is taken among those tokens that agree with the letters. It must not know what is made of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lsp_server.text import first_word

_DOUBT = math.log(0.5)
"""A later word that is less likely than that is not worth showing, as `tests/eval/README.md` tells."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Why a token was taken.

    `logprob` and `margin` are among the tokens that agree with the letters, those left out that do not fit;
    `margin` is by how much the token's logit is higher than that of the likeliest other one.
    """

    logprob: float = 0.0
    margin: float = np.inf


@dataclass(frozen=True, slots=True)
class Evidence:
    """The choices of the first word together.

    `word` is the log-probability of that word, `margin` the least.
    """

    word: float = 0.0
    margin: float = np.inf


NO_EVIDENCE = Evidence()


def among(
    logits: NDArray[np.float32], token: int, agreeing: NDArray[np.int64] | None, refused: Sequence[int]
) -> tuple[float, float]:
    """The log-probability and the margin of a token among some, or all if None, without those `refused`."""
    if refused:
        logits = logits.copy()
        logits[refused] = -np.inf
    scores = logits if agreeing is None else logits[agreeing]
    own, peak = float(logits[token]), float(scores.max())
    total = float(np.exp(scores - np.float32(peak)).sum())
    if own < peak:
        return own - peak - float(np.log(total)), own - peak
    second = float(np.partition(scores, -2)[-2]) if scores.size > 1 else -np.inf
    return -float(np.log(total)), own - second


def gathered(text: str, choices: Iterable[tuple[int, Choice]], word: str) -> Evidence:
    """What speaks for the first word of a text.

    Args:
        text: what was written after the cursor.
        choices: where each token ends in the text, 0 if it only spells letters that stand already.
        word: what a word is, as a regular expression.

    """
    end = len(first_word(text, word))
    used: list[Choice] = []
    for place, choice in choices:
        used.append(choice)
        if place >= end:
            break
    margin = min((choice.margin for choice in used), default=np.inf)
    return Evidence(sum((choice.logprob for choice in used), 0.0), margin)


def around_doubt(text: str, choices: Sequence[tuple[int, Choice]], word: str) -> list[int]:
    """Where a text may be cut because of a doubtful word: the beginnings of its words, the best first.

    The best one is that of the first doubtful word, then come those before it, the last first, then those
    behind it that a blank is before, the first first: `a.b` says more than `a`. The first word of the text
    does not count. There are none if no word is doubtful. The arguments are those of `gathered`.
    """
    begins = [0, *(place for place, _ in choices)]
    before: list[int] = []
    behind: list[int] = []
    is_doubtful = False
    start = len(first_word(text, word))
    while start < len(text):
        if not is_doubtful:
            before.append(start)
        elif text[start].isspace():
            behind.append(start)
        end = start + len(first_word(text[start:], word))
        tokens = zip(begins, choices, strict=False)
        said = sum(why.logprob for begin, (place, why) in tokens if begin < end and place > start)
        is_doubtful = is_doubtful or said < _DOUBT
        start = end
    return [*before[::-1], *behind] if is_doubtful else []
