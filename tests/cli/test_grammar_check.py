"""`holegram grammar check`: where the parsers of a bundle disagree, and what its list says of that."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Holegram, assert_one_line
from tests.conftest import MANIFEST, PARSER, MakeBundle

TREE_SITTER = ("--parser", "tree_sitter_hcl")  # which reads lines, not what ends with a semicolon
FEW = ("--samples", "15", "--mutants", "0")
KNOWN = """\
=== an end that the other parser does not know
a = b;
---
kind: lost suggestion
shape: SEMICOLON
reason: it ends assignments with their lines
"""


def test_a_new_disagreement_is_a_block_and_an_exit_code(holegram: Holegram, make_bundle: MakeBundle) -> None:
    result = holegram(*TREE_SITTER, "grammar", "check", make_bundle(MANIFEST + PARSER), *FEW)
    assert (result.code, result.err) == (1, "")
    assert "lost suggestion: tree rejects what the constraint accepts" in result.out
    assert "    | a=0;" in result.out.splitlines()
    assert "  as lexemes: NAME EQUAL NUMBER SEMICOLON" in result.out.splitlines()
    assert "none installed" in result.out


def test_a_known_one_is_a_line_with_its_reason(holegram: Holegram, make_bundle: MakeBundle) -> None:
    listed = make_bundle() / "corpus" / "agreement" / "upstream.txt"
    listed.parent.mkdir(parents=True)
    listed.write_text(KNOWN)
    result = holegram(*TREE_SITTER, "grammar", "check", make_bundle(MANIFEST + PARSER), *FEW)
    assert result.code == 0
    assert "known: an end that the other parser does not know" in result.out
    assert result.out.rstrip().endswith("it ends assignments with their lines")
    assert "lost suggestion: " not in result.out


def test_files_are_compared_too_and_told_in_json(holegram: Holegram, tmp_path: Path) -> None:
    (tmp_path / "a.graphql").write_text("type A {\n  b: Int\n}\n")
    (tmp_path / "b.graphql").write_text("type A {\n  b: \n}\n")
    (tmp_path / "c.graphql").write_text("extend schema @link\n")
    none = ("--samples", "0", "--mutants", "0")
    result = holegram("grammar", "check", "graphql", "--corpus", tmp_path, *none, "--json")
    assert result.code == 0
    answer = result.json
    assert answer["files"] == {
        "files": 3,
        "judged_valid": 2,
        "covered": 2,
        "overreach": 0,
        "tree_accepts": 1,
        "agreed": 2,
    }
    (group,) = answer["groups"]
    assert (group["kind"], group["text"], group["found_in"]) == (
        "lost suggestion",
        "extend schema@a",
        ["c.graphql"],
    )
    assert group["known"] is not None
    told = holegram("grammar", "check", "graphql", "--corpus", tmp_path, *none).out
    assert "2 of 3 (66.67 %)" in told


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("nothing",), "unknown language 'nothing'"),
        (("graphql", "--corpus", "none"), "no such directory"),
        ((), "BUNDLE_OR_DIR_OR_GRAMMAR"),
    ],
)
def test_wrong_use_is_one_line(holegram: Holegram, args: tuple[str, ...], message: str) -> None:
    assert_one_line(holegram("grammar", "check", *args), message)


BROKEN = 'start: (x ";" | y ";")*\nx: NAME\ny: NAME | NUMBER\nNAME: /[a-z]+/\nNUMBER: /[0-9]+/\n%ignore " "\n'
SOUND = 'start: (NAME ";")*\nlone: NAME\nNAME: /[a-z]+/\n%ignore " "\n'


def test_a_grammar_that_is_not_lalr_is_shown_with_examples(
    holegram: Holegram, make_bundle: MakeBundle
) -> None:
    bundle = make_bundle()
    grammar = bundle / "grammar.lark"
    grammar.write_text(BROKEN)
    result = holegram("grammar", "check", bundle, *FEW)
    assert (result.code, result.err.count("\n")) == (2, 1)
    assert result.err.startswith(f"holegram: {grammar}: the grammar cannot be used (")
    first, *examples = result.out.splitlines()
    assert first.startswith(f'{grammar}:2: error: not LALR(1): before ";", `x: NAME` may have ended, and `y')
    assert examples == ["    ⟨a⟩ ·;  as `x: NAME`", "    ⟨a⟩ ·;  as `y: NAME`"]
    (found,) = holegram("grammar", "check", bundle, *FEW, "--json").json["findings"]
    assert (found["kind"], found["severity"], found["name"], found["line"]) == ("conflict", "error", "x", 2)


def test_what_is_to_be_known_of_a_grammar_comes_first(holegram: Holegram, tmp_path: Path) -> None:
    grammar = tmp_path / "toy.lark"
    grammar.write_text(SOUND)
    result = holegram("grammar", "check", grammar, *FEW)
    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()
    assert (
        lines[0]
        == f"{grammar}:2: warning: rule `lone` is not needed by the start rule `start` (use it, or remove it)"
    )
    assert lines[1].startswith("grammar: it names no tree-sitter parser")
    answer = holegram("grammar", "check", grammar, *FEW, "--json").json
    assert [(found["kind"], found["line"]) for found in answer["findings"]] == [("unused", 2)]
    assert answer["findings"][0]["span"] == {"start": 19, "end": 23}
    assert answer["groups"] == []


def test_new_and_check_say_the_same_of_a_grammar(holegram: Holegram, tmp_path: Path) -> None:
    grammar = tmp_path / "toy.lark"
    for text, kind in ((SOUND, "unused"), (BROKEN, "general")):
        grammar.write_text(text)
        checked = holegram("grammar", "check", grammar, *FEW, "--json").json["findings"]
        made = holegram("new", grammar, "--out", tmp_path / "made", "--force", "--json").json["findings"]
        assert checked == made
        assert kind in [found["kind"] for found in checked]


def test_a_file_without_rules_is_one_line(holegram: Holegram, tmp_path: Path) -> None:
    (tmp_path / "a.lark").write_text('A: "a"\n')
    assert_one_line(holegram("grammar", "check", tmp_path / "a.lark"), "it has no rule")
