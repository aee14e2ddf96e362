"""The names that may be meant at a cursor, for a list: found by trying what a letter there would be.

A letter alone is often no name yet: `UPDATE t SET x` has no columns before something is set. So what is open
there is finished, as the grammar says, and the tree of that asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from lsp_server.features.telling import line_of
from lsp_server.languages import QUOTES
from lsp_server.lazy_imports import TURN
from lsp_server.names.catalogued import symbol_at
from lsp_server.names.known import ListedName, is_unlike, known_names
from lsp_server.names.members import may_be_of_any
from lsp_server.names.naming import written_as
from lsp_server.names.occurrences import Occurrence
from lsp_server.names.standing import Place
from lsp_server.server.documents.session import Document
from lsp_server.server.workspace.query import WorkspaceView
from lsp_server.text import Edit, Span

_ANY = "x"


@dataclass(frozen=True, slots=True)
class NamesAt:
    """The names that may be meant at a cursor, as they are written with their sigils, and their definitions.

    Attributes:
        places: the definitions, by name.
        spaces: the kinds of names that may stand there, what is meant before what may be meant too: None
            where it is not known that a name is looked for, and none at all where one is defined.
        first: the kinds that are meant; none where it may be one with a sigil or one without.
        member: whether what owns the name is written before it.
        unfit: names, as names are compared, that are known in those spaces and may not stand there: they are
            of a kind or a type that does not fit.

    """

    places: Mapping[str, Place] = field(default_factory=dict)
    spaces: tuple[str, ...] | None = None
    first: frozenset[str] = frozenset()
    member: bool = False
    unfit: frozenset[str] = frozenset()

    def listed(self, view: WorkspaceView) -> dict[str, ListedName]:
        """The names with what is shown beside them in a list."""
        return {name: _listed(view, place) for name, place in self.places.items()}

    @property
    def meant(self) -> tuple[str, ...]:
        """The names of the kinds that are meant."""
        return tuple(name for name in self.places if self._is_meant(name))

    @property
    def possible(self) -> tuple[str, ...]:
        """The other names, which may stand there too."""
        return tuple(name for name in self.places if not self._is_meant(name))

    def _is_meant(self, name: str) -> bool:
        return not self.first.isdisjoint(self.places[name].occurrence.spaces[:1])


def _listed(view: WorkspaceView, place: Place) -> ListedName:
    """A name with its kind and its type."""
    here, symbol = place.occurrence, symbol_at(place)
    if symbol is not None:
        type_ = line_of(symbol).removeprefix(f"{symbol.name}: ")
        told = "" if type_ == symbol.name else type_
        return ListedName(place, _detail(here.kind, told), bool(symbol.deprecated))
    text = None if here.type is None else view.text(place.unit.uri)
    span = None if here.type is None else place.name.absolute(here.type)
    told = "" if text is None or span is None else " ".join(text[span.start : span.end].split())
    return ListedName(place, _detail(here.kind, told), here.deprecated)


def _detail(kind: str, type_: str) -> str:
    return f"{kind}: {type_}" if type_ else kind


def names_at(
    view: WorkspaceView, document: Document, offset: int, cancelled: Callable[[], bool] | None = None
) -> NamesAt:
    """The names at a cursor in an open document, by what a letter there would be, and one with a sigil.

    Raises:
        StoppedError: it was cancelled, which is asked while a tree is made.

    """
    assert document.language is not None
    sigils, text = document.language.naming.sigils, document.snapshot.text
    found: dict[str, Place] = {}
    unfit: set[str] = set()
    meant: list[Occurrence] = []
    for trial in _trials(replace(view, cancelled=cancelled), document, offset):
        place, written = trial.place, trial.written
        meant.append(place.occurrence)
        begun = text[place.span.start : offset].lstrip("".join(QUOTES))
        of_any = may_be_of_any(trial.view.resolver, document.language.naming, place)
        for known in known_names(trial.view.resolver, place, begun, of_any=of_any):
            fits = not place.occurrence.fits or known.occurrence.kind in place.occurrence.fits
            if not fits or is_unlike(trial.view.resolver, place, known):
                unfit.add(known.occurrence.name)
            elif known.unit.uri != place.unit.uri or not written.start <= known.span.start < written.end:
                found.setdefault(_written(trial.view, known, sigils), known)
    if not meant:
        return NamesAt()
    spaces = [_spaces(here) for here in meant]
    return NamesAt(
        found,
        tuple(dict.fromkeys(chain.from_iterable(spaces))),
        frozenset(spaces[0][:1] if len(spaces) == 1 else ()),
        any(here.owner is not None for here in meant),
        frozenset(unfit),
    )


@dataclass(frozen=True, slots=True)
class _Trial:
    """The name at a cursor once something is written there, how the texts are seen then, where that is."""

    view: WorkspaceView
    place: Place
    written: Span
    sound: bool


def _trials(view: WorkspaceView, document: Document, offset: int) -> Iterator[_Trial]:
    """What the word at a cursor is, or a letter there, and one with each sigil that the text has.

    Where the text is not sound with that, it is asked with what is open finished, and only else as it is. In
    one full of errors, the tree of which takes long to be made anew, there is one look.
    """
    text, language = document.snapshot.text, document.language
    assert language is not None
    begun, sigils = text[max(0, offset - 1) : offset].isalnum(), language.naming.sigils
    apart = not (begun or text.endswith(sigils, 0, offset))
    letters, landmarks = "" if begun else _ANY, document.landmarks()
    alone = _trial(view, document, offset, letters)
    is_quick = landmarks is not None and not landmarks.full_of_errors
    if is_quick and (alone is None or not alone.sound):
        alone = _finished(view, document, offset, letters) or alone
    yet = [sigil for sigil in sigils if is_quick and apart and sigil in text]
    others = (_finished(view, document, offset, sigil + _ANY) for sigil in yet)
    return (trial for trial in (alone, *others) if trial is not None)


def _trial(
    view: WorkspaceView, document: Document, offset: int, letters: str, rest: str = ""
) -> _Trial | None:
    uri, end, written = document.snapshot.uri, offset + len(letters), letters + rest
    if written:
        document = document.edited((Edit(Span(offset, offset), written),), document.snapshot.version)
    seen = replace(view, documents={**view.documents, uri: document}, near=(uri, end))
    place, tree = seen.resolver.at(uri, end), document.tree(view.cancelled)
    sound = tree is not None and tree.sound
    return None if place is None else _Trial(seen, place, Span(offset, offset + len(written)), sound)


def _finished(view: WorkspaceView, document: Document, offset: int, letters: str) -> _Trial | None:
    """The same with the first way to finish what is open; None where there is none."""
    rest = next(_finishing(document, offset, letters), None)
    return None if rest is None else _trial(view, document, offset, letters, rest)


def _finishing(document: Document, offset: int, letters: str) -> Iterator[str]:
    """What makes some letters at a cursor whole, with all that is open before it."""
    # Imported here because they bring the grammar's rooms, which a quick start does without.
    with TURN:
        from lsp_server.constraint import Oracle
        from lsp_server.features.lists.gathering import state_at

    prefix, landmarks = document.prefix(), document.landmarks()
    if prefix is None or landmarks is None:
        return
    state = state_at(prefix, landmarks, offset)
    if state is not None and not state.commented:
        oracle = Oracle(prefix.grammar, prefix.text, state)
        yield from (f"{text}\n" for text in oracle.finishing(letters))


def _written(view: WorkspaceView, place: Place, sigils: Sequence[str]) -> str:
    """A name as it is written where it is defined, with its sigil."""
    if (symbol := symbol_at(place)) is not None:
        return written_as(symbol.name, view.language.naming)
    whole, (start, end) = view.text(place.unit.uri) or "", (place.span.start, place.span.end)
    sigil = next((sigil for sigil in sigils if whole.endswith(sigil, 0, start)), "")
    return sigil + whole[start:end]


def _spaces(here: Occurrence) -> tuple[str, ...]:
    # What takes a name from elsewhere defines it too, as an import does: that is a kind of its own.
    return tuple({here.kind}.difference(here.spaces)) if here.defines else here.spaces
