"""A tree made from edits is the tree of the edited text."""

from __future__ import annotations

import gc
import tracemalloc
from random import Random

import pytest
from tree_sitter import Tree

from lsp_server.languages import Language, load_registry
from lsp_server.syntax import Part, SyntaxTree, next_tree, parse
from lsp_server.syntax.sitter.parsing import SitterTree
from lsp_server.text import Edit, Span, apply_edits

LANGUAGES = [language for language in load_registry().languages if language.parser.module is not None]
"""Trees that are made with a Lark grammar are compared in test_syntax_lark."""

PIECES = (
    *"{}()[]=:,#$!@.\"'é😀\ufeff\r\n ",
    *('"""', "\r\n", "a", "b1", "12", "<<EOT\n", "EOT\n", "/*", "*/", "${", "%{ if ", "\ud83d"),
)


def _inner(tree: SyntaxTree) -> Tree:
    assert isinstance(tree._parsed, SitterTree)
    return tree._parsed.tree


def same(one: SyntaxTree, two: SyntaxTree) -> bool:
    """Whether two trees have the same nodes at the same bytes, rows and columns."""
    first, second = _inner(one).walk(), _inner(two).walk()
    while True:
        a, b = first.node, second.node
        assert a is not None
        assert b is not None
        if (a.kind_id, a.range, a.child_count, a.is_missing) != (
            b.kind_id,
            b.range,
            b.child_count,
            b.is_missing,
        ):
            return False
        if first.goto_first_child():
            second.goto_first_child()
            continue
        while not first.goto_next_sibling():
            if not first.goto_parent():
                return True
            second.goto_parent()
        second.goto_next_sibling()


def random_edit(random: Random, text: str) -> Edit:
    start = random.randrange(len(text) + 1)
    end = min(len(text), start + random.choice([0, 0, 0, 1, 1, 2, 5, 40]))
    return Edit(Span(start, end), "".join(random.choices(PIECES, k=random.choice([0, 1, 1, 2, 4]))))


@pytest.fixture(params=LANGUAGES, ids=[language.id for language in LANGUAGES])
def language(request: pytest.FixtureRequest) -> Language:
    """Each language that has a tree-sitter parser."""
    found: Language = request.param
    return found


@pytest.mark.parametrize("keep", [1, 4, 30], ids=["from intact", "a little broken", "very broken"])
def test_parts_that_were_taken_over_are_those_of_the_tree(language: Language, keep: int) -> None:
    random, places = Random(keep), Random(keep)
    examples = [path.read_text("utf-8") for path in sorted((language.directory / "examples").iterdir())]
    tree, taken = parse(language, ""), 0
    for number in range(240):
        if number % keep == 0:
            tree = parse(language, "\n".join(random.choices(examples, k=2)))
            assert tree.parts
        edits = [random_edit(random, tree.text)]
        text = apply_edits(tree.text, edits)
        if number % 3 == 0:
            edits.append(random_edit(random, text))
            text = apply_edits(text, edits[1:])
        tree = tree.edited(edits, text)
        if number % 4:  # else two versions follow on each other, of which the parts of one are not known
            fresh = SyntaxTree(language, tree._parsed).parts
            taken += tree.parts._members.count(None)
            assert [told(part) for part in tree.parts] == [told(part) for part in fresh]
            start, end = sorted(places.choices(range(len(text) + 1), k=2))
            near = [told(part) for part in tree.parts if part.start <= end and start <= part.end]
            assert [told(part) for part in tree.parts_touching(Span(start, end))] == near
    assert taken > 240


def told(part: Part) -> object:
    """All that is known of a part."""
    return part.start, part.text, part.key, part.first_lexeme, part.member[:-1], part.member.node.type


@pytest.mark.parametrize("keep", [1, 4, 30], ids=["from intact", "a little broken", "very broken"])
def test_edited_trees_equal_fresh_ones(language: Language, keep: int) -> None:
    random = Random(keep)
    examples = sorted((language.directory / "examples").iterdir())
    tree = parse(language, "")
    for number in range(240):
        if number % keep == 0:
            mark = language.comment.line[0]
            text = f"\ufeff{mark} 😀é\r\n" + random.choice(examples).read_text(encoding="utf-8")
            tree = parse(language, text.replace("\n", "\r\n") if number % 2 else text)
        edits: list[Edit] = []
        text = tree.text
        for _ in range(random.choice([1, 1, 1, 3])):
            edits.append(random_edit(random, text))
            text = apply_edits(text, edits[-1:])
        tree = next_tree(tree, edits, text)
        fresh = parse(language, text)
        assert same(tree, fresh), (edits, text)
        assert tree.problems == fresh.problems


def test_the_comparison_sees_a_difference(language: Language) -> None:
    assert not same(parse(language, "a"), parse(language, "a\n}"))


@pytest.mark.parametrize("lines", [1_000, 20_000])
def test_nothing_is_left_of_texts_that_were_let_go(lines: int) -> None:
    language = load_registry().by_id("graphql")
    text = "type A { b: C }\n" * lines

    def typed_into() -> None:
        tree = parse(language, text)
        for number in range(1, 11):
            edited = f"type A {{ b{'b' * number}: C }}\n{text[16:]}"
            tree = next_tree(tree, [Edit(Span(10, 10), "b")], edited)
        assert not tree.error_count

    typed_into()
    tracemalloc.start()
    typed_into()
    gc.collect()
    left, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert left < len(text) // 2
