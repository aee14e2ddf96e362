"""What is found of a grammar, as plain data, and the words in which everybody tells it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from lsp_server.text import Span


class Severity(StrEnum):
    """How much it matters: an error stops, a warning costs something, notes and hints are good to know."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    HINT = "hint"


class FindingKind(StrEnum):
    """What is found."""

    REFUSED = "refused"
    UNSUPPORTED = "unsupported"
    UNFINISHED = "unfinished"
    GENERAL = "general"
    UNREAD = "unread"
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
    BUILTIN = "builtin"
    SNIPPET = "snippet"

    @property
    def code(self) -> str:
        """Its name in kebab-case."""
        return self.replace(" ", "-")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something found.

    Attributes:
        kind: what it is.
        severity: how much it matters.
        message: what is found, in one line.
        remedy: what its author can do; "" where that goes without saying.
        name: the rule or terminal, "" where it is about none.
        span: its place in the text of the grammar; None where it is about no place, or one in another file.
        line: its line, from 1.
        path: its file.
        examples: texts that show it, each in one line, marked with what is meant.

    """

    kind: FindingKind
    severity: Severity
    message: str
    remedy: str
    name: str = ""
    span: Span | None = None
    line: int | None = None
    path: str = ""
    examples: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """Message and remedy, in one line."""
        return f"{self.message} ({self.remedy})" if self.remedy else self.message

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.path, self.line) if part)
        return f"{place}: {self.severity}: {self.told}" if place else f"{self.severity}: {self.told}"

    def rows(self) -> Iterator[str]:
        """The finding and its examples, each in a line."""
        yield str(self)
        yield from (f"    {example}" for example in self.examples)

    def as_data(self) -> dict[str, object]:
        """What goes into JSON."""
        return dataclasses.asdict(self)


_RANK = {severity: number for number, severity in enumerate(Severity)}


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Errors first, then by place."""
    return tuple(sorted(findings, key=_order))


def _order(found: Finding) -> tuple[int, int, int, str]:
    return _RANK[found.severity], found.line or 0, found.span.start if found.span else 0, found.message


def is_refused(findings: Iterable[Finding]) -> bool:
    """Whether a grammar cannot be used as it is."""
    return any(found.severity is Severity.ERROR for found in findings)


def only_conflicts(findings: Iterable[Finding]) -> bool:
    """Whether a grammar cannot be used as it is, and all that is wrong with it is that it is not LALR(1)."""
    errors = [found.kind for found in findings if found.severity is Severity.ERROR]
    return bool(errors) and all(kind is FindingKind.CONFLICT for kind in errors)


def read_generally(findings: Iterable[Finding]) -> Finding:
    """That a grammar with conflicts is read with all ways at once, in the words of the first of them."""
    first = next(found for found in findings if found.kind is FindingKind.CONFLICT)
    return dataclasses.replace(
        first,
        kind=FindingKind.GENERAL,
        severity=Severity.WARNING,
        message=f"the grammar is not LALR(1) ({first.message.removeprefix('not LALR(1): ')}): it is "
        "read as Lark's Earley parser does, which is slower in long files",
        remedy="do nothing, or have it rewritten with --fix",
        examples=(),
    )


def only_lalr(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """What is found of a grammar that has to be LALR(1) and is not; its conflicts in one line."""
    found = list(findings)
    errors = [one for one in found if one.severity is Severity.ERROR]
    more = f", and {len(errors) - 1} more" if len(errors) > 1 else ""
    first = dataclasses.replace(
        errors[0],
        message=f"{errors[0].message}{more}",
        remedy="leave out --parser lalr, so that it is read as Lark's Earley parser does; "
        "or have it rewritten with --fix",
        examples=(),
    )
    return (first, *(one for one in found if one.severity is not Severity.ERROR))
