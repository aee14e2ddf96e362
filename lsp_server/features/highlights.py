"""What an editor marks in a text because it stands for the same as the name at the cursor."""

from __future__ import annotations

from dataclasses import dataclass

from lsp_server.names.resolving import Resolver
from lsp_server.text import Span


@dataclass(frozen=True, slots=True)
class Highlight:
    """One place; `writes` where it is defined there."""

    span: Span
    writes: bool


def highlights(resolver: Resolver, uri: str, offset: int) -> tuple[Highlight, ...]:
    """The places in the text of the cursor, in order."""
    place = resolver.at(uri, offset)
    if place is None:
        return ()
    return tuple(
        Highlight(other.span, other.occurrence.defines)
        for other in resolver.occurrences(place)
        if other.unit is place.unit
    )
