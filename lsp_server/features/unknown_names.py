"""References that name nothing, where the bundle and the person's other names tell that all are declared."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from lsp_server.features.diagnostics import MOST, Diagnostic
from lsp_server.features.fixes import Fix
from lsp_server.inspection import Severity
from lsp_server.names.catalogued import catalogues_in
from lsp_server.names.existing import Existing
from lsp_server.names.members import unknown_members
from lsp_server.names.occurrences import Name, Names, Visibility
from lsp_server.names.places import Use
from lsp_server.names.seen import builtin_names
from lsp_server.syntax import SyntaxTree
from lsp_server.text import Edit, Span

CODE = "unknown-name"
_NEAR, _OFFERED = 0.6, 3

_LONG = 5
"""A shorter name may be another one by chance."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A reference that names nothing, and the names like it, the likest first."""

    span: Span
    name: str
    kind: str
    alike: tuple[str, ...]

    @property
    def diagnostic(self) -> Diagnostic:
        """What is told of it."""
        hint = f"; did you mean '{self.alike[0]}'?" if self.alike else ""
        message = f"no {self.kind} '{self.name}' is declared{hint}"
        return Diagnostic(self.span, message, CODE, severity=Severity.WARNING)


def renamings(unknown: Iterable[Unknown], span: Span) -> tuple[Fix, ...]:
    """The fixes of those that touch a span: names that may be meant, the likest first."""
    return tuple(
        Fix(f"Replace '{one.name}' by '{name}'", Edit(one.span, name), one.diagnostic, preferred=not number)
        for one in unknown
        if one.span.start <= span.end and span.start <= one.span.end
        for number, name in enumerate(one.alike)
    )


def declarations(
    existing: Existing, names: Names, text: str, unknown: Iterable[Unknown], span: Span
) -> tuple[Fix, ...]:
    """The fixes that declare what touches a span, where the bundle says how: below what is declared like it.

    Where nothing is, what has to be declared in each text comes first in it, and all else last.
    """
    naming = existing.language.naming
    found = []
    for one in unknown:
        pattern = naming.declare.get(one.kind)
        if pattern is not None and one.span.start <= span.end and span.start <= one.span.end:
            type_ = _type_of(existing, one.name)
            if "{type}" not in pattern or type_:
                written = pattern.replace("{name}", one.name).replace("{type}", type_)
                edit = _below(names, text, one.kind, written, first=naming.closed.get(one.kind) == "file")
                found.append(Fix(f"Declare {one.kind} '{one.name}'", edit, one.diagnostic, preferred=False))
    return tuple(found)


def _type_of(existing: Existing, name: str) -> str:
    """The type of what a catalogue has of a name, and that is a member of nothing."""
    found = (
        symbol.type
        for names in catalogues_in(existing.around.texts)
        for symbol in names.symbols
        if symbol.name == name and symbol.type
    )
    return next(found, "")


def _below(names: Names, text: str, kind: str, written: str, *, first: bool) -> Edit:
    """Put a declaration below the last one of its kind."""
    ends = [one.element.end for one in names if one.occurrence.defines and one.occurrence.kind == kind]
    if ends:
        return Edit(Span(ends[-1], ends[-1]), f"\n{written}")
    if first:
        return Edit(Span(0, 0), f"{written}\n")
    gap = "\n" if text.endswith("\n") else "\n\n"
    return Edit(Span(len(text), len(text)), f"{gap}{written}\n")


def unknown_names(existing: Existing, names: Names, tree: SyntaxTree | None = None) -> tuple[Unknown, ...]:
    """The references of a text that name nothing; where that is not sure, those that are slips.

    What stands in damaged text may be no reference, and what is declared there may be none to the query. So
    no word of such text is told of. Nor is a name that several texts miss: something else brings it.

    Args:
        existing: the names that exist for it.
        names: the names in it, as it is.
        tree: that of the text; without one it is taken to be sound.

    """
    damage = [] if tree is None or tree.sound else [one.span for one in tree.damage]
    damaged = "\n".join(tree.text[span.start : span.end] for span in damage) if tree is not None else ""
    closed = ((name, known) for name in names if (known := _known(existing, name)) is not None)
    missing = [(name, known) for name, known in closed if name.occurrence.name not in known]
    found = [(name, known, existing.is_sure(name.occurrence.spaces)) for name, known in missing]
    found += [(name, known, True) for name, known in unknown_members(existing, names)]
    found = [one for one in found if one[0].occurrence.name not in damaged]
    found = [one for one in found if not existing.is_missed_elsewhere(one[0].occurrence)]
    found.sort(key=lambda one: one[0].begin)
    partly = existing.language.naming.untold
    brought = frozenset[str]().union(*(builtin_names(existing.language, space) for space in partly))
    # To find the names that are alike takes its time, and few that are not sure are slips of any.
    told = (
        (_unknown(name, known), sure)
        for name, known, sure in found
        if sure or any(_is_slip(name.occurrence.name, other, brought) for other in known)
    )
    slips = (one for one, sure in told if sure or (one.alike and _is_slip(one.name, one.alike[0], brought)))
    return tuple(islice(slips, MOST))


def _is_slip(name: str, other: str, brought: frozenset[str]) -> bool:
    """Whether a name is another one, but for a letter that is wrong, lacks or is too many, or for two that
    are swapped. The last letter, and digits, may tell two names apart; of names that the language has
    `brought`, of which not all may be known, any letter may: `getmetatable` and `setmetatable`.
    """
    if len(name) < _LONG or abs(len(name) - len(other)) > 1:
        return False
    shorter, longer = sorted((name.lower(), other.lower()), key=len)
    places = [place for place, (one, two) in enumerate(zip(shorter, longer, strict=False)) if one != two]
    if not places:
        return False
    first, last = places[0], places[-1]
    if len(shorter) < len(longer):
        return shorter[first:] == longer[first + 1 :] and not longer[first].isdecimal()
    swapped = last == first + 1 and shorter[first] == longer[last] and shorter[last] == longer[first]
    wrong = first == last < len(longer) - 1 and other not in brought
    return swapped or (wrong and not (shorter[first] + longer[first]).isdecimal())


def _unknown(name: Name, known: frozenset[str]) -> Unknown:
    here = name.occurrence
    alike = difflib.get_close_matches(here.name, sorted(known), _OFFERED, _NEAR)
    return Unknown(name.span, here.name, here.kind, tuple(alike))


def _known(existing: Existing, name: Name) -> frozenset[str] | None:
    """The names that a reference may be written as; None for a definition, and where that is not sure."""
    here = name.occurrence
    if here.defines or here.hidden or not existing.is_closed(here.spaces):
        return None
    closed = existing.language.naming.closed
    if here.scope < 0 and all(closed[space] == Visibility.SCOPE for space in here.spaces):
        return None  # Who uses this text declares it, as an operation does the variables of its fragments.
    return existing.allowed(Use(here.spaces), here.qualifier)
