"""What is measured is given in the same way to all that measure: LANGUAGE DIR [--KIND N] [--seed N]."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lsp_server.languages import Language, load_registry
from lsp_server.languages.sources import Source, read_corpus


@dataclass(frozen=True, slots=True)
class Given:
    """A language, files of it, how many of what is measured are wanted, and the seed of what is drawn."""

    language: Language
    sources: Sequence[Source]
    number: int
    seed: int


def given(program: str, kind: str, number: int, about: str | None) -> Given:
    """What the command line gives; what is counted there by `--kind` is so many where that is not given."""
    parser = argparse.ArgumentParser(prog=f"python -m {program}", description=about)
    parser.add_argument("language")
    parser.add_argument("directory", type=Path)
    parser.add_argument(f"--{kind}", dest="number", metavar="N", type=int, default=number)
    parser.add_argument("--seed", metavar="N", type=int, default=0)
    words = parser.parse_args()
    language = load_registry().by_id(words.language)
    return Given(language, read_corpus(words.directory, language).sources, words.number, words.seed)
