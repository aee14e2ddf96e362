"""Where a model says the same over and over: in its tokens, and in the lexemes of the text.

A small model finds no way out of that. What is said once more may be meant, so that it takes a third time, or
that nothing else comes before the tokens are used up. Must not know a language.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

_PERIOD, _REPEATED = 6, 8
"""At most so many tokens are repeated; three times, and until there are so many."""

_LONG = 8
"""A token of so many bytes that stands three times in a row is a ruler of dashes, if anybody means it.

Of 13,999 lines of people's files in four languages 304 have one, and none a word.
"""

_UNIT = 3
"""So many lexemes are more than a value with its comma.

Of 9,148 lines of people's files in six languages none has such a unit three times in a row; 12 have it twice.
"""

_BETWEEN = (",", "(", "[", "{")
"""Signs that stand between words that are alike in lists, and where one is nested in the other."""

_SPELLED = 3
"""So many letters make a word, and no sign for something as in `x + x + x`."""


class Loop(NamedTuple):
    """So many tokens, the same few of them over and over."""

    length: int
    period: int


def repeated(tokens: Sequence[int], size: int = 0) -> Loop | None:
    """The last tokens, if they are the same few over and over, which a small model finds no way out of.

    `size`: how many bytes the last one has.
    """
    if size >= _LONG and len(tokens) >= 3 and len(set(tokens[-3:])) == 1:
        return Loop(3, 1)
    for period in range(1, _PERIOD + 1):
        length = max(3 * period, _REPEATED)
        if len(tokens) >= length and tokens[period - length :] == tokens[-length:-period]:
            return Loop(length, period)
    return None


def third_time(lexemes: Sequence[str]) -> int | None:
    """The lexeme at which it begins to be said again what then is said a third time; None if it is not.

    What stands between two times need not come after the third. The last lexeme does not count, since it may
    go on.
    """
    found = _again(lexemes[:-1], _UNIT, lambda period: 2 * period - 1)
    return _chained(lexemes[:-1]) if found is None else found


def _chained(lexemes: Sequence[str]) -> int | None:
    """The same of a word that a sign joins to itself, which is no bracket and not a list's comma: in those
    lines none is.
    """
    if len(lexemes) < 5:
        return None
    word, sign, *rest = lexemes[-5:]
    is_chain = rest == [word, sign, word] and sign not in _BETWEEN and not any(map(str.isalnum, sign))
    return len(lexemes) - 4 if is_chain and sum(map(str.isalnum, word)) >= _SPELLED else None


def at_last(lexemes: Sequence[str]) -> int | None:
    """The same of what is said at the end, for the second time, or as a list of the same value."""
    for end in (len(lexemes), len(lexemes) - 1):
        found = _again(lexemes[:end], 1, lambda period: max(period - 1, _UNIT))
        if found is not None:
            return found
    return None


def _again(lexemes: Sequence[str], shortest: int, needed: Callable[[int], int]) -> int | None:
    for period in range(shortest, len(lexemes)):
        if not any(letter.isalnum() for lexeme in lexemes[-period:] for letter in lexeme):
            continue  # signs alone say nothing: brackets are opened one after another
        run = 0
        while run + period < len(lexemes) and lexemes[-1 - run] == lexemes[-1 - run - period]:
            run += 1
        if run >= needed(period):
            return len(lexemes) - run
    return None
