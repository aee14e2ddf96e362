"""The open documents; each version is one immutable value. Knows nothing of the protocol.

A request works on the `Document` that was current when it came, however many edits follow. Edits are
applied in order of arrival, whatever version they carry; what was computed for a document that is no
longer current is recognised by its `revision` and dropped by whoever asked for it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from lsp_server.errors import UnknownLanguageError
from lsp_server.features import once, outline
from lsp_server.languages import Language, Registry, same_language
from lsp_server.lazy_imports import TURN
from lsp_server.names import naming
from lsp_server.names.occurrences import Names
from lsp_server.syntax import Landmarks, SyntaxTree, next_tree, parse
from lsp_server.text import Deleted, Edit, Snapshot, Span, apply_edits, last_jump

if TYPE_CHECKING:
    from lsp_server.constraint import Prefix

AT_ONCE = 50_000
"""So many characters of other documents are looked through for a question about names in one: 0.1 s."""

LONG = 200_000
"""To find out the names of a text with more characters takes two seconds and more: nobody who types waits."""

_REACH = 10_000
"""So many characters on each side of a cursor are read until then."""

_MOST_EDITS = 64
"""Beyond so many edits it costs less to start anew than to follow them."""

_JUMP = 500
"""Edits with so many characters between them are at two places: what is in between has not changed."""

_revisions = count(1)


class _OfText(Protocol):
    @property
    def text(self) -> str: ...


_D = TypeVar("_D", bound=_OfText)
_T = TypeVar("_T")


class _Derived(Generic[_D]):
    """What follows from a text: made on the first call, from the nearest earlier version that was made.

    A burst of edits costs one making, and what nobody asks for costs nothing.
    """

    __slots__ = ("_base", "_edits", "_lock", "_make", "_remake", "_value")

    def __init__(
        self,
        make: Callable[[str], _D],
        remake: Callable[[_D, Sequence[Edit], str], _D],
        base: _D | None = None,
        edits: tuple[Edit, ...] = (),
    ) -> None:
        self._make = make
        self._remake = remake
        self._base = base
        self._edits = edits
        self._value: _D | None = None
        self._lock = threading.Lock()

    def get(self, text: str, remake: Callable[[_D, Sequence[Edit], str], _D] | None = None) -> _D:
        """It, made from an earlier version in a way that may end before it is made, if one is given."""
        with self._lock:
            if self._value is None:
                base, remake = self._base, remake or self._remake
                self._value = self._make(text) if base is None else remake(base, self._edits, text)
                self._base, self._edits = None, ()
            return self._value

    def nearest(self, text: str) -> tuple[_D, tuple[Edit, ...]]:
        """What was made of the nearest version before, and the edits since; made now where that is none.

        Where those are at more places than one, it is made of the version before the last of these.
        """
        with self._lock:
            if self._base is not None and (early := last_jump(self._edits, _JUMP)):
                passed, self._edits = self._edits[:early], self._edits[early:]
                self._base = self._remake(self._base, passed, apply_edits(self._base.text, passed))
            base, edits = self._base, self._edits
        return (self.get(text), ()) if base is None else (base, edits)

    def last(self) -> tuple[_D | None, tuple[Edit, ...]]:
        """What was made last, of this version or one before, and the edits since; nothing is made."""
        with self._lock:
            return (self._base, self._edits) if self._value is None else (self._value, ())

    def made(self) -> bool:
        """Whether it was made of this version or of one before."""
        return self._value is not None or self._base is not None

    def after(self, edits: Sequence[Edit]) -> _Derived[_D]:
        with self._lock:
            base, before = (self._base, self._edits) if self._value is None else (self._value, ())
        if base is None or len(before) + len(edits) > _MOST_EDITS:
            return _Derived(self._make, self._remake)
        return _Derived(self._make, self._remake, base, (*before, *edits))


_K = TypeVar("_K")


class _ByPart(Generic[_T, _K]):
    """What is made of a tree part by part: only parts that no version asked before had cost anything.

    All versions that stem from each other share what was `known` when one of them was asked last, also those
    that were made for a question alone, as a text with a letter more.
    """

    __slots__ = ("_asking", "_known", "_lock", "_make", "_value")

    def __init__(
        self, make: Callable[[SyntaxTree, _K | None], tuple[_T, _K]], known: list[_K] | None = None
    ) -> None:
        self._make = make
        self._known: list[_K] = [] if known is None else known
        self._value: _T | None = None
        self._lock = threading.Lock()
        self._asking: set[int] = set()

    def get(
        self,
        tree: SyntaxTree,
        make: Callable[[SyntaxTree, _K | None], tuple[_T, _K]] | None = None,
    ) -> _T:
        """It; `make`, if given, makes the same in another way."""
        with self._alone():
            if self._value is None:
                self._value = self._made(tree, make or self._make)
            return self._value

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One thread after the other."""
        asking = threading.get_ident()
        self._asking.add(asking)
        try:
            with self._lock:
                yield
        finally:
            self._asking.discard(asking)

    @property
    def awaited(self) -> bool:
        """Whether another thread waits for what one makes."""
        return len(self._asking) > 1

    @property
    def value(self) -> _T | None:
        """What was made of this version; None if it was not."""
        return self._value

    def apart(self, tree: SyntaxTree, make: Callable[[SyntaxTree, _K | None], tuple[_T, _K]]) -> _T:
        """What is made in another way for once; its parts serve as well."""
        with self._alone():
            return self._made(tree, make)

    def _made(self, tree: SyntaxTree, make: Callable[[SyntaxTree, _K | None], tuple[_T, _K]]) -> _T:
        value, known = make(tree, next(iter(self._known), None))
        self._known[:] = (known,)
        return value

    def after(self) -> _ByPart[_T, _K]:
        return _ByPart(self._make, self._known)


class Document:
    """One version of one open document. Any thread may ask it for what follows from its text.

    Attributes:
        snapshot: the text.
        language: the bundle for it, if there is one.
        revision: differs between any two documents of this process.
        deleted: what the last edits took away.
        pressed: the offset at which the last edit put in or took away one character; None after any other.
        saved: whether the text is what was opened or last saved.

    """

    __slots__ = (
        "_names",
        "_outline",
        "_prefix",
        "_repeated",
        "_seen",
        "_sound",
        "_tree",
        "deleted",
        "language",
        "pressed",
        "revision",
        "saved",
        "snapshot",
    )

    def __init__(self, snapshot: Snapshot, language: Language | None) -> None:
        self.snapshot = snapshot
        self.language = language
        self.revision = next(_revisions)
        self.saved = True
        self.deleted = Deleted()
        self.pressed: int | None = None
        self._tree = None if language is None else _Derived(partial(parse, language), next_tree)
        self._prefix = None if language is None else _Derived(partial(_prefix, language), _edited)
        self._sound: Landmarks | None = None
        self._seen: Names | None = None
        self._names = _ByPart(naming.names_of)
        self._outline = _ByPart(outline.outline)
        self._repeated = _ByPart(once.repeated)

    def tree(self, cancelled: Callable[[], bool] | None = None) -> SyntaxTree | None:
        """The syntax tree, or none where the language is unknown.

        Raises:
            BundleError: the parser of the language cannot be loaded.
            StoppedError: it was cancelled, which is asked where it is made from an earlier version.

        """
        remake = None if cancelled is None else partial(next_tree, cancelled=cancelled)
        return None if self._tree is None else self._tree.get(self.snapshot.text, remake)

    def names(
        self,
        near: int | None = None,
        cancelled: Callable[[], bool] | None = None,
        rest: Callable[[], None] | None = None,
    ) -> Names | None:
        """The names in it, or those that count `near` an offset; none where the language is unknown.

        As long as those of a long text are not known, the ones near the offset count. To find them out may
        `rest` on the way.

        Raises:
            BundleError: the parser of the language cannot be loaded, or its query is wrong.
            StoppedError: it was cancelled while the tree was made from an earlier version.

        """
        tree = self.tree(cancelled)
        if tree is None:
            return None
        if near is not None and self.names_seen is None and len(tree.text) > LONG:
            return naming.names_around(tree, near, _REACH)
        if near is not None and naming.is_costly_at(tree, near):
            return self._names.apart(tree, partial(naming.names_of, near=near))

        if rest is None:
            return self._names.get(tree)

        def rest_alone() -> None:
            if not self._names.awaited:
                rest()

        return self._names.get(tree, partial(naming.names_of, rest=rest_alone))

    @property
    def names_known(self) -> bool:
        """Whether the names of this version were asked for."""
        return self._names.value is not None

    @property
    def names_seen(self) -> Names | None:
        """The names of this version, or of the last one before of which they were asked for; nothing is
        made.
        """
        return self._names.value or self._seen

    def outline(self, rest: Callable[[], None] = lambda: None) -> outline.Outline:
        """Its outline, which may `rest` on the way; empty where the language is unknown.

        Raises:
            BundleError: the parser of the language cannot be loaded, or its query is wrong.

        """
        tree = self.tree()
        return () if tree is None else self._outline.get(tree, partial(outline.outline, rest=rest))

    def repeated(self) -> once.Repeated:
        """The names that stand again where they may stand once; none where the language is unknown.

        Raises:
            BundleError: the parser of the language cannot be loaded, or its query is wrong.

        """
        tree = self.tree()
        return () if tree is None else self._repeated.get(tree)

    def landmarks(self) -> Landmarks | None:
        """What is known of the top-level elements without parsing, or none where the language is unknown.

        Raises:
            BundleError: the parser of the language cannot be loaded.

        """
        if self._tree is None:
            return None
        text = self.snapshot.text
        if not self._tree.made():
            return Landmarks(partial(self._tree.get, text), text=text)
        tree, edits = self._tree.nearest(text)
        return Landmarks(tree, edits, text, self._sound)

    def _sound_after(self, edits: Sequence[Edit], text: str) -> Landmarks | None:
        """What the last tree without errors tells of the next version."""
        tree, before = (None, ()) if self._tree is None else self._tree.last()
        if tree is None or not tree.sound:
            return None if self._sound is None else self._sound.seen_after(edits, text)
        older = None if self._sound is None else self._sound.oldest_in_line(edits, text)
        return Landmarks(tree, (*before, *edits), text, older)

    def _deleted_after(self, edits: Sequence[Edit]) -> Deleted:
        """What the last edits took away, once some more were made."""
        deleted, text = self.deleted, self.snapshot.text
        for number, edit in enumerate(edits):
            deleted = deleted.after(edit, text)
            text = apply_edits(text, (edit,)) if number + 1 < len(edits) else ""
        return deleted

    @property
    def typed_at(self) -> int | None:
        """Where somebody types; None where that is not known, or the text was saved as it is."""
        return None if self.saved else self.pressed

    def prefix(self) -> Prefix | None:
        """What is known of the constraint's states, or none where the language is unknown.

        Raises:
            GrammarError: the grammar of the language cannot be used.

        """
        return None if self._prefix is None else self._prefix.get(self.snapshot.text)

    def edited(self, edits: Sequence[Edit], version: int) -> Document:
        """The next version, after edits that each apply to the result of the one before."""
        document = Document(self.snapshot.apply(edits, version), self.language)
        document.saved = False
        document.deleted = self._deleted_after(edits)
        document.pressed = _pressed(edits)
        if not edits or edits[0].span != Span(0, len(self.snapshot.text)):
            # Of a text that is replaced as a whole nothing is left to start from.
            document._tree = None if self._tree is None else self._tree.after(edits)
            document._prefix = None if self._prefix is None else self._prefix.after(edits)
            document._sound = self._sound_after(edits, document.snapshot.text)
        document._seen = self.names_seen
        document._names = self._names.after()
        document._outline = self._outline.after()
        document._repeated = self._repeated.after()
        return document


def _pressed(edits: Sequence[Edit]) -> int | None:
    """Where one key that was pressed leaves the cursor; None where more than a character came or went."""
    if len(edits) != 1:
        return None
    gone, came = edits[0].span, len(edits[0].text)
    return gone.start + came if gone.end - gone.start + came == 1 else None


def _prefix(language: Language, text: str) -> Prefix:
    # Imported here because it brings the grammar's rooms, which a quick start does without.
    with TURN:
        from lsp_server.constraint import Prefix, load_grammar

    return Prefix(load_grammar(language), text)


def _edited(prefix: Prefix, edits: Sequence[Edit], text: str) -> Prefix:
    return prefix.edited(edits, text)


class Session:
    """The documents that are open now."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self._documents: dict[str, Document] = {}

    def __len__(self) -> int:
        return len(self._documents)

    def __iter__(self) -> Iterator[Document]:
        return iter(tuple(self._documents.values()))

    def get(self, uri: str) -> Document | None:
        """The current version of a document; none if it is not open."""
        return self._documents.get(uri)

    def open(self, snapshot: Snapshot, path: Path) -> Document:
        """Take in a document; one that is open already is replaced."""
        document = Document(snapshot, language_of(self.registry, snapshot.language_id, path))
        self._documents[snapshot.uri] = document
        return document

    def adopt(self, registry: Registry, path_of: Callable[[str], Path]) -> tuple[Document, ...]:
        """Know other languages from now on; the documents of another language than before, made anew."""
        self.registry = registry
        changed = []
        for uri, document in self._documents.items():
            snapshot = document.snapshot
            language = language_of(registry, snapshot.language_id, path_of(uri))
            if language is not document.language:
                self._documents[uri] = renewed = Document(snapshot, language)
                renewed.saved = document.saved
                changed.append(renewed)
        return tuple(changed)

    def change(self, document: Document, edits: Sequence[Edit], version: int) -> Document:
        """Replace an open document by its next version, after edits that follow one another."""
        self._documents[document.snapshot.uri] = changed = document.edited(edits, version)
        return changed

    def beside(self, document: Document) -> tuple[str, ...]:
        """The texts of the other documents in the same language, the one opened last first."""
        others = (other.snapshot for other in self if same_language(other.language, document.language))
        return tuple(other.text for other in others if other.uri != document.snapshot.uri)[::-1]

    def save(self, uri: str) -> Document | None:
        """Note that a document was saved as it is now; none if it is not open."""
        document = self._documents.get(uri)
        if document is not None:
            document.saved = True
        return document

    def close(self, uri: str) -> None:
        """Let go of a document."""
        self._documents.pop(uri, None)


def language_of(registry: Registry, language_id: str, path: Path) -> Language | None:
    """The language an editor names, else the one that claims the file, in the file's dialect; else none."""
    try:
        return registry.by_id(language_id).of_file(path)
    except UnknownLanguageError:
        return registry.claimant(path)
