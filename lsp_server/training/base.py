"""`train`: the loop that makes the bundled model from folders of files and a seed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from tokenizers import Tokenizer

from lsp_server.errors import UsageError
from lsp_server.opening import read_bytes
from lsp_server.training import checkpoint, curve
from lsp_server.training.config import TrainingConfig, TrainingProgress, TrainingResult
from lsp_server.training.corpus import OTHER, TrainingText, read_documents, set_aside
from lsp_server.training.measure import measure
from lsp_server.training.network import build, head_slopes, loss_of, make_optimizers
from lsp_server.training.samples import draw_batch, make_codec, make_drawer
from lsp_server.training.steps import Training, run_steps
from lsp_server.training.tokens import train_tokenizer

EXPORT = "export"  # folder of the weights in a run's own
TOKENIZER = "tokenizer.json"


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
    if config.start is not None:
        checkpoint.load_export(config.start, network)
    if torch.cuda.is_available():
        torch.nn.Module.cuda(network)
    optimizers = make_optimizers(network, config.recipe)
    if config.resume:
        state = checkpoint.restore(config.output, network, optimizers)
    else:
        state = checkpoint.RunState()
        curve.begin(config.output)
    slopes = head_slopes
    if config.compiled:
        network.model.compile()
        slopes = torch.compile(head_slopes, dynamic=True)
    drawer = make_drawer(documents, config.recipe)
    training = Training(
        network,
        optimizers,
        draw=lambda random: draw_batch(drawer, codec, config.recipe, config.shape, random),
        loss=lambda batch: loss_of(network, batch, slopes),
        measure=lambda: measure(network, codec, held_out, config.shape, config.recipe.windows),
    )

    def record(progress: TrainingProgress) -> None:
        curve.record(config.output, progress)
        report(progress)

    state = run_steps(training, config, state, record)
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
    path = config.output / TOKENIZER
    if config.start is not None:
        path = config.start / TOKENIZER
    if (config.resume or config.start is not None) and path.is_file():
        tokenizer = Tokenizer.from_buffer(read_bytes(path))
        tokenizer.encode_special_tokens = True
        return tokenizer
    tokenizer = train_tokenizer((document.text for document in documents), tags, config.shape.vocabulary)
    tokenizer.save(str(path))
    return tokenizer
