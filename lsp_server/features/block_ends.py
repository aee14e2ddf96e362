"""A block whose opener ends a line is closed on a line of its own.

In a block that nothing closes yet, a text that fits closes it at once: `name = "x"}`. A person closes it on a
line below. So that end of a suggestion is left out, unless the text around closes blocks like this. Must not
know a language.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lsp_server.features.attempt import CompletionRequest, Suggestion
from lsp_server.features.mistakes import near_to
from lsp_server.syntax import SyntaxTree
from lsp_server.text import Edit, Span


def without_block_ends(request: CompletionRequest, item: Suggestion) -> Suggestion | None:
    """A suggestion that closes no block behind other text of its line; None where nothing is left."""
    signs = "".join(closer for _, closer in request.language.brackets)
    if not item.text.rstrip().endswith(tuple(signs)) or item.end != request.offset:
        return item
    start, end = request.offset, request.offset + len(item.text)
    joined = request.edited(Edit(Span(start, start), item.text))
    closed = list(_block_ends(joined.landmarks.current, end))
    own = [closer for closer in closed if closer >= start]
    if len(own) < len(closed) or not own or joined.text[own[0] : end].strip(f"{signs} \t"):
        return item
    text = joined.text[start : own[0]].rstrip()
    return replace(item, text=text) if text else None


def _block_ends(tree: SyntaxTree, end: int) -> Iterator[int]:
    """The closers before an offset that stand behind other text, of openers that end a line above."""
    text, before, closers = tree.text, Span(0, end), dict(tree.language.brackets)
    signs, opened = "".join((*closers.values(), " \t")), list[int]()
    for bracket in tree.brackets(before, near_to(end, before)):
        if bracket.text in closers:
            opened.append(bracket.start)
        elif opened and closers[text[opened[-1]]] == bracket.text:
            opener, line = opened.pop(), text.rfind("\n", 0, bracket.start) + 1
            ends_line = not text[opener + 1 : line].partition("\n")[0].strip()
            if opener < line and ends_line and text[line : bracket.start].strip(signs):
                yield bracket.start
