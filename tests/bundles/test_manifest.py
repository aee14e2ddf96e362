"""Every mistake in a manifest is one line that names the place and the remedy."""

from __future__ import annotations

import re

import pytest

from lsp_server.errors import GrammarError, ManifestError
from lsp_server.languages import (
    Comment,
    Paired,
    ParserBinding,
    bundled_directory,
    load_bundle,
    load_registry,
)
from tests.conftest import GRAMMAR, PARSER, MakeBundle
from tests.conftest import MANIFEST as BARE

MANIFEST = f"{BARE}\n{PARSER}"

PAIRED = r"""
[[paired]]
open = "OPEN"
tag = '<<(\w+)'
close = "CLOSE"
pattern = '{tag}'
sample = "EOT"
"""


def test_a_bundle_becomes_a_language(make_bundle: MakeBundle) -> None:
    folder = make_bundle(MANIFEST + PAIRED)
    (folder / "queries").mkdir()
    (folder / "queries" / "folds.scm").write_text("(block) @fold\n")
    language = load_bundle(folder, ["tree_sitter_hcl"])
    assert (language.id, language.name, language.extensions) == ("calc", "Calculator", (".calc",))
    assert language.comment == Comment(line=("#",))
    assert language.parser == ParserBinding("tree_sitter_hcl", "language")
    assert language.brackets == (("(", ")"),)
    assert language.paired == (Paired("OPEN", r"<<(\w+)", "CLOSE", "{tag}", "EOT"),)
    assert language.grammar == GRAMMAR
    assert language.grammar_path == folder / "grammar.lark"
    assert dict(language.queries) == {"folds": "(block) @fold\n"}


def test_a_byte_order_mark_and_carriage_returns_are_taken(make_bundle: MakeBundle) -> None:
    folder = make_bundle(b"\xef\xbb\xbf" + MANIFEST.replace("\n", "\r\n").encode())
    assert load_bundle(folder).name == "Calculator"


def manifest(old: str, new: str) -> str:
    assert old in MANIFEST
    return MANIFEST.replace(old, new, 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            manifest('id = "calc"', "id = calc"), r":1: not TOML: .*\(correct the syntax\)", id="not TOML"
        ),
        pytest.param(
            manifest("extensions", "extentions"),
            r":3: unknown key 'extentions' \(did you mean 'extensions'\?\)",
            id="unknown key",
        ),
        pytest.param(
            manifest("line = ", "lines = "),
            r":7: unknown key 'comment.lines' \(did you mean 'line'\?\)",
            id="unknown key in a table",
        ),
        pytest.param(
            MANIFEST + PAIRED + PAIRED.replace("sample", "simple"),
            r":24: unknown key 'paired.simple' \(did you mean 'sample'\?\)",
            id="unknown key in a list of tables",
        ),
        pytest.param(
            MANIFEST + '[[judge]]\nmodul = "json"\n',
            r":12: unknown key 'judge.modul' \(did you mean 'module'\?\)",
            id="unknown key of a judge",
        ),
        pytest.param(
            MANIFEST + '[[judge]]\nmodule = "json"\nfunction = "loads"\nplace = "line (\\\\d+)"\n',
            r":14: key 'judge.place': has no group named line or offset \(correct its value\)",
            id="no group in the place of a judge",
        ),
        pytest.param(
            MANIFEST + '[[judge]]\nmodule = "json"\nfunction = "loads"\ndeclare = { names = "[a-z]+" }\n',
            r":14: key 'judge.declare.names': has no group",
            id="no group in the declared names of a judge",
        ),
        pytest.param(
            manifest("module", "modul"),
            r":10: unknown key 'parser.modul' \(did you mean 'module'\?\)",
            id="unknown key of the parser",
        ),
        pytest.param(manifest('id = "calc"', ""), r"key 'id' is missing \(add it\)", id="missing key"),
        pytest.param(
            manifest("[parser]", "[[parser]]"), r":9: key 'parser': ", id="list of tables for a table"
        ),
        pytest.param(
            MANIFEST + PAIRED.replace("close = ", "# close = "),
            r":12: key 'paired.close' is missing",
            id="missing key in a table",
        ),
        pytest.param(
            manifest('[".calc"]', '".calc"'),
            r":3: key 'extensions': input should be a valid list \(correct its value\)",
            id="wrong type",
        ),
        pytest.param(
            manifest('"Calculator"', "7"), r":2: key 'name': input should be a valid string", id="number"
        ),
        pytest.param(manifest('".calc"', '"calc"'), r":3: key 'extensions': .*pattern", id="no dot"),
        pytest.param(
            manifest('["(", ")"]', '["("]'), r":4: key 'brackets': .*at least 2 items", id="half a pair"
        ),
        pytest.param(
            "word = '['\n" + MANIFEST, r":1: key 'word': not a regular expression: ", id="bad regex"
        ),
        pytest.param(
            "word = 'a*'\n" + MANIFEST, r":1: key 'word': matches the empty string", id="empty word"
        ),
        pytest.param(
            'triggers = ["ab"]\n' + MANIFEST, r":1: key 'triggers': .*at most 1 char", id="long trigger"
        ),
        *(
            pytest.param(
                f"triggers = [{sign}]\n" + MANIFEST,
                rf":1: key 'triggers': .+ is {kind} \(leave only signs that a name follows at once, .+\)",
                id=f"trigger that is {kind}",
            )
            for sign, kind in (
                ('".", " "', "a blank or a line end"),
                ('"\\n"', "a blank or a line end"),
                ("'\"'", "a quote"),
                ('"`"', "a quote"),
                ('"\u201c"', "a quote"),
                ('"{"', "a bracket"),
                ('"]"', "a bracket"),
                ('","', "a comma"),
                ('"e"', "part of a word"),
            )
        ),
        pytest.param(
            MANIFEST.replace("brackets = [", 'triggers = ["<"]\nbrackets = [["<", ">"], '),
            r":4: key 'triggers': '<' is a bracket",
            id="trigger that is a bracket of the language",
        ),
        pytest.param(
            MANIFEST + PAIRED.replace(r"(\w+)", r"\w+"),
            r":14: key 'paired.tag': has no group",
            id="tag without group",
        ),
        pytest.param(
            MANIFEST + PAIRED.replace("{tag}", "tag"),
            r":16: key 'paired.pattern': does not hold {tag}",
            id="no tag",
        ),
        pytest.param(b"\xff", r":1: byte 0 is not UTF-8 \(save the file as UTF-8\)", id="not UTF-8"),
        pytest.param(None, r"no such file", id="no file"),
        pytest.param("", r"key 'id' is missing", id="empty file"),
    ],
)
def test_a_broken_manifest_is_one_line(
    make_bundle: MakeBundle, text: str | bytes | None, message: str
) -> None:
    with pytest.raises(ManifestError, match=rf"^\S+language\.toml(: |(?=:)){message}") as caught:
        load_bundle(make_bundle(text))
    assert "\n" not in str(caught.value)


def test_after_the_triggers_of_each_bundle_a_name_is_looked_for() -> None:
    found = {language.id: language.triggers for language in load_registry().languages}
    assert found == {
        "graphql": ("@", "$"),
        "hcl": (".",),
        "lark": ("%",),
        "postgres": (".",),
        "sparql": ("?", "$", ":"),
    }


def test_the_documentation_shows_every_key(make_bundle: MakeBundle) -> None:
    text = (bundled_directory() / "README.md").read_text("utf-8")
    example = re.search(r"```toml\n(.*?)```", text, re.DOTALL)
    assert example is not None
    language = load_bundle(make_bundle(example[1]))
    files = ("queries", "grammar_queries", "docs", "builtins", "snippets", "catalogues")
    others = (*files, "dialect_of")  # files of their own, and what the bundle itself is not
    unset = [name for name, value in vars(language).items() if not value and name not in others]
    assert unset == []


def test_a_line_is_found_in_the_right_table(make_bundle: MakeBundle) -> None:
    text = MANIFEST + PAIRED + PAIRED.replace('open = "OPEN"', "open = 1")
    with pytest.raises(ManifestError, match=r":20: key 'paired\.open': input should be a valid string"):
        load_bundle(make_bundle(text))


def test_a_bundle_without_a_grammar_is_one_line(make_bundle: MakeBundle) -> None:
    with pytest.raises(
        GrammarError, match=r"^\S+grammar\.lark: no such file \(a bundle needs a Lark grammar\)$"
    ):
        load_bundle(make_bundle(MANIFEST, None))


def test_a_grammar_that_is_not_utf_8_is_one_line(make_bundle: MakeBundle) -> None:
    with pytest.raises(
        GrammarError, match=r"^\S+grammar\.lark:2: byte 1 is not UTF-8 \(save the file as UTF-8\)$"
    ):
        load_bundle(make_bundle(MANIFEST, b"\n\xff"))
