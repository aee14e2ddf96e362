"""The names that stand around a cursor and may not stand there once more: no list offers them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from lsp_server.constraint import load_grammar
from lsp_server.features.once import QUERY, REACH, beside, said_once
from lsp_server.repair import Boundaries
from lsp_server.syntax import Landmarks, SyntaxTree, parse
from lsp_server.text import Edit, Span

_NEAR = 4_000
"""So many characters on each side of a cursor are looked at, in each tree that is made: a person waits.

At 240 cursors in files of Terraform of 5 to 60 KB, half of them with a mistake, that took 2 ms (p95: 9).
"""

_TRIED = 2
"""So many places of names on each side of a cursor are compared with the cursor's own, the nearest first."""


def used_up(
    landmarks: Landmarks, offset: int, finishing: Callable[[str], Iterable[str]] = lambda name: ()
) -> frozenset[str]:
    """The names that stand around a cursor and may not stand there once more, as names are compared.

    Which place the cursor is in is told by names near it: where one of them, said there with what follows
    it in its own line, would stand twice in the same place, so would all that stand beside it. In a text
    full of errors there are none, nor in a long element with one.

    Args:
        landmarks: of the document.
        offset: the cursor.
        finishing: texts that make what is open whole once a name is written there, the likeliest first.

    Raises:
        BundleError: the query of the bundle is wrong.

    """
    if landmarks.full_of_errors or QUERY not in landmarks.language.queries:
        return frozenset()
    for tree, here in _trees(landmarks, offset):
        found = _used_up(tree, here, finishing) if tree.sound or len(tree.text) <= REACH else None
        if found or tree.sound:
            return found or frozenset()
    return frozenset()


def _used_up(tree: SyntaxTree, here: int, finishing: Callable[[str], Iterable[str]]) -> frozenset[str]:
    """The same for a place in one tree."""
    text = tree.text
    for name in _names_near(tree, here):
        for edit in _said_at(text, here, name, finishing):
            changed = text[: edit.span.start] + edit.text + text[edit.span.end :]
            said = Span(here, here + name.end - name.start)
            names = beside(tree.edited((edit,), changed), said, Span(here - _NEAR, here + _NEAR))
            if names:
                return names
    return frozenset()


def _trees(landmarks: Landmarks, offset: int) -> Iterator[tuple[SyntaxTree, int]]:
    """Trees around a cursor, each with the cursor's place in it: of the elements near it, then of its own
    element alone, which lines at the margin tell apart.
    """
    yield _around(landmarks, offset)
    text = landmarks.text
    element = Boundaries(load_grammar(landmarks.language), text, offset).begun_around(offset)
    if element is not None:
        yield parse(landmarks.language, text[element.start : element.end]), offset - element.start


def _around(landmarks: Landmarks, offset: int) -> tuple[SyntaxTree, int]:
    """The tree of the top-level elements near a cursor alone, and where the cursor is in that text.

    To make one of all the text anew for each name takes longer, where the text is broken. Where they are
    long, it is that of all the text.
    """
    whole, known = landmarks.text, landmarks.soundest
    near, start, end = max(0, offset - _NEAR), known.element_start(offset), known.next_element(offset)
    while (earlier := known.element_start(start)) < start and earlier >= near:
        start = earlier
    text = whole[start:end]
    if len(text) in (0, len(whole)) or len(text) > REACH:
        return landmarks.current, offset
    return parse(landmarks.language, text), offset - start


def _names_near(tree: SyntaxTree, offset: int) -> list[Span]:
    """The nearest names of a few places before a cursor, and after it; where there is an error, words of its
    line before those after it.
    """
    text, around = tree.text, Span(max(0, offset - _NEAR), offset + _NEAR)
    near = sorted((one for one in said_once(tree, around) if one.is_free), key=lambda one: one.span)
    before = {named.place: named.span for named in near if named.span.end <= offset}
    after = {named.place: named.span for named in reversed(near) if named.span.start >= offset}
    found = sorted(before.values(), reverse=True)[:_TRIED]
    if not tree.sound:
        line = Span(text.rfind("\n", 0, offset) + 1, offset)
        words = [match.span() for match in re.finditer(tree.language.word, text[line.start : line.end])]
        found += [Span(line.start + first, line.start + last) for first, last in words[: -_TRIED - 1 : -1]]
    return list(dict.fromkeys((*found, *sorted(after.values())[:_TRIED])))


def _said_at(text: str, offset: int, span: Span, finishing: Callable[[str], Iterable[str]]) -> Iterator[Edit]:
    """What says a name from near by at a cursor, with what follows it in its own line.

    First with the rest of the cursor's line, then without that, then with all that is open finished. Where
    the name stands in the rest, that stays, and the name alone is said.
    """
    name, end = text[span.start : span.end], _line_end(text, offset)
    if offset <= span.start < end:
        yield Edit(Span(offset, offset), f"{name} ")
    else:
        own = text[span.start : offset if span.end <= offset else None]
        line = own.partition("\n")[0].rstrip(" \t,")
        yield Edit(Span(offset, offset), line)
        if text[offset:end].strip():
            yield Edit(Span(offset, end), line)
    yield from (Edit(Span(offset, offset), name + more) for more in islice(finishing(name), 1))


def _line_end(text: str, offset: int) -> int:
    end = text.find("\n", offset)
    return len(text) if end < 0 else end
