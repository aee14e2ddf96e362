"""What is open at a cursor can be finished with a text that the language's own parser takes."""

from __future__ import annotations

from random import Random

import pytest

from lsp_server.agreement.judges import load_judge
from lsp_server.constraint import Oracle, Prefix, load_grammar
from lsp_server.constraint.closing import finishing
from lsp_server.lalr.lexing import drive
from lsp_server.languages import Language, load_registry
from tests.constraint.texts import OWN, examples
from tests.work import calls

CUTS = 60
LANGUAGES = load_registry(OWN).languages


def finished(language: Language, text: str) -> str | None:
    """A text with the first way to finish it; None where there is none, or it ends in a comment."""
    prefix = Prefix(load_grammar(language), text)
    state = prefix.near(len(text), [0], len(text))
    if state is None or state.commented:
        return None
    rest = next(Oracle(prefix.grammar, text, state).finishing(""), None)
    return None if rest is None else f"{text}{rest}\n"


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.id)
def test_what_an_example_begins_is_finished_as_its_judge_wants_it(language: Language) -> None:
    random, judge = Random(17), load_judge(language)
    texts = [random.choice(examples(language)) for _ in range(CUTS)]
    wholes = [finished(language, text[: random.randrange(len(text))]) for text in texts]
    found = [whole for whole in wholes if whole is not None]
    assert len(found) > 0.7 * CUTS
    assert sum(judge(whole).well_formed for whole in found) >= 0.95 * len(found)


@pytest.mark.parametrize(
    ("language_id", "text", "whole"),
    [
        ("graphql", "query { a(b:", "query { a(b: 0 ) }\n"),
        ("sparql", "PREFIX a: <http", "PREFIX a: <http>\n"),
        ("postgres", "SELECT $q$ a", "SELECT $q$ a$q$\n"),
        ("runbook", "task a(b):\n    if b", "task a(b):\n    if b : \n         fail \n\n"),
    ],
)
def test_strings_and_blocks_are_closed_as_they_were_opened(language_id: str, text: str, whole: str) -> None:
    language = load_registry(OWN).by_id(language_id)
    assert finished(language, text) == whole
    assert load_judge(language)(whole).well_formed


def test_what_may_end_as_it_is_is_found_at_once() -> None:
    """The first time takes most, for what holds for a state is found once: 300,000 calls for all ways out."""
    grammar = load_grammar(load_registry().by_id("postgres"))
    *_, (_, stack) = drive(grammar, grammar.start(), "SELECT a FROM b", 0)
    assert calls(lambda: next(finishing(grammar, stack, ""))) < 20_000
    assert next(finishing(grammar, stack, "")) == ""
