"""A kept parser is loaded only if it is the user's own, untouched, and made from the grammar as it is now."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lsp_server.errors import BundleError
from lsp_server.languages import Language, Paired, load_bundle
from lsp_server.syntax import parse
from lsp_server.syntax.generated import parsers_directory
from lsp_server.syntax.generated.making import build_parser, find_generated
from lsp_server.text import Span
from tests.conftest import GRAMMAR, MANIFEST, MakeBundle
from tests.generated.making import needs_tools, own_language


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    needs_tools()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return parsers_directory()


@pytest.fixture
def language(make_bundle: MakeBundle, cache: Path) -> Language:
    return load_bundle(make_bundle())


def test_a_parser_is_made_once_and_found_again(language: Language, cache: Path) -> None:
    assert find_generated(language) is None
    assert not cache.exists()
    first = build_parser(language)
    assert (first.kept, first.library.parent) == (False, cache)
    assert find_generated(language) is not None
    again = build_parser(language)
    assert again.kept
    assert (again.library, again.generating) == (first.library, first.generating)


def test_another_grammar_has_another_parser(language: Language, make_bundle: MakeBundle) -> None:
    build_parser(language)
    assert find_generated(load_bundle(make_bundle(MANIFEST, GRAMMAR.replace('";"', '"!"')))) is None
    assert find_generated(load_bundle(make_bundle(MANIFEST, GRAMMAR + "\n"))) is not None


def test_trees_are_made_with_it(language: Language) -> None:
    build_parser(language)
    text = "a = (1 + b);\nc = ;\nd = 2; # (\n"
    tree = parse(language, text)
    assert [(bracket.start, bracket.text) for bracket in tree.brackets(Span(0, len(text)))] == [
        (4, "("),
        (10, ")"),
    ]
    (damage,) = tree.damage
    assert "c =" in text[damage.span.start : damage.span.end]
    assert [part.text.strip() for part in parse(language, "a = 1;\nb = 2;").parts] == ["a = 1;", "b = 2;"]


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="the system has no owners of files")
@pytest.mark.parametrize("what", ["folder", "file"])
def test_one_that_others_can_write_is_not_loaded(
    language: Language, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    library = build_parser(language).library
    (library.parent if what == "folder" else library).chmod(0o777)
    assert find_generated(language) is None
    assert "can be written by other users (build it again)" in caplog.text


def test_one_that_was_changed_is_not_loaded(language: Language, caplog: pytest.LogCaptureFixture) -> None:
    library = build_parser(language).library
    library.write_bytes(library.read_bytes() + b"\0")
    assert find_generated(language) is None
    assert "it is not what was compiled" in caplog.text
    assert not build_parser(language).kept
    assert find_generated(language) is not None


def test_a_link_is_not_followed(language: Language, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    library = build_parser(language).library
    library.rename(tmp_path / "elsewhere.so")
    library.symlink_to(tmp_path / "elsewhere.so")
    assert find_generated(language) is None
    assert "is a link" in caplog.text


@pytest.mark.parametrize("record", ["", "null", "[]", "{}"])
def test_one_of_which_nothing_is_known_is_not_loaded(language: Language, record: str) -> None:
    build_parser(language).library.with_suffix(".json").write_text(record)
    assert find_generated(language) is None


def test_pairs_that_repeat_a_tag_are_refused_in_one_line() -> None:
    pair = Paired("OPEN", r"<<(\w+)", "CLOSE", "{tag}", "EOT")
    grammar = 'start: OPEN TEXT CLOSE\nOPEN: /<<[a-z]+/\nTEXT: "\\n"\nCLOSE: /[a-z]+/\n'
    with pytest.raises(BundleError, match=r"^small: CLOSE repeats the tag of OPEN.* \(trees are made with"):
        build_parser(own_language(grammar, paired=(pair,)))
