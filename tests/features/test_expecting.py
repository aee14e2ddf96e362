"""The entries of a list in the order in which the model expects them, and the words that it adds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lsp_server.cancellation import StoppedError
from lsp_server.features.lists.entry import Entry, Listing, Origin, in_order
from lsp_server.features.lists.expecting import Expected
from lsp_server.languages import Language, load_registry
from lsp_server.models.scripted import ScriptedModel
from lsp_server.text import Span
from tests.countdown import Countdown

MOST_ASKED = 24


def the(language_id: str = "graphql") -> Language:
    return load_registry().by_id(language_id)


def listing(text: str, typed: str, words: str, *, takes: str = "", known: bool = False) -> Listing:
    """A list of keywords in the place of what is typed at the end of a text."""
    span = Span(len(text) - len(typed), len(text))
    entries = tuple(Entry(word, span, Origin.KEYWORD) for word in words.split())
    return Listing(entries, span, typed, lambda word: word in takes.split(), typed_is_known=known)


def ranked(text: str, typed: str, words: str, wanted: str, *, takes: str = "", known: bool = False) -> str:
    model = ScriptedModel({text: wanted})
    found = Expected(text, len(text), the(), model).ranked(
        listing(text, typed, words, takes=takes, known=known)
    )
    return " ".join(entry.text for entry in found)


@pytest.mark.parametrize(
    ("text", "typed", "wanted", "words", "first"),
    [
        ("query Q { id }\n\n", "", "type A", "input scalar type", "type"),
        ("query Q { id }\n\nin", "in", "terface B", "input interface", "interface"),
        ("a = ", "", "null\n", "false true null", "null"),
        ("a = ", "", "same\n", "some same other", "same"),
    ],
)
def test_what_the_model_expects_comes_first(
    text: str, typed: str, wanted: str, words: str, first: str
) -> None:
    found = ranked(text, typed, words, wanted).split()
    assert found[0] == first
    assert sorted(found) == sorted(words.split())


@pytest.mark.parametrize("near", ["one", "other"])
def test_of_words_that_are_as_likely_the_one_that_stands_nearby_comes_first(near: str) -> None:
    found = replace(listing("a = ", "", "one other"), nearby={near: 3.0})
    entries = Expected("a = ", 4, the(), ScriptedModel({})).ranked(found)
    assert entries[0].text == near


@pytest.mark.parametrize("words", ["", "only"])
def test_nothing_is_lost_of_a_short_list(words: str) -> None:
    assert ranked("a = ", "", words, "x") == words


def test_a_word_that_the_model_would_write_is_added_where_it_may_stand() -> None:
    assert ranked("a = ", "", "false true", "horse ", takes="horse").split()[0] == "horse"
    assert "horse" not in ranked("a = ", "", "false true", "horse ").split()


def test_a_word_that_the_model_adds_says_that_it_is_of_the_model() -> None:
    text = "a = "
    found = Expected(text, 4, the(), ScriptedModel({text: "horse "})).ranked(
        listing(text, "", "", takes="horse")
    )
    assert [(entry.text, entry.origin) for entry in found] == [("horse", Origin.MODEL)]


@pytest.mark.parametrize("words", ["", "false true"])
def test_a_word_of_twenty_that_are_as_likely_is_not_added(words: str) -> None:
    made = [f"made{letter}" for letter in "abcdefghijklmnopqrst"]
    model = ScriptedModel(lambda text: None if text == "a =" else " ", [f" {word}" for word in made])
    model._flat[256:][: len(made)] += 20.0
    found = Expected("a = ", 4, the(), model).ranked(listing("a = ", "", words, takes=" ".join(made)))
    assert sorted(one.text for one in found) == words.split()


@pytest.mark.parametrize(("written", "shown"), [("SELECT ", "SELECT"), ("select ", "select")])
def test_an_entry_is_written_in_the_case_in_which_the_model_writes_it(written: str, shown: str) -> None:
    found = replace(
        listing("a = ", "", "SELECT"),
        otherwise=lambda word: "SELECT" if word == "select" else None,
    )
    entries = Expected("a = ", 4, the(), ScriptedModel({"a = ": written})).ranked(found)
    assert [one.text for one in entries] == [shown]


def entry(word: str, origin: Origin = Origin.WORD) -> Entry:
    return Entry(word, Span(0, 0), origin)


def ordered(*entries: Entry, complete: bool = False) -> list[str]:
    return [one.text for one in in_order(entries, complete=complete)]


def test_an_entry_comes_before_those_that_begin_with_it() -> None:
    assert ordered(entry("OrderLine"), entry("x"), entry("Order")) == ["Order", "OrderLine", "x"]
    assert ordered(entry("abc"), entry("ab"), entry("a")) == ["a", "ab", "abc"]
    assert ordered(entry("?abc"), entry("?", Origin.SIGN)) == ["?abc", "?"]


def test_where_the_editor_asks_again_the_likeliest_comes_first() -> None:
    found = in_order([entry("abc"), entry("a")], complete=True, asked_again=True)
    assert [one.text for one in found] == ["abc", "a"]


def test_what_is_typed_comes_first_where_it_is_complete_and_last_where_it_is_not() -> None:
    entries = entry("order"), entry("or", Origin.TYPED), entry("other")
    assert ordered(*entries, complete=True) == ["or", "order", "other"]
    assert ordered(*entries) == ["order", "other", "or"]


def test_constructs_come_after_some_words() -> None:
    words = [entry(letter) for letter in "abcdefgh"]
    found = ordered(entry("s t", Origin.SNIPPET), *words)
    assert 0 < found.index("s t") < len(words)
    assert [word for word in found if word != "s t"] == [*"abcdefgh"]


def test_a_list_takes_a_limited_number_of_questions() -> None:
    text = "a = "
    model = ScriptedModel(lambda before: None)
    expected = Expected(text, 4, the(), model)
    assert model.calls == 1
    words = " ".join(f"word{number}" for number in range(200))
    expected.ranked(listing(text, "", words))
    assert model.calls <= 1 + MOST_ASKED


def test_once_it_is_late_the_model_is_asked_no_further() -> None:
    text = "a = "
    model = ScriptedModel({text: "null"})
    expected = Expected(text, 4, the(), model, late=lambda: True)
    expected.ranked(listing(text, "", "false true null"))
    assert model.calls == 1


@pytest.mark.parametrize("after", [0, 1, 2])
def test_once_a_list_is_cancelled_the_model_is_asked_no_further(after: int) -> None:
    """Before each question to the model it is asked whether it is."""
    model = ScriptedModel({"a = ": "null"})

    def order() -> None:
        expected = Expected("a = ", 4, the(), model, cancelled=Countdown(after))
        expected.ranked(listing("a = ", "", "null nothing none"))

    with pytest.raises(StoppedError):
        order()
    assert model.calls == after
