"""Runs the completion cases of every bundle: what must fit at a cursor, and what is never offered there."""

from __future__ import annotations

import json

import pytest

from lsp_server.constraint import CursorState, Oracle, Prefix, load_grammar, windows
from lsp_server.languages import load_registry
from tests.corpus_cases import Case, read_cases

CASES = read_cases("completions")


def oracle_at(case: Case) -> Oracle | None:
    """The judge at the cursor of a case; None where nothing can be typed."""
    grammar = load_grammar(load_registry().by_id(case.language_id))
    state = Prefix(grammar, case.text).at(case.cursor)
    if not isinstance(state, CursorState) or state.commented:
        return None
    return Oracle(grammar, case.text, state, windows(grammar, case.text, state, 8))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_cursor_takes_what_fits_and_refuses_the_rest(case: Case) -> None:
    oracle = oracle_at(case)
    for line in case.expected:
        verdict, _, quoted = line.partition(": ")
        typed = json.loads(quoted)
        good = oracle is not None and oracle.viable(typed) and oracle.fit(typed).good
        assert good == (verdict == "takes"), line
