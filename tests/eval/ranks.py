"""At which place of the list of suggestions the bundled model has what a person meant.

Each file below `cursors/` is a text with marks, `<|like this|>`: at each mark the text in it is taken out,
the others stay, and `K` suggestions are asked for there. The rank is the place, from 1, of the first that
begins with what was taken out. The network computes in float32, in which processors agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from unittest.mock import patch

import torch

from lsp_server.decoding import Model
from lsp_server.features.completion import CompletionRequest, complete
from lsp_server.languages import load_registry
from lsp_server.models import load_model
from lsp_server.syntax import Landmarks, parse
from lsp_server.text import LineIndex, read_text

HERE = Path(__file__).parent
TABLE = HERE / "ranks.txt"
K, MAX_TOKENS = 3, 3
_MARK = re.compile(r"<\|(.+?)\|>")


@dataclass(frozen=True, slots=True)
class Case:
    """A cursor in a text from which `expected` was taken out; `place` has its line and column, from 1."""

    language: str
    place: str
    text: str
    offset: int
    expected: str


def cases() -> Iterator[Case]:
    """All cursors, by language, file and place."""
    for path in sorted((HERE / "cursors").glob("*/*")):
        parts = _MARK.split(read_text(path))
        for number in range(1, len(parts), 2):
            before, after = "".join(parts[:number]), "".join(parts[number + 1 :])
            line, column = LineIndex(before).position(len(before))
            place = f"{path.name}:{line + 1}:{column + 1}"
            yield Case(path.parent.name, place, before + after, len(before), parts[number])


@cache
def steady_model() -> Model:
    """The bundled model, computing in float32 whatever the processor would like better."""
    with patch("lsp_server.models.llama.fastest_type", lambda: torch.float32):
        return load_model()


def rank(case: Case, model: Model) -> int | None:
    """The rank of what is expected; None where it is not in the list."""
    language = load_registry().by_id(case.language)
    landmarks = Landmarks(parse(language, case.text))
    request = CompletionRequest(
        case.text, case.offset, language, landmarks, max_tokens=MAX_TOKENS, candidates=K
    )
    texts = [item.text for item in complete(request, model, lambda: False).items]
    return next((place for place, text in enumerate(texts, 1) if text.startswith(case.expected)), None)


Ranks = dict[Case, int | None]


def measure() -> Ranks:
    """The rank at each cursor, by the bundled model."""
    model = steady_model()
    return {case: rank(case, model) for case in cases()}


def mean_reciprocal_ranks(ranks: Ranks) -> dict[str, float]:
    """For each language the mean of one over the rank, 0 for what is not in the list (Voorhees 1999)."""
    languages = dict.fromkeys(case.language for case in ranks)
    shares = {
        language: [1 / rank if rank else 0.0 for case, rank in ranks.items() if case.language == language]
        for language in languages
    }
    return {language: sum(found) / len(found) for language, found in shares.items()}


def table(ranks: Ranks) -> str:
    """The mean of each language, and below it a line for each cursor: rank, place, what is expected."""
    lines: list[str] = []
    for language, mean in mean_reciprocal_ranks(ranks).items():
        lines.append(f"{language} {mean:.3f}")
        lines += [
            f"  {rank or '-'} {case.place} {case.expected}"
            for case, rank in ranks.items()
            if case.language == language
        ]
    return "".join(f"{line}\n" for line in lines)
