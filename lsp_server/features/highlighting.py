"""The tokens of a text, as the bundle's `highlights` query names them, and what each name stands for.

Of captures that overlap, the one of the later pattern is seen; of one pattern, the inner. A name that is not
in the table is taken for what it begins with, up to a dot (`@string.special.url` for `@string`); where not
even that is there, the capture counts for nothing.

A text is read in stretches of whole lines, each of which stands for itself. One that is the same as before is
not read again; one that holds only a part of a damaged element is read as if it were the whole text, and a
long one piece by piece, as a part of the text (`syntax/pieces`).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby, pairwise
from operator import itemgetter
from typing import NamedTuple

from lsp_server.cache import LruCache
from lsp_server.languages import Language
from lsp_server.syntax import SyntaxTree, parse
from lsp_server.text import Span

_QUERY = "highlights"
_MARGIN = re.compile(r"\n[ \t]*\r?\n(?=\S)")
_LONG = 4_000
"""A sound stretch of so many characters is divided also where no empty line does."""

_FAR = 100_000
"""A longer text is divided near the lines that are asked for alone.

In so many characters of Lua, with the grammar's own trees, some lines take 0.8 s where all is divided, and
0.1 where only what is near is.
"""

_MOST = 1_000_000
"""Stretches of so many characters together are kept."""

_FRAME = 50
"""What is kept of a stretch beside its characters and their tokens takes as much as so many characters."""


@dataclass(frozen=True, slots=True)
class Style:
    """What editors choose a colour by: a type and modifiers under the names that LSP 3.17 gives them."""

    type: str
    modifiers: tuple[str, ...] = ()


STYLES: Mapping[str, Style | None] = {
    "attribute": Style("decorator"),
    "boolean": Style("keyword"),
    "comment": Style("comment"),
    "comment.documentation": Style("comment", ("documentation",)),
    "constant": Style("enumMember", ("readonly",)),
    "constant.builtin": Style("keyword"),
    "constructor": Style("class"),
    "function": Style("function"),
    "function.builtin": Style("function", ("defaultLibrary",)),
    "function.definition": Style("function", ("declaration",)),
    "function.method": Style("method"),
    "keyword": Style("keyword"),
    "keyword.modifier": Style("modifier"),
    "keyword.operator": Style("operator"),
    "label": Style("label"),
    "macro": Style("macro"),
    "module": Style("namespace"),
    "module.definition": Style("namespace", ("declaration",)),
    "number": Style("number"),
    "operator": Style("operator"),
    "property": Style("property"),
    "property.definition": Style("property", ("declaration",)),
    "punctuation": None,
    "punctuation.special": Style("operator"),
    "string": Style("string"),
    "string.documentation": Style("string", ("documentation",)),
    "string.escape": Style("regexp"),
    "string.regexp": Style("regexp"),
    "type": Style("type"),
    "type.builtin": Style("type", ("defaultLibrary",)),
    "type.definition": Style("type", ("declaration",)),
    "variable": Style("variable"),
    "variable.builtin": Style("variable", ("defaultLibrary",)),
    "variable.member": Style("property"),
    "variable.parameter": Style("parameter"),
}
"""By name of a capture, how it is shown; what has None is covered by nothing and shown as plain text."""

TYPES = tuple(dict.fromkeys(style.type for style in STYLES.values() if style is not None))
MODIFIERS = tuple(dict.fromkeys(m for style in STYLES.values() if style is not None for m in style.modifiers))


_Capture = tuple[int, int, int, str]
"""Start, end, number of the pattern, and name."""


class StyledToken(NamedTuple):
    """A piece of text in one style. Tokens do not overlap; one may go over several lines."""

    start: int
    end: int
    style: Style


@dataclass(frozen=True, eq=False, slots=True, weakref_slot=True)
class Stretch:
    """Whole lines of a text, with their tokens in order; offsets count from where the stretch begins.

    One that is the same in two versions of a text is, as a rule, the same object.
    """

    text: str = field(repr=False)
    tokens: tuple[StyledToken, ...]


def highlight(tree: SyntaxTree, span: Span | None = None) -> Iterator[tuple[int, Stretch]]:
    """The stretches of a text, or those that touch a span, in order, each with the offset where it begins.

    Raises:
        BundleError: the query of the bundle is wrong.

    """
    text, damaged, about = tree.text, tree.damaged_elements, _about(tree, span)
    cuts = [about.start, *_cuts(tree, about), about.end]
    for start, end in pairwise(cuts):
        if span is not None and (end < span.start or start > span.end):
            continue
        here = Span(start, end)
        if end - start > _LONG:
            yield from _pieces(tree, here, span)
            continue
        among = [element for element in damaged if start < element.end and element.start < end]
        if any(element.start < start or element.end > end for element in among):
            yield start, _alone(tree.language, text[start:end])[0]
        else:
            yield start, _within(tree, here) if among else _sound(tree, here)


def style_of(capture: str) -> Style | None:
    """How a capture is shown; None where it is not."""
    return STYLES.get(_known(capture) or "")


@cache
def _known(capture: str) -> str | None:
    """The name in the table that a capture goes by."""
    while capture and capture not in STYLES:
        capture = capture.rpartition(".")[0]
    return capture or None


def _about(tree: SyntaxTree, span: Span | None) -> Span:
    """The whole lines that are looked at for a span: in a long text those of the elements near it."""
    if span is None or len(tree.text) <= _FAR:
        return Span(0, len(tree.text))
    start = tree.element_start(max(0, span.start - _LONG))
    while start and tree.text[start - 1] != "\n":
        start = tree.element_start(start)
    return Span(start, _next_element(tree, min(span.end + _LONG, len(tree.text))))


def _cuts(tree: SyntaxTree, about: Span) -> Iterator[int]:
    """Where all stretches but the first begin: after empty lines; where none is near, at elements."""
    closers = tuple(closer for _, closer in tree.language.brackets)
    places = (match.end() for match in _MARGIN.finditer(tree.text, about.start, about.end))
    own = (place for place in places if not tree.text.startswith(closers, place))
    last = about.start
    for place in (*tree.divisions(own, about), about.end):
        while place - last > _LONG and (element := _next_element(tree, last + _LONG)) < place:
            yield (last := element)
        if last < place < about.end:
            yield (last := place)


def _next_element(tree: SyntaxTree, offset: int) -> int:
    """Where the first element from an offset on is that begins its line; the text's end if none does."""
    found = tree.next_element(offset)
    while found is not None and tree.text[found - 1] != "\n":
        found = tree.next_element(found + 1)
    return len(tree.text) if found is None else found


_READ: LruCache[tuple[Language, str, Hashable], tuple[Stretch, bool]] = LruCache(
    _MOST, lambda known: len(known[1]) + _FRAME
)
"""By language, text, and what it is to be besides, how a text reads, and whether it has no error."""

_BY_ITSELF = object()


def _alone(language: Language, text: str) -> tuple[Stretch, bool]:
    """A text read by itself, and whether it has no error then."""

    def read() -> tuple[Stretch, bool]:
        tree = parse(language, text)
        return _within(tree, Span(0, len(text))), not tree.error_count

    return _READ.get((language, text, _BY_ITSELF), read)


def _sound(tree: SyntaxTree, span: Span) -> Stretch:
    """A stretch without an error: it reads alike wherever it stands, and by itself if it has none then."""
    stretch, sound = _alone(tree.language, tree.text[span.start : span.end])
    return stretch if sound else _kept(tree, span, None)


def _pieces(tree: SyntaxTree, span: Span, wanted: Span | None) -> Iterator[tuple[int, Stretch]]:
    """What is long, piece by piece; those without an error that were read before are as they were."""
    for start, end, key in tree.pieces(_QUERY, span, _LONG):
        if wanted is None or (end >= wanted.start and start <= wanted.end):
            here = Span(start, end)
            yield start, _within(tree, here) if key is None else _kept(tree, here, key)


def _kept(tree: SyntaxTree, span: Span, key: Hashable) -> Stretch:
    """A stretch that was read before, if it was; `key` tells what it is to be besides its text."""
    known = tree.language, tree.text[span.start : span.end], key
    return _READ.get(known, lambda: (_within(tree, span), True))[0]


def _within(tree: SyntaxTree, span: Span) -> Stretch:
    """A stretch of a text, read as a part of it."""
    found = [
        (start - span.start, end - span.start, pattern, name)
        for pattern, name, start, end in tree.captures(_QUERY, span)
        if start >= span.start and end <= span.end and start < end and _known(name)
    ]
    found.sort(key=lambda capture: (capture[0], -capture[1]))
    return Stretch(tree.text[span.start : span.end], tuple(_seen(found)))


def _seen(captures: Sequence[_Capture]) -> Iterator[StyledToken]:
    """What is seen of captures in order of place."""
    first = 0
    while first < len(captures):
        end, last = captures[first][1], first + 1
        while last < len(captures) and captures[last][0] < end:
            end, last = max(end, captures[last][1]), last + 1
        if last == first + 1:
            start, end, _, name = captures[first]
            if (style := style_of(name)) is not None:
                yield StyledToken(start, end, style)
        else:
            yield from _uppermost(captures[first:last])
        first = last


def _uppermost(captures: Sequence[_Capture]) -> Iterator[StyledToken]:
    """What is seen of captures that overlap; those in front are the later ones of patterns, and the inner."""
    borders = sorted({border for start, end, _, _ in captures for border in (start, end)})
    seen: list[_Capture | None] = [None] * len(borders)
    for capture in sorted(captures, key=lambda c: (c[2], c[0] - c[1])):
        for place in range(bisect_left(borders, capture[0]), bisect_left(borders, capture[1])):
            seen[place] = capture
    for shown, pieces in groupby(zip(seen, borders, borders[1:], strict=False), key=itemgetter(0)):
        style = None if shown is None else style_of(shown[3])
        if style is not None:
            places = list(pieces)
            yield StyledToken(places[0][1], places[-1][2], style)
