"""End to end: the folders of a workspace, as a client tells of them when it starts and later."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.server.conftest import StartEditor

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.graphql").write_text(f"type Book_{name} {{ a: Int }}\n", encoding="utf-8")
    return tmp_path / "one", tmp_path / "two"


ONE, TWO = ("Book_one", "one.graphql"), ("Book_two", "two.graphql")


async def test_names_of_all_folders_are_known_and_those_of_a_removed_one_forgotten(
    start: StartEditor, folders: tuple[Path, Path]
) -> None:
    editor = await start(folders=folders, root=folders[0])
    assert await editor.symbols_named("book") == [ONE, TWO]
    editor.change_folders(removed=[folders[1]])
    assert await editor.symbols_named("book") == [ONE]
    editor.change_folders(removed=[folders[0]])
    assert await editor.symbols_named("book") == []
    editor.change_folders(added=[folders[1]])
    assert await editor.symbols_named("book") == [TWO]


async def test_a_name_is_found_from_one_folder_in_the_other(
    start: StartEditor, folders: tuple[Path, Path]
) -> None:
    editor = await start(folders=folders)
    uri = editor.open("type Shelf { books: [Book_two] }\n", "a.graphql", "graphql")
    found = await editor.definitions(uri, 0, 24)
    assert [place.uri for place in found] == [(folders[1] / "two.graphql").as_uri()]


async def test_the_root_counts_where_no_folders_are_told(
    start: StartEditor, folders: tuple[Path, Path]
) -> None:
    editor = await start(root=folders[0])
    assert await editor.symbols_named("book") == [ONE]
    around = await start(root=folders[0].parent)
    assert await around.symbols_named("book") == [ONE, TWO]


async def test_folders_within_each_other_are_read_once(
    start: StartEditor, folders: tuple[Path, Path]
) -> None:
    editor = await start(folders=[folders[0].parent, folders[0]])
    assert await editor.symbols_named("book") == [ONE, TWO]
