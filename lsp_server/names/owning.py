"""What owns members, and which it has: values that say how a name is a member of something."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from lsp_server.names.occurrences import MemberPath
from lsp_server.names.standing import Place


@dataclass(frozen=True, slots=True)
class Owners:
    """What a name may be a member of: by paths to what declares its members itself, and definitions whose
    members are `listed`. It is `partial` where it has those too of something that is declared nowhere.
    """

    paths: frozenset[MemberPath] = frozenset()
    listed: frozenset[Place] = frozenset()
    partial: bool = False

    def __or__(self, other: Owners) -> Owners:
        return Owners(self.paths | other.paths, self.listed | other.listed, self.partial or other.partial)


NOBODY = Owners()


@dataclass(frozen=True, slots=True)
class Brought:
    """The members that one item brings: `single` where it is one, `sure` where there are no others."""

    members: tuple[Place, ...] = ()
    single: bool = False
    sure: bool = False


UNSURE = Brought()


def joined(owners: Iterable[Owners]) -> Owners:
    """Several as one."""
    return reduce(or_, owners, NOBODY)


def renamed(listed: Sequence[Brought], names: Sequence[Brought]) -> Iterator[Brought]:
    """What items bring where the first of them get other names. Behind one that brings all members of
    something it is not known which these are.
    """
    yield from names
    several = False
    for number, one in enumerate(listed):
        several |= not one.single
        if several or number >= len(names):
            yield one
