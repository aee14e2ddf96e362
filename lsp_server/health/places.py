"""The folders that the product uses, outside its own package."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from lsp_server.health.report import Advice, FolderReport
from lsp_server.lalr.kept import cache_directory
from lsp_server.languages import user_directory
from lsp_server.sealing import key_directory


def places() -> tuple[tuple[FolderReport, ...], tuple[Advice, ...]]:
    """The cache, which is made where it is not yet, and the user's own bundles, which nobody has to have."""
    cache, own = cache_directory(), user_directory()
    reasons = {folder: _refusal(folder) for folder in (cache, key_directory())}
    advice = tuple(
        Advice(
            f"{folder}: {reason} (make it writable; until then every start is slow, because grammars are "
            f"analysed again)"
        )
        for folder, reason in reasons.items()
        if reason is not None
    )
    found = FolderReport("cache", cache, "unusable" if advice else "writable")
    return (found, FolderReport("your bundles", own, _state(own))), advice


def _refusal(folder: Path) -> str | None:
    """Why nothing can be written in a folder; None if something can."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return None
    except OSError as error:
        return f"cannot be written in: {error.strerror}"


def _state(folder: Path) -> str:
    if not folder.exists():
        return "absent"
    readable = folder.is_dir() and os.access(folder, os.R_OK | os.X_OK)
    return "readable" if readable else "unusable"
