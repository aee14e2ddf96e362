"""Runs the queries of a bundle (`queries/NAME.scm`) over a tree; results are spans, named by the captures.

What a capture means is for each feature to say. A wrong query is an error of the bundle, with its line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from lsp_server.errors import BundleError
from lsp_server.languages import Language
from lsp_server.syntax.binding import load_binding
from lsp_server.syntax.parser import Query
from lsp_server.text import Span

_ROW = re.compile(r" at row (\d+)(?:, column \d+)?")


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
        BundleError: the query is wrong, or the parser cannot be loaded.

    """
    source = language.queries.get(name)
    if source is None:
        return None
    try:
        return load_binding(language).query(source)
    except ValueError as error:
        row = _ROW.search(str(error))
        raise BundleError(
            _ROW.sub("", str(error)),
            path=language.directory / "queries" / f"{name}.scm",
            line=int(row[1]) + 1 if row else None,
            remedy="see which nodes the parser of the language knows",
        ) from None
