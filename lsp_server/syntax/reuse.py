"""Takes the top-level elements that an edit left alone over from the tree before.

To ask a tree for thousands of them takes longer than anything else that follows a key.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from lsp_server.languages import Language
from lsp_server.syntax.parser import Change, Parsed
from lsp_server.syntax.parts import Part, part_of


@dataclass(frozen=True, slots=True)
class Earlier:
    """The parts of an earlier version, and all that has changed since then."""

    parts: Sequence[Part]
    change: Change

    def parts_of(self, language: Language, parsed: Parsed) -> tuple[Part, ...] | None:
        """The parts of a later version; None if something else has changed after all.

        The last one before the change and the first one behind it are looked at once more.
        """
        change, parts = self.change, self.parts
        first = max(bisect_left(parts, change.start, key=_end) - 1, 0)
        rest = parts[bisect_right(parts, change.old_end, key=_start) :]
        moved = change.new_end - change.old_end
        begin = parsed.byte_at(parts[first].start) if first else 0
        stop = parsed.byte_at(rest[0].start + moved) if rest else parsed.size
        members = parsed.members.since(begin)
        fresh = [part_of(language, parsed, one) for one in takewhile(lambda one: one.start < stop, members)]
        if first and not (fresh and _alike(fresh[0], parts[first])):
            return None
        behind = tuple(part.taken_over(parsed, moved) for part in rest)
        following = next(parsed.members.since(stop), None)
        if behind and not (following and _alike(part_of(language, parsed, following), behind[0])):
            return None
        return *(part.taken_over(parsed, 0) for part in parts[:first]), *fresh, *behind


def _alike(one: Part, other: Part) -> bool:
    return (one.start, one.key) == (other.start, other.key)


def _start(part: Part) -> int:
    return part.start


def _end(part: Part) -> int:
    return part.end
