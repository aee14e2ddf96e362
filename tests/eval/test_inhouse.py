"""Languages of somebody who had not seen the product: they load, and what is typed is theirs."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest
from lark import Lark

from lsp_server.authoring.bundle import Wishes, draft, write
from lsp_server.constraint import load_grammar
from lsp_server.lalr import check
from lsp_server.models import ScriptedModel
from tests.eval.inhouse import LANGUAGES, Asked, asked, made

NAMES = sorted(path.name for path in LANGUAGES.iterdir())
STARTS = {"claims": "start", "prot": "start", "rql": "query"}
"""Of those that Lark reads without an indenter."""


@pytest.mark.parametrize("name", NAMES)
def test_each_program_is_one_of_the_language(name: str, tmp_path: Path) -> None:
    bundle = write(draft(LANGUAGES / name / "grammar.lark", Wishes(id=name)), tmp_path / "bundle")
    programs = [path.read_text("utf-8") for path in sorted((LANGUAGES / name).glob("*/*.*"))]
    assert len(programs) >= 8
    for program in programs:
        assert check(load_grammar(bundle), program) is None
    if name in STARTS:
        judge = Lark(
            (LANGUAGES / name / "grammar.lark").read_text("utf-8"), start=STARTS[name], parser="lalr"
        )
        for program in programs:
            judge.parse(program)


def test_what_is_shown_is_compared_with_what_was_written(tmp_path: Path) -> None:
    model = ScriptedModel(lambda text: "set Claim.status to 7\n" if text.endswith("then\n    ") else "")
    found = list(islice(asked(made("claims", tmp_path), "claims", model), 150))
    below = [one for one in found if one.before == "    " and one.shown]
    assert below
    assert all(one.shown.startswith("set ") and one.verdict == "wrong" for one in below)
    assert {one.written.partition(" ")[0] for one in below} == {"notify"}


@pytest.mark.parametrize(
    ("shown", "right", "wrong", "verdict"),
    [
        ("", 0, 0, "nothing"),
        ("member", 6, 0, "all right"),
        ("member x", 6, 1, "begins right"),
        ("other", 0, 5, "wrong"),
        ('"a', 1, 1, "wrong"),
        ("= x y", 2, 1, "begins right"),
    ],
)
def test_a_verdict_is_of_words(shown: str, right: int, wrong: int, verdict: str) -> None:
    assert Asked("a:1:1", "", shown, "", right, wrong).verdict == verdict
