"""Which names exist: declared, used or built in, and whether all of a kind have to be declared."""

from __future__ import annotations

from lsp_server.names.existing import NamesAround
from lsp_server.names.places import Use
from lsp_server.names.strictness import Strictness
from tests.names.suggesting import allowed, existing, named, unit

VAR, PREFIX, TYPE, RESOURCE = Use(("var",)), Use(("prefix",)), Use(("type",)), Use(("resource", "provider"))
DECLARED = 'variable "a" {}\nvariable "b" {}\n'


def test_names_of_a_folder_are_those_of_its_files() -> None:
    found = existing("hcl", DECLARED, {"a/c": 'variable "c" {}\n', "d/e": 'variable "d" {}\n'})
    assert allowed(found, VAR, None) == {"a", "b", "c"}


def test_where_nothing_is_declared_a_folder_forbids_nothing_and_a_file_all() -> None:
    assert allowed(existing("hcl", ""), VAR, None) is None
    assert allowed(existing("sparql", "SELECT * { ?a ?b ?c }"), PREFIX, None) == set()


def test_a_kind_is_open_where_many_references_name_nothing() -> None:
    some = "locals {\n" + "".join(f"  x{i} = var.unknown{i}\n" for i in range(6)) + "}\n"
    assert allowed(existing("hcl", DECLARED + some), VAR, None) is None
    strict = existing("hcl", DECLARED + some, strictness=Strictness.REQUIRE)
    assert allowed(strict, VAR, None) == {"a", "b"}


def test_one_reference_that_names_nothing_may_be_a_mistake() -> None:
    assert allowed(existing("hcl", f"{DECLARED}locals {{\n  x = var.c\n}}\n"), VAR, None) == {"a", "b"}


def test_a_folder_that_declares_its_names_is_closed_though_others_do_not() -> None:
    wild = "locals {\n" + "".join(f"  x{i} = var.unknown{i}\n" for i in range(9)) + "}\n"
    own = f"{DECLARED}locals {{\n  x = var.a\n}}\n"
    assert allowed(existing("hcl", own, {"elsewhere/x": wild}), VAR, None) == {"a", "b"}


def test_a_name_that_is_used_elsewhere_exists_unless_all_have_to_be_declared() -> None:
    beside = {"a/c": "type A { b: Date! c: A! }\n", "a/d": "type D { e: A! f: D! }\n"}
    assert {"A", "D", "Date", "String"} <= (allowed(existing("graphql", "", beside), TYPE, None) or set())
    strict = allowed(existing("graphql", "", beside, Strictness.REQUIRE), TYPE, None)
    assert strict is not None
    assert "Date" not in strict


def test_a_word_half_typed_is_no_name_though_it_stands_there() -> None:
    text = "type A { b: Aut c: Aut }\n"
    found = allowed(existing("graphql", text, begun="Aut"), TYPE, None)
    assert found is not None
    assert "Aut" not in found


def test_nothing_is_forbidden_that_may_be_declared_in_files_not_read() -> None:
    assert allowed(existing("hcl", DECLARED, beyond=False), VAR, None) is None
    assert allowed(existing("sparql", "PREFIX a: <b>\nASK {}", beyond=False), PREFIX, None) == {"a"}


def test_names_with_another_qualifier_are_others() -> None:
    found = existing("hcl", 'resource "aws_vpc" "main" {}\nresource "aws_lb" "front" {}\n')
    assert allowed(found, RESOURCE, "aws_vpc") == {"main"}
    assert allowed(found, RESOURCE, "azure_vpc") is None


def test_a_fingerprint_tells_whether_others_of_the_names_exist() -> None:
    one = existing("hcl", "", {"a/c": DECLARED})
    same = existing("hcl", "", {"a/c": f"# said otherwise\n{DECLARED}"})
    other = existing("hcl", "", {"a/c": 'variable "a" {}\n'})
    assert one.fingerprint == same.fingerprint
    assert one.fingerprint != other.fingerprint


def test_names_are_used_by_as_many_texts_as_refer_to_them() -> None:
    texts = {"a/c": "x = aws_a.b.arn\ny = aws_a.b.id\n", "d/e": "x = aws_a.b.id\nz = aws_a.b.ipv6\n"}
    found = existing("hcl", "x = aws_c.d.i\n", texts)
    assert found.used("key", "") == ("id", "arn", "ipv6")
    assert found.used("key", "i") == ("id", "ipv6")


def test_a_text_that_does_not_count_uses_no_name() -> None:
    texts = {"a/c": "x = aws_a.b.arn\ny = aws_a.b.id\n", "d/e": "x = aws_a.b.id\nz = aws_a.b.ipv6\n"}
    beyond = existing("hcl", "", texts).around
    opened = unit(named("hcl"), "a/c", "x = aws_a.b.tags\n")
    around = NamesAround(beyond.language, [opened], beyond, ["f/g"])
    assert around.texts.uses("key") == {"tags": 1, "id": 1, "ipv6": 1}


def test_what_the_language_brings_of_another_kind_is_no_name_because_it_is_used() -> None:
    beside = 'variable "c" {\n  type = object({ d = string, e = unknown })\n}\n'
    found = allowed(existing("hcl", 'resource "a" "b" {}\n', {"a/c": beside}), Use(("value",)), None)
    assert found is not None
    assert {"unknown", "string"} & found == {"unknown"}


def test_that_true_is_known_does_not_tell_that_all_files_of_a_folder_are_there() -> None:
    own = 'module "a" {\n  source = "b"\n  c      = true\n}\n'
    elsewhere = {"elsewhere/x": "locals {\n" + "".join(f"  x{i} = module.y{i}.z\n" for i in range(9)) + "}\n"}
    assert allowed(existing("hcl", own, elsewhere), Use(("module",)), None) is None
    used = existing("hcl", f'{own}output "d" {{\n  value = module.a.e\n}}\n', elsewhere)
    assert allowed(used, Use(("module",)), None) == {"a"}
