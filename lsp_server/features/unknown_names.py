"""References that name nothing, where the bundle and the person's other names tell that all are declared."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from lsp_server.features.diagnostics import MOST, Diagnostic
from lsp_server.features.fixes import Fix
from lsp_server.inspection import Severity
from lsp_server.names.existing import Existing
from lsp_server.names.members import unknown_members
from lsp_server.names.occurrences import Name, Names
from lsp_server.names.places import Use
from lsp_server.text import Edit, Span

CODE = "unknown-name"
_NEAR, _OFFERED = 0.6, 3


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


def unknown_names(existing: Existing, names: Names) -> tuple[Unknown, ...]:
    """The references of a text that name nothing; none where that is not sure.

    Args:
        existing: the names that exist for it.
        names: the names in it, as it is.

    """
    closed = ((name, known) for name in names if (known := _known(existing, name)) is not None)
    missing = [(name, known) for name, known in closed if name.occurrence.name not in known]
    missing += unknown_members(existing, names)
    missing.sort(key=lambda pair: pair[0].begin)
    return tuple(_unknown(name, known) for name, known in missing[:MOST])


def _unknown(name: Name, known: frozenset[str]) -> Unknown:
    here = name.occurrence
    alike = difflib.get_close_matches(here.name, sorted(known), _OFFERED, _NEAR)
    return Unknown(name.span, here.name, here.kind, tuple(alike))


def _known(existing: Existing, name: Name) -> frozenset[str] | None:
    """The names that a reference may be written as; None for a definition, and where that is not sure."""
    here = name.occurrence
    if (
        here.defines
        or here.hidden
        or not existing.is_closed(here.spaces)
        or not existing.is_sure(here.spaces)
    ):
        return None
    return existing.allowed(Use(here.spaces), here.qualifier)
