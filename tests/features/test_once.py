"""What may stand only once is looked for among all that stands near, however much that is; no list offers it
where it stands already.
"""

from __future__ import annotations

import pytest

from lsp_server.features.once import said_again, used_up
from lsp_server.languages.cases import CURSOR
from lsp_server.syntax import Landmarks, parse
from lsp_server.text import Span
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


def test_names_behind_a_mistake_are_not_taken_for_those_of_the_same_block() -> None:
    text = 'resource "a" "b" {\n  ami = 1\n  = )\n  depth = 2\n  '
    assert used_up(Landmarks(parse(language_of("hcl"), text)), len(text)) <= {"depth"}
