"""Agreement: parsers are compared on files, programs and mutants; differences are brought down and told."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from lsp_server.agreement.agreement import measure_agreement
from lsp_server.agreement.asking import Judge, Verdict
from lsp_server.agreement.judges import load_judge
from lsp_server.agreement.known import read_known
from lsp_server.agreement.mutations import Mutator
from lsp_server.agreement.opinions import DisagreementKind, Panel
from lsp_server.agreement.pieces import join, shape, split
from lsp_server.agreement.shrinking import fewest, shrink
from lsp_server.constraint import load_grammar
from lsp_server.errors import BundleError
from lsp_server.languages import Language, load_bundle
from lsp_server.languages.sources import Source
from tests.conftest import MANIFEST, PARSER, MakeBundle

# The bundle of these tests reads its files with a parser for `name = value` lines, but its grammar wants `;`.
BOTH = "# nothing\n"
TREE_ONLY = "# one\na = 1\n"
NEITHER = "\na = = )\n"
CONSTRAINT_ONLY = "a = 1;\n"


def calculator(make_bundle: MakeBundle, more: str = "") -> Language:
    return load_bundle(make_bundle(MANIFEST + PARSER + more), ["tree_sitter_hcl"])


def judging(*valid: str) -> Judge:
    return lambda text: Verdict(True) if text in valid else Verdict(False, "refused")


def anything(text: str) -> Verdict:
    return Verdict(True)


def sources(*texts: str) -> list[Source]:
    return [Source(f"{number}.calc", text) for number, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("text", "judge", "kind"),
    [
        (BOTH, judging(BOTH), None),
        (NEITHER, judging(), None),
        (NEITHER, judging(NEITHER), None),
        (BOTH, judging(), DisagreementKind.BROKEN),
        (BOTH, None, None),
        (CONSTRAINT_ONLY, judging(CONSTRAINT_ONLY), DisagreementKind.LOST),
        (CONSTRAINT_ONLY, judging(), DisagreementKind.BROKEN),
        (CONSTRAINT_ONLY, None, DisagreementKind.LOST),
        (TREE_ONLY, judging(TREE_ONLY), DisagreementKind.STRICT),
        (TREE_ONLY, judging(), DisagreementKind.MISSED),
        (TREE_ONLY, None, DisagreementKind.MISSED),
        (BOTH, lambda text: Verdict(False, "set twice", ignored=True), None),
        (BOTH, lambda text: Verdict(False, "too much", unsure=True), None),
        (CONSTRAINT_ONLY, lambda text: Verdict(False, "too much", unsure=True), DisagreementKind.LOST),
        (TREE_ONLY, lambda text: Verdict(False, "too much", unsure=True), DisagreementKind.MISSED),
    ],
)
def test_the_kind_follows_from_who_accepts(
    make_bundle: MakeBundle, text: str, judge: Judge | None, kind: DisagreementKind | None
) -> None:
    assert Panel(calculator(make_bundle), judge).kind(text) is kind


@pytest.mark.parametrize(
    ("text", "judge", "kind"),
    [
        (TREE_ONLY, judging(TREE_ONLY), DisagreementKind.STRICT),
        (TREE_ONLY, judging(), None),
        (TREE_ONLY, None, None),
        (CONSTRAINT_ONLY, judging(CONSTRAINT_ONLY), DisagreementKind.LOST),
    ],
)
def test_a_lenient_tree_misses_no_diagnostic(
    make_bundle: MakeBundle, text: str, judge: Judge | None, kind: DisagreementKind | None
) -> None:
    assert Panel(calculator(make_bundle, "lenient = true\n"), judge).kind(text) is kind


def test_files_are_counted_by_who_accepts_them(make_bundle: MakeBundle) -> None:
    panel = Panel(calculator(make_bundle), judging(BOTH, TREE_ONLY))
    report = measure_agreement(panel, sources(BOTH, TREE_ONLY, NEITHER), samples=0, mutants=0)
    files = report.files
    assert (files.files, files.judged_valid, files.covered, files.overreach) == (3, 2, 1, 0)
    assert (files.tree_accepts, files.agreed) == (2, 2)


def test_a_disagreement_is_told_with_its_smallest_text(make_bundle: MakeBundle) -> None:
    panel = Panel(calculator(make_bundle), anything)
    texts = [f"# some\nlong = 1;\nname{letter} = (2 + 3);\n" for letter in "ab"]
    report = measure_agreement(panel, sources(*texts), samples=0, mutants=0)
    (group,) = report.groups
    assert (group.kind, group.count, group.found_in) == (DisagreementKind.LOST, 2, ("0.calc", "1.calc"))
    assert (group.text, group.shape) == ("a=0;", "NAME EQUAL NUMBER SEMICOLON")
    assert [line.partition(":")[0] for line in group.said] == ["tree rejects it at 1"]
    assert report.new == (group,)


def test_programs_and_mutants_find_what_no_file_shows(make_bundle: MakeBundle) -> None:
    done: dict[str, tuple[int, int]] = {}
    panel = Panel(calculator(make_bundle), None)
    report = measure_agreement(
        panel, samples=30, mutants=300, progress=lambda what, n, total: done.update({what: (n, total)})
    )
    assert {group.kind for group in report.groups} >= {DisagreementKind.LOST, DisagreementKind.MISSED}
    assert (done["programs"], done["mutants"]) == ((30, 30), (300, 300))
    assert report == measure_agreement(panel, samples=30, mutants=300)


KNOWN = """\
=== an end that the other parser does not know
a = b;
---
kind: lost suggestion
shape: NAME|NUMBER SEMICOLON $
reason: it ends assignments with their lines
"""


def write_known(bundle: Path, content: str) -> Language:
    path = bundle / "corpus" / "agreement" / "upstream.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return load_bundle(bundle, ["tree_sitter_hcl"])


def test_what_the_bundle_lists_is_known(make_bundle: MakeBundle) -> None:
    panel = Panel(write_known(make_bundle(MANIFEST + PARSER), KNOWN), anything)
    report = measure_agreement(panel, sources(CONSTRAINT_ONLY, TREE_ONLY), samples=0, mutants=0)
    assert [(g.kind, g.known is None) for g in report.groups] == [
        (DisagreementKind.STRICT, True),
        (DisagreementKind.LOST, False),
    ]
    assert report.groups[1].reason == "it ends assignments with their lines"
    assert (len(report.new), report.unseen) == (1, ())


@pytest.mark.parametrize(
    ("shape", "found"),
    [
        ("NAME EQUAL NUMBER", True),
        ("EQUAL NAME", False),
        ("EQUAL .. SEMICOLON", True),
        ("^ EQUAL", False),
        ("^ NAME .. SEMICOLON $", True),
        ("EQUAL NUMBER $", False),
        ("NUMBER/^1/", True),
        ("NUMBER/2/", False),
        ("*/^a$/ EQUAL */1/", True),
        ("EQUAL */a/", False),
        ("SEMICOLON */^$/", False),
        ("NAME|NUMBER SEMICOLON", True),
        ("!", False),
    ],
)
def test_a_shape_is_found_anywhere_in_the_lexemes(make_bundle: MakeBundle, shape: str, found: bool) -> None:
    language = write_known(make_bundle(MANIFEST + PARSER), KNOWN.replace("NAME|NUMBER SEMICOLON $", shape))
    (known,) = read_known(language)
    assert known.explains(load_grammar(language), DisagreementKind.LOST, "a = 1;") is found


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("SEMICOLON $", "COMMA", "no terminal COMMA"),
        ("SEMICOLON $", "*", "no terminal *"),
        ("lost suggestion", "broken promise", "unknown kind 'broken promise'"),
        ("reason: ", "because: ", "is none of kind:"),
        ("shape: NAME|NUMBER SEMICOLON $\n", "", "at least one shape:"),
        ("NAME|NUMBER", "NAME/(/", "NAME/(/"),
        ("---\n", "", "case"),
    ],
)
def test_a_list_that_cannot_be_read_is_one_error(
    make_bundle: MakeBundle, old: str, new: str, message: str
) -> None:
    language = write_known(make_bundle(MANIFEST + PARSER), KNOWN.replace(old, new))
    with pytest.raises(BundleError, match=r"upstream\.txt") as caught:
        read_known(language)
    assert message in str(caught.value)


@pytest.mark.parametrize("text", ["a = 1;\n# b\n", "a = = 1; @ #", "\t$$ a", ""])
def test_pieces_join_to_the_text(make_bundle: MakeBundle, text: str) -> None:
    assert join(split(load_grammar(calculator(make_bundle)), text)) == text


def test_a_shape_shows_where_the_constraint_fails(make_bundle: MakeBundle) -> None:
    grammar = load_grammar(calculator(make_bundle))
    assert shape(grammar, "a = = 12;") == "NAME EQUAL ! EQUAL NUMBER(0) SEMICOLON"
    assert shape(grammar, "a = 0") == "NAME EQUAL NUMBER !"


@pytest.mark.parametrize(
    ("blank", "shapes"),
    [
        (" \n", "NAME EQUAL NUMBER !"),
        ("\r\n", "NAME EQUAL NUMBER !"),
        ("\r", "NAME BLANK(\r) EQUAL NUMBER !"),
    ],
)
def test_a_carriage_return_alone_is_a_part_of_a_shape(
    make_bundle: MakeBundle, blank: str, shapes: str
) -> None:
    assert shape(load_grammar(calculator(make_bundle)), f"a{blank}= 0") == shapes


def test_mutants_differ_and_repeat_with_the_seed(make_bundle: MakeBundle) -> None:
    grammar = load_grammar(calculator(make_bundle))
    one, two = ([Mutator(grammar, Random(1)).mutate("a = b + 1;") for _ in range(1)] for _ in "ab")
    assert one == two
    mutator = Mutator(grammar, Random(2))
    assert len({mutator.mutate("a = b + 1;") for _ in range(100)}) > 40


def test_the_fewest_items_are_found() -> None:
    assert fewest(list(range(50)), lambda kept: {7, 31} <= set(kept)) == [7, 31]


def test_shrinking_takes_out_brackets_together(make_bundle: MakeBundle) -> None:
    grammar = load_grammar(calculator(make_bundle))
    panel = Panel(calculator(make_bundle), None)
    small = shrink(grammar, "x = ((y + 12));", lambda text: panel.kind(text) is DisagreementKind.LOST)
    assert small == "a=0;"


def test_the_three_agree_on_the_examples_of_a_bundle(language: Language) -> None:
    panel = Panel(language, load_judge(language))
    paths = sorted(path for path in (language.directory / "examples").rglob("*") if path.is_file())
    assert paths
    assert [path.name for path in paths if panel.kind(path.read_text(encoding="utf-8")) is not None] == []
