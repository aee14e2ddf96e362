"""Gives a name another spelling wherever it stands, or says in one line why that cannot be done.

It is tried out: each text with the new name in it has to be read as well as before, by the tree and by the
constraint grammar, and the new name has to stand for the same there as the old one, no more and no less.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from lsp_server.constraint import check, load_grammar
from lsp_server.names.catalogued import symbol_at
from lsp_server.names.naming import compared, names_of
from lsp_server.names.resolving import Resolver
from lsp_server.names.standing import Place, Unit
from lsp_server.names.texts import Texts
from lsp_server.syntax import SyntaxTree
from lsp_server.text import Edit, Span, apply_edits


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a name is left as it is, in one line without a full stop."""

    reason: str


@dataclass(frozen=True, slots=True)
class Renaming:
    """The edits of each text, by its URI, in order of place; all of them count from the text as it is."""

    edits: Mapping[str, tuple[Edit, ...]]


TreeOf = Callable[[str], SyntaxTree | None]
"""The tree of a document of the workspace, by its URI."""


def renamable(resolver: Resolver, uri: str, offset: int) -> Place | Refusal:
    """The name at a cursor if it can be renamed."""
    place = resolver.at(uri, offset)
    if place is None:
        return Refusal("there is no name here")
    found = resolver.definitions(place)
    if any(symbol_at(target) is not None for target in found):
        return Refusal(f"'{place.occurrence.name}' is defined by a catalogue")
    if not found:
        return Refusal(f"'{place.occurrence.name}' is not defined in this workspace")
    return place


def rename(resolver: Resolver, uri: str, offset: int, new_name: str, tree_of: TreeOf) -> Renaming | Refusal:
    """Rename what stands at a cursor.

    Args:
        resolver: of all texts of the language that are known.
        new_name: as it is to be written, with or without the sigils of the language.
        tree_of: must know each text in which the name stands.

    """
    place, tree = renamable(resolver, uri, offset), tree_of(uri)
    if isinstance(place, Refusal):
        return place
    if tree is None:
        return Refusal("the file is not known")
    naming = tree.language.naming
    written = next((new_name[len(s) :] for s in naming.sigils if new_name.startswith(s)), new_name)
    if not written.strip():
        return Refusal("a name cannot be empty")
    compared_name = compared(written, naming)
    if compared_name != place.occurrence.name and (rivals := resolver.rivals(place, compared_name)):
        return Refusal(f"'{written}' is already the name of {_described(rivals[0], tree_of)}")
    places = resolver.occurrences(place)
    edits = {
        unit.uri: tuple(Edit(other.span, written) for other in places if other.unit is unit)
        for unit in dict.fromkeys(other.unit for other in places)
    }
    return _tried(resolver.texts, place, edits, written, tree_of) or Renaming(edits)


def _described(place: Place, tree_of: TreeOf) -> str:
    tree = tree_of(place.unit.uri)
    line = "" if tree is None else f" on line {tree.lines.line_of(place.span.start) + 1}"
    return f"a {place.occurrence.kind}{line} of {place.unit.uri.rpartition('/')[2]}"


def _tried(
    texts: Texts,
    place: Place,
    edits: Mapping[str, tuple[Edit, ...]],
    written: str,
    tree_of: TreeOf,
) -> Refusal | None:
    """Why the texts would not be as they should after a renaming; None where they would."""
    changed: list[Unit] = []
    for unit in filter(None, map(texts.at, edits)):
        before = tree_of(unit.uri)
        if before is None:
            return Refusal("a file in which the name stands is not known")
        following = sorted(edits[unit.uri], key=lambda edit: edit.span, reverse=True)
        after = before.edited(following, apply_edits(before.text, following))
        if not _as_well(before, after):
            return Refusal(f"'{written}' cannot stand everywhere where '{place.occurrence.name}' does")
        changed.append(Unit(unit.uri, unit.folder, names_of(after)[0]))
    resolver = Resolver(Texts(changed, beyond=texts))
    expected = {uri: _moved(replaced) for uri, replaced in edits.items()}
    at = _moved(edits[place.unit.uri])[[edit.span for edit in edits[place.unit.uri]].index(place.span)]
    now = resolver.at(place.unit.uri, at.start)
    if now is None or now.span != at:
        return Refusal(f"'{written}' is not a name here")
    found: dict[str, list[Span]] = {}
    for other in resolver.occurrences(now):
        found.setdefault(other.unit.uri, []).append(other.span)
    if found != expected:
        return Refusal(f"'{written}' would be taken for something else of that name")
    return None


def _moved(edits: Sequence[Edit]) -> list[Span]:
    """Where what edits of one text put in stands after all of them."""
    growth = accumulate((len(edit.text) - (edit.span.end - edit.span.start) for edit in edits), initial=0)
    starts = [edit.span.start + grown for edit, grown in zip(edits, growth, strict=False)]
    return [Span(start, start + len(edit.text)) for start, edit in zip(starts, edits, strict=True)]


def _as_well(before: SyntaxTree, after: SyntaxTree) -> bool:
    """Whether a text can be read no worse than the one before; only elements that differ are looked at."""
    if after.error_count > before.error_count or len(after.parts) != len(before.parts):
        return False
    grammar = load_grammar(before.language)
    return all(
        check(grammar, new.text) is None or check(grammar, old.text) is not None
        for old, new in zip(before.parts, after.parts, strict=True)
        if old.text != new.text
    )
