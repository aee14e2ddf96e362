"""Networks with a cache: the same logits as from scratch, and the same as transformers computes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch.nn import functional
from transformers import (
    Gemma3ForCausalLM,
    Gemma3TextConfig,
    LlamaConfig,
    LlamaForCausalLM,
    MambaConfig,
    MambaForCausalLM,
)

from lsp_server import cancellation
from lsp_server.cancellation import StoppedError
from lsp_server.decoding.model import Vocabulary
from lsp_server.models.cached import Branching, CachedModel, Network
from lsp_server.models.llama import Llama
from lsp_server.models.matrices import FEW, TOGETHER, FewRows, Matrix
from lsp_server.models.prompting import PromptRule
from lsp_server.models.transformers_model import TransformersNetwork
from lsp_server.training.checkpoint import export
from lsp_server.training.config import NetworkShape
from lsp_server.training.network import build
from lsp_server.training.tokens import train_tokenizer
from tests.countdown import Countdown

SIZE = 300
SHAPE = NetworkShape(vocabulary=SIZE, width=64, depth=2, heads=4, key_heads=2, inner=96, window=256)


def llama(folder: Path) -> Network:
    torch.manual_seed(1)
    tokenizer = train_tokenizer(["a b c"], ["other"], SIZE)
    export(folder, build(SHAPE, SIZE, 0), tokenizer, ["other"], SHAPE)
    return Llama(folder, torch.float32)


def transformers_llama(folder: Path) -> Network:
    torch.manual_seed(1)
    config = LlamaConfig(
        vocab_size=SIZE,
        hidden_size=64,
        intermediate_size=96,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
    )
    return TransformersNetwork(LlamaForCausalLM(config))


def sliding_window(folder: Path) -> Network:
    torch.manual_seed(1)
    config = Gemma3TextConfig(
        vocab_size=SIZE,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=16,
        sliding_window=6,
        layer_types=["sliding_attention", "full_attention"],
    )
    return TransformersNetwork(Gemma3ForCausalLM(config))


def state_space(folder: Path) -> Network:
    torch.manual_seed(1)
    config = MambaConfig(vocab_size=SIZE, hidden_size=32, num_hidden_layers=2, state_size=4)
    return TransformersNetwork(MambaForCausalLM(config))


KINDS: dict[str, Callable[[Path], Network]] = {
    "llama": llama,
    "transformers llama": transformers_llama,
    "sliding window": sliding_window,
    "state space": state_space,
}


@pytest.fixture(scope="module", params=KINDS.values(), ids=list(KINDS))
def make(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], CachedModel]:
    folder = tmp_path_factory.mktemp("network")
    vocabulary = Vocabulary((b"",) * SIZE, frozenset(range(SIZE)), 0, lambda text: [])

    def one() -> CachedModel:
        return CachedModel("tiny", vocabulary, PromptRule(256, 0), request.param(folder))

    return one


def test_a_reused_cache_gives_the_logits_of_a_fresh_one(make: Callable[[], CachedModel]) -> None:
    random = Random(4)
    model, tokens = make(), [random.randrange(SIZE) for _ in range(20)]
    for _ in range(12):
        tokens = tokens[: random.randrange(1, len(tokens) + 1)]
        tokens += [random.randrange(SIZE) for _ in range(random.randrange(9))]
        count = random.randrange(1, min(4, len(tokens)) + 1)
        reused, fresh = model.next_logits(tokens, count), make().next_logits(tokens, count)
        assert reused.shape == (count, SIZE)
        assert reused.dtype == np.float32
        np.testing.assert_allclose(reused, fresh, atol=2e-4)


def test_each_row_belongs_to_a_shorter_prefix(make: Callable[[], CachedModel]) -> None:
    tokens = [3, 1, 4, 1, 5, 9, 2, 6]
    rows = make().next_logits(tokens, 4)
    for back in range(4):
        row = make().next_logits(tokens[: len(tokens) - back])[0]
        np.testing.assert_allclose(rows[3 - back], row, atol=2e-4)


def test_more_rows_than_tokens_are_refused(make: Callable[[], CachedModel]) -> None:
    with pytest.raises(ValueError, match="count is 3, of 2 tokens"):
        make().next_logits([1, 2], 3)


def test_branches_are_as_if_each_were_asked_by_itself(make: Callable[[], CachedModel]) -> None:
    """Whatever was asked before, and whatever has become of the text since: many of them, and some twice."""
    random, model, fresh = Random(5), make(), make()
    tokens = [random.randrange(SIZE) for _ in range(240)]
    ends: list[list[int]] = [[7]]
    for turn in range(16):
        if turn % 4 == 3:  # The text goes on, or back a little, and on.
            tokens = [*tokens[: len(tokens) - random.randrange(3)], random.randrange(SIZE)]
            model.next_logits(tokens)
        begun = random.choices(ends, k=3)
        asked = [[*begin, *random.choices(range(SIZE), k=random.randrange(3))] for begin in begun]
        ends += [*asked, [random.randrange(SIZE)]]
        rows = model.branches(tokens, asked)
        expected = [fresh.next_logits([*tokens, *end])[0] for end in asked]
        np.testing.assert_allclose(rows, np.array(expected), atol=2e-4)
    with pytest.raises(ValueError, match="an end is empty"):
        model.branches(tokens, [[]])


def test_stopped_branches_leave_what_was_there(tmp_path: Path) -> None:
    network = llama(tmp_path)
    network.extend([1, 2, 3], 1)
    assert isinstance(network, Branching)
    expected = network.branches([[4], [4, 5]])
    with pytest.raises(StoppedError):
        network.branches([[6], [4, 6, 7]], Countdown(3))
    np.testing.assert_allclose(network.branches([[4], [4, 5]]), expected, atol=2e-4)
    np.testing.assert_allclose(network.extend([4, 5], 2), expected, atol=2e-4)


def test_our_llama_computes_what_transformers_does(tmp_path: Path) -> None:
    own = llama(tmp_path)
    reference: Any = LlamaForCausalLM.from_pretrained(tmp_path, dtype=torch.float32, local_files_only=True)
    tokens = [Random(2).randrange(SIZE) for _ in range(200)]
    with torch.inference_mode():
        expected = reference(input_ids=torch.tensor([tokens])).logits[0]
    np.testing.assert_allclose(own.extend(tokens, len(tokens)), expected.numpy(), atol=2e-4)


def test_our_llama_outgrows_its_window(tmp_path: Path) -> None:
    tokens = [Random(2).randrange(SIZE) for _ in range(300)]  # more than the 256 that it has room for
    whole = llama(tmp_path).extend(tokens, 1)
    grown = llama(tmp_path)
    grown.extend(tokens[:250], 1)
    np.testing.assert_allclose(grown.extend(tokens[250:], 1), whole, atol=2e-4)


def test_bfloat16_is_close_to_float32(tmp_path: Path) -> None:
    tokens = [Random(2).randrange(SIZE) for _ in range(64)]
    exact = llama(tmp_path).extend(tokens, 64)
    close = Llama(tmp_path, torch.bfloat16).extend(tokens, 64)
    assert np.abs(exact - close).max() < 0.05 * np.abs(exact).max() + 0.02


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_passes_of_few_tokens_are_close_to_exact_ones(tmp_path: Path, dtype: torch.dtype) -> None:
    tokens = [Random(2).randrange(SIZE) for _ in range(64)]
    exact = llama(tmp_path).extend(tokens, 64)
    network = Llama(tmp_path, dtype, few=True)
    close = [network.extend(tokens[:40], 40)]
    for start, stop in ((40, 41), (41, 43), (43, 43 + FEW), (43 + FEW, 64)):
        close.append(network.extend(tokens[start:stop], stop - start))
    assert np.abs(exact - np.concatenate(close)).max() < 0.05 * np.abs(exact).max() + 0.02


def test_few_rows_are_multiplied_as_bytes() -> None:
    torch.manual_seed(3)
    weights, states = torch.randn(32, 16), torch.randn(FEW + 1, 16)
    matrix = Matrix(weights, torch.float32, few=True)
    exact = states @ weights.T
    torch.testing.assert_close(matrix(states), exact)
    some = matrix(states[:FEW])
    assert not torch.equal(some, exact[:FEW])
    torch.testing.assert_close(some, exact[:FEW], atol=0.15, rtol=0.05)


@pytest.mark.parametrize("bias", [False, True])
def test_a_layer_of_another_network_multiplies_few_rows_as_bytes_and_many_exactly(bias: bool) -> None:
    torch.manual_seed(3)
    inner = torch.nn.Linear(64, 96, bias=bias)
    network, states = torch.nn.Sequential(inner, torch.nn.Linear(96, 5)), torch.randn(1, FEW + 1, 64)
    FewRows.put_into(network)
    layer = network[0]
    assert isinstance(layer, FewRows)
    assert layer.weight is inner.weight
    assert type(network[1]) is torch.nn.Linear  # of no whole number of blocks
    exact = inner(states)
    torch.testing.assert_close(layer(states), exact)
    some = layer(states[:, :FEW])
    assert not torch.equal(some, exact[:, :FEW])
    torch.testing.assert_close(some, exact[:, :FEW], atol=0.1, rtol=0.05)


def test_whatever_ends_a_file_ends_a_suggestion(tmp_path: Path) -> None:
    network = transformers_llama(tmp_path)
    assert isinstance(network, TransformersNetwork)
    plain = network.extend([3, 1, 4], 2)
    torch.manual_seed(1)
    joined = TransformersNetwork(network._network, ends=(0, 7, 9)).extend([3, 1, 4], 2)
    np.testing.assert_allclose(joined[:, 1:], plain[:, 1:], atol=1e-5)
    np.testing.assert_allclose(joined[:, 0], np.logaddexp.reduce(plain[:, [0, 7, 9]], axis=1), atol=1e-5)


def test_many_rows_are_multiplied_in_few_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = set()

    def linear(states: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
        numbers.add(len(states))
        return states @ weights.T

    monkeypatch.setattr(functional, "linear", linear)
    weights, states = torch.randn(8, 16), torch.randn(4 * TOGETHER, 16)
    matrix = Matrix(weights, torch.float32, few=True)
    for count in range(FEW + 1, len(states) + 1):
        torch.testing.assert_close(matrix(states[:count]), states[:count] @ weights.T)
    assert len(numbers) == 4


def test_a_matrix_of_noughts_stays_one() -> None:
    matrix = Matrix(torch.zeros(4, 16), torch.float32, few=True)
    assert not matrix(torch.ones(1, 16)).any()


class Spy:
    """Notes how many tokens are fed at a time, and asks once in each pass whether that is cancelled."""

    stretch = 8

    def __init__(self) -> None:
        self.fed: list[int] = []
        self.length = 0
        self.fails = False

    def twin(self) -> Spy:
        twin = Spy()
        twin.fed = self.fed
        return twin

    def fingerprint(self) -> str:
        return ""

    def fitted(self, adapter: object) -> object:
        return adapter

    def wear(self, fitted: object) -> None:
        assert self.length == 0

    def truncate(self, length: int) -> int:
        self.length = min(self.length, length)
        return self.length

    def extend(
        self, tokens: Sequence[int], count: int, cancelled: Callable[[], bool] = lambda: False
    ) -> NDArray[np.float32]:
        if self.fails:
            raise RuntimeError
        cancellation.check(cancelled)
        self.fed.append(len(tokens))
        self.length += len(tokens)
        return np.zeros((count, 5), np.float32)


def over(network: Network, caches: int = 1) -> CachedModel:
    vocabulary = Vocabulary((b"",) * 5, frozenset(range(5)), 0, lambda text: [])
    return CachedModel("spy", vocabulary, PromptRule(9, 0), network, caches)


def test_only_new_tokens_are_computed() -> None:
    spy = Spy()
    model = over(spy)
    for tokens, count in (([1, 2, 3], 1), ([1, 2, 3, 4], 1), ([1, 2, 0], 1), ([1, 2, 0], 2)):
        model.next_logits(tokens, count)
    assert spy.fed == [3, 1, 1, 2]


def test_texts_that_are_asked_for_in_turn_go_on_where_they_were() -> None:
    spy = Spy()
    model = over(spy, caches=2)
    one, other, third = [1, 2, 3, 4, 1], [1, 3, 3, 3], [1, 4, 4, 4]
    for tokens in (one, other, [*one, 2], [*other, 2], third, [*other, 2, 2], one):
        model.next_logits(tokens)
    assert spy.fed == [5, 4, 1, 1, 3, 1, 4]  # the third took the place of the first, which took that of it


def test_twins_know_nothing_of_each_others_texts(tmp_path: Path) -> None:
    for make_network in (llama, transformers_llama):
        network = make_network(tmp_path)
        expected = make_network(tmp_path).extend([1, 2, 3, 4], 1)
        network.extend([1, 2, 3], 1)
        network.twin().extend([4, 4, 4, 4, 4], 1)
        np.testing.assert_allclose(network.extend([4], 1), expected, atol=1e-4)


@pytest.mark.parametrize(
    ("size", "count", "fed"),
    [
        (9, 1, [9]),
        (10, 1, [8, 2]),
        (17, 1, [8, 9]),
        (24, 1, [8, 8, 8]),
        (12, 4, [8, 4]),
        (12, 5, [12]),
        (12, 12, [12]),
    ],
)
def test_a_long_prompt_is_fed_in_stretches_the_last_with_all_rows(
    size: int, count: int, fed: list[int]
) -> None:
    spy = Spy()
    assert over(spy).next_logits([1] * size, count).shape == (count, 5)
    assert spy.fed == fed


@pytest.mark.parametrize(("asked", "held", "rest"), [(1, [], [8, 8, 4]), (3, [8], [8, 4]), (5, [8, 8], [4])])
def test_what_is_stopped_goes_on_from_the_last_stretch(asked: int, held: list[int], rest: list[int]) -> None:
    """It is asked before each pass, and the spy asks in it: here in one after the other."""
    spy, tokens = Spy(), [1, 2, 3, 4] * 5
    model = over(spy)
    with pytest.raises(StoppedError):
        model.next_logits(tokens, cancelled=Countdown(asked))
    assert spy.fed == held
    model.next_logits(tokens)
    assert spy.fed == [*held, *rest]


def test_nothing_is_trusted_of_a_network_that_failed() -> None:
    spy = Spy()
    model = over(spy)
    model.next_logits([1, 2, 3])
    spy.fails = True
    with pytest.raises(RuntimeError):
        model.next_logits([1, 2, 3, 4])
    spy.fails = False
    model.next_logits([1, 2, 3, 4])
    assert spy.fed == [3, 4]


def test_a_network_without_a_cache_is_fed_a_long_prompt_whole(tmp_path: Path) -> None:
    random = Random(5)
    tokens = [random.randrange(SIZE) for _ in range(400)]
    whole = state_space(tmp_path).extend(tokens, 2)
    np.testing.assert_allclose(over(state_space(tmp_path)).next_logits(tokens, 2), whole, atol=2e-4)


def test_a_long_prompt_has_the_same_logits_in_stretches(tmp_path: Path) -> None:
    random = Random(5)
    tokens = [random.randrange(SIZE) for _ in range(400)]
    for make_network in (llama, transformers_llama, sliding_window):
        network = make_network(tmp_path)
        assert network.stretch < len(tokens)
        whole = make_network(tmp_path).extend(tokens, 3)
        np.testing.assert_allclose(over(network).next_logits(tokens, 3), whole, atol=5e-4)
