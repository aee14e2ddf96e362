"""Suggestions for a line of a block that lacks a part that it must have."""

from __future__ import annotations

import pytest

from lsp_server.constraint import check, load_grammar
from lsp_server.features.completion import CompletionRequest, complete
from lsp_server.features.lacking import lacking
from lsp_server.languages import Language
from lsp_server.models.scripted import ScriptedModel
from lsp_server.syntax import Landmarks, parse
from tests.authoring.making import made_of
from tests.features.completing import CURSOR

GRAMMAR = """start: task*
task: "task" NAME "{" input* "run" ":" NAME? "then" ":" NAME? "end" "}"
input: "input" NAME ";"
NAME: /[a-z]+/
%ignore /\\s+/
"""
SOUND = "task a {\n  run: then: end\n}\n"


@pytest.fixture(scope="module")
def language(tmp_path_factory: pytest.TempPathFactory) -> Language:
    return made_of(tmp_path_factory.mktemp("lacking"), GRAMMAR)


def request_of(language: Language, marked: str, *, in_editor: bool = True) -> CompletionRequest:
    before, after = marked.split(CURSOR)
    text = before + after
    landmarks = Landmarks(parse(language, text))
    return CompletionRequest(text, len(before), language, landmarks, automatic=True, in_editor=in_editor)


@pytest.mark.parametrize(
    ("marked", "lack"),
    [
        ("task a {\n  <|>\n}\n", "run:then:end"),
        ("task a {\n  in<|>\n}\n", "run:then:end"),
        (f"task a {{\n  in<|>\n}}\n{SOUND}", "run:then:end"),
        ("task a {\n  in<|>\n  run: then: end\n}\n", ""),
        ("task a {\n  in<|> x;\n}\n", ""),
        ("<|>\n" + SOUND, ""),
    ],
)
def test_what_lacks_is_what_has_to_follow_the_line_of_the_cursor(
    language: Language, marked: str, lack: str
) -> None:
    assert lacking(request_of(language, marked), lambda: False) == lack


@pytest.mark.parametrize(
    ("marked", "wanted"),
    [
        ("task a {\n  <|>\n}\n", "input b;"),
        ("task a {\n  in<|>\n}\n", "put b;"),
        (f"task a {{\n  in<|>\n}}\n{SOUND}", "put b;"),
        ("task a {\n  input b;\n  in<|>\n}\n", "put c;"),
    ],
)
def test_above_what_lacks_a_line_is_suggested_that_fits_once_it_is_there(
    language: Language, marked: str, wanted: str
) -> None:
    before, after = marked.split(CURSOR)
    model = ScriptedModel({before: wanted})
    found = complete(request_of(language, marked), model, lambda: False)
    assert [(item.text, item.end) for item in found.items] == [(wanted, len(before))]
    assert check(load_grammar(language), f"{before}{wanted}\nrun: then: end{after}") is None
    assert not complete(request_of(language, marked, in_editor=False), model, lambda: False).items


@pytest.mark.parametrize(
    ("marked", "wanted"), [("task a {\n  in<|>\n}\n", "put b"), ("task a {\n  ru<|>\n}\n", "n: x")]
)
def test_what_would_not_fit_then_either_is_not_suggested(
    language: Language, marked: str, wanted: str
) -> None:
    found = complete(
        request_of(language, marked), ScriptedModel({marked.split(CURSOR)[0]: wanted}), lambda: False
    )
    assert wanted not in [item.text for item in found.items]
