"""How likely the first word of a suggestion is right: a logistic model of a few signs.

The signs are numbers; the weights are data, `confidence.json`, learnt from simulated typing (`holegram train
filter`). There is one set for all languages. It must not know what is done with the chance.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

from lsp_server.features.attempt import CompletionRequest, Suggestion
from lsp_server.text import first_word, read_text

_LETTERS = re.compile(r"\w*\Z")
_WIDEST = 6.0
"""Odds and margins beyond that say no more than this."""

_TRIED = 256
"""So many places are looked at; a short word may be a part of many others."""

_NEAR = 20_000
"""So many characters before and after the cursor tell which words begin like the one there."""

_LONGEST_WORD = 64
_NEVER_SEEN = 0.2
"""As so often counts a word that no text near has, among those that begin with the letters that stand."""


@dataclass(frozen=True, slots=True)
class ConfidenceSigns:
    """What speaks for the first word of a suggestion, or against it.

    `word` and `margin` are those of `decoding.Evidence`, the former as the logarithm of the odds. `nowhere`
    is 1 if the whole word stands neither in the text nor in those near it. `share` is that of the word among
    the words there that begin with the letters that stand already; 0 where none does. `text` is 1 in a
    string or the like, where anything may be written.
    """

    word: float
    margin: float
    nowhere: float
    share: float
    text: float

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


def signs_of(request: CompletionRequest, suggestion: Suggestion) -> ConfidenceSigns:
    """The signs of a suggestion where it was requested."""
    text, offset, beside = request.text, request.offset, request.beside or ()
    first = first_word(suggestion.text, request.language.word)
    typed = _LETTERS.search(text, max(0, offset - _LONGEST_WORD), offset)
    letters = typed.group() if typed and _is_letter(first[:1]) else ""
    word, start = letters + first.strip(), offset - len(letters)
    near = (text[max(0, start - _NEAR) : start], text[offset : offset + _NEAR], *beside)
    return ConfidenceSigns(
        word=_odds(suggestion.evidence.word),
        margin=min(max(suggestion.evidence.margin, -_WIDEST), _WIDEST),
        nowhere=float(not any(one == word for one in _words((text, *beside), word))),
        share=_share(near, letters, re.split(r"\W", word)[0]) if letters else 0.0,
        text=float(suggestion.in_text),
    )


def _odds(logprob: float) -> float:
    """The logarithm of the odds, within bounds."""
    against = -math.expm1(logprob)
    return max(-_WIDEST, min(_WIDEST, logprob - math.log(against))) if against > 0 else _WIDEST


def _share(texts: Sequence[str], letters: str, word: str) -> float:
    """How many of the words that begin with some letters are a certain one."""
    begun = [*_words(texts, letters)]
    return (begun.count(word) + _NEVER_SEEN) / (len(begun) + 1)


def _words(texts: Sequence[str], beginning: str) -> Iterator[str]:
    """The words that begin so, whole; a beginning that ends with a sign is a word of its own."""
    places = ((text, found.start()) for text in texts for found in re.finditer(re.escape(beginning), text))
    for text, start in islice(places, _TRIED):
        end = start + len(beginning)
        if start and _is_letter(beginning[0]) and _is_letter(text[start - 1]):
            continue
        if _is_letter(beginning[-1]):
            while _is_letter(text[end : end + 1]):
                end += 1
        yield text[start:end]


def _is_letter(letter: str) -> bool:
    return letter.isalnum() or letter == "_"
