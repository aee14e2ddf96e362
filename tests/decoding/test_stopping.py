"""A decode that is cancelled: nothing is found, what it cost is counted, and nothing more is begun."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from lsp_server import cancellation
from lsp_server.cancellation import StoppedError
from lsp_server.constraint import CursorState, Oracle, Prefix, hole_grammar, windows
from lsp_server.decoding import Decoder, MaskGrammar, Model, Statistics, Task
from lsp_server.decoding.drafting import Drafts
from lsp_server.models.scripted import ScriptedModel
from lsp_server.text import Span
from tests.constraint.small import small_grammar
from tests.countdown import Countdown

GRAMMAR = small_grammar('start: "a" LETTER* ";"\nLETTER: /[a-f]/\n')
REST = ";"
WITHIN = 4


class Slow(ScriptedModel):
    """Asks before each pass, and so many times in it, whether to go on."""

    def __init__(self, wanted: str, at_once: int = 1) -> None:
        super().__init__({"": wanted}, at_once=at_once)
        self.in_a_pass = False
        self.finished = 0

    def next_logits(
        self, tokens: Sequence[int], count: int = 1, cancelled: Callable[[], bool] = lambda: False
    ) -> NDArray[np.float32]:
        self.in_a_pass = True
        try:
            rows = super().next_logits(tokens, count, cancelled)
            for _ in range(WITHIN):
                cancellation.check(cancelled)
        finally:
            self.in_a_pass = False
        self.finished += 1
        return rows


def task_of(model: Model, holes: Callable[[str], Iterator[MaskGrammar]] | None = None) -> Task:
    state = Prefix(GRAMMAR, REST).at(0)
    assert isinstance(state, CursorState)
    readings = windows(GRAMMAR, REST, state, 8)
    grammar = hole_grammar(GRAMMAR, state, readings).text
    oracle = Oracle(GRAMMAR, REST, state, readings)
    made = (MaskGrammar(grammar, "", 8),) if holes is None else holes(grammar)
    return Task(model.prompt(REST, Span(0, 0), "small"), made, "", oracle, 12)


@pytest.mark.parametrize("at_once", [1, 4])
def test_nothing_is_found_wherever_a_pass_is_stopped_and_those_that_ended_are_counted(at_once: int) -> None:
    whole, never = Slow("abcdef", at_once), Countdown(1_000)
    (candidate,) = Decoder(whole).decode(task_of(whole), 1, never, Statistics())
    assert candidate.text == "abcdef"
    for after in range(never.asked):
        model, statistics, cancelled = Slow("abcdef", at_once), Statistics(), Countdown(after)
        assert Decoder(model).decode(task_of(model), 1, cancelled, statistics) == ()
        assert cancelled.asked == after + 1
        assert statistics.passes == model.finished
        assert statistics.tokens <= after // 2


def test_a_stopped_pass_leaves_drafts_that_can_be_asked_again() -> None:
    model, plain = Slow("abcdef", at_once=4), ScriptedModel({"": "abcdef"})
    cancelled = Countdown(2 + WITHIN)
    drafts, text = Drafts(model, cancelled=cancelled), [*b"abcab"]
    drafts.logits(text)
    with pytest.raises(StoppedError):
        drafts.logits([*text, ord("d")])
    cancelled.times = 1_000
    assert drafts.passes == 1
    for tokens in (text, [*text, ord("d")]):
        assert np.array_equal(drafts.logits(tokens), plain.next_logits(tokens)[-1])


def test_whether_it_is_hopeless_is_asked_between_passes_alone() -> None:
    model, asked = Slow("abcdef"), list[bool]()

    def hopeless() -> bool:
        asked.append(model.in_a_pass)
        return len(asked) > 3

    task = dataclasses.replace(task_of(model), hopeless=hopeless)
    assert Decoder(model).decode(task, 1, lambda: False, Statistics()) == ()
    assert asked == [False] * 4
    assert model.finished == 3


@pytest.mark.parametrize("made", [False, True])
def test_a_mask_is_neither_made_nor_compiled_once_it_is_cancelled(made: bool) -> None:
    """The oracle refuses eight letters, so that a mask is wanted; it is cancelled before, or meanwhile."""
    events: list[str] = []

    class Wrong(ScriptedModel):
        def next_logits(
            self, tokens: Sequence[int], count: int = 1, cancelled: Callable[[], bool] = lambda: False
        ) -> NDArray[np.float32]:
            rows = super().next_logits(tokens, count, cancelled)
            rows[:, [*b"qrstuvwxyz"]] = rows.max() + 1
            events.append("refused")
            return rows

    def holes(grammar: str) -> Iterator[MaskGrammar]:
        events.append("made")
        yield MaskGrammar(grammar, "", 8)

    model, statistics = Wrong({"": "abcdef"}), Statistics()

    def cancelled() -> bool:
        return ("made" if made else "refused") in events

    assert Decoder(model).decode(task_of(model, holes), 1, cancelled, statistics) == ()
    assert events == ["refused", "made"][: 1 + made]
    assert (statistics.bans, statistics.masked, statistics.compile_ms) == (8, 0, 0)
