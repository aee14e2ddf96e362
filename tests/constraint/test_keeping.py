"""What was asked for last is kept, and no more than so much."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lsp_server.constraint.keeping import Kept


@given(st.integers(1, 4), st.lists(st.integers(0, 6)))
def test_a_value_is_made_once_while_it_is_among_the_last(most: int, keys: list[int]) -> None:
    kept: Kept[int, int] = Kept(most)
    made: list[int] = []
    last: list[int] = []

    def make() -> int:
        made.append(key)
        return -key

    for key in keys:
        before = len(made)
        assert kept.get(key, make) == -key
        assert (len(made) == before) == (key in last)
        last = [*(other for other in last if other != key), key][-most:]
