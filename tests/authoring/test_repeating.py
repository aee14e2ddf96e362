"""What an example says twice may stand twice in the language that is made."""

from __future__ import annotations

from pathlib import Path

from lsp_server.features.once import repeated
from lsp_server.languages import Language
from lsp_server.syntax import parse
from tests.authoring.making import made_of

GRAMMAR = """
start: job*
job: "job" NAME "{" (setting | source)* "}"
setting: NAME "=" INT ";"
source: NAME ":" INT ";"
NAME: /[a-z]+/
%import common.INT
%ignore " "
"""
ONCE = "job a { size = 1; left: 1; right: 2; }"
TWICE = "job b { left: 1; left: 2; size = 3; }"
BOTH = "job c { left: 1; left: 2; size = 3; size = 4; }"


def names_told(language: Language) -> list[str]:
    return [name for name, _ in repeated(parse(language, BOTH))[0]]


def test_what_no_example_says_twice_may_stand_once(tmp_path: Path) -> None:
    assert names_told(made_of(tmp_path, GRAMMAR, ONCE)) == ["left", "size"]


def test_what_an_example_says_twice_may_stand_twice(tmp_path: Path) -> None:
    assert names_told(made_of(tmp_path, GRAMMAR, ONCE, TWICE)) == ["size"]
