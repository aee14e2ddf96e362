"""The model: whether it is there and whole, loads, and how fast it is."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np

from lsp_server.decoding import AsksAhead, Model
from lsp_server.errors import DocumentError, HolegramError, ModelError
from lsp_server.health.report import Advice, ModelState
from lsp_server.models import load_model
from lsp_server.models.loading import BUNDLED
from lsp_server.opening import read_bytes
from lsp_server.text import Span

_TOKENS = 24
"""So many tokens are timed."""

_WEIGHTS = 1 << 34
"""Bytes of a file of a model."""


def try_model(name: str | None) -> tuple[tuple[ModelState, Model | None], tuple[Advice, ...]]:
    """Load a model, from this machine only, and have it write some tokens; no model where that fails.

    Raises:
        ImportError: what the model needs is not installed.

    """
    folder = BUNDLED if name is None else Path(name).expanduser()
    path = folder if folder.is_dir() else None
    size = None if path is None else sum(file.stat().st_size for file in path.iterdir() if file.is_file())
    state = ModelState(name or "bundled", path, size)
    damaged = () if name is not None else tuple(_damaged())
    began = perf_counter()
    try:
        model = load_model(name, local=True)
        if isinstance(model, AsksAhead):
            began = perf_counter()
            try:
                told = model.probe()
            except HolegramError:
                model.close()
                raise
            state = replace(state, name=f"remote: {told}", load_seconds=perf_counter() - began)
            return (state, model), damaged
        seconds = perf_counter() - began
        state = replace(state, name=model.name, load_seconds=seconds, token_ms=_time_tokens(model))
    except HolegramError as error:
        # A file that was changed after it was installed is the reason, and says more.
        return (state, None), damaged or (Advice(str(error)),)
    return (state, model), damaged


def _time_tokens(model: Model) -> float:
    """The milliseconds that a token takes, one after the other.

    Raises:
        ModelError: what the model says is no number.

    """
    tokens, times = model.prompt("", Span(0, 0), ""), []
    for _ in range(_TOKENS):
        began = perf_counter()
        logits = model.next_logits(tokens)[-1]
        times.append(perf_counter() - began)
        if not np.isfinite(logits).all():
            remedy = "export or install it again"
            raise ModelError(f"the weights of the model '{model.name}' are damaged", remedy=remedy)
        tokens = [*tokens, int(logits.argmax())]
    return 1000 * median(times[1:])


def _damaged() -> Iterator[Advice]:
    """Files of the bundled model that are not as they were installed; of a checkout nobody knows that."""
    for file in metadata.files("holegram") or ():
        path = Path(str(file.locate()))
        if file.hash is None or path.parent != BUNDLED:
            continue
        try:
            digest = hashlib.new(file.hash.mode, read_bytes(path, largest=_WEIGHTS)).digest()
        except DocumentError as error:
            yield Advice(f"{path}: {error.message} (install holegram again)")
            continue
        if urlsafe_b64encode(digest).rstrip(b"=").decode() != file.hash.value:
            yield Advice(f"{path}: was changed since it was installed (install holegram again)")
