"""The command: `python -m tests.soak [--operations N] [--seed N] [--apart] [--language ID]`.

Languages are those of the product and two of somebody's own.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from time import perf_counter

from lsp_server.languages import Language, load_registry
from tests.constraint.texts import OWN
from tests.soak.running import CHECKED, soak
from tests.soak.talking import LATE, SoakError


def main() -> int:
    """Run the editor, and say what was done; 1 if the server did what it must not do."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--operations", type=int, default=50_000, help="in all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--language", action="append", help="all if none is named")
    parser.add_argument("--apart", action="store_true", help="a server and two documents for each language")
    parser.add_argument("--suggesting", type=float, default=1.0, help="share of the suggestions, from 0 to 1")
    parser.add_argument("--checked", type=int, default=CHECKED, help="compare all after so many operations")
    given = parser.parse_args()
    registry = load_registry(OWN)
    languages = [registry.by_id(name) for name in given.language or ()] or list(registry.languages)
    runs = [[language] for language in languages] if given.apart else [languages]
    operations = given.operations // len(runs)
    seeds = range(given.seed, given.seed + len(runs))
    return max([_run(run, operations, seed, given) for run, seed in zip(runs, seeds, strict=True)])


def _run(languages: Sequence[Language], operations: int, seed: int, given: argparse.Namespace) -> int:
    began = perf_counter()
    print(f"{', '.join(language.id for language in languages)}, seed {seed}", flush=True)

    def tell(done: int) -> None:
        print(f"\r{done:,} of {operations:,}", end="", file=sys.stderr, flush=True)

    try:
        report = soak(
            languages, operations, seed, OWN, tell, suggesting=given.suggesting, checked=given.checked
        )
    except SoakError as error:
        print(f"\n{error}", flush=True)
        return 1
    print(f"\n{report.answers:,} answers, {report.checks:,} comparisons with a fresh start")
    print(", ".join(f"{kind}: {count:,}" for kind, count in report.operations.most_common()))
    print(f"answers that took more than {LATE:.0f} s of work: {len(report.late)}")
    resident = ", ".join("unknown" if mib is None else f"{mib:.0f}" for mib in report.resident)
    print(f"MiB resident after each tenth of it: {resident}")
    print(f"{perf_counter() - began:.0f} seconds", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
