"""What a syntax tree says of a text: errors, elements, lexemes; and of bundles whose parser is not there."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from threading import Thread
from time import sleep
from types import ModuleType

import pytest

from lsp_server.errors import BundleError
from lsp_server.languages import Language, ParserBinding, load_registry
from lsp_server.syntax import Problem, SyntaxTree, parse
from lsp_server.text import Edit, Span


def tree_of(language_id: str, text: str) -> SyntaxTree:
    return parse(load_registry().by_id(language_id), text)


# ---- Errors


def test_every_problem_lies_in_some_damage(language: Language) -> None:
    for example in sorted((language.directory / "examples").iterdir()):
        text = example.read_text(encoding="utf-8")
        for broken in (text, text.replace("{", "", 1), text.replace("}", "", 1), text.replace('"', "", 1)):
            tree = parse(language, broken)
            assert sum(len(damage.problems) for damage in tree.damage) == tree.error_count


def test_a_missing_lexeme_is_an_empty_span_with_its_text() -> None:
    assert tree_of("graphql", "{ a(x: 1 { b } }").problems == (Problem(Span(8, 8), ")"),)


def test_stray_text_is_a_span_around_it() -> None:
    tree = tree_of("graphql", "# 😀\ntype A { a: B! = }")
    assert tree.problems == (Problem(Span(19, 20)),)
    assert tree.text[19] == "="


def test_errors_after_an_offset_are_those_that_reach_beyond_it() -> None:
    tree = tree_of("graphql", "type A { a: B! = }\ntype C { d: E }\nenum F { G")
    (stray, missing) = tree.problems
    assert tree.has_error_after(stray.span.start)
    assert tree.has_error_after(stray.span.end)
    assert tree.has_error_after(missing.span.start)
    assert tree.last_error == missing.span.end + 1
    stray_only = tree_of("graphql", "type A { a: B! = }\ntype C { d: E }")
    assert not stray_only.has_error_after(stray.span.end)
    assert stray_only.last_error == stray.span.end


def test_other_threads_have_their_turns_while_a_long_text_is_parsed() -> None:
    language = tree_of("graphql", "").language
    thread = Thread(target=parse, args=(language, "type A { b: C }\n" * 60_000))
    thread.start()
    turns = 0
    while thread.is_alive():
        sleep(0.001)
        turns += 1
    assert turns > 5


@pytest.mark.parametrize(
    "text", ["", " \n", "\ufeff", "\ud800", "a\udfffb = {", "\x00", "\r", "é" * 3000 + "{", "{" * 3000]
)
def test_any_text_has_a_tree(language: Language, text: str) -> None:
    tree = parse(language, text)
    assert tree.text == text
    assert all(0 <= p.span.start <= p.span.end <= len(text) for p in tree.problems)
    assert 0 <= tree.element_start(len(text)) <= len(text)
    assert tree.end_before(len(text)) <= len(text)
    assert tree.lexeme_at(len(text)) is None


def test_a_lone_surrogate_in_a_string_is_no_error() -> None:
    tree = tree_of("hcl", 'a = "\ud83d"\nb = }')
    assert [problem.span.start for problem in tree.problems] == [tree.text.index("}")]


# ---- Elements


TWO = "# first\ntype A { b: C }\n\n# second\ntype D { e: F }\n"


@pytest.mark.parametrize(
    ("offset", "start"),
    [(0, 0), (8, 0), (9, 8), (15, 8), (23, 8), (24, 8), (34, 8), (35, 34), (len(TWO), 34)],
)
def test_an_offset_belongs_to_the_last_element_that_begins_before_it(offset: int, start: int) -> None:
    assert tree_of("graphql", TWO).element_start(offset) == start


@pytest.mark.parametrize(
    ("offset", "start"), [(0, 8), (8, 8), (9, 34), (34, 34), (35, None), (len(TWO), None)]
)
def test_the_next_element_begins_at_or_after_an_offset(offset: int, start: int | None) -> None:
    assert tree_of("graphql", TWO).next_element(offset) == start


@pytest.mark.parametrize(
    ("language_id", "text"),
    [("graphql", "type A { b: C }"), ("hcl", "a = 1"), ("hcl", "a {\n  b {\n    c = 1\n  }\n}")],
)
def test_a_single_element_is_not_taken_apart(language_id: str, text: str) -> None:
    tree = tree_of(language_id, text)
    assert tree.element_start(len(text)) == 0
    assert tree.next_element(1) is None


def test_blocks_and_attributes_at_the_root_are_elements() -> None:
    text = "a = 1\nb {\n  c = 1\n}\nd = 2\n"
    tree = tree_of("hcl", text)
    starts = [0, text.index("b {"), text.index("d =")]
    assert [tree.next_element(start) for start in starts] == starts
    assert tree.element_start(text.index("c =") + 1) == starts[1]


def test_what_follows_stray_text_may_belong_to_the_element_before_it() -> None:
    text = "scalar A\nscalar B ) { c }\nscalar D\n"
    assert tree_of("graphql", text).element_start(text.index("{") + 1) == text.index("scalar B")


def test_elements_before_a_tree_that_could_not_be_made_whole_are_kept() -> None:
    text = "a = 1\nb = {\n c = 1\n d 2\n}\n"
    tree = tree_of("hcl", text)
    assert tree.element_start(len(text)) == 0
    assert [damage.span.start for damage in tree.damage] == [text.index("b =")]
    assert tree.damage[0].context == 0


def test_damage_names_the_intact_element_before_it() -> None:
    text = "scalar A\nscalar B\ntype C { d: E! = }\nscalar F\n"
    (damage,) = tree_of("graphql", text).damage
    assert damage.span == Span(text.index("type C"), text.index("\nscalar F"))
    assert damage.context == text.index("scalar B")
    assert damage.problems == tree_of("graphql", text).problems


def test_looking_up_elements_agrees_with_listing_them(language: Language) -> None:
    for example in sorted((language.directory / "examples").iterdir()):
        text = example.read_text(encoding="utf-8")
        for cut in (len(text), len(text) // 2):
            tree = parse(language, text[:cut])
            starts = []
            start = tree.next_element(0)
            while start is not None:
                starts.append(start)
                start = tree.next_element(start + 1)
            for offset in range(0, cut, 7):
                before = [start for start in starts if start < offset]
                assert tree.element_start(offset) in {*before[-2:], 0}
                if not tree.damage:
                    assert tree.element_start(offset) == (before[-1] if before else 0)


# ---- Lexemes


def test_lexemes_are_those_of_the_parser_and_comments_are_none() -> None:
    text = "type A { # }\n  bc: D\n}"
    tree = tree_of("graphql", text)
    assert tree.lexeme_at(text.index("bc")) == Span(text.index("bc"), text.index("bc") + 2)
    assert tree.lexeme_at(text.index("bc") + 1) is None
    assert tree.lexeme_at(text.index("#")) is None
    assert tree.end_before(text.index("bc")) == text.index("{") + 1


# ---- Edits


def test_edits_apply_one_after_another() -> None:
    tree = tree_of("graphql", "type A { b: C }")
    edits = [Edit(Span(5, 6), "😀é"), Edit(Span(5, 7), "Bee"), Edit(Span(0, 0), "scalar Z\n")]
    assert tree.edited(edits, "scalar Z\ntype Bee { b: C }").error_count == 0
    assert tree.error_count == 0
    assert tree.text == "type A { b: C }"


def test_many_edits_at_once_give_the_tree_of_the_result() -> None:
    tree = tree_of("hcl", "")
    edits = [Edit(Span(0, 0), "a = 1\n") for _ in range(500)]
    after = tree.edited(edits, "a = 1\n" * 500)
    assert after.error_count == 0
    assert after.next_element(6 * 499) == 6 * 499


# ---- Bundles


@pytest.fixture
def binding(language: Language) -> Language:
    return replace(language, parser=ParserBinding("tree_sitter_nowhere"), directory=Path("grammars/calc"))


def test_a_parser_that_is_not_installed_is_one_line_with_a_remedy(binding: Language) -> None:
    with pytest.raises(BundleError) as caught:
        parse(binding, "")
    assert str(caught.value) == (
        "grammars/calc: parser module 'tree_sitter_nowhere' is not installed "
        "(pip install tree-sitter-nowhere)"
    )


@pytest.mark.parametrize("attribute", ["other", "language"])
def test_a_module_that_is_no_parser_is_one_line(
    binding: Language, attribute: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = ModuleType("tree_sitter_nowhere")
    setattr(module, attribute, object)
    monkeypatch.setitem(sys.modules, "tree_sitter_nowhere", module)
    with pytest.raises(
        BundleError, match=r"'tree_sitter_nowhere.language' is not a usable tree-sitter parser"
    ) as caught:
        parse(binding, "")
    assert "\n" not in str(caught.value)


# ---- Places that are alike


FIELDS = "type A {\n  a: Int\n  b: Int\n  c(d: Int): Int\n}\ntype B {\n  e: Int\n}\n"


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        ("a:", "b:", True),
        ("b:", "c(", True),
        ("a:", "d:", False),
        ("a:", "e:", False),
        ("a:", "type B", False),
        ("a:", "Int\n  c", False),
    ],
)
def test_places_are_alike_if_they_begin_elements_of_one_node(first: str, second: str, alike: bool) -> None:
    tree = tree_of("graphql", FIELDS)
    assert tree.alike(FIELDS.index(first), FIELDS.index(second)) == alike


def test_places_with_an_error_between_are_not_alike() -> None:
    text = FIELDS.replace("b: Int", "b: = Int")
    assert not tree_of("graphql", text).alike(text.index("a:"), text.index("c("))
