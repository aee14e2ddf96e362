"""An analysis that was kept is read back as it was, and not where anything it depends on has changed."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from lsp_server.lalr.analysed import Analysis
from lsp_server.lalr.analysis import analyse
from lsp_server.lalr.kept import keep_analysis, read_analysis
from lsp_server.lalr.rows import Rows
from lsp_server.languages import Language, load_bundle
from tests.conftest import GRAMMAR, MANIFEST, MakeBundle


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "holegram" / "grammars"


def assert_same(one: Analysis, two: Analysis) -> None:
    assert (one.ignored, one.files) == (two.ignored, two.files)
    for field in fields(one.table):
        if field.init:
            assert _all(getattr(one.table, field.name)) == _all(getattr(two.table, field.name)), field.name
    assert (one.shapes, one.reads) == (two.shapes, two.reads)
    assert list(one.table.by_origin) == list(two.table.by_origin)
    assert list(one.terminals) == list(two.terminals)
    for name, terminal in one.terminals.items():
        assert {**vars(terminal), "node": terminal.node} == {
            **vars(two.terminals[name]),
            "node": two.terminals[name].node,
        }


def _all(value: object) -> object:
    """A field of a table; of rows all, in order, with the order in which each tells what it has."""
    if not isinstance(value, Rows):
        return value
    return [list(row.items()) if isinstance(row, dict) else row for row in value.all()]


def test_what_is_read_back_is_what_was_kept(language: Language) -> None:
    assert read_analysis(language) is None
    analysis = analyse(language)
    keep_analysis(language, analysis)
    kept = read_analysis(language)
    assert kept is not None
    assert_same(kept, analysis)


def test_another_grammar_or_start_is_analysed_anew(make_bundle: MakeBundle) -> None:
    language = load_bundle(make_bundle())
    keep_analysis(language, analyse(language))
    assert read_analysis(language) is not None
    assert read_analysis(load_bundle(make_bundle(grammar=GRAMMAR + "\n"))) is None
    assert read_analysis(load_bundle(make_bundle(MANIFEST.replace("\n", '\nstart = "sum"\n', 1)))) is None


def test_an_imported_file_that_changed_counts(make_bundle: MakeBundle) -> None:
    folder = make_bundle(grammar=GRAMMAR.replace("NUMBER: /[0-9]+/", "%import .parts.NUMBER"))
    (folder / "parts.lark").write_text("NUMBER: /[0-9]+/\n", encoding="utf-8")
    language = load_bundle(folder)
    keep_analysis(language, analyse(language))
    assert read_analysis(language) is not None
    (folder / "parts.lark").write_text("NUMBER: /[1-9]+/\n", encoding="utf-8")
    assert read_analysis(language) is None
    (folder / "parts.lark").unlink()
    assert read_analysis(language) is None


@pytest.mark.parametrize("damage", ["", "{", "null", '{"files": {}}', '{"files": {"x": 1}}', "\udc80"])
def test_a_damaged_entry_is_as_good_as_none(make_bundle: MakeBundle, cache: Path, damage: str) -> None:
    language = load_bundle(make_bundle())
    keep_analysis(language, analyse(language))
    (entry,) = cache.iterdir()
    entry.write_bytes(damage.encode("utf-8", "surrogateescape"))
    assert read_analysis(language) is None


def test_a_place_that_cannot_be_written_is_passed_over(
    make_bundle: MakeBundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    language = load_bundle(make_bundle())
    keep_analysis(language, analyse(language))
    assert read_analysis(language) is None


def test_only_the_newest_few_are_kept(make_bundle: MakeBundle, cache: Path) -> None:
    for count in range(12):
        language = load_bundle(make_bundle(grammar=GRAMMAR + "\n" * count))
        keep_analysis(language, analyse(language))
    assert len(list(cache.iterdir())) == 8
    assert read_analysis(language) is not None
