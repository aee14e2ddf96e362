"""Where there is no mask engine the same tokens are allowed: compared with llguidance along random walks."""

from __future__ import annotations

import random

import pytest

from lsp_server.decoding import MaskEngine
from lsp_server.features.completion import hole_at
from lsp_server.languages import Language, load_bundle
from lsp_server.models import load_model
from lsp_server.syntax import Landmarks, parse
from tests.conftest import ROOT

BUNDLES = ("grammars/graphql", "grammars/hcl", "grammars/sparql", "tests/languages/rules")


def holes(language: Language, chance: random.Random, count: int) -> list[str]:
    text = min(language.examples.values(), key=len)
    landmarks = Landmarks(parse(language, text))
    places = chance.sample(range(len(text)), count)
    found = [hole_at(language, landmarks, text, place) for place in places]
    return [hole for hole in found if hole.startswith("%llguidance")]


@pytest.mark.parametrize("folder", BUNDLES)
def test_the_same_tokens_are_allowed_as_by_llguidance(folder: str) -> None:
    chance = random.Random(folder)
    vocabulary = load_model().vocabulary
    engines = [MaskEngine(vocabulary, plain=plain) for plain in (False, True)]
    tokens = vocabulary.tokens
    # What letters are beyond ASCII is not quite the same in Python and in Rust.
    usable = [one for one, token in enumerate(tokens) if token.isascii() and one not in vocabulary.special]
    compared = 0
    for hole in holes(load_bundle(ROOT / folder), chance, 2):
        one, other = (engine.mask(hole) for engine in engines)
        for _ in range(6):
            found = [
                [token for token in usable if token in allowed]
                for allowed in (one.allowed(), other.allowed())
            ]
            assert found[0] == found[1], hole
            assert one.complete() == other.complete(), hole
            compared += 1
            if not found[0]:
                break
            short = [token for token in found[0] if len(tokens[token]) < 4] or found[0]
            taken = chance.choice(short)
            assert one.consume([taken])
            assert other.takes(taken)
            assert other.consume([taken])
    assert compared > 3


def test_tokens_that_are_taken_back_leave_nothing() -> None:
    vocabulary = load_model().vocabulary
    mask = MaskEngine(vocabulary, plain=True).mask("%llguidance {}\nstart: A B*\nA: /let/\nB: /[a-z]+|,/\n")
    before = vocabulary.encode("let")
    assert mask.consume(before)
    assert mask.complete()
    assert not mask.consume(vocabulary.encode(",b;"))
    assert mask.complete()
    assert mask.consume(vocabulary.encode(",b"))
    mask.rollback(len(vocabulary.encode(",b")) + len(before))
    assert not mask.complete()
    assert not mask.takes(vocabulary.encode(",")[0])
