"""What the survey finds in a package, and what it says of it; the package is made here."""

from __future__ import annotations

import zipfile
from collections import Counter
from dataclasses import replace

import pytest

from tests.survey.found import Published, published_in
from tests.survey.judged import Judged, Verdict, judge
from tests.survey.written import page, row

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


def test_reasons_name_no_place_on_this_machine(found: dict[str, Published]) -> None:
    published = replace(found["calc.lark"], text="start: a\na: %\n")
    verdict = judge(published)
    assert "line 2" in verdict.lark
    assert "line 2" in verdict.ours
    assert str(published.path.parent) not in row(verdict)


def test_a_grammar_that_works_is_agreed_on(found: dict[str, Published]) -> None:
    verdict = judge(found["calc.lark"])
    assert verdict.agrees
    assert Counter(one.program for one in verdict.texts) == {True: 48, False: 100}
    assert all(one.lark for one in verdict.texts if one.program)
    assert not all(one.lark for one in verdict.texts)
    assert "| yes | loads | 48/48 | 100/100 |" in row(verdict)


def test_a_text_that_the_two_judge_apart_is_counted(found: dict[str, Published]) -> None:
    texts = (Judged("1", True, True), Judged("+", False, False), Judged("1+", False, False))
    verdict = Verdict(found["calc.lark"], "", "", texts, differs=texts[1:2])
    assert not verdict.agrees
    assert row(verdict).endswith("| yes | loads | 1/1 | 1/2 |")
    text = " ".join(page([verdict, judge(found["bad.lark"])]))
    assert "Of 2 grammars 1 are LALR(1) to Lark itself. Of these 0 (0.0 %)" in text


def test_a_grammar_that_lark_refuses_is_refused_here(found: dict[str, Published]) -> None:
    verdict = judge(found["bad.lark"])
    assert "collision" in verdict.lark
    assert "not LALR(1)" in verdict.ours
    assert not verdict.agrees
