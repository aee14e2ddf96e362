"""`train`: the loop that makes the bundled model from folders of files and a seed."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from random import Random

import torch
from tokenizers import Tokenizer
from transformers import LlamaForCausalLM

from lsp_server.errors import UsageError
from lsp_server.opening import read_bytes
from lsp_server.training import checkpoint, curve
from lsp_server.training.config import Recipe, TrainingConfig, TrainingProgress, TrainingResult
from lsp_server.training.corpus import OTHER, TrainingText, read_documents, set_aside
from lsp_server.training.measure import measure
from lsp_server.training.network import build, loss_of, make_optimizers
from lsp_server.training.samples import Batch, draw_batch, make_codec, make_drawer
from lsp_server.training.tokens import train_tokenizer

EXPORT = "export"  # folder of the weights in a run's own
FORGET = 0.98  # of the running mean of the loss, per step


def train(config: TrainingConfig, report: Callable[[TrainingProgress], None]) -> TrainingResult:
    """Train a model from scratch, or go on from the checkpoint in `config.output`, and export it there.

    `report` is called after every step. Every batch is drawn from (seed, step), so that a resumed run sees
    what an unbroken one would. Runs on a GPU if torch finds one. Raises UsageError for a run without files
    or limit, ModelError when there is no checkpoint to resume.
    """
    if (config.minutes is None) == (config.steps is None):
        raise UsageError("a training run needs a limit", remedy="give either --minutes or --steps")
    if config.threads is not None:
        torch.set_num_threads(config.threads)
    documents, held_out = _documents(config)
    tags = (*sorted({document.tag for document in documents} - {OTHER}), OTHER)
    config.output.mkdir(parents=True, exist_ok=True)
    tokenizer = _tokenizer(config, documents, tags)
    codec = make_codec(tokenizer, tags)

    torch.manual_seed(config.seed)
    network = build(config.shape, tokenizer.get_vocab_size(), codec.end)
    if torch.cuda.is_available():
        torch.nn.Module.cuda(network)
    optimizers = make_optimizers(network, config.recipe)
    if config.resume:
        state = checkpoint.restore(config.output, network, optimizers)
    else:
        state = checkpoint.RunState()
        curve.begin(config.output)
    drawer = make_drawer(documents, config.recipe)

    began = time.monotonic() - state.elapsed
    while (fraction := _fraction(config, state)) < 1:
        started = time.monotonic()
        rate = config.recipe.rate * _schedule(fraction, config.recipe)
        batch = draw_batch(drawer, codec, config.recipe, config.shape, _random(config, state))
        loss = _step(network, optimizers, batch, rate, config.recipe)
        now = time.monotonic()
        tokens = int((batch.samples >= 0).sum())
        state = checkpoint.RunState(
            step=state.step + 1,
            tokens=state.tokens + tokens,
            elapsed=now - began,
            loss=state.loss + (loss - state.loss) * max(1 - FORGET, 1 / (state.step + 1)),
        )
        due = state.step % config.recipe.evaluate_every == 0
        scores = measure(network, codec, held_out, config.shape, config.recipe.windows) if due else None
        if state.step % config.recipe.save_every == 0:
            checkpoint.save(config.output, network, optimizers, state)
        speed = tokens / (now - started)
        done = _fraction(config, state)
        progress = TrainingProgress(
            state.step, done, state.loss, state.tokens, speed, rate, state.elapsed, scores
        )
        curve.record(config.output, progress)
        report(progress)
    checkpoint.save(config.output, network, optimizers, state)
    checkpoint.export(config.output / EXPORT, network, tokenizer, tags, config.shape)
    return TrainingResult(
        output=config.output / EXPORT,
        steps=state.step,
        tokens=state.tokens,
        parameters=sum(parameter.numel() for parameter in network.parameters()),
        elapsed=state.elapsed,
        loss=state.loss,
        held_out=measure(network, codec, held_out, config.shape, config.recipe.windows_at_end),
        files={tag: sum(document.tag == tag for document in documents) for tag in tags},
    )


def _step(
    network: LlamaForCausalLM,
    optimizers: Sequence[torch.optim.Optimizer],
    batch: Batch,
    rate: float,
    recipe: Recipe,
) -> float:
    """Make one step; return its loss in nats per unit of weight."""
    total, weight = loss_of(network, batch)
    loss = total / weight
    torch.autograd.backward(loss)
    torch.nn.utils.clip_grad_norm_(network.parameters(), recipe.clip)
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
    return loss.item()


def _documents(config: TrainingConfig) -> tuple[tuple[TrainingText, ...], tuple[TrainingText, ...]]:
    documents = read_documents(config.sources)
    if config.held_out:
        held_out = read_documents(config.held_out)
        known = {document.text for document in held_out}
        documents = tuple(document for document in documents if document.text not in known)
    else:
        documents, held_out = set_aside(documents)
    if not documents:
        raise UsageError("no files to train on", remedy="give --data a folder of UTF-8 source files")
    return documents, held_out


def _tokenizer(config: TrainingConfig, documents: Sequence[TrainingText], tags: Sequence[str]) -> Tokenizer:
    path = config.output / "tokenizer.json"
    if config.resume and path.is_file():
        tokenizer = Tokenizer.from_buffer(read_bytes(path))
        tokenizer.encode_special_tokens = True
        return tokenizer
    tokenizer = train_tokenizer((document.text for document in documents), tags, config.shape.vocabulary)
    tokenizer.save(str(path))
    return tokenizer


def _fraction(config: TrainingConfig, state: checkpoint.RunState) -> float:
    if config.steps is not None:
        return state.step / config.steps
    return state.elapsed / (60 * config.minutes) if config.minutes else 1.0


def _random(config: TrainingConfig, state: checkpoint.RunState) -> Random:
    return Random(f"{config.seed}/{state.step}")  # noqa: S311 - samples, not secrets


def _schedule(fraction: float, recipe: Recipe) -> float:
    if fraction < recipe.warmup:
        return max(fraction / recipe.warmup, 0.02)
    along = min(1.0, (fraction - recipe.warmup) / (1 - recipe.warmup))
    return recipe.floor + (1 - recipe.floor) * 0.5 * (1 + math.cos(math.pi * along))
