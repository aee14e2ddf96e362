"""The names that may be meant at a cursor: of the kind that stands there, in scope or known in the workspace.

What kind of name that is, the word at the cursor tells, half-typed or put there for this. Whether a name fits
the grammar there is for others to judge.
"""

from __future__ import annotations

from itertools import islice

from lsp_server.features.resolving import Place, Resolver

MOST = 100
"""The most names that are worth a look."""


def known_names(resolver: Resolver, uri: str, offset: int) -> tuple[Place, ...]:
    """Where the names are defined that the word at a cursor may be meant to become, the nearest first."""
    place = resolver.at(uri, offset)
    return () if place is None else tuple(islice(resolver.known_at(place), MOST))
