"""The bundled model in a browser: network and tokenizer are the page's own (`playground/web/src/worker`)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsp_server import cancellation
from lsp_server.decoding.model import Vocabulary
from lsp_server.errors import ModelError
from lsp_server.models.cached import CachedModel
from lsp_server.models.prompting import RULE, read_rule
from lsp_server.models.spelling import byte_level
from lsp_server.opening import read_bytes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


_AT_ONCE = 4
"""In WebAssembly, 2 tokens take 1.5 times as long as one, 6 take 3.5 times."""


class _PageNetwork:
    """A `cached.Network` that the page computes."""

    stretch = 64
    """After so many tokens it is asked whether to go on."""

    def __init__(self, network: Any) -> None:
        self._network = network

    def twin(self) -> _PageNetwork:
        """There is one text, and so one cache."""
        raise NotImplementedError

    def fingerprint(self) -> str:
        """Asked for by adapters alone."""
        raise NotImplementedError

    def fitted(self, adapter: object) -> object:
        """There are no adapters here.

        Raises:
            ModelError: always.

        """
        raise ModelError("there are no adapters in a page", remedy="use them in an editor")

    def wear(self, fitted: object) -> None:
        """There are no adapters here."""

    def truncate(self, length: int) -> int:
        """Keep the first tokens of the cache."""
        return int(self._network.truncate(length))

    def extend(
        self, tokens: Sequence[int], count: int, cancelled: Callable[[], bool] = lambda: False
    ) -> NDArray[np.float32]:
        """Feed tokens; the logits after the last `count` of them, in a row each."""
        from numpy import float32, ndarray
        from pyodide.ffi import to_js  # type: ignore[import-not-found]

        cancellation.check(cancelled)
        rows: Any = [ndarray(row, float32) for row in self._network.extend(to_js([*tokens]), count)]
        found: NDArray[np.float32] = rows
        return found


def load_in_page(folder: Path) -> CachedModel:
    """The weights that lie beside the page, with what else a folder of them has."""
    from holegram_page import open_model  # type: ignore[import-not-found]

    settings, described = (read_bytes(folder / name).decode() for name in ("config.json", "tokenizer.json"))
    model = open_model(settings, described)
    ids: dict[str, int] = json.loads(described)["model"]["vocab"]
    rule, end = read_rule(folder / RULE, ids.get)
    special = {one["id"] for one in json.loads(described)["added_tokens"] if one["special"]} | {end}
    spelled = {index: byte_level(token) for token, index in ids.items() if index not in special}
    tokens = tuple(spelled.get(index, b"") for index in range(model.network.size))
    special |= {index for index, token in enumerate(tokens) if not token}

    def encode(text: str) -> list[int]:
        return list(model.encode(text.encode(errors="replace").decode()).to_py())

    vocabulary = Vocabulary(tokens, frozenset(special), end, encode)
    made = CachedModel("bundled", vocabulary, rule, _PageNetwork(model.network))
    made.at_once = _AT_ONCE
    return made
