"""A repetition at the root that comes after something else: where it may be begun in the middle."""

from __future__ import annotations

import pytest

from lsp_server.constraint import CursorState, Grammar, Prefix
from lsp_server.constraint.listed import first_between
from lsp_server.lalr.lexing import drive
from tests.constraint.small import small_grammar
from tests.constraint.test_prefix import edit_and_compare

TERMINALS = "NAME: /[a-z]+/\nNUMBER: /[0-9]+/\n%ignore /[ \\n]+/\n"
ITEMS = 'item: NAME "=" value ";"\nvalue: NUMBER | "(" value* ")"\n' + TERMINALS
HEADED = {
    "a header": 'start: "use" NAME ";" item*\n' + ITEMS,
    "a header of the same words": 'start: NAME "=" NAME ";" item+\n' + ITEMS,
    "a list in a rule": 'start: "use" NAME ";" module\nmodule: item*\n' + ITEMS,
    "a list in brackets": 'start: "use" NAME ";" "{" item* "}"\n' + ITEMS,
}
TEXTS = {
    "a header": "use x;\na = 1;\nb = (2 (3));\nc = 4;\n",
    "a header of the same words": "x = y;\na = 1;\nb = (2 (3));\nc = 4;\n",
    "a list in a rule": "use x;\na = 1;\nb = (2 (3));\nc = 4;\n",
    "a list in brackets": "use x; {\na = 1;\nb = (2 (3));\nc = 4;\n}",
}


def after_name(grammar: Grammar, state: CursorState) -> tuple[int, ...] | None:
    """The states after a name, before which all is reduced."""
    stack = grammar.table.shift(state.stack, "NAME")
    return None if stack is None else stack.states()


@pytest.mark.parametrize("name", HEADED)
def test_from_the_second_element_on_an_anchor_tells_the_stack(name: str) -> None:
    grammar, text = small_grammar(HEADED[name]), TEXTS[name]
    assert grammar.list_stack is not None
    first = first_between(grammar, text)
    assert first == text.index("b")
    for anchor in (text.index("b"), text.index("c")):
        for cursor in range(anchor, len(text) + 1):
            begun, whole = (
                Prefix(grammar, text).near(cursor, [anchor], cursor),
                Prefix(grammar, text).at(cursor),
            )
            if isinstance(whole, CursorState) and begun is not None:
                assert after_name(grammar, begun) == after_name(grammar, whole), (anchor, cursor)
                if begun.offset > anchor:
                    assert begun.offset == whole.offset
                    assert begun.stack.states() == whole.stack.states(), (anchor, cursor)


@pytest.mark.parametrize("name", HEADED)
def test_what_comes_before_the_repetition_is_no_anchor(name: str) -> None:
    grammar, text = small_grammar(HEADED[name]), "\n" + TEXTS[name]
    for anchor in (1, text.index("a")):
        for cursor in range(anchor, len(text) + 1):
            found, fresh = Prefix(grammar, text).at(cursor, [anchor]), Prefix(grammar, text).at(cursor)
            assert isinstance(found, CursorState) == isinstance(fresh, CursorState)
            if isinstance(found, CursorState) and isinstance(fresh, CursorState):
                assert found.stack.states() == fresh.stack.states()


@pytest.mark.parametrize("name", HEADED)
def test_edits_are_followed_where_something_comes_before_the_repetition(name: str) -> None:
    edit_and_compare(small_grammar(HEADED[name]), TEXTS[name], (*"=;() \na1", "use", "x = y;"), 1, 40)


@pytest.mark.parametrize(
    ("grammar", "known"),
    [
        ("start: item*\n" + ITEMS, True),
        ("start: module\nmodule: item+\n" + ITEMS, True),
        ('start: item ("," item)*\n' + ITEMS, False),
        ('start: item* "then" item*\n' + ITEMS, False),
        ('start: "a" item* | "b" item*\n' + ITEMS, False),
        ("start: item\n" + ITEMS, False),
    ],
)
def test_only_one_repetition_is_taken(grammar: str, known: bool) -> None:
    assert (small_grammar(grammar).list_stack is not None) == known


def test_without_a_repetition_a_thousand_lines_are_read_from_the_beginning() -> None:
    grammar = small_grammar('start: item ("," item)*\n' + ITEMS)
    text = ",\n".join(f"a = {number};" for number in range(1_000))
    *_, (last, _) = drive(grammar, grammar.table.start(), text, 0)
    prefix = Prefix(grammar, text)
    state = prefix.at(len(text))
    assert isinstance(state, CursorState)
    assert grammar.table.completes(state.here)
    assert last.start == len(text)
