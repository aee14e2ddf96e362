"""The filter is learnt: weights that are there are found, and judged on projects that were not seen."""

from __future__ import annotations

import json

import numpy as np
import pytest

from lsp_server.training.filter import FilterSample, Fitted, as_json, fit, fit_others


def drawn(bias: float, weights: tuple[float, ...], count: int = 4000) -> list[FilterSample]:
    rng = np.random.default_rng(1)
    signs = rng.normal(2.0, 3.0, (count, len(weights)))
    right = rng.random(count) < 1 / (1 + np.exp(-(signs @ np.array(weights) + bias)))
    return [
        FilterSample(tuple(row), bool(yes), f"{n % 5}")
        for n, (row, yes) in enumerate(zip(signs, right, strict=True))
    ]


def test_weights_are_found_again() -> None:
    fitted = fit(drawn(-1.0, (0.5, -0.25, 0.0)))
    assert fitted.bias == pytest.approx(-1.0, abs=0.2)
    assert fitted.weights == pytest.approx((0.5, -0.25, 0.0), abs=0.06)


def test_a_sign_that_never_differs_weighs_nothing() -> None:
    samples = [FilterSample((*one.signs, 1.0), one.right, one.project) for one in drawn(0.0, (0.5,))]
    assert fit(samples).weights[1] == pytest.approx(0.0, abs=1e-6)


def test_a_project_is_judged_by_what_was_learnt_from_others() -> None:
    samples = [
        FilterSample(one.signs, one.right, f"p{number % 3}") for number, one in enumerate(drawn(0.0, (1.0,)))
    ]
    others = fit_others(samples)
    assert others["p1"] == fit([one for one in samples if one.project != "p1"])
    assert others["p0"] == others["p2"] == fit([one for one in samples if one.project == "p1"])


def test_weights_are_written_with_what_made_them() -> None:
    written = json.loads(as_json(Fitted(0.12349, (1.0, 2.0)), ("a", "b"), {"seed": 3}))
    assert written == {"made": {"seed": 3}, "bias": 0.1235, "weights": {"a": 1.0, "b": 2.0}}
