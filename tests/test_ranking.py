"""The entries of a list in the order in which the model expects them."""

from __future__ import annotations

import pytest

from lsp_server.features.completion_list import Entry
from lsp_server.features.ranking import Expected
from lsp_server.models.scripted import ScriptedModel
from lsp_server.stopping import StoppedError
from lsp_server.text import Span
from tests.countdown import Countdown


def entries(text: str, start: int, offset: int, words: str) -> list[Entry]:
    return [Entry(word, Span(start, offset), word=True) for word in words.split()]


@pytest.mark.parametrize(
    ("marked", "wanted", "words", "ranked"),
    [
        ("query Q { id }\n\n<cursor>", "type", "input scalar type", "type input scalar"),
        ("query Q { id }\n\nin<cursor>", "terface", "input interface", "interface input"),
        ("a = <cursor>\nb = 1\n", "null", "false true null", "null false true"),
        ("a = <cursor>", "x", "false true", "false true"),
        ("a = <cursor>", "x", "only", "only"),
        ("a = <cursor>", "x", "", ""),
        ("a = <cursor>", "same", "some same other", "some same other"),
    ],
)
def test_what_the_model_expects_comes_first_and_the_rest_stays_in_order(
    marked: str, wanted: str, words: str, ranked: str
) -> None:
    offset = marked.index("<cursor>")
    text = marked.replace("<cursor>", "")
    start = offset - len(text[:offset]) + len(text[:offset].rstrip("abcdefghijklmnopqrstuvwxyz"))
    model = ScriptedModel({text[:offset]: wanted})
    found = Expected(text, offset, "any", model).ranked(entries(text, start, offset, words))
    assert " ".join(entry.text for entry in found) == ranked


def test_a_list_takes_no_more_than_two_questions() -> None:
    model = ScriptedModel({"a = ": "null"})
    expected = Expected("a = ", 4, "any", model)
    assert model.calls == 1
    expected.ranked(entries("a = ", 4, 4, "false true null"))
    assert model.calls <= 2


@pytest.mark.parametrize("after", [0, 1])
def test_once_a_list_is_cancelled_the_model_is_asked_no_further(after: int) -> None:
    """It has two questions at most, before each of which it is asked."""
    model = ScriptedModel({"a = ": "null"})

    def order() -> None:
        listed = Expected("a = ", 4, "any", model, cancelled=Countdown(after))
        listed.ranked(entries("a = ", 4, 4, "null nothing none"))

    with pytest.raises(StoppedError):
        order()
    assert model.calls == after
