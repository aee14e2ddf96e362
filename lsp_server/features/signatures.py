"""How what is called at a cursor is called: its signature, and which of its parameters is given there.

A signature is a line such as `substr(text, offset, length) -> string`, from a builtin, a catalogue, or the
text that declares the name. The lexemes before the cursor tell what is called, so that nothing has to be
sound. Must not know a language: which lexemes are brackets a bundle says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from lsp_server.constraint import Prefix
from lsp_server.features.lists.gathering import state_at
from lsp_server.features.telling import line_of
from lsp_server.languages import Language
from lsp_server.names.catalogued import symbol_at
from lsp_server.names.naming import compared
from lsp_server.names.resolving import Resolver
from lsp_server.names.standing import Place
from lsp_server.syntax import Landmarks
from lsp_server.text import Span

_OPENS, _CLOSES, _BETWEEN, _NAMES = "([{", ")]}", ",", ":="
"""What a signature is written with."""

_MOST = 8
_LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call something; `parameters` stand in the label, and `active` is the one that is given."""

    label: str
    parameters: tuple[Span, ...]
    active: int | None
    about: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """What is called at a cursor, how many parameters are given before, and the name of the one there."""

    name: Span
    given: int
    named: str | None


def signatures(
    prefix: Prefix,
    landmarks: Landmarks,
    offset: int,
    names: tuple[Resolver, str],
    text_of: Callable[[str], str | None],
) -> tuple[Signature, ...]:
    """The signatures for a cursor; none where nothing is called there that is known.

    Args:
        prefix: of the document.
        landmarks: of the document.
        offset: the cursor.
        names: the resolver of all texts, and the URI of the document.
        text_of: the text of a document of the workspace, by its URI.

    """
    call = call_at(prefix, landmarks, offset)
    if call is None:
        return ()
    language, word = prefix.grammar.language, prefix.text[call.name.start : call.name.end]
    resolver, uri = names
    place = resolver.at(uri, call.name.end)
    if place is not None and place.occurrence.defines:  # it is being made, not called
        return ()
    found: dict[str, str] = {}
    for label, about in _labels(language, word, place, resolver, text_of):
        if _OPENS[0] in label:
            found.setdefault(label, about)
    return tuple(_signature(label, about, call) for label, about in list(found.items())[:_MOST])


def call_at(prefix: Prefix, landmarks: Landmarks, offset: int) -> Call | None:
    """What is called at a cursor, by the lexemes before it; None if nothing is."""
    state = state_at(prefix, landmarks, offset)
    if state is None or state.commented:
        return None
    text, language = prefix.text, prefix.grammar.language
    openers = {opener for opener, _ in language.brackets}
    closers = {closer for _, closer in language.brackets}
    spans = [Span(one.start, one.end) for one in state.read if one.end <= state.offset]
    spans += [
        Span(state.offset + found.start(), state.offset + found.end())
        for found in re.finditer(r"\w+|[^\w\s]", text[state.offset : offset])
    ]
    depth = given = 0
    inside: list[str] = []
    for index in range(len(spans) - 1, 0, -1):
        lexeme = text[spans[index].start : spans[index].end]
        if lexeme in closers:
            depth += 1
        elif lexeme in openers and depth:
            depth -= 1
        elif lexeme in openers:
            before = spans[index - 1]
            word = text[before.start : before.end]
            called = re.fullmatch(rf"\W?{language.word}", word) is not None
            return Call(before, given, _name_in(inside)) if called else None
        elif not depth and lexeme == _BETWEEN:
            given += 1
        if not depth and not given:
            inside.append(lexeme)
    return None


def _name_in(inside: Sequence[str]) -> str | None:
    """The name of the parameter that is given, as in `name: value`; `inside` goes back from the cursor."""
    return next((name for sign, name in pairwise(inside) if sign in _NAMES), None)


def _labels(
    language: Language,
    word: str,
    place: Place | None,
    resolver: Resolver,
    text_of: Callable[[str], str | None],
) -> Iterator[tuple[str, str]]:
    """Signatures of what a word stands for, as text, each with what explains it."""
    for target in () if place is None else resolver.definitions(place):
        symbol, text = symbol_at(target), text_of(target.unit.uri)
        if symbol is not None:
            yield line_of(symbol), symbol.documentation
        elif text is not None:
            span = Span(target.span.start, target.name.element.end)
            yield _declared(text[span.start : min(span.end, span.start + _LONGEST)]), ""
    name = compared(word, language.naming)
    for builtin in language.builtins:
        if compared(builtin.name, language.naming).casefold() == name.casefold():
            yield builtin.signature, builtin.about
    if place is None:
        for unit in resolver.texts.catalogues:
            for found in unit.names.published(name):
                symbol = symbol_at(Place(unit, found))
                if symbol is not None:
                    yield line_of(symbol), symbol.documentation


def _declared(text: str) -> str:
    """A declaration from its name to the end of the line in which its first bracket is closed."""
    depth = 0
    for at, sign in enumerate(text):
        if not depth and (sign == "\n" or (at and not (sign.isalnum() or sign in '_("` '))):
            return ""
        depth += (sign in _OPENS) - (sign in _CLOSES)
        if sign in _CLOSES and not depth:
            return " ".join((text[: at + 1] + text[at + 1 :].partition("\n")[0]).split())
    return ""


def _signature(label: str, about: str, call: Call) -> Signature:
    parameters = tuple(_parameters(label))
    active: int | None = min(call.given, len(parameters) - 1) if parameters else None
    if call.named is not None:
        alike = (
            number
            for number, span in enumerate(parameters)
            if re.match(r"\W?[\w-]+", label[span.start : span.end]) is not None
            and label[span.start : span.end].startswith(call.named)
        )
        active = next(alike, None)
    elif call.given >= len(parameters) and parameters and "..." not in label:
        active = None
    return Signature(label, parameters, active, about)


def _parameters(label: str) -> Iterator[Span]:
    """Where the parameters stand in a signature."""
    start = label.find(_OPENS[0]) + 1
    depth, begin = 0, start
    for at in range(start, len(label)):
        sign = label[at]
        if not depth and sign in (_BETWEEN, _CLOSES[0]):
            written = label[begin:at]
            if written.strip():
                yield Span(begin + len(written) - len(written.lstrip()), begin + len(written.rstrip()))
            begin = at + 1
            if sign == _CLOSES[0]:
                return
        depth += (sign in _OPENS) - (sign in _CLOSES)
