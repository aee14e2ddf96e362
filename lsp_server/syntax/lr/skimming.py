"""Reads past intact elements and makes no nodes of them: these are made of an element that is looked at.

To see that an element is intact takes a fourth of the time that its nodes take (measured in 2 MB of Lua), and
in a long text most are never looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lsp_server.lalr.lexicon import Scanner
from lsp_server.syntax.lr.building import Builder
from lsp_server.syntax.lr.nodes import Green, Segment
from lsp_server.syntax.lr.reading import Reader
from lsp_server.syntax.lr.scanning import Scan


def skim(builder: Builder, text: str, start: int) -> tuple[Sequence[Segment], int]:
    """The segments from where one begins up to the first that must be read, and where that begins.

    It has a mistake in it, opens what repeats a tag, or is the last. The segments are those of `Reader`.
    """
    grammar, between = builder.grammar, builder.between
    if between < 0 or grammar.blocks is not None:
        return (), start
    nodes, scan = _nodes_of(builder, text), Scan(builder, text, start)
    advance, ignored, openers = grammar.table.advance, grammar.ignored, grammar.openers
    signs, scanners = builder.signs, dict[int, tuple[Scanner, set[str]]]()
    states, segments, brackets = [0, between], list[Segment](), list[tuple[int, str]]()
    origin = offset = end = start
    reach = look = start
    while offset < len(text):
        state = states[-1]
        if state not in scanners:
            scanner = grammar.scanner_in(state, None)
            scanners[state] = scanner, builder.sure(scanner)
        scanner, sure = scanners[state]
        found = scanner.match(text, offset)
        if found is None:
            break
        terminal, after = found
        seen = after + 1
        if text[offset:seen] not in sure:
            seen = scan.look(scanner, offset, after, terminal)
        if seen > look:
            look = seen
        if terminal in ignored:
            if terminal in builder.extras:
                end = after
            offset = after
            continue
        fewest = 0 if terminal in openers else advance(states, terminal)
        if not fewest or states[1] != between:
            break
        if fewest == _BETWEEN and offset > origin:
            segments.append(Segment(origin, max(reach, look), end, brackets, nodes))
            origin, reach, brackets = offset, look, []
        if terminal in signs:
            within = signs[terminal].within(text[offset:after])
            brackets.extend((offset + place, sign) for place, sign in within)
        if look > reach:
            reach = look
        look = offset = end = after
    return segments, origin


_BETWEEN = 2
"""So many states are on the stack between two elements: the one that it begins with, and that of the list."""


def _nodes_of(builder: Builder, text: str) -> Callable[[int], tuple[Green, ...]]:
    """Makes the nodes of the segment of a text that begins at a place and is intact."""

    def nodes(origin: int) -> tuple[Green, ...]:
        reader = Reader(builder, text, origin, begun=True)
        reader.next()
        (segment,) = reader.segments
        return segment.children

    return nodes
