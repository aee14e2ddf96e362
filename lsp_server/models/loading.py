"""`load_model`: from a name to a `Model`. Imports torch only when it is called."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

from lsp_server.decoding.model import Adaptable, Model, Vocabulary
from lsp_server.errors import ModelError
from lsp_server.models.prompting import RULE
from lsp_server.models.remote.address import SCHEME, parse_address
from lsp_server.models.scripted import read_script
from lsp_server.models.threads import default_threads
from lsp_server.opening import read_bytes

BUNDLED = Path(__file__).parent / "weights"
SCRIPT = "scripted:"
GGUF = ".gguf"
ENDS = ("<eos>", "</s>", "<|endoftext|>", "<|end_of_text|>", "<|im_end|>")
TORCH, NETWORK, TOKENIZER = 60, 80, 90
"""After each step, the percentage of the time that it usually takes until the bundled model is loaded."""

HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?")


def load_model(
    name: str | None = None,
    threads: int | None = None,
    report: Callable[[int], object] = lambda percentage: None,
    *,
    local: bool = False,
    caches: int = 1,
) -> Model:
    """Load the bundled weights (None), a folder, a GGUF file, or a model of the Hugging Face hub by its name.

    `vllm:URL#NAME` is a model on a server; nothing is sent before it is asked for something.
    `scripted:FILE` is the model without weights that says what a file tells it to (see `read_script`).
    Only a name that is no folder here leads to the network, and with `local` not even that: then it has to be
    one that was fetched before. `threads` sets how many threads torch uses in this process; by default it is
    `threads.default_threads`. `report` is told how far it is, as a percentage. So many texts are gone on with
    where they were, each in one of the `caches`.
    Raises ModelError with a remedy in one line.
    """
    if name is not None and name.startswith(SCHEME):
        address = parse_address(name)
        from lsp_server.models.remote.model import RemoteModel

        return RemoteModel(address, load_model(None, threads, report, caches=caches))
    if name is not None and name.startswith(SCRIPT):
        return read_script(Path(name.removeprefix(SCRIPT)).expanduser())
    folder = BUNDLED if name is None else Path(name).expanduser()
    if folder.is_dir():
        own = (folder / RULE).is_file()
        _set_threads(threads)
        report(TORCH if own else TORCH // 2)
        return _load_own(folder, report, caches) if own else _load_other(str(folder), caches, local=True)
    if name is None:
        raise ModelError("the bundled weights are missing", path=folder, remedy="install holegram again")
    if folder.suffix.lower() == GGUF and folder.exists():
        from lsp_server.models.gguf import unpacked

        _set_threads(threads)
        report(TORCH // 2)
        return _load_other(str(unpacked(folder)), caches, local=True)
    if folder.exists():
        raise ModelError(
            "a model is a folder or a .gguf file", path=folder, remedy="give the folder that holds it"
        )
    if not HUB_NAME.fullmatch(name):
        raise ModelError(
            "there is no such folder", path=folder, remedy="give a folder or the name of a hub model"
        )
    _set_threads(threads)
    report(TORCH // 2)
    return _load_other(name, caches, local=local)


def adapted(model: Model, name: str | None) -> Model:
    """A model under an installed adapter; as it is if None.

    Raises:
        UsageError: the name is none of an adapter.
        ModelError: there is none of that name, it does not fit, or the model takes none.

    """
    if name is None:
        return model
    if not isinstance(model, Adaptable):
        raise ModelError(f"the model {model.name} takes no adapters", remedy="load one with weights")
    return model.with_adapter(name)


def load_vocabulary(path: Path | None = None) -> Vocabulary:
    """The vocabulary of the bundled model (None), or of a `tokenizer.json` or a folder that holds one.

    No network is loaded, and so it is as long as the tokenizer says; a model may have more logits.
    Raises ModelError with a remedy in one line.
    """
    from tokenizers import Tokenizer

    from lsp_server.models.prompting import read_rule
    from lsp_server.models.spelling import make_vocabulary

    place = BUNDLED if path is None else path
    file = place / "tokenizer.json" if place.is_dir() else place
    try:
        tokenizer = Tokenizer.from_buffer(read_bytes(file))
    except Exception as error:  # tokenizers raises bare Exception
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        remedy = "give a tokenizer.json, or a folder that holds one"
        raise ModelError(f"the tokenizer cannot be loaded: {reason}", path=file, remedy=remedy) from error
    rule = file.parent / RULE
    if rule.is_file():
        end = read_rule(rule, tokenizer.token_to_id)[1]
    else:
        known = (tokenizer.token_to_id(name) for name in ENDS)
        end = next((index for index in known if index is not None), 0)
    return make_vocabulary(tokenizer, 1 + max(tokenizer.get_vocab().values()), end)


def _set_threads(threads: int | None) -> None:
    if sys.platform == "emscripten":
        return
    import torch

    torch.set_num_threads(threads or default_threads())


def _load_own(folder: Path, report: Callable[[int], object], caches: int) -> Model:
    """Load a folder that `training` has exported."""
    if sys.platform == "emscripten":
        from lsp_server.models.in_page import load_in_page

        return load_in_page(folder)
    from tokenizers import Tokenizer

    from lsp_server.models.cached import CachedModel
    from lsp_server.models.llama import Llama
    from lsp_server.models.prompting import read_rule
    from lsp_server.models.spelling import make_vocabulary

    try:
        network = Llama(folder, few=True)
        report(NETWORK)
        tokenizer = Tokenizer.from_buffer(read_bytes(folder / "tokenizer.json"))
        report(TOKENIZER)
    except ModelError:
        raise
    except Exception as error:  # tokenizers raises bare Exception
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ModelError(
            f"the model cannot be loaded: {reason}", path=folder, remedy="export or install it again"
        ) from error
    rule, end = read_rule(folder / RULE, tokenizer.token_to_id)
    name = "bundled" if folder == BUNDLED else folder.name
    return CachedModel(name, make_vocabulary(tokenizer, network.size, end), rule, network, caches)


def _load_other(name: str, caches: int, *, local: bool) -> Model:
    from lsp_server.models.transformers_model import load_transformers

    return load_transformers(name, local=local, caches=caches)
