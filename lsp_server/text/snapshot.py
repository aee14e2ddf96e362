"""Immutable documents, and the edits that lead from one to the next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from lsp_server.cache import cached_property
from lsp_server.text.lines import LineIndex


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of offsets."""

    start: int
    end: int

    def __contains__(self, offset: int) -> bool:
        return self.start <= offset < self.end

    def moved(self, by: int) -> Span:
        """The same so many characters farther on."""
        return Span(self.start + by, self.end + by)


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the characters of a span by a text."""

    span: Span
    text: str


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """Apply edits one after another, each to the result of the one before."""
    for edit in edits:
        text = "".join((text[: edit.span.start], edit.text, text[edit.span.end :]))
    return text


def joined(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """As few edits that lead to the same: of those that touch what the one before wrote, each run is one."""
    found: list[Edit] = []
    for edit in edits:
        while found and (both := _both(found[-1], edit)) is not None:
            found.pop()
            edit = both
        found.append(edit)
    return tuple(found)


def _both(first: Edit, then: Edit) -> Edit | None:
    """Two edits as one; None where the second does not touch what the first wrote."""
    start, end = then.span.start - first.span.start, then.span.end - first.span.start
    size = len(first.text)
    if start > size or end < 0:
        return None
    text = first.text[: max(0, start)] + then.text + first.text[end:]
    return Edit(Span(first.span.start + min(0, start), first.span.end + max(0, end - size)), text)


def last_jump(edits: Sequence[Edit], far: int) -> int:
    """How many of some edits, each in the result of the one before, come before the last jump; 0 without one.

    A jump is where an edit is `far` characters away from all that come after it.
    """
    low, high = 0, 0
    for number in reversed(range(len(edits))):
        start, size = edits[number].span.start, len(edits[number].text)
        if number + 1 == len(edits):
            low, high = start, start + size
        if low - far > start + size or high + far < start:
            return number + 1
        low, high = min(low, start), max(high, start + size) + edits[number].span.end - start - size
    return 0


@dataclass(frozen=True)
class Snapshot:
    """One version of one document. A feature that works on a snapshot cannot see later edits."""

    uri: str
    language_id: str
    version: int
    text: str = field(repr=False)

    @cached_property
    def lines(self) -> LineIndex:
        """The line index, made on first use."""
        return LineIndex(self.text)

    def apply(self, edits: Iterable[Edit], version: int) -> Snapshot:
        """The next version, after edits that each apply to the result of the one before."""
        return Snapshot(self.uri, self.language_id, version, apply_edits(self.text, edits))
