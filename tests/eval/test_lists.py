"""A word that was written is as far up in a list as its entries say, in either order."""

from __future__ import annotations

from random import Random

from lsp_server.evaluation.corpus import Source
from lsp_server.languages import load_registry
from lsp_server.models.scripted import ScriptedModel
from lsp_server.text import Span
from tests.eval.lists import HEAD, OF_ONE_FILE, Ranked, drawn, measure, ranked, told

GRAPHQL = load_registry().by_id("graphql")
ELEMENTS = "type Kind{0} {{ field: Int }}\n\nenum Few{0} {{ ONE }}\n\nscalar Some{0}\n\n"
TEXT = "".join(map(ELEMENTS.format, range(8)))
SOURCE = Source("a.graphql", TEXT)


def at(word: str) -> Span:
    start = TEXT.index(word, HEAD)
    return Span(start, start + len(word))


def test_a_word_is_ranked_among_what_the_grammar_has_there_and_as_the_model_expects_it() -> None:
    span = at("scalar")
    wish = ScriptedModel({TEXT[: span.start]: "scalar"})
    found = ranked(GRAPHQL, SOURCE, span, wish)
    assert found is not None
    assert (found.word, found.offset, found.by_model) == ("scalar", span.start, 1)
    assert 1 < found.by_grammar <= found.entries


def test_a_word_that_no_list_has_is_not_counted() -> None:
    assert ranked(GRAPHQL, SOURCE, at("Some1"), ScriptedModel({})) is None


def test_the_same_seed_draws_the_same_words_and_no_file_gives_too_many() -> None:
    sources = [
        SOURCE,
        Source("b.graphql", TEXT.replace("Kind", "Sort")),
        Source("short", "scalar A\n"),
    ]
    one, same, other = ([*drawn(sources, Random(seed))] for seed in (1, 1, 2))
    assert one == same != other
    assert {source.name for source, _ in one} == {"a.graphql", "b.graphql"}
    assert len(one) == 2 * OF_ONE_FILE
    assert all(span.start >= HEAD for _, span in one)


def test_no_more_words_are_measured_than_are_wanted() -> None:
    assert len(measure(GRAPHQL, [SOURCE], ScriptedModel({}), words=3)) == 3


def test_both_orders_are_told() -> None:
    found = [Ranked("a", 0, "one", 4, 1, 10), Ranked("a", 9, "two", 2, 2, 30)]
    assert told("any", found) == "any 2 words: MRR 0.375 -> 0.750, first 0.00 -> 0.50, entries 20"
