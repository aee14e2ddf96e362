"""The steps of a run, whatever is trained: draw, learn, measure, keep a checkpoint, report."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

import torch
from torch import Tensor, nn

from lsp_server.training import checkpoint
from lsp_server.training.config import HeldOutCost, Recipe, TrainingConfig, TrainingProgress
from lsp_server.training.samples import Batch

FORGET = 0.98  # of the running mean of the loss, per step


@dataclass(frozen=True, slots=True)
class Training:
    """What is repeated: `draw` makes a batch, `loss` tells the sum of weighted losses in nats and of the
    weights.

    `measure` tells the held-out cost.
    """

    network: nn.Module
    optimizers: Sequence[torch.optim.Optimizer]
    draw: Callable[[Random], Batch]
    loss: Callable[[Batch], tuple[Tensor, Tensor]]
    measure: Callable[[], Mapping[str, HeldOutCost]]


def run_steps(
    training: Training,
    config: TrainingConfig,
    state: checkpoint.RunState,
    report: Callable[[TrainingProgress], None],
) -> checkpoint.RunState:
    """Go on from a state until the limit of the run is reached; `report` is called after every step.

    Every batch is drawn from (seed, step), so that a resumed run sees what an unbroken one would.
    """
    began = time.monotonic() - state.elapsed
    while (fraction := _fraction(config, state)) < 1:
        started = time.monotonic()
        rate = config.recipe.rate * _schedule(fraction, config.recipe)
        batch = training.draw(Random(f"{config.seed}/{state.step}"))  # noqa: S311 - samples, not secrets
        loss = _step(training, batch, rate, config.recipe)
        now = time.monotonic()
        tokens = int((batch.samples >= 0).sum())
        state = checkpoint.RunState(
            step=state.step + 1,
            tokens=state.tokens + tokens,
            elapsed=now - began,
            loss=state.loss + (loss - state.loss) * max(1 - FORGET, 1 / (state.step + 1)),
        )
        scores = training.measure() if state.step % config.recipe.evaluate_every == 0 else None
        if state.step % config.recipe.save_every == 0:
            checkpoint.save(config.output, training.network, training.optimizers, state)
        speed = tokens / (now - started)
        done = _fraction(config, state)
        report(
            TrainingProgress(state.step, done, state.loss, state.tokens, speed, rate, state.elapsed, scores)
        )
    checkpoint.save(config.output, training.network, training.optimizers, state)
    return state


def _step(training: Training, batch: Batch, rate: float, recipe: Recipe) -> float:
    """Make one step; return its loss in nats per unit of weight."""
    total, weight = training.loss(batch)
    loss = total / weight
    torch.autograd.backward(loss)
    learnt = [parameter for parameter in training.network.parameters() if parameter.requires_grad]
    torch.nn.utils.clip_grad_norm_(learnt, recipe.clip)
    for optimizer in training.optimizers:
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
    return loss.item()


def _fraction(config: TrainingConfig, state: checkpoint.RunState) -> float:
    if config.steps is not None:
        return state.step / config.steps
    return state.elapsed / (60 * config.minutes) if config.minutes else 1.0


def _schedule(fraction: float, recipe: Recipe) -> float:
    if fraction < recipe.warmup:
        return max(fraction / recipe.warmup, 0.02)
    along = min(1.0, (fraction - recipe.warmup) / (1 - recipe.warmup))
    return recipe.floor + (1 - recipe.floor) * 0.5 * (1 + math.cos(math.pi * along))
