"""The promise: whatever a model wants to say, accepting a suggestion leaves the file valid for the judge."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random

import pytest

from lsp_server.agreement.judges import load_judge
from lsp_server.decoding.model import Model
from lsp_server.errors import ModelError
from lsp_server.features.completion import CompletionRequest, complete
from lsp_server.lab.material.cuts import KINDS, Cut
from lsp_server.lab.promise.assess import assess
from lsp_server.lab.promise.counting import Judgement
from lsp_server.lab.promise.validity import Asking, measure_validity
from lsp_server.languages import Language
from lsp_server.languages.sources import Source
from lsp_server.models import ScriptedModel, load_model
from lsp_server.syntax import Landmarks, parse
from tests.conftest import Corpus
from tests.counts import tries

CUTS = int(os.environ.get("HOLEGRAM_PROMISE_CUTS", "0"))
"""How many cuts to make of each kind, where more are wanted than a normal run of the tests makes."""

MARKS = (
    '"',
    '"""',
    "'",
    "\\",
    "${",
    "%{",
    "<<",
    "<<-",
    "...",
    "=>",
    "#",
    "/*",
    "*/",
    " ",
    "\t",
    "\n",
    "a",
    "0",
    "\0",
)


def _lexemes(language: Language, text: str) -> list[str]:
    """Words with the blanks before them, and punctuation with those after it, as a vocabulary has them."""
    return sorted(set(re.findall(rf"\s*(?:{language.word})|\s+|[^\w\s]+\s*|\d+", text)))[:400]


def _noise(language: Language, text: str, rng: Random) -> ScriptedModel:
    """Random characters of all planes."""
    return _by_text(rng, [], lambda draw: chr(draw.choice((draw.randrange(128), draw.randrange(0x20000)))))


def _soup(language: Language, text: str, rng: Random) -> ScriptedModel:
    """Lexemes of the file in random order."""
    words = _lexemes(language, text)
    return _by_text(rng, words, lambda draw: draw.choice(words))


def _brackets(language: Language, text: str, rng: Random) -> ScriptedModel:
    """Brackets that close nothing, and the beginnings and ends of strings, templates and comments."""
    marks = [*MARKS, *(bracket for pair in language.brackets for bracket in pair)]
    return _by_text(rng, marks, lambda draw: draw.choice(marks))


def _elsewhere(language: Language, text: str, rng: Random) -> ScriptedModel:
    """What stands at a random place of the file."""

    def choose(draw: Random) -> str:
        start = draw.randrange(len(text))
        return text[start : start + 24]

    return _by_text(rng, _lexemes(language, text), choose)


def _again(language: Language, text: str, rng: Random) -> ScriptedModel:
    """What stood in the gap, and then all that follows it a second time."""
    return ScriptedModel([text], _lexemes(language, text))


def _by_text(rng: Random, tokens: list[str], choose: Callable[[Random], str]) -> ScriptedModel:
    """A model that wants the same after the same text; from text to text it looks random."""
    seed = rng.random()
    return ScriptedModel(lambda text: choose(Random(f"{seed}{text[-200:]}")), tokens)


ADVERSARIES: Mapping[str, Callable[[Language, str, Random], Model]] = {
    "noise": _noise,
    "soup": _soup,
    "brackets": _brackets,
    "elsewhere": _elsewhere,
    "again": _again,
}


def _examples(language: Language) -> list[Source]:
    paths = sorted(path for path in (language.directory / "examples").rglob("*") if path.is_file())
    return [Source(path.name, path.read_text(encoding="utf-8")) for path in paths]


def _request(language: Language, cut: Cut, candidates: int) -> CompletionRequest:
    tree = parse(language, cut.text)
    return CompletionRequest(
        cut.text,
        cut.start,
        language,
        Landmarks(tree),
        max_tokens=24,
        candidates=candidates,
        multiline=cut.multiline,
    )


@pytest.mark.parametrize("adversary", ADVERSARIES)
def test_no_model_can_break_an_example(language: Language, adversary: str) -> None:
    judge = load_judge(language)
    rng = Random(f"{language.id}/{adversary}")
    seen: Counter[Judgement] = Counter()
    broken: list[str] = []
    # Each adversary gets every other kind of cut of a file, and the next one the others.
    share, start = tries(2, 1), list(ADVERSARIES).index(adversary)
    for source in _examples(language):
        model = ADVERSARIES[adversary](language, source.text, rng)
        kinds = [kind for number, kind in enumerate(KINDS.values(), start) if number % share == 0]
        start += 1
        cuts = [kind(language, source.text, rng) for kind in kinds for _ in range(CUTS or 1)]
        for cut in (cut for cut in cuts if cut is not None):
            for item in complete(_request(language, cut, candidates=2), model, lambda: False).items:
                outcome, message = assess(language, cut, item, judge)
                seen[outcome] += 1
                if outcome is Judgement.VIOLATION:
                    broken.append(f"{source.name}[{cut.start}:{cut.end}] {item.text!r}: {message}")
    assert not broken, "\n".join(broken)
    assert seen[Judgement.VALID] > 0


def test_a_model_that_knows_the_file_fills_most_gaps_with_what_stood_there(language: Language) -> None:
    rng = Random(language.id)
    right = asked = 0
    for source in _examples(language):
        model = ScriptedModel([source.text], _lexemes(language, source.text))
        for _ in range(CUTS or tries(6, 12)):
            cut = KINDS["rest-of-line"](language, source.text, rng)
            if cut is not None and cut.removed.strip() and not _in_comment(language, cut):
                asked += 1
                request = replace(_request(language, cut, candidates=1), beside=None)
                items = complete(request, model, lambda: False).items
                right += any(item.text.strip() == cut.removed.strip() for item in items)
    assert right >= 0.7 * asked, f"{right} of {asked}"


def _in_comment(language: Language, cut: Cut) -> bool:
    line = cut.original[: cut.end].splitlines()[-1]
    return any(mark in line for mark in language.comment.line)


def test_the_bundled_model_breaks_no_real_file(language: Language, corpus: Corpus) -> None:
    try:
        model = load_model(threads=1)
    except ModelError as error:
        pytest.skip(str(error))
    sources = [Source(path.name, path.read_text(encoding="utf-8")) for path in corpus(language.id, "dev")]
    judge = load_judge(language)
    for kind in KINDS:
        cuts = CUTS or (tries(12, 80) if kind == "rest-of-line" else tries(4, 20))
        report = measure_validity(language, sources, judge, Asking(model), kind=kind, cuts=cuts)
        assert report.cuts == cuts
        assert report.violations == ()
        assert report.intrusions == 0
        goal = 0.97 if CUTS else 0.8 if kind == "rest-of-line" else 0.5  # a few cuts tell little
        assert report.total.share >= goal, report.reasons
