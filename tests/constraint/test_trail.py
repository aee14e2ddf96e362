"""A persistent sequence is a tuple in all that it can do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_server.constraint.trail import Trail

sizes = st.integers(0, 1_600)
steps = st.lists(st.tuples(sizes, sizes), max_size=6)


@given(sizes, steps)
def test_cut_and_followed_by_more_it_is_what_a_tuple_would_be(
    size: int, changes: list[tuple[int, int]]
) -> None:
    trail, plain = Trail(range(size)), tuple(range(size))
    versions = [(trail, plain)]
    for kept, more in changes:
        trail = trail.first(kept).followed_by(range(more))
        plain = (*plain[:kept], *range(more))
        versions.append((trail, plain))
    for version, expected in versions:
        assert tuple(version) == expected
        assert tuple(reversed(version)) == expected[::-1]
        assert len(version) == len(expected)
        assert [version[place] for place in range(-len(expected), len(expected), 97)] == [
            expected[place] for place in range(-len(expected), len(expected), 97)
        ]
        assert version == Trail(expected)
        assert hash(version) == hash(Trail(expected))


@given(sizes, st.integers(-1_700, 1_700), st.integers(-1_700, 1_700))
def test_a_slice_is_that_of_a_tuple(size: int, start: int, stop: int) -> None:
    assert tuple(Trail(range(size))[start:stop]) == tuple(range(size))[start:stop]
    assert tuple(Trail(range(size))[start::3]) == tuple(range(size))[start::3]


@pytest.mark.parametrize("place", [-4, 3])
def test_beyond_its_ends_there_is_nothing(place: int) -> None:
    with pytest.raises(IndexError):
        Trail((1, 2, 3))[place]
