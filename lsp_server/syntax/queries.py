"""Runs the queries of a bundle (`queries/NAME.scm`) over a tree; results are spans, named by the captures.

What a capture means is for each feature to say. A wrong query is an error of the bundle, with its line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lsp_server.errors import BundleError
from lsp_server.languages import Language, is_bundled
from lsp_server.lazy_imports import TURN
from lsp_server.syntax.binding import load_binding
from lsp_server.syntax.parser import Query
from lsp_server.syntax.scm import unescaped
from lsp_server.text import Span

_ROW = re.compile(r" at row (\d+)(?:, column \d+)?")

_NODES = re.compile(r'[(\["]|\b_\b')
_MOST_NODES = 4_000
"""Nodes, strings and brackets of a query. Those of our bundles have up to 800."""

_REGEX = re.compile(r'#[\w-]*match\?\s+@[\w.-]+\s+"((?:[^"\\]|\\.)*)"', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Capture:
    """A node that a query named: the name without its `@`, where the node is, and its kind in the tree."""

    name: str
    span: Span
    kind: str


@dataclass(frozen=True, slots=True)
class Match:
    """One way in which one pattern of a query fits.

    `pattern` is its number in the query, from 0; `captures` are in order of place, an outer one before those
    in it; `settings` are what `#set!` says there.
    """

    pattern: int
    captures: tuple[Capture, ...]
    settings: Mapping[str, str | None]


@lru_cache(maxsize=256)
def load_query(language: Language, name: str) -> Query | None:
    """A query of a bundle; None if the bundle has none of this name. The result is kept.

    Raises:
        BundleError: the query is wrong or asks for too much, or the parser cannot be loaded.

    """
    source = language.queries.get(name)
    if source is None:
        return None
    path = language.queries_directory / f"{name}.scm"
    if not is_bundled(language.directory):
        _check(source, path)
    try:
        return load_binding(language).query(source, path)
    except ValueError as error:
        row = _ROW.search(str(error))
        raise BundleError(
            _ROW.sub("", str(error)),
            path=path,
            line=int(row[1]) + 1 if row else None,
            remedy="see which nodes the parser of the language knows",
        ) from None


def _check(source: str, path: Path) -> None:
    """Raise where a query that somebody wrote asks for too much, or for what matching may explode on.

    Raises:
        BundleError: it does.

    """
    count = sum(1 for _ in _NODES.finditer(source))
    if count > _MOST_NODES:
        message = f"the query has {count:,} nodes and brackets; at most {_MOST_NODES:,}"
        raise BundleError(message, path=path, remedy="ask for less")
    for found in _REGEX.finditer(source):
        if _explodes(unescaped(found[1])):
            raise BundleError(
                f'"{found[1]}" may take a time that explodes with the length of what is matched',
                path=path,
                line=source.count("\n", 0, found.start()) + 1,
                remedy="let no two repetitions take the same text",
            )


def _explodes(pattern: str) -> bool:
    """Whether matching may explode, as far as that can be told; where it cannot, it may."""
    # Imported here because it brings the room of grammars, which a quick start does without.
    with TURN:
        from lsp_server.lalr.regex import UnsupportedRegexError, may_explode

    try:
        re.compile(pattern)
    except re.error:
        return False  # who reads the query says so
    try:
        return may_explode(pattern)
    except UnsupportedRegexError:
        return True
