"""Names that are declared already where there is one declaration of each: a second one would be a mistake.

Whether there is only one, the person's texts tell: where some declare names of the kind again, as sets of
files do that are read apart, a name may be declared once more. Must not know how what is declared is found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lsp_server.names.existing import Existing
from lsp_server.names.occurrences import NO_OWNER, Name, Said, Visibility

_SEVERAL = 0.1
"""This share of a kind's names may be declared in several texts where each is meant to be declared in one. In
projects of three languages it is 0 to 0.08 of types, fragments, tables and blocks, and 0.12 of the tables of
a set of tests.
"""


def declared_already(existing: Existing, name: Name) -> bool:
    """Whether something else declares what a definition declares that is typed, and that may be done once.

    It counts what is known beyond its text, of the kinds that have to be declared, and is no member.
    """
    here, own = name.occurrence, existing.own
    if (
        own is None
        or not here.defines
        or here.hidden
        or here.visible not in (Visibility.FOLDER, Visibility.WORKSPACE)
        or existing.language.naming.declared.isdisjoint(here.spaces)
        or name.part.container(name.index) != NO_OWNER
    ):
        return False
    said = Said(here.name, here.spaces, here.qualifier, here.visible)
    inside = own.names.saying.get(here.spaces[0], {}).get(here.name, ())
    folder = existing.folder if here.visible is Visibility.FOLDER else None
    found = existing.around.texts.saying(here.spaces[0], here.visible, folder, here.name)
    places = (said in inside) + sum(1 for one in found if said in one.names.saying[here.spaces[0]][here.name])
    return places == 1 and _once_each(existing, here.spaces[0], here.visible, folder)


def _once_each(existing: Existing, space: str, visible: Visibility, folder: str | None) -> bool:
    """Whether hardly any name of a kind is declared in several texts."""
    texts = Counter(_declared(existing, space, visible, folder))
    return sum(1 for count in texts.values() if count > 1) <= _SEVERAL * len(texts)


def _declared(existing: Existing, space: str, visible: Visibility, folder: str | None) -> Iterator[Said]:
    """What each text declares of a kind, as often as there are texts that do."""
    for name, units in existing.around.texts.said(space, visible, folder):
        for unit in units:
            yield from (said for said in unit.names.saying[space][name] if said.visible is visible)
