"""What may stand only once and stands already: an attribute, a field, a column, the header of a block.

What that is, the query `once` of a bundle says: `@once` are names, all those of one match together, which
stand at most once in the innermost `@once.in` around them, or around the `@once.element` of the match, else
in the text. What stands before counts, with no error between, and what stands after where there is none in
all that they are in: what follows a block that is being typed, and is not closed yet, seems to be in it.
Must not know a language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from operator import itemgetter

from lsp_server.languages import Naming
from lsp_server.names.naming import compared
from lsp_server.names.occurrences import grouped
from lsp_server.syntax import Match, Part, PartKey, SyntaxTree
from lsp_server.text import Span

QUERY = "once"

REACH = 20_000
"""So many characters before a name are looked at, and after it."""

_Key = tuple[int, tuple[str, ...], Span]


@dataclass(frozen=True, slots=True)
class SaidOnce:
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
    new = sorted(
        (named for named in said_once(tree, span) if span.start < named.span.end <= span.end),
        key=lambda named: named.span.end,
    )
    all_named = _in_same(tree, new, Span(span.start - REACH, span.end + REACH))
    known = grouped((named.key, named) for named in all_named)
    for named in new:
        for other in known.get(named.key, ()):
            if _counts(tree, other, Span(named.span.start, span.end)):
                return named.span.end
    return None


def beside(tree: SyntaxTree, span: Span, near: Span) -> frozenset[str]:
    """The names near one at a span that stand in the same place, where each may stand once.

    Raises:
        BundleError: the query of the bundle is wrong.

    """
    here = [named for named in said_once(tree, span) if named.is_free and named.span == span]
    places = {named.place for named in here}
    return frozenset(
        name
        for named in _in_same(tree, here, near)
        if named.is_free
        and named.place in places
        and near.start <= named.span.start
        and named.span.end <= near.end
        and _counts(tree, named, span)
        for name in named.names
    )


def _in_same(tree: SyntaxTree, new: Sequence[SaidOnce], near: Span) -> Iterator[SaidOnce]:
    """What may stand once in what some names are in, as far as that is near."""
    start = max(near.start, min((named.within.start for named in new), default=near.end))
    end = min(near.end, max((named.within.end for named in new), default=near.start))
    return said_once(tree, Span(start, end)) if start < end else iter(())


def _counts(tree: SyntaxTree, named: SaidOnce, new: Span) -> bool:
    """Whether what stands at one place tells what may not stand at another in the same node."""
    if named.span.end <= new.start:
        return not damaged_between(tree, named.span, new)
    return named.span.start >= new.end and not _damaged(tree, named.within)


def _damaged(tree: SyntaxTree, span: Span) -> bool:
    """Whether there is an error in a node, or behind it, where what closes it may be missing."""
    behind = tree.text[span.end : span.end + REACH]
    end = span.end + len(behind) - len(behind.lstrip())
    return any(span.start <= problem.span.end and problem.span.start <= end for problem in tree.problems)


@dataclass(frozen=True, slots=True)
class OnceInPart:
    """What a part of a text says that may stand once; spans count from the start of the part.

    Attributes:
        apart: what is in nothing in the part, but in the file.
        again: the names that stand again, and where.
        outer: what such names may be in.

    """

    apart: tuple[SaidOnce, ...]
    again: tuple[tuple[str, Span], ...]
    outer: tuple[Span, ...]


Repeated = tuple[tuple[str, Span], ...]
"""The names that stand again where they may stand once, and where; in order."""

Known = Mapping[PartKey, OnceInPart]
"""What was found in parts that were read before."""


def repeated(tree: SyntaxTree, known: Known | None = None) -> tuple[Repeated, Known]:
    """The names that stand again with no error before them in what they are in, and what may be given for
    `known` with the text's next version.

    Raises:
        BundleError: the query of the bundle is wrong.

    """
    if QUERY not in tree.language.queries:
        return (), {}
    whole = Span(0, len(tree.text))
    above = tree.matches_above(QUERY)
    if above is None:
        return tuple(_again(said_once(tree, whole), partial(damaged_between, tree))), {}
    known = known or {}
    kept: dict[PartKey, OnceInPart] = {}
    found: list[tuple[str, Span]] = []
    apart: list[SaidOnce] = []
    outer: list[Span] = []
    for number, (start, element) in enumerate(zip(tree.parts.starts, tree.parts.elements, strict=True)):
        key = element.key
        inside = None if key is None else kept.get(key) or known.get(key)
        if inside is None:
            inside = _in_part(tree, tree.parts[number])
        if key is not None:
            kept[key] = inside
        found += [(name, span.moved(start)) for name, span in inside.again]
        apart += [replace(one, span=one.span.moved(start), within=whole) for one in inside.apart]
        if above:
            outer += [span.moved(start) for span in inside.outer]
    apart += _of_matches(above, tree.text, tree.language.naming, whole, outer)
    found += _again(apart, partial(damaged_between, tree))
    return tuple(sorted(found, key=itemgetter(1))), kept


def _in_part(tree: SyntaxTree, part: Part) -> OnceInPart:
    matches, start, nowhere = part.matches(QUERY), part.start, Span(-1, -1)
    named = tuple(_of_matches(matches, part.text, tree.language.naming, nowhere))

    def damaged(one: Span, other: Span) -> bool:
        return part.key is None and damaged_between(tree, one.moved(start), other.moved(start))

    return OnceInPart(
        tuple(one for one in named if one.within == nowhere),
        tuple(_again((one for one in named if one.within != nowhere), damaged)),
        tuple(_captured(matches, "once.in")),
    )


def _again(named: Iterable[SaidOnce], damaged: Callable[[Span, Span], bool]) -> Iterator[tuple[str, Span]]:
    """Those that stand in the same as one before them, with no damage between the two."""
    met: dict[_Key, Span] = {}
    for one in sorted(named, key=lambda one: one.span):
        if one.key in met and not one.advice and not damaged(met[one.key], one.span):
            yield " ".join(one.names), one.span
        met.setdefault(one.key, one.span)


def damaged_between(tree: SyntaxTree, one: Span, other: Span) -> bool:
    """Whether there is an error between two places, so that they may be in two blocks."""
    return any(one.start < problem.span.end and problem.span.start < other.end for problem in tree.problems)


def said_once(tree: SyntaxTree, span: Span) -> Iterator[SaidOnce]:
    """What touches a span and may stand once, in no order.

    Raises:
        BundleError: the query of the bundle is wrong.

    """
    matches, whole = tree.matches(QUERY, span), Span(0, len(tree.text))
    return _of_matches(matches, tree.text, tree.language.naming, whole)


def _of_matches(
    matches: Iterable[Match], text: str, naming: Naming, whole: Span, outer: Iterable[Span] = ()
) -> Iterator[SaidOnce]:
    """What some matches name; what is in none of their nodes, nor in an `outer` one, is in the `whole`."""
    placed: list[tuple[Match, list[Span], Span, Span]] = []
    for match in matches:
        spans = _captured((match,), "once")
        if spans:
            place = Span(spans[0].start, spans[-1].end)
            element = next(iter(_captured((match,), "once.element")), place)
            placed.append((match, spans, place, element))
    around = _innermost((*outer, *_captured(matches, "once.in")), {element for _, _, _, element in placed})
    for match, spans, place, element in placed:
        names = tuple(compared(text[one.start : one.end], naming) for one in spans)
        inside = around.get(element, whole)
        yield SaidOnce(match.pattern, names, place, inside, "once.advice" in match.settings)


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
