"""A sequence that is cut and goes on at its end; what versions of it have in common is stored once.

Cutting, going on and copying cost the same however long it is, in practice: a bound of one chunk, and a
reference for each of the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Generic, TypeVar, overload

_T = TypeVar("_T")

_CHUNK = 512


class Trail(Sequence[_T], Generic[_T]):
    """An immutable sequence. All chunks but the last are full, and none is empty."""

    __slots__ = ("_chunks", "_length")

    def __init__(self, items: Iterable[_T] = ()) -> None:
        found = tuple(items)
        self._length = len(found)
        self._chunks = tuple(found[at : at + _CHUNK] for at in range(0, self._length, _CHUNK))

    def first(self, count: int) -> Trail[_T]:
        """The first `count` of it, or all of them."""
        if count >= self._length:
            return self
        full, rest = divmod(max(0, count), _CHUNK)
        chunks = self._chunks[:full]
        return _of((*chunks, self._chunks[full][:rest]) if rest else chunks)

    def followed_by(self, items: Sequence[_T]) -> Trail[_T]:
        """It, and then some more."""
        if not items:
            return self
        whole, rest = divmod(self._length, _CHUNK)
        last = (*self._chunks[-1], *items) if rest else tuple(items)
        more = tuple(last[at : at + _CHUNK] for at in range(0, len(last), _CHUNK))
        return _of((*self._chunks[:whole], *more))

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, place: int) -> _T: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[_T]: ...
    def __getitem__(self, place: int | slice) -> _T | Sequence[_T]:
        if isinstance(place, slice):
            start, stop, step = place.indices(self._length)
            if (start, step) == (0, 1):
                return self.first(stop)
            return tuple(self[number] for number in range(start, stop, step))
        number = place + self._length if place < 0 else place
        if not 0 <= number < self._length:
            raise IndexError(place)
        return self._chunks[number // _CHUNK][number % _CHUNK]

    def __iter__(self) -> Iterator[_T]:
        return chain.from_iterable(self._chunks)

    def __reversed__(self) -> Iterator[_T]:
        return chain.from_iterable(map(reversed, reversed(self._chunks)))

    def __eq__(self, other: object) -> bool:
        return self._chunks == other._chunks if isinstance(other, Trail) else NotImplemented

    def __hash__(self) -> int:
        return hash((self._length, *islice(reversed(self), 1)))

    def __repr__(self) -> str:
        return f"Trail({list(self)!r})"


def _of(chunks: tuple[tuple[_T, ...], ...]) -> Trail[_T]:
    made: Trail[_T] = Trail()
    made._chunks = chunks
    made._length = (len(chunks) - 1) * _CHUNK + len(chunks[-1]) if chunks else 0
    return made
