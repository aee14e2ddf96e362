"""What may stand only once and stands already: an attribute, a field, a column, the header of a block.

What that is, the query `once` of a bundle says: `@once` are names, all those of one match together, which
stand at most once in the innermost `@once.in` around them, or around the `@once.element` of the match, else
in the text. Only what stands before counts, with no error between: what follows a block that is being typed,
and is not closed yet, seems to be in it. Must not know a language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from lsp_server.constraint import load_grammar
from lsp_server.names.naming import compared
from lsp_server.repair import Boundaries
from lsp_server.syntax import Landmarks, Match, SyntaxTree, parse
from lsp_server.text import Edit, Span

QUERY = "once"

_REACH = 20_000
"""So many characters before a name are looked at."""

_NEAR = 4_000
"""So many where a person waits for a list, which looks at them in each tree that it makes.

At 80 cursors in 1,000 lines of GraphQL that took 3 ms (p95: 5), and with five times as many 8 ms (p95: 28).
"""

_TRIED = 2
"""So many places of names before a cursor are compared with the cursor's own, the nearest first."""

_Key = tuple[int, tuple[str, ...], Span]


@dataclass(frozen=True, slots=True)
class _Named:
    """Names that stand together at one place, which of the query's patterns they fit, and in what.

    Where that is only `advice`, they may stand twice.
    """

    pattern: int
    names: tuple[str, ...]
    span: Span
    within: Span
    advice: bool = False

    @property
    def key(self) -> _Key:
        """What two have in common of which there may be only one."""
        return self.pattern, self.names, self.within

    @property
    def place(self) -> tuple[int, Span]:
        """What two have in common of which each name may stand once."""
        return self.pattern, self.within

    @property
    def is_free(self) -> bool:
        """Whether it is one name, which any other might stand for that is not there yet."""
        return len(self.names) == 1 and not self.advice


def said_again(tree: SyntaxTree, span: Span) -> int | None:
    """Where the first name ends that is new in a span, may stand once, and stands already; None if none is.

    Raises:
        BundleError: the query of the bundle is wrong.

    """
    found = list(_named(tree, span))
    new = sorted(
        (named for named in found if span.start < named.span.end <= span.end),
        key=lambda named: named.span.end,
    )
    start = max(min((named.within.start for named in new), default=span.start), span.start - _REACH)
    known: dict[_Key, list[Span]] = {}
    for named in found if start >= span.start else _named(tree, Span(start, span.end)):
        known.setdefault(named.key, []).append(named.span)
    for named in new:
        for other in known.get(named.key, ()):
            if other.end <= named.span.start and not _damaged(tree, other, named.span):
                return named.span.end
    return None


def used_up(
    landmarks: Landmarks, offset: int, finishing: Callable[[str], Iterable[str]] = lambda name: ()
) -> frozenset[str]:
    """The names that stand before a cursor and may not stand there once more, as names are compared.

    Which place the cursor is in is told by names before it: where one of them, said there with what follows
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
        found = _used_up(tree, here, finishing) if tree.sound or len(tree.text) <= _REACH else None
        if found or tree.sound:
            return found or frozenset()
    return frozenset()


def _used_up(tree: SyntaxTree, here: int, finishing: Callable[[str], Iterable[str]]) -> frozenset[str]:
    """The same for a place in one tree."""
    text, start = tree.text, max(0, here - _NEAR)
    for name in _names_before(tree, start, here):
        for edit in _said_at(text, here, name, finishing):
            changed = text[: edit.span.start] + edit.text + text[edit.span.end :]
            names = _beside(tree.edited((edit,), changed), Span(here, here + name.end - name.start), start)
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
    if len(text) in (0, len(whole)) or len(text) > _REACH:
        return landmarks.current, offset
    return parse(landmarks.language, text), offset - start


def _beside(tree: SyntaxTree, span: Span, start: int) -> frozenset[str]:
    """The names from an offset on that stand in the same place as one at a span, and before that."""
    places = {
        named.place: named.within for named in _named(tree, span) if named.is_free and named.span == span
    }
    first = max(start, min((within.start for within in places.values()), default=span.end))
    return frozenset(
        name
        for named in (_named(tree, Span(first, span.end)) if places else ())
        if named.is_free
        and named.place in places
        and start <= named.span.start
        and named.span.end <= span.start
        and not _damaged(tree, named.span, span)
        for name in named.names
    )


def _names_before(tree: SyntaxTree, start: int, offset: int) -> list[Span]:
    """The nearest names of a few places before a cursor; where there is an error, words of its line too."""
    text = tree.text
    before = [named for named in _named(tree, Span(start, offset)) if named.is_free]
    places = {
        named.place: named.span
        for named in sorted(before, key=lambda named: named.span)
        if start <= named.span.start and named.span.end <= offset
    }
    found = sorted(places.values(), reverse=True)[:_TRIED]
    if not tree.sound:
        line = Span(text.rfind("\n", 0, offset) + 1, offset)
        words = [match.span() for match in re.finditer(tree.language.word, text[line.start : line.end])]
        found += [Span(line.start + first, line.start + last) for first, last in words[: -_TRIED - 1 : -1]]
    return list(dict.fromkeys(found))


def _said_at(text: str, offset: int, span: Span, finishing: Callable[[str], Iterable[str]]) -> Iterator[Edit]:
    """What says a name from before at a cursor, with what follows it in its own line.

    First with the rest of the cursor's line, then without that, then with all that is open finished.
    """
    name, line = text[span.start : span.end], text[span.start : offset].partition("\n")[0].rstrip(" \t,")
    rest = text[offset:].partition("\n")[0]
    yield Edit(Span(offset, offset), line)
    if rest.strip():
        yield Edit(Span(offset, offset + len(rest)), line)
    yield from (Edit(Span(offset, offset), name + more) for more in islice(finishing(name), 1))


def repeated(tree: SyntaxTree) -> Iterator[tuple[str, Span]]:
    """The names that stand again where they may stand once, with no error before them in what they are in.

    Raises:
        BundleError: the query of the bundle is wrong.

    """
    if QUERY not in tree.language.queries:
        return
    met: dict[_Key, Span] = {}
    for named in sorted(_named(tree, Span(0, len(tree.text))), key=lambda named: named.span):
        if named.key in met and not named.advice and not _damaged(tree, met[named.key], named.span):
            yield " ".join(named.names), named.span
        met.setdefault(named.key, named.span)


def _damaged(tree: SyntaxTree, one: Span, other: Span) -> bool:
    """Whether there is an error between two places, so that they may be in two blocks."""
    return any(one.start < problem.span.end and problem.span.start < other.end for problem in tree.problems)


def _named(tree: SyntaxTree, span: Span) -> Iterator[_Named]:
    matches = tree.matches(QUERY, span)
    placed: list[tuple[Match, list[Span], Span, Span]] = []
    for match in matches:
        spans = _captured((match,), "once")
        if spans:
            place = Span(spans[0].start, spans[-1].end)
            whole = next(iter(_captured((match,), "once.element")), place)
            placed.append((match, spans, place, whole))
    around = _innermost(_captured(matches, "once.in"), {whole for _, _, _, whole in placed})
    for match, spans, place, whole in placed:
        names = tuple(compared(tree.text[one.start : one.end], tree.language.naming) for one in spans)
        inside = around.get(whole, Span(0, len(tree.text)))
        yield _Named(match.pattern, names, place, inside, "once.advice" in match.settings)


def _innermost(outer: Iterable[Span], inner: Iterable[Span]) -> dict[Span, Span]:
    """Of some nodes the innermost that holds each of some spans, and is not the same, where one does."""
    found: dict[Span, Span] = {}
    begun: list[Span] = []
    waiting = sorted(set(outer), key=_outermost_first, reverse=True)
    for span in sorted(inner, key=_outermost_first):
        while waiting and waiting[-1].start <= span.start:
            _let_go(begun, waiting[-1].start)
            begun.append(waiting.pop())
        _let_go(begun, span.start)
        holding = (one for one in reversed(begun) if span.end <= one.end and one != span)
        if (innermost := next(holding, None)) is not None:
            found[span] = innermost
    return found


def _let_go(begun: list[Span], offset: int) -> None:
    """Let go of the last spans of some that end before an offset."""
    while begun and begun[-1].end < offset:
        begun.pop()


def _outermost_first(span: Span) -> tuple[int, int]:
    return span.start, -span.end


def _captured(matches: Iterable[Match], name: str) -> list[Span]:
    return [capture.span for match in matches for capture in match.captures if capture.name == name]
