"""An editor that puts a closing bracket or quote behind the cursor by itself, as VS Code does.

It closes what is typed by hand, where what follows the cursor lets it, and nothing that is taken over. The
closer is typed over where the text goes on with it. Enter between two brackets puts the closing one on a line
of its own, which the person passes with one key. What the stretch that is typed does not close itself is
closed below already: there nobody leaves the closer, and none is put. Must not know what is suggested.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lsp_server.lab.material.places import PlaceKind
from lsp_server.text import common

_BEFORE_QUOTES = frozenset(";:.,=}])> \n\t")
_BEFORE_BRACKETS = _BEFORE_QUOTES.union("'\"`")
"""Before these, and at the end of a text, VS Code closes unless a language says otherwise (`autoCloseBefore`,
https://code.visualstudio.com/api/language-extensions/language-configuration-guide#autoclosing).
"""

_KINDS = {"string": PlaceKind.STRING, "comment": PlaceKind.COMMENT}


@dataclass(frozen=True, slots=True)
class ClosedPair:
    """What an editor puts behind what is typed, and where it does not."""

    opener: str
    closer: str
    apart: frozenset[PlaceKind] = frozenset()

    @property
    def is_quote(self) -> bool:
        """Whether both are the same."""
        return self.opener == self.closer


def closed_pairs(configured: Iterable[Mapping[str, Any]]) -> tuple[ClosedPair, ...]:
    """The `autoClosingPairs` of a language configuration of VS Code."""
    return tuple(
        ClosedPair(pair["open"], pair["close"], frozenset(_KINDS[kind] for kind in pair["notIn"]))
        for pair in configured
    )


@dataclass(frozen=True, slots=True)
class Stroke:
    """What a key does: `letters` come before the cursor in place of `over` characters behind it, and `behind`
    comes behind it. `more` keys are needed beside it.
    """

    letters: str
    over: int = 0
    behind: str = ""
    more: int = 0


@dataclass(frozen=True, slots=True)
class Closing:
    """The editor while a text is typed.

    Attributes:
        text: what is typed.
        kinds: the `PlaceKind` of each offset in it.
        pairs: what is closed.
        closers: by the offset of what opens in the text, that of what closes it.
        standing: what stands behind the cursor by itself, the nearest last, with its offset in the text.

    """

    text: str = field(repr=False)
    kinds: Sequence[int] = field(repr=False)
    pairs: tuple[ClosedPair, ...]
    closers: Mapping[int, int] = field(repr=False)
    standing: tuple[tuple[int, str], ...] = ()

    @classmethod
    def of(cls, text: str, kinds: Sequence[int], pairs: tuple[ClosedPair, ...]) -> Closing:
        """The editor before anything of a text is typed."""
        return cls(text, kinds, pairs, dict(_closers(text, kinds, pairs)))

    def next_key(self, done: int) -> str:
        """What one key writes behind so much of the text: a letter, or all to a closer on the next line."""
        if self.standing:
            place, closer = self.standing[-1]
            between = self.text[done:place]
            if closer.startswith("\n") and between.startswith("\n") and not between[1:].strip(" \t"):
                return self.text[done : place + 1]
        return self.text[done]

    def pressed(self, done: int, before: str, after: str) -> tuple[Closing, Stroke]:
        """What the next key does between what stands `before` and `after` the cursor."""
        letters = self.next_key(done)
        if letters == "\n" and self._is_between(before):
            return self._apart(done, before)
        here, stroke = self.taken(done, letters)
        pair = self._closed_at(done, before, after) if not stroke.over else None
        if pair is None:
            joined = bool(stroke.over) and len(letters) == 1 and self.standing[-1][1].startswith("\n")
            return here, replace(stroke, more=int(joined))
        standing = (*here.standing, (self.closers[done], pair.closer))
        return replace(here, standing=standing), replace(stroke, behind=pair.closer)

    def taken(self, done: int, letters: str) -> tuple[Closing, Stroke]:
        """What is written at once behind so much of the text: closers that stand there are typed over."""
        standing, over = list(self.standing), 0
        while standing and standing[-1][0] < done + len(letters):
            over += len(standing.pop()[1])
        return replace(self, standing=tuple(standing)), Stroke(letters, over)

    def _is_between(self, before: str) -> bool:
        """Whether the cursor is between two brackets, the second of which the editor put there."""
        closer = self.standing[-1][1] if self.standing else ""
        return any(p.closer == closer and before.endswith(p.opener) and not p.is_quote for p in self.pairs)

    def _apart(self, done: int, before: str) -> tuple[Closing, Stroke]:
        """Enter between two brackets: a line for what is between, as far in as it will be, and one below."""
        place, closer = self.standing[-1]
        outer, inner = margin(before.rpartition("\n")[2]), margin(self.text[done + 1 :].partition("\n")[0])
        below = f"\n{outer}{closer}"
        given = inner if inner.startswith(outer) else inner[: common(outer, inner)]
        here = replace(self, standing=(*self.standing[:-1], (place, below)))
        return here, Stroke(f"\n{given}", len(closer), below)

    def _closed_at(self, done: int, before: str, after: str) -> ClosedPair | None:
        """What the editor closes when the letter there is typed."""
        pair = next((pair for pair in self.pairs if pair.opener == self.text[done]), None)
        if pair is None or done not in self.closers or self.kinds[done] in pair.apart:
            return None
        following = after[:1]
        if following and following not in (_BEFORE_QUOTES if pair.is_quote else _BEFORE_BRACKETS):
            return None
        in_word = pair.is_quote and (before[-1:].isalnum() or before[-1:] == "_")
        return None if in_word else pair


def margin(line: str) -> str:
    """The indentation of a line."""
    return line[: len(line) - len(line.lstrip(" \t"))]


def _closers(text: str, kinds: Sequence[int], pairs: Sequence[ClosedPair]) -> Iterator[tuple[int, int]]:
    """The offsets of what opens and of what closes it; a quote is closed in its line."""
    by_closer = {pair.closer: pair for pair in pairs}
    openers = {pair.opener for pair in pairs}
    opened: list[int] = []
    for place, letter in enumerate(text):
        if letter == "\n":
            opened = [one for one in opened if text[one] not in by_closer]
        if kinds[place] == PlaceKind.COMMENT or (place and text[place - 1] == "\\"):
            continue
        pair = by_closer.get(letter)
        if pair is not None and opened and text[opened[-1]] == pair.opener:
            yield opened.pop(), place
        elif letter in openers:
            opened.append(place)
