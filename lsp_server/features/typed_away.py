"""Which suggestions a person has just typed away: what flickers would be suggested once more."""

from __future__ import annotations

from collections.abc import Iterable

from lsp_server.text import common, first_word

_JUST = 4
"""What was typed away by no more than so many letters, blanks aside, may flicker if it is suggested again."""


def typed_away(made: Iterable[tuple[str, str, int]], text: str, offset: int) -> frozenset[str]:
    """What was left of the suggestions that were typed away just now, without blanks around.

    Args:
        made: the suggestions: each what was suggested, the text that it was suggested in, and the cursor
            then. Those in which another text stood before the cursor do not count.
        text: as it is now.
        offset: the cursor now.

    """
    gone = set[str]()
    for suggested, then, start in made:
        typed = text[start:offset]
        if not typed or first_word(suggested)[:-1].startswith(typed) or text[:start] != then[:start]:
            continue
        kept = common(suggested, typed)
        if kept < len(typed) and len("".join(typed[kept:].split())) <= _JUST:
            gone.add(suggested[kept:].strip())
    return frozenset(gone)
