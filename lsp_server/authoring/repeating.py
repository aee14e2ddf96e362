"""Leaves out of the query `once` what examples contradict: names of which they say the same twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from lsp_server.features.once import said_once
from lsp_server.languages import Language
from lsp_server.syntax import parse
from lsp_server.text import Span

_ELEMENT = "@once.element"
"""Ends each pattern for names that may stand once. Each has a line of its own, as `queries` writes them."""


def without_repeated(language: Language, query: str, texts: Iterable[str]) -> str:
    """The query `once` of a language without the patterns whose names stand again in a text.

    Raises:
        BundleError: the query is wrong.

    """
    again = set[int]()
    for text in texts:
        counts = Counter(named.key for named in said_once(parse(language, text), Span(0, len(text))))
        again.update(pattern for (pattern, _, _), count in counts.items() if count > 1)
    lines = query.split("\n")
    elements = [number for number, line in enumerate(lines) if line.endswith(_ELEMENT)]
    before = query.count("@once.in")  # So many patterns tell the blocks, and come first.
    left_out = {elements[pattern - before] for pattern in again}
    return "\n".join(line for number, line in enumerate(lines) if number not in left_out)
