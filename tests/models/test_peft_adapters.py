"""Adapters of models of the transformers library: as `peft` computes them, several in one network."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load, save
from transformers import LlamaConfig, LlamaForCausalLM

from lsp_server.errors import HolegramError
from lsp_server.models.adapters import Adapter, Card, LoraSettings
from lsp_server.models.transformers_model import TransformersNetwork

peft = pytest.importorskip("peft", reason="the extra 'tune' is not installed")

SIZE, WIDTH = 120, 32


def network() -> LlamaForCausalLM:
    torch.manual_seed(1)
    config = LlamaConfig(
        vocab_size=SIZE,
        hidden_size=WIDTH,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
    )
    made: LlamaForCausalLM = LlamaForCausalLM(config)
    made.train(False)
    return made


def adapter(seed: int, part: str = "q_proj") -> Adapter:
    torch.manual_seed(seed)
    tensors = {}
    for layer in range(2):
        name = f"base_model.model.model.layers.{layer}.self_attn.{part}"
        tensors[f"{name}.lora_A.weight"] = torch.randn(4, WIDTH)
        tensors[f"{name}.lora_B.weight"] = torch.randn(WIDTH, 4)
    data = save(tensors)
    card = Card("a", "", "x", "", hashlib.sha256(data).hexdigest())
    return Adapter(f"a{seed}", card, LoraSettings(4, 8.0, ("q_proj",)), data, Path("a"))


def logits(worn: TransformersNetwork, tokens: Sequence[int] = (1, 2, 3, 4)) -> np.ndarray:
    worn.truncate(0)
    return worn.extend(tokens, 2)


@pytest.mark.filterwarnings("ignore::FutureWarning")  # of what peft asks transformers for
def test_each_adapter_is_computed_as_peft_does_and_the_base_is_as_it_was() -> None:
    worn, plain = TransformersNetwork(network()), logits(TransformersNetwork(network()))
    fitted = [worn.fitted(adapter(seed)) for seed in (1, 2)]
    for _ in range(2):
        for seed, name in zip((1, 2), fitted, strict=True):
            config = peft.LoraConfig(r=4, lora_alpha=8, target_modules=["q_proj"])
            other = peft.get_peft_model(network(), config)
            peft.set_peft_model_state_dict(other, load(adapter(seed).weights))
            with torch.no_grad():
                expected = other(input_ids=torch.tensor([[1, 2, 3, 4]])).logits[0, -2:].numpy()
            worn.wear(name)
            np.testing.assert_allclose(logits(worn), expected, atol=1e-4)
            assert np.abs(expected - plain).max() > 1e-2
        worn.wear(None)
        np.testing.assert_allclose(logits(worn), plain, atol=1e-5)


def test_twins_wear_different_ones_at_once() -> None:
    one = TransformersNetwork(network())
    names = [one.fitted(adapter(seed)) for seed in (1, 2)]
    two = one.twin()
    one.wear(names[0])
    two.wear(names[1])
    alone = logits(one), logits(two)
    one.truncate(0)
    two.truncate(0)
    for tokens in ((1, 2), (3, 4)):
        last = one.extend(tokens, 2), two.extend(tokens, 2)
    np.testing.assert_allclose(last[0], alone[0], atol=1e-4)
    np.testing.assert_allclose(last[1], alone[1], atol=1e-4)


def test_an_adapter_of_another_shape_is_one_line() -> None:
    with pytest.raises(HolegramError, match="does not fit"):
        TransformersNetwork(network()).fitted(adapter(1, "none_such"))
