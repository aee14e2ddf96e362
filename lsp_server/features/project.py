"""A project as it is on disk: its files in one language, the names that exist in it, what can be looked up.

For commands and agents, which have no server that follows a workspace.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lsp_server.cache import cached_property
from lsp_server.errors import UsageError
from lsp_server.languages import Language
from lsp_server.languages.sources import read_corpus
from lsp_server.names.existing import Existing, NamesAround, Own
from lsp_server.names.naming import compared, names_of
from lsp_server.names.occurrences import Names, Occurrence
from lsp_server.names.standing import Unit
from lsp_server.retrieval import PassageStore, bundle_texts, folder_texts, store_path, workspace_texts
from lsp_server.syntax import parse
from lsp_server.text import LineIndex, Span, word_at

_LONGEST = 300_000
"""Characters of a text in which names are found out for one question: 0.7 s."""


@dataclass(frozen=True)
class Project:
    """The files of a language below a folder, if there is one, and folders with docs and examples.

    Raises:
        UsageError: one of them is no folder.

    """

    language: Language
    root: Path | None = None
    examples: Sequence[Path] = ()

    @cached_property
    def texts(self) -> Sequence[tuple[Path, str]]:
        """Its files, as they are."""
        if self.root is None:
            return ()
        root = self.root.resolve()
        return [(root / one.name, one.text) for one in read_corpus(root, self.language, empty=True).sources]

    @cached_property
    def store(self) -> PassageStore:
        """What can be looked up, up to date."""
        for folder in self.examples:
            if not folder.is_dir():
                raise UsageError(
                    "no such directory", path=folder, remedy="name a folder of docs and examples"
                )
        folders = [folder.resolve() for folder in self.examples]
        language = self.language.main
        texts = [*bundle_texts(language), *workspace_texts(self.texts), *folder_texts(language, folders)]
        place = "\n".join(sorted(map(str, (*([self.root.resolve()] if self.root else ()), *folders))))
        store = PassageStore(language, store_path(language, place))
        store.update(texts)
        return store

    def names_for(self, path: Path, text: str, offset: int) -> Existing | None:
        """The names that exist at an offset in a file of it whose text is given; None where that is so long
        that it would take more time than all else.
        """
        if len(text) > _LONGEST:
            return None
        return Existing(
            NamesAround(self.language, (), self._around, [str(path)]),
            str(path.parent),
            Own(self.language, _names(self.language, path, text)),
            begun=compared(word_at(text, offset, self.language.word), self.language.naming),
            beyond=self.root is not None,
        )

    @cached_property
    def _around(self) -> NamesAround:
        units = [
            Unit(str(path), str(path.parent), _names(self.language, path, text)) for path, text in self.texts
        ]
        return NamesAround(self.language, units)


def _names(language: Language, path: Path, text: str) -> Names:
    return names_of(parse(language.of_file(path), text))[0]


def defined_names(project: Project) -> Iterator[tuple[Path, LineIndex, Occurrence, Span]]:
    """The names that the files of a project define for more than a scope, with the place of each."""
    for path, text in project.texts:
        lines, names = LineIndex(text), _names(project.language, path, text)
        for name in names:
            if name.occurrence.public and not name.occurrence.hidden:
                yield path, lines, name.occurrence, name.span
