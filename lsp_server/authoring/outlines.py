"""Cases that say what the outline of an example is, so that its owner sees it, and a change of it shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lsp_server.authoring.corpus import case, chosen
from lsp_server.features.outline import Symbol, outline
from lsp_server.languages import Language
from lsp_server.syntax import parse


def outline_cases(language: Language, examples: Mapping[str, str]) -> str:
    """The cases of the first short examples that have an outline."""
    found = []
    for name, text in chosen(examples).items():
        text = text.removesuffix("\n")
        symbols = [row for _, members in outline(parse(language, text))[0] for row in _rows(members, "")]
        if symbols:
            found.append(case(f"the outline of {name}", text, *(f"symbol: {row}" for row in symbols)))
    return "\n".join(found)


def _rows(symbols: Iterable[Symbol], around: str) -> Iterator[str]:
    for symbol in symbols:
        yield f"{symbol.kind} {around}{symbol.name}"
        yield from _rows(symbol.children, f"{around}{symbol.name}.")
