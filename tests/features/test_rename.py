"""Renaming in the examples of every bundle, and over several files."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping

import pytest

from lsp_server.constraint import load_grammar
from lsp_server.features.diagnostics import diagnose
from lsp_server.features.rename import Refusal, Renaming, rename
from lsp_server.languages import Language, load_registry
from lsp_server.names.naming import names_of
from lsp_server.names.resolving import Resolver
from lsp_server.names.standing import Place, Unit
from lsp_server.syntax import SyntaxTree, parse
from lsp_server.text import Edit, apply_edits

URI = "file:///a"
FRESH = "renamed"
TRIES = 12
"""Names of each language that are renamed."""


def edited(text: str, edits: Iterable[Edit]) -> str:
    return apply_edits(text, sorted(edits, key=lambda edit: edit.span, reverse=True))


def renamed(tree: SyntaxTree, offset: int, name: str) -> Renaming | Refusal:
    unit = Unit(URI, "/", names_of(tree)[0])
    return rename(Resolver([unit]), URI, offset, name, lambda _: tree)


def spelled_alike(tree: SyntaxTree) -> list[Place]:
    """The places of names that are defined in a text, and written the same wherever they stand."""
    unit = Unit(URI, "/", names_of(tree)[0])
    resolver = Resolver([unit])
    places = []
    for name in unit.names:
        place = Place(unit, name)
        spellings = {tree.text[o.span.start : o.span.end] for o in resolver.occurrences(place)}
        if not name.occurrence.hidden and resolver.definitions(place) and len(spellings) == 1:
            places.append(place)
    return places


def test_a_renamed_text_is_as_sound_as_before_and_renaming_back_gives_it_again(language: Language) -> None:
    trees = [
        parse(language, path.read_text("utf-8")) for path in sorted(language.directory.glob("examples/*"))
    ]
    tried = [(tree, place) for tree in trees for place in spelled_alike(tree)]
    done = 0
    for tree, place in random.Random(7).sample(tried, TRIES):
        old = tree.text[place.span.start : place.span.end]
        there = renamed(tree, place.span.start, FRESH)
        if isinstance(there, Refusal):
            continue
        text = edited(tree.text, there.edits[URI])
        new = parse(language, text)
        grammar = load_grammar(language)
        assert len(diagnose(new, grammar)) == len(diagnose(tree, grammar))
        first = there.edits[URI][0].span.start
        assert text[first:].startswith(FRESH)
        back = renamed(new, first, old)
        assert isinstance(back, Renaming), (old, back)
        assert edited(text, back.edits[URI]) == tree.text
        done += 1
    assert done >= TRIES - 2


def workspace(language_id: str, files: Mapping[str, str]) -> tuple[Resolver, dict[str, SyntaxTree]]:
    language = load_registry().by_id(language_id)
    trees = {path: parse(language, text) for path, text in files.items()}
    units = [Unit(path, path.rpartition("/")[0], names_of(tree)[0]) for path, tree in trees.items()]
    return Resolver(units), trees


def test_a_type_is_renamed_in_the_whole_workspace() -> None:
    files = {
        "a/x": "type Book { id: ID }\n",
        "b/y": "{ a { ... on Book { id } } }\n",
        "c/z": "type A { id: ID }\n",
    }
    resolver, trees = workspace("graphql", files)
    done = rename(resolver, "b/y", files["b/y"].index("Book"), "Volume", trees.get)
    assert isinstance(done, Renaming)
    assert {path: edited(files[path], edits) for path, edits in done.edits.items()} == {
        "a/x": "type Volume { id: ID }\n",
        "b/y": "{ a { ... on Volume { id } } }\n",
    }


def test_a_variable_of_a_module_is_renamed_in_its_folder_alone() -> None:
    files = {"a/x": 'variable "zone" {}\n', "a/y": "b = var.zone\n", "b/z": "b = var.zone\n"}
    resolver, trees = workspace("hcl", files)
    done = rename(resolver, "a/y", files["a/y"].index("zone"), "area", trees.get)
    assert isinstance(done, Renaming)
    assert sorted(done.edits) == ["a/x", "a/y"]


def test_a_clash_in_another_file_is_refused() -> None:
    files = {"a/x": "type Book { id: ID }\n", "b/y": "\ntype Film { id: ID }\n"}
    resolver, trees = workspace("graphql", files)
    done = rename(resolver, "a/x", files["a/x"].index("Book"), "Film", trees.get)
    assert done == Refusal("'Film' is already the name of a type on line 2 of y")


@pytest.mark.parametrize(
    ("text", "name", "reason"),
    [
        ("locals { a = [for x in [1] : [for y in [2] : <|>x]] }\n", "y", "for something else"),
        ("locals { a = [for x in [1] : x<|>] }\n", "1x", "cannot stand everywhere"),
        ("locals { a = loc<|>al.b }\n", "c", "no name"),
        ("locals { a = local.b<|> }\n", "c", "not defined"),
    ],
)
def test_what_would_change_the_meaning_is_refused(text: str, name: str, reason: str) -> None:
    tree = parse(load_registry().by_id("hcl"), text.replace("<|>", ""))
    done = renamed(tree, text.index("<|>"), name)
    assert isinstance(done, Refusal)
    assert reason in done.reason
