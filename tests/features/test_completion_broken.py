"""Completion in a document that has mistakes: what is suggested fits once they are mended, or nothing is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from lsp_server.constraint import Prefix, check, load_grammar
from lsp_server.features.completion import (
    CompletionRequest,
    complete,
)
from lsp_server.features.placing import NoPlace
from lsp_server.features.reasons import GUESSED
from lsp_server.features.versions import Version, Versions
from lsp_server.languages import load_registry
from lsp_server.models.scripted import ScriptedModel
from lsp_server.syntax import Landmarks, parse
from lsp_server.text import Edit, Span
from tests.features.completing import CURSOR, language_of, suggest, texts


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
