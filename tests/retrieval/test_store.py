"""The index on disk: what is found, what is read again, and what becomes of a damaged file."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from lsp_server.languages import load_registry
from lsp_server.retrieval import (
    PassageOrigin,
    PassageStore,
    Question,
    SourceText,
    look_up,
    store_path,
    words_of,
)

HCL = load_registry().by_id("hcl")
TEXTS = {
    "logs.tf": '# Bucket for logs.\nresource "aws_s3_bucket" "logs" {\n  bucket = "logs"\n}\n',
    "queue.tf": '# Queue of jobs.\nresource "aws_sqs_queue" "jobs" {\n  name = "jobs"\n}\n',
    "net.tf": 'resource "aws_vpc" "main" {\n  cidr_block = "10.0.0.0/16"\n}\n',
}


def sources(**changed: str) -> list[SourceText]:
    texts = {**TEXTS, **{f"{name}.tf": text for name, text in changed.items()}}
    return [SourceText(PassageOrigin.WORKSPACE, name, text) for name, text in texts.items() if text]


def names(store: PassageStore, words: str) -> list[str]:
    return [one.passage.name for one in store.find(dict.fromkeys(words_of(words), 1.0))]


def test_what_shares_rare_words_comes_first_and_says_which() -> None:
    store = PassageStore(HCL, None)
    store.update(sources())
    (first, *_) = store.find(dict.fromkeys(words_of("a bucket that holds logs as a resource"), 1.0))
    assert first.passage.name == "logs.tf"
    assert {"bucket", "log"} <= {*first.words}


def test_only_what_has_changed_is_read_again(tmp_path: Path) -> None:
    store = PassageStore(HCL, tmp_path / "in" / "a.sqlite")
    assert store.update(sources()) == 3
    assert store.update(sources()) == 0
    assert store.update(sources(net="", queue="locals {\n  subnet = 1\n}\n")) == 2
    assert (names(store, "vpc"), names(store, "subnet"), names(store, "jobs")) == ([], ["queue.tf"], [])
    store.close()
    again = PassageStore(HCL, tmp_path / "in" / "a.sqlite")
    assert again.update(sources(net="", queue="locals {\n  subnet = 1\n}\n")) == 0
    assert names(again, "bucket") == ["logs.tf"]


def test_two_processes_share_one_file(tmp_path: Path) -> None:
    one, other = (PassageStore(HCL, tmp_path / "a.sqlite") for _ in range(2))
    assert one.update(sources()) == 3
    assert other.update(sources()) == 0
    assert names(other, "bucket") == ["logs.tf"]
    other.update(sources(logs=""))
    assert names(one, "bucket") == []


_ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT"
_FORGED = {
    "a view": f"DROP TABLE texts; CREATE VIEW texts AS {_ENDLESS} x AS id, x AS origin FROM n",
    "a trigger": "CREATE TRIGGER forged AFTER INSERT ON texts BEGIN DELETE FROM passages; END",
}


@pytest.mark.parametrize(
    "damage", ["not a database", "other tables", "cut short", "another version", "a view", "a trigger"]
)
def test_a_damaged_file_is_made_anew(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "a.sqlite"
    store = PassageStore(HCL, path)
    store.update(sources())
    store.close()
    if damage == "not a database":
        path.write_bytes(b"x" * 5_000)
    elif damage == "cut short":
        path.write_bytes(path.read_bytes()[:9_000])
    else:
        with sqlite3.connect(path) as connection:
            if damage in _FORGED:
                connection.executescript(_FORGED[damage])
            else:
                connection.execute("PRAGMA user_version = 99")
            if damage == "other tables":
                connection.execute("DROP TABLE passages")
        connection.close()
    again = PassageStore(HCL, path)
    again.update(sources())
    assert names(again, "bucket") == ["logs.tf"]


def test_a_file_that_another_holds_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lsp_server.retrieval.store._WAITS", 0.05)
    path = tmp_path / "a.sqlite"
    PassageStore(HCL, path).close()
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    store = PassageStore(HCL, path)
    assert store.update(sources()) == 3
    assert names(store, "bucket") == ["logs.tf"]
    holder.close()


@pytest.mark.skipif(os.name == "nt", reason="there are no such permissions")
def test_a_folder_for_everybody_is_left_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "everybody's"
    folder.mkdir()
    folder.chmod(0o1777)
    store = PassageStore(HCL, folder / "a.sqlite")
    store.update(sources())
    assert names(store, "bucket") == ["logs.tf"]
    assert folder.stat().st_mode & 0o7777 == 0o1777
    assert not list(folder.iterdir())


@pytest.mark.parametrize("place", ["a file", "others' own"])
def test_where_nothing_can_be_written_it_is_in_memory(tmp_path: Path, place: str) -> None:
    folder = tmp_path / "cache"
    if place == "a file":
        folder.write_text("")
    else:
        folder.mkdir()
        (folder / "a.sqlite").mkdir()
    store = PassageStore(HCL, folder / "a.sqlite")
    store.update(sources())
    assert names(store, "bucket") == ["logs.tf"]


def test_a_file_that_others_can_write_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    store = PassageStore(HCL, path)
    store.update([SourceText(PassageOrigin.WORKSPACE, "x.tf", "forged = 1\n")])
    store.close()
    if os.name == "nt":
        pytest.skip("there are no such permissions")
    path.chmod(0o666)
    again = PassageStore(HCL, path)
    assert names(again, "forged") == []


def test_it_grows_no_larger_than_it_may(tmp_path: Path) -> None:
    many = [
        SourceText(PassageOrigin.WORKSPACE, f"{n}.tf", "".join(f"name_{n}_{k} = {k}\n" for k in range(500)))
        for n in range(120)
    ]
    store = PassageStore(HCL, tmp_path / "a.sqlite", largest=1_000_000)
    store.update(many)
    assert store.full
    assert store.count
    assert (tmp_path / "a.sqlite").stat().st_size <= 1_000_000


def test_a_stop_leaves_what_was_read() -> None:
    store = PassageStore(HCL, None)
    assert store.update(sources(), lambda: True) == 0
    assert store.update(sources()) == 3


def test_the_file_itself_is_left_out() -> None:
    store = PassageStore(HCL, None)
    store.update(sources())
    question = Question(HCL, instruction="bucket of logs")
    assert look_up(question, store).found[0].passage.name == "logs.tf"
    assert "logs.tf" not in [one.passage.name for one in look_up(question, store, "logs.tf").found]


def test_what_cannot_be_a_question_finds_nothing() -> None:
    store = PassageStore(HCL, None)
    store.update(sources())
    for words in ('" OR x', "NEAR(", "*", "col:x", "\0", "a" * 100_000, "😀"):
        assert store.find(dict.fromkeys(words_of(words), 1.0)) is not None
        assert look_up(Question(HCL, instruction=words), store) is not None


def test_each_place_has_a_file_of_its_own() -> None:
    assert store_path(HCL, "/a") != store_path(HCL, "/b")
    assert store_path(HCL, "/a") == store_path(HCL, "/a")
