"""Keeps what was worked out last, so that it is there when the next key asks the same, and so much of it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

_K = TypeVar("_K", bound=Hashable)
_V = TypeVar("_V")


class Bounded(dict[_K, _V]):
    """A dict that lets go of all it has before it would have more than so many: to ask it costs no call."""

    __slots__ = ("_most",)

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def __setitem__(self, key: _K, value: _V) -> None:
        if len(self) >= self._most and key not in self:
            self.clear()
        super().__setitem__(key, value)


class Kept(Generic[_K, _V]):
    """The values for so many keys at most, those that were asked for last; for several threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: dict[_K, _V] = {}
        self._lock = Lock()

    def get(self, key: _K, make: Callable[[], _V]) -> _V:
        """The value for a key, made where it is not there; two threads may both make it."""
        with self._lock:
            value = self._values.pop(key, None)
            if value is not None:
                self._values[key] = value
                return value
        value = make()
        with self._lock:
            self._values[key] = value
            while len(self._values) > self._most:
                del self._values[next(iter(self._values))]
        return value
