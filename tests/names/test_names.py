"""Names and outlines of a text are the same whether they are made anew or from those of the text before."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePosixPath

import pytest

from lsp_server.features.highlights import highlights
from lsp_server.features.outline import DEEPEST, Outline, outline
from lsp_server.features.workspace_symbols import likeness
from lsp_server.languages import Language, load_registry
from lsp_server.names.naming import names_of
from lsp_server.names.occurrences import Name, Names
from lsp_server.names.resolving import Resolver
from lsp_server.names.standing import Unit
from lsp_server.syntax import next_tree, parse
from lsp_server.text import Edit, Span, apply_edits

EDITS = 25


def told(names: Names) -> list[tuple[Span, object, object]]:
    return [(name.span, name.occurrence, name.documentation) for name in names]


def placed(found: Outline) -> list[tuple[int, object]]:
    return [(start, symbols) for start, symbols in found]


def test_edits_lead_to_the_same_names_and_outline_as_a_fresh_look(language: Language) -> None:
    rng = random.Random(3)
    path = max(language.directory.glob("examples/*"), key=lambda path: path.stat().st_size)
    text = path.read_text("utf-8")
    tree = parse(language, text)
    (_, names), (_, symbols) = names_of(tree), outline(tree)
    for _ in range(EDITS):
        start = rng.randrange(len(text))
        edit = Edit(
            Span(start, min(start + rng.choice([0, 0, 1, 9]), len(text))),
            rng.choice(["", "x", "\n", "{", "é"]),
        )
        text = apply_edits(text, (edit,))
        tree = next_tree(tree, (edit,), text)
        found, names = names_of(tree, names)
        listed, symbols = outline(tree, symbols)
        assert told(found) == told(names_of(tree)[0])
        assert placed(listed) == placed(outline(tree)[0])


def test_names_are_told_from_the_nearest_on(language: Language) -> None:
    path = max(language.directory.glob("examples/*"), key=lambda path: path.stat().st_size)
    text = path.read_text("utf-8")
    names, _ = names_of(parse(language, text))
    for offset in (0, len(text), *random.Random(3).sample(range(len(text)), 20)):
        ordered = sorted(names, key=lambda name: abs(name.span.start - offset))
        assert list(names.nearest(offset)) == ordered


def test_an_edit_costs_its_own_element_alone() -> None:
    language = load_registry().by_id("graphql")
    before = "type A { a: Int }\n\ntype B { b: A }\n"
    names, known = names_of(parse(language, before))
    after, _ = names_of(parse(language, before.replace("Int", "Float")), known)
    assert after.parts[1] is names.parts[1]
    assert after.parts[0] is not names.parts[0]


def test_each_name_is_found_where_it_stands(language: Language) -> None:
    for path in language.directory.glob("examples/*"):
        names = names_of(parse(language, path.read_text("utf-8")))[0]
        shown = [name for name in names if not name.occurrence.hidden]
        assert [names.at(name.span.start) for name in shown] == shown
        assert all(name in names.named(name.occurrence.name) for name in shown)


def test_a_name_is_one_of_its_own_occurrences(language: Language) -> None:
    for path in language.directory.glob("examples/*"):
        unit = Unit("a", "/", names_of(parse(language, path.read_text("utf-8")))[0])
        resolver = Resolver([unit])
        for name in visible(unit.names):
            marked = [mark.span for mark in highlights(resolver, "a", name.span.start)]
            assert name.span in marked
            assert marked == sorted(set(marked))


def visible(names: Iterable[Name]) -> list[Name]:
    return [name for name in names if not name.occurrence.hidden]


def test_a_broken_text_still_has_its_names(language: Language) -> None:
    path = min(language.directory.glob("examples/*"), key=lambda path: path.stat().st_size)
    text = path.read_text("utf-8")
    for end in range(0, len(text), max(1, len(text) // 20)):
        names_of(parse(language, text[:end]))
        outline(parse(language, text[:end]))


def test_deep_nesting_is_no_error() -> None:
    language = load_registry().by_id("graphql")
    text = "type Query { a: Query }\n" + "{ a " * 400 + "}" * 400
    unit = Unit("a", "/", names_of(parse(language, text))[0])
    assert len(highlights(Resolver([unit]), "a", text.index("a:"))) > 1


def test_an_outline_is_no_deeper_than_can_be_sent() -> None:
    text = "a {\n" * 300 + "}\n" * 300
    [(_, symbols)] = outline(parse(load_registry().by_id("hcl"), text))[0]
    depth = 0
    while symbols:
        depth, symbols = depth + 1, symbols[0].children
    assert depth == DEEPEST


@pytest.mark.parametrize("setting", ["nowhere", ""])
def test_a_visibility_that_is_none_is_that_of_the_scope(setting: str) -> None:
    language = load_registry().by_id("hcl")
    query = f'((attribute (identifier) @local.definition.a) (#set! local.visible "{setting}"))'
    own = replace(language, queries={"locals": query})
    [name] = names_of(parse(own, "a = 1\n"))[0]
    assert name.occurrence.visible == "file"


def test_the_nearer_a_name_is_to_what_is_looked_for_the_better() -> None:
    names = ["book", "bookShelf", "my_book", "myBook", "rebook", "b_o_o_k"]
    ranked = [likeness("book", name) for name in names]
    assert None not in ranked
    assert [rank[0] for rank in ranked if rank] == [0, 0, 1, 1, 2, 3]
    assert likeness("book", "boko") is None


def test_what_a_module_has_is_found_in_its_folder_and_from_there() -> None:
    language = load_registry().by_id("hcl")
    texts = {
        "a/main.tf": 'module "net" {\n  source = "./net"\n  cidr = 1\n}\nlocals { b = module.net.arn }\n',
        "a/net/main.tf": 'variable "cidr" {}\noutput "arn" { value = var.cidr }\n',
        "a/other/main.tf": 'variable "cidr" {}\noutput "arn" { value = var.cidr }\n',
    }
    units = [
        Unit(uri, str(PurePosixPath(uri).parent), names_of(parse(language, text))[0])
        for uri, text in texts.items()
    ]
    resolver = Resolver(units)
    for name in ("cidr", "arn"):
        there = resolver.at("a/net/main.tf", texts["a/net/main.tf"].index(name))
        here = resolver.at("a/main.tf", texts["a/main.tf"].index(name))
        assert there is not None
        assert here is not None
        assert resolver.definitions(here) == (there,)
        assert {here, there} <= set(resolver.occurrences(there)) == set(resolver.occurrences(here))
        assert not any(place.unit.folder == "a/other" for place in resolver.occurrences(here))
