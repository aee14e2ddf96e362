"""What may stand only once is looked for among all that stands near, however much that is; no list offers it
where it stands already.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random

import pytest

from lsp_server.features.lists.used_up import used_up
from lsp_server.features.once import repeated, said_again
from lsp_server.languages import bundled_directory, load_bundle
from lsp_server.languages.cases import CURSOR
from lsp_server.syntax import Landmarks, SyntaxTree, next_tree, parse
from lsp_server.text import Edit, Span, apply_edits
from tests.counts import tries
from tests.features.completing import language_of
from tests.features.listing import listed, texts_of
from tests.work import calls


def test_to_look_for_what_stands_already_takes_four_times_as_long_among_four_times_as_many() -> None:
    def work(count: int) -> int:
        new = "type A { b: C }\n"
        tree = parse(language_of("graphql"), new + "type D { e: }\n" * count)
        said_again(tree, Span(0, len(new)))
        return calls(lambda: said_again(tree, Span(0, len(new))))

    assert work(1_200) < 6 * work(300)


_BLOCKS = 'resource "a" "b" {\n  ami   = 1\n  depth = 2\n}\nresource "a" "c" {\n  ami = [\n    1,\n  ]\n  '


@pytest.mark.parametrize(
    ("language_id", "marked", "lacks", "has"),
    [
        ("hcl", _BLOCKS + "<|>\n}\n", "ami", "depth"),
        ("hcl", f"{_BLOCKS}<|>", "ami", "depth"),
        ("hcl", _BLOCKS + '<|> = 3\n  name = "d"\n}\n', "ami", "depth"),
        (
            "hcl",
            'resource "a" "c" {\n  <|>\n  ami = 1\n}\nresource "a" "d" {\n  depth = 1\n}\n',
            "ami",
            "depth",
        ),
        ("hcl", 'a "c" {\n  <|>\n  ami = 1\n}\na "d" {\n  depth = 1\n}\nb =\n', "ami", "depth"),
        ("hcl", 'a "c" {\n  <|>\n\na "d" {\n  ami = 1\n  depth = 1\n}\n', "", "ami"),
        ("hcl", 'resource "a" "c" {\n  inner {\n    <|>\n  }\n  ami = 1\n}\n', "", "ami"),
        ("graphql", "type Query { a: Int b: Int }\nquery { <|> a }\n", "a", "b"),
        ("graphql", "type Query { a: Int b: Int }\nquery A { <|> }\nquery B { a }\n", "", "a"),
        ("hcl", _BLOCKS + "inner {\n    <|>\n  }\n}\n", "", "ami"),
        ("graphql", "type Query { a: Int b: Int }\nquery { a <|> }\n", "a", "b"),
        ("graphql", "type Query { a: Int b: Query }\nquery { a b { <|> } }\n", "", "a"),
        ("graphql", "type Query { a(b: Int c: Int): Int }\nquery { a(b: 1, <|>) }\n", "b", "c"),
        ("graphql", "type A { b: C d: C }\ntype E {\n  b: C\n  <|>\n}\n", "b", "d"),
        ("postgres", "CREATE TABLE t (a int, b int);\nINSERT INTO t (a, <|>) VALUES (1, 2);\n", "a", "b"),
        ("postgres", "CREATE TABLE t (a int, b int);\nINSERT INTO t (a, <|>", "a", "b"),
        ("postgres", "CREATE TABLE t (a int, b int);\nUPDATE t SET a = 1, <|>;\n", "a", "b"),
        ("postgres", "CREATE TABLE t (a int, b int);\nSELECT a, <|> FROM t;\n", "", "a"),
        ("sparql", "SELECT ?x <|> WHERE { ?x ?y ?z }\n", "?x", "?z"),
    ],
)
def test_a_list_has_no_name_that_may_stand_once_and_does(
    language_id: str, marked: str, lacks: str, has: str
) -> None:
    entries = texts_of(listed(language_of(language_id), marked.replace(CURSOR, ""), marked.index(CURSOR)))
    assert has in entries
    assert lacks not in entries


def test_a_name_that_stands_already_is_not_listed_while_it_is_typed() -> None:
    text = _BLOCKS + "am"
    assert "ami" not in texts_of(listed(language_of("hcl"), text, len(text)))
    text = _BLOCKS + "ami"
    assert "ami" not in texts_of(listed(language_of("hcl"), text, len(text)))[1:]
    text = 'a "b" {\n  am\n  ami = 1\n  amount = 2\n}\nc = \nd "e" {\n  amber = 1\n}\n'
    entries = texts_of(listed(language_of("hcl"), text, text.index("am") + 2))
    assert "amber" in entries
    assert not {"ami", "amount"} & {*entries}


def test_names_behind_a_mistake_are_not_taken_for_those_of_the_same_block() -> None:
    text = 'resource "a" "b" {\n  ami = 1\n  = )\n  depth = 2\n  '
    assert used_up(Landmarks(parse(language_of("hcl"), text)), len(text)) <= {"depth"}


_TWICE = {
    "hcl": 'a = 1\nresource "a" "b" {\n  c = 1\n  c = 2\n}\nresource "a" "b" {\n}\na = 2\n'
    'd "e" {\n  c = {\n    f = 1\n    f = 2\n  }\n}\n',
    "graphql": "type A { b: C b: D }\ninput E { b: C }\ntype A { b: C }\n"
    "fragment F on A { b b }\nfragment F on A { b }\n",
    "postgres": "CREATE TABLE a (b int, b int);\nINSERT INTO a (b, c, b) VALUES (1, 2, 3);\n"
    "SELECT b, b FROM a;\n",
    "sparql": "PREFIX a: <b>\nPREFIX a: <c>\nSELECT ?a ?a WHERE { ?a a:b ?c }\n",
    "lark": 'start: a\na: "b"\na: B\nB: "c"\nB: "d"\n',
}


def _again(language_id: str, text: str) -> list[str]:
    found, _ = repeated(parse(language_of(language_id), text))
    return [f"{name} {text[: span.start].count(chr(10))}" for name, span in found]


@pytest.mark.parametrize(
    ("language_id", "again"),
    [
        ("hcl", ["c 3", 'resource "a" "b" 5', "a 7", "f 11"]),
        ("graphql", ["b 0", "A 2", "b 3", "F 4"]),
        ("postgres", ["b 0", "b 1"]),
        ("sparql", ["a: 1", "a 2"]),
        ("lark", ["a 2", "B 4"]),
    ],
)
def test_what_stands_twice_is_found_in_each_part_and_between_them(language_id: str, again: list[str]) -> None:
    assert _again(language_id, _TWICE[language_id]) == again


@pytest.mark.parametrize("language_id", _TWICE)
def test_what_stands_twice_is_the_same_by_parts_after_edits_and_looked_for_in_the_whole(
    language_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    language, chance = language_of(language_id), Random(language_id)
    example = next(iter(language.examples.values()))[:2_000]
    for text in (_TWICE[language_id], example):
        tree, known = parse(language, text), None
        for _ in range(tries(12, 60)):
            at = chance.randrange(len(text))
            start = text.rfind("\n", 0, at) + 1
            line = text[start : text.find("\n", start) + 1] or "\n"
            edit = Edit(Span(start, start), line) if chance.random() < 0.7 else Edit(Span(at, at + 1), "")
            text = apply_edits(text, (edit,))
            tree = next_tree(tree, (edit,), text)
            found, known = repeated(tree, known)
            with monkeypatch.context() as patch:
                patch.setattr(SyntaxTree, "matches_above", lambda tree, query: None)
                whole, _ = repeated(tree)
                assert sorted(whole) == sorted(found), text


@pytest.mark.parametrize(
    ("language_id", "text", "names"),
    [
        ("hcl", 'variable "a" {\n}\nvariable "b" {\n}\nvariable "a" {\n}\n', ['variable "a"']),
        ("hcl", 'data "a" "b" {\n}\ndata "a" "c" {\n}\ndata "a" "b" {\n}\n', ['data "a" "b"']),
        ("hcl", 'provider "a" {\n}\nprovider "a" {\n}\n', []),
        ("graphql", "query A { a }\nmutation A { a }\nquery B { a a }\n", ["A", "a"]),
        ("graphql", "fragment A on B { a }\nfragment A on C { a }\n", ["A"]),
        ("graphql", "type A { a: B }\nenum A { C C }\n", ["A", "C"]),
        ("sparql", "PREFIX a: <b>\nPREFIX a: <c>\nSELECT ?x { ?x a:b ?y }\n", ["a:"]),
    ],
)
def test_what_stands_twice_is_found_whichever_parser_makes_the_tree(
    tmp_path: Path, language_id: str, text: str, names: list[str]
) -> None:
    shutil.copytree(bundled_directory() / language_id, tmp_path / language_id)
    elsewhere = load_bundle(tmp_path / language_id)
    assert elsewhere.parser.module is None, "the grammar makes the tree of a bundle that is not ours"
    for language in (language_of(language_id), elsewhere):
        assert [name for name, _ in repeated(parse(language, text))[0]] == names
