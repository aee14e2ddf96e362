"""What is said of words at a cursor, one after the other, as a list asks."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from functools import partial

import pytest

from lsp_server.features.guarding import guard_over
from lsp_server.features.lists.gathering import state_at
from lsp_server.languages import Language
from lsp_server.names.guard import Guard
from lsp_server.server.documents.session import Document
from lsp_server.text import Snapshot
from tests.constraint.texts import examples
from tests.names.suggesting import existing, named
from tests.work import calls

CURSORS, WORDS = 8, 5


def guard_at(language: Language, text: str, offset: int) -> Guard | None:
    """What watches the names at a cursor; None where nothing is known of it."""
    document = Document(Snapshot("file:///a/b", language.id, 1, text), language)
    prefix, landmarks = document.prefix(), document.landmarks()
    assert prefix is not None
    assert landmarks is not None
    state = state_at(prefix, landmarks, offset)
    if state is None:
        return None
    return guard_over(existing(language, text), prefix.grammar, text, state, landmarks.edited)


def gaps(language: Language) -> Iterator[tuple[str, int]]:
    """Texts without one of their words, and where that stood."""
    chance = random.Random(3)
    for text in chance.choices(examples(language), k=CURSORS):
        word = chance.choice([*re.finditer(rf"(?<=[.:@ ]){language.word}", text)])
        yield text[: word.start()] + text[word.end() :], word.start()


def test_what_is_said_of_a_word_is_the_same_whatever_was_asked_before(language: Language) -> None:
    chance = random.Random(4)
    told = []
    for text, offset in gaps(language):
        shared = guard_at(language, text, offset)
        if shared is None:
            continue
        some = chance.sample([*re.finditer(language.word, text)], k=WORDS)
        for typed in [f"{one[0]}{after}" for one in some for after in ("", " ", ".", "x y")]:
            alone = guard_at(language, text, offset)
            assert alone is not None
            said = shared.names_nothing(typed)
            assert said == alone.names_nothing(typed), (text[offset - 40 : offset], typed)
            told.append(said)
    assert False in told
    assert not language.naming.closed or True in told


@pytest.mark.parametrize("further", ["Kind2", "FurtherKind"])
def test_a_further_word_is_not_read_for_what_it_is(further: str) -> None:
    text = f"type A {{ b:  }}\ntype Kind1 {{ a: Int }}\ntype {further} {{ a: Int }}\n"
    for asked in ((further,), ("x", "Kind1")):  # finds what holds for the language, then for the place
        guard = guard_at(named("graphql"), text, 12)
        assert guard is not None
        for word in asked:
            guard.names_nothing(word)
    assert guard is not None
    assert calls(partial(guard.names_nothing, further)) < 100
