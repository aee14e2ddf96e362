"""The names that may be meant at a cursor, for a list: found by trying what a letter there would be.

A letter alone is often no name yet: `UPDATE t SET x` has no columns before something is set. So what is open
there is finished, as the grammar says, and the tree of that asked.
"""

from __future__ import annotations

import math
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
from lsp_server.syntax import SyntaxTree
from lsp_server.text import Edit, Span

_ANY = "x"


@dataclass(frozen=True, slots=True)
class NamesAt:
    """The names that may be meant at a cursor.

    Attributes:
        listed: by name, as it is written with its sigil, the definition and what is shown beside it.
        spaces: the kinds of names that may stand there, what is meant before what may be meant too: None
            where it is not known that a name is looked for, and none at all where one is defined.
        first: the kinds that are meant; none where it may be one with a sigil or one without.
        member: whether what owns the name is written before it.
        unfit: names, as names are compared, that are known in those spaces and may not stand there: they are
            of a kind or a type that does not fit.

    """

    listed: Mapping[str, ListedName] = field(default_factory=dict)
    spaces: tuple[str, ...] | None = None
    first: frozenset[str] = frozenset()
    member: bool = False
    unfit: frozenset[str] = frozenset()

    @property
    def meant(self) -> tuple[str, ...]:
        """The names of the kinds that are meant."""
        return tuple(name for name in self.listed if self._is_meant(name))

    @property
    def possible(self) -> tuple[str, ...]:
        """The other names, which may stand there too."""
        return tuple(name for name in self.listed if not self._is_meant(name))

    def _is_meant(self, name: str) -> bool:
        return not self.first.isdisjoint(self.listed[name].place.occurrence.spaces[:1])


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
    naming = document.language.naming
    found: dict[str, ListedName] = {}
    unfit: set[str] = set()
    meant: list[Occurrence] = []
    for trial in _trials(replace(view, cancelled=cancelled), document, offset):
        place, written, resolver = trial.place, trial.written, trial.view.resolver
        meant.append(place.occurrence)
        text = trial.view.text(place.unit.uri) or ""
        begun = text[place.span.start : written.start].lstrip("".join(QUOTES))
        of_any = may_be_of_any(resolver, naming, place)
        for known in known_names(resolver, place, begun, of_any=of_any):
            fits = not place.occurrence.fits or known.occurrence.kind in place.occurrence.fits
            if not fits or is_unlike(resolver, place, known):
                unfit.add(known.occurrence.name)
            elif known.unit.uri != place.unit.uri or not written.start <= known.span.start < written.end:
                name = _written(trial.view, known, naming.sigils)
                if name not in found:
                    found[name] = _listed(trial.view, known)
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
    """The name at a cursor once something is written there, how the texts are seen then, where that is, and
    the tree with it.
    """

    view: WorkspaceView
    place: Place
    written: Span
    tree: SyntaxTree | None


def _errors(trial: _Trial | None) -> float:
    """How many errors the text has; endlessly many where there is no name, or no tree."""
    return math.inf if trial is None or trial.tree is None else trial.tree.error_count


def _trials(view: WorkspaceView, document: Document, offset: int) -> Iterator[_Trial]:
    """What the word at a cursor is, or a letter there, and one with each sigil that the text has.

    Where the text is not sound with that, the element is set apart from those beside it, unless that makes
    more errors; then what is open at the cursor is finished. In a text full of errors, the tree of which
    takes long to be made anew, there is one look.
    """
    text, language, landmarks = document.snapshot.text, document.language, document.landmarks()
    assert language is not None
    begun, sigils = text[max(0, offset - 1) : offset].isalnum(), language.naming.sigils
    apart = not (begun or text.endswith(sigils, 0, offset))
    letters = "" if begun else _ANY
    found = _trial(view, document, offset, letters)
    is_quick = landmarks is not None and not landmarks.full_of_errors
    if is_quick and _errors(found):
        element = _element_apart(document, offset)
        other = None if element is None else _trial(view, *element, letters)
        if element is not None and other is not None and _errors(other) <= _errors(found):
            (document, offset), found = element, other
    if is_quick and _errors(found):
        found = _finished(view, document, offset, letters) or found
    if found is not None:
        yield found
    for sigil in sigils if is_quick and apart else ():
        other = _finished(view, document, offset, sigil + _ANY) if sigil in text else None
        if other is not None:
            yield other


def _element_apart(document: Document, offset: int) -> tuple[Document, int] | None:
    """A document in which the element that a cursor is in is apart from those beside it, and the cursor
    there; None if that is so already.

    Lines at the margin tell where elements begin. What is open before this one is ended, and what would be
    open at its end with a letter at the cursor.
    """
    # Imported here because they bring the grammar's rooms, which a quick start does without.
    with TURN:
        from lsp_server.repair import Boundaries

    prefix, text = document.prefix(), document.snapshot.text
    if prefix is None:
        return None
    boundaries = Boundaries(prefix.grammar, text, offset)
    element = boundaries.begun_around(offset)
    if element is None:
        return None
    above = boundaries.begun_around(element.start - 1) if element.start else None
    before = "" if above is None else _ending(document, above.start, element.start)
    behind = _ending(_edited(document, offset, _ANY), element.start, element.end + len(_ANY))
    if not before and not behind:
        return None
    return _edited(_edited(document, element.end, behind), element.start, before), offset + len(before)


def _ending(document: Document, start: int, line: int) -> str:
    """What ends all that is open of an element where the next one begins at a line; "" if nothing is, or if
    something is wrong in it: to look for repairs would take longer than a person waits for a list.
    """
    with TURN:
        from lsp_server.constraint import Oracle
        from lsp_server.repair import Boundaries

    prefix = document.prefix()
    if prefix is None or (between := prefix.grammar.list_stack) is None:
        return ""
    boundaries = Boundaries(prefix.grammar, prefix.text, line)
    state = prefix.on(between, start, line, line) if boundaries.begins(line) else None
    if state is None:
        return ""
    lacking = next(Oracle(prefix.grammar, prefix.text, state).finishing(""), "").strip()
    found = (boundaries.ending(state.here, line, what) for what in dict.fromkeys(("", lacking)))
    return next((f"{signs}\n" for signs in found if signs), "")


def _edited(document: Document, offset: int, text: str) -> Document:
    """A document with a text put in."""
    if not text:
        return document
    return document.edited((Edit(Span(offset, offset), text),), document.snapshot.version)


def _trial(
    view: WorkspaceView, document: Document, offset: int, letters: str, rest: str = ""
) -> _Trial | None:
    uri, end, written = document.snapshot.uri, offset + len(letters), letters + rest
    document = _edited(document, offset, written)
    seen = replace(view, documents={**view.documents, uri: document}, near=(uri, end))
    place, tree = seen.resolver.at(uri, end), document.tree(view.cancelled)
    return None if place is None else _Trial(seen, place, Span(offset, offset + len(written)), tree)


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
