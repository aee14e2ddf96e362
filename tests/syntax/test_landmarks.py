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


def test_what_was_typed_since_a_tree_was_made_lies_where_it_lies() -> None:
    language = load_registry().by_id("hcl")
    whole = "a {\n  b = c(1)\n  d = 2\n}\n"
    start = whole.index("c(1)")
    gap = Edit(Span(start, start + len("c(1)")), "c((")
    text = whole[: gap.span.start] + gap.text + whole[gap.span.end :]
    tree = parse(language, whole)
    broken = parse(language, text)
    for landmarks, own in (
        (Landmarks(tree, [gap], text), []),
        (Landmarks(broken, (), text, Landmarks(tree, [gap], text)), [broken]),
    ):
        assert [*landmarks.trees_before(start, start + len("c(("))] == [tree, *own]
        assert [*landmarks.trees_before(start + 2, start + len("c(("))] == own
        assert [*landmarks.trees_before(start, start + len("c("))] == own
        later = landmarks.seen_after([Edit(Span(0, 0), "e")], "e" + text)
        assert not [*later.trees_before(start, start + len("ec(("))]
    assert [*Landmarks(tree).trees_before(0, 0)] == [tree]


def test_what_was_typed_since_a_line_was_entered_lies_in_it_whatever_is_wrong() -> None:
    language = load_registry().by_id("hcl")
    whole = "a {\n  b = 1\n}\nc {\n  d = = 2\n}\n"
    place = whole.index(" 1") + len(" 1")
    written, text = Edit(Span(place, place), "\n  e = f("), whole
    text = whole[:place] + written.text + whole[place:]
    entered = Landmarks(parse(language, whole), (written,), text)
    assert entered.is_in_line
    later = Landmarks(parse(language, text), (), text, None, entered)
    end = place + len(written.text)
    assert [tree.text for tree in later.trees_before(place + 1, end)] == [whole]
    assert [tree.text for tree in later.trees_before(place + 4, end)] == [text]
    typed = Edit(Span(end, end), "g\n  h")
    assert not later.seen_after([typed], text[:end] + typed.text + text[end:]).is_in_line


def test_a_line_is_entered_now_unless_it_was_before() -> None:
    language = load_registry().by_id("hcl")
    text = "a {\n  b = 1\n}\nc {\n  d = = 2\n}\n"
    tree, place = parse(language, text), text.index(" 1") + 2
    typed = Edit(Span(place, place), "2")
    later = text[:place] + "2" + text[place:]
    assert Landmarks(tree).entered(place - 7, place) is None
    entering = Landmarks(tree).entering(place)
    assert entering.entered(place - 7, place) == (tree, len(text))
    after = entering.seen_after([typed], later)
    assert after.entered(place - 6, place + 1) == (tree, place)
    assert after.entering(place + 1) is after
    assert after.entering(1).entered(0, 1) is None
    assert Landmarks(lambda: tree, text=text).entering(place).known


def test_what_was_put_back_is_no_edit() -> None:
    language = load_registry().by_id("hcl")
    text = "a {\n  b = c(1)\n}\nd {\n}\n"
    tree, place = parse(language, text), text.index("c(1)")
    landmarks = Landmarks(tree, [Edit(Span(place, place + 1), ""), Edit(Span(place, place), "c")], text)
    assert landmarks.current is tree
    assert landmarks.next_element(0) == 0
    assert [*landmarks.trees_before(len(text), len(text))] == [tree]
