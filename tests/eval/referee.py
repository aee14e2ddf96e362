"""What the referee counts in the bundles' own examples: `python -m tests.eval.referee` writes it down."""

from __future__ import annotations

from pathlib import Path

from lsp_server.agreement.judges import load_judge
from lsp_server.lab.referee import KINDS, HearingOptions, RefereeRow, hear, table
from lsp_server.languages import Language, load_registry
from lsp_server.languages.sources import examples_of
from tests.corpus_cases import SAMPLES

TABLE = Path(__file__).with_name("referee.txt")

CASES, FEWER = (3, 3, 2, 1), (1, 1, 1, 1)
"""How many cursors there are of each kind, by its number of mistakes: those with many take longest."""

SLOW = ("postgres", "sparql", "runbook")
"""The languages that have fewer."""

WRONG, SEED = 1, 2


def languages() -> tuple[Language, ...]:
    """The bundled languages, and the samples."""
    return load_registry((SAMPLES,)).languages


def rows(language: Language) -> list[RefereeRow]:
    """What is counted in one language."""
    sources, judge = examples_of(language), load_judge(language)  # which accepts them: there is a test
    cases = FEWER if language.id in SLOW else CASES
    return [
        hear(language, sources, judge, kind, HearingOptions(cases[kind.mistakes], WRONG, SEED))
        for kind in KINDS
    ]


if __name__ == "__main__":
    TABLE.write_text(table(row for language in languages() for row in rows(language)), "utf-8")
