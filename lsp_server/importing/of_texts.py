"""Reads a text of the language itself into symbols: what it declares for other texts too.

So a schema as a database writes it, or one that is too long to be read with a workspace, is a source like any
other. What a name is, and of what it is a member, the bundle's own query says.
"""

from __future__ import annotations

from typing import Any

from lsp_server.features.hover import described_at
from lsp_server.languages import Language
from lsp_server.names.naming import compared, names_of
from lsp_server.names.occurrences import MemberPath, Name, Visibility
from lsp_server.syntax import parse

_BEYOND = (Visibility.FOLDER, Visibility.WORKSPACE)


def symbols_of(language: Language, text: str) -> list[dict[str, Any]]:
    """The public definitions of a text, members inside their owners."""
    tops: list[dict[str, Any]] = []
    made: dict[MemberPath, dict[str, Any]] = {}
    waiting: list[tuple[MemberPath, dict[str, Any]]] = []
    for name in names_of(parse(language, text))[0]:
        here = name.occurrence
        if not here.defines or here.hidden or here.visible not in _BEYOND:
            continue
        path = min(name.part.paths(name.index))
        if path in made:
            continue
        made[path] = symbol = _symbol(language, text, name)
        if len(path) > 1:
            waiting.append((path, symbol))
        else:
            tops.append(symbol)
    for path, symbol in waiting:
        owner = made.get(path[:-1])
        if owner is None:
            space, of = path[-2]
            made[path[:-1]] = owner = {"name": of, "kind": space, "members": []}
            tops.append(owner)
        owner.setdefault("members", []).append(symbol)
    return tops


def _symbol(language: Language, text: str, name: Name) -> dict[str, Any]:
    here = name.occurrence
    symbol: dict[str, Any] = {"name": here.name, "kind": here.kind}
    if here.spaces[0] != here.kind:
        symbol["space"] = here.spaces[0]
    if here.qualifier is not None:
        symbol["qualifier"] = here.qualifier
    if here.type is not None:
        span = name.absolute(here.type)
        symbol["type"] = " ".join(text[span.start : span.end].split())
        index = name.part.last_in(here.type)
        if index is not None:
            target = name.part.occurrences[index]
            symbol["of"] = [target.spaces[0], compared(target.name, language.naming)]
    if name.documentation is not None:
        symbol["documentation"] = described_at(language, name, text)
    if here.deprecated:
        symbol["deprecated"] = "It is deprecated."
    return symbol
