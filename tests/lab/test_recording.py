"""What was recorded once is typed as if it were asked for again, with any filter."""

from __future__ import annotations

import math

import pytest

from lsp_server.features.confidence import NAMES, ConfidenceSigns, Weights
from lsp_server.lab.quality.recording import Recorded, Recording, curve, observed, play, record
from lsp_server.lab.quality.saving import by_model
from lsp_server.lab.quality.typist import Accept, Habits, TypedStretch, type_out
from lsp_server.languages import load_registry
from lsp_server.models import ScriptedModel

HCL = load_registry().by_id("hcl")
SLOWLY = Habits(0.001)
STRETCH = TypedStretch("shop/main.tf", "a {\n  name = 1\n", "  size = 12\n  nick = name", "\n}\n")
BY_WORD = Weights(0.0, {name: float(name == "word") for name in NAMES})


def recorded(suggested: dict[int, tuple[str, float]], text: str = "one two three\n") -> Recording:
    """At an offset of a text what is suggested there, with the logarithm of its odds."""
    found = {
        offset: Recorded(what, ConfidenceSigns(odds, 0.0, 0.0, 0.0, 0.0))
        for offset, (what, odds) in suggested.items()
    }
    return Recording(HCL, TypedStretch("shop/a.tf", "", text, ""), "hcl/shop", found)


@pytest.mark.parametrize("accept", Accept)
def test_typing_with_a_recording_is_as_with_the_model(accept: Accept) -> None:
    model = ScriptedModel([STRETCH.before + STRETCH.text])
    recording = record(HCL, STRETCH, model, 48)
    assert recording.project == "hcl/shop"
    played = play(recording, BY_WORD, 0.0, Habits(SLOWLY.keys_per_second, accept))
    asked = type_out(HCL, STRETCH, by_model(model, 48, 0.0), Habits(SLOWLY.keys_per_second, accept))
    assert played.shown > 1
    for counted in ("characters", "keys", "takes", "shown", "right", "begun", "stood", "misled", "blinks"):
        assert getattr(played, counted) == getattr(asked, counted), counted


def test_what_is_too_unlikely_is_hidden() -> None:
    recording = recorded({1: ("ne", 0.0), 5: ("oops", -1.0)})
    assert play(recording, BY_WORD, 0.5, Habits()).shown == 1
    assert play(recording, BY_WORD, 0.6, Habits()).shown == 0
    assert play(recording, BY_WORD, 0.0, Habits()).shown == 2


def test_what_was_typed_away_does_not_come_again() -> None:
    recording = recorded({4: ("then", 0.0), 5: ("then", 0.0), 6: ("hen", 0.0)})
    assert play(recording, BY_WORD, 0.0, Habits()).blinks == 0


def test_each_suggestion_that_somebody_comes_by_is_learnt_from() -> None:
    recording = recorded({1: ("ne", 0.0), 2: ("e", 0.0), 5: ("oops", -1.0), 6: ("o", 2.0)})
    seen = observed([recording], BY_WORD, 0.5)
    assert [(one.signs.word, one.right) for one in seen] == [(0.0, True), (-1.0, False), (2.0, True)]
    assert {one.project for one in seen} == {"hcl/shop"}


def test_the_curve_has_what_was_saved_and_what_stood_there_wrongly() -> None:
    recording = recorded({1: ("ne", 0.0), 5: ("oops", -1.0)}, "one two\n")
    everything, likely = curve([recording], {"hcl/shop": BY_WORD}, (0.0, 0.5))
    assert (everything.row.typed.shown, likely.row.typed.shown) == (2, 1)
    assert likely.row.typed.saved == everything.row.typed.saved == pytest.approx(1 / 8)
    assert everything.row.begun == 50
    assert likely.row.begun == 100
    assert everything.row.misleading == pytest.approx(100 / 8)
    assert likely.row.misleading == 0
    assert math.isclose(likely.row.net - everything.row.net, 2 * 100 / 8)
