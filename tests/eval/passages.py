"""Learns when passages pay in a prompt: `python -m tests.eval.passages GAINS.json... > deciding.json`.

Each file is what `holegram eval fill LANG --retrieval --json` prints, for any language and model. It is a
logistic regression on whether a passage made likelier what a person wrote, each cut weighed by how much it
did. How much would have been gained by the rule, in a fifth of the cuts that it did not see, goes to standard
error.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lsp_server.lab.quality.gains import PROMPTED
from lsp_server.retrieval.deciding import SIGNS

_STEPS, _RIDGE = 50, 1.0
Numbers = NDArray[np.float64]


def learnt(signs: Numbers, gains: Numbers) -> tuple[float, Numbers]:
    """Bias and weights, by Newton's method."""
    mean, scale = signs.mean(axis=0), signs.std(axis=0) + 1e-9
    rows = np.c_[np.ones(len(signs)), (signs - mean) / scale]
    right, weight = (gains > 0).astype(float), np.minimum(np.abs(gains), 0.5)
    weight = weight / weight.mean()
    found = np.zeros(rows.shape[1])
    ridge = _RIDGE * np.diag([0.0, *np.ones(signs.shape[1])])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-rows @ found))
        slope = rows.T @ (weight * (right - chance)) - ridge @ found
        curve = (rows * (weight * chance * (1 - chance))[:, None]).T @ rows + ridge
        found += np.linalg.solve(curve, slope)
    weights = found[1:] / scale
    return float(found[0] - mean @ weights), weights


def main(paths: list[str]) -> None:
    gains: list[dict[str, Any]] = []
    for path in paths:
        gains += [one for one in json.loads(Path(path).read_text("utf-8"))["gains"] if one["use"] == PROMPTED]
    signs = np.array([[one["signs"][name] for name in SIGNS] for one in gains], dtype=float)
    gained = np.array([one["gain"] / one["characters"] for one in gains], dtype=float)
    fold = np.arange(len(gains)) % 5
    chosen = np.zeros(len(gains), dtype=bool)
    for number in range(5):
        bias, weights = learnt(signs[fold != number], gained[fold != number])
        chosen[fold == number] = bias + signs[fold == number] @ weights > 0
    rows = {"always": gained.sum(), "by the rule": gained[chosen].sum(), "at best": gained[gained > 0].sum()}
    for name, total in rows.items():
        print(f"{name}: {total / len(gains):+.4f} nats per character", file=sys.stderr)
    print(f"used: {chosen.sum()} of {len(gains)}", file=sys.stderr)
    bias, weights = learnt(signs, gained)
    by_sign = {name: round(float(one), 4) for name, one in zip(SIGNS, weights, strict=True)}
    print(json.dumps({"bias": round(bias, 4), "weights": by_sign, "least": 0.0}, indent=2))


if __name__ == "__main__":
    main(sys.argv[1:])
