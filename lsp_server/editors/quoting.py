"""Texts as string literals, of which most notations have the same."""

from __future__ import annotations

import json
from collections.abc import Iterable


def quoted(text: str) -> str:
    """A text as a string literal of Lua, Emacs Lisp and TOML alike, if it has no rare control characters."""
    return json.dumps(text, ensure_ascii=False)


def listed(texts: Iterable[str]) -> str:
    """Literals with commas between them."""
    return ", ".join(map(quoted, texts))
