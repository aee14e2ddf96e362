"""The bundled network is stopped in the middle of a prompt, and is as good as a fresh one afterwards."""

from __future__ import annotations

from itertools import count
from random import Random

import numpy as np
import pytest

from lsp_server.cancellation import StoppedError
from lsp_server.decoding.model import Model
from lsp_server.models.loading import BUNDLED, load_model
from tests.countdown import Countdown
from tests.counts import tries

pytestmark = pytest.mark.skipif(not BUNDLED.is_dir(), reason="the checkout has no bundled weights")

LAYERS = 4
LENGTH = 300


def some(random: Random, size: int) -> list[int]:
    return [random.randrange(1, 8_000) for _ in range(size)]


@pytest.fixture(scope="module")
def model() -> Model:
    return load_model(None, threads=1)


@pytest.fixture(scope="module")
def fresh() -> Model:
    """Another one, which is never stopped."""
    return load_model(None, threads=1)


def forget(model: Model) -> None:
    model.next_logits([model.vocabulary.end])


def asked(model: Model, tokens: list[int]) -> int:
    """How often it is asked whether a pass is cancelled."""
    cancelled = Countdown(1_000)
    model.next_logits(tokens, cancelled=cancelled)
    return cancelled.asked


def test_a_prompt_is_stopped_wherever_it_is_and_goes_on_as_if_nothing_had_been(
    model: Model, fresh: Model
) -> None:
    tokens = some(Random(1), LENGTH)
    expected = fresh.next_logits(tokens)
    for after in count():
        forget(model)
        cancelled = Countdown(after)
        try:
            model.next_logits(tokens, cancelled=cancelled)
        except StoppedError:
            assert cancelled.asked == after + 1
            np.testing.assert_array_equal(model.next_logits(tokens), expected)
        else:
            break
    assert after >= 2 * 4 * LAYERS


def test_whatever_is_asked_for_after_a_stop_is_what_a_fresh_network_says(model: Model, fresh: Model) -> None:
    random = Random(2)
    tokens = some(random, LENGTH)
    for _ in range(tries(12, 100)):
        tokens = tokens[: random.randrange(1, len(tokens) + 1)] + some(random, random.randrange(LENGTH))
        tokens = tokens[: 2 * LENGTH // 3 + random.randrange(LENGTH)]
        before = Countdown(random.randrange(40))
        try:
            model.next_logits(tokens, cancelled=before)
        except StoppedError:
            tokens = [*tokens[: random.randrange(1, len(tokens) + 1)], *some(random, random.randrange(3))]
        rows = random.randrange(1, min(6, len(tokens)) + 1)
        forget(fresh)
        found, right = model.next_logits(tokens, rows), fresh.next_logits(tokens, rows)
        # In which passes it was fed makes a difference in the last bits of what the weights are kept as.
        assert np.abs(found - right).max() < 0.05 * np.abs(right).max() + 0.02


def test_it_is_asked_throughout_a_long_prompt_also_where_the_beginning_is_known(model: Model) -> None:
    tokens = some(Random(3), LENGTH)
    forget(model)
    whole = asked(model, tokens)
    assert whole >= 2 * 4 * LAYERS
    assert asked(model, [*tokens[:200], *some(Random(4), 100)]) >= 4 * LAYERS


def test_what_was_read_before_a_stop_is_not_read_again(model: Model) -> None:
    tokens = some(Random(5), LENGTH)
    forget(model)
    whole = asked(model, tokens)
    forget(model)
    with pytest.raises(StoppedError):
        model.next_logits(tokens, cancelled=Countdown(whole - 1))
    assert asked(model, tokens) == whole // 2
