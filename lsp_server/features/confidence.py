"""How likely the first word of a suggestion is right: a logistic model of a few signs.

The signs are numbers; the weights are data, `confidence.json`, learnt from simulated typing (`holegram train
filter`). There is one set for all languages. It must not know what is done with the chance.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lsp_server.decoding import Evidence
from lsp_server.features.attempt import CompletionRequest
from lsp_server.text import first_word, read_text

_LETTERS = re.compile(r"\w*\Z")
_WIDEST = 6.0
"""Odds and margins beyond that say no more than this."""

_MOST = 8
"""Letters, and places at which a word stands, are counted as far as that."""

_TRIED = 64
"""So many places are looked at; a short word may be a part of many others."""

_LONGEST_WORD = 64


@dataclass(frozen=True, slots=True)
class ConfidenceSigns:
    """What speaks for the first word of a suggestion, or against it.

    `word`, `token`, `margin` and `run` are those of `decoding.Evidence`, the first two as logarithms of the
    odds, the last as a logarithm. `hits` is that of the `Past`. `here` and `beside` count how often the whole
    word stands in the text, and in those near it, as logarithms; `nowhere` is 1 if it stands in none.
    `letters` are those of the word that stand already. `sign` is 1 if it is no word but signs.
    """

    word: float
    token: float
    margin: float
    run: float
    hits: float
    here: float
    beside: float
    nowhere: float
    letters: float
    sign: float

    def numbers(self) -> tuple[float, ...]:
        """All of them, in the order of their names here."""
        return tuple(getattr(self, name) for name in NAMES)


NAMES: tuple[str, ...] = tuple(ConfidenceSigns.__slots__)


@dataclass(frozen=True, slots=True)
class Weights:
    """What each sign counts, and how much there is without any."""

    bias: float
    by_sign: Mapping[str, float]

    def chance(self, signs: ConfidenceSigns) -> float:
        """The logarithm of the chance that the first word is right."""
        odds = self.bias + sum(self.by_sign[name] * getattr(signs, name) for name in NAMES)
        return -math.log1p(math.exp(-odds)) if odds > 0 else odds - math.log1p(math.exp(odds))


@cache
def bundled() -> Weights:
    """The weights that come with the package."""
    data = json.loads(read_text(Path(__file__).with_name("confidence.json")))
    return Weights(data["bias"], data["weights"])


def signs_of(request: CompletionRequest, suggestion: str, evidence: Evidence) -> ConfidenceSigns:
    """The signs of a suggestion where it was requested."""
    text, offset = request.text, request.offset
    beside = request.beside or ()
    first = first_word(suggestion, request.language.word)
    typed = _LETTERS.search(text, max(0, offset - _LONGEST_WORD), offset)
    letters = typed.group() if typed and _is_letter(first[:1]) else ""
    word = letters + first.strip()
    here, there = _count([text], word), _count(beside, word)
    return ConfidenceSigns(
        word=_odds(evidence.word),
        token=_odds(evidence.token),
        margin=min(max(evidence.margin, -_WIDEST), _WIDEST),
        run=math.log1p(evidence.run),
        hits=request.past.hits,
        here=math.log1p(here),
        beside=math.log1p(there),
        nowhere=float(not here + there),
        letters=float(min(len(letters), _MOST)),
        sign=float(not _is_letter(word[:1])),
    )


def _odds(logprob: float) -> float:
    """The logarithm of the odds, within bounds."""
    against = -math.expm1(logprob)
    return max(-_WIDEST, min(_WIDEST, logprob - math.log(against))) if against > 0 else _WIDEST


def _is_letter(letter: str) -> bool:
    return letter.isalnum() or letter == "_"


def _count(texts: Sequence[str], word: str) -> int:
    """How often a whole word stands in some texts."""
    count = tried = 0
    for text in texts:
        place = text.find(word)
        while place >= 0 and count < _MOST and tried < _TRIED:
            end = place + len(word)
            cut = (place and _is_letter(word[0]) and _is_letter(text[place - 1])) or (
                _is_letter(word[-1]) and _is_letter(text[end : end + 1])
            )
            count += not cut
            tried += 1
            place = text.find(word, end)
    return count
