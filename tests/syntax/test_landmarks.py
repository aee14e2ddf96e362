"""Landmarks that an earlier tree gives are places at which elements of the later text begin."""

from __future__ import annotations

from random import Random

from lsp_server.languages import Language, load_registry
from lsp_server.syntax import Landmarks, SyntaxTree, parse
from lsp_server.text import Edit, Span
from tests.constraint.texts import examples


def elements(tree: SyntaxTree) -> set[int]:
    found = {0}
    start = tree.next_element(0)
    while start is not None:
        found.add(start)
        start = tree.next_element(start + 1)
    return found


def test_without_edits_they_are_those_of_the_tree(language: Language) -> None:
    for text in examples(language):
        tree = parse(language, text)
        landmarks = Landmarks(tree)
        assert landmarks.current is tree
        for offset in range(0, len(text) + 1, 7):
            assert landmarks.element_start(offset) == tree.element_start(offset)
            assert landmarks.next_element(offset) == tree.next_element(offset)


def test_after_edits_that_leave_a_text_valid_they_are_places_where_elements_begin(language: Language) -> None:
    rng = Random(language.id)
    compared = 0
    for original in examples(language):
        tree = parse(language, original)
        for _ in range(150):
            text, edits = original, list[Edit]()
            for _ in range(rng.choice((1, 1, 2, 3))):
                start = rng.randint(0, len(text))
                end = min(len(text), start + rng.choice((0, 0, 1, 3)))
                edits.append(Edit(Span(start, end), rng.choice(("", "a", " ", "\n", "\n\n", "1", "#"))))
                text = text[:start] + edits[-1].text + text[end:]
            fresh = parse(language, text)
            landmarks = Landmarks(tree, edits, text)
            assert landmarks.current.text == text
            if tree.error_count or fresh.error_count:
                continue
            known, offset = elements(fresh), rng.randint(0, len(text))
            before, after = landmarks.element_start(offset), landmarks.next_element(offset)
            assert before in known, (original, edits, offset)
            assert before <= offset
            assert after is None or offset <= after <= len(text)
            assert not landmarks.has_error_after(offset)
            compared += 1
    assert compared > 20


def test_what_was_appended_leaves_the_elements_before_it_known(language: Language) -> None:
    for text in examples(language):
        tree = parse(language, text)
        last = tree.element_start(len(text))
        added = Landmarks(tree, [Edit(Span(len(text), len(text)), "\nx")], text + "\nx")
        assert added.element_start(len(text) + 2) == last
        assert added.next_element(len(text)) is None


def test_lines_before_a_mistake_stand_as_they_did_in_the_last_tree_without_errors() -> None:
    language = load_registry().by_id("hcl")
    sound = "a {\n" + "  b = c(1)\n" * 8 + "  d {\n    b = 2\n  }\n}\n"
    first, second, last = (sound.index("b = c") + number * len("  b = c(1)\n") for number in (1, 3, 7))
    inner = sound.index("b = 2")
    gap = Edit(Span(last, last + len("b = c(1)")), "b = c(([{")
    text = sound[: gap.span.start] + gap.text + sound[gap.span.end :]
    before = Landmarks(parse(language, sound), [gap], text)
    broken = Landmarks(parse(language, text), (), text, before)
    assert not broken.current.alike(first, second)
    assert broken.alike(first, second)
    assert not broken.alike(first, last + 1)
    assert not broken.alike(first, inner)
    moved = Edit(Span(second, second), " ")
    later = broken.seen_after([moved], text[:second] + " " + text[second:])
    assert not later.alike(first, second)


def test_what_was_put_back_is_no_edit() -> None:
    language = load_registry().by_id("hcl")
    text = "a {\n  b = c(1)\n}\nd {\n}\n"
    tree, place = parse(language, text), text.index("c(1)")
    landmarks = Landmarks(tree, [Edit(Span(place, place + 1), ""), Edit(Span(place, place), "c")], text)
    assert landmarks.current is tree
    assert landmarks.next_element(0) == 0


def test_a_text_is_full_of_errors_once_it_has_hundreds() -> None:
    language = load_registry().by_id("graphql")
    few, many = (Landmarks(parse(language, "type A { b: = C }\n" * count)) for count in (100, 400))
    assert (few.full_of_errors, many.full_of_errors) == (False, True)
