"""Finds the texts that tell most of what is written in another: those near it."""

from lsp_server.retrieval.nearby import around, is_begun, nearest, with_examples

__all__ = ["around", "is_begun", "nearest", "with_examples"]
