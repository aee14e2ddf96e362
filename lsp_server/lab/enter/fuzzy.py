"""How well letters fit an entry of a list, by the rules that VS Code filters and sorts with.

The letters must stand in the entry in their order. Where they stand gives points, and what is skipped costs
some. It knows nothing of lists and languages.
"""

from __future__ import annotations

_SIGNS = frozenset("_-. '\":/\\$<>()[]{}")
_OWN_PLACE, _OWN_PLACE_OTHER_CASE, _BEGINS_PART, _ANYWHERE = 7, 5, 5, 1
_GAP, _GAP_AT_PART = 5, 3
_WHOLE = 2
_SWAPPED = 3
_SWAPS = 6
_SHORTEST_SWAPPED = 3


def score(letters: str, entry: str) -> int | None:
    """The points of some letters in an entry; None if they do not fit.

    Of three letters or more, two neighbours may be swapped, which costs some.
    """
    best = _score(letters, entry)
    if len(letters) < _SHORTEST_SWAPPED:
        return best
    for place in range(1, min(_SWAPS + 1, len(letters) - 1)):
        one, other = letters[place], letters[place + 1]
        if one == other:
            continue
        found = _score(letters[:place] + other + one + letters[place + 2 :], entry)
        if found is not None and (best is None or found - _SWAPPED > best):
            best = found - _SWAPPED
    return best


def _score(letters: str, entry: str) -> int | None:
    small, low = letters.lower(), entry.lower()
    if not letters or len(letters) > len(entry) or not _within(small, low):
        return None
    if len(low) != len(entry) or len(small) != len(letters):
        return None
    first = [place for place, sign in enumerate(low) if sign == small[0]]
    if not any(
        _points(letters, 0, entry, low, place)[0] > 1 and _within(small, low[place:]) for place in first
    ):
        return None
    last = len(entry) - 1
    before: dict[int, int] = {}
    for number, letter in enumerate(small):
        here: dict[int, int] = {}
        best_gap: int | None = None  # of what ends two places back or farther: its points, and its place
        for place in range(number, len(entry)):
            if number and place - 2 in before:
                candidate = before[place - 2] + (place - 2)
                best_gap = candidate if best_gap is None else max(best_gap, candidate)
            if low[place] != letter:
                continue
            points, at_part = _points(letters, number, entry, low, place)
            points -= 0 if place < last else _GAP_AT_PART if at_part else _GAP
            if not number:
                skipped = 0 if not place else _GAP_AT_PART if at_part else _GAP
                here[place] = points - skipped - place
                continue
            options = []
            if place - 1 in before:
                options.append(before[place - 1] + (0 if at_part else 1))
            if best_gap is not None:
                options.append(best_gap - (place - 1) - _GAP + (2 if at_part else 0))
            if options:
                here[place] = points + max(options)
        before = here
    if not before:
        return None
    best = max(points - (_GAP if place < last else 0) for place, points in before.items())
    return best + (_WHOLE if len(letters) == len(entry) else 0)


def _within(letters: str, text: str) -> bool:
    rest = iter(text)
    return all(letter in rest for letter in letters)


def _points(letters: str, number: int, entry: str, low: str, place: int) -> tuple[int, bool]:
    """What a letter gives at a place, and whether a part of the entry begins there."""
    capital = entry[place] != low[place]
    after_sign = place > 0 and low[place - 1] in _SIGNS
    at_part = capital or after_sign
    same = letters[number] == entry[place]
    if place == number or (capital and (not place or entry[place - 1] == low[place - 1])):
        return (_OWN_PLACE if same else _OWN_PLACE_OTHER_CASE), at_part
    if after_sign or (low[place] in _SIGNS and (not place or low[place - 1] not in _SIGNS)):
        return _BEGINS_PART, at_part
    return _ANYWHERE, at_part
