"""Sets of tokens are sets, and the likeliest of their tokens come first."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_server.decoding.tokenset import TokenSet, likeliest, log_probability

SIZES = st.integers(1, 200)


@given(size=SIZES, data=st.data())
def test_a_set_of_tokens_is_a_set(size: int, data: st.DataObject) -> None:
    one, other = (sorted(data.draw(st.sets(st.integers(0, size - 1)))) for _ in range(2))
    left, right = TokenSet.of(one, size), TokenSet.of(other, size)
    assert left.tokens().tolist() == one
    assert (left & right).tokens().tolist() == sorted({*one} & {*other})
    assert left.without(other).tokens().tolist() == sorted({*one} - {*other})
    assert [token in left for token in range(size)] == [token in one for token in range(size)]


@given(size=SIZES, data=st.data())
def test_the_likeliest_tokens_of_a_set_come_first_and_the_impossible_never(
    size: int, data: st.DataObject
) -> None:
    few = data.draw(st.booleans())
    allowed = data.draw(st.sets(st.integers(0, size - 1), max_size=3 if few else None))
    levels = st.sampled_from((-math.inf, -1.0, 0.5, 2.0, 7.0))
    logits = np.array(data.draw(st.lists(levels, min_size=size, max_size=size)), dtype=np.float32)
    kept = logits.copy()
    found = list(likeliest(logits, TokenSet.of(sorted(allowed), size)))
    assert found == sorted((t for t in allowed if logits[t] > -math.inf), key=lambda t: (-logits[t], t))
    assert (logits == kept).all()


@pytest.mark.parametrize("spread", [0.0, 1.0, 10.0, 100.0])
@pytest.mark.parametrize("size", [1, 7, 5_000])
def test_a_probability_is_that_of_the_softmax(size: int, spread: float) -> None:
    logits = (np.random.default_rng(0).normal(size=size) * spread).astype(np.float32)
    exact = logits.astype(np.float64) - np.log(np.exp(logits.astype(np.float64) - logits.max()).sum())
    for token in {0, size // 2, int(logits.argmax())}:
        found = log_probability(logits, token, float(logits.max()))
        assert found == pytest.approx(exact[token] - logits.max(), rel=1e-5, abs=1e-5)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 1.0])
def test_in_a_large_vocabulary_the_likeliest_come_first_however_many_are_allowed(share: float) -> None:
    rng = np.random.default_rng(1)
    size = 3_001
    logits = rng.normal(size=size).astype(np.float32)
    allowed = np.flatnonzero(rng.random(size) < share)
    found = list(likeliest(logits, TokenSet.of(allowed, size)))
    assert found == sorted(allowed.tolist(), key=lambda token: -logits[token])
