"""What a text goes on with where it stood before like this.

Files repeat themselves: after the longest run of words before the cursor that stands elsewhere too, what
followed there is likely. It is mixed with what the model says, as a cache is (Grave et al. 2017, "Improving
Neural Language Models with a Continuous Cache"), with a weight that grows with the run.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

_WEIGHTS = (0.0, 0.23, 0.5, 0.55, 0.85, 0.85, 0.95)
"""By the number of words of a run, the weight of what followed it.

Chosen so that it goes before what the model says (see `mixed`) about where, in files held out, it was right
more often.
"""

_SURE = 0.9
_RIGHT = ((6, 0.7), (9, 0.8), (14, 0.85), (math.inf, 0.9))
"""Up to how many words of a run how likely the token that is sure is right.

In files held out 41, 59, 65 and 74 % of the words were right of which a token was copied so, 138 in all.
"""

_WORD = re.compile(r"\w+|[^\w\s]|\n")
_LONGEST = 240
"""A run has at most so many characters."""

_VOTES = 8
_AHEAD, _WORD_AHEAD = 64, 24
"""So many characters of what followed at the nearest place are read, and of what followed elsewhere, whose
first token counts alone."""


@dataclass(frozen=True, slots=True)
class Copy:
    """What may follow: by token the weight that it is the next, together less than 1; and a draft.

    The draft are the tokens that followed at the nearest place, `run` the words before it that stand there
    too.
    """

    weights: Mapping[int, float]
    draft: Sequence[int]
    run: int = 0

    @property
    def sure(self) -> int | None:
        """The token that followed so long a run that few models know better; None if there is none."""
        return next((token for token, weight in self.weights.items() if weight > _SURE), None)

    @property
    def likelihood(self) -> float:
        """The logarithm of how likely, after a run of that length, the token that is sure is right."""
        return next((math.log(share) for most, share in _RIGHT if self.run <= most), 0.0)


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
        near = (self._before + written)[-_LONGEST:] + begun
        # What is written now is no source: it would repeat itself for ever.
        end = len(self._before) + (0 if written else len(begun) - 1)
        length, places = self._longest(near, end)
        ahead = (_AHEAD, *(_WORD_AHEAD,) * _VOTES)
        found = (
            source[place - len(begun) : place + far]
            for (source, place), far in zip(places, ahead, strict=False)
        )
        votes = [tokens for ending in found if (tokens := self._tokens(ending))]
        if not votes:
            return NOTHING
        weight = _WEIGHTS[min(length, len(_WEIGHTS) - 1)]
        firsts = Counter(tokens[0] for tokens in votes)
        return Copy({token: weight * count / len(votes) for token, count in firsts.items()}, votes[0], length)

    def _longest(self, near: str, end: int) -> tuple[int, list[tuple[str, int]]]:
        """How many words the longest run has that ends a text and stands elsewhere, and where it does.

        Where a run stands, all shorter ones stand too.
        """
        starts = [match.start() for match in _WORD.finditer(near)][::-1]
        known, missing = 0, len(starts) + 1
        while known + 1 < missing:
            unbounded = missing > len(starts)
            count = min(2 * known or 1, len(starts)) if unbounded else (known + missing) // 2
            if next(self._ends(near[starts[count - 1] :], end), None) is None:
                missing = count
            else:
                known = count
        if not known:
            return 0, []
        return known, [*islice(self._ends(near[starts[known - 1] :], end), _VOTES)]

    def _ends(self, run: str, end: int) -> Iterator[tuple[str, int]]:
        """Where a run of whole words stands before an offset, and in the other texts; the nearest first.

        Each place is a text and where the run ends in it.
        """
        place = self._before.rfind(run, 0, end)
        while place >= 0:
            if _is_whole(self._before, place, run):
                yield self._before, place + len(run)
            place = self._before.rfind(run, 0, place + len(run) - 1)
        for other in self._others:
            place = other.find(run)
            while place >= 0:
                if _is_whole(other, place, run):
                    yield other, place + len(run)
                place = other.find(run, place + 1)

    def _tokens(self, ending: str) -> list[int]:
        found = self._encoded.get(ending)
        if found is None:
            found = self._encoded[ending] = self._encode(ending)
        return found


def _is_whole(source: str, place: int, run: str) -> bool:
    """Whether a run that stands at a place begins with a whole word there."""
    return not (place and source[place - 1].isalnum() and run[0].isalnum())
