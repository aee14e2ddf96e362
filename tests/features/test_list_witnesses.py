"""What is listed can be gone on with, says a judge that knows nothing of us.

And the reverse: a word of the language that stood at a cursor is in its list.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pytest

from lsp_server.agreement.asking import Judge
from lsp_server.agreement.judges import load_judge
from lsp_server.constraint import load_grammar
from lsp_server.features.lists.entry import Entry
from lsp_server.lab.material.places import PlaceKind, places
from lsp_server.languages import Language, load_registry
from tests.constraint.texts import examples
from tests.corpus_cases import SAMPLES, sample
from tests.counts import tries
from tests.features.listing import listed
from tests.features.witnesses import witness

_CURSORS, _ENTRIES = tries(10, 150), 4
"""So many cursors of each language, and entries of each list."""

_SHARE = 0.94
"""So many entries have a witness at least; of the others it is only not known: the search is short."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A valid text without what stood from `start` to `end`; `typed` letters of that are left."""

    original: str
    start: int
    typed: int
    end: int

    @property
    def cursor(self) -> int:
        return self.start + self.typed

    @property
    def text(self) -> str:
        return self.original[: self.cursor] + self.original[self.end :]


@cache
def judge_of(language: Language) -> Judge:
    return load_judge(language)


@cache
def valid_texts(language: Language) -> tuple[str, ...]:
    return tuple(text for text in examples(language) if judge_of(language)(text).well_formed)


def drawn(language: Language, chance: random.Random) -> Iterator[Cut]:
    """Words of valid texts, up to two letters left, the rest of the line too or not; and other places."""
    while True:
        text = chance.choice(valid_texts(language))
        words = [match.span() for match in re.finditer(language.word, text)]
        start, end = chance.choice(words)
        typed = chance.randint(0, min(2, end - start))
        if chance.random() < 0.3:
            start = end = chance.randrange(len(text) + 1)
            typed = 0
        line = text.find("\n", end)
        yield Cut(text, start, typed, line if line >= 0 and chance.random() < 0.5 else end)


def check_witnesses(language: Language) -> None:
    chance = random.Random(28)
    cuts, tried, without = drawn(language, chance), 0, []
    for _ in range(_CURSORS):
        cut = next(cuts)
        entries = listed(language, cut.text, cut.cursor).entries
        for entry in chance.sample(entries, min(len(entries), _ENTRIES)):
            tried += 1
            if not is_witnessed(language, cut, entry):
                without.append((entry.text, entry.origin.name, cut.text[: cut.cursor][-40:], cut.end))
    assert tried >= _CURSORS
    assert tried - len(without) >= _SHARE * tried, without


def is_witnessed(language: Language, cut: Cut, entry: Entry) -> bool:
    before, after = cut.text[: entry.span.start] + entry.text, cut.text[entry.span.end :]
    gone = cut.original[entry.span.start : cut.end]
    return witness(language, judge_of(language), before, after, gone) is not None


def test_what_is_listed_can_be_gone_on_with(language: Language) -> None:
    check_witnesses(language)


@pytest.mark.parametrize("sample_id", [path.parent.name for path in sorted(SAMPLES.glob("*/language.toml"))])
def test_what_is_listed_in_a_language_of_ones_own_can_be_gone_on_with(sample_id: str) -> None:
    check_witnesses(sample(sample_id))


@pytest.mark.parametrize(
    ("before", "after"), [("type A ", ""), ("type A { a: ", " }"), ("query Q { a", " { b } }"), ("", "")]
)
def test_a_witness_is_a_text_with_which_all_is_valid(before: str, after: str) -> None:
    language = load_registry().by_id("graphql")
    text = witness(language, judge_of(language), before, after)
    assert text is not None
    assert judge_of(language)(before + text + after).well_formed


def test_nothing_is_a_witness_where_nothing_can_be_typed() -> None:
    language = load_registry().by_id("graphql")
    assert witness(language, judge_of(language), "type A { a: Int } } ", "") is None


def test_a_keyword_or_builtin_that_stood_at_a_cursor_is_listed_there(language: Language) -> None:
    """The list at an intact cursor has what a person wrote there, if the language knows that word."""
    chance, lacking, asked = random.Random(27), [], 0
    keywords = {terminal.word for terminal in load_grammar(language).terminals.values() if terminal.word}
    fold = str.casefold if language.naming.ignore_case else str
    known = {fold(word) for word in keywords if word[0].isalpha()}
    known |= {fold(builtin.name) for builtin in language.builtins}
    while asked < tries(20, 300):
        text = chance.choice(valid_texts(language))
        words = [match for match in re.finditer(language.word, text) if fold(match[0]) in known]
        words = [match for match in words if places(language, text)[match.start()] == PlaceKind.CODE]
        if not words:
            if language.id == "lark":
                pytest.skip("it has no keywords")
            continue
        match, typed = chance.choice(words), chance.randint(0, 1)
        cursor = match.start() + typed
        cut = text[:cursor] + text[match.end() :]
        found = {fold(entry.text.strip()) for entry in listed(language, cut, cursor).entries}
        asked += 1
        if not any(one == fold(match[0]) or one.startswith(fold(match[0]) + " ") for one in found):
            lacking.append((match[0], typed, text[max(0, match.start() - 40) : match.end() + 20]))
    assert len(lacking) <= 0.05 * asked, lacking
