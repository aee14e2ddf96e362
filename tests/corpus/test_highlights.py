"""Every bundle's `corpus/highlights/`, and that what is kept from before makes no difference."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsp_server.features import highlighting
from lsp_server.features.highlighting import STYLES, StyledToken, highlight, style_of
from lsp_server.languages import Language, load_registry
from lsp_server.syntax import SyntaxTree, next_tree, parse
from lsp_server.text import Edit, Span, apply_edits
from tests.conftest import ROOT
from tests.constraint.texts import examples
from tests.corpus_cases import Case, language_of, read_cases
from tests.counts import tries
from tests.work import calls

LETTERS = [*"ax1 {}()[]\"'.,;:=#/*\n", "\n\n", "𝒳", "<<EOT\n", '"""', "/*", "$$"]


def tokens_of(tree: SyntaxTree) -> list[StyledToken]:
    return [
        StyledToken(start + token.start, start + token.end, token.style)
        for start, stretch in highlight(tree)
        for token in stretch.tokens
    ]


def afresh(tree: SyntaxTree) -> list[StyledToken]:
    """The tokens of a text of which nothing has been read before."""
    highlighting._READ.clear()
    return tokens_of(tree)


@pytest.mark.parametrize("case", read_cases("highlights"), ids=str)
def test_case(case: Case) -> None:
    text = case.text + "\n"
    shown = []
    for start, end, style in tokens_of(parse(language_of(case), text)):
        name = ".".join((style.type, *style.modifiers))
        shown.append(f"{name}: {json.dumps(text[start:end], ensure_ascii=False)}")
    assert tuple(shown or ["none"]) == case.expected


def within(tree: SyntaxTree, span: Span, *, near: bool) -> list[StyledToken]:
    """The tokens that touch a span, found in all of the text or in what is near alone."""
    return [
        token
        for token in (
            StyledToken(start + one.start, start + one.end, one.style)
            for start, stretch in highlight(tree, span if near else None)
            for one in stretch.tokens
        )
        if token.start < span.end and span.start < token.end
    ]


@pytest.mark.parametrize("language", load_registry().languages, ids=lambda language: str(language.id))
def test_near_a_span_the_tokens_are_those_of_the_whole(
    language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(highlighting, "_FAR", 0)
    chance, seen = random.Random(language.id), 0
    text = "\n".join(language.examples.values())[:30_000]
    for _ in range(tries(12, 100)):
        at = chance.randrange(len(text))
        tree = parse(
            language, text[:at] + chance.choice(LETTERS) + text[at:] if chance.random() < 0.5 else text
        )
        start = chance.randrange(len(tree.text))
        span = Span(start, min(start + 500, len(tree.text)))
        found = within(tree, span, near=True)
        seen += len(found)
        assert found == within(tree, span, near=False)
    assert seen


def painted(tree: SyntaxTree) -> Iterator[str | None]:
    """For each character the type it is shown as, all read at once: later patterns over earlier ones."""
    seen: list[str | None] = [None] * len(tree.text)
    known = (c for c in tree.captures("highlights") if any(c[1].startswith(name) for name in STYLES))
    for _, name, start, end in sorted(known, key=lambda c: (c[0], c[2] - c[3])):
        style = style_of(name)
        seen[start:end] = [None if style is None else style.type] * (end - start)
    yield from seen


def assert_painted(tree: SyntaxTree) -> None:
    assert "".join(stretch.text for _, stretch in highlight(tree)) == tree.text
    seen: list[str | None] = [None] * len(tree.text)
    for token in tokens_of(tree):
        seen[token.start : token.end] = [token.style.type] * (token.end - token.start)
    assert seen == list(painted(tree))


def test_stretches_are_read_as_the_whole_is(language: Language) -> None:
    for text in examples(language):
        assert_painted(parse(language, text))


@pytest.mark.parametrize("long", [20, 80, 300])
def test_pieces_of_what_is_long_are_read_as_the_whole_is(
    language: Language, long: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(highlighting, "_LONG", long)
    for text in examples(language):
        tree = parse(language, text)
        assert_painted(tree)
        assert tokens_of(tree) == afresh(tree)
    assert max(len(stretch.text) for _, stretch in highlight(tree)) < len(tree.text) / 2


@settings(max_examples=tries(8, 50), deadline=None)
@given(seed=st.integers(0, 2**32))
def test_what_is_kept_from_before_makes_no_difference(language: Language, seed: int) -> None:
    chance = random.Random(seed)
    text = chance.choice(examples(language))
    tree = parse(language, text)
    tokens_of(tree)
    for _ in range(6):
        start = chance.randrange(len(text) + 1)
        edit = Edit(
            Span(start, min(len(text), start + chance.choice([0, 0, 1, 1, 30]))), chance.choice(LETTERS)
        )
        after = apply_edits(text, [edit])
        tree, text = next_tree(tree, [edit], after), after
        assert tokens_of(tree) == afresh(tree)


@settings(max_examples=tries(8, 50), deadline=None)
@given(seed=st.integers(0, 2**32), long=st.sampled_from([20, 80, 300]))
def test_pieces_that_are_kept_make_no_difference(language: Language, seed: int, long: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(highlighting, "_LONG", long)
        chance = random.Random(seed)
        text = chance.choice(examples(language))
        tree = parse(language, text)
        for _ in range(6):
            tokens_of(tree)
            start = chance.randrange(len(text) + 1)
            end = min(len(text), start + chance.choice([0, 0, 1, 1, 30]))
            edit = Edit(Span(start, end), chance.choice(LETTERS))
            after = apply_edits(text, [edit])
            tree, text = next_tree(tree, [edit], after), after
            assert tokens_of(tree) == afresh(tree)
            if tree.sound:
                assert_painted(tree)


def test_an_edit_leaves_the_other_stretches_as_they_are(language: Language) -> None:
    text = max(examples(language), key=len)
    tree = parse(language, text)
    before = {stretch for _, stretch in highlight(tree)}
    edit = Edit(Span(len(text), len(text)), "\n")
    after = {stretch for _, stretch in highlight(next_tree(tree, [edit], text + edit.text))}
    assert len(after - before) == 1


def test_part_of_a_text_is_read_without_the_rest() -> None:
    text = "".join(f"a{number} = 1\n\n" for number in range(100))
    found = list(highlight(parse(load_registry().by_id("hcl"), text), Span(5, 9)))
    assert len(found) <= 3


def test_names_are_taken_for_what_they_begin_with() -> None:
    assert style_of("string.special.url") == style_of("string")
    assert style_of("type.builtin") != style_of("type")
    assert style_of("spell") is None
    assert style_of("punctuation.bracket") is None


def test_every_capture_that_counts_is_documented() -> None:
    guide = (ROOT / "grammars" / "README.md").read_text("utf-8")
    for name, style in STYLES.items():
        rows = [line for line in guide.splitlines() if line.startswith("| `") and f"`{name}`" in line]
        shown = "plain text" if style is None else ", ".join((style.type, *style.modifiers))
        assert any(shown in row or "the same" in row for row in rows), name


@pytest.mark.parametrize(
    ("language_id", "line"),
    [
        ("graphql", "type A { b: = }\n"),
        ("graphql", "{"),
        ("hcl", "a { b = = 1 }\n"),
        ("hcl", "["),
        ("postgres", "select a from;\n"),
        ("postgres", "("),
        ("sparql", "SELECT * { ?a ?? }\n"),
        ("sparql", "{"),
    ],
)
def test_a_long_text_full_of_mistakes_costs_for_each_character_what_a_short_one_does(
    language_id: str, line: str
) -> None:
    language = load_registry().by_id(language_id)
    afresh(parse(language, line))  # what is read once of a query

    def cost(size: int) -> float:
        text = line * (size // len(line))
        highlighting._READ.clear()
        return calls(lambda: list(highlight(parse(language, text)))) / size

    assert max(cost(size) for size in (4_000, 16_000, 48_000)) <= 1.2 * cost(1_000)
