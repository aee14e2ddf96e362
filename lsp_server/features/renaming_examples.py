"""Puts the names of a person's own texts into an example, and what is wished into a name that it defines.

A name in an example that nothing defines stands for one of a kind: for the name of that kind in the person's
texts that the wish is about. Must not know a language: kinds are those of `queries/locals.scm`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from lsp_server.languages import Language
from lsp_server.names.existing import Existing
from lsp_server.names.naming import compared, names_of
from lsp_server.names.occurrences import NO_OWNER, Name, Occurrence, PartNames, Visibility, grouped
from lsp_server.retrieval import telling, words_of
from lsp_server.syntax import parse
from lsp_server.text import Edit, apply_edits

_WORD = re.compile(r"\w+|[^\w\s]")
_CAMEL = re.compile(r"[a-z][A-Z]")
_SHORTEST = 3
"""Letters of a word that a name is made of."""

_ARTICLES, _FOR = frozenset({"the", "a", "an", "our", "my"}), frozenset({"for", "of", "called", "named"})
_MOST_JOINED = 3
"""Words of a new name."""

_MOST = 4_000
"""Names that are looked at."""


@dataclass(frozen=True, slots=True)
class _Known:
    """A name that the person's texts define, where, and whether it is a member of something."""

    name: str
    part: PartNames
    is_member: bool


@dataclass(eq=False, slots=True)
class _Chosen:
    """What was chosen so far: a name for each space and name of the example, and where these are defined."""

    names: dict[tuple[str, str], str] = field(default_factory=dict)
    parts: list[PartNames] = field(default_factory=list)


def renamed(language: Language, text: str, wish: str, existing: Existing) -> str:
    """An example with the names that exist, those first that a wish is about."""
    names = _names(language, text)
    spaces = {
        (space, one.occurrence.name)
        for one in names
        if one.occurrence.defines
        for space in one.occurrence.spaces
    }
    brought = {compared(one.name, language.naming) for one in language.builtins}
    known = _known(existing)
    words = [word for word in words_of(wish) if telling(word)]
    chosen = _Chosen()
    for members in (False, True):
        for one in names:
            here = one.occurrence
            if here.defines or here.name in brought or (here.spaces[0], here.name) in chosen.names:
                continue
            if any((space, here.name) in spaces for space in here.spaces):
                continue
            found = next((known[space] for space in here.spaces if space in known), ())
            if found and found[0].is_member == members:
                _choose(here, found, words, chosen)
    return _with(text, names, chosen.names)


def _names(language: Language, text: str) -> Sequence[Name]:
    return [name for name in names_of(parse(language, text))[0] if not name.occurrence.hidden]


def _with(text: str, names: Sequence[Name], chosen: Mapping[tuple[str, str], str]) -> str:
    edits = [
        Edit(one.span, new)
        for one in reversed(names)
        if (new := chosen.get((one.occurrence.spaces[0], one.occurrence.name))) is not None
        and new != text[one.span.start : one.span.end]
    ]
    return apply_edits(text, edits)


def _choose(here: Occurrence, found: Sequence[_Known], words: Sequence[str], chosen: _Chosen) -> None:
    """Choose a name for one of the example, the same wherever it stands for the same."""
    same = (new for (space, name), new in chosen.names.items() if name == here.name and space in here.spaces)
    new = next(same, None)
    if new is None:
        best = _best(here.name, found, words, chosen)
        if best is None:
            return
        new = best.name
        chosen.parts.append(best.part)
    chosen.names.update(((space, here.name), new) for space in here.spaces)


def _known(existing: Existing) -> Mapping[str, Sequence[_Known]]:
    """What the person's texts define, by space."""
    around = (name for unit in existing.around.texts for name in unit.names)
    own: Iterable[Name] = () if existing.own is None else existing.own.names
    return grouped(
        (space, _Known(one.occurrence.name, one.part, one.part.container(one.index) != NO_OWNER))
        for one in islice(chain(own, around), _MOST)
        if one.occurrence.defines and not one.occurrence.hidden
        for space in one.occurrence.spaces
    )


def _best(old: str, known: Sequence[_Known], wish: Sequence[str], chosen: _Chosen) -> _Known | None:
    """The name that stands for an old one: the wish is about it, it is near what was chosen, and like it."""
    if any(one.name == old for one in known):
        near = [one for one in known if one.name == old]
        return next((one for one in near if any(part is one.part for part in chosen.parts)), near[0])
    own, taken = {*words_of(old)}, {*chosen.names.values()}

    def rank(one: _Known) -> tuple[int, int, int, int]:
        has = {*words_of(one.name)}
        about, like = len(has.intersection(wish)), len(has & own)
        first = -next((place for place, word in enumerate(wish) if word in has), len(wish))
        is_near = int(any(part is one.part for part in chosen.parts))
        if one.is_member:
            return is_near, about, like, first
        return about, int(one.name not in taken), first, like

    best = max(known, key=rank)
    has = {*words_of(best.name)}
    return best if has.intersection((*wish, *own)) or len(known) == 1 else None


def with_new_name(language: Language, text: str, said: str, wish: str, existing: Existing) -> str:
    """An example, of which something is `said`, whose first name for others has the words of a wish.

    These are words that neither the example nor what exists has, those first that were not said of it, and
    of those the ones behind a `for`.
    """
    names = _names(language, text)
    far = (Visibility.FOLDER, Visibility.WORKSPACE)
    first = next(
        (one.occurrence for one in names if one.occurrence.public and one.occurrence.visible in far), None
    )
    if first is None:
        return text
    known = {word for each in _known(existing).values() for one in each for word in words_of(one.name)}
    known.update(words_of(text))
    runs = list(_new_words(wish, known.union(words_of(said)))) or list(_new_words(wish, known))
    if not runs:
        return text
    best = next((run for is_for, run in runs if is_for), runs[0][1])
    return _with(text, names, {(first.spaces[0], first.name): _joined(best, first.name, text)})


def _joined(words: Sequence[str], name: str, text: str) -> str:
    """Words as one name, written as another one of a text, or as its names are."""
    capital = "".join(map(str.capitalize, words))
    if name[:1].isupper():
        return capital
    is_camel = _CAMEL.search(text) is not None and "_" not in text
    return words[0] + capital[len(words[0]) :] if is_camel else "_".join(words)


def _new_words(wish: str, known: Collection[str]) -> Iterator[tuple[bool, Sequence[str]]]:
    """Words of a wish that follow each other and are not known, and whether a `for` stands before them."""
    run: list[str] = []
    is_for = was_for = False
    for found in _WORD.finditer(wish):
        word = found[0].lower()
        is_new = word.isalpha() and len(word) >= _SHORTEST and telling(word) and word not in _FOR
        if is_new and next(words_of(word), word) not in known and len(run) < _MOST_JOINED:
            is_for = was_for if not run else is_for
            run.append(word)
        elif word not in _ARTICLES:
            if run:
                yield is_for, run
            run = []
            was_for = word in _FOR
    if run:
        yield is_for, run
