"""The analysis of any text comes to an end, costs what its length says, and tells if it is not whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from random import Random
from time import process_time
from typing import Any

import pytest

from lsp_server.constraint import Prefix, load_grammar
from lsp_server.features import outline
from lsp_server.features.completion import CompletionRequest, complete
from lsp_server.features.diagnosis import FAILED, LATE, diagnosis, diagnosis_alone, spending
from lsp_server.features.diagnostics import diagnose
from lsp_server.features.folding import folds
from lsp_server.features.highlighting import highlight
from lsp_server.features.placing import DEEPEST
from lsp_server.features.reasons import TOO_DEEP
from lsp_server.languages import Language, ParserBinding, load_registry
from lsp_server.languages.language import LarkOptions
from lsp_server.models.scripted import ScriptedModel
from lsp_server.names import naming
from lsp_server.syntax import Landmarks, SyntaxTree, next_tree, parse
from lsp_server.syntax.lr import nodes
from lsp_server.text import Edit, Span
from tests.conftest import BUNDLED, Corpus
from tests.constraint.small import small_language
from tests.constraint.texts import examples
from tests.countdown import Countdown
from tests.counts import FULL

NESTED = 'start: e*\ne: "(" e* ")" | N ";"\nN: /[a-z]+/\n%ignore /[ \\n]+/\n'

OPENED = {
    "graphql": ("{a(b:", "["),
    "hcl": ("a = ", "["),
    "lark": ("a: ", "("),
    "postgres": ("SELECT ", "("),
    "sparql": ("ASK {FILTER", "("),
}
"""What opens brackets in each language as deeply as one likes."""


def language_of(name: str) -> Language:
    return load_registry().by_id(name)


def grows_with_length(work: Callable[[int], object], few: int = 500) -> bool:
    """Whether eight times as much takes about eight times as long, and not sixty-four times; in one run."""

    def spent(size: int) -> float:
        began = process_time()
        work(size)
        return process_time() - began

    spent(few)
    short, long = (min(spent(size) for _ in range(3)) for size in (few, 8 * few))
    return long <= 2.5 * 8 * short


def everything(tree: SyntaxTree) -> None:
    """What an editor asks of a text beside its errors."""
    list(highlight(tree))
    list(folds(tree))
    naming.names_of(tree, None)
    outline.outline(tree, None)


@pytest.mark.parametrize("name", [*BUNDLED, "nested"])
def test_open_brackets_cost_as_much_as_there_are_of_them(name: str) -> None:
    language = small_language(NESTED) if name == "nested" else language_of(name)
    grammar, (before, opener) = load_grammar(language), OPENED.get(name, ("", "("))

    def look(brackets: int) -> None:
        assert diagnose(parse(language, before + opener * brackets), grammar)

    assert grows_with_length(look)


def test_of_a_node_with_many_children_those_are_made_that_are_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made, seen = list[nodes.Node](), nodes.seen

    def counted(*children: Any) -> Iterator[nodes.Node]:
        for node in seen(*children):
            made.append(node)
            yield node

    monkeypatch.setattr(nodes, "seen", counted)
    language = language_of("lark")
    assert diagnose(parse(language, "a: " + "(" * 1_000), load_grammar(language))
    assert len(made) < 20_000


@pytest.mark.parametrize("name", ["hcl", "sparql"])
def test_closers_that_close_nothing_cost_as_much_as_there_are_of_them(name: str) -> None:
    language = language_of(name)
    grammar, (before, opener) = load_grammar(language), OPENED[name]

    def look(brackets: int) -> None:
        assert diagnose(parse(language, before + opener * brackets + "}" * brackets), grammar)

    assert grows_with_length(look)


@pytest.mark.parametrize("name", ["graphql", "postgres", "sparql"])
def test_the_colours_of_open_brackets_cost_as_much_as_there_are_of_them(name: str) -> None:
    language, (before, opener) = language_of(name), OPENED[name]

    trees = {size: parse(language, before + opener * size) for size in (5_000, 40_000)}
    assert grows_with_length(lambda brackets: list(folds(trees[brackets])), 5_000)


def test_what_the_grammar_nests_without_a_node_costs_as_much_as_there_is_of_it() -> None:
    def look(names: int) -> None:
        tree = parse(language_of("hcl"), "x = a" + ".a" * names)
        assert tree.brackets(Span(0, len(tree.text))) == ()
        everything(tree)

    assert grows_with_length(look, 5_000)


def test_of_what_the_grammar_nests_without_a_node_all_brackets_and_colours_are_found() -> None:
    def seen(indices: int) -> tuple[int, int]:
        tree = parse(language_of("hcl"), "x = a" + ".a[0]" * indices)
        tokens = [start + token.start for start, stretch in highlight(tree) for token in stretch.tokens]
        return len(tree.brackets(Span(0, len(tree.text)))), sum(start > len("x = a") for start in tokens)

    brackets, tokens = seen(10)
    assert seen(6_000) == (600 * brackets, 600 * tokens)


def test_damage_of_which_only_the_grammar_knows_is_told_where_nothing_more_may_be_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("lsp_server.features.mistakes._BUDGET", 3_000)
    language, query = language_of("sparql"), "SELECT * {?a ?b ?c}\n"
    told = diagnose(parse(language, query * 140), load_grammar(language))
    assert {found.span.start for found in told} <= set(range(0, 140 * len(query), len(query)))
    assert told


def joined(pieces: Sequence[str], size: int, chance: Random) -> str:
    """A text of some length, of pieces that are whole, cut, cut and repeated, or in one line."""
    made, length = list[str](), 0
    while length < size:
        piece = chance.choice(pieces)
        start, end = sorted(chance.randrange(len(piece) + 1) for _ in range(2))
        ways = piece, piece[start:end], piece[start:end] * 3, piece.replace("\n", " ")
        made.append(chance.choice(ways))
        length += len(made[-1])
    return "".join(made)[:size]


@pytest.mark.parametrize("name", BUNDLED)
@pytest.mark.parametrize("size", [1_000, 20_000])
def test_files_that_are_joined_cut_and_repeated_are_analysed_to_their_end(name: str, size: int) -> None:
    language, chance = language_of(name), Random(f"{name} {size}")
    for _ in range(3):
        text = joined(examples(language), size, chance)
        made = diagnosis(text, lambda text=text: parse(language, text))  # type: ignore[misc]
        assert made.failure is None
        assert made.incomplete is None
        everything(parse(language, text))


LARGE = [
    pytest.param(size, marks=pytest.mark.skipif(not FULL, reason="takes long: python tests/run.py --full"))
    for size in (1_000_000, 5_000_000)
]


@pytest.mark.parametrize("name", [name for name in BUNDLED if name != "lark"])
@pytest.mark.parametrize("size", [1_000, 50_000, *LARGE])
def test_real_files_that_are_joined_cut_and_repeated_make_nothing_fail(
    corpus: Corpus, name: str, size: int
) -> None:
    language, chance = language_of(name), Random(f"{name} {size}")
    files = [text for path in corpus(name, "dev") if (text := path.read_text("utf-8", "replace"))]
    text = joined(files, size, chance)
    tree = parse(language, text)
    made = diagnosis(text, lambda: tree)
    assert made.failure is None
    assert all(0 <= found.span.start <= found.span.end <= size for found in made.found)
    everything(tree)


def test_where_looking_for_errors_fails_the_tree_tells_what_it_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*more: object) -> None:
        raise IndexError("tuple index out of range")

    monkeypatch.setattr("lsp_server.features.mistakes.read", fail)
    text, language = "\ntype A {\n  b: [Int\n}\n", language_of("graphql")
    made = diagnosis(text, lambda: parse(language, text))
    assert isinstance(made.failure, IndexError)
    assert [found.code for found in made.found] == ["unclosed-bracket", FAILED]
    assert made.incomplete is not None
    assert made.incomplete.span == Span(1, 2)


def test_where_there_is_no_tree_that_is_told() -> None:
    def fail() -> SyntaxTree:
        raise RecursionError

    made = diagnosis("a", fail)
    assert isinstance(made.failure, RecursionError)
    assert [(found.code, found.span) for found in made.found] == [(FAILED, Span(0, 1))]


def test_what_was_found_in_time_is_told_and_that_it_may_not_be_all() -> None:
    text, language = "type A {\n  b: [Int\n}\n\ntype B {\n  c: Int\n}\n\n" * 9, language_of("graphql")
    whole = diagnosis(text, lambda: parse(language, text))
    part = diagnosis(text, lambda: parse(language, text), Countdown(5))
    *found, word = part.found
    assert 0 < len(found) < len(whole.found)
    assert word.code == LATE
    assert tuple(found) == whole.found[: len(found)]
    assert part.failure is None


def test_a_text_that_may_be_read_in_too_many_ways_is_not_read_to_its_end_and_that_is_told() -> None:
    ambiguous = 'start: e\ne: e e | e e e | "a"\n%ignore "\\n"\n'
    general = LarkOptions(parser="earley")
    language = replace(small_language(ambiguous), lark=general, parser=ParserBinding())
    assert diagnosis_alone(language, "a" * 60).found == ()

    def told(text: str) -> list[str]:
        return [one.code for one in diagnosis_alone(language, text).found]

    assert told("a" * 3_000) == [LATE]
    assert not parse(language, "a" * 3_000).whole


def test_so_much_is_spent_as_a_clock_says() -> None:
    over = spending(3.0, clock=count(step=1.0).__next__)
    assert [over() for _ in range(4)] == [False, False, True, True]


def test_of_a_text_that_takes_too_long_to_parse_the_beginning_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    text, language = "type A { b: Int }\n" * 3_000, language_of("graphql")
    with monkeypatch.context() as clock:
        clock.setattr("lsp_server.syntax.sitter.parsing.thread_time", count(step=1.0).__next__)
        tree = parse(language, text)
    assert not tree.whole
    assert 0 < tree.parts.end(len(tree.parts) - 1) < len(text)
    assert [found.code for found in diagnosis(text, lambda: tree).found][-1] == LATE
    everything(tree)
    edits, after = (Edit(Span(0, 0), " "),), " " + text
    assert next_tree(tree, edits, after).whole


@pytest.mark.parametrize("name", [name for name in BUNDLED if name != "lark"])
def test_a_query_finds_the_same_in_stretches(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    language, queries = language_of(name), "lsp_server.syntax.sitter.queries"
    text = "\n".join(examples(language)[:6])
    tree = parse(language, text[:-40])
    found = []
    for size in (10**9, 100):
        monkeypatch.setattr(f"{queries}._LONG", size)
        monkeypatch.setattr(f"{queries}._FIRST", size)
        found.append([tree.matches(query) for query in ("locals", "outline", "highlights")])
    by_pattern = [
        [[match for match in matches if match.pattern == number] for matches in some for number in range(99)]
        for some in found
    ]
    assert by_pattern[0] == by_pattern[1]


def test_a_cursor_that_is_nested_too_deeply_has_no_suggestion_and_is_told_why() -> None:
    language = small_language(NESTED)
    text, offset = "(" * 12_000, 6_000
    request = CompletionRequest(
        text, offset, language, Landmarks(parse(language, text)), Prefix(load_grammar(language), text)
    )
    assert complete(request, ScriptedModel({}), lambda: False).reason == TOO_DEEP.format(DEEPEST)
