"""Settings: what a client sends is taken over or left out with a line that says why."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from llguidance import LLMatcher, LLTokenizer

from lsp_server.server.configuration.settings import (
    CompletionSettings,
    DiagnosticsMode,
    Settings,
    overlay,
    settings_schema,
)

DEFAULTS = Settings()


def test_every_setting_can_be_set() -> None:
    settings, complaints = overlay(
        DEFAULTS,
        {
            "diagnostics": "onSave",
            "debounceMs": 5,
            "completion": {"enabled": False},
            "maxTokens": 7,
            "model": "some/model",
            "bundles": ["/a/b", "~/c"],
            "threads": 2,
            "unloadAfterMinutes": 9,
        },
        own=True,
    )
    assert complaints == ()
    assert settings.diagnostics is DiagnosticsMode.ON_SAVE
    assert (settings.debounce_ms, settings.max_tokens, settings.threads) == (5, 7, 2)
    assert settings.unload_after_minutes == 9
    assert not settings.completion.enabled
    assert settings.model == "some/model"
    assert settings.bundles == (Path("/a/b"), Path.home() / "c")


@pytest.mark.parametrize("values", [None, {}, {"threads": None, "completion": {"enabled": None}}])
def test_nothing_set_changes_nothing(values: object) -> None:
    base = DEFAULTS.model_copy(update={"max_tokens": 3})
    assert overlay(base, values, own=True) == (base, ())


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        (5, "the settings are not a JSON object: ignored"),
        ({"diagnostics": "never"}, "setting 'diagnostics': Input should be 'onChange' or 'onSave': ignored"),
        (
            {"debounceMs": -1},
            "setting 'debounceMs': Input should be greater than or equal to 0: ignored",
        ),
        ({"maxTokens": "9"}, "setting 'maxTokens': Input should be a valid integer: ignored"),
        ({"maxTokens": True}, "setting 'maxTokens': Input should be a valid integer: ignored"),
        ({"bundles": ["near"]}, "setting 'bundles.0': write an absolute path: ignored"),
        ({"debounce_ms": 1}, "unknown setting 'debounce_ms' (did you mean 'debounceMs'?): ignored"),
        (
            {"completion": {"enable": 1}},
            "unknown setting 'completion.enable' (did you mean 'enabled'?): ignored",
        ),
        ({3: 4}, "unknown setting '3': ignored"),
    ],
)
def test_wrong_value_is_left_out_with_a_reason(values: object, complaint: str) -> None:
    assert overlay(DEFAULTS, values, own=True) == (DEFAULTS, (complaint,))


def test_wrong_value_does_not_hinder_the_others() -> None:
    wrong = {
        "maxTokens": 0,
        "model": "\ud800",
        "completion": 3,
        "bundles": [1, 2],
        "modle": "a",
        "threads": 4,
    }
    settings, complaints = overlay(DEFAULTS, wrong, own=True)
    assert settings == DEFAULTS.model_copy(update={"threads": 4})
    assert len(complaints) == 5


def test_wrong_value_falls_back_to_the_base_not_to_the_default() -> None:
    base = DEFAULTS.model_copy(update={"max_tokens": 3})
    settings, _ = overlay(base, {"maxTokens": -1}, own=False)
    assert settings.max_tokens == 3


def test_workspace_cannot_name_bundles_a_model_or_parsers() -> None:
    own = {"bundles": ["/evil"], "catalogues": ["/evil"], "model": "evil/model", "parsers": ["tree_sitter_x"]}
    values = {**own, "threads": 2}
    settings, complaints = overlay(DEFAULTS, values, own=False)
    assert settings == DEFAULTS.model_copy(update={"threads": 2})
    assert [complaint.split("'")[1] for complaint in complaints] == [*own]


def test_schema_describes_every_setting_with_its_default() -> None:
    schema = settings_schema()
    assert set(schema["properties"]) == {
        "adapters",
        "bundles",
        "catalogues",
        "completion",
        "debounceMs",
        "diagnostics",
        "examples",
        "maxMemoryMb",
        "maxTokens",
        "model",
        "parsers",
        "threads",
        "unknownNames",
        "unloadAfterMinutes",
    }
    assert all("description" in entry and "default" in entry for entry in schema["properties"].values())
    assert schema["additionalProperties"] is False


@pytest.fixture(scope="module")
def accepted() -> Callable[[object], bool]:
    """Whether a value is valid by the schema, as another program reads it: the mask engine."""
    tokenizer = LLTokenizer("byte")
    grammar = LLMatcher.grammar_from_json_schema(json.dumps(settings_schema()))
    assert not LLMatcher.validate_grammar(grammar, tokenizer)

    def accepts(value: object) -> bool:
        matcher, text = LLMatcher(tokenizer, grammar, log_level=0), json.dumps(value)
        return all(map(matcher.consume_token, tokenizer.tokenize_str(text))) and matcher.is_accepting()

    return accepts


def test_the_defaults_are_valid_by_the_schema(accepted: Callable[[object], bool]) -> None:
    assert accepted(DEFAULTS.model_dump(mode="json", by_alias=True))
    assert accepted({})


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ({"diagnostics": "onSave"}, {"diagnostics": "never"}),
        ({"debounceMs": 5}, {"debounceMs": "5"}),
        ({"debounceMs": 0}, {"debounceMs": -1}),
        ({"completion": {"enabled": False}}, {"completion": {"enabled": 0}}),
        ({"completion": {"eagerness": "subtle"}}, {"completion": {"eagerness": 0.5}}),
        ({"completion": {"off": ["graphql", "*.sql"]}}, {"completion": {"off": "graphql"}}),
        ({"model": None}, {"model": ""}),
        ({"bundles": ["/a"]}, {"bundles": "/a"}),
        ({"threads": 2}, {"thread": 2}),
    ],
)
def test_schema_takes_what_the_reader_takes_and_nothing_else(
    accepted: Callable[[object], bool], right: dict[str, object], wrong: dict[str, object]
) -> None:
    assert accepted(right)
    assert not accepted(wrong)
    assert not overlay(DEFAULTS, right, own=True)[1]
    assert overlay(DEFAULTS, wrong, own=True)[1]


def test_schema_and_reader_agree_on_the_defaults() -> None:
    defaults = {name: entry["default"] for name, entry in settings_schema()["properties"].items()}
    assert overlay(DEFAULTS, defaults, own=True) == (DEFAULTS, ())


@pytest.mark.parametrize(
    ("off", "expected"),
    [
        ((), False),
        (("graphql",), True),
        (("hcl", "*.sql"), False),
        (("*.graphql",), True),
        (("schema/*",), True),
        (("**/schema/**",), True),
        (("/home/me/schema/*.graphql",), True),
        (("chema/*",), False),
        (("other/*",), False),
    ],
)
def test_suggestions_are_off_in_languages_and_files(off: tuple[str, ...], expected: bool) -> None:
    assert CompletionSettings(off=off).are_off("graphql", Path("/home/me/schema/a.graphql")) is expected


def test_suggestions_that_are_not_enabled_are_off_everywhere() -> None:
    assert CompletionSettings(enabled=False).are_off("graphql", Path("/a.graphql"))
