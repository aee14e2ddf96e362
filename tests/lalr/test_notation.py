"""The text of a grammar with its places; Lark, reading the same text, says whether all was found."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from lark.load_grammar import load_grammar

from lsp_server.lalr.notation import (
    DECLARE,
    GROUP,
    IGNORE,
    IMPORT,
    LITERAL,
    MAYBE,
    NAME,
    OTHER,
    Alternative,
    rule_of,
)
from lsp_server.lalr.notation_reader import read_notation
from lsp_server.languages import load_registry
from tests.conftest import ROOT

TEXT = """// head | of it
?expr.2: expr "+" expr -> add // the "|" of | comments
    // second
    | expr "*" expr
    |
    | ("a" | b?)~2..3 [x] _two{b, c} "c".."d"
!b: c* NAME+
_two{t, u}: t u
NAME.3: /[a-z|]+/i "x"i
%extend expr: "z"
c: "c"
x: "x"
%ignore " "
"""


def everything(alternatives: tuple[Alternative, ...]) -> Iterator[tuple[int, int]]:
    for alternative in alternatives:
        yield alternative.start, alternative.end
        for part in alternative.parts:
            yield part.start, part.end
            yield from everything(part.choices)


def test_definitions_have_what_stands_before_their_colon() -> None:
    notation = read_notation(TEXT)
    assert notation is not None
    heads = [(d.name, d.modifiers, d.parameters, d.priority, d.statement) for d in notation.definitions]
    assert heads == [
        ("expr", "?", (), 2, ""),
        ("b", "!", (), None, ""),
        ("_two", "", ("t", "u"), None, ""),
        ("NAME", "", (), 3, ""),
        ("expr", "", (), None, "%extend"),
        ("c", "", (), None, ""),
        ("x", "", (), None, ""),
    ]
    assert [d.line for d in notation.definitions] == [2, 7, 8, 9, 10, 11, 12]
    assert [d.name for d in notation.definitions if d.terminal] == ["NAME"]


def test_alternatives_and_parts_are_where_they_stand() -> None:
    notation = read_notation(TEXT)
    assert notation is not None
    expr = notation.definitions[0]
    assert [TEXT[a.start : a.end] for a in expr.alternatives] == [
        'expr "+" expr -> add',
        'expr "*" expr',
        "",
        '("a" | b?)~2..3 [x] _two{b, c} "c".."d"',
    ]
    assert TEXT[: expr.alternatives[2].start].endswith("    |")
    assert [a.alias for a in expr.alternatives] == ["add", None, None, None]
    parts = expr.alternatives[3].parts
    assert [(p.kind, p.text, p.operator) for p in parts] == [
        (GROUP, '("a" | b?)', "~2..3"),
        (MAYBE, "[x]", ""),
        (OTHER, "_two{b, c}", ""),
        (OTHER, '"c".."d"', ""),
    ]
    assert [(p.kind, p.text, p.operator) for p in parts[0].within()][1:] == [
        (LITERAL, '"a"', ""),
        (NAME, "b", "?"),
    ]


SAID = """// A file.
start: a*

// What is done,
// and to what.
?a.2: B "c" -> d  // not this
e: "f"  // An e.
f{x}: x e
B: /\\/\\/ x: y/
%import common (WS, INT)
%import .g.NAME -> OTHER
%declare _IN
%extend e: f{a}
%ignore WS
"""


def test_it_tells_what_each_definition_names_and_what_is_said_of_it() -> None:
    notation = read_notation(SAID)
    assert notation is not None
    assert [(d.name, [m.name for m in d.mentions()]) for d in notation.definitions] == [
        ("start", ["a"]),
        ("a", ["B"]),
        ("e", []),
        ("f", ["e"]),
        ("B", []),
        ("e", ["f", "a"]),
    ]
    said = [notation.comment_of(definition) for definition in notation.definitions]
    assert said == ["A file.", "What is done, and to what.", "An e.", "", "", ""]


def test_every_name_is_where_it_is_said_to_be() -> None:
    notation = read_notation(SAID)
    assert notation is not None
    mentions = [mention for definition in notation.definitions for mention in definition.mentions()]
    mentions += notation.named_in(IMPORT, IGNORE, DECLARE)
    assert [m.name for m in mentions[-5:]] == ["WS", "INT", "OTHER", "_IN", "WS"]
    assert all(SAID[m.span.start : m.span.end] == m.name for m in mentions)
    assert all(SAID[d.named.start : d.named.end] == d.name for d in notation.definitions)


def test_a_name_is_found_where_it_is_defined_or_brought_in() -> None:
    notation = read_notation(SAID)
    assert notation is not None
    names = ("a", "__a_star_0", "f{a}", "WS", "OTHER", "_IN", "e")
    places = [notation.place_of(name) for name in names]
    assert [place and notation.line_of(place.start) for place in places] == [6, 6, 8, 10, 11, 12, 7]
    assert notation.place_of("none") is None


def test_what_lark_makes_of_a_repetition_belongs_to_its_rule() -> None:
    text = (
        'start: a~2..60 (a b)* b+ a_plus_b d\na_plus_b: b+\na: "a"\nb: "b"\n_c{x}: x x*\nd: _c{a_plus_b} d?\n'
    )
    rules = load_grammar(text, "x", [], False)[0].compile(["start"], "*")[1]
    made = {str(rule.origin.name) for rule in rules}
    assert any("repeat" in name for name in made)
    assert {rule_of(name) for name in made} == {"start", "a_plus_b", "a", "b", "_c", "d"}


@pytest.mark.parametrize("language_id", ["graphql", "hcl", "sparql"])
def test_every_definition_of_a_bundle_is_found_whole(language_id: str) -> None:
    text = load_registry().by_id(language_id).grammar
    notation = read_notation(text)
    assert notation is not None
    terminals, rules, _ = load_grammar(text, "x", [], False)[0].compile(["start"], "*")
    named = {str(rule.origin.name) for rule in rules} | {str(terminal.name) for terminal in terminals}
    assert {name for name in named if re.search(rf"^[?!]*{re.escape(name)}\b", text, re.MULTILINE)} <= {
        definition.name for definition in notation.definitions
    }
    for definition in notation.definitions:
        whole = text[definition.start : definition.end]
        alone = read_notation(whole)
        assert alone is not None
        (again,) = alone.definitions
        assert again.name == definition.name
        moved = [(s - definition.start, e - definition.start) for s, e in everything(definition.alternatives)]
        assert list(everything(again.alternatives)) == moved


@pytest.mark.parametrize("text", ["a: (", "a b", ":", "a: b -> C", "a: \x00", "(" * 5000])
def test_what_is_no_grammar_is_none(text: str) -> None:
    assert read_notation(text) is None


def test_the_grammars_that_people_write_are_read() -> None:
    for path in sorted((ROOT / "tests/languages/earley").glob("*.lark")):
        notation = read_notation(path.read_text("utf-8"))
        assert notation is not None
        assert notation.rule("start") is not None
