"""Blanks within a line of a suggestion, in a language of somebody's own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lsp_server.features.completion import CompletionRequest, complete
from lsp_server.features.spacing import Spacing
from lsp_server.languages import Language
from lsp_server.models.scripted import ScriptedModel
from lsp_server.syntax import Landmarks, parse
from tests.constraint.small import small_grammar

LANGUAGE = """
start: (pair | read)*
pair: NAME "=" NAME
read: "read" NAME
NAME: /[a-z]+/
%ignore /[ \\n]+/
"""


@pytest.fixture(scope="module")
def language() -> Language:
    return small_grammar(LANGUAGE).language


@pytest.mark.parametrize(
    ("before", "wanted", "shown"),
    [
        pytest.param("a = ", " b", "b", id="one blank is there"),
        pytest.param("a", " =    b", " = b", id="a column of its own"),
        pytest.param("a   = b\nc", "   = d", "   = d", id="who aligns has it aligned"),
        pytest.param("a = b\n", "  c = d", "  c = d", id="an indentation"),
        pytest.param("a = b\n  ", "  c = d", "c = d", id="one more indentation"),
        pytest.param("a   = b\nc ", "   = d", "= d", id="who aligns has put the cursor there"),
        pytest.param("a ", "\v= b", "= b", id="what is as good as a blank"),
    ],
)
def test_one_blank_is_enough_and_none_behind_one_but_where_somebody_aligns(
    language: Language, before: str, wanted: str, shown: str
) -> None:
    assert Spacing(language, before, len(before)).tidied(wanted, lambda text: True) == shown


def test_what_would_not_fit_stays(language: Language) -> None:
    assert Spacing(language, "a = ", 4).tidied(" b", lambda text: False) == " b"


def test_examples_tell_too(tmp_path: Path) -> None:
    (tmp_path / "examples").mkdir()
    (tmp_path / "examples" / "a").write_text("a   = b\n", "utf-8")
    aligned = replace(small_grammar(LANGUAGE).language, directory=tmp_path)
    assert Spacing(aligned, "a", 1).tidied(" =    b", lambda text: True) == " =    b"


@pytest.mark.parametrize(
    ("before", "wanted", "shown"),
    [
        pytest.param("a = ", " b", ["b"], id="blanks"),
        pytest.param("re", "ady", [], id="a keyword and a name that touch"),
        pytest.param("re", "ad y", ["ad y"], id="a keyword and a name"),
    ],
)
def test_it_is_so_in_what_is_suggested(
    language: Language, before: str, wanted: str, shown: list[str]
) -> None:
    request = CompletionRequest(before, len(before), language, Landmarks(parse(language, before)))
    found = complete(request, ScriptedModel({before: wanted}), lambda: False)
    assert [item.text for item in found.items if item.text.strip() in (wanted.strip(), *shown)] == shown
