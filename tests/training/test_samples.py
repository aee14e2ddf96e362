"""Holes and samples: what is cut can be put together again, and each row holds whole samples."""

from __future__ import annotations

from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lsp_server.training.config import NetworkShape, Recipe
from lsp_server.training.corpus import TrainingText
from lsp_server.training.samples import (
    TrainingHole,
    cut,
    draw_batch,
    make_codec,
    make_drawer,
    sample,
    with_passages,
)
from lsp_server.training.tokens import train_tokenizer

TEXTS = [f"item {n} = call({n}, other_{n})\nnext line {{\n  a = {n}\n}}\n" * 3 for n in range(30)]
TAGS = ("one", "two", "other")
TOKENIZER = train_tokenizer(TEXTS, TAGS, 360)
CODEC = make_codec(TOKENIZER, TAGS)
SHAPE = NetworkShape(vocabulary=360, window=128, suffix=24)
RECIPE = Recipe(rows=3)
DOCUMENTS = st.text(alphabet=st.sampled_from("ab1 _(){}\n\r\t\"'é\U0001f600=,"), min_size=1, max_size=300)


def spelled(ids: list[int]) -> str:
    return b"".join(CODEC.bytes_of(index) for index in ids).decode()


@given(DOCUMENTS, st.integers())
def test_prefix_middle_and_suffix_make_the_document(text: str, seed: int) -> None:
    hole = cut(text, Random(seed))
    assert 0 <= hole.start <= hole.end <= len(text)
    assert text[: hole.start] + text[hole.start : hole.end] + text[hole.end :] == text


@given(DOCUMENTS, st.integers())
def test_a_sample_with_room_holds_suffix_then_prefix_and_middle(text: str, seed: int) -> None:
    hole = cut(text, Random(seed))
    wide = NetworkShape(vocabulary=360, window=4096, suffix=1024)
    ids, weights = sample(TrainingText(text, "one"), hole, CODEC, RECIPE, wide, 4096, "one")
    at = ids.index(CODEC.prefix)
    assert ids[:2] == [CODEC.languages["one"], CODEC.suffix]
    assert spelled(ids[2:at]) == ("" if hole.open else text[hole.end :])
    assert spelled(ids[at + 1 :]) == text[: hole.end]
    assert (ids[-1] == CODEC.end) == (not hole.open)
    assert len(weights) == len(ids)
    assert not any(weights[: at + 1])
    assert all(weights[at + 1 :])


@given(DOCUMENTS, st.integers(), st.integers(min_value=32, max_value=128))
def test_a_sample_keeps_to_its_budget_and_to_the_text_around_the_hole(
    text: str, seed: int, budget: int
) -> None:
    hole = cut(text, Random(seed))
    ids, _ = sample(TrainingText(text, "one"), hole, CODEC, RECIPE, SHAPE, budget, "two")
    at = ids.index(CODEC.prefix)
    after = b"".join(CODEC.bytes_of(index) for index in ids[2:at])
    before = b"".join(CODEC.bytes_of(index) for index in ids[at + 1 :])
    assert len(ids) <= budget
    assert text[hole.end :].encode().startswith(after)
    assert text[: hole.end].encode().endswith(before)


def test_the_rest_of_the_line_leaves_the_line_break_in_the_suffix() -> None:
    text = "first line\r\nsecond line\nthird"
    holes = {cut(text, Random(seed)) for seed in range(300)}
    ends = {hole.end for hole in holes if not hole.open}
    assert {text.index("\r\n"), text.index("\nthird"), len(text)} <= ends
    assert text.index("\r\n") + 1 not in {hole.end for hole in holes if hole.start < hole.end}


def test_the_middle_weighs_more_than_the_prefix() -> None:
    text = "item 1 = call(1)\nnext"
    hole = TrainingHole(text.index("call"), text.index("\n"))
    ids, weights = sample(TrainingText(text, "one"), hole, CODEC, Recipe(middle=3.0), SHAPE, 128, "one")
    heavy = [index for index, weight in zip(ids, weights, strict=True) if weight == 3.0]
    assert heavy[-1] == CODEC.end
    assert spelled(heavy).strip() == "call(1)"


def test_rows_hold_samples_end_to_end_that_do_not_see_each_other() -> None:
    documents = [TrainingText(text, "one" if n % 2 else "two") for n, text in enumerate(TEXTS)]
    batch = draw_batch(make_drawer(documents, RECIPE), CODEC, RECIPE, SHAPE, Random(5))
    assert batch.ids.shape == (3, 128)
    assert (batch.samples >= 0).mean() > 0.7
    for row in range(3):
        for number in range(batch.samples[row].max() + 1):
            where = np.flatnonzero(batch.samples[row] == number)
            assert np.array_equal(where, np.arange(where[0], where[-1] + 1))
            assert np.array_equal(batch.positions[row, where], np.arange(len(where)))
            assert batch.ids[row, where[0]] in CODEC.languages.values()
            assert batch.weights[row, where[-1]] == 0  # what comes next is another sample's


def test_the_same_seed_draws_the_same_batch() -> None:
    drawer = make_drawer([TrainingText(text, "one") for text in TEXTS], RECIPE)
    first, again = (draw_batch(drawer, CODEC, RECIPE, SHAPE, Random(9)) for _ in range(2))
    other = draw_batch(drawer, CODEC, RECIPE, SHAPE, Random(10))
    assert np.array_equal(first.ids, again.ids)
    assert not np.array_equal(first.ids, other.ids)


def test_about_a_tenth_of_the_samples_hide_their_language() -> None:
    drawer = make_drawer([TrainingText(text, "one") for text in TEXTS], RECIPE)
    firsts: list[int] = []
    for seed in range(60):
        batch = draw_batch(drawer, CODEC, RECIPE, SHAPE, Random(seed))
        firsts += batch.ids[(batch.positions == 0) & (batch.samples >= 0)].tolist()
    share = firsts.count(CODEC.languages["other"]) / len(firsts)
    assert 0.04 < share < 0.2
    assert set(firsts) == {CODEC.languages["one"], CODEC.languages["other"]}


def test_small_languages_are_drawn_more_often_than_their_size_says() -> None:
    documents = [TrainingText("x" * 9000, "one"), TrainingText("y" * 1000, "two")]
    random = Random(0)
    drawer = make_drawer(documents, RECIPE)
    share = sum(drawer.draw(random).tag == "two" for _ in range(2000)) / 2000
    assert 0.2 < share < 0.3  # sqrt(1) / (sqrt(1) + sqrt(9))


NEIGHBOUR = TrainingText(
    "type Loan {\n  due: Date\n}\n\ntype Book {\n  title: String\n}\n", "graphql", folder="here"
)
BEGUN = TrainingText("type Author {\n  title: String\n  book: Book\n}\n", "graphql", folder="here")


def test_a_begun_file_is_preceded_by_what_is_alike_in_its_neighbour_as_comments() -> None:
    at = BEGUN.text.index("Book")
    hole = TrainingHole(at, at + 4)
    document, moved = with_passages(BEGUN, hole, NEIGHBOUR, NetworkShape())
    assert document.text[moved.given :] == BEGUN.text
    assert document.text[moved.start : moved.end] == "Book"
    given = document.text[: moved.given].splitlines()
    assert all(line.startswith("#") for line in given if line)
    assert given.index("# type Book {") > given.index("# type Loan {")  # what is most alike is nearest


def test_what_is_given_before_a_file_is_not_learnt() -> None:
    hole = TrainingHole(9, 12, given=5)
    ids, weights = sample(TrainingText("aaaa\nbbb ccc\n", "one"), hole, CODEC, RECIPE, SHAPE, 128, "one")
    at = ids.index(CODEC.prefix) + 1
    learnt = [index for index, weight in zip(ids[at:], weights[at:], strict=True) if weight]
    assert spelled(learnt) == "bbb ccc"


def test_of_a_long_file_a_stretch_is_kept_that_leaves_room_for_passages() -> None:
    text = "\n".join(f"type T{n} {{\n  title: String\n}}\n" for n in range(200))
    at = text.index("T150")
    long = TrainingText(text, "graphql", folder="here")
    document, moved = with_passages(long, TrainingHole(at, at + 4), NEIGHBOUR, NetworkShape())
    assert document.text[moved.start : moved.end] == "T150"
    assert document.text[moved.given :].startswith("type T")
    assert text.endswith(document.text[moved.given :])
    assert 0 < moved.given < moved.start < 1200


def test_a_language_that_nobody_knows_gets_no_passages() -> None:
    document = TrainingText(BEGUN.text, "nobody", folder="here")
    hole = TrainingHole(3, 5)
    assert with_passages(document, hole, NEIGHBOUR, NetworkShape()) == (document, hole)


def test_a_file_is_near_those_of_its_own_folder_alone() -> None:
    far = TrainingText("type Far { a: B }", "graphql", folder="there")
    drawer = make_drawer([BEGUN, NEIGHBOUR, far], RECIPE)
    assert {drawer.near(BEGUN, Random(seed)) for seed in range(20)} == {None, NEIGHBOUR}
    assert drawer.near(far, Random(0)) is None
