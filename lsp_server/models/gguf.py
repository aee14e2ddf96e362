"""Models in GGUF files: written out once as a folder of transformers, in the user's cache.

What a file holds in few bits becomes bfloat16. Reading takes most of a minute where the vocabulary is large,
and so the folder is kept. It must not know what is done with the model.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import platformdirs

from lsp_server.errors import ModelError
from lsp_server.opening import is_regular, make_private


def unpacked(path: Path) -> Path:
    """The folder with the model of a file, made if it is not there, or the file has changed since.

    Raises:
        ModelError: it is no such file, or of a network that transformers does not know, or `gguf` is not
            installed, or there is no room for the folder.

    """
    _check(path)
    status = path.stat()
    facts = f"{path.resolve()}\0{status.st_size}\0{status.st_mtime_ns}"
    cache = platformdirs.user_cache_path("holegram", appauthor=False) / "gguf"
    folder = cache / f"{path.stem}-{hashlib.sha256(facts.encode()).hexdigest()[:16]}"
    if folder.is_dir():
        return folder
    try:
        make_private(cache)
        draft = Path(tempfile.mkdtemp(prefix=f"{path.stem}-", dir=cache))
    except OSError as error:
        raise ModelError(f"cannot be unpacked: {error}", path=path, remedy="make room in the cache") from None
    try:
        _write(path, draft)
        os.replace(draft, folder)
    except OSError as error:
        if not folder.is_dir():  # else another process was faster
            raise ModelError(
                f"cannot be unpacked: {error}", path=path, remedy="make room on the disk"
            ) from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return folder


def _check(path: Path) -> None:
    if not is_regular(path):
        raise ModelError("not a regular file", path=path, remedy="give a .gguf file")
    try:
        import accelerate  # noqa: F401 - transformers asks for both, in many lines
        import gguf  # noqa: F401
    except ImportError as error:
        raise ModelError(
            f"to read GGUF needs the library {error.name}",
            path=path,
            remedy="pip install 'holegram[gguf]'",
        ) from None


def _write(path: Path, folder: Path) -> None:
    import torch
    import transformers

    messages: Any = transformers.utils.logging
    messages.set_verbosity_error()
    messages.disable_progress_bar()
    network: Any = transformers.AutoModelForCausalLM
    tokenizer: Any = transformers.AutoTokenizer
    place = {"pretrained_model_name_or_path": str(path.parent), "gguf_file": path.name}
    try:
        with contextlib.redirect_stderr(io.StringIO()):  # a bar of progress that nobody can turn off
            loaded = network.from_pretrained(**place, dtype=torch.bfloat16)
        # What was read from few bits is taken for quantized, and refuses to be saved; a plain copy does not.
        settings = loaded.config.to_dict()
        settings.pop("quantization_config", None)
        plain = type(loaded)(type(loaded.config).from_dict(settings)).to(torch.bfloat16)
        plain.load_state_dict(loaded.state_dict())
        plain.save_pretrained(folder)
        tokenizer.from_pretrained(**place).save_pretrained(folder)
    except OSError:
        raise
    except Exception as error:  # the library raises many kinds; the user needs one line
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ModelError(
            f"the model cannot be read: {reason}", path=path, remedy="give another file"
        ) from error
