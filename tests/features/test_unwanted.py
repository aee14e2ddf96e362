"""What no suggestion says though it fits: it is told why, and another way is taken where there is one.

What may stand only once has cases in the bundles (`corpus/completions/once.txt`).
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from lsp_server.features.completion import Completion, CompletionRequest, complete
from lsp_server.features.reasons import Filter, filtered
from lsp_server.models.scripted import ScriptedModel
from lsp_server.syntax import Landmarks, parse
from tests.features.completing import CURSOR, language_of, texts

BLOCK = 'a "b" {\n  name = 1\n  <|>\n}\n'
BELOW = 'a "b" {\n  <|>\n  name = 1\n}\n'
BUCKET = 'resource "bucket" "data" {\n}\n'


def asked(
    marked: str, wanted: str, *, name: str = "hcl", deleted: str = "", automatic: bool = True
) -> Completion:
    before, after = marked.split(CURSOR)
    language = language_of(name)
    landmarks = Landmarks(parse(language, before + after))
    request = CompletionRequest(before + after, len(before), language, landmarks, automatic=automatic)
    return complete(replace(request, deleted=deleted), ScriptedModel({before: wanted}), lambda: False)


def elsewhere(*others: str, marked: str, wanted: str) -> Completion:
    before, after = marked.split(CURSOR)
    language = language_of("hcl")
    landmarks = Landmarks(parse(language, before + after))
    request = CompletionRequest(before + after, len(before), language, landmarks, automatic=True)
    return complete(replace(request, beside=others), ScriptedModel({before: wanted}), lambda: False)


@pytest.mark.parametrize(
    ("marked", "wanted", "why"),
    [
        pytest.param(BLOCK, "name = 2", Filter.AGAIN, id="an attribute that is there"),
        pytest.param(BELOW, "name = 2", Filter.AGAIN, id="an attribute that stands below"),
        pytest.param(f"{BELOW}b =\n", "name = 2", Filter.AGAIN, id="and there is a mistake elsewhere"),
        pytest.param(f"<|>\n\nlocals {{\n}}\n{BUCKET}", BUCKET, Filter.AGAIN, id="a block that stands below"),
        pytest.param("a = [\n  12345,\n  <|>\n]\n", "12345,", Filter.ABOVE, id="the line above"),
        pytest.param("a = 1\n<|>\nb {\n}\n", "#", Filter.BEGINS_COMMENT, id="a comment of nothing"),
        pytest.param("a = 1\n<|>\nb = 2\n", " # made up", Filter.BEGINS_COMMENT, id="a comment"),
        pytest.param("a = 1 <|>\nb = 2\n", "# made up", Filter.BEGINS_COMMENT, id="a comment behind code"),
        pytest.param('<|>\na "bcd" {}\n', 'a "bcd" {}', Filter.FOLLOWS, id="the line below"),
        pytest.param("a = [<|>beta, gamma]\n", "beta, ", Filter.FOLLOWS, id="the rest of the line"),
    ],
)
def test_what_is_not_wanted_is_not_suggested_and_it_is_said_why(
    marked: str, wanted: str, why: Filter
) -> None:
    found = asked(marked, wanted)
    assert wanted.strip() not in [text.strip() for text in texts(found)]
    assert found.items or found.reason == filtered([why])


@pytest.mark.parametrize(
    ("marked", "wanted"),
    [
        pytest.param(BLOCK, "names = 2", id="a longer word"),
        pytest.param(BELOW, "inner { name = 2 }", id="an attribute of the block around stands below"),
        pytest.param(BLOCK, "size = name", id="a name that is used"),
        pytest.param("# Of two\n<|>\nb = 2\n", "# lines", id="a comment that goes on"),
        pytest.param('a = "<|>"\n', "# b", id="a sign in a string that would open a comment"),
        pytest.param("a = [\n  1,\n  <|>\n]\n", "1,", id="a line that says little"),
        pytest.param('<|>\na "bcd" {}\n', 'a "bcde" {}', id="a line that is nearly the next one"),
    ],
)
def test_what_only_looks_like_it_is_suggested(marked: str, wanted: str) -> None:
    assert texts(asked(marked, wanted)) == [wanted]


def test_what_was_just_deleted_is_not_put_back() -> None:
    marked = 'a "b" {\n  name <|>\n}\n'
    assert texts(asked(marked, "= 12")) == ["= 12"]
    found = asked(marked, "= 12", deleted="= 12")
    assert "= 12" not in texts(found)
    assert texts(asked(marked, "= 13", deleted="= 12")) == ["= 13"]


def test_another_word_is_not_glued_to_the_letters_at_the_cursor() -> None:
    marked, wanted = "a = enable_net<|>\n", "webhooks"
    other = 'b = "webhooks"\n'
    assert texts(elsewhere(marked=marked, wanted=wanted)) == [wanted]
    assert wanted not in texts(elsewhere(other, marked=marked, wanted=wanted))
    assert texts(elsewhere(other, "c = netwebhooks\n", marked=marked, wanted=wanted)) == [wanted]


JOIN = "SELECT 1 FROM a JOIN b c ON <|>;\n"


@pytest.mark.parametrize(
    ("marked", "wanted", "refused"),
    [
        pytest.param(JOIN, "c.id = c.id", True, id="a member with itself"),
        pytest.param(JOIN.replace("<|>", "c.id <|>"), "= c.id", True, id="half of it stands"),
        pytest.param(JOIN, "c.id = c.id_of_a", False, id="with a longer name"),
        pytest.param(JOIN, "c.id = a.id", False, id="with another"),
        pytest.param(JOIN, "c.id = c.id + 1", False, id="with what is worked out of it"),
        pytest.param(JOIN, "1.5 = 1.5", True, id="a number"),
        pytest.param("SELECT 1 WHERE x.a = x.a;\n" + JOIN, "c.id = c.id", False, id="as the text does"),
    ],
)
def test_nothing_is_compared_with_itself_where_the_examples_never_do(
    marked: str, wanted: str, refused: bool
) -> None:
    found = asked(marked, wanted, name="postgres")
    assert (wanted not in texts(found)) is refused


def test_where_hardly_anything_is_compared_a_member_may_be_passed_on() -> None:
    assert texts(asked("a = { <|> }\n", "b.c = b.c", name="hcl")) == ["b.c = b.c"]
