"""The places that a user may name."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from lsp_server.cli.cursor import Cursor, read_cursor
from lsp_server.errors import DocumentError, PositionError, UnknownLanguageError, UsageError
from lsp_server.languages import Registry, load_bundle
from tests.conftest import MakeBundle


@pytest.fixture
def registry(make_bundle: MakeBundle) -> Registry:
    return Registry((load_bundle(make_bundle()),))


@pytest.fixture
def at(registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> At:
    monkeypatch.chdir(tmp_path)
    return At(registry)


class At:
    """Reads a place in a file of a given content."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry

    def __call__(self, content: str | bytes, place: str, name: str = "f.calc") -> Cursor:
        Path(name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_cursor(f"{name}:{place}", None, self.registry)


@pytest.mark.parametrize(
    ("content", "place", "offset"),
    [
        ("", "1:1", 0),
        ("ab\ncd", "1:1", 0),
        ("ab\ncd", "1:3", 2),
        ("ab\ncd", "2:1", 3),
        ("ab\n", "2:1", 3),
        ("ab\r\ncd\r\n", "1:3", 2),
        ("ab\r\ncd\r\n", "2:2", 5),
        ("ab\rcd", "2:1", 3),
        ("😀𝕏é = 1;", "1:4", 3),
        (b"\xef\xbb\xbfab", "1:2", 1),
    ],
)
def test_a_place_counts_lines_and_characters_from_one(
    at: At, content: str | bytes, place: str, offset: int
) -> None:
    assert at(content, place).offset == offset


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("3:1", r"^f\.calc: there is no line 3 \(it has lines 1 to 2\)$"),
        ("0:1", r"^f\.calc: there is no line 0 \(it has lines 1 to 2\)$"),
        ("1:4", r"^f\.calc:1: there is no column 4 \(the line has columns 1 to 3\)$"),
        ("1:0", r"^f\.calc:1: there is no column 0 \(the line has columns 1 to 3\)$"),
        ("1:999999999", r"no column 999999999"),
    ],
)
def test_a_place_outside_the_file_is_refused(at: At, place: str, message: str) -> None:
    with pytest.raises(PositionError, match=message):
        at("ab\r\ncd", place)


@pytest.mark.skipif(sys.platform == "win32", reason="a file's name holds no colon there")
@pytest.mark.parametrize("name", ["C:f.calc", "a:1:2.calc", "C:\\x.calc"])
def test_a_name_may_hold_colons(at: At, name: str) -> None:
    cursor = at("ab", "1:2", name)
    assert (cursor.place, cursor.offset) == (name, 1)


@pytest.mark.parametrize(
    "argument", ["", "f.calc", "f.calc:1", ":1:2", "f.calc:1:", "f.calc:-1:2", "f.calc:1:x"]
)
def test_another_form_is_refused(registry: Registry, argument: str) -> None:
    with pytest.raises(UsageError, match=r"is not a place in a file \(write it as FILE:LINE:COL\)$"):
        read_cursor(argument, None, registry)


def test_a_missing_file_is_refused(registry: Registry, tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"none\.calc: no such file"):
        read_cursor(f"{tmp_path / 'none.calc'}:1:1", None, registry)


def test_a_file_of_no_language_needs_one_named(registry: Registry, tmp_path: Path) -> None:
    path = tmp_path / "f.unknown"
    path.write_text("a = 1;")
    with pytest.raises(UnknownLanguageError, match="no language for this file"):
        read_cursor(f"{path}:1:1", None, registry)
    assert read_cursor(f"{path}:1:1", "calc", registry).language.id == "calc"


def stdin(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_standard_input_marks_its_cursor(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    stdin(monkeypatch, "\ufeff😀 = <|>;\r\n".encode())
    cursor = read_cursor("-", "calc", registry)
    assert (cursor.text, cursor.offset, cursor.language.id) == ("😀 = ;\r\n", 4, "calc")


@pytest.mark.parametrize(("text", "count"), [("a = ;", 0), ("<|>a<|>", 2)])
def test_standard_input_needs_one_mark(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, text: str, count: int
) -> None:
    stdin(monkeypatch, text.encode())
    with pytest.raises(UsageError, match=rf"has {count} cursors \(mark one place with <\|>\)"):
        read_cursor("-", "calc", registry)


def test_standard_input_needs_a_language(registry: Registry) -> None:
    with pytest.raises(UsageError, match=r"no language \(name one with --language\)"):
        read_cursor("-", None, registry)


def test_standard_input_that_is_not_utf_8_is_refused(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    stdin(monkeypatch, b"a\n\xff")
    with pytest.raises(DocumentError, match=r"^<stdin>:2: byte 2 is not UTF-8"):
        read_cursor("-", "calc", registry)
