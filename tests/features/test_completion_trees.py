"""Completion with what is known of earlier versions, or before there is a tree: it changes no suggestion."""

from __future__ import annotations

from functools import partial
from random import Random

import pytest

from lsp_server.constraint import Prefix, load_grammar
from lsp_server.features.completion import (
    CompletionRequest,
    complete,
)
from lsp_server.languages import Language
from lsp_server.models.scripted import ScriptedModel
from lsp_server.syntax import Landmarks, SyntaxTree, parse
from lsp_server.text import Edit, Span
from tests.constraint.texts import examples
from tests.counts import tries
from tests.features.completing import CURSOR, language_of, request_of, suggest, texts


def test_what_was_learnt_about_earlier_versions_changes_no_suggestion(language: Language) -> None:
    rng = Random(language.id)
    model = ScriptedModel(examples(language))
    for text in examples(language)[: tries(2, 3)]:
        prefix, tree = Prefix(load_grammar(language), text), parse(language, text)
        for _ in range(tries(2, 6)):
            start = rng.randint(0, len(text))
            end = min(len(text), start + rng.choice((0, 1, 4)))
            edit = Edit(Span(start, end), rng.choice(("", "a", " ", "{", '"', "\n")))
            text = text[:start] + edit.text + text[end:]
            prefix, tree = prefix.edited([edit], text), tree.edited([edit], text)
            cursor = start + len(edit.text)
            kept = complete(request_of(language, text, cursor, tree, prefix), model, lambda: False)
            fresh = complete(request_of(language, text, cursor, parse(language, text)), model, lambda: False)
            assert (kept.items, kept.reason) == (fresh.items, fresh.reason), (text, cursor)


def test_what_an_earlier_tree_tells_makes_no_suggestion_break_anything(
    language: Language,
) -> None:
    rng = Random(language.id)
    model = ScriptedModel(examples(language))
    answered = sound = 0
    for original in examples(language)[:3]:
        tree = parse(language, original)
        for turn in range(tries(6, 12)):
            if turn % 3 == 0:
                text, edits = original, list[Edit]()
            start = rng.randint(0, len(text))
            end = min(len(text), start + rng.choice((0, 1, 4)))
            edits.append(Edit(Span(start, end), rng.choice(("", "a", " ", "{", '"', "\n"))))
            text = text[:start] + edits[-1].text + text[end:]
            cursor = start + len(edits[-1].text)
            request = CompletionRequest(
                text, cursor, language, Landmarks(tree, edits, text), max_tokens=8, candidates=2
            )
            for item in complete(request, model, lambda: False).items:
                answered += 1
                joined = text[:cursor] + item.text + text[cursor:]
                # How many errors the tree has where it has some says little: one more may be none.
                if not parse(language, text).error_count:
                    assert not parse(language, joined).error_count
                    sound += 1
    assert answered > 5
    assert sound > 0


def test_what_is_decoded_before_there_is_a_tree_is_what_the_tree_would_have_made_of_it(
    language: Language,
) -> None:
    rng = Random(language.id)
    model = ScriptedModel(examples(language))
    for original in examples(language)[:3]:
        for turn in range(tries(2, 6)):
            text = original
            if turn % 2:
                start = rng.randint(0, len(text))
                text = text[:start] + rng.choice(("", "{", '"', "\n\n", "(")) + text[start + 1 :]
            cursor = rng.choice([place for place, sign in enumerate(text) if sign in " \n"])
            unread = Landmarks(partial(parse, language, text), text=text)
            request = CompletionRequest(text, cursor, language, unread, max_tokens=8)
            early = complete(request, model, lambda: False)
            late = complete(request_of(language, text, cursor, parse(language, text)), model, lambda: False)
            assert (early.items, early.reason) == (late.items, late.reason), (text, cursor)


LONG = "a = 1\n" * 2_000 + "\na = 1\n" * 50


@pytest.mark.parametrize(
    ("name", "text", "first"),
    [
        ("hcl", "a = 1\n\nb = <|>\n\nc = 2\n", True),
        ("hcl", LONG + "b = <|>\n\nc = 2\n", True),
        # Here is no element, for all that the margin says, nor in the text below, which is seen but later.
        ("hcl", LONG + "d = [\n" + "\na,\n" * 50 + "<|>\n]\n", False),
        ("hcl", LONG + "d = <<E\n" + "\na = 1\n" * 50 + "b = <|>\nE\n", True),
        ("postgres", "SELECT a WHERE b = <|>;\n\nSELECT 2;\n", True),
        (
            "postgres",
            "SELECT a WHERE b = <|> c;\n\nSELECT 2;\n",
            True,
        ),  # which only the grammar rejects
    ],
)
def test_the_model_is_asked_before_there_is_a_tree_where_the_margin_tells_enough(
    name: str, text: str, first: bool
) -> None:
    language, model = language_of(name), ScriptedModel({"b = ": "1", "\n": "c"})
    before, after = text.split(CURSOR)
    asked: list[bool] = []

    def make() -> SyntaxTree:
        asked.append(model.calls > 0)
        return parse(language, before + after)

    landmarks = Landmarks(make, text=before + after)
    request = CompletionRequest(before + after, len(before), language, landmarks, max_tokens=8)
    found = complete(request, model, lambda: False)
    assert asked == [first]
    expected = complete(request_of(language, before + after, len(before), make()), model, lambda: False)
    assert (found.items, found.reason) == (expected.items, expected.reason)


def test_a_tree_that_misreads_what_stands_above_refuses_nothing_that_fits() -> None:
    marked = (
        "query {\n"
        '  a(b: "50", c: false, d: "", e: [1, 2, 3], f: "{\\"g\\":1,\\"h\\":2}", i: { j: { k: 1 } })\n'
        '  l: a(b: "50", c: false, d: "", e: [], f: "{}", i: {})\n'
        '  m(n: { b: 419, c: "o", d: RED,<|>}\n'
    )
    language = language_of("graphql")
    without, joined = (parse(language, marked.replace(CURSOR, typed)) for typed in ("", " e: X })"))
    assert joined.error_count > without.error_count
    assert texts(suggest("graphql", marked, " e: X })")) == [" e: X })"]


def test_a_text_that_is_broken_for_the_moment_is_not_parsed_for_a_suggestion_without_errors() -> None:
    language, model = language_of("hcl"), ScriptedModel({"a = [": "1]"})
    whole, text, cursor = "a = [1]\nb {\n}\n", "a = [\nb {\n}\n", len("a = [")
    landmarks = Landmarks(parse(language, whole), [Edit(Span(cursor, cursor + 2), "")], text)
    found = complete(CompletionRequest(text, cursor, language, landmarks), model, lambda: False)
    assert texts(found) == ["1]"]
    assert "current" not in vars(landmarks)
