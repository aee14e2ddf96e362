"""The loss that is taken in chunks is torch's own cross-entropy, and so are its slopes."""

from __future__ import annotations

import torch
from torch.nn import functional

from lsp_server.training.network import head_slopes


def test_loss_and_slopes_are_those_of_torch() -> None:
    torch.manual_seed(0)
    logits = torch.randn(5, 17, requires_grad=True)
    goal, weights = torch.randint(17, (5, 1)), torch.tensor([[1.0], [2.0], [0.0], [1.0], [0.5]])
    expected = (functional.cross_entropy(logits, goal[:, 0], reduction="none") * weights[:, 0]).sum()
    torch.autograd.backward(expected)
    loss, slopes = head_slopes(logits.detach(), goal, weights)
    assert torch.isclose(loss, expected.detach())
    assert logits.grad is not None
    assert torch.allclose(slopes, logits.grad, atol=1e-6)
