"""Agreement: three parsers are compared file by file, and each difference is told."""

from __future__ import annotations

from lsp_server.evaluation.agreement import measure_agreement
from lsp_server.evaluation.corpus import Source
from lsp_server.evaluation.judges import Judge, Verdict, load_judge
from lsp_server.languages import Language, load_bundle
from tests.conftest import MakeBundle

# The bundle of these tests reads its files with a parser for `name = value` lines, but its grammar wants `;`.
BOTH = Source("both.calc", "# nothing\n")
TREE_ONLY = Source("tree.calc", "# one\na = 1\n")
NEITHER = Source("neither.calc", "\na = = )\n")


def _judge(*valid: str) -> Judge:
    return lambda text: Verdict(True) if text in valid else Verdict(False, "refused")


def test_what_each_of_the_three_accepts_is_counted(make_bundle: MakeBundle) -> None:
    language = load_bundle(make_bundle())
    done: list[int] = []
    report = measure_agreement(
        language, [BOTH, TREE_ONLY, NEITHER], _judge(BOTH.text, TREE_ONLY.text), done.append
    )
    assert (report.files, report.judged_valid, report.covered, report.overreach) == (3, 2, 1, 0)
    assert (report.tree_accepts, report.agreed) == (2, 2)
    assert (report.coverage, report.agreement) == (1 / 2, 2 / 3)
    assert done == [1, 2, 3]


def test_a_disagreement_names_the_place_and_who_accepts(make_bundle: MakeBundle) -> None:
    report = measure_agreement(load_bundle(make_bundle()), [TREE_ONLY, BOTH], _judge(TREE_ONLY.text))
    first, second = report.disagreements
    assert (first.name, first.accepted_by, first.line) == ("tree.calc", ("judge", "tree"), 3)
    assert (first.offset, first.message) == (len(TREE_ONLY.text), "expected + or ;")
    assert (second.name, second.accepted_by, second.offset) == ("both.calc", ("constraint", "tree"), None)
    assert second.message == "refused"
    assert report.overreach == 1


def test_files_on_which_all_agree_are_not_told(make_bundle: MakeBundle) -> None:
    report = measure_agreement(load_bundle(make_bundle()), [BOTH, NEITHER], _judge(BOTH.text))
    assert report.disagreements == ()


def test_an_error_that_is_not_syntax_counts_as_accepted(make_bundle: MakeBundle) -> None:
    report = measure_agreement(
        load_bundle(make_bundle()), [BOTH], lambda text: Verdict(False, "twice", ignored=True)
    )
    assert (report.judged_valid, report.disagreements) == (1, ())


def test_the_three_agree_on_the_examples_of_a_bundle(language: Language) -> None:
    paths = [path for path in (language.directory / "examples").rglob("*") if path.is_file()]
    sources = [Source(path.name, path.read_text(encoding="utf-8")) for path in paths]
    report = measure_agreement(language, sources, load_judge(language))
    assert sources
    assert report.disagreements == ()
