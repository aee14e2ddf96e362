"""What is told of the names in files as they are on disk: the same as in an editor that has the project open.

For commands, which follow no workspace. It must not know who shows what is found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from os.path import abspath
from pathlib import Path

from lsp_server.features.diagnostics import Diagnostic
from lsp_server.features.name_findings import all_name_findings
from lsp_server.features.once import repeated
from lsp_server.languages import Registry
from lsp_server.names.catalogue_files import read_catalogues
from lsp_server.names.existing import Existing, NamesAround, Own
from lsp_server.names.files import Index, is_read, scan
from lsp_server.names.naming import names_of
from lsp_server.syntax import SyntaxTree

MARKS = (".git", ".hg", ".holegram")
"""What the folder of a project has in it."""

_ANY_MARK = f"{', '.join(MARKS[:-1])} or {MARKS[-1]}"
NO_PROJECT = f"no folder of a project is around them, which has {_ANY_MARK} (name one with --project)"
LEFT_OUT = "they are outside of the project, or in a folder of it that is not read"
TOO_LARGE = "their project has too many files"


@dataclass(frozen=True)
class ProjectNames:
    """Tells of the names in files, each seen from its project, which is read when the first file needs it.

    Args:
        registry: the known languages.
        root: the folder of the project; by default the nearest around a file that has a mark of one.
        catalogues: further ones, files or folders, beside those of the project.
        log: is told in one line what is wrong with a catalogue.
        working: shows what is worked on while a project is read.

    Attributes:
        unknown: why nothing is known of the names in some files, and in how many.

    """

    registry: Registry
    root: Path | None = None
    catalogues: tuple[Path, ...] = ()
    log: Callable[[str], None] = lambda line: None
    working: Callable[[str], AbstractContextManager[None]] = lambda title: nullcontext()
    unknown: Counter[str] = field(default_factory=Counter, init=False)
    _indexes: dict[Path, Index] = field(default_factory=dict, init=False, repr=False)

    def findings(
        self, place: Path | None, tree: SyntaxTree, folder: Path | None = None
    ) -> tuple[Diagnostic, ...]:
        """What is told of the names of a text, in order of place.

        Args:
            place: its file; None where it is in none.
            tree: that of the text.
            folder: that of the project, where no folder around the file has a mark of one.

        Raises:
            BundleError: a query of the bundle is wrong.

        """
        language = tree.language
        if not language.naming.declared:
            return ()
        path = None if place is None else Path(abspath(place))
        root = None if path is None else self.root or _marked(path) or folder
        if path is None or root is None:
            return self._none(NO_PROJECT)
        root = Path(abspath(root))
        if not is_read(path, (root,)):
            return self._none(LEFT_OUT)
        index = self._index(root)
        if not index.complete:
            return self._none(TOO_LARGE)
        file = index.files.get(path)
        is_known = file is not None and file.language is language and file.snapshot.text == tree.text
        names = file.unit.names if file is not None and is_known else names_of(tree)[0]
        around = NamesAround(language, (), index.around(language), index.uris((path,)))
        existing = Existing(around, path.parent.as_posix(), Own(language, names))
        found = all_name_findings(existing, names, tree, repeated(tree)[0])
        return tuple(sorted(found, key=lambda one: one.span))

    def _none(self, why: str) -> tuple[Diagnostic, ...]:
        self.unknown[why] += 1
        return ()

    def _index(self, root: Path) -> Index:
        if root not in self._indexes:
            with self.working(f"reading the files of {root}"):
                index = scan((root,), self.registry, Index(), lambda: False)
                catalogues = read_catalogues((root,), self.catalogues, {}, self.log)
            self._indexes[root] = replace(index, catalogues=catalogues)
        return self._indexes[root]


def _marked(path: Path) -> Path | None:
    """The nearest folder around a file that has a mark of a project."""
    return next((one for one in path.parents if any((one / mark).exists() for mark in MARKS)), None)
