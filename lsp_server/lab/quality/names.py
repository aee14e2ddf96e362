"""How many references in suggestions name something that exists, in whole projects, beside the authors' own
text.

Each cursor is in a reference of a real file, with none to two of its letters left and the rest of its line
taken out. All files of its project are known, as a server knows them. Who judges is told by a function; the
default, `by_queries`, asks what the product itself asks, so that another one says more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import PurePosixPath
from random import Random

from lsp_server.errors import UsageError
from lsp_server.lab.figures import nearest_rank
from lsp_server.lab.material.cuts import Cut
from lsp_server.lab.material.neighbours import Known, neighbours, unit_of
from lsp_server.lab.quality.fillers import Answer, Filler
from lsp_server.lab.quality.scores import score
from lsp_server.languages import Language
from lsp_server.languages.sources import Source
from lsp_server.names.existing import Existing, NamesAround, Own
from lsp_server.names.naming import compared, names_of
from lsp_server.names.places import places_of
from lsp_server.names.resolving import Resolver
from lsp_server.names.standing import Place, Unit
from lsp_server.names.strictness import Strictness
from lsp_server.syntax import parse

_OF_ONE_FILE = 4
_MOST_TYPED = 2
_LONGEST_FILE = 60_000

Reference = tuple[int, int, bool]
"""Where a reference begins and ends, and whether what it names exists."""

NameJudge = Callable[[Mapping[str, str], str], Iterable[Reference] | None]
"""From the texts of a project and the name of one to the references in that; None where it cannot be told."""


@dataclass(frozen=True, slots=True)
class ReferenceCursor:
    """A place in a reference of a file: `project` holds all texts, by name, `word` is where the name
    begins.
    """

    name: str
    project: Mapping[str, str] = field(repr=False)
    word: int
    cut: Cut

    def judged(self, judge: NameJudge, text: str) -> list[Reference] | None:
        """The references that touch what a text puts in at the cursor; None where that cannot be judged."""
        cut = self.cut
        whole = cut.original[: cut.start] + text + cut.original[cut.end :]
        found = judge({**self.project, self.name: whole}, self.name)
        end = cut.start + len(text)
        return None if found is None else [one for one in found if one[1] > self.word and one[0] < end]


@dataclass(frozen=True, slots=True)
class NamesRow:
    """What was counted of one way to suggest, or of the authors' own text.

    In `answered` of all `cursors` something was suggested; the judge could read `judged` of these texts.
    They hold so many `references`, `resolved` of which name something. `line` and `word` count what is
    right to the end of the line, and the name at the cursor. Times are in milliseconds of the processor.
    """

    by: str
    cursors: int
    answered: int
    judged: int
    references: int
    resolved: int
    line: int
    word: int
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class Told:
    """What was suggested at a cursor, and the references in it; None of nothing, or where nobody can tell."""

    by: str
    cursor: ReferenceCursor
    answer: Answer
    references: Sequence[Reference] | None

    @property
    def unknown(self) -> tuple[str, ...]:
        """The references that name nothing."""
        whole = self.cursor.cut.original[: self.cursor.cut.start] + self.answer.text
        return tuple(whole[start:end] for start, end, known in self.references or () if not known)


def draw(
    language: Language,
    sources: Sequence[Source],
    *,
    cursors: int,
    seed: int,
    kinds: Iterable[str] = (),
    anywhere: bool = False,
) -> list[ReferenceCursor]:
    """Cursors in references of some kinds (spaces), by default those that the bundle says are closed.

    Those `anywhere` are in any word.

    Raises:
        UsageError: there is no such reference.

    """
    wanted = frozenset(kinds) or language.naming.members.union(language.naming.closed)
    rng = Random(f"{seed}/names/{language.id}")  # noqa: S311
    projects: dict[str, dict[str, str]] = {}
    for source in sources:
        projects.setdefault(source.name.partition("/")[0], {})[source.name] = source.text
    found: list[ReferenceCursor] = []
    for source in rng.sample(sources, len(sources)):
        if len(found) >= cursors:
            break
        if len(source.text) < _LONGEST_FILE:
            spots = list(_words(language, source.text) if anywhere else _spots(language, source.text, wanted))
            for start, length in rng.sample(spots, min(_OF_ONE_FILE, len(spots))):
                end = source.text.find("\n", start)
                typed = start + rng.randint(0, min(_MOST_TYPED, length - 1))
                cut = Cut(source.text, typed, end if end >= 0 else len(source.text))
                found.append(
                    ReferenceCursor(source.name, projects[source.name.partition("/")[0]], start, cut)
                )
    if not found:
        raise UsageError(
            f"no {language.name} file has a reference of the kinds {' '.join(sorted(wanted)) or '(none)'}",
            remedy="say which by --kind, or which are closed in language.toml",
        )
    return found[:cursors]


def _spots(language: Language, text: str, wanted: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Where references of some spaces begin, and how long they are."""
    for name in names_of(parse(language, text))[0]:
        here = name.occurrence
        if (
            not (here.defines or here.hidden)
            and wanted.intersection(here.spaces)
            and name.span.end > name.begin
        ):
            yield name.begin, name.span.end - name.begin


def _words(language: Language, text: str) -> Iterator[tuple[int, int]]:
    """Where words begin, and how long they are."""
    return ((match.start(), len(match[0])) for match in re.finditer(language.word, text))


def of_declared(cursors: Iterable[ReferenceCursor], judge: NameJudge) -> list[ReferenceCursor]:
    """The cursors at which all that the authors refer to in the rest of the line exists."""
    found = ((cursor, cursor.judged(judge, cursor.cut.removed)) for cursor in cursors)
    return [cursor for cursor, judged in found if judged and all(known for _, _, known in judged)]


def by_queries(language: Language) -> NameJudge:
    """The judge that asks the bundle's query, and looks names up as the product does for definitions."""
    unit = cache(partial(unit_of, language))

    def judge(texts: Mapping[str, str], name: str) -> list[Reference]:
        units = {one: unit(one, text) for one, text in texts.items()}
        resolver, own = Resolver(tuple(units.values())), units[name]
        found = []
        for one in own.names:
            here = one.occurrence
            if not (here.defines or here.hidden) and set(here.spaces) <= language.naming.closed.keys():
                builtin = any(b.name == here.name and b.space in here.spaces for b in language.builtins)
                known = builtin or bool(resolver.definitions(Place(own, one)))
                found.append((one.begin, one.span.end, known))
        return found

    return judge


def measure(
    language: Language,
    cursors: Sequence[ReferenceCursor],
    fill: Filler,
    ways: Sequence[Strictness],
    judge: NameJudge,
    progress: Callable[[int], None] = lambda done: None,
) -> tuple[list[NamesRow], list[Told]]:
    """A row for each strictness about names, and one for the authors; and what each suggested."""
    told: list[Told] = []
    arounds: dict[str, NamesAround] = {}
    beside = {
        project: neighbours(language, [Source(*item) for item in texts.items()])
        for project, texts in {cursor.name.partition("/")[0]: cursor.project for cursor in cursors}.items()
    }
    unit = cache(partial(unit_of, language))
    for done, cursor in enumerate(cursors, 1):
        if cursor.name not in arounds:
            others = tuple(unit(*item) for item in cursor.project.items() if item[0] != cursor.name)
            arounds = {cursor.name: _known(language, others, cursor.name)}
        cut, texts = cursor.cut, beside[cursor.name.partition("/")[0]](cursor.name)
        unit_here = unit(cursor.name, cut.text)
        own = Own(language, unit_here.names)
        unreachable = tuple(own.unreachable(cut.start))
        answers = {}
        for way in ways:
            begun = compared(cut.text[cursor.word : cut.start], language.naming)
            around = arounds[cursor.name]
            existing = Existing(around, unit_here.folder, own, way, begun, unreachable=unreachable)
            known = Known(texts, None if way is Strictness.OFF else existing)
            answers[str(way)] = fill(language, replace(cut, known=known))
        answers["the authors"] = Answer(cut.removed)
        for by, answer in answers.items():
            judged = cursor.judged(judge, answer.text) if answer.text else None
            told.append(Told(by, cursor, answer, judged))
        progress(done)
    names = (*map(str, ways), "the authors")
    return [_row(language, by, [one for one in told if one.by == by]) for by in names], told


def _known(language: Language, others: Sequence[Unit], name: str) -> NamesAround:
    """What other texts say, worked out before anything is measured, as in a server."""
    around, folder = NamesAround(language, others), str(PurePosixPath(name).parent)
    for use in places_of(language).uses.values():
        if use is not None and language.naming.closed.keys() >= set(use.spaces):
            around.references(use.spaces, None)
            around.references(use.spaces, folder)
    return around


def _row(language: Language, by: str, told: Sequence[Told]) -> NamesRow:
    """What one way to suggest came to."""
    times = sorted(one.answer.ms for one in told)
    answered = [one for one in told if one.answer.text]
    judged = [one.references for one in answered if one.references is not None]
    found = [known for references in judged for _, _, known in references]
    right = (score(language, one.cursor.cut, one.answer.text).line for one in answered)
    words = (
        (_word(language, one.cursor, text) for text in (one.answer.text, one.cursor.cut.removed))
        for one in answered
    )
    return NamesRow(
        by,
        len(told),
        len(answered),
        len(judged),
        len(found),
        sum(found),
        sum(right),
        sum(one == other for one, other in words),
        nearest_rank(times, 50),
        nearest_rank(times, 95),
    )


def _word(language: Language, cursor: ReferenceCursor, text: str) -> str:
    """The name at the cursor, once a text is put in."""
    whole = cursor.cut.original[: cursor.cut.start] + text
    found = re.compile(rf"\W?(?:{language.word})").match(whole, cursor.word)
    return found[0] if found else ""
