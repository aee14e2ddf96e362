"""The command: `python -m tests.soak [--operations N] [--seed N] [--language ID] [--suggesting SHARE]`."""

from __future__ import annotations

import argparse
import sys
from time import perf_counter

from lsp_server.languages import load_registry
from tests.soak.running import soak
from tests.soak.talking import SoakError


def main() -> int:
    """Run the editor, and say what was done; 1 if the server did what it must not do."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--operations", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--language", action="append", help="all if none is named")
    parser.add_argument("--suggesting", type=float, default=1.0, help="share of the suggestions, from 0 to 1")
    given = parser.parse_args()
    registry = load_registry()
    languages = [registry.by_id(name) for name in given.language or ()] or list(registry.languages)
    began = perf_counter()

    def tell(done: int) -> None:
        print(f"\r{done:,} of {given.operations:,}", end="", file=sys.stderr, flush=True)

    try:
        report = soak(languages, given.operations, given.seed, tell, suggesting=given.suggesting)
    except SoakError as error:
        print(f"\n{error}")
        return 1
    print(f"\n{report.answers:,} answers, {report.checks:,} comparisons with a fresh start")
    print(", ".join(f"{kind}: {count:,}" for kind, count in report.operations.most_common()))
    if report.early and report.late:
        print(f"{report.early:.0f} MiB resident after a tenth of it, {report.late:.0f} at the end")
    print(f"{perf_counter() - began:.0f} seconds")
    return 0


if __name__ == "__main__":
    sys.exit(main())
