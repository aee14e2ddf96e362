"""The names that may be meant at a cursor."""

from __future__ import annotations

import pytest

from lsp_server.languages import load_registry
from lsp_server.names.known import Mention, found_again, known_names
from lsp_server.names.naming import names_of
from lsp_server.names.resolving import Resolver
from lsp_server.names.standing import Place, Unit
from lsp_server.names.texts import Texts
from lsp_server.server.documents.session import Document
from lsp_server.syntax import parse
from lsp_server.text import Snapshot


@pytest.mark.parametrize(
    ("language_id", "marked", "names"),
    [
        (
            "hcl",
            'variable "size" {}\nvariable "region" {}\nlocals {\n  s = 1\n}\na = var.x<|>\n',
            ["region", "size"],
        ),
        ("hcl", 'variable "size" {}\nlocals {\n  s = 1\n  t = 2\n}\na = local.x<|>\n', ["t", "s"]),
        ("hcl", 'resource "a_b" "c" {\n}\nresource "a_b" "d" {\n  e = a_b.x<|>\n}\n', ["c"]),
        ("hcl", 'module "m" {\n  a = module.x<|>\n}\nmodule "n" {\n  b = 1\n}\n', ["n"]),
        ("graphql", "type Book { a: A }\nscalar A\nquery Q { b }\ntype C { d: x<|> }\n", ["C", "A", "Book"]),
        ("graphql", "type Query { b: Book, c: C }\ntype Book { title: A }\n{ b { x<|> } }\n", ["title"]),
        ("graphql", "query ($a: A, $b: B) { c(d: $x<|>) }\nquery ($e: E) { f }\n", ["b", "a"]),
        ("graphql", "type Query { b(c: C, d: D): B\ne(f: F): B }\n{ b(x<|>: 1) }\n", ["d", "c"]),
        ("graphql", "enum C { R G }\nenum D { P }\ntype Query { b(c: C): B }\n{ b(c: X<|>) }\n", ["G", "R"]),
        (
            "graphql",
            "input C { d: D }\ninput E { f: F }\ntype Query { b(c: C): B }\n{ b(c: { x<|>: 1 }) }\n",
            ["d"],
        ),
        ("sparql", "SELECT * { ?a ?b ?x<|> }", ["b", "a"]),
        (
            "postgres",
            "CREATE TABLE t (a int, b int);\nWITH u AS (SELECT t.a, b AS c FROM t) SELECT u.x<|> FROM u;\n",
            ["a", "c"],
        ),
        (
            "postgres",
            "CREATE TABLE t (a int);\nCREATE TABLE u (c int);\nSELECT s.x<|> FROM (SELECT * FROM t) s, u;\n",
            ["a"],
        ),
        (
            "postgres",
            "CREATE TABLE t (a int, b int);\nCREATE TABLE u (c int);\nSELECT x<|> FROM t;\n",
            ["b", "a", "u", "t"],
        ),
    ],
)
def test_they_are_of_the_kind_that_stands_there_the_nearest_first(
    language_id: str, marked: str, names: list[str]
) -> None:
    offset, text = marked.index("<|>"), marked.replace("<|>", "")
    places = _known_at(language_id, text, offset)
    assert [text[place.span.start : place.span.end] for place in places] == names


def _known_at(language_id: str, text: str, offset: int, begun: str = "", *others: Unit) -> tuple[Place, ...]:
    found, _ = names_of(parse(load_registry().by_id(language_id), text))
    resolver = Resolver([*others, Unit("a", "f", found)])
    place = resolver.at("a", offset)
    assert place is not None
    return known_names(resolver, place, begun)


def _unit(uri: str, folder: str, language_id: str, text: str) -> Unit:
    return Unit(uri, folder, names_of(parse(load_registry().by_id(language_id), text))[0])


def test_of_another_text_only_the_members_of_what_is_asked_about_are_known() -> None:
    schema = "type Query { b: Book, c: C }\ntype Book { title: A, isbn: A }\ntype C { d: A }\n"
    text = "{ b { x } }\n"
    places = _known_at("graphql", text, text.index("x"), "", _unit("b", "g", "graphql", schema))
    assert sorted(place.occurrence.name for place in places) == ["isbn", "title"]


def test_a_name_of_another_folder_is_known_only_where_its_language_says_so() -> None:
    text, other = "a = var.x\n", 'variable "b" {}\n'
    beside = _known_at("hcl", text, text.index("x"), "", _unit("b", "f", "hcl", other))
    apart = _known_at("hcl", text, text.index("x"), "", _unit("b", "g", "hcl", other))
    assert ([place.occurrence.name for place in beside], apart) == (["b"], ())


def test_names_that_begin_otherwise_do_not_crowd_out_the_one_that_is_typed() -> None:
    fields = " ".join(f"a{number}: A" for number in range(300))
    schema = _unit("b", "f", "graphql", f"type Query {{ {fields} zone: A }}\n")
    text = "{ zo }\n"
    places = _known_at("graphql", text, text.index("o"), "Zo", schema)
    assert [place.occurrence.name for place in places] == ["zone"]


@pytest.mark.parametrize(
    ("text", "offset", "found"),
    [
        ('a = var.b\nvariable "b" {}\n', 20, 20),
        ('a = var.b\nvariable "b" {}\n', 8, 20),
        ('a = var.b\nvariable "b" {}\nvariable "b" {}\n', 30, 36),
        ('a = var.b\nvariable "c" {}\n', 20, 8),
        ('variable "c" {}\n', 10, None),
    ],
)
def test_a_name_is_found_again_where_it_is_defined_by_now(text: str, offset: int, found: int | None) -> None:
    names, _ = names_of(parse(load_registry().by_id("hcl"), text))
    units = [Unit("other", "", names), Unit("a", "", names)]
    place = found_again(Texts(units), Mention("a", "b", offset))
    assert (None if place is None else text.find("b", place.span.start)) == found
    assert place is None or place.unit is units[1]
    assert found_again(Texts(units), Mention("closed", "b", offset)) is None


def test_of_a_very_long_element_its_beginning_counts_and_what_is_near() -> None:
    lines = "".join(f"  ?s{number} p:a ?o{number} .\n" for number in range(4_000))
    text = f"PREFIX p: <p>\nSELECT ?first {{\n{lines}}}\nPREFIX q: <q>\nASK {{ q:a ?b ?c }}\n"
    tree = parse(load_registry().by_id("sparql"), text)
    whole, known = names_of(tree)
    offset = text.index("?s2000 ")
    some, kept = names_of(tree, None, offset)
    found = [place.occurrence.name for place in some]
    assert {"p", "first", "s0", "s1999", "s2000", "o2001", "q", "b"} <= set(found)
    assert not {"s1000", "s3000"} & set(found)
    assert {(name.span, name.occurrence) for name in some} < {(name.span, name.occurrence) for name in whole}
    assert len(found) == len(set(some)) < 2_600
    assert kept.keys() < known.keys()
    assert names_of(tree, known, offset)[1].keys() == known.keys()
    outside, _ = names_of(tree, None, len(text) - 4)
    assert len(list(outside)) == len(list(whole))


def test_a_list_reads_what_is_near_the_cursor_only() -> None:
    lines = "".join(f"  ?s{number} :a ?o{number} .\n" for number in range(4_000))
    language = load_registry().by_id("sparql")
    for text, some in ((f"ASK {{\n{lines}}}\n", True), ("ASK { ?s ?o ?p }\n", False)):
        document = Document(Snapshot("file:///a.rq", "sparql", 1, text), language)
        near, whole = document.names(near=len(text) // 2), document.names()
        assert near is not None
        assert whole is not None
        assert (len(list(near)) < len(list(whole))) == some
