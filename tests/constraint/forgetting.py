"""Forgets what is kept between requests: to find it out anew costs time, and makes no other difference."""

from __future__ import annotations

from lsp_server.constraint import Grammar, rest, right


def forget_rests(grammar: Grammar) -> None:
    """Forget what was read behind cursors."""
    for reads in rest._reads(grammar):
        reads.clear()


def forget_windows() -> None:
    """Forget what is known of windows."""
    for known in (right._ahead, right._spans, right._bodies):
        known.cache_clear()
