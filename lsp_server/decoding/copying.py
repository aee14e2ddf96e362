"""What a text goes on with where it stood before like this.

Files repeat themselves: after the longest run of words before the cursor that stands elsewhere too, what
followed there is likely. It is mixed with what the model says, as a cache is (Grave et al. 2017, "Improving
Neural Language Models with a Continuous Cache"), with a weight that grows with the run.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

_WEIGHTS = (0.0, 0.23, 0.5, 0.55, 0.85, 0.85, 0.95)
"""By the number of words of a run, the weight of what followed it.

Chosen so that it goes before what the model says (see `mixed`) about where, in files held out, it was right
more often.
"""

_SURE = 0.9
_WORD = re.compile(r"\w+|[^\w\s]|\n")
_LONGEST = 240
"""A run has at most so many characters."""

_PLACES = 64
"""Of the places where the last word stands, so many are looked at, the nearest first."""

_VOTES = 8
_AHEAD = 64
"""So many characters of what followed there are read."""


@dataclass(frozen=True, slots=True)
class Copy:
    """What may follow: by token the weight that it is the next, together less than 1; and a draft.

    The draft are the tokens that followed at the nearest place.
    """

    weights: Mapping[int, float]
    draft: Sequence[int]

    @property
    def sure(self) -> int | None:
        """The token that followed so long a run that few models know better; None if there is none."""
        return next((token for token, weight in self.weights.items() if weight > _SURE), None)


NOTHING = Copy({}, ())


class Copies:
    """Looks up what followed the last words in some texts.

    Args:
        before: the text before what is written, one of the texts.
        others: the other texts, those first that count most.
        encode: from text to tokens.

    """

    def __init__(self, before: str, others: Sequence[str], encode: Callable[[str], list[int]]) -> None:
        self._before = before
        self._others = others
        self._encode = encode
        self._encoded: dict[str, list[int]] = {}

    def after(self, written: str, begun: str) -> Copy:
        """What may follow the text and what was written since, of which `begun` is known already."""
        text = self._before + written
        near = text[-_LONGEST:] + begun
        words = [match.start() for match in _WORD.finditer(near)]
        if not words:
            return NOTHING
        best = 1
        found: list[str] = []
        last = near[words[-1] :]
        for source, place in self._places(last, len(self._before) + (0 if written else len(begun) - 1)):
            length = _words(near, words, source, place)
            if length >= best:
                found = found if length == best else []
                best = length
                found.append(source[place - len(begun) : place + _AHEAD])
        votes = [tokens for ending in found[:_VOTES] if (tokens := self._tokens(ending))]
        if not votes:
            return NOTHING
        weight = _WEIGHTS[min(best, len(_WEIGHTS) - 1)]
        firsts = Counter(tokens[0] for tokens in votes)
        return Copy({token: weight * count / len(votes) for token, count in firsts.items()}, votes[0])

    def _places(self, word: str, end: int) -> Iterator[tuple[str, int]]:
        """Where a word stands, before an offset or in the other texts: a source, and its end there.

        The nearest come first. What is written now is no source: it would repeat itself for ever.
        """
        left = _PLACES
        while left and (place := self._before.rfind(word, 0, end)) >= 0:
            yield self._before, place + len(word)
            end, left = place + len(word) - 1, left - 1
        for other in self._others:
            place = -1
            while left and (place := other.find(word, place + 1)) >= 0:
                yield other, place + len(word)
                left -= 1

    def _tokens(self, ending: str) -> list[int]:
        found = self._encoded.get(ending)
        if found is None:
            found = self._encoded[ending] = self._encode(ending)
        return found


def _words(near: str, words: Sequence[int], source: str, place: int) -> int:
    """How many words before a place in a source are the last ones of `near`, whole words all of them."""
    there = source[max(0, place - len(near)) : place]
    same = 0
    for one, other in zip(reversed(near), reversed(there), strict=False):
        if one != other:
            break
        same += 1
    first = len(near) - same
    count = sum(start > first for start in words)
    whole = place == same or not (source[place - same - 1].isalnum() and near[first : first + 1].isalnum())
    return count + (first in words and whole)
