"""Each bundle works where its parser is not installed; what is told otherwise then is named here."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from lsp_server.languages import Language, bundled_directory, load_bundle
from lsp_server.syntax import maker, parse
from lsp_server.syntax.matching import Shape
from lsp_server.syntax.nodes import Node
from lsp_server.syntax.queries import load_query
from tests.corpus import test_completions as typed
from tests.corpus import test_diagnostics as test_corpus_diagnostics
from tests.corpus import test_folds as test_corpus_folds
from tests.corpus import test_highlights as test_corpus_highlights
from tests.corpus import test_lists as test_corpus_lists
from tests.corpus import test_names as test_corpus_names
from tests.corpus_cases import read_cases

OTHERWISE = {
    "graphql": {
        "names: nothing is selected",  # diagnostics in other words
    },
    "hcl": {
        "errors: a for without a colon",  # diagnostics in other words, or with one more
        "errors: a value in the next line",
        "errors: an empty interpolation",
        "errors: a template in a label",
        "errors: mistakes in two elements that the tree takes, and one that it does not",
        "blocks: a here-document folds to its end",  # which needs the end of its line
        "blocks: a block that is not closed yet does not keep others from folding",
        "blocks: keys of an object are properties, values are not",  # of which tree-sitter tells variables
        "blocks: a here-document is a string between its tags",  # the first of them too
        "blocks: what is broken in one block leaves the next one as it is",
    },
    "postgres": {
        "errors: an insert without values",  # diagnostics in other words
        "lenient: two statements without a semicolon, which the tree takes apart",
        "statements: a function with its body",  # the name of its language
        "names: an alias is known in its query alone",  # brackets of a query are no node
        "names: in each part of a union, aliases are its own",
        "once: a column of a key",  # the columns of a key are no node either
        "names: a column that goes through a common table expression and a view is one name",
    },
    "sparql": {
        "queries: the prefixes fold as imports, and groups inside each other",
        "queries: a query with its prefix",  # where a prefix is a part of a lexeme
        "queries: functions and aggregates",  # escapes in strings
    },
}
"""What is told otherwise than with the parser."""


@pytest.fixture(params=OTHERWISE)
def own(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Language:
    """A shipped language whose parser nobody has installed."""
    monkeypatch.setitem(sys.modules, f"tree_sitter_{request.param}", None)
    return load_bundle(bundled_directory() / request.param)


def test_its_grammar_makes_the_trees_which_all_queries_fit_and_a_line_says_so(own: Language) -> None:
    assert maker(own) == "the grammar itself"
    assert own.queries.keys() == {"folds", "highlights", "locals", "once", "outline"}
    assert all(load_query(own, name) is not None for name in own.queries)
    assert own.hint is not None
    assert own.hint.startswith(f"{own.id}: the parser tree_sitter_{own.id} is not installed, so ")
    assert own.hint.endswith('(pip install "holegram[parsers]")')


def test_its_cases_are_told_as_with_its_parser(own: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(failing(own, monkeypatch)) == OTHERWISE[own.id]


def failing(own: Language, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The cases in which something else is told than expected."""
    for kind, module, check in (
        ("diagnostics", test_corpus_diagnostics, test_corpus_diagnostics.test_case),
        ("names", test_corpus_names, test_corpus_names.test_case),
        ("highlights", test_corpus_highlights, test_corpus_highlights.test_case),
        ("folds", test_corpus_folds, test_corpus_folds.test_case),
        ("lists", test_corpus_lists, test_corpus_lists.test_case),
        ("completions", typed, typed.test_what_is_offered_is_what_the_case_takes),
    ):
        monkeypatch.setattr(module, "language_of", lambda _: own)
        for case in read_cases(kind):
            title = str(case).removeprefix(f"{own.id}/")
            if title == str(case) or (kind == "completions" and not title.startswith("once:")):
                continue
            try:
                check(case)
            except AssertionError:
                yield title


def test_queries_look_at_as_much_as_there_is_of_a_text(
    own: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, fits = [0], Shape.fits

    def counted(shape: Shape, node: Node) -> bool:
        looks[0] += 1
        return fits(shape, node)

    monkeypatch.setattr(Shape, "fits", counted)
    text = next(iter(own.examples.values())) + "\n"
    for query in own.queries:
        spent = []
        for times in (2, 16):
            tree, looks[0] = parse(own, text * times), 0
            assert tree.matches(query) or query == "once"
            spent.append(looks[0])
        assert spent[1] <= 9 * spent[0]
