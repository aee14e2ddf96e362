"""What stands near a file: the files of its folder first, and no more than can be read again quickly."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_server.authoring.bundle import Wishes, draft, write
from lsp_server.languages import Language, load_registry
from lsp_server.retrieval import around, nearest
from lsp_server.retrieval.nearby import MOST

NAMES = st.sampled_from(["a.x", "b.x", "b.y", "in/a.x", "in/b.x", "in/deep/a.x", "out/a.x"])


def near(path: str, *others: str, most: int = 1000) -> tuple[str, ...]:
    return nearest(PurePosixPath(path), [(PurePosixPath(other), other) for other in others], most)


def test_the_folder_comes_before_those_around_it() -> None:
    assert near("in/a.x", "b.x", "in/deep/b.x", "in/b.x", "out/b.x") == (
        "in/b.x",
        "b.x",
        "in/deep/b.x",
        "out/b.x",
    )


def test_in_a_folder_the_same_kind_and_a_like_name_come_first() -> None:
    assert near("0412_users.sql", "0413_users.sql", "0111_a.sql", "0412_users.txt") == (
        "0413_users.sql",
        "0111_a.sql",
        "0412_users.txt",
    )


def test_the_last_text_is_cut_where_there_is_too_much() -> None:
    assert near("z.x", "aaaa.x", "bbbb.x", "cccc.x", most=9) == ("aaaa.x", "bbb")


def test_the_examples_of_the_language_come_last() -> None:
    hcl = load_registry().by_id("hcl")
    texts = [(PurePosixPath(name), name) for name in ("a.tf", "b.tf")]
    assert around(hcl, PurePosixPath("a.tf"), texts) == ("b.tf", *hcl.examples.values())


@pytest.mark.parametrize(("own", "other"), [("a = 1\n" * 40, ""), ("", "a = 1\n" * 40)])
def test_where_a_person_has_written_something_the_examples_count_no_more(own: str, other: str) -> None:
    hcl = load_registry().by_id("hcl")
    assert around(hcl, PurePosixPath("a.tf"), [(PurePosixPath("b.tf"), other)], own) == (other,)


def test_examples_of_a_language_of_ones_own_count_until_other_files_are_there(tmp_path: Path) -> None:
    own = _own_language(tmp_path, "a = 1\n" * 100)
    begun = "b = 2\n" * 100
    assert around(own, PurePosixPath("a.own"), [], begun) == ("a = 1\n" * 100,)
    assert around(own, PurePosixPath("a.own"), [(PurePosixPath("b.own"), begun)]) == (begun,)


def test_no_more_of_the_examples_is_read_than_of_files(tmp_path: Path) -> None:
    own = _own_language(tmp_path, "a = 1\n" * MOST)
    assert sum(map(len, around(own, PurePosixPath("a.own"), []))) == MOST


def _own_language(folder: Path, example: str) -> Language:
    (folder / "own.lark").write_text(
        'start: (NAME "=" NUMBER)*\nNAME: /[a-z]+/\nNUMBER: /[0-9]+/\n%ignore /\\s+/\n'
    )
    language = write(draft(folder / "own.lark", Wishes()), folder / "own")
    (folder / "own" / "examples").mkdir(exist_ok=True)
    (folder / "own" / "examples" / "a.own").write_text(example)
    return language


@given(NAMES, st.lists(NAMES), st.integers(0, 30))
def test_the_file_itself_is_no_neighbour_and_the_bound_holds(path: str, others: list[str], most: int) -> None:
    found = near(path, *others, most=most)
    assert path not in found
    assert sum(map(len, found)) == min(most, sum(len(other) for other in others if other != path))
