"""Any causal model of the transformers library as a `cached.Network`. Importing this imports transformers."""

from __future__ import annotations

import hashlib
import inspect
import re
import sys
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from numpy.typing import NDArray
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM, AutoTokenizer, DynamicCache
from transformers.cache_utils import DynamicLayer, DynamicSlidingWindowLayer

from lsp_server.decoding.model import Message
from lsp_server.errors import ModelError
from lsp_server.models.adapters import Adapter
from lsp_server.models.cached import CachedModel, Template
from lsp_server.models.device import find_gpu
from lsp_server.models.llama import fastest_type
from lsp_server.models.lowrank import LowRank
from lsp_server.models.matrices import FewRows
from lsp_server.models.prompting import guess_rule
from lsp_server.models.spelling import make_vocabulary
from lsp_server.opening import read_bytes

LARGEST_WINDOW = 1024  # tokens of prompt: more is slower than a person waits for on a CPU

_SAID = "\ue000"
"""Stands around the number of a message in its place: a character of nobody's text."""

_STRETCH = 160
"""So many tokens are fed at a time, between which one may be stopped."""

_LARGEST = 1 << 36
"""Bytes of a file of weights."""


@dataclass(eq=False, slots=True)
class _Dress:
    """What a model and its twins have in common: how many adapters were put into it, and which one is on."""

    worn: str | None = None
    layers: list[Any] = field(default_factory=list)
    made: int = 0

    def wear(self, name: str | None) -> None:
        """Turn an adapter on, and all others off; all if None."""
        if name == self.worn:
            return
        for layer in self.layers:
            layer.enable_adapters(name is not None and name in layer.lora_A)
            if name is not None and name in layer.lora_A:
                layer.set_adapter(name)
        self.worn = name


class TransformersNetwork:
    """A loaded model with its cache.

    A recurrent state cannot be cut: such a model has no cache here and computes the whole text each time.
    """

    def __init__(
        self,
        network: Any,
        weights: Sequence[Path] = (),
        dress: _Dress | None = None,
        ends: Sequence[int] = (),
    ) -> None:
        """Take a network; of `ends` the first is said where the network says any of them."""
        self._network = network
        self._ends = list(ends)
        self._weights = weights
        self._dress = dress or _Dress()
        self._worn: str | None = None
        takes = inspect.signature(network.forward).parameters
        self._keeps = "logits_to_keep" in takes
        layers = DynamicCache(config=network.config).layers
        attends = all(type(layer) in (DynamicLayer, DynamicSlidingWindowLayer) for layer in layers)
        # The library renamed the argument in 5.24.
        names = (name for name in ("cache", "past_key_values") if attends and name in takes)
        self._argument = next(names, None)
        self._cache = DynamicCache()  # without a configuration: a sliding window is in the mask alone
        self._length = 0
        self.stretch = _STRETCH if self._argument is not None else sys.maxsize

    def twin(self) -> TransformersNetwork:
        """Return one with the same weights, and a cache of its own that is empty."""
        return TransformersNetwork(self._network, self._weights, self._dress, self._ends)

    def fingerprint(self) -> str:
        """The SHA-256 of the files of the weights, one after the other."""
        digest = hashlib.sha256()
        for path in self._weights:
            digest.update(read_bytes(path, largest=_LARGEST))
        return digest.hexdigest()

    def fitted(self, adapter: Adapter) -> str:
        """Put an adapter into the network; what it is called there.

        Raises:
            ModelError: it is damaged, or of another network, or `peft` is not installed.

        """
        peft = load_peft()
        name, low_rank = f"adapter{self._dress.made}", LowRank(adapter)
        self._dress.made += 1
        config = peft.LoraConfig(r=adapter.settings.r, target_modules=[*adapter.settings.target_modules])
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # there may be others already: that is what is wanted
                peft.inject_adapter_in_model(config, self._network, name)
        except (ValueError, TypeError) as error:
            raise ModelError(f"adapter '{adapter.name}' does not fit: {error}", remedy="tune again") from None
        with torch.no_grad():
            for place, layer in self._network.named_modules():
                if name in getattr(layer, "lora_A", ()):
                    rows, columns = layer.base_layer.weight.shape
                    narrow, wide = low_rank.pair(place, rows, columns)
                    layer.lora_A[name].weight = _frozen(narrow, layer.base_layer.weight)
                    layer.lora_B[name].weight = _frozen(wide, layer.base_layer.weight)
                    layer.scaling[name] = 1.0
        low_rank.check_all_used()
        self._dress.layers = [
            one for one in self._network.modules() if isinstance(one, peft.tuners.lora.LoraLayer)
        ]
        self._dress.worn = name
        self._network.eval()
        return name

    def wear(self, fitted: str | None) -> None:
        """Compute with an adapter from now on, or without one; the cache has to be empty."""
        self._worn = fitted

    def truncate(self, length: int) -> int:
        """Forget all but the first `length` tokens."""
        if length == 0:
            self._cache = DynamicCache()
        elif length < self._length:
            self._cache.crop(length - self._length)
        self._length = min(length, self._length)
        return self._length

    @torch.inference_mode()
    def extend(
        self, tokens: Sequence[int], count: int, cancelled: Callable[[], bool] = lambda: False
    ) -> NDArray[np.float32]:
        """Return the logits after the last `count` of `tokens`, (count, size); no pass is ever stopped."""
        options: dict[str, Any] = {"use_cache": self._argument is not None}
        if self._argument is not None:
            options[self._argument] = self._cache
        if self._keeps:
            options["logits_to_keep"] = count
        self._dress.wear(self._worn)
        ids = torch.tensor([list(tokens)], device=self._network.device)
        logits = self._network(input_ids=ids, **options).logits[0, -count:].float().cpu()
        if self._argument is not None:
            self._length += len(tokens)
        if len(self._ends) > 1:
            logits[:, self._ends[0]] = logits[:, self._ends].logsumexp(dim=-1)
        return np.asarray(logits.numpy(), dtype=np.float32)


def _frozen(values: torch.Tensor, beside: torch.Tensor) -> torch.nn.Parameter:
    return torch.nn.Parameter(values.to(beside.device, beside.dtype), requires_grad=False)


def load_peft() -> Any:
    """The library that puts adapters into networks of transformers.

    Raises:
        ModelError: it is not installed.

    """
    try:
        import peft
    except ImportError:
        raise ModelError(
            "adapters of this model need the library peft", remedy="pip install 'holegram[tune]'"
        ) from None
    return peft


def weights_of(name: str) -> tuple[Path, ...]:
    """The files of the weights of a model that is a folder, or was fetched from the hub."""
    folder = Path(name).expanduser()
    if not folder.is_dir():
        from huggingface_hub import snapshot_download

        folder = Path(
            snapshot_download(name, allow_patterns="*.safetensors", local_files_only=True)
        ).resolve()
    return tuple(path.resolve() for path in sorted(folder.glob("*.safetensors")))


def load_transformers(name: str, *, local: bool, caches: int = 1) -> CachedModel:
    """Load a folder in the layout of transformers, or a model of the hub; if `local`, one fetched before.

    Only safetensors are read, and no code that comes with a model is run. It computes on a GPU if torch finds
    one; on a CPU, passes of few tokens read a byte of each weight (see `matrices`).
    Raises ModelError.
    """
    messages: Any = transformers.utils.logging
    messages.set_verbosity_error()
    messages.disable_progress_bar()
    options = {"local_files_only": local, "trust_remote_code": False}
    try:
        wrapped, gpu = AutoTokenizer.from_pretrained(name, **options), find_gpu()
        dtype = fastest_type() if gpu is None else torch.bfloat16
        network: Any = AutoModelForCausalLM.from_pretrained(
            name, use_safetensors=True, dtype=dtype, attn_implementation="sdpa", **options
        )
    except Exception as error:  # the library raises many kinds; the user needs one line
        if local and isinstance(error, OSError) and not Path(name).is_dir():
            remedy = "the server fetches it when a file is open, if it is named so in the settings"
            raise ModelError("the model is not on this machine", path=name, remedy=remedy) from error
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        remedy = (
            "give a folder with config.json, tokenizer.json and model.safetensors"
            if local
            else "check the name and the connection, or give a folder"
        )
        raise ModelError(f"the model cannot be loaded: {reason}", path=name, remedy=remedy) from error
    network.eval()
    if gpu is None:
        FewRows.put_into(network)
    else:
        network.to(gpu)
    tokenizer = getattr(wrapped, "backend_tokenizer", None)
    if not isinstance(tokenizer, Tokenizer):
        raise ModelError("the model has no tokenizer.json", path=name, remedy="use a model that has one")
    config = network.config.get_text_config()
    size = int(config.vocab_size)
    end = _end(wrapped, network, size)
    head = tuple(
        index for index in tokenizer.encode("", add_special_tokens=True).ids if index not in (end, None)
    )
    window = min(int(getattr(config, "max_position_embeddings", None) or LARGEST_WINDOW), LARGEST_WINDOW)
    short = name.rstrip("/").rsplit("/", 1)[-1]
    rule = guess_rule(tokenizer.token_to_id, head, window, short)
    vocabulary = make_vocabulary(tokenizer, size, end)
    template = _template(wrapped, tokenizer, vocabulary.encode)
    ends = tuple(dict.fromkeys((end, *rule.ends)))
    return CachedModel(
        short, vocabulary, rule, TransformersNetwork(network, weights_of(name), ends=ends), caches, template
    )


def _template(wrapped: Any, tokenizer: Tokenizer, encode: Callable[[str], list[int]]) -> Template | None:
    """How a tokenizer spells a conversation; None if it has no template, or one that does not work.

    Templates are data: the library runs them where they can do nothing but spell. What is said is never read
    as one of the signs by which a template tells who speaks.
    """
    signs = {one.content: index for index, one in tokenizer.get_added_tokens_decoder().items() if one.special}
    frame = re.compile(
        "|".join(f"({re.escape(sign)})" for sign in sorted(signs, key=len, reverse=True)) or r"(\0)"
    )

    def spelled(messages: Sequence[Message]) -> list[int]:
        told = [{"role": one.role, "content": f"{_SAID}{n}{_SAID}"} for n, one in enumerate(messages)]
        whole = str(wrapped.apply_chat_template(told, add_generation_prompt=True, tokenize=False))
        ids: list[int] = []
        for number, part in enumerate(re.split(f"{_SAID}([0-9]+){_SAID}", whole)):
            if number % 2:
                ids += encode(messages[int(part)].text)
                continue
            for piece in filter(None, frame.split(part)):
                ids += [signs[piece]] if piece in signs else encode(piece)
        return ids

    if not getattr(wrapped, "chat_template", None):
        return None
    try:
        ids = spelled([Message("user", "a"), Message("assistant", "b"), Message("user", "c")])
    except Exception:  # whatever its author did
        return None
    return spelled if ids else None


def _end(wrapped: Any, network: Any, size: int) -> int:
    for candidate in (
        wrapped.eos_token_id,
        network.generation_config.eos_token_id,
        network.config.eos_token_id,
    ):
        first = candidate[0] if isinstance(candidate, list) and candidate else candidate
        if isinstance(first, int) and 0 <= first < size:
            return first
    raise ModelError(
        "the model's tokenizer has no token that ends a text",
        remedy="use a model whose tokenizer has an eos token",
    )
