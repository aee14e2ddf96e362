"""A long element is read from a line inside it, and what is found is what a reading of all of it finds."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from lsp_server.constraint import CursorState, Grammar, Prefix, prefix
from lsp_server.constraint.inside import HEAD, Beat, beats
from lsp_server.constraint.prefix import _LONG
from lsp_server.lalr.lexing import Lexeme
from lsp_server.lalr.table import Stack
from lsp_server.text import Edit, Span
from tests.constraint.small import small_grammar

GRAMMAR = """\
start: block*
block: "{" item* part* "}"
item: NAME "=" value ";"
part: "[" NAME ("," NAME)* "]" ";"?
value: NUMBER | TEXT | block
NAME: /[a-z]+/
NUMBER: /[0-9]+/
TEXT: /'[^']*'/
%ignore /[ \\n]+/
%ignore /#[^\\n]*/
"""
UNIT = "  a = 1;\n  b = {\n    c = 2;\n    [d]\n  };\n"
MANY = _LONG // len(UNIT) * 3
END = "  e = 3;\n}\n"


def whatever(first: int, second: int) -> bool:
    return True


def read(
    text: str, offset: int, beside: Callable[[int, int], bool] = whatever
) -> tuple[CursorState, CursorState]:
    """The state as it is read from a line inside, if there is one, and as it is read from the beginning."""
    grammar = small_grammar(GRAMMAR)
    found = Prefix(grammar, text).at(offset, (), None, beside)
    whole = Prefix(grammar, text).at(offset)
    assert isinstance(found, CursorState)
    assert isinstance(whole, CursorState)
    return found, whole


def same(one: CursorState, other: CursorState) -> bool:
    return (one.offset, one.commented) == (other.offset, other.commented) and one.stack.same_as(other.stack)


@pytest.mark.parametrize("ahead", [0, 3, 9, 16, 25, 31])
def test_the_state_is_that_of_a_reading_of_all(ahead: int) -> None:
    text = "{\n" + UNIT * MANY + END
    found, whole = read(text, text.index(END) - len(UNIT) + ahead)
    assert same(found, whole)
    assert found.anchor > HEAD
    assert len(found.read) < 100 < len(whole.read)


def test_without_a_tree_the_likely_line_is_taken() -> None:
    text = "{\n" + UNIT * MANY + END
    offset = text.index(END)
    found = Prefix(small_grammar(GRAMMAR), text).near(offset, [], offset)
    assert found is not None
    assert same(found, read(text, offset)[1])
    assert len(found.read) < 100


def test_a_likely_line_is_asked_about_once_there_is_a_tree() -> None:
    text = "{\n" + UNIT * MANY + END
    offset, asked = text.index(END), list[tuple[int, int]]()
    prefix = Prefix(small_grammar(GRAMMAR), text)
    guessed = prefix.near(offset, [], offset)

    def never(first: int, second: int) -> bool:
        asked.append((first, second))
        return False

    found = prefix.at(offset, (), None, never)
    assert guessed is not None
    assert guessed.anchor in {second for _, second in asked}
    assert isinstance(found, CursorState)
    assert found.anchor == 0


def test_where_the_tree_says_otherwise_all_is_read() -> None:
    text = "{\n" + UNIT * MANY + END
    found, whole = read(text, text.index(END), lambda first, second: False)
    assert found.anchor == 0
    assert len(found.read) == len(whole.read)


def test_elements_of_another_repetition_are_read_too() -> None:
    text = "{\n" + UNIT * MANY + "  [a, b];\n" * 9 + "}\n"
    found, whole = read(text, text.index("}\n", len(text) - 3))
    assert same(found, whole)


def test_a_line_that_is_indented_less_ends_what_is_alike() -> None:
    text = "{\n" + UNIT * MANY + "}\n{\n" + UNIT * 3 + END
    found, whole = read(text, text.index(END))
    assert same(found, whole)
    assert found.anchor == 0


def test_first_lines_of_blocks_are_no_lines_of_one_repetition() -> None:
    text = "{\n  a = 1;\n}\n{\n  a = 1;\n}\n{\n" + "  # nothing\n" * (_LONG // 6) + "  a = 1;\n" * 5
    found, whole = read(text, len(text))
    assert same(found, whole)
    assert found.anchor == 0


def test_a_line_inside_a_text_is_none() -> None:
    text = "{\n" + UNIT * MANY + "  a = '\n" + "  b = 1;\n" * 20 + "  ';\n" + END
    found, whole = read(text, text.index("  ';") + 3, lambda first, second: second < text.index("'"))
    assert same(found, whole)


@pytest.mark.parametrize("place", [HEAD // 2, -len(END)])
def test_an_edit_before_the_line_makes_it_be_looked_for_again(place: int) -> None:
    text = "{\n" + UNIT * MANY + END
    grammar, offset = small_grammar(GRAMMAR), text.index(END)
    prefix = Prefix(grammar, text)
    prefix.at(offset, (), None, whatever)
    at = text.index("  a = 1;\n", place) if place > 0 else len(text) + place
    edits = [Edit(Span(at, at), "  f = 4;\n")]
    after = text[:at] + "  f = 4;\n" + text[at:]
    found = prefix.edited(edits, after).at(offset + 9, (), None, whatever)
    fresh = Prefix(grammar, after).at(offset + 9)
    assert isinstance(found, CursorState)
    assert isinstance(fresh, CursorState)
    assert same(found, fresh)


def test_no_more_than_the_head_of_an_element_is_looked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "{\n" + UNIT * MANY * 2 + END
    looked: list[int] = []

    def noted(grammar: Grammar, lexemes: Sequence[Lexeme], stacks: Sequence[Stack], text: str) -> list[Beat]:
        looked.append(lexemes[-1].end)
        return beats(grammar, lexemes, stacks, text)

    monkeypatch.setattr(prefix, "beats", noted)
    read_so_far = Prefix(small_grammar(GRAMMAR), text)
    read_so_far.at(len(text) // 2)
    read_so_far.at(text.index(END), (), None, whatever)
    assert looked
    assert max(looked) < HEAD + len(UNIT)


def test_an_edit_across_the_line_makes_it_be_looked_for_again() -> None:
    text = "{\n" + UNIT * MANY + END
    offset = text.index(END)
    prefix = Prefix(small_grammar(GRAMMAR), text)
    begun = prefix.at(offset, (), None, whatever)
    assert isinstance(begun, CursorState)
    across = Span(begun.anchor - 1, begun.anchor + 1)
    same_again = [Edit(across, text[across.start : across.end])]
    found = prefix.edited(same_again, text).at(offset, (), None, lambda first, second: False)
    assert isinstance(found, CursorState)
    assert (begun.anchor > 0, found.anchor) == (True, 0)
