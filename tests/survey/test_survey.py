"""What the survey finds in a package, and what it says of it; the package is made here."""

from __future__ import annotations

import zipfile

import pytest

from tests.survey.__main__ import row
from tests.survey.found import Published, published_in
from tests.survey.judged import judge

METADATA = "Name: calc\nVersion: 1.2\nClassifier: License :: OSI Approved :: MIT License\n\nstart: none\n"
CODE = '''\
import lark
PARSER = lark.Lark.open("calc.lark", start="sum")
OTHER = """
    pair: NAME "," NAME
    NAME: /[a-z]+/
    %ignore " "      // a text that Lark can read as a grammar
"""
'''
FILES = {
    "calc/calc.lark": 'number: /[0-9]+/\nsum: number ("+" number)*\n%ignore " "\n',
    "calc/bad.lark": 'start: a | b\na: "x"\nb: "x"\n',
    "calc/words.lark": "WORD: /[a-z]+/\n",
    "calc/__init__.py": CODE,
    "calc-1.2.dist-info/METADATA": METADATA,
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Published]:
    folder = tmp_path_factory.mktemp("survey")
    (folder / "packed").mkdir()
    with zipfile.ZipFile(folder / "packed" / "calc-1.2-py3-none-any.whl", "w") as wheel:
        for name, text in FILES.items():
            wheel.writestr(name, text)
    return {published.where: published for published in published_in(folder / "packed", folder)}


def test_files_and_texts_in_code_are_found_with_their_starts(found: dict[str, Published]) -> None:
    assert {where: published.start for where, published in found.items()} == {
        "calc.lark": "sum",
        "bad.lark": "start",
        "__init__.py:3": "pair",
    }
    assert found["calc.lark"].licence == "MIT License"


def test_a_grammar_that_works_is_agreed_on(found: dict[str, Published]) -> None:
    verdict = judge(found["calc.lark"])
    assert verdict.agrees
    assert verdict.taken == verdict.sampled > 20
    assert verdict.agreed == verdict.mutants > 20
    assert "| yes | loads |" in row(verdict)


def test_a_grammar_that_lark_refuses_is_refused_here(found: dict[str, Published]) -> None:
    verdict = judge(found["bad.lark"])
    assert "collision" in verdict.lark
    assert "not LALR(1)" in verdict.ours
    assert not verdict.agrees
