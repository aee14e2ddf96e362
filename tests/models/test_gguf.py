"""Models in GGUF files: read once, kept, read anew when they change; one line for what is wrong."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from tokenizers import pre_tokenizers

from lsp_server.errors import ModelError
from lsp_server.models import load_model
from lsp_server.models.gguf import unpacked
from lsp_server.text import Span

gguf = pytest.importorskip("gguf")
WIDE, HEADS, INNER = 64, 2, 96
SIGNS = ["<|endoftext|>", "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "holegram" / "gguf"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model of random weights, as another program writes it."""
    path = tmp_path_factory.mktemp("gguf") / "tiny.gguf"
    tokens = [*SIGNS, *sorted(pre_tokenizers.ByteLevel.alphabet()), "ab"]
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(128)
    writer.add_embedding_length(WIDE)
    writer.add_block_count(1)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_rope_dimension_count(WIDE // HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list(tokens)
    writer.add_token_types([3] * len(SIGNS) + [1] * (len(tokens) - len(SIGNS)))
    writer.add_token_merges(["a b"])
    writer.add_eos_token_id(0)
    random = np.random.default_rng(0)
    shapes = {
        "token_embd": (len(tokens), WIDE),
        "output_norm": (WIDE,),
        "output": (len(tokens), WIDE),
        **{f"blk.0.{name}_norm": (WIDE,) for name in ("attn", "ffn")},
        **{f"blk.0.attn_{name}": (WIDE, WIDE) for name in ("q", "k", "v", "output")},
        "blk.0.ffn_gate": (INNER, WIDE),
        "blk.0.ffn_up": (INNER, WIDE),
        "blk.0.ffn_down": (WIDE, INNER),
    }
    for name, shape in shapes.items():
        writer.add_tensor(f"{name}.weight", random.normal(0, 0.1, shape).astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@pytest.fixture
def file(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(written, tmp_path / "tiny.gguf"))


def test_a_file_loads_as_a_model_with_its_own_tokenizer(file: Path) -> None:
    model = load_model(str(file), threads=1)
    encode = model.vocabulary.encode
    ids = model.prompt("some text", Span(4, 4), "one")
    assert ids == [1, *encode("some"), 2, *encode(" text"), 3]
    assert model.next_logits(ids).shape == (1, len(model.vocabulary.tokens))


def test_a_file_is_read_once_and_again_when_it_has_changed(file: Path, cache: Path) -> None:
    folder = unpacked(file)
    made = (folder / "model.safetensors").stat().st_mtime_ns
    assert unpacked(file) == folder
    assert (folder / "model.safetensors").stat().st_mtime_ns == made
    os.utime(file, ns=(1, 1))
    assert unpacked(file) != folder
    assert len(list(cache.iterdir())) == 2


@pytest.mark.parametrize("cut", [0, 3, 40, 2000])
def test_a_file_that_is_cut_off_is_one_line_and_leaves_nothing(file: Path, cache: Path, cut: int) -> None:
    file.write_bytes(file.read_bytes()[:cut])
    with pytest.raises(ModelError) as caught:
        load_model(str(file), threads=1)
    assert "\n" not in str(caught.value)
    assert not list(cache.glob("*"))


def test_a_pipe_with_that_name_is_one_line(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.gguf")
    with pytest.raises(ModelError, match="not a regular file"):
        load_model(str(tmp_path / "pipe.gguf"), threads=1)
