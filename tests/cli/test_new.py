"""`holegram new`: from nothing but a grammar to a language that all other commands know."""

from __future__ import annotations

import re
import tomllib
import zipfile
from pathlib import Path

import pytest

from lsp_server.authoring import bundle
from lsp_server.inspection import in_terminals
from lsp_server.lalr import loading
from lsp_server.languages import user_directory
from tests.cli.conftest import Holegram, assert_one_line
from tests.inspection.slow import slow_grammar

GRAMMAR = """\
start: statement*
statement: "print" value ";" | NAME "=" value ";"
value: NAME | NUMBER
NAME: /[a-z]+/
NUMBER: /[0-9]+/
COMMENT: "//" /[^\\n]*/
%import common.WS
%ignore WS
%ignore COMMENT
"""
AMBIGUOUS = GRAMMAR.replace("value: NAME |", "value: a | b |") + "a: NAME\nb: NAME\n"


@pytest.fixture
def grammar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A grammar in a folder of its own, beside the person's own bundles."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("PATH", str(tmp_path))
    path = tmp_path / "toy-lang.lark"
    path.write_text(GRAMMAR)
    return path


def test_a_bare_grammar_becomes_a_language_that_needs_no_setting(holegram: Holegram, grammar: Path) -> None:
    made = holegram("new", grammar)
    assert (made.code, made.err) == (0, "")
    assert {"id": "toy-lang", "directory": str(user_directory() / "toy-lang")}.items() <= (
        holegram("languages", "--json").json[-1].items()
    )
    source = grammar.with_name("a.toy-lang")
    source.write_text("a = 1;\nprint a\n// end\n")
    checked = holegram("check", source)
    assert checked.code == 1
    assert checked.out.startswith(f"{source}:2:7: error: expected `;`")


@pytest.mark.parametrize("command", [("new",), ("grammar", "check")])
def test_brackets_without_an_end_in_sight_are_an_error_of_the_grammar(
    holegram: Holegram, grammar: Path, command: tuple[str, ...]
) -> None:
    grammar.write_text("start: " + "(" * 5000 + '"x"' + ")" * 5000 + "\n")
    refused = holegram(*command, grammar)
    assert refused.code == (1 if command == ("new",) else 2)
    [told] = refused.out.splitlines()
    assert told.startswith(f"{grammar}: error: the grammar is nested too deeply (make rules of ")


def test_one_budget_is_for_all_and_a_grammar_that_exceeds_it_is_told_by_its_own_name(
    holegram: Holegram, grammar: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "ANALYSIS", 0.3)
    monkeypatch.setattr(bundle, "MAKING", 0.6)
    grammar.write_text(slow_grammar(18))
    refused = holegram("new", grammar)
    assert (refused.code, refused.err) == (1, "")
    error, unfinished = refused.out.splitlines()
    assert error.startswith(f"{grammar}: error: the grammar takes more than 0 seconds of computing (make it ")
    assert unfinished.startswith(f"{grammar}: warning: this grammar takes too long to check")
    assert not (user_directory() / "toy-lang").exists()


def test_what_there_is_no_time_to_look_for_refuses_no_grammar(
    holegram: Holegram, grammar: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look(*_: object) -> None:
        while True:
            pass

    monkeypatch.setattr(in_terminals, "of_terminals", look)
    monkeypatch.setattr(bundle, "MAKING", 3.0)
    made = holegram("new", grammar)
    assert (made.code, made.err) == (0, "")
    assert "this grammar takes too long to check" in made.out
    assert (user_directory() / "toy-lang" / "grammar.lark").is_file()


def test_a_manifest_may_hold_a_character_that_is_not_printed(holegram: Holegram, grammar: Path) -> None:
    grammar.write_text(GRAMMAR.replace("/[a-z]+/", r"/[a-z\x7f]+/"))
    assert holegram("new", grammar).code == 0
    manifest = (user_directory() / "toy-lang" / "language.toml").read_text()
    assert tomllib.loads(manifest)["word"] == "[a-z\x7f]+"


def test_what_to_do_next_is_printed_for_each_editor(holegram: Holegram, grammar: Path) -> None:
    out = holegram("new", grammar, "--name", "Toy").out
    assert "In VS Code:" in out
    assert "In emacs, helix, neovim: `holegram editor NAME` prints what to copy, and where" in out


def test_its_manifest_has_what_the_grammar_tells(holegram: Holegram, grammar: Path) -> None:
    holegram("new", grammar, "--id", "toy", "--name", "Toy", "--extension", "ty")
    manifest = tomllib.loads((user_directory() / "toy" / "language.toml").read_text("utf-8"))
    assert manifest["extensions"] == [".ty"]
    assert manifest["comment"] == {"line": ["//"]}
    assert manifest["word"] == "[a-z]+"
    assert manifest["triggers"] == []
    assert (user_directory() / "toy" / "grammar.lark").read_bytes() == grammar.read_bytes()


def test_a_grammar_that_cannot_be_used_makes_nothing(holegram: Holegram, grammar: Path) -> None:
    grammar.write_text(AMBIGUOUS)
    result = holegram("new", grammar, "--lark", "maybe_placeholders=false", "--lexer", "contextual")
    assert result.code == 0
    grammar.write_text(AMBIGUOUS + "lost: missing\n")
    result = holegram("new", grammar, "--force")
    assert (result.code, result.err) == (1, "")
    assert result.out == f"{grammar}:12: error: `missing` is not defined (define it, or correct the name)\n"


def test_a_grammar_that_is_not_lalr_is_read_in_all_ways_at_once(holegram: Holegram, grammar: Path) -> None:
    grammar.write_text(AMBIGUOUS)
    result = holegram("new", grammar)
    first, *_ = result.out.splitlines()
    assert (result.code, result.err) == (0, "")
    assert first.startswith(f"{grammar}:10: warning: the grammar is not LALR(1) (before ")
    manifest = tomllib.loads((user_directory() / "toy-lang" / "language.toml").read_text("utf-8"))
    assert manifest["lark"] == {"parser": "earley"}


def test_a_grammar_that_is_to_be_lalr_and_is_not_is_refused_in_one_line(
    holegram: Holegram, grammar: Path
) -> None:
    grammar.write_text(AMBIGUOUS)
    result = holegram("new", grammar, "--parser", "lalr")
    [line] = (line for line in result.out.splitlines() if ": error: " in line)
    assert line.startswith(f"{grammar}:10: error: not LALR(1): before ")
    assert "leave out --parser lalr" in line
    assert result.code == 1
    assert not (user_directory() / "toy-lang").exists()


def test_a_grammar_in_python_code_keeps_the_numbers_of_its_lines(holegram: Holegram, grammar: Path) -> None:
    module = grammar.parent / "parser.py"
    module.write_text(f'import lark\n\nTOY = r"""\n{GRAMMAR}lost: NAME\n"""\nOTHER = \'start: "a"\'\n')
    assert_one_line(holegram("new", module), f"{module}: 2 texts in it are grammars (name one: parser.py:TOY")
    result = holegram("new", f"{module}:TOY")
    assert result.code == 0
    line = module.read_text().splitlines().index("lost: NAME") + 1
    assert f"{module}:{line}: warning: rule `lost` is not needed" in result.out
    assert (user_directory() / "toy" / "grammar.lark").read_text() == f"{GRAMMAR}lost: NAME\n"
    assert_one_line(holegram("new", f"{module}:NONE"), f"{module}: no text is called NONE")


@pytest.mark.usefixtures("grammar")
def test_a_grammar_of_an_installed_package_is_found(holegram: Holegram) -> None:
    result = holegram("new", "lark:grammars/lark.lark", "--id", "of-lark")
    assert result.code == 0
    assert (user_directory() / "of-lark" / "grammar.lark").is_file()


def test_an_option_that_lark_does_not_have_is_told(holegram: Holegram, grammar: Path) -> None:
    assert_one_line(holegram("new", grammar, "--lark", "regx=true"), "did you mean 'regex'?")
    assert_one_line(holegram("new", grammar, "--parser", "cyk"), "option parser of Lark")


def test_warnings_of_one_kind_are_one_line(holegram: Holegram, grammar: Path) -> None:
    grammar.write_text(GRAMMAR + "lost: NAME\nmore: NAME\nthird: NAME\n")
    assert "rule `lost` is not needed" in (folded := holegram("new", grammar).out)
    assert "2 more of this kind (--verbose tells them)" in folded
    assert "rule `third`" not in folded
    assert "rule `third`" in holegram("new", grammar, "--force", "--verbose").out


def test_no_example_that_parses_is_a_failure(holegram: Holegram, grammar: Path) -> None:
    folder = grammar.parent / "programs"
    folder.mkdir()
    (folder / "bad.toy").write_text("a = ;\n")
    result = holegram("new", grammar, "--examples", folder)
    assert (result.code, "0 of 1 examples parse" in result.out) == (1, True)
    (folder / "good.toy").write_text("a = 1;\n")
    result = holegram("new", grammar, "--examples", folder, "--force")
    assert (result.code, "1 of 2 examples parse" in result.out) == (0, True)


def test_a_bundle_is_not_overwritten_unless_that_is_asked_for(holegram: Holegram, grammar: Path) -> None:
    place = user_directory() / "toy-lang"
    assert holegram("new", grammar).code == 0
    (place / "docs" / "mine.md").write_text("# print\n\nMine.\n")
    (place / "language.toml").write_text("gone")
    assert_one_line(holegram("new", grammar), f"{place}: exists already")
    assert (place / "language.toml").read_text() == "gone"
    assert holegram("new", grammar, "--force").code == 0
    assert tomllib.loads((place / "language.toml").read_text())["id"] == "toy-lang"
    assert (place / "docs" / "mine.md").exists()
    assert [path.name for path in place.parent.iterdir()] == ["toy-lang"]


def test_an_example_whose_last_line_has_no_end_is_given_one_if_that_is_all(
    holegram: Holegram, grammar: Path
) -> None:
    grammar, folder = grammar.with_name("lines.lark"), grammar.with_name("programs")
    grammar.write_text("start: (NAME _NL)*\nNAME: /[a-z]+/\n_NL: /(\\r?\\n *)+/\n%ignore / +/\n")
    folder.mkdir()
    for name, text in {"whole": "a\n", "open": "a\nb", "wrong": "a\nb c"}.items():
        (folder / f"{name}.lines").write_text(text)
    result = holegram("new", grammar, "--examples", folder)
    assert (result.code, "2 of 3 examples parse" in result.out) == (0, True)
    assert (
        f"{folder / 'wrong.lines'}:2: warning: example left out: does not parse from column 3" in result.out
    )
    examples = user_directory() / "lines" / "examples"
    assert {path.name: path.read_text() for path in examples.iterdir()} == {
        "whole.lines": "a\n",
        "open.lines": "a\nb\n",
    }
    assert holegram("check", folder / "open.lines").code == 0


def test_examples_are_copied_and_those_that_do_not_parse_are_named(holegram: Holegram, grammar: Path) -> None:
    folder = grammar.parent / "programs"
    (folder / "more").mkdir(parents=True)
    (folder / "a.toy").write_text("a = 1;\n")
    (folder / "more" / "b.toy").write_text("print a;\n")
    (folder / "bad.toy").write_text("a = 1;\na = ;\n")
    result = holegram("new", grammar, "--examples", folder)
    assert result.code == 0
    assert f"{folder / 'bad.toy'}:2: warning: example left out: does not parse from column 5" in result.out
    place = user_directory() / "toy-lang"
    copied = sorted(p.relative_to(place).as_posix() for p in (place / "examples").rglob("*") if p.is_file())
    assert copied == ["examples/a.toy", "examples/more/b.toy"]
    assert tomllib.loads((place / "language.toml").read_text())["extensions"] == [".toy"]
    assert "takes:" in (place / "corpus" / "completions" / "examples.txt").read_text()


def test_grammars_that_it_imports_come_along(holegram: Holegram, grammar: Path) -> None:
    (grammar.parent / "shared").mkdir()
    (grammar.parent / "shared" / "words.lark").write_text("NAME: /[a-z]+/\n")
    grammar.write_text(GRAMMAR.replace("NAME: /[a-z]+/\n", "%import .shared.words.NAME\n"))
    assert holegram("new", grammar).code == 0
    place = user_directory() / "toy-lang"
    assert (place / "shared" / "words.lark").is_file()
    assert holegram("grammar", "check", "toy-lang", "--samples", 20, "--mutants", 20).code == 0


def test_an_import_that_would_lie_where_its_copy_does_is_refused(holegram: Holegram, grammar: Path) -> None:
    (grammar.parent / "grammar.lark").write_text("NAME: /[a-z]+/\n")
    grammar.write_text(GRAMMAR.replace("NAME: /[a-z]+/\n", "%import .grammar.NAME\n"))
    assert_one_line(holegram("new", grammar), "imports grammar.lark, for which there is no place")
    assert not user_directory().exists()


def test_docs_of_ones_own_take_the_place_of_a_beginning(holegram: Holegram, grammar: Path) -> None:
    (grammar.parent / "pages").mkdir()
    (grammar.parent / "pages" / "words.md").write_text("# print\n\nShows a value.\n")
    assert holegram("new", grammar, "--docs", grammar.parent / "pages").code == 0
    copied = list((user_directory() / "toy-lang" / "docs").iterdir())
    assert [path.read_text() for path in copied] == ["# print\n\nShows a value.\n"]


def test_an_id_that_a_bundled_language_has_is_told(holegram: Holegram, grammar: Path) -> None:
    assert "a language `hcl` comes with the product" in holegram("new", grammar, "--id", "hcl").out
    assert "comes with the product" not in holegram("new", grammar).out


def test_findings_are_told_as_json_too(holegram: Holegram, grammar: Path) -> None:
    grammar.write_text(GRAMMAR + "lost: NAME\n")
    found = holegram("new", grammar, "--json").json
    assert found["directory"] == str(user_directory() / "toy-lang")
    (lost,) = [one for one in found["findings"] if one["kind"] == "unused"]
    assert (lost["name"], lost["line"], lost["severity"]) == ("lost", 10, "warning")


def test_another_start_rule_is_found_and_told(holegram: Holegram, grammar: Path) -> None:
    grammar.write_text(GRAMMAR.replace("start:", "program:"))
    result = holegram("new", grammar)
    assert "the start rule is `program`" in result.out
    assert tomllib.loads((user_directory() / "toy-lang" / "language.toml").read_text())["start"] == "program"


def test_an_extension_is_packaged_beside_the_bundle(holegram: Holegram, grammar: Path) -> None:
    result = holegram("new", grammar, "--vscode", "--out", grammar.parent / "out")
    package = grammar.parent / "out" / "toy-lang" / "toy-lang.vsix"
    assert f"code --install-extension {package}" in result.out
    assert "extension/package.json" in zipfile.ZipFile(package).namelist()
    assert str(grammar.parent / "out" / "toy-lang") in result.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--id", "Not An Id"), "'Not An Id' is no id"),
        (("--examples", "nowhere"), "nowhere: no such folder"),
        (("--docs", "nowhere"), "nowhere: no file *.md there"),
        (("--out", "/dev/null"), "cannot be written"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    holegram: Holegram, grammar: Path, words: tuple[str, ...], message: str
) -> None:
    assert_one_line(holegram("new", grammar, *words), message)
    assert not user_directory().exists()


def test_a_grammar_that_is_not_there_is_one_line(holegram: Holegram, tmp_path: Path) -> None:
    assert_one_line(holegram("new", tmp_path / "none.lark"), "none.lark: no such file")


def test_a_grammar_for_earley_is_rewritten_in_the_bundle_alone(holegram: Holegram, grammar: Path) -> None:
    grammar.write_text(AMBIGUOUS)
    made = holegram("new", grammar, "--fix")
    assert (made.code, made.err) == (0, "")
    lines = made.out.splitlines()
    assert "pairs of rules that conflict: 1 before, 0 now" in lines
    assert any(
        re.match(r"the language is the same for \d+ programs and \d+ near ones", line) for line in lines
    )
    assert any(line.startswith("-b: NAME") for line in lines)
    assert grammar.read_text() == AMBIGUOUS
    written = (user_directory() / "toy-lang" / "grammar.lark").read_text("utf-8")
    assert "b: NAME" not in written
    source = grammar.with_name("a.toy-lang")
    source.write_text("a = b;\nprint 1;\n")
    assert holegram("check", source).code == 0


def test_what_was_done_and_tried_is_told_in_json(holegram: Holegram, grammar: Path) -> None:
    grammar.write_text(AMBIGUOUS)
    repair = holegram("new", grammar, "--fix", "--json").json["repair"]
    assert repair["solved"]
    assert [step["rewrite"]["kind"] for step in repair["steps"]] == ["equal rules"]
    assert repair["steps"][0]["rewrite"]["sure"]
    assert repair["proof"]["drawn"] > 10
    assert repair["proof"]["counterexample"] is None


def test_a_grammar_that_cannot_be_rewritten_is_read_in_all_ways_at_once(
    holegram: Holegram, grammar: Path
) -> None:
    grammar.write_text(
        'start: "a" x "c" | "a" y "d" | "b" x "d" | "b" y "c"\nx: "e" x | "e"\ny: "e" y "f"? | "e"\n'
    )
    text = grammar.read_text()
    made = holegram("new", grammar, "--fix")
    assert made.code == 0
    assert re.search(r"pairs of rules that conflict: \d+ before, [1-9]\d* now", made.out)
    assert "the grammar is not LALR(1)" in made.out
    assert (user_directory() / "toy-lang" / "grammar.lark").read_text("utf-8") == text
