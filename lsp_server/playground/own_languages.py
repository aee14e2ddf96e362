"""The language that one person makes on the page: of a grammar that is pasted, by what `holegram new` does.

It is known to the connection of that page and to no other. The bundle is written to a folder of its own,
read, and removed: what is kept of it is in memory.
"""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from lsp_server.authoring.bundle import BundleDraft, Wishes, draft, write
from lsp_server.authoring.extension import extension_files, packaged
from lsp_server.cache import LruCache
from lsp_server.errors import UsageError
from lsp_server.features.verifying import verify
from lsp_server.lalr.bounds import ClockError, while_wanted
from lsp_server.languages import Language, Registry
from lsp_server.opening import files_below, read_bytes
from lsp_server.server.client.connections import Connection

_EPOCH = (1980, 1, 1, 0, 0, 0)
_LONGEST_NAME = 40
_LARGEST = 10_000_000


@dataclass(frozen=True, slots=True)
class PastedGrammar:
    """What a person says of a language: its name, its grammar, and a program in it if there is one."""

    name: str
    grammar: str
    example: str = ""


@dataclass(frozen=True, slots=True)
class MadeLanguage:
    """What was made of a pasted grammar; without a language the draft says why not. `archive` is a .zip."""

    draft: BundleDraft
    language: Language | None = None
    archive: bytes = b""


_MADE: LruCache[PastedGrammar, MadeLanguage] = LruCache(4)


def made_of(pasted: PastedGrammar, wanted: Callable[[], bool]) -> MadeLanguage | None:
    """The language of a grammar; None where it is not wanted any more before it is made.

    Raises:
        HolegramError: what is pasted cannot be a language, for another reason than its grammar.

    """
    try:
        return _MADE.get(pasted, lambda: _made(pasted, wanted))
    except ClockError:
        return None


def _made(pasted: PastedGrammar, wanted: Callable[[], bool]) -> MadeLanguage:
    # The archive is packed to its end: one that is stopped complains on standard error when it is let go of.
    with tempfile.TemporaryDirectory(prefix="holegram-") as scratch:
        with while_wanted(wanted):
            made = _written(Path(scratch), pasted)
        return made if made.language is None else replace(made, archive=_archive(made.language))


def _written(folder: Path, pasted: PastedGrammar) -> MadeLanguage:
    id_ = identifier_of(pasted.name)
    examples = None
    if pasted.example.strip():
        examples = folder / "examples"
        examples.mkdir()
        (examples / f"example.{id_}").write_text(pasted.example, "utf-8", newline="")
    wishes = Wishes(id=id_, name=pasted.name.strip() or None, extension=f".{id_}", examples=examples)
    made = draft(folder / f"{id_}.lark", wishes, pasted.grammar)
    if made.refused:
        return MadeLanguage(made)
    language = write(made, folder / "bundle" / id_)
    verify(language)
    tuple(language.examples)  # reads them, before the folder goes
    return MadeLanguage(made, language)


def _archive(language: Language) -> bytes:
    files = (
        (path.relative_to(language.directory.parent).as_posix(), read_bytes(path, largest=_LARGEST))
        for path in files_below(language.directory)
    )
    return packed(files)


def identifier_of(name: str) -> str:
    """The id of a language that a person calls so."""
    words = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-0123456789")[:_LONGEST_NAME].strip("-")
    return words or "mine"


def packed(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Files, by their names, as a .zip that is the same for the same files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return stream.getvalue()


class OwnLanguages:
    """The language of one page, beside those that everybody knows; belongs to the event loop.

    Args:
        connection: that of the page.

    Attributes:
        made: what was made last of a grammar that can be used.
        newest: counts the grammars that were pasted, so that only the last one is made.

    """

    def __init__(self, connection: Connection) -> None:
        self._adopt = connection.adopt
        self._session = connection.session
        self._others: Registry | None = None
        self.connection = replace(connection, adopt=self.adopt)
        self.made: MadeLanguage | None = None
        self.newest = 0

    def adopt(self, registry: Registry) -> None:
        """Know other languages from now on, and the own one with them."""
        self._others = registry
        own = None if self.made is None else self.made.language
        others = tuple(one for one in registry.languages if own is None or one.id != own.id)
        languages = others if own is None else (*others, own)
        self._adopt(Registry(languages, registry.problems))

    def use(self, made: MadeLanguage) -> None:
        """Know a language that was made just now, in the place of the one before."""
        if self._others is None:
            self._others = self._session.registry
        self.made = made
        self.adopt(self._others)

    def download(self, kind: str) -> tuple[str, bytes]:
        """The name of a file and what is in it: the own language as a bundle, or as a VS Code extension.

        Raises:
            UsageError: there is no language yet, or nothing of this kind.

        """
        language = None if self.made is None else self.made.language
        if self.made is None or language is None:
            raise UsageError("there is no language to download yet", remedy="paste a grammar")
        match kind:
            case "bundle":
                return f"{language.id}.zip", self.made.archive
            case "vscode":
                return f"{language.id}.vsix", packaged(language, extension_files(language))
        raise UsageError(f"'{kind}' cannot be downloaded", remedy="ask for bundle or vscode")
