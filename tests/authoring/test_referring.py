"""What `holegram new` reads off examples: as what a name is declared that stands in a place."""

from __future__ import annotations

from pathlib import Path

import pytest

from lsp_server.languages import Language
from lsp_server.names.places import places_of
from tests.authoring.making import made_of

GRAMMAR = """
start: (source | sink | flow)*
source: "source" NAME "{" STRING* "}"
sink: "sink" NAME "{" STRING* "}"
flow: "flow" NAME "{" step* "}"
step: "read" NAME -> read
    | "write" NAME -> write
    | "keep" NAME ("," NAME)* -> keep
    | "let" NAME "=" NAME -> let
NAME: /[a-z]+/
STRING: /"[^"]*"/
%ignore /[ \\n]+/
"""
DECLARED = 'source a { "x" }\nsource b {}\nsink out { "z" }\nsink log {}\n'


def made(tmp_path: Path, *examples: str) -> Language:
    return made_of(tmp_path, GRAMMAR, *examples)


def told(language: Language) -> list[str]:
    """The references with a kind of their own."""
    lines = language.queries["locals"].splitlines()
    return [line for line in lines if "@local.reference." in line and not line.startswith("((")]


def test_what_is_always_declared_as_one_kind_refers_to_that(tmp_path: Path) -> None:
    language = made(
        tmp_path, DECLARED + "flow one { read a read b write out write log }", "flow two { read a }"
    )
    assert told(language) == [
        '(read "read" . (NAME) @local.reference.source)',
        '(write "write" . (NAME) @local.reference.sink)',
    ]
    kinds = {use.spaces for use in places_of(language).uses.values() if use is not None and not use.defines}
    assert {("source",), ("sink",)} <= kinds


def test_what_is_listed_behind_a_comma_is_what_comes_before_it(tmp_path: Path) -> None:
    language = made(tmp_path, DECLARED + "flow one { keep a, b }")
    assert told(language) == [
        '(keep "," . (NAME) @local.reference.source)',
        '(keep "keep" . (NAME) @local.reference.source)',
    ]


def test_names_in_other_examples_count_and_those_that_come_later_in_a_block_do_not(tmp_path: Path) -> None:
    language = made(tmp_path, DECLARED, "flow one { read a let a = a read b let b = b }")
    assert '(read "read" . (NAME) @local.reference.source)' in told(language)


@pytest.mark.parametrize(
    "flow",
    [
        pytest.param("read a", id="seen once"),
        pytest.param("read a read a", id="one name twice"),
        pytest.param("read a read other", id="one that is declared nowhere"),
        pytest.param("read a read out", id="of several kinds"),
        pytest.param("keep x keep y", id="declared nowhere"),
    ],
)
def test_what_may_be_chance_or_differs_stays_open(tmp_path: Path, flow: str) -> None:
    assert told(made(tmp_path, f"{DECLARED}flow one {{ {flow} }}")) == []


def test_a_name_that_is_declared_twice_tells_less(tmp_path: Path) -> None:
    both = "sink a {}\nsink b {}\n"
    language = made(tmp_path, f"{DECLARED}{both}flow one {{ read a read b }}")
    assert told(language) == [
        '(read "read" . (NAME) @local.reference.source (#set! local.space "source sink"))'
    ]


@pytest.mark.parametrize(
    ("flow", "closed"),
    [
        pytest.param("let x = a", True, id="declared"),
        pytest.param("let x = a keep far keep away", False, id="declared nowhere"),
        pytest.param("let x = a read a read b", True, id="told by their places"),
    ],
)
def test_names_that_the_examples_declare_nowhere_need_not_be_declared(
    tmp_path: Path, flow: str, closed: bool
) -> None:
    language = made(tmp_path, f"{DECLARED}flow one {{ {flow} }}")
    [general] = [line for line in language.queries["locals"].splitlines() if line.startswith("((NAME)")]
    assert ("anything" not in general) == closed
    uses = [use for use in places_of(language).uses.values() if use is not None and not use.defines]
    assert (
        any(language.naming.closed.keys() >= {*use.spaces} for use in uses if len(use.spaces) > 2) == closed
    )
