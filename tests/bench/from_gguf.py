"""Writes the model of a GGUF file, with its tokenizer, as a folder that `--model` takes.

    python tests/bench/from_gguf.py FILE.gguf FOLDER

Runs in an environment that has `transformers`, `accelerate` and `gguf`; the product has no `gguf`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any


def main(source: Path, target: Path) -> None:
    """Write network and tokenizer; what the file holds in few bits becomes bfloat16."""
    import torch
    import transformers

    network: Any = transformers.AutoModelForCausalLM
    tokenizer: Any = transformers.AutoTokenizer
    place = {"pretrained_model_name_or_path": str(source.parent), "gguf_file": source.name}
    loaded = network.from_pretrained(**place, dtype=torch.bfloat16)
    # What was read from few bits is taken for quantized, and refuses to be saved; a plain copy does not.
    settings = loaded.config.to_dict()
    settings.pop("quantization_config", None)
    plain = type(loaded)(type(loaded.config).from_dict(settings)).to(torch.bfloat16)
    plain.load_state_dict(loaded.state_dict())
    plain.save_pretrained(target)
    tokenizer.from_pretrained(**place).save_pretrained(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
