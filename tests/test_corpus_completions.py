"""Runs the completion cases of every bundle: what must fit at a cursor, and what is never offered there."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from lsp_server.constraint import (
    RELAXATIONS,
    CursorState,
    Oracle,
    Prefix,
    hole_grammar,
    load_grammar,
    windows,
)
from lsp_server.languages import load_registry
from tests.corpus_cases import Case, read_cases
from tests.decoding.matching import begins

CASES = read_cases("completions")


@dataclass(frozen=True, slots=True)
class Place:
    """A cursor: the judge of what is typed there, the hole grammar, and what of the text that begins with."""

    oracle: Oracle
    hole: str
    before: str


def place_of(case: Case) -> Place | None:
    """The cursor of a case; None where nothing can be typed."""
    grammar = load_grammar(load_registry().by_id(case.language_id))
    state = Prefix(grammar, case.text).at(case.cursor)
    if not isinstance(state, CursorState) or state.commented:
        return None
    readings = windows(grammar, case.text, state, RELAXATIONS[0])
    return Place(
        Oracle(grammar, case.text, state, readings),
        hole_grammar(grammar, state, readings).text,
        case.text[state.offset : case.cursor],
    )


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_cursor_takes_what_fits_and_refuses_the_rest(case: Case) -> None:
    place = place_of(case)
    for line in case.expected:
        verdict, _, quoted = line.partition(": ")
        typed = json.loads(quoted)
        good = place is not None and place.oracle.viable(typed) and place.oracle.fit(typed).good
        assert good == (verdict == "takes"), line
        if place is not None and good:
            assert begins(place.hole, place.before + typed), line
