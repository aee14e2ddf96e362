"""What is made ready before a letter is typed, and what is made once for a place."""

from __future__ import annotations

from typing import Any

import pytest
from llguidance import LLMatcher

from lsp_server.constraint import Prefix, load_grammar
from lsp_server.decoding import engine
from lsp_server.features.completion import CompletionRequest, complete
from lsp_server.features.preparing import forget_models, learn, settle
from lsp_server.lab.bench.keystrokes import mask_at
from lsp_server.languages import load_registry
from lsp_server.models.scripted import ScriptedModel
from lsp_server.syntax import Landmarks, parse
from tests.constraint.small import small_language


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The grammars that were compiled."""
    found: list[str] = []

    def noted(tokenizer: Any, grammar: str, **options: Any) -> Any:
        found.append(grammar)
        return LLMatcher(tokenizer, grammar, **options)

    monkeypatch.setattr(engine, "LLMatcher", noted)
    forget_models()
    return found


@pytest.mark.parametrize(
    ("name", "marked", "typed", "rest"),
    [
        ("graphql", "type A {\n  a: Int\n  <|>\n}\n", "b", ": Int"),
        ("hcl", "a {\n  b = 1\n  <|>\n}\n", "c", " = 2"),
        ("postgres", "SELECT a FROM t WHERE <|>\n;\nSELECT 1;\n", "b", " = 2"),
        ("sparql", "SELECT * WHERE {\n  ?a ?b <|>\n}\n", "?", "c ."),
    ],
)
@pytest.mark.parametrize("parsed", [False, True])
def test_a_letter_needs_the_mask_of_the_place_before_it(
    compiled: list[str], name: str, marked: str, typed: str, rest: str, parsed: bool
) -> None:
    language = load_registry().by_id(name)
    before, after = marked.split("<|>")
    model = ScriptedModel({before + typed: rest})

    def landmarks(text: str) -> Landmarks:
        tree = parse(language, text)
        return Landmarks(tree if parsed else lambda: tree, text=text)

    grammar = load_grammar(language)
    for letters in ("", typed):
        text, offset = before + letters + after, len(before + letters)
        assert mask_at(language, landmarks(text), Prefix(grammar, text), offset, model) is not None
        assert len(compiled) == 1
    request = CompletionRequest(text, offset, language, landmarks(text))
    assert [item.text for item in complete(request, model, lambda: False).items] == [rest]


def test_where_a_cursor_rests_its_place_is_made_ready_and_no_mask(compiled: list[str]) -> None:
    language, text = load_registry().by_id("graphql"), "type A {\n  a: Int\n  \n}\n"
    prefix, offset = Prefix(load_grammar(language), text), text.index("\n}")
    place = settle(Landmarks(parse(language, text)), prefix, offset, ScriptedModel({}))
    assert place is not None
    assert place.state.cursor == offset
    assert not compiled


def test_where_nothing_can_be_suggested_nothing_is_made_ready(compiled: list[str]) -> None:
    language, text = load_registry().by_id("hcl"), "# a comment"
    prefix = Prefix(load_grammar(language), text)
    landmarks, model = Landmarks(parse(language, text)), ScriptedModel({})
    assert settle(landmarks, prefix, len(text), model) is None
    assert mask_at(language, landmarks, prefix, len(text), model) is None
    assert not compiled


def test_to_type_on_in_a_line_compiles_nothing_however_long_it_gets(compiled: list[str]) -> None:
    language, model = load_registry().by_id("graphql"), ScriptedModel({})
    grammar = load_grammar(language)
    before, after = "type A {\n  found: Int\n  find(", "): Int\n}\n"
    made = []
    for number in range(20):
        for letter in f"name{number}: Int, ":
            before += letter
            text = before + after
            landmarks = Landmarks(parse(language, text))
            assert mask_at(language, landmarks, Prefix(grammar, text), len(before), model) is not None
        made.append(len(compiled))
    assert made[1] == made[-1] > 0


def test_what_is_to_be_known_of_a_grammar_as_a_whole_is_there_before_it_is_asked_for() -> None:
    language = small_language('start: ("a" start)?\n')
    grammar = load_grammar(language)
    whole = {"after", "accepted_in", "opening", "over_lines"}
    assert whole.isdisjoint(vars(grammar))
    learn(language)
    assert whole <= vars(grammar).keys()
