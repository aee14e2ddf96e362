"""The filter is learnt: weights that are there are found, and judged on projects that were not seen."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from lsp_server.training.filter import FilterSample, Fitted, as_json, crossed, fit


def drawn(bias: float, weights: tuple[float, ...], count: int = 4000) -> list[FilterSample]:
    rng = np.random.default_rng(1)
    signs = rng.normal(2.0, 3.0, (count, len(weights)))
    chances = Fitted(bias, weights).chances([FilterSample(tuple(row), True, "") for row in signs])
    right = rng.random(count) < chances
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


def test_projects_that_were_not_seen_are_judged() -> None:
    judged = crossed(drawn(0.0, (1.0,)))
    assert 0 < judged.loss < math.log(2)
    assert judged.right > 0.8
    assert 0.5 < judged.shown < 0.9


def test_weights_are_written_with_what_made_them() -> None:
    written = json.loads(as_json(Fitted(0.12349, (1.0, 2.0)), ("a", "b"), {"seed": 3}))
    assert written == {"made": {"seed": 3}, "bias": 0.1235, "weights": {"a": 1.0, "b": 2.0}}
