"""Whether each of several mistakes in a file is told, and nothing else: in real files, a sign put into lines.

The lines are far from each other, and hold no text in quotes and no comment, in which the sign would be none
that is wrong. What is told on another line is an echo, or a false alarm.

    python -m tests.eval.several LANGUAGE DIR [--mistakes N]
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from lsp_server.features.diagnostics import diagnose
from lsp_server.lalr import load_grammar
from lsp_server.languages import Language
from lsp_server.languages.sources import Source
from lsp_server.syntax import parse
from tests.eval.given import given

FILES = 60
SIGNS = ("= =", ", (", "x x")
_LEAST, _SIZES = 4, range(1_500, 12_000)
"""Files have so many lines for each mistake, and are of such sizes."""


@dataclass(frozen=True, slots=True)
class Told:
    """Of so many `files` with so many `planted` mistakes, how many were told on their lines, and how many
    `others`.
    """

    files: int
    planted: int
    told: int
    others: int


def told_of(language: Language, sources: Sequence[Source], mistakes: int, sign: str, seed: int = 0) -> Told:
    """Put a sign into the middle of some lines of each file that has no errors, and see what is told."""
    random, grammar = Random(seed), load_grammar(language)
    files = planted = told = others = 0
    for source in sources:
        lines = source.text.split("\n")
        places = [number for number, line in enumerate(lines) if _is_plain(language, line)]
        far = len(places) // mistakes
        if far < _LEAST or diagnose(parse(language, source.text), grammar):
            continue
        wrong = {places[part * far + random.randrange(far)] for part in range(mistakes)}
        for number in wrong:
            words = list(re.finditer(r"\S+", lines[number]))
            middle = words[len(words) // 2].start()
            lines[number] = f"{lines[number][:middle]}{sign} {lines[number][middle:]}"
        text = "\n".join(lines)
        found = {text.count("\n", 0, one.span.start) for one in diagnose(parse(language, text), grammar)}
        files, planted = files + 1, planted + len(wrong)
        told, others = told + len(found & wrong), others + len(found - wrong)
    return Told(files, planted, told, others)


def _is_plain(language: Language, line: str) -> bool:
    signs = (*language.comment.line, *(opener for opener, _ in language.comment.block), '"', "'", "`")
    return len(line.split()) > 1 and len(line.strip()) > 8 and not any(sign in line for sign in signs)


def main() -> int:
    """Print what is told, for each sign."""
    words = given("tests.eval.several", "mistakes", 3, __doc__)
    chosen = [one for one in words.sources if len(one.text) in _SIZES]
    sample = Random(words.seed).sample(chosen, min(FILES, len(chosen)))
    for sign in SIGNS:
        found = told_of(words.language, sample, words.number, sign, words.seed)
        print(
            f"{words.language.id}, {sign}: {found.told} of {found.planted} told in {found.files} files, "
            f"{found.others} on other lines"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
