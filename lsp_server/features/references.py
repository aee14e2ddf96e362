"""Where the name at a cursor is used."""

from __future__ import annotations

from lsp_server.names.resolving import Resolver
from lsp_server.names.standing import Place


def references(
    resolver: Resolver, uri: str, offset: int, *, with_definitions: bool = True
) -> tuple[Place, ...]:
    """The names that stand for the same as the one at a cursor, in all texts where it is known."""
    place = resolver.at(uri, offset)
    if place is None:
        return ()
    found = resolver.occurrences(place)
    if with_definitions:
        return found
    definitions = frozenset(resolver.definitions(place))
    return tuple(other for other in found if other not in definitions)
