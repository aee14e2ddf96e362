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
    network.from_pretrained(**place, torch_dtype=torch.bfloat16).save_pretrained(target)
    tokenizer.from_pretrained(**place).save_pretrained(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
