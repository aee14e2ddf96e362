"""What the VS Code extension says of languages and settings is what the bundles and the server say."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from typing import Any

import pytest

from lsp_server import __version__
from lsp_server.editors import vscode
from lsp_server.languages import Language, load_bundle, load_registry
from lsp_server.server.configuration.settings import settings_schema
from lsp_server.syntax import parse
from tests.conftest import ROOT
from tests.constraint.small import small_language
from tests.constraint.texts import examples
from tests.corpus.test_highlights import tokens_of
from tests.textmate import Reader

CLIENT = ROOT / "vscode-client"
MANIFEST = json.loads((CLIENT / "package.json").read_text("utf-8"))
LANGUAGES = load_registry().languages


def generated() -> dict[Path, str]:
    spec = importlib.util.spec_from_file_location("generate", CLIENT / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    files: dict[Path, str] = module.files()
    return files


def test_everything_generated_is_up_to_date() -> None:
    """`python vscode-client/generate.py` brings it up to date."""
    files = generated()
    assert [path.name for path, text in files.items() if path.read_text("utf-8") != text] == []
    assert {path.parent.name for path in files} == {"vscode-client", "languages", "icons"}


def test_each_setting_of_the_server_is_one_of_the_extension() -> None:
    settings = MANIFEST["contributes"]["configuration"]["properties"]
    for name in settings_schema()["properties"]:
        assert any(f"{key}.".startswith(f"holegram.{name}.") for key in settings), name


def test_in_each_language_enter_ends_a_line_and_no_words_are_offered_but_the_servers() -> None:
    defaults = MANIFEST["contributes"]["configurationDefaults"]
    assert defaults.keys() == {f"[{language['id']}]" for language in MANIFEST["contributes"]["languages"]}
    for settings in defaults.values():
        assert settings["editor.acceptSuggestionOnEnter"] == "off"
        assert settings["editor.wordBasedSuggestions"] == "off"


def test_no_workspace_says_what_is_run_or_loaded() -> None:
    settings = MANIFEST["contributes"]["configuration"]["properties"]
    fixed = {name for name, field in settings.items() if field["scope"] == "machine"}
    assert fixed >= {f"holegram.{name}" for name in ("server.path", "server.source", "model", "bundles")}
    restricted = MANIFEST["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"]
    assert set(restricted) == fixed


def test_each_command_is_carried_out() -> None:
    source = (CLIENT / "src" / "extension.ts").read_text("utf-8")
    table = source[source.index("const commands:") :]
    for command in MANIFEST["contributes"]["commands"]:
        name = command["command"].removeprefix("holegram.")
        assert re.search(rf"^    {name}[:,]", table, re.MULTILINE), name


def test_the_extension_has_the_version_of_the_server() -> None:
    assert MANIFEST["version"] == __version__


def test_the_lock_names_no_host_that_packages_come_from() -> None:
    assert '"resolved"' not in (CLIENT / "package-lock.json").read_text("utf-8")


def test_a_language_without_brackets_or_comments_has_no_rules_for_them() -> None:
    configuration = vscode.language_configuration(small_language("start: A\nA: /a+/\n"), (), ())
    assert "indentationRules" not in configuration
    assert configuration["comments"] == {}


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.id)
def test_lines_are_indented_after_an_open_bracket_only(language: Language) -> None:
    rules = json.loads((CLIENT / "languages" / f"{language.id}.json").read_text("utf-8"))["indentationRules"]
    more, less = (re.compile(rules[f"{what}IndentPattern"]) for what in ("increase", "decrease"))
    start, end = language.brackets[0]
    assert more.match(f"a {start}")
    assert not more.match(f"a {start} b {end}")
    assert less.match(f"  {end}")
    assert not less.match(f"a {end}")


def test_in_a_language_with_indented_blocks_lines_are_indented_below_what_begins_one() -> None:
    runbook = load_bundle(ROOT / "tests" / "languages" / "runbook")
    rules = vscode.language_configuration(runbook, (), ())["indentationRules"]
    more, less = (re.compile(rules[f"{what}IndentPattern"]) for what in ("increase", "decrease"))
    for line in ("task dump(database):", "    on primary(database):  ", "let domains = ["):
        assert more.match(line)
    for line in ('    owner: "team-data"', "let warn = 21", "let keep = {daily: 7}"):
        assert not more.match(line)
    assert less.match("]")


def textmate(language: Language) -> Reader:
    path = CLIENT / "languages" / f"{language.id}.tmLanguage.json"
    return Reader(json.loads(path.read_text("utf-8")))


def kinds(text: str, language: Language) -> tuple[list[str], list[str]]:
    """For each character, as what the server and the TextMate grammar show it: comment, string, number."""
    server = [""] * len(text)
    for token in tokens_of(parse(language, text)):
        if token.style is not None and token.style.type in ("comment", "string", "number"):
            server[token.start : token.end] = [token.style.type] * (token.end - token.start)
    return server, [_kind(names) for names in textmate(language).read(text)]


def _kind(names: tuple[str, ...]) -> str:
    for name in reversed(names):
        if name.startswith("meta.embedded"):
            return ""
        for part, kind in (("comment", "comment"), ("string", "string"), ("numeric", "number")):
            if part in name.split("."):
                return kind
    return ""


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.id)
def test_highlighting_without_a_server_is_nearly_that_of_the_server(language: Language) -> None:
    """Comments are the same; what the server says is a string or a number is one, but for signs before it."""
    seen = agreed = 0
    for text in examples(language):
        server, own = kinds(text, language)
        for character, known, shown in zip(text, server, own, strict=True):
            if character.isspace():
                continue
            assert (known == "comment") is (shown == "comment"), text
            seen += known != ""
            agreed += known == shown != ""
    assert seen > 500
    assert agreed / seen > 0.98
