"""Adapts code to a wish by the words in which the wish differs from what was said of the code.

Where `Recalculate the order of teams` was said of some code, and `... of users` is wished, what is `team`
there is `user` here, however it is written: `TeamOrder`, `team_order`, `"team-order"`. Must not know a
language.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from lsp_server.retrieval import parts_of, telling

_JOINTS = ("", "_", "-", ".", " ")
"""What may stand between the words of one name."""

_MOST = 200
"""Words of what is said and wished that are compared."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A word in a text: as it stands there, what it is compared by, and where."""

    text: str
    stem: str
    start: int
    end: int


def by_analogy(code: str, said: str, wish: str) -> str:
    """The code with the words of a wish in place of those that were said of it instead."""
    changes = dict(_changes(_parts(said), _parts(wish)))
    longest = max((count for count, _ in changes.values()), default=0)
    parts, done, made, place = _parts(code), 0, "", 0
    while place < len(parts):
        for count in range(min(longest, len(parts) - place), 0, -1):
            old = parts[place : place + count]
            change = changes.get("".join(part.stem for part in old))
            if change is not None and _is_one_name(code, old):
                made += code[done : old[0].start] + _spelt(code, old, change[1])
                done = old[-1].end
                place += count
                break
        else:
            place += 1
    return made + code[done:]


def _parts(text: str) -> list[_Part]:
    return [_Part(match[0], stem, *match.span()) for match, stem in parts_of(text)]


def _changes(said: Sequence[_Part], wish: Sequence[_Part]) -> Iterator[tuple[str, tuple[int, Sequence[str]]]]:
    """What was said that other words of the wish stand for: joined, how many words it is, and those."""
    said, wish = ([part for part in of[:_MOST] if telling(part.stem)] for of in (said, wish))
    old, new = ([part.stem for part in of] for of in (said, wish))
    for kind, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "replace":
            yield "".join(old[start:end]), (end - start, [part.text for part in wish[first:last]])


def _is_one_name(code: str, parts: Sequence[_Part]) -> bool:
    """Whether nothing but a sign stands between words that follow each other."""
    return all(code[one.end : other.start] in _JOINTS for one, other in pairwise(parts))


def _spelt(code: str, old: Sequence[_Part], new: Sequence[str]) -> str:
    """New words, written as the old ones are."""
    first = old[0].text
    joint = code[old[0].end : old[1].start] if len(old) > 1 else _joint_beside(code, old[0])
    if first.isupper() and len(first) > 1:
        return joint.join(new).upper()
    head = _capital(new[0]) if first[:1].isupper() else new[0].lower()
    rest = [_capital(one) if not joint or first[:1].isupper() else one.lower() for one in new[1:]]
    return joint.join((head, *rest))


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def _joint_beside(code: str, part: _Part) -> str:
    """What joins a word to its neighbours: a sign, or nothing where capital letters do."""
    before, after = code[part.start - 1 : part.start], code[part.end : part.end + 1]
    sign = next((sign for sign in (before, after) if sign in ("_", "-")), None)
    if sign is not None:
        return sign
    return "" if part.text.istitle() or before.isalpha() or after.isalpha() else "_"
