"""Whether something is wrong on its own is told by all repairs in the line of the mistake before it."""

from __future__ import annotations

import pytest

from lsp_server.lalr import load_grammar, read
from lsp_server.languages import load_registry
from lsp_server.repair import stands_alone


@pytest.mark.parametrize(
    ("language_id", "text", "place", "alone"),
    [
        ("hcl", "a = = 1\nb = = 2\n", "= 2", True),
        ("hcl", "a = = 1\nb = 2\n", "= 2", False),
        ("postgres", "SELECT a,,\n  b\nFROM t;\n", "b", False),
        ("sparql", "SELECT = = ?a WHERE {\n  ?a ?b = ?c .\n}\n", "= ?c", True),
        ("graphql", "type A = = {\n  b: : Int\n}\n", ": Int", True),
        ("graphql", "type A = = {\n  b: Int\n}\n", "b", False),
    ],
)
def test_what_no_repair_above_makes_fit_stands_alone(
    language_id: str, text: str, place: str, alone: bool
) -> None:
    reading = read(load_grammar(load_registry().by_id(language_id)), text)
    failure = reading.failure()
    assert failure is not None
    assert "\n" not in text[: failure.offset]
    assert stands_alone(reading, 0, text.index(place)) is alone
