"""Texts are found by what they say as one finds them by reading one after the other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_server.features.name_findings import name_findings
from lsp_server.features.unknown_names import unknown_names
from lsp_server.names import existing
from lsp_server.names.existing import Existing, NamesAround, Own
from lsp_server.names.occurrences import Name, Names, Visibility
from lsp_server.names.places import Use
from lsp_server.names.standing import Unit
from lsp_server.names.texts import Texts
from lsp_server.syntax import parse
from tests.names.suggesting import named, unit

FOLDERS = ("a", "b")
PIECES = (
    'variable "zone" {}\n',
    'variable "size" {}\n',
    'output "o" {\n  value = var.zone\n}\n',
    "locals {\n  zone = var.size\n}\n",
    'resource "r" "x" {\n  z = local.zone\n}\n',
)
SAID: tuple[tuple[Visibility | None, str | None], ...] = ((Visibility.FOLDER, "a"), (None, None), (None, "b"))


@st.composite
def texts(draw: st.DrawFn, layer: int) -> list[Unit]:
    """Some files, the URIs of which may come in another layer too."""
    drawn = draw(st.lists(st.tuples(st.integers(0, 3), st.lists(st.sampled_from(PIECES))), max_size=3))
    found = {}
    for number, pieces in drawn:
        uri = f"{FOLDERS[number % 2]}/{number}"
        found[uri] = unit(named("hcl"), uri, f"# {layer}\n{''.join(pieces)}")
    return list(found.values())


@given(texts(0), texts(1), texts(2), st.sets(st.sampled_from(("a/0", "b/1"))))
def test_layers_are_as_one(
    opened: list[Unit], beside: list[Unit], files: list[Unit], closed: set[str]
) -> None:
    layered = Texts(opened, beyond=Texts(beside, beyond=Texts(files), without=closed))
    left = [*beside, *(one for one in files if one.uri not in closed | {other.uri for other in beside})]
    plain = [*opened, *(one for one in left if one.uri not in {other.uri for other in opened})]
    assert list(layered) == plain
    for folder in FOLDERS:
        assert list(layered.in_folder(folder)) == [one for one in plain if one.folder == folder]
    words = {name.occurrence.name for one in plain for name in one.names}
    for word in words:
        assert set(layered.publishing(word)) == {one for one in plain if any(one.names.published(word))}
    for space in ("var", "local", "resource"):
        for visible in Visibility:
            defining = {one for one in plain if any(one.names.defining(space, visible, None))}
            assert set(layered.defining(space, visible, None)) == defining
            in_a = {one for one in defining if one.folder == "a"} if visible is Visibility.FOLDER else set()
            assert set(layered.defining(space, visible, None, "a")) == in_a
        for how, inside in SAID:
            said = {
                (said.name, one)
                for one in plain
                for said in one.names.said.get(space, ())
                if said.visible is how and inside in (None, one.folder)
            }
            found = {(name, one) for name, units in layered.said(space, how, inside) for one in units}
            assert found == said
            for word in words:
                assert {(word, one) for one in layered.saying(space, how, inside, word)} == {
                    pair for pair in said if pair[0] == word
                }


@given(texts(0), texts(1), texts(2), st.sets(st.sampled_from(("a/0", "b/1"))))
def test_what_layers_say_is_what_they_say_as_one(
    opened: list[Unit], beside: list[Unit], files: list[Unit], closed: set[str]
) -> None:
    language = named("hcl")
    around = NamesAround(
        language, opened, NamesAround(language, beside, NamesAround(language, files), closed)
    )
    plain = NamesAround(language, around.texts)
    for space in ("var", "local", "resource"):
        for folder in FOLDERS:
            one, other = around.seen_from(folder), plain.seen_from(folder)
            for use in (Use((space,)), Use((space,), qualifies=True)):
                for qualifier in (None, "r", "none"):
                    assert one.declared(space, use, qualifier) == other.declared(space, use, qualifier)
                    assert one.used(space, use, qualifier) == other.used(space, use, qualifier)
        for place in (None, *FOLDERS):
            assert around.references((space,), place).total == plain.references((space,), place).total
        assert around.has_members(space) == plain.has_members(space)


def test_a_second_document_reads_no_other_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was found out about a workspace serves each document that is opened in it."""
    language = named("hcl")
    files = [unit(language, f"{FOLDERS[n % 2]}/{n}", "".join(PIECES)) for n in range(60)]
    beyond = NamesAround(language, files)
    read = []
    iterate = Names.__iter__

    def counted(names: Names) -> Iterator[Name]:
        read.append(names)
        return iterate(names)

    monkeypatch.setattr(Names, "__iter__", counted)

    def opened(number: int) -> int:
        text = f'{PIECES[2]}output "p" {{\n  value = var.no_{number}\n}}\n'
        own, tree = unit(language, f"a/{number}", text), parse(language, text)
        around = NamesAround(language, (), beyond, [own.uri])
        read.clear()
        told = unknown_names(Existing(around, own.folder, Own(language, own.names)), own.names, tree)
        assert [one.name for one in told] == [f"no_{number}"]
        name_findings((), own, around.texts)
        return sum(names is not own.names for names in read)

    assert opened(0) > 0
    assert opened(2) == 0


@pytest.mark.parametrize(("texts_beside", "asked"), [(3, 3), (4, 2), (6, 3), (7, 3)])
def test_no_more_texts_are_asked_than_is_told(
    monkeypatch: pytest.MonkeyPatch, texts_beside: int, asked: int
) -> None:
    """Each has one reference."""
    monkeypatch.setattr(existing, "_MOST_TEXTS", 3)
    files = [unit(named("hcl"), f"a/{n}", PIECES[2]) for n in range(texts_beside)]
    assert NamesAround(named("hcl"), files).references(("var",), None).total == asked


def test_what_only_a_hidden_text_declares_is_declared_nowhere() -> None:
    language = named("graphql")
    beyond = NamesAround(language, [unit(language, "a/x", "type A { b: C }")])
    assert beyond.has_members("field")
    assert not NamesAround(language, (), beyond, ["a/x"]).has_members("field")
