"""Names that nobody declares are told where that is sure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lsp_server.features.unknown_names import declarations, renamings, unknown_names
from lsp_server.names.catalogued import bundled_units
from lsp_server.names.existing import NamesAround
from lsp_server.names.strictness import Strictness
from lsp_server.syntax import parse
from lsp_server.text import Span, apply_edits
from tests.names.suggesting import existing, named

DECLARED = 'variable "region" {}\nvariable "zone" {}\nlocals {\n  a = var.region\n  b = var.zone\n  '


def told(
    language: str, text: str, beside: dict[str, str] | None = None, *, beyond: bool = True, path: str = "a/b"
) -> list[str]:
    found = existing(language, text, beside, Strictness.PREFER, beyond=beyond, path=path)
    assert found.own is not None
    return [one.diagnostic.message for one in unknown_names(found, found.own.names)]


def test_a_name_is_told_with_the_one_that_may_be_meant() -> None:
    assert told("hcl", f"{DECLARED}c = var.regin\n}}\n") == [
        "no variable 'regin' is declared; did you mean 'region'?"
    ]
    assert told("sparql", "PREFIX foaf: <a>\nSELECT * { ?a foaf:b ?c ; fof:d ?e }") == [
        "no prefix 'fof' is declared; did you mean 'foaf'?"
    ]
    assert told("graphql", "query ($id: ID) { a(b: $idd) }\n") == [
        "no variable 'idd' is declared; did you mean 'id'?"
    ]


def test_a_declared_name_is_not_told_wherever_it_is_declared() -> None:
    assert told("hcl", f"{DECLARED}c = var.size\n}}\n", {"a/c": 'variable "size" {}\n'}) == []
    assert told("hcl", f"{DECLARED}c = var.size\n}}\n", {"d/c": 'variable "size" {}\n'}) != []
    assert told("graphql", "scalar Date\ntype A { b: Date c: String d: A @deprecated }\n") == []


def test_a_value_for_a_variable_that_is_nearly_declared_is_told() -> None:
    """Files of values may lie elsewhere, and have values for several modules."""
    declared = {
        "a/c.tf": "".join(f'variable "{name}" {{}}\n' for name in ("region", "zones", "size", "tags"))
    }
    values = 'regin = "x"\nzones = [1]\nsize = 1\ntags = <<EOT\nEOT\n'
    assert told("hcl", values, declared, path="a/x.tfvars") == [
        "no variable 'regin' is declared; did you mean 'region'?"
    ]
    assert told("hcl", values, declared, path="b/x.tfvars") == []


def test_nothing_is_told_where_it_is_not_sure() -> None:
    wrong = f"{DECLARED}c = var.size\n}}\n"
    assert told("hcl", wrong, beyond=False) == []
    assert told("hcl", f"{DECLARED}c = [var.size, var.shape]\n}}\n") == []
    assert told("hcl", "a = var.size\n") == []
    assert told("hcl", wrong, {"a/c": "a = var.size\n"}) == []


TABLES = """CREATE TABLE orders (id int, total int);
CREATE TABLE customers (id int, name text);
SELECT total FROM orders;
SELECT name FROM customers;
"""
QUERY = "SELECT name FROM NAME;\n"


@pytest.mark.parametrize("slip", ["custmers", "custoomers", "cusromers", "cutsomers", "xcustomers"])
def test_of_names_that_something_else_may_bring_a_slip_is_told(slip: str) -> None:
    assert told("postgres", f"{TABLES}{QUERY.replace('NAME', slip)}") == [
        f"no table '{slip}' is declared; did you mean 'customers'?"
    ]


@pytest.mark.parametrize("other", ["customer", "customers2", "customerz", "suppliers", "pg_stat_statements"])
def test_of_names_that_something_else_may_bring_no_other_is_told(other: str) -> None:
    assert told("postgres", f"{TABLES}{QUERY.replace('NAME', other)}") == []
    partition = (
        "CREATE TABLE sales_2023_a (id int);\nSELECT id FROM sales_2023_a;\nSELECT id FROM sales_2024_a;\n"
    )
    assert told("postgres", TABLES + partition) == []


def test_a_slip_is_not_told_where_other_names_are_not_declared_either() -> None:
    others = "SELECT a FROM suppliers;\nSELECT b FROM parts;\n"
    assert told("postgres", f"{TABLES}{others}{QUERY.replace('NAME', 'custmers')}") == []


def test_where_more_names_nothing_only_a_slip_is_told() -> None:
    words = [
        "region",
        "zone",
        "subnet",
        "network",
        "image",
        "account",
        "cluster",
        "bucket",
        "domain",
        "release",
    ]
    text = "".join(f'variable "{word}" {{}}\na_{word} = var.{word}\n' for word in words)
    assert told("hcl", f"{text}b = [var.size, var.regoin]\n") == [
        "no variable 'regoin' is declared; did you mean 'region'?"
    ]
    assert told("hcl", f"{text}b = [var.size, var.shape]\n") == []


def test_a_fix_puts_the_name_that_may_be_meant() -> None:
    text = f"{DECLARED}c = var.regin\n}}\n"
    found = existing("hcl", text)
    assert found.own is not None
    start = text.index("regin\n")
    fixes = renamings(unknown_names(found, found.own.names), Span(start, start))
    assert [(fix.title, fix.edit.text, fix.preferred) for fix in fixes] == [
        ("Replace 'regin' by 'region'", "region", True)
    ]
    assert renamings(unknown_names(found, found.own.names), Span(0, 0)) == ()


def fixed(language: str, text: str, at: str) -> list[str]:
    """The texts after each fix that declares what stands somewhere."""
    found = existing(language, text)
    around = NamesAround(found.language, [*found.around.texts, *bundled_units(found.language)])
    found = replace(found, around=around)
    assert found.own is not None
    start = text.index(at)
    unknown = unknown_names(found, found.own.names)
    fixes = declarations(found, found.own.names, text, unknown, Span(start, start))
    return [apply_edits(text, [fix.edit]) for fix in fixes]


def test_a_fix_declares_the_name_below_those_that_are_declared_like_it() -> None:
    text = f"{DECLARED}c = var.size\n}}\n"
    assert fixed("hcl", text, "size") == [text.replace("\nlocals", '\nvariable "size" {}\nlocals')]
    text = "PREFIX ex: <x>\nSELECT * { ?a ex:b ?c ; foaf:d ?e }"
    assert fixed("sparql", text, "foaf") == [
        text.replace("<x>", "<x>\nPREFIX foaf: <http://xmlns.com/foaf/0.1/>")
    ]
    assert fixed("sparql", "SELECT * { ?a foaf:b ?c }", "foaf") == [
        "PREFIX foaf: <http://xmlns.com/foaf/0.1/>\nSELECT * { ?a foaf:b ?c }"
    ]
    assert fixed("sparql", "SELECT * { ?a unheard:b ?c }", "unheard") == []


def test_no_word_that_stands_in_damaged_text_is_told_of() -> None:
    text = "PREFIX foaf: <http://a.org/>\nSELECT * { ?x foaf:name ?y ; geo:lat ?z }\n"
    sound, broken = parse(named("sparql"), text), parse(named("sparql"), text.replace(" }", ""))
    found = existing("sparql", text)
    assert found.own is not None
    assert [one.name for one in unknown_names(found, found.own.names, sound)] == ["geo"]
    assert unknown_names(found, found.own.names, broken) == ()


WORK = "CREATE TABLE work (id int, title text);\n"


def test_a_column_is_told_where_all_tables_of_the_query_are_known() -> None:
    assert told("postgres", "SELECT w.titel FROM work w;\n", {"a/c": WORK}) == [
        "no column 'titel' is declared; did you mean 'title'?"
    ]
    assert told("postgres", "SELECT titel FROM work, other;\n", {"a/c": WORK}) == []
    assert (
        told("postgres", "SELECT a FROM work, xmltable('/a' PASSING title COLUMNS a text);\n", {"a/c": WORK})
        == []
    )


def test_a_column_has_the_name_that_it_was_given_last() -> None:
    renamed = "ALTER TABLE work RENAME title TO name;\nALTER TABLE work RENAME COLUMN id TO key;\n"
    assert told("postgres", "SELECT w.name, w.key FROM work w;\n", {"a/c": WORK + renamed}) == []


def test_nothing_is_told_of_what_several_folders_declare_each_for_itself() -> None:
    query = "SELECT w.name FROM work w;\n"
    assert told("postgres", query, {"b/c": WORK, "c/c": WORK}) != []
    assert told("postgres", query, {"b/c": WORK, "c/c": WORK, "d/c": WORK}) == []
    assert told("postgres", query, {"b/c": WORK, "c/c": WORK, "a/c": WORK}) != []


BOOKS = "CREATE TABLE book (isbn int, title text);\n"
UNKNOWN = "SELECT book.a, book.b, book.c FROM book;\n"
SLIP = "SELECT book.isbn, book.title, book.titel FROM book;\n"


def test_what_is_told_is_of_the_text_as_it_is_now() -> None:
    before, after = (existing("postgres", BOOKS + query) for query in (UNKNOWN, SLIP))
    found = []
    for one in (before, replace(after, around=before.around)):
        assert one.own is not None
        found.append([told.diagnostic.message for told in unknown_names(one, one.own.names)])
    assert found == [[], ["no column 'titel' is declared; did you mean 'title'?"]]


PREFIXES = [f"p{number}" for number in range(10)]
MISSED = "".join(f"PREFIX {one}: <x>\n" for one in PREFIXES)
MISSED += "SELECT * { ?a xsd:b ?c ; " + " ; ".join(f"{one}:b ?d" for one in PREFIXES) + " }"


def test_a_prefix_that_several_texts_use_undeclared_is_brought_by_something_else() -> None:
    assert told("sparql", MISSED, {"a/c": MISSED}) == ["no prefix 'xsd' is declared"]
    assert told("sparql", MISSED, {"a/c": MISSED, "b/c": MISSED}) == []
    declared = f"PREFIX xsd: <x>\n{MISSED}"
    assert told("sparql", MISSED, {"a/c": declared, "b/c": declared}) == ["no prefix 'xsd' is declared"]


def test_a_column_that_several_texts_name_and_none_declares_is_declared_elsewhere() -> None:
    query = "SELECT w.id, w.title, w.size FROM work w WHERE w.id = 1 AND w.title = 'a' OR w.id = w.title;\n"
    assert told("postgres", query, {"a/c": WORK, "a/d": query}) == ["no column 'size' is declared"]
    assert told("postgres", query, {"a/c": WORK, "a/d": query, "a/e": query}) == []
    others = {"a/c": WORK, "a/d": "CREATE TABLE box (size int);\n", "a/e": "SELECT size FROM box;\n"}
    assert told("postgres", query, {**others, "a/f": others["a/e"]}) == ["no column 'size' is declared"]


@pytest.mark.parametrize("known", ["LIKE work", "PARTITION OF work DEFAULT", "(LIKE work, a int)"])
def test_of_a_table_that_is_like_one_that_nobody_declares_no_column_is_unknown(known: str) -> None:
    known = known if known.startswith(("(", "PART")) else f"({known})"
    made = f"CREATE TABLE mine {known};\nALTER TABLE mine ADD COLUMN more int;\n"
    query = "SELECT m.title, m.more, m.none FROM mine m;\n"
    assert told("postgres", query, {"a/c": made}) == []
    assert told("postgres", query, {"a/c": made, "a/d": WORK}) == ["no column 'none' is declared"]


def test_columns_of_a_table_with_a_parent_that_nobody_declares_are_not_unknown() -> None:
    query = "SELECT m.title FROM mine m;\n"
    made = "CREATE TABLE mine (a int) INHERITS (work);\n"
    assert told("postgres", query, {"a/c": made}) == []
    assert told("postgres", "SELECT m.name FROM mine m;\n", {"a/c": made + WORK}) != []


@pytest.mark.parametrize(
    ("language", "text", "beside"),
    [
        ("postgres", "ALTER TABLE work DROP COLUMN IF EXISTS size;\n", WORK),
        (
            "postgres",
            "CREATE TABLE a PARTITION OF work FOR VALUES FROM (minvalue) TO (2);\n",
            WORK,
        ),
        ("graphql", "fragment f on User { mail(of: $id) }\n", "query ($id: Int) { ...f }\n"),
        ("hcl", "moved {\n  from = aws_a.old\n  to   = module.net.aws_a.new\n}\n", ""),
        ("hcl", "import {\n  to = module.net.aws_a.new\n}\n", ""),
        ("hcl", "removed {\n  from = module.net.aws_a.old\n}\n", ""),
    ],
)
def test_what_need_not_be_there_is_not_unknown(language: str, text: str, beside: str) -> None:
    module = 'resource "aws_a" "new" {\n}\nmodule "net" {\n  source = "../net"\n}\na = aws_a.new\n'
    others = {"a/c": beside} if language != "hcl" else {"a/c": module, "net/a": 'output "id" {}\n'}
    assert told(language, text, others) == []
