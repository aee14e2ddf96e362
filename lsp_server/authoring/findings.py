"""What there is to say of a grammar, as plain data: what is found, where, and what its author can do.

`find` looks at a grammar from all sides; who shows what it finds, and how, is not known here.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much it matters: an error stops, a warning costs something, a note is good to know."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Kind(StrEnum):
    """What is found."""

    REFUSED = "refused"
    UNSUPPORTED = "unsupported"
    UNUSED = "unused"
    BARREN = "barren"
    CONFLICT = "conflict"
    EMPTY_ELEMENT = "empty element"
    RIGHT_RECURSION = "right recursion"
    NOT_FLAT = "not flat"
    SHADOWED = "shadowed"
    GREEDY = "greedy"
    NO_BLANKS = "no blanks"
    WORDS = "words"
    EXAMPLE = "example"
    START = "start"
    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something found. `name` is the rule or terminal, "" where it is about none; lines count from 1.

    `examples` are texts that show it, marked with what is meant.
    """

    kind: Kind
    severity: Severity
    message: str
    remedy: str
    name: str = ""
    line: int | None = None
    path: str = ""
    examples: tuple[str, ...] = ()

    def __str__(self) -> str:
        place = (
            f"{self.path}:{self.line}: " if self.path and self.line else f"{self.path}: " if self.path else ""
        )
        return f"{place}{self.severity}: {self.message} ({self.remedy})"

    def as_data(self) -> dict[str, object]:
        """What goes into JSON."""
        return dataclasses.asdict(self)


_RANK = {severity: number for number, severity in enumerate(Severity)}


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Errors first, then by place."""
    return tuple(sorted(findings, key=lambda found: (_RANK[found.severity], found.line or 0, found.message)))


def is_refused(findings: Iterable[Finding]) -> bool:
    """Whether a grammar cannot be used as it is."""
    return any(found.severity is Severity.ERROR for found in findings)
