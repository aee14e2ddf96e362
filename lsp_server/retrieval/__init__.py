"""Finds the texts that tell most of what is written in another: those near it."""

from lsp_server.retrieval.nearby import around, nearest, with_examples

__all__ = ["around", "nearest", "with_examples"]
