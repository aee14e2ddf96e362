"""A rule written shorter derives what it did, and terminals are one only where no rule tells them apart."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_server.constraint import left_quotient
from lsp_server.constraint.basis import basis_of
from lsp_server.constraint.factoring import Parts, factored
from lsp_server.lalr.table import END
from tests.constraint.earley import Earley
from tests.constraint.small import LETTERS, lark_text, random_grammar, shift_all, small_grammar, words
from tests.constraint.texts import bounded

BODIES = st.lists(
    st.lists(st.sampled_from("abc"), max_size=4).map(tuple), min_size=1, max_size=9, unique=True
)


def written_out(bodies: tuple[Parts, ...]) -> set[tuple[object, ...]]:
    found: set[tuple[object, ...]] = set()
    for body in bodies:
        choices = [
            [*((option,) for option in part.options), *([()] if part.optional else [])] for part in body
        ]
        found.update(tuple(symbol for some in choice for symbol in some) for choice in product(*choices))
    return found


@bounded(500)
@given(BODIES)
def test_bodies_written_shorter_are_those_that_they_were(bodies: list[tuple[str, ...]]) -> None:
    assert written_out(factored(tuple(bodies))) == set(bodies)


def test_optional_parts_are_written_once() -> None:
    bodies = tuple(
        tuple(s for s, there in zip("abcd", (1, *kept, 1), strict=True) if there)
        for kept in product((0, 1), (0, 1))
    )
    assert len(factored(bodies)) == 1
    assert len(factored(tuple(("a", letter, "z") for letter in "bcdef"))) == 1


@pytest.mark.parametrize("seed", range(40))
def test_a_hole_grammar_with_terminals_grouped_derives_what_it_did(seed: int) -> None:
    rules, _ = random_grammar(seed)
    for name in LETTERS:
        # Every second language has a further terminal that stands wherever one stands.
        if seed % 2:
            rules = {
                origin: [*bodies, *(tuple("D" if s == name else s for s in b) for b in bodies if name in b)]
                for origin, bodies in rules.items()
            }
            break
    grammar = small_grammar(lark_text(rules) + 'D: "d"\n' * (seed % 2))
    grouped = basis_of(grammar).grouped
    for prefix in words(2):
        stack = shift_all(grammar, prefix)
        if stack is None:
            continue
        plain = left_quotient(grammar.table, stack.states())
        short = left_quotient(grouped.table, stack.states())
        one, two = Earley(plain.rules, plain.start), Earley(short.rules, short.start)
        for typed in product((*LETTERS, *("D" * (seed % 2))), repeat=3):
            for size in range(4):
                text = (*typed[:size], END)
                short_text = [grouped.group.get(name, name) for name in text]
                assert one.derives(text) == two.derives(short_text), (lark_text(rules), prefix, text)


def test_terminals_are_grouped_where_they_stand_alike() -> None:
    grammar = small_grammar(
        'start: (A | B) X (C | D)? | C Y\nA: "a"\nB: "b"\nC: "c"\nD: "d"\nX: "x"\nY: "y"\n'
    )
    assert basis_of(grammar).grouped.members == {"A_OR_B": ("A", "B")}
