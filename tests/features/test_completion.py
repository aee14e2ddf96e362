"""Completion as a feature: from a document, a cursor and a scripted model to suggestions, or to a reason."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lsp_server.agreement.judges import load_judge
from lsp_server.constraint import check, load_grammar
from lsp_server.features.completion import CompletionRequest, complete, hole_at
from lsp_server.features.reasons import CANCELLED, NOT_MEANT, NOTHING_TO_ADD, UNSURE, Filter, filtered
from lsp_server.lab.material.cuts import KINDS
from lsp_server.languages import Language
from lsp_server.models.scripted import ScriptedModel
from lsp_server.syntax import Landmarks, parse
from tests.constraint.texts import examples
from tests.countdown import Countdown
from tests.decoding.babbler import Babbler
from tests.features.completing import CURSOR, language_of, suggest, texts

STAGES = {"prefix", "hole", "compile", "model", "mask", "oracle", "total"}


@pytest.mark.parametrize(
    ("name", "marked", "wanted"),
    [
        ("graphql", "type A { a: In<|> }", "t"),
        ("graphql", "type A { a: <|> }", "Int"),
        ("graphql", "type A {\n  a: Int\n  <|>\n}\n", "b: [Int!]"),
        ("graphql", '# one\n"""two"""\ntype A { a: Int }\ntyp<|>', "e B { b: Int }"),
        ("graphql", '{ a(b: "x<|>") }', "y"),
        ("graphql", "{ a(b: $c<|>", ") }"),
        ("graphql", "<|>", "scalar S"),
        ("graphql", "<|>{ a }", "query Q"),
        ("graphql", '"""😀𝒳"""\ntype A { b: <|> }', "Int"),
        ("graphql", "type A {\r\n  a: <|>\r\n}\r\n", "Int"),
        ("graphql", "\ufefftype A { a: <|> }", "Int"),
        ("hcl", "a = <|>\n", "[1, 2]"),
        ("hcl", 'a = "<|>"\nb = 1\n', "${var.c}"),
        ("hcl", 'resource "x" "<|>" {\n}\n', "y"),
        ("hcl", "a = <<EOT\n  b <|>\nEOT\n", "${c}"),
        ("hcl", "a = b<|>\n", ".c[0]"),
        ("hcl", "a = {\n  b = 1\n  <|>\n}\n", "c = 2"),
        ("hcl", "/* a */ # b\n<|>", "c = 1"),
        ("hcl", 'a {\n  b = "."\n}\n\nc {\n  d "e" {\n    ignorab<|>\n', 'le = "."'),
        ("hcl", "a = 1\r\n<|>\r\nb = 2\r\n", "c = 3"),
        ("hcl", 'a = "é😀<|>"\n', "é😀"),
    ],
)
def test_what_the_model_wants_and_fits_is_suggested_at_the_cursor(
    name: str, marked: str, wanted: str
) -> None:
    completion = suggest(name, marked, wanted)
    assert texts(completion) == [wanted]
    (item,) = completion.items
    assert (item.start, item.end) == (marked.index(CURSOR),) * 2
    assert item.logprob < 0
    assert completion.reason is None
    assert set(completion.timings_ms) == STAGES


@pytest.mark.parametrize(
    ("name", "marked", "wanted"),
    [
        ("graphql", "type A { a: <|> }", "Int } type B {"),
        ("graphql", "type A { a: Int <|>\n}", "= ="),
        ("graphql", "{ a(b: <|>) }", ") }"),
        ("hcl", "a = [<|>]\n", "1]\nb = 2"),
        ("hcl", 'a = "<|>"\n', 'x" y'),
        ("hcl", "a = 1<|>\n", " b = 2"),
        ("hcl", "a = <|>\nb = 1\n", "<<EOT"),
    ],
)
def test_what_would_break_the_document_is_not_suggested(name: str, marked: str, wanted: str) -> None:
    completion = suggest(name, marked, wanted, candidates=2)
    grammar = load_grammar(language_of(name))
    for text in texts(completion):
        assert text != wanted
        assert check(grammar, marked.replace(CURSOR, text)) is None, text


@pytest.mark.parametrize(
    ("name", "marked"),
    [
        ("graphql", "# a<|>"),
        ("graphql", "{ a } # b <|> c\n"),
        ("hcl", "a = 1 // b<|>\n"),
        ("hcl", "/* a <|> */\n"),
        ("hcl", "a = 1 /* b <|>"),
    ],
)
def test_in_a_comment_nothing_is_suggested_and_the_model_is_not_asked(name: str, marked: str) -> None:
    completion = suggest(name, marked, "word")
    assert completion.items == ()
    assert completion.reason == "the cursor is in a comment"
    assert completion.tokens == 0


def test_one_line_is_suggested_unless_more_are_asked_for() -> None:
    marked, wanted = "type A {\n  a: Int\n  <|>\n}\n", "b: Int\n  c: Int"
    assert texts(suggest("graphql", marked, wanted)) == ["b: Int"]
    assert texts(suggest("graphql", marked, wanted, multiline=True)) == [wanted]


@pytest.mark.parametrize(
    ("name", "marked", "wanted", "text"),
    [
        ("hcl", "a {\n  <|>\n}\n", "b = 1\n}\n\na {", "b = 1"),
        ("graphql", "type A {\n  <|>\n  c: Int\n}\n", "b: Int\n  c: Int\n  d: Int", "b: Int"),
        (
            "graphql",
            "{\n  a {\n    <|>\n  }\n}\n",
            "b {\n      c\n    }\n    d",
            "b {\n      c\n    }\n    d",
        ),
        ("hcl", "a {\n  <|>\n}\n", "}\n\nc {", "}\n\nc {"),
    ],
)
def test_several_lines_end_before_they_say_the_next_one(
    name: str, marked: str, wanted: str, text: str
) -> None:
    assert texts(suggest(name, marked, wanted, multiline=True)) == [text]


def test_few_tokens_make_a_short_suggestion_that_fits() -> None:
    completion = suggest("graphql", "type A { a: Int, <|> }", "bcd: Int, efg: Int", max_tokens=10)
    assert texts(completion) == ["bcd: Int,"]
    assert completion.items[0].stop == "cut"


def test_candidates_differ_fit_and_come_likeliest_first(language: Language) -> None:
    grammar, rng = load_grammar(language), Random(language.id)
    answered = 0
    for text in examples(language):
        model = Babbler(sorted(set(re.findall(rf"\\s?(?:{language.word})|[^\\w\\s]+", text))), 1)
        cut = KINDS["inside-line"](language, text, rng)
        assert cut is not None
        tree = parse(language, cut.text)
        request = CompletionRequest(
            cut.text, cut.start, language, Landmarks(tree), candidates=3, max_tokens=12
        )
        items = complete(request, model, lambda: False).items
        answered += len(items) > 1
        assert len({item.text for item in items}) == len(items) <= 3
        assert [item.logprob for item in items] == sorted((item.logprob for item in items), reverse=True)
        for item in items:
            assert check(grammar, cut.text[: cut.start] + item.text + cut.text[cut.start :]) is None
    assert answered


def test_beside_the_first_suggestion_only_likely_words_and_signs_are_offered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("lsp_server.features.completion.OTHERWISE", math.log(0.1))
    marked, wanted = "type A { a: <|> }", "Int"
    assert texts(suggest("graphql", marked, wanted, candidates=3)) == [wanted]
    signs = texts(suggest("hcl", "a = [7<|>\nb = 1\n", "x y", candidates=3))
    assert "]" in signs
    assert not any(map(str.isalpha, "".join(signs[1:])))


@pytest.mark.parametrize("beside", [(), ("type A {\n  width: Int\n}\n",)])
def test_what_stands_in_a_text_beside_is_likely_here_too(beside: Sequence[str]) -> None:
    text, offset = "type B {\n  height: Float\n}\ntype A {\n  wi\n}\n", -3
    request = CompletionRequest(
        text,
        len(text) + offset,
        language_of("graphql"),
        Landmarks(parse(language_of("graphql"), text)),
        beside=beside,
    )
    completion = complete(request, ScriptedModel(lambda text: None), lambda: False)
    assert ([*map(str.strip, texts(completion))] == ["dth: Int"]) is bool(beside)


@pytest.mark.parametrize("after", [0, 1, 2, 3, 10, 11])
def test_a_cancelled_completion_asks_the_model_no_further(after: int) -> None:
    """It is asked before a token whether it is, and before the pass for it."""
    cancelled = Countdown(after)
    completion = suggest("graphql", "type A { a: <|> }", "[[[[Int!]!]!]!]!", cancelled=cancelled)
    assert completion.items == ()
    assert completion.reason == CANCELLED
    assert completion.statistics["passes"] == after // 2
    assert completion.tokens == after // 2


def test_a_model_with_nothing_to_add_is_told_as_the_reason() -> None:
    completion = suggest("hcl", "a = 1<|>\n", "")
    assert completion.items == ()
    assert completion.reason == "the model has nothing to add"


def test_a_hole_is_shown_as_a_grammar_or_as_the_reason_why_there_is_none() -> None:
    language = language_of("hcl")
    assert hole_at(language, Landmarks(parse(language, "a = \n")), "a = \n", 4).startswith("%llguidance")
    wrong = 'a =} "b'
    assert hole_at(language, Landmarks(parse(language, wrong)), wrong, len(wrong)).startswith("%llguidance")
    comment = hole_at(language, Landmarks(parse(language, "# a\n")), "# a\n", 3)
    assert comment == "// no hole: the cursor is in a comment\n"


class OnlyComments(ScriptedModel):
    """Writes one character for ever and would write nothing else."""

    def __init__(self, character: str) -> None:
        super().__init__({})
        self._only = ord(character)

    def next_logits(
        self, tokens: Sequence[int], count: int = 1, cancelled: Callable[[], bool] = lambda: False
    ) -> NDArray[np.float32]:
        """One token is possible."""
        logits = np.full((count, len(self.vocabulary)), -np.inf, dtype=np.float32)
        logits[:, self._only] = 0.0
        return logits


def test_where_a_valid_text_stays_as_it_is_there_was_nothing_to_add() -> None:
    language, marked = language_of("hcl"), "a = b<|> + 2\n"
    before, after = marked.split(CURSOR)
    request = CompletionRequest(
        before + after, len(before), language, Landmarks(parse(language, before + after))
    )
    completion = complete(request, OnlyComments("#"), lambda: False)
    assert completion.items == ()
    assert completion.reason == NOTHING_TO_ADD


def test_what_is_not_sure_enough_is_left_out_and_said_to_be() -> None:
    text, language = "type A { a: \n}\n", language_of("graphql")
    request = CompletionRequest(text, 12, language, Landmarks(parse(language, text)), max_tokens=4)
    babbler = Babbler((*"abcdeI", "Int", "\n", " "), 3)
    (item,) = complete(request, babbler, lambda: False).items
    assert item.sureness < 0
    shown = complete(replace(request, min_logprob=item.sureness), babbler, lambda: False)
    assert texts(shown) == [item.text]
    hidden = complete(replace(request, min_logprob=item.sureness + 0.01), babbler, lambda: False)
    assert (hidden.items, hidden.reason) == ((), UNSURE)


def test_what_was_just_typed_away_is_not_suggested_again_unless_asked_for() -> None:
    text, language = "a = \n", language_of("hcl")
    request = CompletionRequest(text, 4, language, Landmarks(parse(language, text)), automatic=True)
    model = ScriptedModel({"a = ": "1"})
    assert texts(complete(request, model, lambda: False)) == ["1"]
    again = replace(request, typed_away=frozenset({"1"}))
    gone = complete(again, model, lambda: False)
    assert (gone.items, gone.reason) == ((), filtered([Filter.GONE]))
    assert texts(complete(replace(again, automatic=False), model, lambda: False)) == ["1"]


def test_what_closes_a_text_does_not_count_where_its_first_word_was_written() -> None:
    """The model would go on with the array for ever; that it is closed at once is none of its wishes."""
    completion = suggest("hcl", "a = [<|>\nb = 1\n", "1, 2, 3, 4, 5, 6, 7, 8, 9", max_tokens=6)
    (item,) = completion.items
    assert item.stop == "closed"
    assert item.text.endswith("]")
    assert item.evidence.word > -1


@pytest.mark.parametrize(
    ("name", "marked", "wanted", "text"),
    [
        pytest.param("hcl", "a = [<|>\nb = 1\n", "1", "1]", id="from where the model wants to end"),
        pytest.param(
            "postgres",
            "INSERT INTO users (<|> SELECT 1;\n",
            "title,",
            "title)",
            id="with as little as may be that it did not mean",
        ),
    ],
)
def test_a_text_is_closed_by_as_little_as_may_be(name: str, marked: str, wanted: str, text: str) -> None:
    (item,) = suggest(name, marked, wanted).items
    assert (item.text, item.stop, item.confident) == (text, "closed", True)


def test_a_closing_that_the_model_did_not_mean_is_shown_only_if_it_is_asked_for() -> None:
    text, language = "a = [1\nb = 1\n", language_of("hcl")
    request = CompletionRequest(text, 6, language, Landmarks(parse(language, text)))
    model = ScriptedModel({"a = [1": "x y"})
    (item,) = complete(request, model, lambda: False).items
    assert (item.text, item.stop, item.confident) == ("]", "closed", False)
    hidden = complete(replace(request, automatic=True), model, lambda: False)
    assert (hidden.items, hidden.reason) == ((), NOT_MEANT)
    meant = complete(replace(request, automatic=True), ScriptedModel({"a = [1": ", 2"}), lambda: False)
    assert texts(meant) == [", 2]"]


class Hesitant(ScriptedModel):
    """Says what it is told, and is not sure of the letters after a dollar sign."""

    def next_logits(self, tokens: Sequence[int], count: int = 1, *args: Any) -> NDArray[np.float32]:
        """Return what it would, or a third of it."""
        rows, ends = (
            super().next_logits(tokens, count, *args),
            range(len(tokens) - count + 1, len(tokens) + 1),
        )
        said = (self.vocabulary.bytes_of(tokens[max(0, end - 4) : end]) for end in ends)
        return np.stack([row / 3 if b"$" in some else row for row, some in zip(rows, said, strict=True)])


def test_a_text_that_fits_is_not_cut_where_it_would_fit_only_below_a_mistake() -> None:
    text = "query Q($id: ID!) {\n  one(id:\n    name\n  }\n}\n"
    before = text[: text.index("\n    name")]
    language = language_of("graphql")
    request = CompletionRequest(text, len(before), language, Landmarks(parse(language, text)), automatic=True)
    judge = load_judge(language)
    assert judge is not None
    (item,) = complete(request, Hesitant({before: " $id) {"}), lambda: False).items
    assert item.text == " $id) {"
    assert judge(before + item.text + text[len(before) :]).valid
