"""Finds the texts that tell most of what is written in another: the files near it, and a bundle's examples."""

from lsp_server.retrieval.nearby import MOST, nearest

__all__ = ["MOST", "nearest"]
