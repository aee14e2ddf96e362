"""Keeps what was worked out last, so that it is there when the next key asks the same, and so much of it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock, RLock
from typing import Any, Generic, TypeVar, overload

_K = TypeVar("_K", bound=Hashable)
_V = TypeVar("_V")


class BoundedDict(dict[_K, _V]):
    """A dict that lets go of all it has before it would have more than so many: to ask it costs no call."""

    __slots__ = ("_most",)

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def __setitem__(self, key: _K, value: _V) -> None:
        if len(self) >= self._most and key not in self:
            self.clear()
        super().__setitem__(key, value)


class LruCache(Generic[_K, _V]):
    """The values for the keys that were asked for last; for several threads.

    Args:
        most: how many there are at most; or how much they weigh.
        weigh: what a key and its value weigh, told by the key.

    """

    def __init__(self, most: int, weigh: Callable[[_K], int] = lambda key: 1) -> None:
        self._most = most
        self._weigh = weigh
        self._weight = 0
        self._values: dict[_K, _V] = {}
        self._lock = Lock()
        self._turns: dict[_K, RLock] = {}

    def get(self, key: _K, make: Callable[[], _V]) -> _V:
        """The value for a key, made where it is not there: by one thread, while others that ask wait."""
        with self._lock:
            if key in self._values:
                value = self._values[key] = self._values.pop(key)
                return value
            turn = self._turns.setdefault(key, RLock())
        with turn:
            try:
                with self._lock:
                    if key in self._values:  # another thread has made it meanwhile
                        return self._values[key]
                return self._keep(key, make())
            finally:
                self._turns.pop(key, None)

    def _keep(self, key: _K, value: _V) -> _V:
        with self._lock:
            self._weight += 0 if key in self._values else self._weigh(key)
            self._values[key] = value
            while self._weight > self._most:
                oldest = next(iter(self._values))
                del self._values[oldest]
                self._weight -= self._weigh(oldest)
        return value

    def clear(self) -> None:
        """Let go of all."""
        with self._lock:
            self._values.clear()
            self._weight = 0


class CachedProperty(Generic[_V]):
    """A property that is worked out when it is first asked for, and then is an attribute.

    Up to Python 3.11 that of `functools` has one lock for all objects of a class: who asks for that of a
    small text waits until that of a large one is made. Here two threads may work it out at once, as they do
    there from Python 3.12 on.
    """

    def __init__(self, make: Callable[[Any], _V]) -> None:
        self._make = make
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> CachedProperty[_V]: ...

    @overload
    def __get__(self, instance: object, owner: type) -> _V: ...

    def __get__(self, instance: object | None, owner: type) -> CachedProperty[_V] | _V:
        if instance is None:
            return self
        value = instance.__dict__[self._name] = self._make(instance)
        return value


cached_property = CachedProperty
