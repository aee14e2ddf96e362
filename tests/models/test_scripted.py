"""The scripted model keeps to its script, token by token."""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_server.decoding.model import Model
from lsp_server.errors import ModelError
from lsp_server.models import ScriptedModel, load_model
from lsp_server.text import Span


def greedy(model: Model, prefix: str, suffix: str = "", limit: int = 40) -> tuple[str, list[int]]:
    ids = model.prompt(prefix + suffix, Span(len(prefix), len(prefix)), "any")
    chosen: list[int] = []
    while len(chosen) < limit:
        index = int(model.next_logits(ids + chosen)[-1].argmax())
        if index == model.vocabulary.end:
            break
        chosen.append(index)
    return model.vocabulary.bytes_of(chosen).decode(), chosen


def test_a_mapping_continues_the_longest_ending_that_it_knows() -> None:
    model = ScriptedModel({"= ": "one", "b = ": "two\n"}, ["two", "tw"])
    assert greedy(model, "a = ")[0] == "one"
    text, ids = greedy(model, "b = ", "\n}")
    assert text == "two\n"
    assert [model.vocabulary.tokens[index] for index in ids] == [b"two", b"\n"]


def test_a_mapping_goes_on_inside_a_continuation() -> None:
    model = ScriptedModel({"= ": "value"})
    assert greedy(model, "a = val")[0] == "ue"


def test_texts_are_continued_from_where_the_prefix_stands() -> None:
    model = ScriptedModel(["alpha beta", "gamma delta"])
    assert greedy(model, "alpha ")[0] == "beta"
    assert greedy(model, "something gam")[0] == "ma delta"


def test_a_function_is_asked_for_every_text_and_may_have_no_wish() -> None:
    asked: list[str] = []

    def script(text: str) -> str | None:
        asked.append(text)
        return None if text.endswith("xx") else "x"

    model = ScriptedModel(script)
    assert greedy(model, "p")[0] == "xx"
    assert asked == ["p", "px", "pxx"]


def test_shorter_spellings_of_what_is_wanted_come_next() -> None:
    model = ScriptedModel(lambda text: "abc", ["abc", "ab", "abd"])
    row = model.next_logits(model.prompt("", Span(0, 0), "any"))[0]
    best = [model.vocabulary.tokens[index] for index in np.argsort(-row)[:3]]
    assert best == [b"abc", b"ab", b"a"]


def test_a_character_of_several_bytes_is_spelled_byte_by_byte() -> None:
    model = ScriptedModel({"=": "\u00e9\U0001f600"})
    text, ids = greedy(model, "=")
    assert text == "\u00e9\U0001f600"
    assert len(ids) == 6


def test_several_rows_are_those_of_the_shorter_prefixes() -> None:
    model = ScriptedModel({"=": "abc"})
    ids = [*model.prompt("=rest", Span(1, 1), "any"), *b"ab"]
    rows = model.next_logits(ids, 3)
    for back in range(3):
        assert np.array_equal(rows[2 - back], model.next_logits(ids[: len(ids) - back])[0])


def test_calls_and_computed_tokens_are_counted() -> None:
    model = ScriptedModel({"=": "ab"})
    ids = model.prompt("a =", Span(3, 3), "any")
    model.next_logits(ids)
    model.next_logits([*ids, 65])
    model.next_logits([*ids, 66])
    assert (model.calls, model.computed) == (3, len(ids) + 2)


def test_each_call_takes_as_long_as_was_asked_for() -> None:
    model = ScriptedModel({}, delay=0.02)
    began = time.monotonic()
    model.next_logits([65])
    assert time.monotonic() - began >= 0.02


@given(st.text(max_size=60), st.lists(st.text(min_size=1, max_size=4), max_size=5))
def test_encoding_spells_the_text(text: str, tokens: list[str]) -> None:
    vocabulary = ScriptedModel({}, tokens).vocabulary
    ids = vocabulary.encode(text)
    assert vocabulary.bytes_of(ids) == text.encode()
    assert vocabulary.special.isdisjoint(ids)


@pytest.mark.parametrize("prefix", ["", "a\ud800"])
def test_odd_prefixes_make_prompts(prefix: str) -> None:
    model = ScriptedModel({})
    ids = model.prompt(f"{prefix}\ud800", Span(len(prefix), len(prefix)), "any")
    assert model.next_logits(ids).shape == (1, len(model.vocabulary.tokens))


def test_a_file_may_hold_the_script(tmp_path: Path) -> None:
    path = tmp_path / "greeting.json"
    path.write_text(json.dumps({"endings": {"hello ": "world"}, "tokens": ["wor"], "delay": 0.001}))
    model = load_model(f"scripted:{path}")
    assert model.name == "greeting"
    assert greedy(model, "hello ")[0] == "world"
    assert b"wor" in model.vocabulary.tokens


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"endings": ["a"]}', '{"endings": {"a": 1}}', None])
def test_what_is_no_script_is_one_line_with_a_remedy(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "script.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ModelError) as caught:
        load_model(f"scripted:{path}")
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
