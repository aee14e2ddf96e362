"""A terminal that is named in many places of a large grammar has a rule of its own, which changes no mask."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from random import Random

import numpy as np
import pytest

from lsp_server.constraint import Prefix, load_grammar
from lsp_server.decoding import MaskEngine
from lsp_server.features.completion import NO_HOLE, hole_of
from lsp_server.languages import load_registry
from lsp_server.models import load_vocabulary
from lsp_server.syntax import Landmarks, parse
from tests.constraint.texts import examples

emit, making = (sys.modules[f"lsp_server.constraint.{name}"] for name in ("emit", "making"))


def forget() -> None:
    emit._kept.cache_clear()
    making._make.cache_clear()


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    forget()
    yield
    forget()


def holes(name: str) -> list[str]:
    """Hole grammars at some places of an example."""
    language = load_registry().by_id(name)
    text = examples(language)[0]
    landmarks, prefix = Landmarks(parse(language, text)), Prefix(load_grammar(language), text)
    offsets = sorted(Random(0).sample(range(len(text)), 12))
    found = (hole_of(landmarks, prefix, offset) for offset in offsets)
    return [hole for hole in found if isinstance(hole, str) and not hole.startswith(NO_HOLE)]


@pytest.mark.parametrize("name", ["graphql", "hcl"])
def test_rules_for_terminals_change_no_mask(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = holes(name)
    monkeypatch.setattr(emit, "_LARGE", 0)
    monkeypatch.setattr(emit, "_OFTEN", 1)
    forget()
    named = holes(name)
    engine = MaskEngine(load_vocabulary())
    assert len(plain) == len(named) > 3
    assert all(one != other for one, other in zip(plain, named, strict=True))
    for one, other in zip(plain, named, strict=True):
        assert np.array_equal(engine.mask(one).allowed().words, engine.mask(other).allowed().words)


def test_only_a_large_grammar_has_them() -> None:
    assert all(re.search(r"^comma_: COMMA$", hole, re.MULTILINE) for hole in holes("postgres"))
    assert not any(re.search(r"^\w+_: [A-Z_]+$", hole, re.MULTILINE) for hole in holes("graphql"))
