"""The command: `python -m tests.fuzz [TARGET] [--minutes N] [--corpus DIR]`; needs `pip install atheris`.

Bytes that reach new code are kept and changed further. What is wrong ends it: the bytes are in a file then,
which is named, and is tried again by `python -m tests.fuzz TARGET --again FILE`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

LARGEST = 2_000
"""Bytes at most."""

PATIENCE = 120
"""Seconds that one text may take, where others have the machine too."""

MEMORY = 4_096
"""Mebibytes that the process may take."""


def main() -> int:
    """Try bytes for some minutes; does not return but where bytes are tried again."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("target", nargs="?", default="program")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--corpus", type=Path, help="a folder for what reaches new code")
    parser.add_argument("--again", type=Path, help="try the bytes of this file, and no others")
    given = parser.parse_args()
    if given.again is not None:
        from tests.fuzz.targets import TARGETS

        TARGETS[given.target](given.again.read_bytes())
        return 0
    import atheris

    with atheris.instrument_imports(include=["lsp_server"]):
        from tests.fuzz.targets import TARGETS, seeds
    corpus = given.corpus or Path(tempfile.mkdtemp(prefix="fuzz-"))
    corpus.mkdir(exist_ok=True)
    for number, seed in enumerate(seeds(given.target)):
        (corpus / f"seed-{number}").write_bytes(seed)
    limits = (f"-max_len={LARGEST}", f"-timeout={PATIENCE}", f"-rss_limit_mb={MEMORY}")
    ends = (
        f"-max_total_time={int(60 * given.minutes)}",
        f"-artifact_prefix={corpus}-",
        "-print_final_stats=1",
    )
    atheris.Setup([sys.argv[0], *limits, *ends, str(corpus)], TARGETS[given.target])
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
