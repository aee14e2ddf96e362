"""How what follows a cursor is read to the end of a document, so that a long rest is read once.

A parser that comes to a lexeme with the stack with which all was read from there to the end of a valid text
comes to the end again, and with that with which it stumbled it stumbles there again. Texts are compared from
their ends: what was read before an edit counts after it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice

from lsp_server.lalr.grammar import Grammar
from lsp_server.lalr.table import Stack

_LEAST = 5_000
"""A rest that has no more characters than this is read again."""

_MOST = 4
_EACH = 16
"""Of so many texts the stack before each so-manieth lexeme is kept."""

_FAR = 8
"""Where the parser stumbles before there are so many of them, none is kept: that is soon read again."""


@dataclass(frozen=True, slots=True)
class Stumble:
    """A lexeme that does not fit. Places are counted from where the rest begins.

    Attributes:
        place: where it begins.
        stack: the stack before it.
        last: where the lexeme before it begins; None where none is in the rest.
        begun: where top-level elements begin before it.

    """

    place: int
    stack: Stack
    last: int | None = None
    begun: tuple[int, ...] = ()

    def after(self, place: int, last: int | None, begun: Sequence[int]) -> Stumble:
        """The same as it is met by one who came to a place, after another lexeme and other beginnings."""
        later = (start for start in self.begun if start >= place)
        return replace(self, last=last if place == self.place else self.last, begun=(*begun, *later))

    def moved(self, by: int) -> Stumble:
        """The same with places that are counted from elsewhere."""
        last = None if self.last is None else self.last + by
        return Stumble(self.place + by, self.stack, last, tuple(start + by for start in self.begun))


@dataclass(frozen=True, slots=True)
class _Read:
    """A text, and stacks with which it was read to its end, by how many characters were left.

    If `stumble` is given, to where nothing fitted instead; its places are counted from the end of the text.
    """

    text: str = field(repr=False)
    stacks: Mapping[int, Stack] = field(repr=False)
    stumble: Stumble | None = None

    def knows(self, left: int, stack: Stack) -> bool:
        """Whether it came to a lexeme with a stack, so many characters being left."""
        known = self.stacks.get(left)
        return known is not None and known.same_as(stack)


class Rest:
    """What follows a cursor, and what is known of how it can be read to its end.

    Args:
        grammar: the language.
        text: what follows the cursor.
    """

    def __init__(self, grammar: Grammar, text: str) -> None:
        self._text = text
        self._reads, self._failed = _reads(grammar)
        self._back = max(1, grammar.looks_back)
        # What the end of a line stands for depends on the whole line, and a short rest is soon read.
        self._usable = len(text) > _LEAST and grammar.blocks is None
        shared = self._shared(self._reads)
        self._common, self._read = max(shared, key=lambda found: found[0], default=(0, _Read("", {})))
        self._stumbling = deque(self._shared(self._failed), _MOST)
        self._again: tuple[int, _Read] | None = None
        self._met: dict[int, Stack] = {}
        self._well: dict[int, Stack] = {}

    def _shared(self, reads: deque[_Read]) -> Iterator[tuple[int, _Read]]:
        """What was read of texts, and with how many characters they end as this one does."""
        return ((_common_end(read.text, self._text), read) for read in (*reads,) if self._usable)

    def begin(self) -> None:
        """Begin to read it."""
        self._met, self._again = {}, None

    def ends_well(self, place: int, stack: Stack) -> bool:
        """Whether it is known that all can be read from a lexeme of it on, before which the stack is this."""
        if not self._usable or place < self._back:
            return False
        left = len(self._text) - place
        return left + self._back <= self._common and self._read.knows(left, stack)

    def goes_well(self, place: int, stack: Stack) -> bool:
        """Whether it went well from a lexeme of it on before, the stack being this; if not, that is kept.

        A short rest may go well too, and one that is read to where it is known how it goes on.
        """
        if place < self._back:
            return False
        left = len(self._text) - place
        known = self._well.get(left)
        if known is not None and known.same_as(stack):
            return True
        self._met[left] = stack
        return False

    def stumble_from(self, place: int, stack: Stack) -> Stumble | None:
        """Where the parser stumbles that comes to a lexeme of it with a stack, if that is known."""
        left = len(self._text) - place
        if place < self._back or not left:
            return None
        for common, read in self._stumbling:
            if left + self._back <= common and read.knows(left, stack):
                assert read.stumble is not None
                self._again = left, read
                return read.stumble.moved(len(self._text))
        return None

    def went_well(self) -> None:
        """Note that it was read since `begin` to where all goes well."""
        self._well.update(self._met)

    def ended_well(self) -> None:
        """Note that it was read since `begin` to its end, or to where that is known."""
        self.went_well()
        met = self._to_keep()
        if not met:
            return
        most, stacks = self._common - self._back, self._read.stacks
        known = {left: stack for left, stack in stacks.items() if left <= most}
        read = _Read(self._text, {**known, **met})
        self._reads.append(read)
        self._common, self._read = len(self._text), read

    def stumbled(self, found: Stumble) -> None:
        """Note that it was read since `begin` to where the parser stumbles, or to where that is known."""
        met = self._to_keep()
        if len(met) < _FAR:
            return
        known: Mapping[int, Stack] = {}
        if self._again is not None:
            most, before = self._again
            known = {left: stack for left, stack in before.stacks.items() if left <= most}
        read = _Read(self._text, {**known, **met}, found.moved(-len(self._text)))
        self._failed.append(read)
        self._stumbling.append((len(self._text), read))

    def _to_keep(self) -> dict[int, Stack]:
        """Some of the stacks that were met since `begin`, for other texts."""
        return dict(islice(self._met.items(), _EACH - 1, None, _EACH)) if self._usable else {}


@lru_cache(maxsize=64)
def _reads(grammar: Grammar) -> tuple[deque[_Read], deque[_Read]]:
    """The texts that were read last to their ends, and those to where the parser stumbled."""
    return deque(maxlen=_MOST), deque(maxlen=_MOST)


def _common_end(one: str, other: str) -> int:
    """With how many characters both texts end."""
    least, most = 0, min(len(one), len(other))
    if one.endswith(other) or other.endswith(one):
        return most
    while least < most:
        middle = (least + most + 1) // 2
        if one.endswith(other[len(other) - middle :]):
            least = middle
        else:
            most = middle - 1
    return least
