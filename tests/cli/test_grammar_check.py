"""`holegram grammar check`: where the parsers of a bundle disagree, and what its list says of that."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Holegram, assert_one_line
from tests.conftest import MakeBundle

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
    result = holegram("grammar", "check", make_bundle(), *FEW)
    assert (result.code, result.err) == (1, "")
    assert "lost suggestion: tree rejects what the constraint accepts" in result.out
    assert "    | a=0;" in result.out.splitlines()
    assert "  as lexemes: NAME EQUAL NUMBER SEMICOLON" in result.out.splitlines()
    assert "none installed" in result.out


def test_a_known_one_is_a_line_with_its_reason(holegram: Holegram, make_bundle: MakeBundle) -> None:
    listed = make_bundle() / "corpus" / "agreement" / "upstream.txt"
    listed.parent.mkdir(parents=True)
    listed.write_text(KNOWN)
    result = holegram("grammar", "check", make_bundle(), *FEW)
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
        ((), "BUNDLE_OR_DIR"),
    ],
)
def test_wrong_use_is_one_line(holegram: Holegram, args: tuple[str, ...], message: str) -> None:
    assert_one_line(holegram("grammar", "check", *args), message)


def test_a_grammar_that_is_not_lalr_is_shown_with_examples(
    holegram: Holegram, make_bundle: MakeBundle
) -> None:
    bundle = make_bundle()
    (bundle / "grammar.lark").write_text(
        'start: (x ";" | y ";")*\nx: NAME\ny: NAME | NUMBER\nNAME: /[a-z]+/\nNUMBER: /[0-9]+/\n%ignore " "\n'
    )
    result = holegram("grammar", "check", bundle, *FEW)
    assert result.code == 2
    assert result.err.count("\n") == 1
    assert "holegram grammar check" in result.err
    lines = result.out.splitlines()
    at = lines.index("  as x: NAME")
    assert lines[at + 1 : at + 3] == ["    a \N{BULLET};", "    ^"]
    assert "one text, read in two ways" in lines[at - 1]
    assert "1 reduce/reduce conflict" in lines[-1]
    found = holegram("grammar", "check", bundle, *FEW, "--json")
    assert found.json["found"][0]["ambiguous"]
