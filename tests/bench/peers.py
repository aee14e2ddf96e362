"""Puts other engines beside ours, on the same cursors and tokens.

    python -m tests.bench.peers --python PYTHON

PYTHON is the interpreter of an environment with what `peers.txt` names. The other engines know no right
context: they are fed what stands before the cursor, from the beginning of the file. The completion cases of
the bundles say what is right at a cursor; `tests/corpus/test_completions.py` holds them to the judges.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from random import Random
from time import thread_time
from typing import Any

from lsp_server.cli.screen import console, table
from lsp_server.constraint import Grammar, load_grammar
from lsp_server.decoding import Vocabulary
from lsp_server.features.completion import Completion, CompletionRequest, complete, hole_at
from lsp_server.lab.bench.growing import seed_of
from lsp_server.lab.bench.players import Player
from lsp_server.lab.figures import figure
from lsp_server.lab.material.cuts import KINDS, Cut
from lsp_server.languages import Language, load_registry
from lsp_server.models import load_vocabulary
from lsp_server.models.loading import BUNDLED
from lsp_server.syntax import Landmarks, parse
from tests.bench.dialects import DialectError, gbnf
from tests.constraint.texts import examples
from tests.corpus.test_completions import expectation, place_of
from tests.corpus_cases import Case, read_cases

ENGINES = ("llguidance", "XGrammar", "transformers-cfg", "SynCode")
LINES = (100, 1_000)
OURS = "holegram"
_TOKENS = 12
_HEADS = (
    "language",
    "engine",
    "accepted wrongly",
    "of which hopeless",
    "refused wrongly",
    "compile ms",
    *(f"first mask ms, {lines:,} lines" for lines in LINES),
    "token ms, mean",
    "p99",
    "remark",
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A continuation at the cursor of a case; `hopeless` if no text after it could be right."""

    case: Case
    typed: str
    right: bool
    hopeless: bool


@dataclass(slots=True)
class Found:
    """What an engine said and how long it took, in milliseconds."""

    compiled: list[float] = field(default_factory=list)
    first: dict[int, list[float]] = field(default_factory=dict)
    tokens: list[float] = field(default_factory=list)
    verdicts: dict[tuple[int, int], bool] = field(default_factory=dict)
    refused: int = 0
    remark: str = ""


def claims_of(language: Language) -> list[list[Claim]]:
    """The continuations of each case of a language whose file is not broken itself."""
    found = []
    for case in read_cases("completions"):
        expected = expectation(case)
        if case.language_id != language.id or expected.nothing or expected.mended:
            continue
        place = place_of(case)
        wrong = [
            Claim(case, typed, right=False, hopeless=place is None or not place.oracle.viable(typed))
            for typed in expected.refuses
        ]
        found.append([*(Claim(case, typed, right=True, hopeless=False) for typed in expected.takes), *wrong])
    return found


def cursors_of(language: Language, lines: int, count: int, seed: int = 0) -> Iterator[Cut]:
    """Gaps near the end of files of about so many lines."""
    grammar, rng = load_grammar(language), Random(seed)
    seeds = [found for text in examples(language) if (found := seed_of(grammar, text)) is not None]
    kinds = [*KINDS.values()]
    for number in range(count):
        part = seeds[number % len(seeds)]
        draws = (kinds[number % len(kinds)](language, part.unit, rng) for _ in range(20))
        cut = next((cut for cut in draws if cut is not None and cut.removed.strip()), None)
        if cut is not None:
            copies = part.copies(lines)
            start = part.start_of(copies - 1)
            yield Cut(part.grown(copies), start + cut.start, start + cut.end, cut.multiline)


def ours(language: Language, vocabulary: Vocabulary, claims: list[list[Claim]], count: int) -> Found:
    """What the product says and takes: first tokens and tokens are those of a whole completion."""
    found = Found()
    for number, group in enumerate(claims):
        place = place_of(group[0].case)
        for index, claim in enumerate(group):
            oracle = None if place is None else place.oracle
            accepted = oracle is not None and oracle.viable(claim.typed) and oracle.fit(claim.typed).good
            found.verdicts[number, index] = accepted
    for lines in LINES:
        player = Player(vocabulary)
        fill(language, player, Cut("", 0, 0))
        for cut in cursors_of(language, lines, count):
            _landmarks(language, cut.text)
            began = thread_time()
            fill(language, player, cut, first=True)
            found.first.setdefault(lines, []).append(1000 * (thread_time() - began))
            player.steps.clear()
            fill(language, player, cut)
            found.tokens.extend(player.steps)
    return found


def fill(language: Language, player: Player, cut: Cut, *, first: bool = False) -> Completion:
    """Fill a gap with what was in it, or only the first token of that; the file is parsed before."""
    player.play(cut.removed)
    landmarks = _landmarks(language, cut.text)
    request = CompletionRequest(cut.text, cut.start, language, landmarks, multiline=cut.multiline)
    return complete(request, player, lambda: first and player.calls > 0)


@lru_cache(maxsize=4)
def _landmarks(language: Language, text: str) -> Landmarks:
    return Landmarks(parse(language, text))


def question(
    language: Language, vocabulary: Vocabulary, claims: list[list[Claim]], count: int, folder: Path
) -> dict[str, Any]:
    """What is asked of another engine, but for its name."""
    grammar: Grammar = load_grammar(language)
    encode = vocabulary.encode
    special = [index for index in range(len(vocabulary)) if index in vocabulary.special]
    tokens = [
        f"<|special {index}|>".encode() if index in vocabulary.special else token
        for index, token in enumerate(vocabulary.tokens)
    ]
    bundle = folder / f"{language.id}.lark"
    start = "" if language.start == "start" else f"start: {language.start}\n"
    bundle.write_text(start + language.grammar, "utf-8")
    try:
        written = gbnf(grammar)
    except DialectError as error:
        written = f"# {error}"
    return {
        "tokens": [token.hex() for token in tokens],
        "special": special,
        "end": vocabulary.end,
        "tokenizer": str(BUNDLED / "tokenizer.json"),
        "lark": hole_at(language, Landmarks(parse(language, "")), "", 0),
        "gbnf": written,
        "bundle": str(bundle),
        "cases": [
            {
                "number": number,
                "prefix": encode(group[0].case.text[: group[0].case.cursor]),
                "continuations": [encode(claim.typed) for claim in group],
            }
            for number, group in enumerate(claims)
        ],
        "cursors": [
            {
                "lines": lines,
                "prefix": encode(cut.text[: cut.start]),
                "tokens": encode(cut.removed)[:_TOKENS],
            }
            for lines in LINES
            for cut in cursors_of(language, lines, count)
        ],
    }


def ask(python: Path, engine: str, asked: dict[str, Any], limit: float) -> Found:
    """Ask one engine in its own environment; what it says after `limit` seconds is lost."""
    command = [str(python), str(Path(__file__).with_name("engines.py"))]
    try:
        done = subprocess.run(
            command,
            input=json.dumps(asked | {"engine": engine}),
            capture_output=True,
            text=True,
            timeout=limit,
        )
        said, late = done.stdout, ""
        if done.returncode:
            late = f"it ended with {done.returncode}"
    except subprocess.TimeoutExpired as error:
        said = (error.stdout or b"").decode() if isinstance(error.stdout, bytes) else error.stdout or ""
        late = f"not done within {limit:.0f} s"
    found = Found(remark=late)
    for line in said.splitlines():
        if line.startswith("{") and line.endswith("}"):
            note(found, json.loads(line))
    if found.refused:
        found.remark = f"refuses what stands at {found.refused} of the cursors " + found.remark
    return found


def note(found: Found, one: dict[str, Any]) -> None:
    """Add one finding of an engine."""
    match one["what"]:
        case "compiled":
            found.compiled.append(one["ms"])
        case "first":
            found.first.setdefault(one["lines"], []).append(one["ms"])
        case "token":
            found.tokens.append(one["ms"])
        case "refused":
            found.refused += 1
        case "case":
            found.verdicts |= {(one["number"], n): fits for n, fits in enumerate(one["verdicts"])}
        case "gave up":
            found.remark = f"could not parse what stands and let everything pass, {one['times']} times"
        case "failed":
            found.remark = one["reason"]


def row(language: Language, engine: str, claims: list[list[Claim]], found: Found) -> tuple[str, ...]:
    """A row of the table."""
    known = {key: claims[key[0]][key[1]] for key in found.verdicts}
    wrong = [key for key, claim in known.items() if not claim.right]
    right = [key for key, claim in known.items() if claim.right]
    taken = [key for key in wrong if found.verdicts[key]]
    hopeless = [key for key in taken if known[key].hopeless]
    lost = [key for key in right if not found.verdicts[key]]
    tokens = figure(found.tokens)
    return (
        language.id,
        engine,
        f"{len(taken)} of {len(wrong)}" if wrong else "-",
        f"{len(hopeless)}" if wrong else "-",
        f"{len(lost)} of {len(right)}" if right else "-",
        _ms(found.compiled) if engine != OURS else "in first mask",
        *(_ms(found.first.get(lines, [])) for lines in LINES),
        f"{tokens.mean:.2f}" if tokens.count else "-",
        f"{tokens.p99:.2f}" if tokens.count else "-",
        found.remark,
    )


def _ms(times: list[float]) -> str:
    return f"{figure(times).p50:.1f}" if times else "-"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Put other engines beside ours.")
    parser.add_argument("--python", type=Path, required=True, help="interpreter that has the engines")
    parser.add_argument("--language", action="append", help="a language; repeatable, by default all")
    parser.add_argument(
        "--engine", action="append", choices=ENGINES, help="an engine; repeatable, by default all"
    )
    parser.add_argument("--cursors", type=int, default=20, help="cursors for each length of file")
    parser.add_argument("--limit", type=float, default=240, help="seconds for each engine and language")
    options = parser.parse_args()
    registry = load_registry()
    vocabulary = load_vocabulary()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name in options.language or [known.id for known in registry.languages]:
            language = registry.by_id(name)
            claims = claims_of(language)
            rows.append(row(language, OURS, claims, ours(language, vocabulary, claims, options.cursors)))
            print(*rows[-1], sep=" | ", file=sys.stderr, flush=True)
            asked = question(language, vocabulary, claims, options.cursors, Path(folder))
            for engine in options.engine or ENGINES:
                found = ask(options.python, engine, asked, options.limit)
                rows.append(row(language, engine, claims, found))
                print(*rows[-1], sep=" | ", file=sys.stderr, flush=True)
    console().print(table(_HEADS, rows))


if __name__ == "__main__":
    main()
