"""How many references that name nothing are told of, and how many files as people left them.

A letter is put into a reference that names something which its project declares. What is told of the file as
it is counts as a false alarm, unless a judge says that the same names are unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from lsp_server.features.unknown_names import unknown_names
from lsp_server.lab.material.neighbours import unit_of
from lsp_server.lab.quality.names import NameJudge
from lsp_server.languages import Language
from lsp_server.languages.sources import Source
from lsp_server.names.catalogued import bundled_units
from lsp_server.names.existing import Existing, NamesAround, Own
from lsp_server.names.naming import compared
from lsp_server.names.occurrences import Name
from lsp_server.names.resolving import Resolver
from lsp_server.names.standing import Place, Unit
from lsp_server.syntax import parse

_OF_ONE_FILE = 3
_LONGEST_FILE = 60_000


@dataclass(frozen=True, slots=True)
class PlantedRow:
    """Of references of a kind, so many were `planted` that name nothing, and so many of these `told` of."""

    kind: str
    planted: int
    told: int


@dataclass(frozen=True, slots=True)
class FalseAlarm:
    """What was told of a file as it is; `right` where a judge finds each of these names unknown too."""

    name: str
    messages: tuple[str, ...]
    right: bool = False


def measure_planted(
    language: Language,
    sources: Sequence[Source],
    files: int,
    seed: int,
    progress: Callable[[int], None] = lambda done: None,
    catalogues: Sequence[Unit] = (),
    *,
    whole: bool = False,
    judge: NameJudge | None = None,
) -> tuple[list[PlantedRow], list[FalseAlarm], int]:
    """A row for each kind of names, the files of which something is told as they are, and how many there are.

    Args:
        language: of the sources.
        sources: files; those whose names begin with the same folder are of one project.
        files: of so many, drawn at random.
        seed: of the random numbers.
        progress: is told how many files are done.
        catalogues: what is known beside the files.
        whole: whether to plant only where all references of a folder name something, as in whole projects.
        judge: says of a file that is told of which names are unknown.

    """
    rng = Random(f"{seed}/planted/{language.id}")  # noqa: S311
    units = {one.name: unit_of(language, one.name, one.text) for one in sources}
    projects: dict[str, list[str]] = {}
    for name in units:
        projects.setdefault(name.partition("/")[0], []).append(name)
    counts: dict[str, list[int]] = {}
    alarms: list[FalseAlarm] = []
    drawn = [one for one in rng.sample(list(sources), len(sources)) if len(one.text) < _LONGEST_FILE][:files]
    beside = (*bundled_units(language), *catalogues)
    for done, source in enumerate(drawn, 1):
        own = units[source.name]
        others = [units[name] for name in projects[source.name.partition("/")[0]] if name != source.name]
        around = NamesAround(language, [*others, *beside])
        if wrong := _told(language, around, own, source.text):
            texts = {one.name: one.text for one in sources if one.name in {own.uri, *(u.uri for u in others)}}
            judged = None if judge is None else judge(texts, source.name)
            unknown = {start for start, _, known in judged or () if not known}
            right = unknown.issuperset(start for start, _ in wrong)
            alarms.append(FalseAlarm(source.name, tuple(message for _, message in wrong), right))
        resolver = Resolver([own, *others, *beside])
        near = [unit for unit in (own, *others) if unit.folder == own.folder]
        if whole and not _is_whole(language, near, resolver):
            progress(done)
            continue
        known = [name for name in _references(language, own) if resolver.definitions(Place(own, name))]
        for spoiled in rng.sample(known, min(_OF_ONE_FILE, len(known))):
            spoilt = _spoilt(source.text, spoiled, rng)
            if not parse(language, spoilt).sound:
                continue
            found = _told(language, around, unit_of(language, source.name, spoilt), spoilt)
            count = counts.setdefault(spoiled.occurrence.kind, [0, 0])
            count[0] += 1
            count[1] += any(start == spoiled.begin for start, _ in found)
        progress(done)
    return [PlantedRow(kind, *count) for kind, count in sorted(counts.items())], alarms, len(drawn)


def _told(language: Language, around: NamesAround, own: Unit, text: str) -> list[tuple[int, str]]:
    """Where something is told of a text, and what, as an editor shows it."""
    existing = Existing(around, own.folder, Own(language, own.names))
    found = unknown_names(existing, own.names, parse(language, text))
    return [(one.span.start, one.diagnostic.message) for one in found]


def _is_whole(language: Language, units: Sequence[Unit], resolver: Resolver) -> bool:
    """Whether all references of closed kinds name something."""
    brought = {(one.space, compared(one.name, language.naming)) for one in language.builtins}
    return all(
        resolver.definitions(Place(unit, name))
        or any((space, name.occurrence.name) in brought for space in name.occurrence.spaces)
        for unit in units
        for name in _references(language, unit)
        if set(name.occurrence.spaces) <= language.naming.closed.keys()
    )


def _references(language: Language, own: Unit) -> Iterator[Name]:
    """The references of kinds that are closed, or members."""
    naming = language.naming
    for name in own.names:
        here = name.occurrence
        told_of = set(here.spaces) <= naming.closed.keys() or here.spaces[0] in naming.members
        long_enough = name.span.end - name.begin > 1
        refers = not (here.defines or here.hidden)
        if told_of and long_enough and refers:
            yield name


def _spoilt(text: str, name: Name, rng: Random) -> str:
    """A text with one letter more in a name, not at its end, where quotes may be."""
    at = rng.randrange(name.begin, name.span.end - 1)
    while not text[at].isalpha() and at > name.begin:
        at -= 1
    return text[: at + 1] + "q" + text[at + 1 :]
