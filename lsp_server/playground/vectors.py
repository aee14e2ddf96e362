"""What the decode loop uses of numpy, where there is none: in a browser this file stands as `numpy`.

Vectors are typed arrays of the page, whose script has the loops over them (`web/src/worker/vectors.ts`).
Names and meanings are numpy's. Of matrices there are only lists of rows. What is not here is not used.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from holegram_page import vectors as _page  # type: ignore[import-not-found]
from pyodide.ffi import to_js  # type: ignore[import-not-found]

inf = math.inf


class float32(float):  # noqa: N801
    """As numpy's; how wide a number is does not matter outside of a vector."""


class float64(float):  # noqa: N801
    """As numpy's."""


class int64(int):  # noqa: N801
    """As numpy's; no place in a vector needs so many bits."""


class uint32(int):  # noqa: N801
    """As numpy's."""


class uint8(int):  # noqa: N801
    """As numpy's."""


class bool_(int):  # noqa: N801
    """As numpy's."""


_NAMES = {
    float32: "float32",
    float64: "float64",
    int64: "int64",
    uint32: "uint32",
    uint8: "uint8",
    bool_: "bool",
}
_FLOATS = (float32, float64)


class ndarray:  # noqa: N801
    """A vector."""

    def __init__(self, data: Any, dtype: type) -> None:
        self.data = data
        self.dtype = dtype
        self.size: int = data.length

    def __class_getitem__(cls, _: Any) -> type[ndarray]:
        return cls

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[Any]:
        return iter(self.tolist())

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, int):
            return self._plain(_page.get(self.data, place))
        if isinstance(place, slice):
            if place.step is None:
                start, stop, _ = place.indices(self.size)
                return ndarray(_page.stretch(self.data, start, stop), self.dtype)
            start, _, step = place.indices(self.size)
            return ndarray(_page.stepped(self.data, start, step, _NAMES[self.dtype]), self.dtype)
        return ndarray(_page.taken(self.data, _places(place), _NAMES[self.dtype]), self.dtype)

    def __setitem__(self, place: Any, value: Any) -> None:
        places = to_js([place]) if isinstance(place, int) else _places(place)
        _page.put(self.data, places, value.data if isinstance(value, ndarray) else value + 0)

    def _plain(self, value: Any) -> Any:
        if self.dtype is bool_:
            return bool(value)
        return float(value) if self.dtype in _FLOATS else int(value)

    def _calculated(self, name: str, other: Any, dtype: type | None = None) -> ndarray:
        kind = dtype or self.dtype
        right = other.data if isinstance(other, ndarray) else other
        return ndarray(_page.calculated(name, _NAMES[kind], self.data, right), kind)

    def __add__(self, other: Any) -> ndarray:
        return self._calculated("add", other)

    def __sub__(self, other: Any) -> ndarray:
        return self._calculated("subtract", other)

    def __mul__(self, other: Any) -> ndarray:
        return self._calculated("multiply", other)

    def __truediv__(self, other: Any) -> ndarray:
        return self._calculated("divide", other)

    def __floordiv__(self, other: Any) -> ndarray:
        return self._calculated("floor", other)

    def __mod__(self, other: Any) -> ndarray:
        return self._calculated("rest", other)

    def __and__(self, other: Any) -> ndarray:
        return self._calculated("and", other)

    def __gt__(self, other: Any) -> ndarray:
        return self._calculated("greater", other, bool_)

    def __invert__(self) -> ndarray:
        return self._calculated("not", 0)

    def argmax(self) -> int:
        """The first place of the greatest number."""
        return int(_page.argmax(self.data))

    def max(self) -> Any:
        """The greatest number."""
        return self[self.argmax()]

    def sum(self) -> Any:
        """The sum."""
        return self._plain(_page.sum(self.data))

    def copy(self) -> ndarray:
        """A copy."""
        return ndarray(_page.stretch(self.data, 0, self.size), self.dtype)

    def astype(self, dtype: type) -> ndarray:
        """The same numbers, of another type."""
        return self._calculated("add", 0, dtype)

    def view(self, dtype: type) -> ndarray:
        """The same bytes as another type."""
        return ndarray(_page.seen(self.data, _NAMES[dtype]), dtype)

    def tolist(self) -> list[Any]:
        """The numbers."""
        return [self._plain(value) for value in _page.listed(self.data).to_py()]


def _places(places: Any) -> Any:
    """The places that are meant by a vector of them, one of truth values, or a sequence."""
    if not isinstance(places, ndarray):
        return to_js(list(places))
    return _page.nonzero(places.data) if places.dtype is bool_ else places.data


def array(values: Iterable[Any], dtype: type) -> ndarray:
    """A vector of some numbers."""
    return ndarray(_page.make(_NAMES[dtype], to_js([value + 0 for value in values])), dtype)


def asarray(values: Any, dtype: type) -> ndarray:
    """The same, or what is a vector already."""
    return values if isinstance(values, ndarray) else array(values, dtype)


def zeros(size: int, dtype: type) -> ndarray:
    """So many zeros."""
    return ndarray(_page.make(_NAMES[dtype], size), dtype)


def empty(shape: tuple[int, ...], dtype: type) -> tuple[ndarray, ...]:
    """No rows at all: the only such matrix."""
    return ()


def full_like(vector: ndarray, value: float) -> ndarray:
    """One number as often as a vector has numbers."""
    return ndarray(_page.filled(_NAMES[vector.dtype], vector.size, value), vector.dtype)


def concatenate(vectors: Sequence[Any]) -> Any:
    """Two vectors, one after the other; or the rows of matrices."""
    if not isinstance(vectors[0], ndarray):
        return [row for matrix in vectors for row in matrix]
    first, second = vectors
    return ndarray(_page.joined(first.data, second.data, _NAMES[first.dtype]), first.dtype)


def flatnonzero(vector: Any) -> ndarray:
    """The places of what is not zero."""
    return ndarray(_page.nonzero(asarray(vector, bool_).data), int64)


def count_nonzero(vector: ndarray) -> int:
    """How much is not zero."""
    return flatnonzero(vector).size


def packbits(flags: ndarray, bitorder: str) -> ndarray:
    """Eight truth values in a byte, the first in its lowest bit."""
    return ndarray(_page.packed(flags.data), uint8)


def unpackbits(bytes_: ndarray, bitorder: str = "little") -> ndarray:
    """The bits of bytes, the lowest first: who wants them in another order only counts them."""
    return ndarray(_page.unpacked(bytes_.data), uint8)


def argsort(vector: ndarray) -> ndarray:
    """The places of the numbers, those of the smallest first."""
    return ndarray(_page.order(vector.data), int64)


def argpartition(vector: ndarray, place: int) -> ndarray:
    """The places of the numbers, those of the greatest so many at the end."""
    return ndarray(_page.parted(vector.data, -place), int64)


def partition(vector: ndarray, place: int) -> ndarray:
    """The numbers, the smallest first."""
    return ndarray(_page.sorted(vector.data), vector.dtype)


def exp(values: Any, out: ndarray | None = None) -> Any:
    """The exponentials of numbers, or of one."""
    if not isinstance(values, ndarray):
        return math.exp(values)
    found = values._calculated("exp", 0)
    if out is not None:
        out.data = found.data
    return found


def log(value: float) -> float:
    """The logarithm; minus infinity of zero."""
    return math.log(value) if value > 0 else -inf


def sqrt(value: float) -> float:
    """The square root."""
    return math.sqrt(value)


class _LogAddExp:
    """The logarithm of a sum of exponentials."""

    def __call__(self, one: float, other: float) -> float:
        return self.reduce((one, other))

    def reduce(self, values: Sequence[float]) -> float:
        peak = max(values)
        return peak if peak == -inf else peak + math.log(math.fsum(math.exp(one - peak) for one in values))


logaddexp: Callable[[float, float], float] = _LogAddExp()


class finfo:  # noqa: N801
    """How exact a type is."""

    def __init__(self, dtype: type) -> None:
        self.eps = 2.0**-23 if dtype is float32 else 2.0**-52
