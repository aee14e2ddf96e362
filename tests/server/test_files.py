"""Which files of a workspace are read, and when again."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lsp_server.languages import load_registry
from lsp_server.names import files
from lsp_server.names.catalogued import bundled_units
from lsp_server.names.files import Index, scan, update
from lsp_server.names.occurrences import Visibility
from lsp_server.server.workspace.index import WorkspaceIndex

REGISTRY = load_registry()
TEXT = 'variable "a" {}\n'


def going_on() -> bool:
    return False


def write(root: Path, *names: str, text: str | bytes = TEXT) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())


def known(root: Path, index: Index) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in index.files)


def scanned(root: Path, before: Index | None = None) -> Index:
    return scan([root], REGISTRY, before or Index(), going_on)


def test_only_files_of_known_languages_are_read_and_nothing_hidden_or_foreign(tmp_path: Path) -> None:
    write(tmp_path, "a.tf", "sub/b.graphql", "notes.txt", ".terraform/c.tf", "node_modules/d.tf", ".e.tf")
    assert known(tmp_path, scanned(tmp_path)) == ["a.tf", "sub/b.graphql"]


def test_what_is_huge_or_no_text_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_HUGE", 100)
    write(tmp_path, "a.tf")
    write(tmp_path, "huge.tf", text="# " + "x" * 100)
    write(tmp_path, "binary.tf", text=b"a = 1\0\n")
    write(tmp_path, "latin.tf", text=b"a = \xe9\n")
    assert known(tmp_path, scanned(tmp_path)) == ["a.tf"]


def test_links_are_not_followed(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    write(outside, "secret.tf")
    write(root, "a.tf")
    (root / "link").symlink_to(outside)
    (root / "link.tf").symlink_to(outside / "secret.tf")
    (root / "loop").symlink_to(root)
    index = scanned(root)
    assert known(root, index) == ["a.tf"]
    told = [root / "link" / "secret.tf", root / "link.tf", outside / "secret.tf", root / "loop" / "a.tf"]
    assert known(root, update(told, [root], REGISTRY, index, going_on)) == ["a.tf"]


def test_a_file_is_read_again_only_where_it_has_changed(tmp_path: Path) -> None:
    write(tmp_path, "a.tf", "b.tf")
    first = scanned(tmp_path)
    write(tmp_path, "b.tf", text='variable "longer" {}\n')
    second = scanned(tmp_path, first)
    assert second.files[tmp_path / "a.tf"] is first.files[tmp_path / "a.tf"]
    assert [name.occurrence.name for name in second.files[tmp_path / "b.tf"].unit.names] == ["longer"]


@pytest.mark.parametrize("few", [0, 2])
def test_what_was_found_out_of_other_files_is_kept_while_few_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """And what is told is the same either way."""
    monkeypatch.setattr(files, "_FEW_CHANGED", few)
    hcl = REGISTRY.by_id("hcl")
    write(tmp_path, *(f"{number}.tf" for number in range(5)))
    index = scanned(tmp_path)
    first = index.around(hcl)
    for number, text in enumerate(('variable "new" {}\n', "", 'variable "newer" {}\n')):
        write(tmp_path, f"{number}.tf", text=text)
        (tmp_path / "4.tf").unlink(missing_ok=True)
        index = scanned(tmp_path, index).after(index)
        around, changed = index.around(hcl), number + 2
        assert (around.beyond is first) == (changed <= few)
        said = {
            (name, unit.uri)
            for name, units in around.texts.said("var", Visibility.FOLDER, None)
            for unit in units
        }
        assert said == {
            (name.occurrence.name, file.unit.uri) for file in index.files.values() for name in file.unit.names
        }
        assert set(around.texts) == {*(file.unit for file in index.files.values()), *bundled_units(hcl)}


def test_what_is_removed_is_forgotten_also_with_its_directory(tmp_path: Path) -> None:
    write(tmp_path, "a.tf", "sub/b.tf", "sub/in/c.tf")
    index = scanned(tmp_path)
    for name in ("sub/in/c.tf", "sub/b.tf"):
        (tmp_path / name).unlink()
    assert known(tmp_path, update([tmp_path / "sub"], [tmp_path], REGISTRY, index, going_on)) == ["a.tf"]
    assert known(tmp_path, scanned(tmp_path, index)) == ["a.tf"]


def test_a_new_file_is_read_where_a_walk_would_find_it(tmp_path: Path) -> None:
    write(tmp_path, "a.tf", ".git/b.tf", "sub/c.tf", "d.txt")
    told = [tmp_path / name for name in ("a.tf", ".git/b.tf", "sub/c.tf", "d.txt", "none.tf")]
    assert known(tmp_path, update(told, [tmp_path], REGISTRY, Index(), going_on)) == ["a.tf", "sub/c.tf"]


@pytest.mark.parametrize(("limit", "most"), [("MOST_FILES", 2), ("MOST_BYTES", 2 * len(TEXT))])
def test_no_more_is_kept_than_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, most: int
) -> None:
    monkeypatch.setattr(files, limit, most)
    write(tmp_path, "a.tf", "b.tf", "sub/c.tf")
    index = scanned(tmp_path)
    assert (known(tmp_path, index), index.complete) == (["a.tf", "b.tf"], False)


def test_reading_ends_when_it_is_stopped(tmp_path: Path) -> None:
    write(tmp_path, "a.tf", "b.tf")
    stopped: Callable[[], bool] = iter([False, False, False, True, True]).__next__
    index = scan([tmp_path], REGISTRY, Index(), stopped)
    assert (known(tmp_path, index), index.complete) == (["a.tf"], False)


def test_it_is_told_how_many_files_were_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_STEP", 2)
    write(tmp_path, "a.tf", "b.tf", "c.tf", "sub/d.tf", "sub/e.tf")
    told: list[int] = []
    scan([tmp_path], REGISTRY, Index(), going_on, told.append)
    assert told == [2, 4]


async def test_files_that_are_still_being_read_are_waited_for(tmp_path: Path) -> None:
    """Whoever asks while a reading has begun gets its end, not what was known before it."""
    write(tmp_path, "a.tf")
    may_go_on = threading.Event()
    with ThreadPoolExecutor(1) as reader:
        reader.submit(may_go_on.wait)
        index = WorkspaceIndex(lambda: (tmp_path,), lambda: REGISTRY, reader, lambda line: None)
        for change in (index.reset, lambda: index.touch([tmp_path / "a.tf"])):
            change()
            index.prepare()
            await asyncio.sleep(0)
            waits = index.outdated
            may_go_on.set()
            assert waits, "the reading has begun and is not over"
            assert known(tmp_path, await index.ready()) == ["a.tf"]
            assert not index.outdated
