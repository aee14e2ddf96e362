"""Documents: immutable versions whose incremental state is that of a fresh start."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from lsp_server.languages import Naming, load_registry
from lsp_server.names import naming
from lsp_server.names.occurrences import PartNames
from lsp_server.server.documents.session import Session, language_of
from lsp_server.syntax import Part, SyntaxTree
from lsp_server.text import Edit, Snapshot, Span

URI = "file:///a.tf"


@pytest.fixture
def session() -> Session:
    return Session(load_registry())


def insert(offset: int, text: str) -> Edit:
    return Edit(Span(offset, offset), text)


def test_document_does_not_change_when_it_is_edited(session: Session) -> None:
    first = session.open(Snapshot(URI, "hcl", 1, "a = 1\n"), Path("a.tf"))
    second = session.change(first, [insert(4, "{"), insert(0, "b")], 2)
    assert (first.snapshot.text, first.snapshot.version) == ("a = 1\n", 1)
    assert (second.snapshot.text, second.snapshot.version) == ("ba = {1\n", 2)
    assert session.get(URI) is second
    assert first.revision != second.revision
    first_tree, second_tree = first.tree(), second.tree()
    assert first_tree is not None
    assert second_tree is not None
    assert first_tree.error_count == 0
    assert second_tree.error_count > 0


def test_edits_apply_whatever_version_they_carry(session: Session) -> None:
    document = session.open(Snapshot(URI, "hcl", 5, ""), Path("a.tf"))
    document = session.change(document, [insert(0, "a")], 3)
    document = session.change(document, [insert(1, "b")], 3)
    assert document.snapshot.text == "ab"


def test_tree_is_made_once_for_a_burst_of_edits(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    document = session.open(Snapshot(URI, "hcl", 1, "a = 1\n"), Path("a.tf"))
    assert document.tree() is document.tree()
    bursts = []
    original = SyntaxTree.edited

    def edited(tree: SyntaxTree, edits: Sequence[Edit], text: str, *more: Any) -> SyntaxTree:
        bursts.append(len(edits))
        return original(tree, edits, text, *more)

    monkeypatch.setattr(SyntaxTree, "edited", edited)
    for number in range(10):
        document = session.change(document, [insert(0, "b = 2\n")], number)
    document.tree()
    assert bursts == [10]


def test_what_is_between_two_places_that_are_edited_is_known_before_a_tree_is_made(session: Session) -> None:
    text = "a {\n  b = 1\n}\n" * 200
    document = session.open(Snapshot(URI, "hcl", 1, text), Path("a.tf"))
    document.tree()
    document = session.change(document, [insert(5, "x = 2\n  ")], 2)
    first, last = 8 + 14, 8 + 14 * 190
    document = session.change(document, [insert(last, "c"), insert(last + 1, " ")], 3)
    landmarks = document.landmarks()
    assert landmarks is not None
    assert landmarks.element_start(last - 1) == last - 14
    assert landmarks.element_start(first + 1) == first
    assert landmarks.next_element(last) == last + 2
    assert landmarks.current.text == document.snapshot.text


def test_elements_after_a_bracket_that_is_open_for_a_while_are_remembered(session: Session) -> None:
    text = "a {\n  b = 1\n}\n" + "c {\n  d = 1\n}\n" * 9
    document = session.open(Snapshot(URI, "hcl", 1, text), Path("a.tf"))
    document.tree()
    document = session.change(document, [Edit(Span(12, 13), "")], 2)
    document.tree()
    for number, letter in enumerate("  e"):
        document = session.change(document, [insert(12 + number, letter)], 3 + number)
        document.tree()
    landmarks = document.landmarks()
    assert landmarks is not None
    assert landmarks.has_error_after(30)
    assert landmarks.soundest.next_element(15) == 16
    assert not landmarks.soundest.has_error_after(30)
    document = session.change(document, [Edit(Span(12, 15), "}")], 9)
    document.tree()
    landmarks = document.landmarks()
    assert landmarks is not None
    assert landmarks.soundest is landmarks


def test_many_edits_that_nobody_looks_at_are_not_kept(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = session.open(Snapshot(URI, "hcl", 1, "a = 1\n"), Path("a.tf"))
    document.tree()
    monkeypatch.delattr(SyntaxTree, "edited")
    for number in range(100):
        document = session.change(document, [insert(0, "b = 2\n")], number)
    tree = document.tree()
    assert tree is not None
    assert tree.text == "b = 2\n" * 100 + "a = 1\n"


def test_text_that_is_replaced_as_a_whole_is_a_fresh_start(session: Session) -> None:
    document = session.open(Snapshot(URI, "hcl", 1, "a = 1\n"), Path("a.tf"))
    document.tree()
    document = session.change(document, [Edit(Span(0, 6), "a = \nb = \n"), insert(0, "\n")], 2)
    landmarks = document.landmarks()
    assert landmarks is not None
    assert not landmarks.known
    assert landmarks.last_error > 6


def test_revisions_differ_across_reopening(session: Session) -> None:
    first = session.open(Snapshot(URI, "hcl", 1, "a"), Path("a.tf"))
    session.close(URI)
    assert session.get(URI) is None
    assert session.open(Snapshot(URI, "hcl", 1, "b"), Path("a.tf")).revision != first.revision


def test_documents_of_a_language_are_beside_each_other_the_last_opened_first(session: Session) -> None:
    session.open(Snapshot("file:///b.tf", "hcl", 1, "b = 1\n"), Path("b.tf"))
    session.open(Snapshot("file:///c.graphql", "graphql", 1, "{ c }\n"), Path("c.graphql"))
    session.open(Snapshot("file:///d.tf", "hcl", 1, "d = 1\n"), Path("d.tf"))
    document = session.open(Snapshot(URI, "hcl", 1, "a = 1\n"), Path("a.tf"))
    assert session.beside(document) == ("d = 1\n", "b = 1\n")


def test_edit_makes_a_document_unsaved_until_it_is_saved(session: Session) -> None:
    document = session.open(Snapshot(URI, "hcl", 1, "a"), Path("a.tf"))
    assert document.saved
    assert not session.change(document, [insert(0, "a")], 2).saved
    saved = session.save(URI)
    assert saved is not None
    assert saved.saved
    assert session.save("file:///other") is None


@pytest.mark.parametrize(
    ("language_id", "path", "expected"),
    [
        ("hcl", "a.graphql", "hcl"),
        ("terraform", "a.tf", "hcl"),
        ("plaintext", "a.graphql", "graphql"),
        ("terraform", "a.txt", "hcl"),
        ("cobol", "a.txt", None),
        ("", "", None),
    ],
)
def test_language_is_the_one_named_or_else_the_one_that_claims_the_file(
    language_id: str, path: str, expected: str | None
) -> None:
    language = language_of(load_registry(), language_id, Path(path))
    assert (language and language.id) == expected


def test_document_of_an_unknown_language_has_no_tree(session: Session) -> None:
    document = session.open(Snapshot("file:///a.txt", "plaintext", 1, "a"), Path("a.txt"))
    document = session.change(document, [insert(0, "b")], 2)
    assert document.tree() is None
    assert document.snapshot.text == "ba"


def test_what_was_read_for_a_question_about_another_text_is_known_to_the_next_version(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    reading = naming.read_part

    def counted(part: Part, settings: Naming) -> PartNames:
        read.append(part.text)
        return reading(part, settings)

    monkeypatch.setattr(naming, "read_part", counted)
    text = "type A { b: C }\n\ntype B { c: D }\n"
    document = session.open(Snapshot("file:///a.graphql", "graphql", 1, text), Path("a.graphql"))
    document.edited([insert(16, "type X\n")], 1).names()
    assert read == ["type A { b: C }", "type X", "type B { c: D }"]
    names = session.change(document, [insert(len(text), "type E\n")], 2).names()
    assert read[3:] == ["type E"]
    assert names is not None
    assert [name.occurrence.name for name in names if name.occurrence.defines] == ["A", "b", "B", "c", "E"]
