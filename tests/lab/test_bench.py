"""What the bench measures with: files that grow, and models that take no time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from lsp_server import cancellation
from lsp_server.constraint import check, load_grammar
from lsp_server.errors import UsageError
from lsp_server.features.completion import Completion, CompletionRequest, complete
from lsp_server.lab.bench import measure_passes
from lsp_server.lab.bench.growing import seed_of
from lsp_server.lab.bench.joining import joined, joining
from lsp_server.lab.bench.players import Player
from lsp_server.lab.bench.spots import repeating, with_mistake
from lsp_server.lab.figures import figure, slope
from lsp_server.languages import Language, load_registry
from lsp_server.languages.manifest import load_bundle
from lsp_server.models import ScriptedModel, load_vocabulary
from lsp_server.syntax import Landmarks, parse
from tests.constraint.texts import examples

TEXT = "type Book {\n  title: \n}\n"
CURSOR = TEXT.index("\n}")


def test_examples_grow_and_stay_valid(language: Language) -> None:
    grammar = load_grammar(language)
    seeds = [seed_of(grammar, text) for text in examples(language)]
    assert any(seeds)
    for seed in seeds:
        if seed is not None:
            copies = seed.copies(300)
            grown = seed.grown(copies)
            assert check(grammar, grown) is None
            assert 300 <= grown.count("\n") < 300 + seed.unit.count("\n")
            assert grown.startswith(seed.unit, seed.start_of(copies - 1))


def test_where_a_whole_program_cannot_be_repeated_a_part_of_it_is(make_bundle: Callable[..., Path]) -> None:
    grammar = load_grammar(load_bundle(make_bundle(grammar=ONE_SUM)))
    seed = seed_of(grammar, "(1 +\n2 +\n3)\n")
    assert seed is not None
    assert (seed.head, seed.unit, seed.tail) == ("(1 +\n", "2 +\n", "3)\n")
    assert seed_of(grammar, "(1\n") is None


ONE_SUM = """\
start: "(" (NUMBER "+")* NUMBER ")"
NUMBER: /[0-9]+/
BLANK: /[ \\n]+/
%ignore BLANK
"""


def test_files_are_put_one_after_another_and_what_does_not_fit_is_left_out(language: Language) -> None:
    grammar = load_grammar(language)
    program = joined(grammar, [*examples(language), WRONG])
    assert program is not None
    assert program.left_out >= 1
    assert check(grammar, program.text) is None
    assert all(any(part in text + "\n" for text in examples(language)) for part in program.parts)
    for lines in (20, 200):
        grown, copies = program.grown(lines)
        assert check(grammar, grown.text) is None
        assert max(grown.parts.count(part) for part in program.parts) <= copies


WRONG = "( [ }\n"


def test_whole_files_are_joined_once_each_as_long_as_there_are_enough() -> None:
    grammar = load_grammar(load_registry().by_id("graphql"))
    files = [f"type T{number} {{\n  a: Int\n  b: Int\n}}\n" for number in range(30)]
    program = joined(grammar, [*files[:5], "type T {", *files[5:]])
    assert program is not None
    assert (program.parts, program.left_out) == (tuple(files), 1)
    for lines, parts, copies in (
        (100, files[:25], 1),
        (121, files, 1),
        (250, [*files, *files], 3),
        (1, files[:1], 1),
    ):
        grown, most = program.grown(lines)
        assert ([*grown.parts][: len(parts)], most) == (parts, copies)


def test_what_is_typed_above_a_mistake_is_what_was_typed_without_it() -> None:
    language = load_registry().by_id("graphql")
    grammar = load_grammar(language)
    typed = repeating(language, 0, 2)(200)
    wrong = with_mistake(typed, "type {")
    assert 3 < len(wrong.cuts) < len(typed.cuts)
    known = [(cut.start, cut.removed) for cut in typed.cuts]
    for cut in wrong.cuts:
        assert (cut.start, cut.removed) in known
        assert cut.original.index("\ntype {\n") > cut.end
        assert check(grammar, cut.original) is not None
    with pytest.raises(UsageError, match="nothing is typed above the mistake"):
        with_mistake(replace(typed, cuts=wrong.cuts[:0]), "type {")


def test_what_is_typed_in_joined_files_stands_there() -> None:
    language = load_registry().by_id("graphql")
    typed = joining(language, [f"type T{number} {{\n  a: Int\n}}\n" for number in range(50)], 0)(90)
    assert (typed.files, typed.copies, typed.left_out) == (30, 1, 0)
    assert len({cut.original for cut in typed.cuts}) == 1
    assert all(cut.removed.strip() for cut in typed.cuts)
    assert len({cut.original.count("\n", 0, cut.start) for cut in typed.cuts}) > 10


def test_where_programs_cannot_follow_each_other_lines_of_them_come_into_one(
    make_bundle: Callable[..., Path],
) -> None:
    grammar = load_grammar(load_bundle(make_bundle(grammar=ONE_SUM)))
    program = joined(grammar, ["(1 +\n2 +\n3)\n", "(4 +\n5 +\n6 +\n7)\n", "(8)\n"])
    assert program is not None
    assert sorted(program.parts) == ["2 +\n", "5 +\n6 +\n"]
    assert program.left_out == 1
    assert check(grammar, program.text) is None


def test_slope_is_of_the_minutes_after_the_first_ten() -> None:
    rising = [*range(500, 600, 10), *(600 + minute / 2 for minute in range(10))]
    assert slope(rising) == pytest.approx(30.0)
    assert slope([*rising[:12], None, *rising[13:]]) == pytest.approx(30.0)
    assert slope([400.0] * 60) == 0.0
    assert slope([400.0] * 11) is None


def test_figures_are_nearest_ranks() -> None:
    found = figure(range(101))
    assert (found.count, found.mean, found.p50, found.p95, found.p99) == (101, 50.0, 50, 95, 99)
    assert figure([]).count == 0


@pytest.mark.parametrize("count", [1, 2, 11, 19, 20, 21, 240])
def test_where_more_than_a_twentieth_takes_long_so_does_the_p95(count: int) -> None:
    late = count // 20 + 1
    assert figure([125.0] * late + [1.0] * (count - late)).p95 == 125.0
    assert count < 20 or figure([125.0] * (late - 1) + [1.0] * (count - late + 1)).p95 == 1.0


@pytest.mark.parametrize("wish", ["String!", "[Book] @a"])
def test_a_player_says_what_it_is_told(wish: str) -> None:
    player = Player(load_vocabulary())
    player.play(wish)
    assert [item.text for item in _complete(player).items] == [wish]
    assert len(player.steps) + len(player.endings) == player.calls - 1


@pytest.mark.parametrize("hasty", [True, False])
def test_a_hasty_player_goes_on_where_something_has_to_be_written(hasty: bool) -> None:
    player = Player(load_vocabulary(), hasty=hasty)
    player.play("String!")
    done = _complete(player)
    assert ([item.text for item in done.items], done.statistics["masked"]) == (["String!"], 0)


def test_noise_is_the_same_for_the_same_seed() -> None:
    rows = [Player(load_vocabulary(), noise=True, seed=seed).next_logits([1, 2]) for seed in (3, 3, 4)]
    assert np.array_equal(rows[0], rows[1])
    assert not np.array_equal(rows[0], rows[2])


def _complete(player: Player) -> Completion:
    language = load_registry().by_id("graphql")
    return complete(
        CompletionRequest(TEXT, CURSOR, language, Landmarks(parse(language, TEXT))), player, lambda: False
    )


class Clocked(ScriptedModel):
    """Takes a second by its own clock for each token that it did not know, after which it asks."""

    def __init__(self) -> None:
        super().__init__({}, at_once=4)
        self.now = 0.0

    def next_logits(
        self, tokens: Sequence[int], count: int = 1, cancelled: Callable[[], bool] = lambda: False
    ) -> NDArray[np.float32]:
        before = self.computed
        rows = super().next_logits(tokens, count)
        for _ in range(self.computed - before):
            self.now += 1
            cancellation.check(cancelled)
        return rows


def test_what_goes_on_after_a_cancellation_is_counted_from_then_on(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Clocked()
    monkeypatch.setattr("lsp_server.lab.bench.passes.perf_counter", lambda: model.now)
    report = measure_passes(model, length=20, rounds=3)
    # Of tokens drawn at random the first may be known.
    assert 17_000 < report.prompt.p50 <= 20_000
    assert (report.token.p95, report.draft.p95) == (1_000, 4_000)
    assert report.cancelled.count == 12
    assert 0 < report.cancelled.p50 < report.cancelled.p99 <= 1_000
