"""How a name of a catalogue is told: in one line, and as Markdown. Must not know what it is told in."""

from __future__ import annotations

from lsp_server.languages import Language
from lsp_server.languages.catalogue import CatalogueSymbol

ARGUMENT = "argument"
"""The kind of what is given to a function, in the order in which it stands."""


def line_of(symbol: CatalogueSymbol) -> str:
    """How a name is used, in one line: with its arguments and its type."""
    if symbol.signature:
        return symbol.signature
    given = (one for one in symbol.members if one.kind == ARGUMENT)
    arguments = ", ".join(_typed(one.name, one.type) for one in given)
    return _typed(f"{symbol.name}({arguments})" if arguments else symbol.name, symbol.type)


def markdown_of(language: Language, symbol: CatalogueSymbol) -> str:
    """All that a catalogue says of a name, but for its members."""
    notes = [word for word, said in (("required", symbol.required), ("at most once", symbol.once)) if said]
    head = ", ".join([symbol.kind.replace("_", " "), *notes])
    parts = [f"```{language.id}\n{line_of(symbol)}\n```", f"*{head}*"]
    if symbol.deprecated:
        parts.append(f"**Deprecated.** {symbol.deprecated}")
    return "\n\n".join([*parts, *([symbol.documentation] if symbol.documentation else [])])


def _typed(name: str, type_: str) -> str:
    return f"{name}: {type_}" if type_ else name
