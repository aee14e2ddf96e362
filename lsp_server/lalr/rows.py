"""What a table says by state, each row made where it is first asked for: a text visits few of all states."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Row = TypeVar("Row")


class Rows(dict[int, Row]):
    """A row for each state from 0 on, to be asked for by `[]`.

    It is a dict of those that were made, so that to ask for one of them again costs no call.
    """

    __slots__ = ("_make", "count")

    def __init__(self, count: int, make: Callable[[int], Row]) -> None:
        super().__init__()
        self.count = count
        self._make = make

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Rows[Row]:
        """Rows that are made already."""
        made = list(rows)
        return cls(len(made), made.__getitem__)

    def __missing__(self, state: int) -> Row:
        row = self[state] = self._make(state)
        return row

    def all(self) -> Iterator[Row]:
        """Every row, in order."""
        return map(self.__getitem__, range(self.count))
