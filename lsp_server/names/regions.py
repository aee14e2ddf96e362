"""Where names are members of something, and what tells the members that something has: plain data."""

from __future__ import annotations

from dataclasses import dataclass

from lsp_server.text import Span


@dataclass(frozen=True, slots=True)
class Region:
    """Where names of some spaces are members of something.

    That is what `owner` names; where it names nothing, `otherwise`, which is a space and a name. With `among`
    it is whatever the region refers to in that space before all others. Where it is `listed`, its items tell
    what members the owner has. Names of the spaces `alike` are of the type of the owner there.
    """

    span: Span
    spaces: frozenset[str]
    owner: Span | None
    otherwise: tuple[str, str] | None
    among: str | None
    parent: int
    listed: bool = False
    alike: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class MemberItem:
    """One of those that tell which members something has, as what a view selects tells its columns.

    Attributes:
        span: all of it.
        spaces: where the names live that it may bring; the first tells to which region it belongs.
        named: holds the name that it brings; None if that is not told.
        every: whether it brings all members of what is named instead; where nothing is, of what the region
            around it is `among`.
        renames: whether it is the name of another item, in order.
        region: index of the region whose owner it belongs to.
        inside: index of the innermost region around it.

    """

    span: Span
    spaces: tuple[str, ...]
    named: Span | None = None
    every: bool = False
    renames: bool = False
    region: int = -1
    inside: int = -1
