"""Writes the tokenizer of a GGUF file as a tokenizer.json.

    python tests/bench/vocabulary.py FILE.gguf OUT.json

Runs in an environment that has `transformers` and `gguf`; the product has no `gguf`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any


def main(source: Path, target: Path) -> None:
    """Write the tokenizer."""
    import transformers

    auto: Any = transformers.AutoTokenizer
    auto.from_pretrained(str(source.parent), gguf_file=source.name).backend_tokenizer.save(str(target))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
