"""What the texts around suggest is what followed the longest run of words there, with its share."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_server.decoding.copying import NOTHING, Copies, Copy
from lsp_server.decoding.drafting import mixed

TEXTS = st.text(alphabet="ab .\n", max_size=40)


def encode(text: str) -> list[int]:
    return [*text.encode()]


def after(before: str, *others: str, written: str = "", begun: str = "") -> Copy:
    return Copies(before, others, encode).after(written, begun)


def spelled(copy: Copy) -> str:
    return bytes(copy.draft).decode()


def run_length(near: str, source: str, place: int) -> int:
    """How many whole words end a text and stand before a place too, counted the long way."""
    count = 0
    for match in re.finditer(r"\w+|[^\w\s]|\n", near):
        run, start = near[match.start() :], place - len(near) + match.start()
        cut = start > 0 and source[start - 1].isalnum() and run[0].isalnum()
        count += start >= 0 and source[start:place] == run and not cut
    return count


def test_the_longest_run_decides() -> None:
    assert spelled(after("x.y = 1\nz.y = 2\nx.y = ")).startswith("1\n")


def test_of_equal_runs_each_has_its_vote_and_the_nearest_is_the_draft() -> None:
    copy = after("a f(1 b f(2 c f(2 d f(")
    assert copy.weights[ord("2")] == 2 * copy.weights[ord("1")]
    assert spelled(copy).startswith("2 d")


def test_what_was_written_since_counts() -> None:
    assert spelled(after("north south\nnorth east\n", written="north s")).startswith("outh")


def test_what_is_half_typed_is_spelled_again_first() -> None:
    copy = after("resource other\nrun ", begun="re")
    assert spelled(copy).startswith("resource")


def test_a_run_begins_with_a_whole_word() -> None:
    assert after("before\nore") == NOTHING


def test_what_follows_the_cursor_and_other_texts_are_looked_at_too() -> None:
    assert spelled(after("let width = ", "\nlet width = 12;\n")).startswith("12;")


def test_nothing_is_said_where_nothing_is_known() -> None:
    assert after("") == after("one two") == NOTHING


@given(TEXTS, TEXTS)
def test_what_is_suggested_followed_one_of_the_longest_runs(before: str, other: str) -> None:
    copy = after(before, other)
    places = [(before, place) for place in range(1, len(before))]
    places += [(other, place) for place in range(1, len(other) + 1)]
    runs = {at: run_length(before, *at) for at in places}
    longest = max(runs.values(), default=0)
    followed = {s[p : p + 1] for (s, p), length in runs.items() if length == longest > 0} - {""}
    assert {chr(token) for token in copy.weights} <= followed
    assert bool(copy.weights) == bool(followed)


@given(
    st.lists(st.floats(-20, 20, width=32), min_size=4, max_size=9),
    st.dictionaries(st.integers(0, 3), st.floats(0.01, 0.2)),
)
def test_a_mixture_is_what_is_left_of_one_and_all_of_the_other(
    numbers: list[float], weights: dict[int, float]
) -> None:
    logits = np.array(numbers, np.float32)
    own = _softmax(logits)
    doubt = np.sqrt(1 - own.max())
    wanted = own * (1 - doubt * sum(weights.values()))
    for token, weight in weights.items():
        wanted[token] += doubt * weight
    np.testing.assert_allclose(_softmax(mixed(logits, weights)), wanted, atol=1e-3)


@pytest.mark.parametrize(
    ("sureness", "weight", "wins"),
    [(0.2, 0.23, True), (0.6, 0.23, False), (0.4, 0.5, True), (0.7, 0.5, False), (0.97, 0.95, False)],
)
def test_the_surer_the_model_is_the_longer_a_run_must_be(sureness: float, weight: float, wins: bool) -> None:
    others = np.full(98, np.log((1 - sureness) / 99))
    logits = np.array([np.log(sureness), np.log((1 - sureness) / 99), *others], np.float32)
    assert (int(mixed(logits, {1: weight}).argmax()) == 1) is wins


def _softmax(logits: np.ndarray) -> np.ndarray:
    weights = np.exp(logits.astype(np.float64) - logits.max())
    return np.asarray(weights / weights.sum())


def test_the_longer_the_run_the_likelier_is_what_followed_it() -> None:
    words = [*"abcdefghijklmnopqrst"]
    copies = [after(f"{' '.join(words)} x {' '.join(words[-count:])} ") for count in (1, 7, 20)]
    assert [copy.run for copy in copies] == [1, 7, 20]
    assert copies[0].likelihood < copies[1].likelihood < copies[2].likelihood < 0
