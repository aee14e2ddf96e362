"""Where the name at a cursor is defined."""

from __future__ import annotations

from lsp_server.names.resolving import Resolver
from lsp_server.names.standing import Place


def definition(resolver: Resolver, uri: str, offset: int) -> tuple[Place, ...]:
    """The definitions of the name at a cursor; of one that is a definition, all that define the same."""
    place = resolver.at(uri, offset)
    return () if place is None else resolver.definitions(place)
