"""What is in a cache is read back only if this user kept it, and as it was kept; else it is made anew."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from lsp_server.constraint import check
from lsp_server.lalr import load_grammar
from lsp_server.lalr.analysis import analyse
from lsp_server.lalr.kept import keep_analysis, read_analysis
from lsp_server.languages import load_bundle
from lsp_server.sealing import forget_oldest, keep_sealed, key_directory, read_sealed
from tests.conftest import MakeBundle

owned = pytest.mark.skipif(not hasattr(os, "geteuid"), reason="the system has no owners of files")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "cache" / "holegram" / "grammars"


def test_what_was_kept_is_read_back_and_nobody_else_can_write_it(cache: Path) -> None:
    keep_sealed(cache / "a", b"what was kept")
    assert read_sealed(cache / "a") == b"what was kept"
    for path in (cache, cache / "a", key_directory(), key_directory() / "cache.key"):
        assert not path.stat().st_mode & 0o077


@pytest.mark.parametrize(
    "change",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: data + b" ",
        lambda data: bytes(len(data)),
        lambda data: sha256(b"planted").digest() + b"planted",
    ],
)
def test_what_was_changed_or_planted_is_as_good_as_none(
    cache: Path, change: Callable[[bytes], bytes]
) -> None:
    keep_sealed(cache / "a", b"what was kept")
    (cache / "a").write_bytes(change((cache / "a").read_bytes()))
    assert read_sealed(cache / "a") is None


def test_what_was_kept_under_another_name_or_by_another_user_is_as_good_as_none(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_sealed(cache / "a", b"what was kept")
    (cache / "b").write_bytes((cache / "a").read_bytes())
    (cache / "b").chmod(0o600)
    assert read_sealed(cache / "b") is None
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "other"))
    assert read_sealed(cache / "a") is None
    keep_sealed(cache / "a", b"kept anew")
    assert read_sealed(cache / "a") == b"kept anew"


@owned
@pytest.mark.parametrize("which", ["folder", "file", "link"])
def test_what_others_can_write_is_not_read_until_it_was_kept_anew(cache: Path, which: str) -> None:
    path = cache / "a"
    keep_sealed(path, b"what was kept")
    if which == "link":
        path.rename(cache / "elsewhere")
        path.symlink_to(cache / "elsewhere")
    else:
        (cache if which == "folder" else path).chmod(0o777)
    assert read_sealed(path) is None
    keep_sealed(path, b"kept anew")
    assert read_sealed(path) == b"kept anew"


@owned
@pytest.mark.skipif(getattr(os, "geteuid", int)() != 0, reason="only root can give files away")
def test_what_belongs_to_another_user_is_not_read(cache: Path) -> None:
    keep_sealed(cache / "a", b"what was kept")
    os.chown(cache / "a", 65534, 65534)
    assert read_sealed(cache / "a") is None


@pytest.mark.parametrize("key", [b"", b"short", bytes(33)])
def test_a_key_that_is_none_is_made_anew(cache: Path, key: bytes) -> None:
    keep_sealed(cache / "a", b"what was kept")
    (key_directory() / "cache.key").write_bytes(key)
    assert read_sealed(cache / "a") is None
    keep_sealed(cache / "a", b"kept anew")
    assert read_sealed(cache / "a") == b"kept anew"


def test_the_newest_few_stay(cache: Path) -> None:
    for number in range(4):
        keep_sealed(cache / f"{number}", b"")
        os.utime(cache / f"{number}", (number, number))
    assert forget_oldest(cache, "*", 2) == [cache / "1", cache / "0"]
    assert sorted(file.name for file in cache.iterdir()) == ["2", "3"]


@pytest.mark.parametrize(
    "planted",
    [
        {"files": {"/dev/zero": "0"}},
        {"files": {}, "rows": [[0, 99, 7, 99]]},
        [[]] * 1000,
    ],
)
def test_a_planted_analysis_with_a_right_digest_is_made_anew(
    make_bundle: MakeBundle, cache: Path, planted: object
) -> None:
    language = load_bundle(make_bundle())
    keep_analysis(language, analyse(language))
    (entry,) = cache.iterdir()
    kept = json.loads(entry.read_bytes()[32:])
    body = json.dumps({**kept, **planted} if isinstance(planted, dict) else planted)
    digest = sha256(body.encode()).hexdigest()
    for text in (f"{digest}\n{body}".encode(), bytes.fromhex(digest) + body.encode()):
        entry.write_bytes(text)
        entry.chmod(0o600)
        assert read_analysis(language) is None
    assert check(load_grammar(language), "a = 1;\n") is None
    assert read_analysis(language) is not None


def test_a_full_disk_leaves_no_file_and_the_grammar_is_loaded(
    make_bundle: MakeBundle, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("lsp_server.opening.os.replace", full)
    language = load_bundle(make_bundle())
    assert check(load_grammar(language), "a = 1;\n") is None
    assert not cache.exists() or not list(cache.iterdir())
    assert not list(key_directory().iterdir())
