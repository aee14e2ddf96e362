"""Reads the captures of `queries/locals.scm` into names; the only place that knows how they are called.

Must not know a language: what differs is said in the query and in `[naming]` of the manifest.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from operator import attrgetter
from typing import NamedTuple, TypeVar

from lsp_server.languages import Naming
from lsp_server.names.occurrences import Names, Occurrence, PartNames, Scope, Visibility
from lsp_server.names.regions import MemberItem, Region
from lsp_server.syntax import Match, Part, PartKey, Parts, SyntaxTree
from lsp_server.text import Span

QUERY = "locals"
_PREFIX = "local."
_DEFINITION, _REFERENCE = "local.definition", "local.reference"

_HEAD, _NEAR = 2_000, 3_000
_LONG = _HEAD + 2 * _NEAR
"""Of a part with more characters than that, these count at its beginning, and on each side of a cursor."""

NOTHING = PartNames((), (), (), {})

_BROKEN = ""
"""The kind of a part with an error in it."""

Known = Mapping[PartKey, PartNames]
"""The names of parts that were read before."""


def names_of(
    tree: SyntaxTree,
    known: Known | None = None,
    near: int | None = None,
    rest: Callable[[], None] | None = None,
) -> tuple[Names, Known]:
    """The names of a text, and what may be given for `known` with its next version.

    Those that are wanted `near` an offset are soon there: of a very long part that holds it, which would have
    to be read anew after each edit, only its beginning is read, where most is declared, and what is near. A
    part elsewhere with an error in it is taken to have the names that it had before, whatever is around it.

    Args:
        tree: of the text.
        known: what this gave for an earlier version.
        near: an offset.
        rest: is called between parts, and may take its time.

    Raises:
        BundleError: the query of the bundle is wrong.

    """
    if rest is not None:
        tree.settle(rest)
    parts, naming = tree.parts, tree.language.naming
    touched = () if near is None else _touching(parts, near)
    found: list[PartNames] = []
    kept: dict[PartKey, PartNames] = {}
    for number, element in enumerate(parts.elements):
        key = element.key or (_BROKEN, element.text)
        is_lasting = element.key is not None or (near is not None and number not in touched)
        names = kept.get(key) or (known or {}).get(key) if is_lasting else None
        if names is None and number in touched and _is_long(element.text):
            assert near is not None
            found.append(_read_near(parts[number], near - parts.starts[number], naming))
            continue
        if names is None:
            if rest is not None:
                rest()
            names = read_part(parts[number], naming)
        kept[key] = names
        found.append(names)
    return Names(tuple(parts.starts), tuple(found)), kept


def names_around(tree: SyntaxTree, offset: int, reach: int = 0) -> Names:
    """The names of the parts of a text that hold an offset, or begin or end so many characters from it."""
    span = Span(max(0, offset - reach), min(len(tree.text), offset + reach))
    parts, naming = tree.parts_touching(span), tree.language.naming
    found = (
        _read_near(part, min(max(0, offset - part.start), len(part.text)), naming)
        if _is_long(part.text)
        else read_part(part, naming)
        for part in parts
    )
    return Names(tuple(parts.starts), tuple(found))


def read_part(part: Part, naming: Naming) -> PartNames:
    """The names of one part. A definition counts before a reference, else the pattern that comes first."""
    return _read(part.matches(QUERY), part.text, naming)


def _read(matches: Iterable[Match], text: str, naming: Naming) -> PartNames:
    reader = _Reader(text, naming)
    for match in sorted(matches, key=lambda match: match.pattern):
        reader.take(match)
    return reader.result()


def is_costly_at(tree: SyntaxTree, offset: int) -> bool:
    """Whether not all parts are read for a cursor at an offset, as those with errors, and a very long one."""
    parts = tree.parts
    return not tree.sound or any(_is_long(parts.elements[at].text) for at in _touching(parts, offset))


def _touching(parts: Parts, offset: int) -> Sequence[int]:
    """The numbers of the parts that an offset is in, or at an end of."""
    behind = bisect_right(parts.starts, offset)
    return [at for at in range(max(behind - 2, 0), behind) if offset <= parts.end(at)]


def _is_long(text: str) -> bool:
    return len(text) > _LONG


def _read_near(part: Part, offset: int, naming: Naming) -> PartNames:
    """The names at the beginning of a part and near an offset in it."""
    size = len(part.text)
    spans = (Span(0, min(_HEAD, size)), Span(max(0, offset - _NEAR), min(size, offset + _NEAR)))
    found = (match for span in spans for match in part.matches(QUERY, span))
    once = {(match.pattern, match.captures): match for match in found}
    return _read(once.values(), part.text, naming)


def compared(written: str, naming: Naming) -> str:
    """A name as names are compared, from how it is written."""
    return _bare(written, naming)[0]


def written_as(name: str, naming: Naming) -> str:
    """A name as it is to be written: in quotes where a bare one would be read otherwise."""
    if naming.ignore_case and naming.quotes and name != name.lower():
        quote = naming.quotes[0]
        return quote + name.replace(quote, 2 * quote) + quote
    return name


def _bare(written: str, naming: Naming) -> tuple[str, int]:
    """A name as names are compared, and how many characters before it are no part of it."""
    for quote in naming.quotes:
        if len(written) > 2 * len(quote) and written.startswith(quote) and written.endswith(quote):
            return written[len(quote) : -len(quote)].replace(quote * 2, quote), 0
    skipped = next((len(s) for s in naming.sigils if written.startswith(s) and len(s) < len(written)), 0)
    name = written[skipped:]
    return (name.lower() if naming.ignore_case else name), skipped


class _Draft(NamedTuple):
    """A name before it is known what is around it, which `make` is told.

    One that is known `around` its innermost scope is in the scope beyond that.
    """

    defines: bool
    visible: Visibility
    around: bool
    make: Callable[..., Occurrence]


class _Reader:
    """Collects what the matches of one part say."""

    def __init__(self, text: str, naming: Naming) -> None:
        self._text = text
        self._naming = naming
        self._found: dict[Span, _Draft] = {}
        self._scopes: dict[Span, Scope] = {}
        self._regions: list[Region] = []
        self._items: dict[Span, MemberItem] = {}
        self._of_items: dict[Span, dict[Span, _Draft]] = {}
        self._exported: list[tuple[Span, str]] = []
        self._documentation: dict[Span, Span] = {}
        self._mentions: list[Span] = []
        self._fitting: dict[Span, frozenset[str]] = {}
        self._nothing: set[Span] = set()
        self._included: list[Span] = []
        self._deprecated: set[Span] = set()

    def take(self, match: Match) -> None:
        captured: dict[str, list[Span]] = {}
        for capture in match.captures:
            if capture.name.startswith(_PREFIX):
                captured.setdefault(capture.name, []).append(capture.span)
        settings = match.settings
        for span in captured.get("local.scope", ()):
            self._scopes[span] = Scope(span, frozenset(), -1)
        for span in captured.get("local.exported", ()):
            self._exported.append((span, self._read(span)[0]))
        self._mentions += captured.get("local.mentions", ())
        self._nothing.update(captured.get("local.nothing", ()))
        self._included += captured.get("local.includes", ())
        kinds = frozenset((settings.get("local.fits") or "").split())
        self._fitting.update(dict.fromkeys(captured.get("local.fitting", ()), kinds))
        self._deprecated.update(self._read(span)[1] for span in captured.get("local.deprecated", ()))
        element = next(iter(captured.get("local.element", ())), None)
        for span in captured.get("local.documentation", ()):
            if element is not None:
                self._documentation.setdefault(element, span)
        self._take_regions(captured, settings)
        self._take_items(captured, settings)
        self._take_names(captured, element, settings)

    def _take_regions(self, captured: Mapping[str, list[Span]], settings: Mapping[str, str | None]) -> None:
        space, _, name = (settings.get("local.owner") or "").partition(" ")
        for span in captured.get("local.members", ()):
            self._regions.append(
                Region(
                    span,
                    frozenset((settings.get("local.space") or "").split()),
                    _first(captured.get("local.owner")),
                    (space, name) if name else None,
                    settings.get("local.among"),
                    -1,
                    "local.listed" in settings,
                    frozenset((settings.get("local.alike") or "").split()),
                )
            )

    def _take_items(self, captured: Mapping[str, list[Span]], settings: Mapping[str, str | None]) -> None:
        """Of several matches for an item the first counts that tells what it brings."""
        for span in captured.get("local.item", ()):
            item = MemberItem(
                span,
                tuple((settings.get("local.space") or "").split()) or ("",),
                _first(captured.get("local.named")),
                "local.every" in settings,
                "local.renames" in settings,
            )
            known = self._items.get(span)
            if known is None or not (known.named or known.every):
                self._items[span] = item

    def _take_names(
        self, captured: Mapping[str, list[Span]], element: Span | None, settings: Mapping[str, str | None]
    ) -> None:
        for capture, spans in captured.items():
            base = capture.rpartition(".")[0] if capture.count(".") > 1 else capture
            if base not in (_DEFINITION, _REFERENCE):
                continue
            kind = capture.removeprefix(base).removeprefix(".") or "name"
            qualifiers = captured.get("local.qualifier")
            folder = _first(captured.get("local.folder"))
            defines = base == _DEFINITION
            item = _first(captured.get("local.item")) if defines else None
            found = self._found if item is None else self._of_items.setdefault(item, {})
            for whole in spans:
                written = self._until(whole, settings.get("local.until"))
                name, span = self._read(written)
                before = found.get(span)
                if not name or (before is not None and (before.defines or not defines)):
                    continue
                make = partial(
                    Occurrence,
                    name,
                    span,
                    kind,
                    tuple((settings.get("local.space") or kind).split()),
                    defines,
                    undeclared="local.undeclared" in settings,
                    element=element if element is not None and defines else span,
                    sigil=span.start - written.start,
                    qualifier=".".join(self._read(q)[0] for q in qualifiers) if qualifiers else None,
                    owner=None if "local.members" in captured else _first(captured.get("local.owner")),
                    type=_first(captured.get("local.type")),
                    folder=self._text[folder.start : folder.end] if folder is not None else None,
                    hidden="local.hidden" in settings,
                    fades=defines and "local.fades" in settings,
                    outside=defines and "local.outside" in settings,
                )
                found[span] = _Draft(
                    defines,
                    _visibility(settings.get("local.visible")),
                    defines and "local.around" in settings,
                    make,
                )

    def _until(self, span: Span, sign: str | None) -> Span:
        """What stands before a sign in a span, or the sign where nothing does; all where it is not there."""
        at = self._text.find(sign, span.start, span.end) if sign else -1
        return span if at < 0 else Span(span.start, max(at, span.start + len(sign or "")))

    def _read(self, span: Span) -> tuple[str, Span]:
        name, skipped = _bare(self._text[span.start : span.end], self._naming)
        return name, Span(span.start + skipped, span.end)

    def result(self) -> PartNames:
        regions = tuple(replace(region, parent=parent) for region, parent in _nested(self._regions))
        items = tuple(self._placed_items(regions))
        if not self._found:
            return NOTHING
        exports = self._exports()
        scopes = tuple(
            replace(scope, parent=parent, exports=frozenset(exports.get(scope.span, ())))
            for scope, parent in _nested(self._scopes.values())
        )
        spans = sorted(span for span in self._found if self._found[span].defines or span not in self._nothing)
        fitting = sorted(self._fitting)
        includes = self._includes(regions, spans)
        inside = zip(
            spans,
            _innermost(spans, [scope.span for scope in scopes]),
            _innermost(spans, [region.span for region in regions]),
            _innermost(spans, sorted(self._mentions)),
            _innermost(spans, fitting),
            strict=True,
        )
        placed = tuple(
            _placed(
                self._found[span],
                scopes[scope].parent if scope >= 0 and self._found[span].around else scope,
                region,
                mentioned=mention >= 0,
                deprecated=span in self._deprecated,
                includes=tuple(includes.get(span, ())),
                fits=self._fitting[fitting[fit]] if fit >= 0 else frozenset(),
            )
            for span, scope, region, mention, fit in inside
        )
        return PartNames(placed, scopes, regions, self._documentation, items)

    def _includes(self, regions: Sequence[Region], names: Sequence[Span]) -> Mapping[Span, Sequence[Span]]:
        """By definition, what it includes: what stands in a region, the innermost, whose owner it is."""
        included = sorted(self._included)
        found: dict[Span, list[Span]] = {}
        for span, number in zip(included, _innermost(included, [one.span for one in regions]), strict=True):
            while number >= 0:
                owner = regions[number].owner or Span(0, 0)
                at = bisect_left(names, owner.end, key=attrgetter("start")) - 1
                if at >= 0 and names[at].start >= owner.start and self._found[names[at]].defines:
                    found.setdefault(names[at], []).append(span)
                    break
                number = regions[number].parent
        return found

    def _placed_items(self, regions: Sequence[Region]) -> Iterator[MemberItem]:
        """The items that belong to a region; what they define is found then."""
        spans = sorted(self._items)
        inside = _innermost(spans, [region.span for region in regions])
        for span, innermost in zip(spans, inside, strict=True):
            item, number = self._items[span], innermost
            while number >= 0 and item.spaces[0] not in regions[number].spaces:
                number = regions[number].parent
            if number >= 0 and regions[number].listed:
                self._found.update(self._of_items.get(span, {}))
                yield replace(item, region=number, inside=innermost)

    def _exports(self) -> Mapping[Span, set[str]]:
        """The names that are exported from each scope: from the innermost around what exports them."""
        scopes = sorted(self._scopes, key=lambda scope: (scope.start, -scope.end))
        exported = sorted(self._exported)
        found: dict[Span, set[str]] = {}
        for (_, name), index in zip(
            exported, _innermost([span for span, _ in exported], scopes), strict=True
        ):
            if index >= 0:
                found.setdefault(scopes[index], set()).add(name)
        return found


def _placed(
    draft: _Draft, scope: int, region: int, **more: bool | frozenset[str] | tuple[Span, ...]
) -> Occurrence:
    """A name with what is around it. What no scope holds is known in the file."""
    visible = Visibility.FILE if scope < 0 and draft.visible is Visibility.SCOPE else draft.visible
    return draft.make(visible=visible, scope=scope, region=region, **more)


def _first(spans: Sequence[Span] | None) -> Span | None:
    return spans[0] if spans else None


def _visibility(setting: str | None) -> Visibility:
    try:
        return Visibility(setting or Visibility.SCOPE)
    except ValueError:
        return Visibility.SCOPE


_Spanned = TypeVar("_Spanned", Scope, Region)


def _nested(items: Iterable[_Spanned]) -> Iterator[tuple[_Spanned, int]]:
    """The items in order, an outer one before those in it, each with the index of the one around it or -1."""
    ordered = sorted(items, key=lambda item: (item.span.start, -item.span.end))
    spans = list(map(attrgetter("span"), ordered))
    around: list[int] = []
    for index, item in enumerate(ordered):
        while around and spans[around[-1]].end < item.span.end:
            around.pop()
        yield item, around[-1] if around else -1
        around.append(index)


def _innermost(spans: Sequence[Span], around: Sequence[Span]) -> Iterator[int]:
    """For each span, the index of the smallest of those around it, or -1; both are in order of place."""
    opened: list[int] = []
    following = 0
    for span in spans:
        while following < len(around) and around[following].start <= span.start:
            while opened and around[opened[-1]].end <= around[following].start:
                opened.pop()
            opened.append(following)
            following += 1
        while opened and around[opened[-1]].end < span.end:
            opened.pop()
        yield opened[-1] if opened else -1
