"""Takes the top-level elements that an edit left alone over from the tree before.

To ask a tree for thousands of them takes longer than anything else that follows a key.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import takewhile

from lsp_server.languages import Language
from lsp_server.syntax.parser import Change, Member, Parsed
from lsp_server.syntax.parts import Parts, element_of


@dataclass(frozen=True, slots=True)
class Earlier:
    """The parts of an earlier version, and all that has changed since then."""

    parts: Parts
    change: Change

    def parts_of(self, language: Language, parsed: Parsed) -> Parts | None:
        """The parts of a later version; None if something else has changed after all.

        The last one before the change and the first one behind it are looked at once more.
        """
        change, parts = self.change, self.parts
        first = max(bisect_left(range(len(parts)), change.start, key=parts.end) - 1, 0)
        rest = bisect_right(parts.starts, change.old_end)
        moved = change.new_end - change.old_end
        begin = parsed.byte_at(parts.starts[first]) if first else 0
        stop = parsed.byte_at(parts.starts[rest] + moved) if rest < len(parts) else parsed.size + 1
        fresh = list(takewhile(lambda one: one.start < stop, parsed.members.since(begin)))
        if first and not (fresh and _alike(parsed, fresh[0], parts, first, 0)):
            return None
        behind = next(parsed.members.since(stop), None)
        if rest < len(parts) and not (behind and _alike(parsed, behind, parts, rest, moved)):
            return None
        left = len(parts) - rest
        return Parts(
            language,
            parsed,
            (
                *parts.starts[:first],
                *(parsed.offset_at(member.start) for member in fresh),
                *(start + moved for start in parts.starts[rest:]),
            ),
            (
                *parts.elements[:first],
                *(element_of(parsed, member) for member in fresh),
                *parts.elements[rest:],
            ),
            [*[None] * first, *fresh, *[None] * left],
        )


def _alike(parsed: Parsed, member: Member, parts: Parts, number: int, moved: int) -> bool:
    """Whether a member is what a part was, which has moved since then."""
    at, key = parsed.offset_at(member.start), parts.elements[number].key
    return at == parts.starts[number] + moved and element_of(parsed, member).key == key
