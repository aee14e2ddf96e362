"""How a Lark grammar is written out; no program is needed for that."""

from __future__ import annotations

import json
import re
from typing import Any

from lsp_server.lalr import load_grammar
from lsp_server.syntax.generated.written import write_grammar
from tests.generated.grammars import EXPRESSIONS, STRINGS
from tests.generated.making import own_language

KEYWORDS = """
start: (SELECT NAME | "from"i NAME)*
SELECT: "select"
NAME: /[a-z]+/
%ignore /[ ]+/
"""


def written(grammar: str, **changed: object) -> Any:
    return json.loads(write_grammar(load_grammar(own_language(grammar, **changed)), "small"))


def test_it_is_the_same_each_time() -> None:
    assert json.dumps(written(EXPRESSIONS)) == json.dumps(written(EXPRESSIONS))


def test_keywords_are_told_from_a_word_only_where_the_bundle_reserves_it() -> None:
    assert "word" not in written(KEYWORDS)
    assert written(KEYWORDS, reserved=("NAME",))["word"] == "NAME"


def test_a_text_in_capitals_or_not_is_a_pattern_that_goes_by_its_text() -> None:
    rules = written(KEYWORDS)["rules"]
    assert rules["_FROM"] == {"type": "PATTERN", "value": "[Ff][Rr][Oo][Mm]"}
    assert '"named": false, "value": "from"' in json.dumps(rules["start"])
    assert rules["SELECT"] == {"type": "STRING", "value": "select"}
    assert list(rules).index("_FROM") < list(rules).index("NAME")


def test_a_priority_is_a_precedence_and_what_stands_inside_a_text_follows_at_once() -> None:
    rules = written(STRINGS)["rules"]
    assert rules["TEXT"] == {
        "type": "IMMEDIATE_TOKEN",
        "content": {"type": "PREC", "value": 2, "content": {"type": "PATTERN", "value": r"[^'\$\x{0}]+"}},
    }


def test_blanks_are_tokens_only_where_something_else_may_begin_like_them() -> None:
    assert written(KEYWORDS)["extras"] == [{"type": "PATTERN", "value": " +"}]
    (extra,) = written(KEYWORDS.replace("/[a-z]+/", "/ ?[a-z]+/"))["extras"]
    assert extra["type"] == "SYMBOL"
    assert extra["name"].startswith("_")


def test_what_may_be_empty_is_left_out_instead_and_what_derives_nothing_is_gone() -> None:
    rules = written('start: "x" some none ";" | never\nsome: "y"*\nnone:\nnever: never "z"\n')["rules"]
    assert list(rules) == ["start", "some"]
    assert rules["some"]["content"]["type"] == "REPEAT1"
    assert rules["start"]["content"]["members"][1]["members"] == [
        {"type": "SYMBOL", "name": "some"},
        {"type": "BLANK"},
    ]


def test_each_symbol_is_defined_where_an_only_child_stands_for_the_start() -> None:
    found = written('?start: NAME | NAME "=" NAME -> set | "(" start ")"\nNAME: /[a-z]+/\n')
    once = written('?start: NAME | NAME "=" NAME -> set\nNAME: /[a-z]+/\n')
    for rules in (found["rules"], once["rules"]):
        used = set(re.findall(r'"type": "SYMBOL", "name": "(\w+)"', json.dumps(rules)))
        assert used <= rules.keys()
        assert any(name.endswith("set") for name in used)
