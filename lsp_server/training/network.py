"""The network and its loss on packed rows: torch and transformers, no files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from transformers import LlamaConfig, LlamaForCausalLM

from lsp_server.errors import UsageError
from lsp_server.training.config import NetworkShape, Recipe
from lsp_server.training.samples import Batch

HEAD_CHUNK = 512

Slopes = Callable[[Tensor, Tensor, Tensor], tuple[Tensor, Tensor]]


def build(shape: NetworkShape, vocabulary: int, end: int) -> LlamaForCausalLM:
    """Return a freshly initialised network (from torch's global seed) in float32."""
    config = LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=shape.width,
        intermediate_size=shape.inner,
        num_hidden_layers=shape.depth,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.key_heads,
        max_position_embeddings=shape.window,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=end,
        pad_token_id=None,
    )
    network: LlamaForCausalLM = LlamaForCausalLM(config)
    network.set_attn_implementation("sdpa")
    return network


def head_slopes(logits: Tensor, goal: Tensor, weights: Tensor) -> tuple[Tensor, Tensor]:
    """Return the weighted cross-entropy of some logits (n, vocabulary), summed, and its slope by them.

    `goal` and `weights` are (n, 1); the slope is of the logits' shape and type.
    """
    wide = logits.float()
    norm = torch.logsumexp(wide, dim=-1, keepdim=True)
    loss = ((norm - wide.gather(1, goal)) * weights).sum()
    hit = torch.arange(wide.shape[1], device=wide.device)[None] == goal
    return loss, (((wide - norm).exp() - hit.float()) * weights).to(logits.dtype)


class _HeadLoss(torch.autograd.Function):
    """Weighted cross-entropy of the tied output layer in chunks, so that the logits of a step never exist
    at once.

    The gradients are taken in the forward pass, as in Hsu et al. 2024, "Liger Kernel" (fused linear
    cross-entropy).
    """

    @staticmethod
    def forward(
        ctx: Any, hidden: Tensor, head: Tensor, targets: Tensor, weights: Tensor, slopes: Slopes
    ) -> Tensor:
        kind = torch.bfloat16
        narrow, total = head.to(kind), torch.zeros((), device=hidden.device)
        learnt = ctx.needs_input_grad[1]
        to_hidden, to_head = torch.empty_like(hidden), torch.zeros_like(head) if learnt else None
        for start in range(0, len(hidden), HEAD_CHUNK):
            part = slice(start, start + HEAD_CHUNK)
            states = hidden[part].to(kind)
            loss, slope = slopes(states @ narrow.T, targets[part, None], weights[part, None])
            total += loss
            to_hidden[part] = slope @ narrow
            if to_head is not None:
                to_head += slope.T @ states
        ctx.save_for_backward(to_hidden, to_head)
        return total

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> tuple[Tensor, Tensor | None, None, None, None]:
        to_hidden, to_head = ctx.saved_tensors
        return to_hidden * gradients[0], None if to_head is None else to_head * gradients[0], None, None, None


def states_of(network: LlamaForCausalLM, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
    """Return (hidden states, target ids, weights) of the positions whose next token is wanted: (n, width),
    (n), (n).

    Attention is causal and stays within each packed sample.
    """
    device = network.device
    samples = torch.from_numpy(batch.samples).to(device)
    window = samples.shape[1]
    causal = torch.ones(window, window, dtype=torch.bool, device=device).tril()
    mask = ((samples[:, :, None] == samples[:, None, :]) & causal)[:, None]
    ids = torch.from_numpy(batch.ids).to(device)
    positions = torch.from_numpy(batch.positions).to(device)
    weights = torch.from_numpy(batch.weights).to(device)[:, :-1]
    with torch.autocast(device.type, dtype=torch.bfloat16):
        hidden = network.model(
            input_ids=ids, attention_mask=mask, position_ids=positions, use_cache=False
        ).last_hidden_state
    wanted = weights > 0
    return hidden[:, :-1][wanted], ids[:, 1:][wanted], weights[wanted]


def loss_of(network: LlamaForCausalLM, batch: Batch, slopes: Slopes = head_slopes) -> tuple[Tensor, Tensor]:
    """Return (sum of weighted losses in nats, sum of weights); `slopes` does what `head_slopes` does."""
    hidden, targets, weights = states_of(network, batch)
    apply: Callable[..., Tensor] = _HeadLoss.apply
    total = apply(hidden, network.lm_head.weight, targets, weights, slopes)
    return total, weights.sum()


def make_optimizers(network: nn.Module, recipe: Recipe) -> tuple[torch.optim.Optimizer, ...]:
    """Return Muon for the matrices of the layers and AdamW for the embedding and the norms.

    Muon: Jordan et al. 2024; scaled to AdamW's step as in Liu et al. 2025, "Muon is Scalable for LLM
    Training".
    """
    if not hasattr(torch.optim, "Muon"):
        raise UsageError("training needs torch 2.9 or later", remedy="pip install -U torch")
    matrices = [p for name, p in network.named_parameters() if p.ndim == 2 and ".layers." in name]
    chosen = {id(p) for p in matrices}
    rest = [p for p in network.parameters() if id(p) not in chosen]
    return (
        torch.optim.Muon(matrices, lr=recipe.rate, weight_decay=recipe.decay, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(rest, lr=recipe.rate, betas=(0.9, 0.95), weight_decay=0.0),
    )
