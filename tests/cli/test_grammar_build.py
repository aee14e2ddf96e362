"""`holegram grammar build`: a parser is made and told of, or it is said why there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Holegram, assert_one_line
from tests.conftest import MANIFEST, PARSER, MakeBundle
from tests.generated.making import needs_tools


def test_what_was_done_and_how_long_it_took_is_told(
    holegram: Holegram, make_bundle: MakeBundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs_tools()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    first = holegram("grammar", "build", make_bundle())
    assert first.code == 0
    made, generated, compiled = first.out.splitlines()
    assert made.startswith(f"calc: a parser was made: {tmp_path}")
    assert " s by tree-sitter " in generated
    assert "  compiled in " in compiled
    again = holegram("grammar", "build", make_bundle())
    assert again.out == first.out.replace("was made", "was there already")
    checked = holegram("grammar", "check", make_bundle(), "--samples", "30", "--mutants", "60")
    assert checked.code == 0


def test_a_bundle_with_a_parser_of_its_own_needs_none(holegram: Holegram, make_bundle: MakeBundle) -> None:
    bundle = make_bundle(MANIFEST + PARSER)
    result = holegram("--parser", "tree_sitter_hcl", "grammar", "build", bundle)
    assert_one_line(result, "calc has a parser of its own, tree_sitter_hcl (remove the key module")


def test_without_the_program_it_is_said_what_to_install(
    holegram: Holegram, make_bundle: MakeBundle, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    result = holegram("grammar", "build", make_bundle())
    assert_one_line(result, "the tree-sitter CLI is not installed")
