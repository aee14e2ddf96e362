"""Bundles of the user's own, and every way in which one can be broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Holegram, assert_one_line
from tests.conftest import BUNDLED, GRAMMAR, MANIFEST, MakeBundle


def test_the_bundled_languages_are_listed(holegram: Holegram) -> None:
    assert [row["id"] for row in holegram("languages", "--json").json] == BUNDLED
    lines = holegram("languages").out.splitlines()
    assert [line.split()[0] for line in lines] == ["id", *BUNDLED]


def test_a_bundle_of_ones_own_is_used(holegram: Holegram, make_bundle: MakeBundle, tmp_path: Path) -> None:
    folder = make_bundle()
    source = tmp_path / "f.calc"
    source.write_text("a = ;")
    for place in (folder, folder.parent):
        assert {"id": "calc", "directory": str(folder)}.items() <= (
            holegram("--bundles", place, "languages", "--json").json[-1].items()
        )
    result = holegram("--bundles", folder, "grammar", "hole", f"{source}:1:5")
    assert result.code == 0
    assert "NUMBER" in result.out


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        pytest.param("id = calc", ":1: not TOML", id="not TOML"),
        pytest.param(
            MANIFEST.replace("name", "nmae"), ":2: unknown key 'nmae' (did you mean 'name'?)", id="unknown"
        ),
        pytest.param(MANIFEST.replace('name = "Calculator"', ""), ": key 'name' is missing", id="missing"),
        pytest.param(
            MANIFEST.replace('"Calculator"', "1"), ":2: key 'name': input should be", id="wrong type"
        ),
        pytest.param(None, ": no such file", id="no manifest"),
    ],
)
def test_a_broken_manifest_is_one_line_and_stops_no_other_language(
    holegram: Holegram, make_bundle: MakeBundle, manifest: str | None, message: str
) -> None:
    folder = make_bundle(manifest)
    result = holegram("--bundles", folder.parent, "languages", "--json")
    assert (result.code, [row["id"] for row in result.json]) == (0, BUNDLED)
    assert result.err.startswith(f"holegram: bundle left out: {folder / 'language.toml'}{message}")
    assert result.err.count("\n") == 1


@pytest.mark.parametrize("command", ["check", "complete", "hole"])
def test_a_file_of_a_broken_bundle_is_refused_and_the_bundle_named(
    holegram: Holegram, make_bundle: MakeBundle, tmp_path: Path, command: str
) -> None:
    folder = make_bundle("id = calc")
    source = tmp_path / "f.calc"
    source.write_text("a = 1;")
    words: tuple[object, ...] = (command, source) if command == "check" else (command, f"{source}:1:1")
    words = ("grammar", *words) if command == "hole" else words
    result = holegram("--bundles", folder, *words)
    bundle, refusal = result.err.splitlines()
    assert (result.code, result.out) == (2, "")
    assert bundle.startswith(f"holegram: bundle left out: {folder / 'language.toml'}:1: not TOML")
    assert refusal.startswith(f"holegram: {source}: no language for this file")


@pytest.mark.parametrize(
    ("manifest", "text", "place"),
    [
        (b"id = '\xff'", GRAMMAR, "language.toml:1: byte 6"),
        (MANIFEST, b"a: A\n\xff", "grammar.lark:2: byte 5"),
    ],
)
def test_a_bundle_that_is_not_utf_8_is_one_line(
    holegram: Holegram, make_bundle: MakeBundle, manifest: str | bytes, text: str | bytes, place: str
) -> None:
    folder = make_bundle(manifest, text)
    result = holegram("--bundles", folder, "languages")
    assert result.code == 0
    file, _, complaint = place.partition(":")
    assert result.err == (
        f"holegram: bundle left out: {folder / file}:{complaint} is not UTF-8 (save the file as UTF-8)\n"
    )


def test_a_folder_of_bundles_that_is_not_there_is_one_line(holegram: Holegram, tmp_path: Path) -> None:
    result = holegram("--bundles", tmp_path / "none", "languages")
    assert result.code == 0
    assert result.err.startswith(f"holegram: bundle left out: {tmp_path / 'none'}: cannot be listed")


def grammar(old: str, new: str) -> str:
    assert old in GRAMMAR
    return GRAMMAR.replace(old, new, 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("start: ((\n", ":1: not a Lark grammar: ", id="not Lark"),
        pytest.param(
            grammar("PLUS atom", "PLUS atm"), ": not a Lark grammar: Rule 'atm' used", id="no such rule"
        ),
        pytest.param(
            grammar("start:", "begin:"), ": the start rule 'start' is not defined", id="no start rule"
        ),
        pytest.param(
            "%import .none.X\n" + GRAMMAR, ":1: cannot import none.lark: no such file (", id="no such import"
        ),
        pytest.param(
            "start: a | b\na: X\nb: X\nX: /x/\n",
            ":2: not LALR(1): before the end, `a: X` and `b: X` may both have ended",
            id="not LALR(1)",
        ),
        pytest.param(
            grammar("[0-9]+", "(?<=b*)[0-9]+"),
            ":6: terminal NUMBER: lookbehind for what has no fixed length",
            id="lookbehind of any length",
        ),
        pytest.param(
            grammar("[0-9]+", r"([0-9]+)+\1"),
            ":6: terminal NUMBER: matching it may take a time that explodes",
            id="exploding back-reference",
        ),
        pytest.param(
            grammar("[0-9]+", "(?>([0-9]|[0-9])+)x"),
            ":6: terminal NUMBER: matching it may take a time that explodes",
            id="exploding atomic group",
        ),
        pytest.param(
            grammar("[0-9]+", "[0-9"),
            ":6: terminal NUMBER: unterminated character set",
            id="not an expression",
        ),
        pytest.param(grammar("[0-9]+", "[0-9]*"), "NUMBER", id="matches the empty text"),
        pytest.param(
            grammar("#[^\\n]*", "#(?R)?"),
            ":13: terminal COMMENT: (?R), a group that calls itself",
            id="group that calls itself",
        ),
        pytest.param(
            grammar("[0-9]+", "([0-9]{1,1000}){1,1000}"),
            ":6: terminal NUMBER: its repetitions, written out, are too large",
            id="too large",
        ),
        pytest.param(
            grammar("[0-9]+", "(" * 500 + "[0-9]" + "|x)" * 500),
            ":6: terminal NUMBER: it is nested too deeply",
            id="nested too deeply",
        ),
    ],
)
def test_a_grammar_that_cannot_be_used_is_one_line(
    holegram: Holegram, make_bundle: MakeBundle, tmp_path: Path, text: str, message: str
) -> None:
    folder = make_bundle(MANIFEST, text)
    source = tmp_path / "f.calc"
    source.write_text("a = 1")
    for command in (("check", source), ("complete", f"{source}:1:5"), ("grammar", "hole", f"{source}:1:5")):
        if command[0] == "complete":
            command = (*command, "--model", f"scripted:{_model(tmp_path)}")
        result = holegram("--bundles", folder, *command)
        assert_one_line(result, f"{folder / 'grammar.lark'}{message}" if message[0] == ":" else message)


def _model(folder: Path) -> Path:
    path = folder / "says.json"
    path.write_text('{"endings": {}}')
    return path


def test_a_bundle_needs_no_parser(holegram: Holegram, make_bundle: MakeBundle, tmp_path: Path) -> None:
    folder = make_bundle()
    source = tmp_path / "f.calc"
    source.write_text("a = 1;\nb = (2 + ;\nc = a;\nd = 3 3;\n")
    result = holegram("--bundles", folder, "check", source)
    places = [line.removeprefix(f"{source}:").partition(" ")[0] for line in result.out.splitlines()]
    assert places == ["2:10:", "4:7:"]
    few = ("--samples", 50, "--mutants", 100)
    told = holegram("--bundles", folder, "grammar", "check", "calc", *few).out
    assert told.startswith("calc: it names no tree-sitter parser; trees are made by the grammar itself\n")
