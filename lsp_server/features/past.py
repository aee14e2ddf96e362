"""What became of the suggestions before this one: which were typed away, and how many were not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lsp_server.text import common, first_word

_JUST = 4
"""What was typed away by no more than so many letters, blanks aside, may flicker if it is suggested again."""

_RATE = 0.1
"""How much the newest suggestion counts in the share of those that were right."""

_EVEN = 0.5


@dataclass(frozen=True, slots=True)
class Past:
    """`hits` is the share of suggestions of which the first word was not typed away; the newest count most.

    `gone` is what was left of those that were typed away just now, without blanks around.
    """

    hits: float = _EVEN
    gone: frozenset[str] = frozenset()


NO_PAST = Past()


def past_of(made: Iterable[tuple[str, str, int]], text: str, offset: int) -> Past:
    """The past at a cursor in a text.

    Args:
        made: the suggestions, the oldest first: each what was suggested, the text that it was suggested in,
            and the cursor then. Those in which another text stood before the cursor do not count.
        text: as it is now.
        offset: the cursor now.

    """
    hits, gone = _EVEN, set[str]()
    for suggested, then, start in made:
        typed = text[start:offset]
        first = first_word(suggested)
        if not typed or first[:-1].startswith(typed) or text[:start] != then[:start]:
            continue
        hits += _RATE * (typed.startswith(first) - hits)
        kept = common(suggested, typed)
        if kept < len(typed) and len("".join(typed[kept:].split())) <= _JUST:
            gone.add(suggested[kept:].strip())
    return Past(hits, frozenset(gone))
