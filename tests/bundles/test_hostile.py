"""A bundle is data: what it names is not run unless its user allows that, and nothing in it explodes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lsp_server.agreement.confined import AbsentError, Confined, NoAnswerError, RaisedError
from lsp_server.agreement.judges import load_judge
from lsp_server.errors import BundleError, ManifestError, UsageError
from lsp_server.languages import ParserBinding, load_bundle, load_registry
from lsp_server.syntax import maker, parse
from tests.cli.conftest import Holegram, assert_one_line, holegram
from tests.conftest import MANIFEST, PARSER, MakeBundle

__all__ = ["holegram"]

FEW = ("--samples", 20, "--mutants", 20)
HARM = """
import os, sys, time
open(os.environ["TOUCHED"], "a").close()

def language(*_):
    open(os.environ["TOUCHED"] + ".called", "a").close()
    return id(None)

def write(text):
    with open(os.environ["TOUCHED"] + ".called", "a") as stream: stream.write(text)
def fill(text): return len("x" * (1 << 40))
def stay(text): time.sleep(60)
def leave(text): os._exit(1)
def shout(text): print(text, flush=True); os.write(1, b"{}")
def even(text, *, by=2):
    if len(text) % by: raise ValueError("odd\\n length")
class Once:
    def __init__(self): self.asked = 0
    def ask(self, text):
        self.asked += 1
        if self.asked > 1: raise ValueError("asked again")
"""


@pytest.fixture
def harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A module that leaves a trace where it is imported, and another where something of it is called."""
    place = tmp_path / "modules"
    place.mkdir()
    for name in ("harm_of_this_test", "tree_sitter_harm"):
        (place / f"{name}.py").write_text(HARM)
    trace = tmp_path / "trace"
    monkeypatch.setenv("TOUCHED", str(trace))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(place), os.environ.get("PYTHONPATH", ""))))
    monkeypatch.syspath_prepend(str(place))
    yield trace
    for name in ("harm_of_this_test", "tree_sitter_harm"):
        sys.modules.pop(name, None)


def judged(make_bundle: MakeBundle, function: str, more: str = "") -> Path:
    table = f'\n[[judge]]\nmodule = "harm_of_this_test"\nfunction = "{function}"\n{more}'
    return make_bundle(MANIFEST + table)


# ---- Judges


def test_a_judge_of_somebodys_bundle_is_not_even_imported(
    holegram: Holegram, make_bundle: MakeBundle, harm: Path
) -> None:
    folder = judged(make_bundle, "write")
    result = holegram("grammar", "check", folder, *FEW)
    assert result.err.startswith(
        f"holegram: {folder / 'language.toml'}: the judge harm_of_this_test.write is code"
    )
    assert result.err.endswith(" (to run it nevertheless, add --judge harm_of_this_test.write)\n")
    assert not harm.exists()
    with pytest.raises(UsageError, match="is not run"):
        load_judge(load_bundle(folder))
    with pytest.raises(UsageError, match="is not run"):
        load_judge(load_bundle(folder), ["harm_of_this_test.even", "harm_of_this_test"])
    assert not harm.exists()


def test_a_judge_that_the_user_names_judges_in_a_process_of_its_own(
    holegram: Holegram, make_bundle: MakeBundle, harm: Path
) -> None:
    folder = judged(make_bundle, "even", "arguments = { by = 3 }\nignore = ['odd length']\n")
    judge = load_judge(load_bundle(folder), ["harm_of_this_test.even"])
    assert harm.exists()
    assert "harm_of_this_test" not in sys.modules
    assert judge("abc").valid
    assert (judge("ab").message, judge("\ud800\0").ignored) == ("odd length", True)
    result = holegram("--judge", "harm_of_this_test.even", "grammar", "check", folder, *FEW)
    assert (result.code, result.err) == (0, "")


@pytest.mark.skipif(sys.platform == "win32", reason="the system limits no memory")
@pytest.mark.parametrize("function", ["fill", "write"])
def test_a_judge_gets_neither_all_memory_nor_a_file(harm: Path, function: str) -> None:
    with pytest.raises(RaisedError, match=r"MemoryError|too large"):
        Confined("harm_of_this_test", function)("text")
    called = harm.with_name("trace.called")
    assert not called.exists() or not called.read_text()


@pytest.mark.parametrize("function", ["stay", "leave"])
def test_a_judge_that_stays_or_leaves_is_unsure_and_is_asked_again(
    make_bundle: MakeBundle, harm: Path, function: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge = load_judge(load_bundle(judged(make_bundle, function)), [f"harm_of_this_test.{function}"])
    monkeypatch.setattr("lsp_server.agreement.confined.SECONDS", 0.3)
    for _ in range(2):
        verdict = judge("text")
        assert verdict.unsure
        assert verdict.message.startswith("no answer within")


@pytest.mark.parametrize("more", ["rewrite = [['(a|a)*b', 'b']]", "declare = { by = '((a|a)*)b' }"])
def test_an_expression_of_a_bundle_that_takes_for_ever_has_the_limits_of_its_judge(
    make_bundle: MakeBundle, harm: Path, more: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge = load_judge(load_bundle(judged(make_bundle, "even", f"{more}\n")), ["harm_of_this_test.even"])
    monkeypatch.setattr("lsp_server.agreement.confined.SECONDS", 0.3)
    verdict = judge("a" * 60)
    assert verdict.unsure
    assert verdict.message.startswith("no answer within")


def test_what_a_judge_prints_is_no_answer(harm: Path) -> None:
    ask = Confined("harm_of_this_test", "shout")
    ask("text")
    ask("text")


def test_a_method_is_asked_on_a_fresh_object(harm: Path) -> None:
    ask = Confined("harm_of_this_test", "Once.ask")
    ask("text")
    ask("text")


def test_a_judge_that_is_not_there_is_told_as_one_that_is_called_here(harm: Path) -> None:
    with pytest.raises(ImportError, match="no_such_module"):
        Confined("no_such_module", "parse")
    with pytest.raises(AbsentError, match="'harm_of_this_test' has no function 'nothing'"):
        Confined("harm_of_this_test", "nothing")
    with pytest.raises(NoAnswerError):
        Confined("harm_of_this_test", "leave")("text")


# ---- Parsers


@pytest.mark.parametrize("module", ["os", "harm_of_this_test", "tree_sitter", "lsp_server.tree_sitter_x"])
def test_a_parser_has_the_name_of_one(make_bundle: MakeBundle, harm: Path, module: str) -> None:
    with pytest.raises(ManifestError, match=r"key 'parser\.module'"):
        load_bundle(make_bundle(f'{MANIFEST}[parser]\nmodule = "{module}"\n'), [module])
    with pytest.raises(ManifestError, match=r"key 'parser\.function'"):
        load_bundle(make_bundle(f'{MANIFEST}{PARSER}function = "abort"\n'))
    assert not harm.exists()


def test_a_parser_that_the_user_does_not_allow_is_not_loaded_and_a_line_says_so(
    holegram: Holegram, make_bundle: MakeBundle, tmp_path: Path
) -> None:
    folder = make_bundle(MANIFEST + PARSER + "lenient = true\n")
    (folder / "queries").mkdir()
    (folder / "queries" / "outline.scm").write_text("(attribute (identifier) @name) @symbol\n")
    language = load_bundle(folder)
    assert language.parser == ParserBinding(refused="tree_sitter_hcl")
    source = tmp_path / "f.calc"
    source.write_text("a = 1;\n")
    result = holegram("--bundles", folder, "check", source)
    assert (result.code, result.out) == (0, "")
    assert result.err.splitlines() == [f"holegram: {language.notice}"]
    assert "add tree_sitter_hcl to the setting parsers, or use --parser tree_sitter_hcl" in result.err
    assert maker(language) == "the grammar itself"
    assert parse(language, "a = 1;\n").matches("outline") == ()
    allowed = load_registry([folder], ["tree_sitter_hcl"]).by_id("calc")
    assert (allowed.notice, allowed.parser.lenient) == (None, True)
    assert parse(allowed, "a = 1\n").matches("outline")


def test_a_file_that_is_called_like_a_parser_is_not_imported(
    holegram: Holegram, make_bundle: MakeBundle, harm: Path, tmp_path: Path
) -> None:
    folder = make_bundle(MANIFEST + PARSER.replace("_hcl", "_harm"))
    (tmp_path / "f.calc").touch()
    arguments = ("--bundles", folder, "--parser", "tree_sitter_harm", "check", tmp_path / "f.calc")
    assert_one_line(holegram(*arguments), "parser module 'tree_sitter_harm' is not installed")
    assert not harm.exists()


def test_what_a_parser_returns_is_looked_at_before_it_is_used(make_bundle: MakeBundle, harm: Path) -> None:
    told = harm.parent / "modules" / "tree_sitter_harm-1.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: tree-sitter-harm\nVersion: 1\n")
    folder = make_bundle(MANIFEST + PARSER.replace("_hcl", "_harm"))
    with pytest.raises(BundleError, match="not a usable tree-sitter parser: it returns no language capsule"):
        parse(load_bundle(folder, ["tree_sitter_harm"]), "")  # its address is no language: to use it ends all


def test_a_workspace_is_no_place_for_modules(tmp_path: Path) -> None:
    for name in ("typer", "lark", "numpy"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('code of a workspace')\n")
    (tmp_path / "a.tf").write_text("a = 1\n")
    command = [sys.executable, "-m", "lsp_server", "check", "a.tf"]
    done = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


# ---- Expressions and queries


PAIR = '[[paired]]\nopen = "NAME"\ntag = "(.)"\nclose = "NUMBER"\npattern = "{tag}"\nsample = "a"\n'


@pytest.mark.parametrize(
    ("manifest", "key"),
    [
        (f"word = '(a+)+b'\n{MANIFEST}", "word"),
        (f"word = 'a*a*a*a*b'\n{MANIFEST}", "word"),
        (MANIFEST + PAIR.replace('"(.)"', "'((a|a)*)b'"), "paired.tag"),
        (MANIFEST + PAIR.replace('"{tag}"', "'{tag}(a*)*b'"), "paired.pattern"),
        (MANIFEST + PAIR + "follow = '(a+)+b'\n", "paired.follow"),
    ],
)
def test_an_expression_of_a_manifest_that_explodes_is_one_line(
    holegram: Holegram, make_bundle: MakeBundle, tmp_path: Path, manifest: str, key: str
) -> None:
    folder, source = make_bundle(manifest), tmp_path / "f.calc"
    source.write_text(f"{'a' * 5000} = 1;\n")
    result = holegram("--bundles", folder, "check", source)
    assert_one_line(
        result, f"{folder / 'language.toml'}: key '{key}': matching may take a time that explodes"
    )


@pytest.mark.parametrize(
    ("value", "message"), [("[" * 100_000, "not TOML"), ("9" * 10_000, "not TOML: Exceeds the limit")]
)
def test_a_manifest_that_no_reader_bears_is_one_line(
    make_bundle: MakeBundle, value: str, message: str
) -> None:
    with pytest.raises(ManifestError, match=message):
        load_bundle(make_bundle(f"id = {value}\n"))


MANY = "a{99999999999999999999}"


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        (f"word = '{MANY}'\n{MANIFEST}", "key 'word': not a regular expression"),
        (f"word = '{'(' * 5_000}a{')' * 5_000}'\n{MANIFEST}", "key 'word': "),
        (f"word = '{'a|' * 10_000}b'\n{MANIFEST}", "key 'word': a regular expression of more than 10,000"),
        (MANIFEST + PAIR.replace('"(.)"', f"'({MANY})'"), "key 'paired.*tag': not a regular expression"),
        (f'{MANIFEST}[[judge]]\nmodule = "a"\nfunction = "b"\nignore = ["{MANY}"]\n', "not a regular"),
        (f"{MANIFEST}[indentation]\nunit = 1000000000\n", "key 'indentation.unit': "),
        (f"x{'.x' * 500_000} = 1\n{MANIFEST}", "has more than 500,000 characters"),
        (f"x{'.x' * 100_000} = 1\n{MANIFEST}", "toml:1: a key in too many parts"),
        (f"{MANIFEST}x = {{ 'x'{' . y' * 40} = 1 }}\n", "a key in too many parts"),
    ],
)
def test_what_would_stop_the_reading_of_a_manifest_is_one_line(
    holegram: Holegram, make_bundle: MakeBundle, tmp_path: Path, manifest: str, message: str
) -> None:
    folder, other = make_bundle(manifest), tmp_path / "main.tf"
    with pytest.raises(ManifestError, match=message):
        load_bundle(folder)
    other.write_text("a = \n")
    result = holegram("--bundles", folder, "check", other)
    assert result.code == 1
    assert result.out.startswith(f"{other}:1:3: error: ")
    assert result.err.count("\n") == 1
    assert result.err.startswith(f"holegram: bundle left out: {folder / 'language.toml'}:")


def test_all_of_a_bundle_together_has_so_many_characters(make_bundle: MakeBundle) -> None:
    folder = make_bundle()
    (folder / "docs").mkdir()
    for number in range(5):
        (folder / "docs" / f"{number}.md").write_bytes(b"x" * 4_500_000)
    with pytest.raises(ManifestError, match=r"holds files docs/\*\.md of more than 20,000,000 characters"):
        load_bundle(folder)


def test_all_catalogues_of_a_bundle_are_together_as_large_as_one_may_be(
    make_bundle: MakeBundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_bundle()
    (folder / "catalogue").mkdir()
    text = '{"holegram-catalogue": 1, "language": "calc", "symbols": []}'
    for name in "abc":
        (folder / "catalogue" / f"{name}.json").write_text(text)
    monkeypatch.setattr("lsp_server.languages.manifest.LARGEST_CATALOGUE", 3 * len(text))
    assert len(load_bundle(folder).catalogues) == 3
    monkeypatch.setattr("lsp_server.languages.manifest.LARGEST_CATALOGUE", 3 * len(text) - 1)
    with pytest.raises(ManifestError, match=r"c\.json: is larger than"):
        load_bundle(folder)


def test_a_bundle_has_so_many_files_and_each_so_many_bytes(make_bundle: MakeBundle) -> None:
    folder = make_bundle()
    (folder / "docs").mkdir()
    (folder / "docs" / "a.md").write_bytes(b"x" * 6_000_000)
    with pytest.raises(ManifestError, match=r"a\.md: is larger than 5,000,000 bytes"):
        load_bundle(folder)
    for number in range(201):
        (folder / "docs" / f"{number}.md").touch()
    with pytest.raises(ManifestError, match=r"calc: holds 202 files docs/\*\.md; at most 200"):
        load_bundle(folder)


LONG = "a = (b + (c + d));\n" * 400


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("[" + "(_) " * 1_500 + "] @a", "the query takes too much work"),
        ("((_ (_)* @a)* @b (_)* @c (_)* @d (_)+ @e)", "the query takes too much work"),
        ("(_ (_)* @a (_)* @b)", "the query takes too much work"),
        ("(" + "(_)? " * 1_500 + ") @a", "the query takes too much work"),
        ("(_) @a\n" * 50_000, "the query has 100,000 nodes and brackets; at most 4,000"),
        ("(_ " * 1_900 + ")" * 1_900, ":1: Invalid syntax"),
        ('\n((_) @a (#match? @a "(a+)+\\\\)"))', ':2: "(a+)+\\\\)" may take a time that explodes'),
        ('((_) @a (#any-not-match? @a "a*a*a*b"))', "may take a time that explodes"),
        ('((_) @a (#not-match? @a "(a+)+\\\\1"))', "may take a time that explodes"),
    ],
)
def test_a_query_that_explodes_is_one_line_each_time(
    make_bundle: MakeBundle, query: str, message: str
) -> None:
    folder = make_bundle()
    path = folder / "queries" / "own.scm"
    path.parent.mkdir()
    path.write_text(query)
    tree = parse(load_bundle(folder), LONG)
    for _ in range(2):
        with pytest.raises(BundleError) as caught:
            tree.matches("own")
        assert str(caught.value).startswith(str(path))
        assert message in str(caught.value)


@pytest.mark.parametrize("query", ["(_ (_)* @a)", '((_) @a (#match? @a "^a(-[a-z]+)*$"))'])
def test_a_query_that_only_looks_dear_is_run(make_bundle: MakeBundle, query: str) -> None:
    folder = make_bundle()
    (folder / "queries").mkdir()
    (folder / "queries" / "own.scm").write_text(query)
    assert parse(load_bundle(folder), LONG).matches("own")
