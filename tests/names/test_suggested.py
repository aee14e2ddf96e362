"""What is suggested in a closed place names something that exists."""

from __future__ import annotations

from pathlib import Path

import pytest

from lsp_server.features.reasons import Filter
from lsp_server.languages.manifest import load_bundle
from lsp_server.names.strictness import Strictness
from tests.names.suggesting import completion, suggested

SAMPLE = Path(__file__).parents[1] / "languages" / "rules"
VARIABLES = 'variable "region_of_the_network" {}\nvariable "instance_count" {}\n'
USED = 'output "o" {\n  value = "${var.region_of_the_network}${var.instance_count}"\n}\n'


@pytest.mark.parametrize(
    ("marked", "wanted", "shown"),
    [
        (f"{VARIABLES}locals {{\n  count = var.<|>\n}}\n", "instances", "instance_count"),
        (f"{VARIABLES}locals {{\n  count = var.in<|>\n}}\n", "stances", "stance_count"),
        (f"{VARIABLES}locals {{\n  count = var.<|>\n}}\n", "instance", "instance_count"),
        (f"{VARIABLES}locals {{\n  count = <|>\n}}\n", "var.instances", "var.instance_count"),
        (
            f"{VARIABLES}locals {{\n  count = <|>\n}}\n",
            "var.region_of_the_networks",
            "var.region_of_the_network",
        ),
        (f"{VARIABLES}locals {{\n  a = [for b in c : var.<|>]\n}}\n", "instances", "instance_count"),
    ],
    ids=[
        "another name",
        "half-typed",
        "a beginning is no name",
        "far from the cursor",
        "too long",
        "in a loop",
    ],
)
def test_a_name_that_nobody_declares_gives_way_to_the_likeliest_that_exists(
    marked: str, wanted: str, shown: str
) -> None:
    assert suggested("hcl", marked, wanted, strictness=Strictness.OFF) == (wanted,)
    assert suggested("hcl", marked, wanted) == (shown,)
    assert suggested("hcl", marked, wanted, automatic=True) == (shown,)


@pytest.mark.parametrize(
    ("marked", "wanted", "shown"),
    [
        ("type Query { a(by: <|>): Int }\n", "Order", "OrderBy"),
        ("type Query { a(by: Ord<|>): Int }\n", "er", "erBy"),
        ("type Query { a(by: <|>): Int }\n", "Float", "Float"),
        ("type Query { a: <|> }\n", "OrderBy", "Order"),
    ],
)
def test_a_type_gives_way_that_does_not_fit(marked: str, wanted: str, shown: str) -> None:
    declared = "type Order { a: Int }\ninput OrderBy { a: Int }\n"
    (found,) = suggested("graphql", declared + marked, wanted)
    assert found.split()[0] == shown


def test_what_is_declared_is_suggested_as_the_model_wants_it_and_costs_no_pass() -> None:
    marked = f"{VARIABLES}locals {{\n  count = var.<|>\n}}\n"
    passes = [
        completion("hcl", marked, "instance_count", strictness=strictness).statistics["passes"]
        for strictness in Strictness
    ]
    assert passes == [passes[0]] * 3


def test_a_word_that_gave_way_is_told_with_the_names_that_exist() -> None:
    found = completion("hcl", f"{VARIABLES}locals {{\n  count = var.<|>\n}}\n", "instances")
    assert found.strays == {"instances": ("instance_count", "region_of_the_network")}


def test_decoding_goes_on_behind_the_name() -> None:
    marked = f"{VARIABLES}locals {{\n  count = var.<|>\n}}\n"
    before = marked.partition("<|>")[0]
    shown = suggested("hcl", marked, "instances", then={f"{before}instance_count": " + 1"})
    assert shown == ("instance_count + 1",)


def test_a_name_that_was_begun_is_not_left_half_typed() -> None:
    marked = f"{VARIABLES}locals {{\n  count = max(1, var.in<|>\n}}\n"
    assert suggested("hcl", marked, ")", strictness=Strictness.OFF) == (")",)
    assert suggested("hcl", marked, ")") == ("stance_count)",)
    whole = marked.replace("var.in<", "var.instance_count<")
    assert suggested("hcl", whole, ")") == (")",)


def test_what_the_suggestion_declares_itself_exists() -> None:
    marked = "PREFIX a: <http://a.org/>\n<|>"
    wanted = "PREFIX b: <http://b.org/> SELECT * { ?x b:c ?y }"
    assert suggested("sparql", marked, wanted) == (wanted,)


def test_a_name_that_begins_as_none_that_is_declared_is_let_be_and_not_gone_on_with() -> None:
    marked = f"{VARIABLES}locals {{\n  count = var.zone_<|>\n}}\n"
    assert suggested("hcl", marked, "id", strictness=Strictness.OFF) == ("id",)
    assert suggested("hcl", marked, "id") == ()
    assert suggested("hcl", marked, " + 1") == (" + 1",)


def test_a_name_of_a_file_that_declares_none_is_forbidden() -> None:
    for marked, wanted in (("SELECT * { ?x <|> }", "foaf:name ?y"), ("SELECT * { ?x <|> }", ":name ?y")):
        assert suggested("sparql", marked, wanted, strictness=Strictness.OFF) == (wanted,)
        assert not any(":" in text for text in suggested("sparql", marked, wanted))


def test_a_name_of_a_folder_that_declares_none_is_unknown() -> None:
    assert suggested("hcl", "locals {\n  count = var.<|>\n}\n", "instances") == ("instances",)


def test_several_suggestions_name_different_things() -> None:
    marked = f"{VARIABLES}locals {{\n  count = var.<|>\n}}\n"
    assert set(suggested("hcl", marked, "zones", candidates=2)) == {"instance_count", "region_of_the_network"}


def test_a_name_stands_for_what_other_files_declare_too() -> None:
    beside = {"a/variables.tf": VARIABLES + USED, "c/variables.tf": 'variable "elsewhere" {}\n'}
    marked = "locals {\n  count = var.<|>\n}\n"
    assert suggested("hcl", marked, "instances", beside) == ("instance_count",)
    assert suggested("hcl", marked, "elsewhere", beside) != ("elsewhere",)


def test_names_are_told_apart_by_what_stands_before_them() -> None:
    text = 'resource "aws_vpc" "main" {}\nresource "aws_lb" "front" {}\nlocals {\n  a = aws_vpc.<|>\n}\n'
    assert suggested("hcl", text, "front") == ("main",)
    assert suggested("hcl", text.replace("aws_vpc.<", "azure_vpc.<"), "front") == ("front",)


def test_in_a_language_whose_queries_holegram_new_made_it_is_the_same() -> None:
    text = 'channel oncall {\n  kind: "pager"\n}\nlet busy = 80%\nrule a when busy > 1 {\n  notify <|>\n}\n'
    language = load_bundle(SAMPLE)
    assert suggested(language, text, "team_of_today", strictness=Strictness.OFF) == ("team_of_today",)
    assert suggested(language, text, "oncall_team") == ("oncall",)


SCHEMA = "type Query { book(id: ID): Book me: Person }\ntype Book { title: String author: Person }\n"
PERSON = "type Person { nickname: String! }\n"


@pytest.mark.parametrize(
    ("selection", "wanted", "shown"),
    [
        ("{ book { <|> } }", "titl", "title"),
        ("{ book { author { <|> } } }", "nick", "nickname"),
        ("fragment F on Person { <|> }", "nick", "nickname"),
        ("{ me { ni<|> } }", "x", "ckname"),
        ("{ me { <|> } }", "__typename", "__typename"),
        ("{ <|> }", "mine: me", "mine: me"),
    ],
)
def test_a_member_is_one_of_the_type_that_owns_it(selection: str, wanted: str, shown: str) -> None:
    beside = {"a/schema": SCHEMA + PERSON}
    found = suggested(
        "graphql", f"query Q {selection}\n".replace("query Q fragment", "fragment"), wanted, beside
    )
    assert [text.rstrip(" }") for text in found] == [shown]


def test_nothing_is_forbidden_where_the_owner_is_not_declared() -> None:
    marked = "query Q { me { <|> } }\n"
    assert suggested("graphql", marked, "nick") == ("nick",)
    assert suggested("graphql", marked, "nick", {"a/schema": SCHEMA}) == ("nick",)
    assert suggested("graphql", marked, "nick", {"a/schema": SCHEMA + PERSON}) == ("nickname",)


MODULE = {"a/net/main.tf": 'variable "cidr" {}\noutput "arn" { value = 1 }\noutput "address" { value = 2 }\n'}
CALLED = 'module "net" {\n  source = "./net"\n  cidr   = 1\n}\n'
OBJECTS = """locals {
  size = { cores = 1, "memory" = 2 }
}
variable "site" { type = object({ zone = string }) }
"""


@pytest.mark.parametrize(
    ("value", "wanted", "shown"),
    [
        ("module.net.<|>", "outputs", "arn"),
        ("module.net.ad<|>", "x", "dress"),
        ("<|>", "module.net.outputs", "module.net.arn"),
        ("local.size.<|>", "count", "cores"),
        ("var.site.<|>", "name", "zone"),
        ("var.other.<|>", "name", "name"),
    ],
)
def test_outputs_of_a_module_and_keys_of_an_object_exist(value: str, wanted: str, shown: str) -> None:
    marked = f'{CALLED}{OBJECTS}output "o" {{\n  value = {value}\n}}\n'
    assert suggested("hcl", marked, wanted, MODULE) == (shown,)


def test_a_module_whose_folder_is_not_there_may_have_any_output() -> None:
    marked = CALLED.replace("./net", "./other") + 'output "o" {\n  value = module.net.<|>\n}\n'
    assert suggested("hcl", marked, "outputs", MODULE) == ("outputs",)


def test_arguments_of_a_module_are_the_variables_of_its_folder() -> None:
    marked = 'module "net" {\n  source = "./net"\n  <|>\n}\n'
    assert suggested(
        "hcl", marked, "cid = 1", MODULE, then={f"{marked.partition('<|>')[0]}cidr": " = 1"}
    ) == ("cidr = 1",)
    assert suggested("hcl", marked, "count = 1", MODULE) == ("count = 1",)


TABLES = """CREATE TABLE users (id int, full_name text, email text);
CREATE TABLE orders (id int, user_id int, total numeric);
"""


@pytest.mark.parametrize(
    ("query", "wanted", "shown"),
    [
        ("SELECT u.<|> FROM users u;", "nick", "id"),
        ("SELECT u.fu<|> FROM users u;", "nick", "ll_name"),
        ("SELECT <|> FROM users;", "nick", "id"),
        ("SELECT id FROM users u JOIN orders o ON o.us<|> = u.id;", "er", "er_id"),
        ("SELECT (SELECT max(total) FROM orders WHERE user_id = <|>) FROM users u;", "u.nick", "u.id"),
        ("INSERT INTO users (<|>) VALUES (1);", "nick", "id"),
        ("COPY users (id, fu<|>) FROM 'users.csv';", "nick", "ll_name"),
        ("CREATE INDEX i ON orders (to<|>);", "days", "tal"),
        ("SELECT id AS key FROM users ORDER BY <|>;", "key", "key"),
        ("SELECT <|> FROM users u;", "u", "u"),
        ("SELECT <|> FROM users;", "count(*)", "count(*)"),
        ("SELECT (SELECT max(total) FROM orders WHERE <|> = 1) FROM users;", "full_name", "full_name"),
        ("SELECT <|> FROM users, elsewhere;", "nick", "nick"),
        ("SELECT <|> FROM users, (SELECT * FROM orders) o;", "total", "total"),
        ("SELECT <|> FROM users, generate_series(1, 2) AS g(n);", "n", "n"),
        ("CREATE TABLE some (x int) INHERITS (users);\nSELECT <|> FROM some;", "email", "email"),
        ("ALTER TABLE users RENAME TO people;\nSELECT <|> FROM people;", "email", "email"),
        ("CREATE VIEW v AS SELECT id AS key FROM users;\nSELECT <|> FROM v;", "key", "key"),
    ],
)
def test_a_column_is_one_of_the_tables_of_its_query_where_all_of_these_are_known(
    query: str, wanted: str, shown: str
) -> None:
    assert suggested("postgres", f"{TABLES}{query}\n", wanted) == (shown,)


def test_nothing_is_forbidden_where_the_tree_leaves_out_what_the_owner_may_be() -> None:
    marked = f"{TABLES}CREATE INDEX i ON elsewhere (to<|>\nCREATE INDEX j ON users (email);\n"
    assert suggested("postgres", marked, "days);") == ("days);",)


@pytest.mark.parametrize(
    ("marked", "wanted", "shown"),
    [
        ("CREATE TABLE t (a <|>, b int);", "NOTIFY", "date"),
        ("CREATE TABLE t (a <|>, b int);", "NOTNULL", "date"),
        ("CREATE TABLE t (a <|>, b int);", "uuid", "uuid"),
        ("CREATE TABLE t (a <|>, b int);", "double precision", "double precision"),
        ("CREATE TABLE t (a <|>, b int);", "varchar(20)", "varchar(20)"),
        ("SELECT 1 FROM <|>;", "listen", "users"),
        ("SELECT 1 FROM <|>;", "generate_series(1, 2) g", "generate_series(1, 2) g"),
        ("SELECT 1 FROM <|>;", "(SELECT 1) x", "(SELECT 1) x"),
        ("SELECT c.id, count(*)\n<|>", "FROM c", "FROM users"),
        ("CREATE INDEX v ON <|> (id);", "v", "users"),
        ("CREATE INDEX <|> (id);", "v ON v", "v ON users"),
        ("CREATE VIEW u AS SELECT 1; CREATE INDEX <|> (id);", "v ON u", "v ON u"),
        ('CREATE TABLE "Loan" (id int);\nSELECT 1 FROM <|>;', "Loan WHERE true", "users"),
        ('CREATE TABLE "Loan" (id int);\nSELECT 1 FROM "Lo<|>;', 'ans"', 'an"'),
        ("WITH recent AS (SELECT 1) SELECT 1 FROM <|>;", "recent", "recent"),
    ],
)
def test_types_and_tables_exist_and_no_keyword_stands_for_one(marked: str, wanted: str, shown: str) -> None:
    assert suggested("postgres", f"{TABLES}{marked}\n", wanted) == (shown,)
    assert suggested("postgres", f"{TABLES}{marked}\n", wanted, automatic=True) == (shown,)


def test_nothing_is_forbidden_where_no_file_declares_any_table() -> None:
    assert suggested("postgres", "SELECT 1 FROM <|>;\n", "elsewhere") == ("elsewhere",)


def test_a_name_with_half_a_character_is_not_suggested() -> None:
    """A client may send a lone surrogate, which no token spells."""
    half, marked = 'variable "re\ud800gion" {}\n', "locals {\n  b = var.<|>\n}\n"
    for others, expected in (("", ("*",)), ('variable "zone" {}\n', ("zone",))):
        beside = {"a/c": half + others}
        assert suggested("hcl", marked, "regions", beside, Strictness.REQUIRE) == expected


BEGUN = 'resource "bucket" "data" {'
BUCKET = BEGUN + "\n}\n"
ORDERS_AND_PARTS = "CREATE TABLE orders (id int);\nCREATE TABLE parts (id int);\n"


@pytest.mark.parametrize(
    ("language", "marked", "wanted", "beside"),
    [
        pytest.param("hcl", "<|>", 'resource "bucket" "data" {\n}\n', {"a/c": BUCKET}, id="a block"),
        pytest.param("hcl", 'resource "bucket" "da<|>', 'ta" {', {"a/c": BUCKET}, id="half-typed"),
        pytest.param("graphql", "type <|>", "Order {", {"a/c": "input Order { a: Int }"}, id="a type"),
        pytest.param("postgres", "CREATE TABLE <|>", "Orders (", {"c/d": ORDERS_AND_PARTS}, id="a table"),
        pytest.param(
            "postgres", f"CREATE TABLE <|>;\n\n{ORDERS_AND_PARTS}", "orders (id int)", {}, id="below"
        ),
    ],
)
def test_what_is_declared_once_is_not_declared_again(
    language: str, marked: str, wanted: str, beside: dict[str, str]
) -> None:
    found = completion(language, marked, wanted, beside, automatic=True)
    assert found.dropped[Filter.DECLARED]
    assert not any(item.text.startswith(wanted[:-2].rstrip()) for item in found.items)
    assert suggested(language, marked, wanted, beside, Strictness.OFF, automatic=True)


@pytest.mark.parametrize(
    ("language", "marked", "wanted", "beside"),
    [
        pytest.param("hcl", "<|>", BEGUN, {"c/d": BUCKET}, id="in another folder"),
        pytest.param("hcl", "<|>", 'resource "bucket" "date" {', {"a/c": BUCKET}, id="another name"),
        pytest.param("hcl", "<|>", 'resource "buckets" "data" {', {"a/c": BUCKET}, id="of another type"),
        pytest.param("hcl", "a = <|>", "bucket.data", {"a/c": BUCKET}, id="a reference"),
        pytest.param(
            "graphql", "type A { <|> }", "name: Int", {"a/c": "type B { name: Int }"}, id="a member"
        ),
        pytest.param(
            "postgres",
            "CREATE TABLE <|>",
            "orders (",
            {"a": ORDERS_AND_PARTS, "b": ORDERS_AND_PARTS},
            id="in two files",
        ),
        pytest.param(
            "postgres",
            "CREATE TABLE <|>",
            "bills (",
            {"a": ORDERS_AND_PARTS, "b": f"{ORDERS_AND_PARTS}CREATE TABLE bills (id int);"},
            id="where others are declared twice",
        ),
    ],
)
def test_what_may_be_declared_again_is(
    language: str, marked: str, wanted: str, beside: dict[str, str]
) -> None:
    (found,) = suggested(language, marked, wanted, beside, automatic=True)
    assert found.startswith(wanted)
