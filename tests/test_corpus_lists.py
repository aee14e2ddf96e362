"""Every bundle's `corpus/lists/`: what the grammar alone lists, and that nothing listed breaks a text."""

from __future__ import annotations

import json
import random
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsp_server.constraint import Prefix, load_grammar
from lsp_server.evaluation.cuts import KINDS, Cut
from lsp_server.evaluation.judges import Judge, load_judge
from lsp_server.features.completion_list import Entry, entries
from lsp_server.languages import Language, load_registry
from lsp_server.server.session import Document
from lsp_server.syntax import Landmarks, parse
from lsp_server.text import Edit, Snapshot, Span, apply_edits
from tests.constraint.texts import examples
from tests.corpus_cases import Case, language_of, read_cases
from tests.eval.lists import entries_at


def listed(language: Language, text: str, cursor: int, *candidates: str) -> tuple[Entry, ...]:
    prefix = Prefix(load_grammar(language), text)
    return entries(prefix, Landmarks(parse(language, text)), cursor, candidates)


@pytest.mark.parametrize("case", read_cases("lists"), ids=str)
def test_case(case: Case) -> None:
    found = {entry.text for entry in listed(language_of(case), case.text, case.cursor)}
    for row in case.expected:
        key, _, value = row.partition(": ")
        assert key in ("has", "lacks", "none")
        if key == "none":
            assert found == set()
        else:
            assert (json.loads(value) in found) == (key == "has"), (row, found)


@cache
def judge_of(language: Language) -> Judge:
    return load_judge(language)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_with_an_entry_put_in_a_text_stays_valid(language: Language, seed: int) -> None:
    chance = random.Random(seed)
    text = chance.choice(examples(language))
    # Something follows, so that what is unfinished is not listed.
    cursor = chance.randrange(len(text.rstrip()))
    for entry in chance.sample(found := listed(language, text, cursor), min(len(found), 4)):
        joined = apply_edits(text, [Edit(entry.span, entry.text)])
        assert judge_of(language)(joined).well_formed, (entry, joined)


def _typed(language: Language, text: str, cut: Cut, beyond: int = 0) -> set[str]:
    """What is listed where something was taken out of a text, which begins so much farther on there."""
    document = Document(Snapshot("file:///a", language.id, 1, text), language)
    document.tree()
    start = cut.start + beyond
    document = document.edited([Edit(Span(start, cut.end + beyond), "")], 2)
    return {entry.text for entry in entries_at(document, start)}


def test_lists_below_a_mistake_are_those_that_are_there_without_it(language: Language) -> None:
    chance, judge = random.Random(4), judge_of(language)
    kept = without = places = 0
    while places < 60:
        text = chance.choice(examples(language))
        cut = KINDS[chance.choice([*KINDS])](language, text, chance)
        line = 0 if cut is None else text.rfind("\n", 0, cut.start) + 1
        starts = [at + 1 for at, sign in enumerate(text[: max(0, line - 1)]) if sign == "\n"]
        if cut is None or not starts:
            continue
        start, wrong = chance.choice(starts), "= =\n"
        broken = f"{text[:start]}{wrong}{text[start:]}"
        if judge(broken).well_formed:
            continue
        here, there = _typed(language, broken, cut, len(wrong)), _typed(language, text, cut)
        kept, without, places = kept + len(here & there), without + len(there), places + 1
    assert without > 4
    assert kept > 0.5 * without


def test_candidates_come_first_and_are_judged_as_well() -> None:
    language = load_registry().by_id("graphql")
    text = "type A { a: B }"
    found = listed(language, text, text.index("B") + 1, "Book", "Boo k!", "Author")
    assert [entry.text for entry in found] == ["Book"]
    assert found[0].span == Span(12, 13)


@pytest.mark.parametrize(
    ("language_id", "marked", "candidate", "expected"),
    [
        ("sparql", "SELECT ?title { ?book :title ?ti<|> }", "?title", "?title"),
        ("sparql", "SELECT ?title { ?book :title $ti<|> }", "?title", "$title"),
        ("sparql", "SELECT ?title { ?book :title ?<|> }", "?title", "title"),
        ("sparql", "SELECT ?title { ?book :title <|> }", "?title", "?title"),
        ("graphql", "query ($id: ID) { book(id: $i<|>) }", "$id", "id"),
        ("graphql", "query ($id: ID) { book(id: <|>) }", "$id", "$id"),
    ],
)
def test_a_name_has_the_sigil_that_is_written(
    language_id: str, marked: str, candidate: str, expected: str
) -> None:
    language, cursor, text = (
        load_registry().by_id(language_id),
        marked.index("<|>"),
        marked.replace("<|>", ""),
    )
    [found] = [entry for entry in listed(language, text, cursor, candidate) if entry.candidate]
    assert found.text == expected
    assert judge_of(language)(apply_edits(text, [Edit(found.span, found.text)])).well_formed
