"""Whether passages pay in the prompt of a model: a logistic model of a few signs.

The weights are data, `deciding.json`, learnt from how much likelier passages made what people wrote in files
held out (`tests/eval/passages.py`). Passages for copying need no such rule: they cost little, and weigh
little where they do not fit.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lsp_server.retrieval.asking import Question
from lsp_server.retrieval.store import FoundPassage
from lsp_server.text import read_text


@dataclass(frozen=True, slots=True)
class PassageSigns:
    """What speaks for passages in a prompt, or against it.

    `score` is that of the best, as a logarithm; `lead` how far that is before the next; `shared` how many
    words it has in common with the question; `before` how many characters stand before the cursor, `room` how
    many a prompt has room for, both as logarithms; `asked` is 1 if there is a wish in words.
    """

    score: float
    lead: float
    shared: float
    before: float
    room: float
    asked: float


SIGNS: tuple[str, ...] = tuple(PassageSigns.__slots__)


@dataclass(frozen=True, slots=True)
class PassageWeights:
    """What each sign counts, how much there is without any, and how much there must be."""

    bias: float
    by_sign: Mapping[str, float]
    least: float

    def pays(self, signs: PassageSigns) -> bool:
        """Whether passages make likelier what is meant, as far as can be told."""
        counts = (self.by_sign[name] * float(getattr(signs, name)) for name in SIGNS)
        return self.bias + sum(counts) > self.least


@cache
def learnt() -> PassageWeights:
    """The weights that come with the package."""
    data = json.loads(read_text(Path(__file__).with_name("deciding.json")))
    return PassageWeights(data["bias"], data["weights"], data["least"])


def signs_of_passages(question: Question, found: Sequence[FoundPassage], room: int) -> PassageSigns:
    """The signs of passages, which are not none, for a question and a model with so much room."""
    best = found[0].score
    second = found[1].score if len(found) > 1 else 0.0
    return PassageSigns(
        score=math.log1p(max(best, 0.0)),
        lead=math.log1p(max(best, 0.0)) - math.log1p(max(second, 0.0)),
        shared=float(len(found[0].words)),
        before=math.log1p(question.offset),
        room=math.log(max(room, 1)),
        asked=float(bool(question.wish)),
    )
