"""What is known beside a file while it is completed: the same as a server knows that has read its project."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath

from lsp_server.features.project import Project
from lsp_server.languages import Language
from lsp_server.languages.sources import Source
from lsp_server.names.catalogued import bundled_units
from lsp_server.names.existing import Existing, NamesAround
from lsp_server.names.naming import names_of
from lsp_server.names.standing import Unit
from lsp_server.retrieval import LookedUp, Question, look_up
from lsp_server.retrieval import around as texts_around
from lsp_server.syntax import parse

Beside = Callable[[str], Sequence[str]]
"""From the name of a file to the texts of which parts may stand in it again."""


def nothing(name: str) -> tuple[str, ...]:
    """No text, whatever the file."""
    return ()


def neighbours(language: Language, project: Sequence[Source] = ()) -> Beside:
    """What may stand again in the files of a project, each known by its name (see `corpus.Source`)."""
    texts = [(PurePosixPath(source.name), source.text) for source in project]

    @cache
    def beside(name: str) -> tuple[str, ...]:
        return texts_around(language, PurePosixPath(name), texts)

    return beside


@dataclass(frozen=True, slots=True)
class Known:
    """What is known at a cursor beside its file: the texts of which parts may stand there again (None: not
    even those of the file), the names that exist, and what was looked up.
    """

    beside: Sequence[str] | None = field(default=(), repr=False)
    names: Existing | None = field(default=None, repr=False)
    looked_up: LookedUp | None = field(default=None, repr=False)


Knows = Callable[[str, str, int], Known]
"""From the name of a file, its text and an offset in it to what is known there."""


def nothing_known(name: str, text: str, offset: int) -> Known:
    """Nothing, whatever the file."""
    return Known()


def texts_alone(beside: Beside) -> Knows:
    """What stands in other texts, and no more."""
    return lambda name, text, offset: Known(beside(name))


def all_of(project: Project) -> Knows:
    """All that is known in a project, whose files are named by their paths below its root."""
    root = (project.root or Path()).resolve()
    beside = neighbours(
        project.language, [Source(path.relative_to(root).as_posix(), text) for path, text in project.texts]
    )

    def known(name: str, text: str, offset: int) -> Known:
        found = look_up(Question(project.language, text, offset), project.store, str(root / name))
        return Known(beside(name), project.names_for(root / name, text, offset), found)

    return known


Around = Callable[[str], NamesAround]
"""From the name of a file to what the other texts of its project say, and the catalogues."""


def project_names(language: Language, project: Sequence[Source]) -> Around:
    """What the files of some projects say; each is of the project that is the first folder of its name."""
    arounds: dict[str, NamesAround] = {}

    def around(name: str) -> NamesAround:
        top = name.partition("/")[0]
        if top not in arounds:
            sources = [one for one in project if one.name.partition("/")[0] == top]
            units = [unit_of(language, one.name, one.text) for one in sources]
            arounds[top] = NamesAround(language, (*units, *bundled_units(language)))
        return NamesAround(language, (), arounds[top], [name])

    return around


def unit_of(language: Language, name: str, text: str) -> Unit:
    """The names of a file."""
    return Unit(name, str(PurePosixPath(name).parent), names_of(parse(language, text))[0])
