"""Completion as a feature: from a document, a cursor and a scripted model to suggestions, or to a reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from random import Random

import numpy as np
import pytest
from numpy.typing import NDArray

from lsp_server.constraint import Prefix, check, load_grammar
from lsp_server.evaluation.cuts import KINDS
from lsp_server.features.completion import (
    NOTHING_TO_ADD,
    UNSURE,
    Completion,
    CompletionRequest,
    complete,
    hole_at,
)
from lsp_server.features.placing import GUESSED, NoPlace
from lsp_server.features.versions import Version, Versions
from lsp_server.languages import Language, load_registry
from lsp_server.models.scripted import ScriptedModel
from lsp_server.syntax import Landmarks, SyntaxTree, parse
from lsp_server.text import Edit, Span
from tests.constraint.texts import examples
from tests.counts import tries
from tests.decoding.babbler import Babbler

CURSOR = "<|>"
STAGES = {"prefix", "hole", "compile", "model", "mask", "oracle", "total"}


def language_of(name: str) -> Language:
    return load_registry().by_id(name)


def suggest(
    name: str,
    marked: str,
    wanted: str,
    *,
    candidates: int = 1,
    max_tokens: int = 48,
    multiline: bool = False,
    cancelled: Callable[[], bool] = lambda: False,
) -> Completion:
    """Complete at the mark with a model that wants to say something there."""
    language = language_of(name)
    before, after = marked.split(CURSOR)
    request = CompletionRequest(
        before + after,
        len(before),
        language,
        Landmarks(parse(language, before + after)),
        max_tokens=max_tokens,
        candidates=candidates,
        multiline=multiline,
    )
    return complete(request, ScriptedModel({before: wanted}), cancelled)


def texts(completion: Completion) -> list[str]:
    return [item.text for item in completion.items]


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


@pytest.mark.parametrize(
    ("name", "marked", "wanted"),
    [
        ("graphql", "type A { a: Int\n\ntype B { b: <|> }\n", "Int"),
        ("graphql", "type { }\n\ntype B { b: <|> }\n\ntype C { c: Int }\n", "Int"),
        ("graphql", "type B { b: <|> }\n\ntype C { c: Int }\n\ntype E { e: Int }\n\ntype D { = }\n", "Int"),
        ("hcl", "a = = 1\nb = <|>\n", "2"),
        ("hcl", 'r "x" {\n  a = \n}\n\nb = <|>\n', "2"),
        ("hcl", "b = <|>\nc = 1\nd = 2\ne = = 3\n", "2"),
        ("hcl", 'a {\n  b = c.d<|>.e id\n  f = "g"\n}\n', "x"),
        ("hcl", 'a {\n  b = "c<|>d" <<\n  f = "g"\n}\n', "x"),
    ],
)
def test_damage_elsewhere_does_not_silence_the_cursor(name: str, marked: str, wanted: str) -> None:
    assert texts(suggest(name, marked, wanted)) == [wanted]


@pytest.mark.parametrize(
    ("name", "marked", "corrected", "wanted"),
    [
        ("hcl", 'a =} "hello wor<|>\n', 'a = "hello wor<|>\n', 'ld"'),
        ("hcl", 'a {\n  b.,  = "c<|>\n  d = e.f\n}\n', 'a {\n  b  = "c<|>\n  d = e.f\n}\n', 'x"'),
        ("hcl", "a {\n  b b = <|>\n  d = 1\n}\n", "a {\n  b = <|>\n  d = 1\n}\n", "c"),
        ("graphql", "type A {\n  b~(c: D <|>\n}\n", "type A {\n  b(c: D <|>\n}\n", "): E"),
        ("sparql", 'SELECT * {\n  values"(?a<|>\n}\n', "SELECT * {\n  values(?a<|>\n}\n", ") { }"),
        ("postgres", "UPDATE a] SET <|>;\n", "UPDATE a SET <|>;\n", "b = 1"),
    ],
)
def test_a_suggestion_fits_where_one_mistake_in_its_line_is_corrected(
    name: str, marked: str, corrected: str, wanted: str
) -> None:
    grammar = load_grammar(load_registry().by_id(name))
    (suggested,) = texts(suggest(name, marked, wanted))
    assert check(grammar, marked.replace("<|>", suggested)) is not None
    assert check(grammar, corrected.replace("<|>", suggested)) is None


@pytest.mark.parametrize(
    ("marked", "wanted", "place"),
    [
        ("{\n  a\n  b c d) e f] g: = = <|>\n}\n", "h", "3:"),
        ("type A {\n  of the things that = <|>\n}\n", "1", "2:"),
    ],
)
def test_where_it_is_a_guess_what_stands_before_nothing_is_suggested(
    marked: str, wanted: str, place: str
) -> None:
    completion = suggest("graphql", marked, wanted)
    assert not completion.items
    assert completion.reason is not None
    assert completion.reason.startswith(f"syntax error before the cursor, at {place}")
    assert completion.reason.endswith(GUESSED)


@pytest.mark.parametrize(
    ("name", "marked", "wanted"),
    [
        ("graphql", "type A {§\n  b: C\n}\n\ntype<|>\n}\n", " D { e: F"),
        ("graphql", "typ<|>\n  b:: C\n}\n", "e A {"),
        ("sparql", "SELECT * {\n  ?a ?b § ?c .\n  <|>\n    ?d ?e ?f .\n  }\n}\n", "GRAPH ?g {"),
        ("hcl", 'a "<|>\n  b = {{ for c in d : c => c }\n}\n', 'e" {'),
    ],
)
def test_brackets_may_be_opened_where_one_small_change_mends_what_is_wrong(
    name: str, marked: str, wanted: str
) -> None:
    assert texts(suggest(name, marked, wanted)) == [wanted]


@pytest.mark.parametrize(
    ("name", "marked"),
    [
        # What stands between the words that are left out would be the subject of what is typed.
        ("sparql", "ASK {\n  BINDUUID() AS ?a)\n  <|>\n}\n"),
        # Many words may lack, each with other lists after it.
        ("postgres", "ALTER builds builds\n  ADD COL<|> a text;\n"),
        # Which is text, and which is code?
        ("postgres", 'CREATE TYPE "A\n-- Modify "B" table\nALTER TABLE "B<|>" ADD c text;\n'),
    ],
)
def test_what_the_cursors_element_is_must_be_no_guess(name: str, marked: str) -> None:
    language = language_of(name)
    before, after = marked.split(CURSOR)
    version = Version(
        before + after,
        len(before),
        Landmarks(parse(language, before + after)),
        Prefix(load_grammar(language), before + after),
    )
    assert isinstance(version.place, NoPlace)
    assert version.place.reason.endswith(GUESSED)


def test_one_line_is_suggested_unless_more_are_asked_for() -> None:
    marked, wanted = "type A {\n  a: Int\n  <|>\n}\n", "b: Int\n  c: Int"
    assert texts(suggest("graphql", marked, wanted)) == ["b: Int"]
    assert texts(suggest("graphql", marked, wanted, multiline=True)) == [wanted]


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


@pytest.mark.parametrize("after", [0, 1, 5])
def test_a_cancelled_completion_asks_the_model_no_further(after: int) -> None:
    polls = 0

    def cancelled() -> bool:
        nonlocal polls
        polls += 1
        return polls > after

    completion = suggest("graphql", "type A { a: <|> }", "[[[[Int!]!]!]!]!", cancelled=cancelled)
    assert completion.items == ()
    assert completion.reason == "cancelled"
    assert completion.tokens == after


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


def test_what_was_learnt_about_earlier_versions_changes_no_suggestion(language: Language) -> None:
    rng = Random(language.id)
    model = ScriptedModel(examples(language))
    for text in examples(language)[:3]:
        prefix, tree = Prefix(load_grammar(language), text), parse(language, text)
        for _ in range(tries(3, 6)):
            start = rng.randint(0, len(text))
            end = min(len(text), start + rng.choice((0, 1, 4)))
            edit = Edit(Span(start, end), rng.choice(("", "a", " ", "{", '"', "\n")))
            text = text[:start] + edit.text + text[end:]
            prefix, tree = prefix.edited([edit], text), tree.edited([edit], text)
            cursor = start + len(edit.text)
            kept = complete(_request(language, text, cursor, tree, prefix), model, lambda: False)
            fresh = complete(_request(language, text, cursor, parse(language, text)), model, lambda: False)
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
        for turn in range(tries(4, 6)):
            text = original
            if turn % 2:
                start = rng.randint(0, len(text))
                text = text[:start] + rng.choice(("", "{", '"', "\n\n", "(")) + text[start + 1 :]
            cursor = rng.choice([place for place, sign in enumerate(text) if sign in " \n"])
            unread = Landmarks(partial(parse, language, text), text=text)
            request = CompletionRequest(text, cursor, language, unread, max_tokens=8)
            early = complete(request, model, lambda: False)
            late = complete(_request(language, text, cursor, parse(language, text)), model, lambda: False)
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
    expected = complete(_request(language, before + after, len(before), make()), model, lambda: False)
    assert (found.items, found.reason) == (expected.items, expected.reason)


def _request(
    language: Language, text: str, cursor: int, tree: SyntaxTree, prefix: Prefix | None = None
) -> CompletionRequest:
    return CompletionRequest(text, cursor, language, Landmarks(tree), prefix, max_tokens=8)


class OnlyComments(ScriptedModel):
    """Writes one character for ever and would write nothing else."""

    def __init__(self, character: str) -> None:
        super().__init__({})
        self._only = ord(character)

    def next_logits(self, tokens: Sequence[int], count: int = 1) -> NDArray[np.float32]:
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


@pytest.mark.parametrize("items", [20, 300])
def test_an_error_far_away_that_another_text_would_avoid_is_one_of_what_was_typed(items: int) -> None:
    language = language_of("postgres")
    before = "CREATE TABLE t "
    after = "\n  SELECT a FROM b WHERE c IN (...)\n), d AS (SELECT 1)\nSELECT 2;\n"
    after = after.replace("...", ", ".join("1" * items))
    text = before + after
    request = CompletionRequest(
        text, len(before), language, Landmarks(parse(language, text)), max_tokens=40, multiline=True
    )
    grammar = load_grammar(language)
    for item in complete(request, ScriptedModel({"TABLE t ": "AS ("}), lambda: False).items:
        assert check(grammar, before + item.text + after) is None
    better = {"TABLE t ": "AS WITH e AS ("}
    assert [item.text for item in complete(request, ScriptedModel(better), lambda: False).items] == [
        "AS WITH e AS ("
    ]


def test_what_is_not_sure_enough_is_left_out_and_said_to_be() -> None:
    text, language = "type A { a: \n}\n", language_of("graphql")
    request = CompletionRequest(text, 12, language, Landmarks(parse(language, text)), max_tokens=4)
    babbler = Babbler((*"abcdeI", "Int", "\n", " "), 3)
    (item,) = complete(request, babbler, lambda: False).items
    assert item.sureness < 0
    shown = complete(replace(request, least=item.sureness), babbler, lambda: False)
    assert texts(shown) == [item.text]
    hidden = complete(replace(request, least=item.sureness + 0.01), babbler, lambda: False)
    assert (hidden.items, hidden.reason) == ((), UNSURE)


def test_what_closes_a_text_counts_as_the_model_thinks_of_it() -> None:
    """The model would go on with the array for ever; that it is closed at once is none of its wishes."""
    completion = suggest("hcl", "a = [<|>\nb = 1\n", "1, 2, 3, 4, 5, 6, 7, 8, 9", max_tokens=6)
    (item,) = completion.items
    assert item.stop == "closed"
    assert item.text.endswith("]")
    assert item.sureness < suggest("hcl", "a = [<|>\nb = 1\n", "1]").items[0].sureness - 1


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
    assert (item.text, item.stop, item.meant) == (text, "closed", True)


def test_a_closing_that_the_model_did_not_mean_is_shown_only_if_it_is_asked_for() -> None:
    text, language = "a = [1\nb = 1\n", language_of("hcl")
    request = CompletionRequest(text, 6, language, Landmarks(parse(language, text)))
    model = ScriptedModel({"a = [1": "# one"})
    (item,) = complete(request, model, lambda: False).items
    assert (item.text, item.stop, item.meant) == ("]", "closed", False)
    hidden = complete(replace(request, unasked=True), model, lambda: False)
    assert (hidden.items, hidden.reason) == ((), UNSURE)
    meant = complete(replace(request, unasked=True), ScriptedModel({"a = [1": ", 2"}), lambda: False)
    assert texts(meant) == [", 2]"]


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


def test_of_several_lines_nobody_knows_what_goes_on_after_the_cursor() -> None:
    """In one line the bracket that lacks at the end is taken for a mistake; several may begin anything."""
    text, language = "a {\n  b = \n  c = 1\n", language_of("hcl")
    version = Version(text, 10, Landmarks(parse(language, text)), Prefix(load_grammar(language), text))
    one, several = (Versions(version, version.place, one_line=one_line) for one_line in (True, False))
    assert f"{text}}}" in [found.text for found in one.perhaps]
    assert not several.perhaps


@pytest.mark.parametrize(
    ("whole", "is_looked_for"),
    [("INSERT INTO a TABLE b;\n", False), ("INSERT INTO a TABLE b;\nSELECT ALL DISTINCT c;\n", True)],
)
def test_no_mistake_is_looked_for_after_what_was_typed_where_all_was_well(
    whole: str, is_looked_for: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tree alone does not show it where it is lenient, as it is of the second text here."""
    language, cursor = language_of("postgres"), len("INSERT ")
    text, asked = whole[:cursor] + whole[cursor + len("INTO") :], list[str]()
    tree = parse(language, whole)
    assert tree.sound
    known = Landmarks(tree, [Edit(Span(cursor, cursor + len("INTO")), "")], text)

    def looked_for(_: object, text: str, *__: object, **___: object) -> Iterator[Sequence[Edit]]:
        asked.append(text)
        yield from ()

    monkeypatch.setattr("lsp_server.features.versions.mendings", looked_for)
    for landmarks, expected in ((known, is_looked_for), (Landmarks(parse(language, text)), True)):
        asked.clear()
        version = Version(text, cursor, landmarks, Prefix(load_grammar(language), text))
        assert not Versions(version, version.place, one_line=True).surely
        assert bool(asked) == expected
