"""What is asked for at a cursor, and how passages come before a text."""

from __future__ import annotations

import pytest

from lsp_server.constraint import load_grammar
from lsp_server.lalr import check
from lsp_server.languages import Comment, load_registry
from lsp_server.retrieval import Passage, PassageOrigin, Question, comment_above, passages_before
from lsp_server.text import Span

REGISTRY = load_registry()


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("hcl", "# S3 bucket\n<|>", "S3 bucket"),
        ("hcl", "a = 1\n\n// one\n# two\n  <|>", "one\ntwo"),
        ("hcl", "/* A queue\n * of jobs */\n<|>", "A queue\nof jobs"),
        ("postgres", "SELECT 1;\n-- top 10 projects\n<|>", "top 10 projects"),
        ("hcl", "# a bucket<|>", "a bucket"),
        ("hcl", "# a bucket\n\n<|>", None),
        ("hcl", "a = 1 # why\n<|>", None),
        ("hcl", "# a bucket\nres<|>", None),
        ("hcl", "# a <|>bucket", None),
        ("hcl", "<|>", None),
        ("hcl", "#\n<|>", None),
    ],
)
def test_a_comment_just_above_is_what_is_wished(language: str, text: str, said: str | None) -> None:
    before, after = text.split("<|>")
    found = comment_above(REGISTRY.by_id(language), before + after, len(before))
    assert (None if found is None else found.text) == said


def test_words_near_the_cursor_count_more_and_fixed_words_little() -> None:
    text = "CREATE TABLE members (id int);\nSELECT projects.name FROM "
    weights = Question(REGISTRY.by_id("postgres"), text, len(text)).weights
    assert weights["project"] > weights["member"] > weights["creat"]


def test_of_an_instruction_only_telling_words_count() -> None:
    weights = Question(REGISTRY.by_id("hcl"), instruction="Please write a bucket for me").weights
    assert "bucket" in weights
    assert not {"a", "for", "me", "pleas"} & weights.keys()


@pytest.mark.parametrize("language", ["graphql", "hcl", "postgres", "sparql"])
def test_passages_stand_before_a_text_as_comments_and_the_best_last(language: str) -> None:
    bundle = REGISTRY.by_id(language)
    text = next(iter(bundle.examples.values()))
    passages = [Passage(PassageOrigin.DOCS, "a", 1, f"said {n}", f"code {n} {{\n*/ }}") for n in range(3)]
    made, hole = passages_before(bundle, passages, text, Span(0, 0), 10_000)
    assert made.endswith(text)
    assert made[hole.start :] == text
    assert made.index("said 2") < made.index("said 1") < made.index("said 0")
    assert check(load_grammar(bundle), made) is None


def test_passages_take_no_more_than_the_room_that_is_left() -> None:
    bundle = REGISTRY.by_id("hcl")
    passages = [Passage(PassageOrigin.DOCS, "a", 1, "", "\n".join(f"line = {n}" for n in range(50)))]
    text = "a = 1\n" * 20
    _, hole = passages_before(bundle, passages, text, Span(len(text), len(text)), 400)
    assert hole.start <= 400
    assert passages_before(bundle, passages, text, Span(len(text), len(text)), 150) == (
        text,
        Span(len(text), len(text)),
    )


def test_a_language_without_comments_gets_none() -> None:
    from dataclasses import replace

    bundle = replace(REGISTRY.by_id("hcl"), comment=Comment())
    passage = Passage(PassageOrigin.DOCS, "a", 1, "said", "code")
    assert passages_before(bundle, [passage], "x", Span(1, 1), 1_000) == ("x", Span(1, 1))
