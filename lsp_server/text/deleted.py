"""What was just taken away from a text, as the edits tell it."""

from __future__ import annotations

from dataclasses import dataclass

from lsp_server.text.snapshot import Edit

_MOST = 1_000
"""Of more characters that were deleted it is not asked whether they come back."""


@dataclass(frozen=True, slots=True)
class Deleted:
    """What the last edits took away at an offset, where nothing was typed since."""

    offset: int = -1
    text: str = ""

    def after(self, edit: Edit, text: str) -> Deleted:
        """The same after one more edit of a text: to delete on, in either direction, adds to it."""
        span, lost = edit.span, text[edit.span.start : edit.span.end]
        if edit.text or not lost or len(lost) > _MOST:
            return Deleted()
        if span.end == self.offset:
            return Deleted(span.start, (lost + self.text)[:_MOST])
        if span.start == self.offset:
            return Deleted(span.start, (self.text + lost)[:_MOST])
        return Deleted(span.start, lost)

    def at(self, offset: int) -> str:
        """What was deleted at an offset."""
        return self.text if offset == self.offset else ""


def put_back(deleted: str, typed: str) -> int | None:
    """Where in a text that is typed what was deleted ends, or its first line; None where it is not put back.

    To go on to a longer word puts nothing back.
    """
    lost = next((line.strip() for line in deleted.split("\n") if line.strip()), "")
    end = len(typed) - len(typed.lstrip()) + len(lost)
    if not lost or not typed.lstrip().startswith(lost):
        return None
    longer = typed[end : end + 1].isalnum() and lost[-1].isalnum()
    return None if longer else end
