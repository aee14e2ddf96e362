"""A language may begin with another rule in files of some names; Lark, told so, judges what is read there."""

from __future__ import annotations

from pathlib import Path

import pytest
from lark import Lark
from lark.exceptions import LarkError

from lsp_server.errors import GrammarError, ManifestError
from lsp_server.features.verifying import bundle_findings, verify
from lsp_server.languages import Registry, load_bundle, load_registry
from lsp_server.server.documents.session import Session
from lsp_server.syntax import parse
from lsp_server.text import Snapshot
from tests.conftest import GRAMMAR, MANIFEST, MakeBundle

STARTS = MANIFEST.replace(
    "brackets", 'starts = { "*.ask.calc" = "questions", "Defaults*" = "settings" }\nbrackets'
)
RULES = """\
questions: (sum QUESTION)*
settings: (NAME NUMBER)*
QUESTION: "?"
"""
TEXTS = ("a = 1;\n", "a + 1?\nb?\n", "a 1 b 2\n", "a = 1?\n", "a\n", "")


def test_the_name_of_a_file_tells_with_which_rule_it_begins(make_bundle: MakeBundle) -> None:
    language = load_bundle(make_bundle(STARTS, GRAMMAR + RULES))
    named = {name: language.of_file(Path("x", name)) for name in ("a.calc", "a.ask.calc", "DEFAULTS.calc")}
    assert [dialect.start for dialect in named.values()] == ["start", "questions", "settings"]
    assert [dialect.start for dialect in language.dialects] == ["start", "questions", "settings"]
    for name, dialect in named.items():
        assert Registry((language,)).for_path(Path(name)) is dialect
        assert dialect.of_file(Path("other.calc")) is language.main is language
        assert dialect.dialects is language.dialects


def test_each_dialect_takes_what_its_start_rule_derives(make_bundle: MakeBundle) -> None:
    language = load_bundle(make_bundle(STARTS, GRAMMAR + RULES))
    judge = Lark(GRAMMAR + RULES, parser="lalr", start=[dialect.start for dialect in language.dialects])

    def is_valid(text: str, start: str) -> bool:
        try:
            judge.parse(text, start=start)
        except LarkError:
            return False
        return True

    seen = [
        (parse(one, text).sound, is_valid(text, one.start)) for one in language.dialects for text in TEXTS
    ]
    assert [found for found, _ in seen] == [expected for _, expected in seen]
    assert {True, False} == {expected for _, expected in seen}


def test_an_open_document_is_read_as_its_name_says_whatever_an_editor_calls_its_language(
    make_bundle: MakeBundle,
) -> None:
    language = load_bundle(make_bundle(STARTS, GRAMMAR + RULES))
    session = Session(Registry((language,)))
    for name, start in (("a.calc", "start"), ("a.ask.calc", "questions"), ("Untitled-1", "start")):
        document = session.open(Snapshot(f"file:///{name}", "calc", 1, ""), Path("/", name))
        assert document.language is not None
        assert document.language.start == start


def test_examples_are_of_the_dialect_that_their_names_say(make_bundle: MakeBundle) -> None:
    folder = make_bundle(STARTS, GRAMMAR + RULES)
    (folder / "examples").mkdir()
    for name, text in (("a.calc", TEXTS[0]), ("b.ask.calc", TEXTS[1])):
        (folder / "examples" / name).write_text(text)
    language = load_bundle(folder)
    assert [list(one.examples.values()) for one in language.dialects] == [[TEXTS[0]], [TEXTS[1]], []]


def test_a_query_may_be_for_any_dialect(make_bundle: MakeBundle) -> None:
    folder = make_bundle(STARTS, GRAMMAR + RULES)
    (folder / "queries").mkdir()
    (folder / "queries" / "folds.scm").write_text("[(start) (questions) (settings)] @fold\n")
    verify(load_bundle(folder))
    (folder / "queries" / "folds.scm").write_text("[(start) (question)] @fold\n")
    assert any("question" in one.message and one.line == 1 for one in bundle_findings(folder))


def test_what_a_dialect_needs_is_used(make_bundle: MakeBundle) -> None:
    folder = make_bundle(STARTS, GRAMMAR + RULES)
    assert [one.name for one in bundle_findings(folder) if one.kind == "unused"] == []
    folder = make_bundle(STARTS, GRAMMAR + RULES + "LONE: /l/\n")
    [lone] = [one for one in bundle_findings(folder) if one.kind == "unused"]
    assert lone.message.endswith("is not needed by the start rule `start` or `questions` or `settings`")
    folder = make_bundle(MANIFEST, GRAMMAR + RULES)
    unused = {one.name for one in bundle_findings(folder) if one.kind == "unused"}
    assert unused == {"QUESTION", "questions", "settings"}


PAIRED = """
[[paired]]
open = "OPENER"
tag = '<<([a-z]+)'
close = "CLOSER"
pattern = '{tag}'
sample = "end"
"""
DOCUMENTS = """\
settings: (NAME (NUMBER | OPENER CLOSER))*
OPENER: /<<[a-z]+/
CLOSER: /[a-z]+/
"""


def test_what_the_manifest_names_need_not_stand_in_each_dialect(make_bundle: MakeBundle) -> None:
    starts = STARTS.replace("brackets", 'reserved = ["QUESTION"]\nbrackets')
    rules = RULES.replace("settings: (NAME NUMBER)*\n", "")
    language = load_bundle(make_bundle(starts + PAIRED, GRAMMAR + rules + DOCUMENTS))
    verify(language)
    main, questions, settings = language.dialects
    for dialect, text, is_fine in (
        (main, TEXTS[0], True),
        (questions, TEXTS[1], True),
        (settings, "a 1 b <<x x c 2", True),
        (settings, "a 1 b <<x y c 2", False),
    ):
        assert parse(dialect, text).sound is is_fine
    folder = make_bundle(starts.replace("QUESTION", "ANSWER"), GRAMMAR + RULES)
    with pytest.raises(GrammarError, match="reserved terminal ANSWER is not in the grammar"):
        verify(load_bundle(folder))


def test_a_start_rule_that_is_not_there_is_told(make_bundle: MakeBundle) -> None:
    folder = make_bundle(STARTS, GRAMMAR + RULES.replace("settings", "defaults"))
    [found] = [one for one in bundle_findings(folder) if one.severity == "error"]
    assert "'settings' is not defined" in found.message
    with pytest.raises(GrammarError, match="'settings' is not defined"):
        verify(load_bundle(folder))


def test_so_many_start_rules_are_one_line(make_bundle: MakeBundle) -> None:
    """The grammar is analysed for each of them."""
    starts = ", ".join(f'"*.{number}" = "rule{number}"' for number in range(17))
    folder = make_bundle(MANIFEST.replace("brackets", f"starts = {{ {starts} }}\nbrackets"), GRAMMAR)
    with pytest.raises(ManifestError, match=r"language\.toml:4: key 'starts': .* at most 16"):
        load_bundle(folder)


def test_a_file_of_values_has_no_blocks() -> None:
    language = load_registry().by_id("hcl")
    values = language.of_file(Path("prod.tfvars"))
    for text, is_fine in (
        ('zones = ["a"]\n\nsize = 1', True),
        ("machine {\n}\n", False),
        ("a = 1 b = 2\n", False),
    ):
        assert parse(values, text).sound is is_fine
    assert parse(language, "machine {\n}\n").sound
