"""Loading: the bundled weights offline and fast, any folder, and one line for whatever is wrong."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from lsp_server.decoding.model import Message
from lsp_server.errors import ModelError
from lsp_server.features.writing import WriteRequest, write
from lsp_server.lalr import check, load_grammar
from lsp_server.languages import load_registry
from lsp_server.models import load_model
from lsp_server.models.loading import BUNDLED
from lsp_server.models.threads import default_threads, share_of
from lsp_server.text import Span
from lsp_server.training.checkpoint import export
from lsp_server.training.config import NetworkShape
from lsp_server.training.network import build
from lsp_server.training.tokens import train_tokenizer

SHAPE = NetworkShape(vocabulary=300, width=32, depth=1, heads=2, key_heads=2, inner=48, window=256, suffix=24)
bundled = pytest.mark.skipif(not BUNDLED.is_dir(), reason="the checkout has no bundled weights")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder as training exports it."""
    tokenizer = train_tokenizer(["a b c"], ["one", "other"], 300)
    torch.manual_seed(0)
    folder = tmp_path / "own"
    export(folder, build(SHAPE, tokenizer.get_vocab_size(), 0), tokenizer, ["one", "other"], SHAPE)
    return folder


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """A folder as transformers saves it, with the sentinels of another family and padded logits."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<|endoftext|>", "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=270, special_tokens=special, initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator(["some text"], trainer)
    folder = tmp_path / "foreign"
    wrap: Callable[..., Any] = PreTrainedTokenizerFast
    wrap(tokenizer_object=tokenizer, eos_token=special[0]).save_pretrained(folder)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=280,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=128,
        bos_token_id=None,
        eos_token_id=0,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    return folder


def test_a_folder_of_ours_loads_and_tells_how_far_it_is(own: Path) -> None:
    steps: list[int] = []
    model = load_model(str(own), threads=1, report=steps.append)
    assert len(steps) == 3
    assert sorted({*steps, 0, 100}) == [0, *steps, 100]
    ids = model.prompt("a = \n", Span(4, 4), "one")
    assert model.name == "own"
    assert model.next_logits(ids).shape == (1, len(model.vocabulary.tokens))
    assert model.vocabulary.end == 0
    assert model.vocabulary.bytes_of(ids) == b"\na = "


def test_a_folder_of_transformers_loads_with_its_own_sentinels(foreign: Path) -> None:
    model = load_model(str(foreign), threads=1)
    encode = model.vocabulary.encode
    assert model.prompt("some text", Span(4, 4), "one") == [1, *encode("some"), 2, *encode(" text"), 3]
    assert len(model.vocabulary.tokens) == 280
    assert set(range(270, 280)) <= model.vocabulary.special
    assert model.next_logits(model.prompt("some", Span(4, 4), "one")).shape == (1, 280)


def test_a_model_without_a_prefix_to_read_is_still_asked_something(foreign: Path) -> None:
    plain = json.loads((foreign / "tokenizer.json").read_text().replace("fim_", "mif_"))
    (foreign / "tokenizer.json").write_text(json.dumps(plain))
    for path in foreign.glob("tokenizer_config.json"):
        path.write_text(path.read_text().replace("fim_", "mif_"))
    model = load_model(str(foreign), threads=1)
    assert model.prompt("some text", Span(4, 4), "one") == model.vocabulary.encode("some")
    assert model.next_logits(model.prompt(" text", Span(0, 0), "one")).shape == (1, 280)


@pytest.mark.parametrize(
    ("cores", "most", "share"),
    [(1, 1, 1), (2, 2, 1), (3, 3, 2), (4, 4, 3), (4, 2, 2), (5, 5, 4), (8, 1, 1), (64, 32, 4)],
)
def test_a_core_is_left_to_the_editor(cores: int, most: int, share: int) -> None:
    assert share_of(cores, most) == share
    assert share_of(cores, share) == share


def test_threads_are_those_of_the_rule_unless_somebody_says_how_many(own: Path) -> None:
    before = torch.get_num_threads()
    try:
        load_model(str(own), threads=2)
        assert torch.get_num_threads() == 2
        expected = default_threads()
        for _ in range(2):
            load_model(str(own))
            assert torch.get_num_threads() == expected
    finally:
        torch.set_num_threads(before)


def test_loading_leaves_the_network_alone_and_torch_quiet(own: Path) -> None:
    program = (
        "import socket, sys\n"
        "def refuse(*arguments): raise AssertionError('network')\n"
        "socket.socket.connect = socket.getaddrinfo = refuse\n"
        "import lsp_server.models\n"
        "assert 'torch' not in sys.modules and 'transformers' not in sys.modules\n"
        f"model = lsp_server.models.load_model({str(own)!r})\n"
        "from lsp_server.text import Span\n"
        "model.next_logits(model.prompt('ab', Span(1, 1), 'one'))\n"
        "assert 'transformers' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("./no/such/folder", "there is no such folder"),
        ("/no/such/folder", "there is no such folder"),
        ("~/no such", "there is no such folder"),
        (__file__, "a model is a folder or a .gguf file"),
    ],
)
def test_what_is_not_there_is_one_line_with_a_remedy(name: str, message: str) -> None:
    with pytest.raises(ModelError, match=message) as caught:
        load_model(name)
    assert "(give a" in str(caught.value) or "(give the" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_hub_model_that_cannot_be_reached_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match="check the name and the connection, or give a folder") as caught:
        load_model("holegram-test/no-such-model")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("missing", ["config.json", "tokenizer.json", "model.safetensors"])
@pytest.mark.parametrize("kind", ["own", "foreign"])
def test_a_missing_file_is_one_line_with_a_remedy(
    kind: str, missing: str, request: pytest.FixtureRequest
) -> None:
    folder: Path = request.getfixturevalue(kind)
    (folder / missing).unlink()
    with pytest.raises(ModelError) as caught:
        load_model(str(folder))
    assert str(folder) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("broken", ["config.json", "tokenizer.json", "model.safetensors", "holegram.json"])
def test_a_broken_file_is_one_line_with_a_remedy(own: Path, broken: str) -> None:
    (own / broken).write_bytes(b"\x10{ not what it says")
    with pytest.raises(ModelError, match="again") as caught:
        load_model(str(own))
    assert "\n" not in str(caught.value)


def test_weights_of_another_network_are_refused(own: Path) -> None:
    settings = json.loads((own / "config.json").read_text())
    (own / "config.json").write_text(json.dumps(settings | {"hidden_act": "gelu"}))
    with pytest.raises(ModelError, match="another network \\(hidden_act\\)"):
        load_model(str(own))


def test_pickled_weights_are_never_read(foreign: Path) -> None:
    weights = foreign / "model.safetensors"
    torch.save({"a": torch.zeros(1)}, foreign / "pytorch_model.bin")
    weights.unlink()
    with pytest.raises(ModelError, match="cannot be loaded"):
        load_model(str(foreign))


def test_code_beside_a_model_is_never_run(foreign: Path) -> None:
    settings = json.loads((foreign / "config.json").read_text())
    settings |= {
        "model_type": "strange",
        "auto_map": {"AutoConfig": "evil.Evil", "AutoModelForCausalLM": "evil.Evil"},
    }
    (foreign / "config.json").write_text(json.dumps(settings))
    proof = foreign / "was-run"
    (foreign / "evil.py").write_text(f"open({str(proof)!r}, 'w')\n")
    with pytest.raises(ModelError):
        load_model(str(foreign))
    assert not proof.exists()


@bundled
def test_the_bundled_weights_load_offline_and_fit_the_wheel() -> None:
    assert sum(path.stat().st_size for path in BUNDLED.iterdir()) <= 25_000_000
    model = load_model(None, threads=1)
    assert model.name == "bundled"
    logits = model.next_logits(model.prompt("type Query {\n  name\n}\n", Span(19, 19), "no-such-language"))
    assert np.isfinite(logits).all()


@bundled
@pytest.mark.parametrize(
    ("language", "prefix", "suffix", "best"),
    [
        ("hcl", 'variable "name" {\n  type =', "\n}\n", b" string"),
        ("graphql", "type Query {\n  name:", "\n}\n", b" String"),
        ("graphql", "query Names($id:", ") {\n  name\n}\n", b" String"),
    ],
)
def test_the_bundled_model_knows_the_commonest_type(
    language: str, prefix: str, suffix: str, best: bytes
) -> None:
    model = load_model(None, threads=1)
    hole = Span(len(prefix), len(prefix))
    logits = model.next_logits(model.prompt(prefix + suffix, hole, language))[0]
    assert model.vocabulary.tokens[int(logits.argmax())] == best


@bundled
def test_the_bundled_weights_copied_elsewhere_load_the_same(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(BUNDLED, copy)
    first, second = load_model(None, threads=1), load_model(os.fspath(copy), threads=1)
    ids = first.prompt("query {}", Span(7, 7), "graphql")
    assert ids == second.prompt("query {}", Span(7, 7), "graphql")
    np.testing.assert_array_equal(first.next_logits(ids), second.next_logits(ids))


TEMPLATE = (
    "{% for m in messages %}<|fim_prefix|>{{ m.role }}\n{{ m.content }}<|endoftext|>\n{% endfor %}"
    "<|fim_prefix|>"
)


def with_template(folder: Path, template: str) -> str:
    path = folder / "tokenizer_config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "chat_template": template}))
    return str(folder)


def test_a_chat_template_spells_a_conversation_and_nobody_can_speak_its_signs(foreign: Path) -> None:
    model = load_model(with_template(foreign, TEMPLATE), threads=1)
    encode = model.vocabulary.encode
    told = [Message("user", "some <|endoftext|> text")]
    expected = [1, *encode("user\n"), *encode("some <|endoftext|> text"), 0, *encode("\n"), 1, *encode("```")]
    assert model.chat(told, "```") == expected
    assert expected.count(0) == 1


@pytest.mark.parametrize("template", ["", "{{ nothing.at.all }}", "{% for", "{{ raise_exception('no') }}"])
def test_a_model_without_a_template_that_works_follows_no_instructions(foreign: Path, template: str) -> None:
    model = load_model(with_template(foreign, template) if template else str(foreign), threads=1)
    assert model.chat([Message("user", "text")]) is None


def test_what_any_chat_model_writes_parses(foreign: Path) -> None:
    """The model is random: all that is right about its text is the grammar's doing."""
    language = load_registry().by_id("hcl")
    model = load_model(with_template(foreign, TEMPLATE), threads=1)
    written = write(WriteRequest("a block", language, max_tokens=12, candidates=2), model)
    assert written.items
    for item in written.items:
        assert check(load_grammar(language), item.text) is None
