"""Learns how likely a suggestion is right from suggestions of which that is known: logistic regression.

It needs numpy alone, and must not know what the signs mean.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

_DECAY = 3.0
"""How much large weights cost, for signs of one standard deviation."""

_STEPS = 50
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class FilterSample:
    """A suggestion: its signs, whether its first word was right, and the project that it stood in."""

    signs: tuple[float, ...]
    right: bool
    project: str


@dataclass(frozen=True, slots=True)
class Fitted:
    """The logarithm of the odds is the bias and the sum of the signs, each times its weight."""

    bias: float
    weights: tuple[float, ...]


def fit(samples: Sequence[FilterSample]) -> Fitted:
    """The weights that make what is known likeliest, by Newton's method."""
    signs = np.array([sample.signs for sample in samples])
    right = np.array([sample.right for sample in samples], np.float64)
    mean, deviation = signs.mean(0), np.maximum(signs.std(0), 1e-9)
    table = np.column_stack(((signs - mean) / deviation, np.ones(len(samples))))
    decay = np.append(np.full(signs.shape[1], _DECAY), 1e-6)
    found = np.zeros(table.shape[1])
    for _ in range(_STEPS):
        chances = 1 / (1 + np.exp(-(table @ found)))
        slope = table.T @ (chances - right) + decay * found
        bend = (table * (chances * (1 - chances))[:, None]).T @ table + np.diag(decay)
        step = np.linalg.solve(bend, slope)
        found -= step
        if np.abs(step).max() < 1e-9:
            break
    weights = found[:-1] / deviation
    return Fitted(float(found[-1] - mean @ weights), tuple(map(float, weights)))


def fit_others(samples: Sequence[FilterSample]) -> dict[str, Fitted]:
    """By project, what is learnt from the other half: projects take turns in the order of their names."""
    projects = sorted({sample.project for sample in samples})
    found: dict[str, Fitted] = {}
    for half in (projects[::2], projects[1::2]):
        learnt = fit([sample for sample in samples if sample.project not in half])
        found |= dict.fromkeys(half, learnt)
    return found


def as_json(fitted: Fitted, names: Sequence[str], made: Mapping[str, Any]) -> str:
    """The weights by the names of their signs, and what they were made of."""
    weights = {name: round(weight, _DIGITS) for name, weight in zip(names, fitted.weights, strict=True)}
    return (
        json.dumps({"made": made, "bias": round(fitted.bias, _DIGITS), "weights": weights}, indent=2) + "\n"
    )
