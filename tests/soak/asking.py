"""All that a server can be asked about a document: the requests it offers, at any place."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from lsp_server.text import Encoding, LineIndex

Params = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """A document, and a range in it, of which a cursor is the start."""

    uri: str
    start: dict[str, int]
    end: dict[str, int]

    @property
    def document(self) -> Params:
        return {"textDocument": {"uri": self.uri}}

    @property
    def cursor(self) -> Params:
        return {**self.document, "position": self.start}

    @property
    def selection(self) -> Params:
        return {**self.document, "range": {"start": self.start, "end": self.end}}


@dataclass(frozen=True, slots=True)
class Question:
    """A request; `suggests` if it takes the model.

    Its answer follows from the text alone where it is `lasting`, and where it is `worldly` from all texts
    that are open and the files of the workspace; a list only for a client that has no suggestions in it, and
    where nothing was typed in the line since it was entered.
    """

    method: str
    params: Callable[[Place, Random], Params]
    lasting: bool = True
    suggests: bool = False
    worldly: bool = False


def _plain(place: Place, random: Random) -> Params:
    return place.document


def _cursor(place: Place, random: Random) -> Params:
    return place.cursor


def _wish(place: Place, random: Random) -> Params:
    words = random.choice(["a list of names", "the newest first", "```", "x " * 3_000])
    return {**place.cursor, "instruction": words}


def _selection(place: Place, random: Random) -> Params:
    return place.selection


def _references(place: Place, random: Random) -> Params:
    return {**place.cursor, "context": {"includeDeclaration": random.random() < 0.5}}


def _rename(place: Place, random: Random) -> Params:
    return {**place.cursor, "newName": random.choice(("x", "a_b", "", "1", "a b", "é", "type"))}


def _completion(place: Place, random: Random) -> Params:
    return {**place.cursor, "context": {"triggerKind": random.choice((1, 3))}}


def _inline(place: Place, random: Random) -> Params:
    return {**place.cursor, "context": {"triggerKind": random.choice((1, 2, 2, 2))}}


def _positions(place: Place, random: Random) -> Params:
    return {**place.document, "positions": [place.start, place.end]}


def _actions(place: Place, random: Random) -> Params:
    return {**place.selection, "context": {"diagnostics": []}}


def _query(place: Place, random: Random) -> Params:
    return {"query": random.choice(("", "a", "na", "é", "."))}


_DIAGNOSTICS = "diagnosticProvider"
DIAGNOSTIC = "textDocument/diagnostic"
LIST = "textDocument/completion"
ACTIONS = "textDocument/codeAction"

QUESTIONS: Mapping[str, tuple[Question, ...]] = {
    _DIAGNOSTICS: (Question(DIAGNOSTIC, _plain),),
    "documentSymbolProvider": (Question("textDocument/documentSymbol", _plain),),
    "foldingRangeProvider": (Question("textDocument/foldingRange", _plain),),
    "selectionRangeProvider": (Question("textDocument/selectionRange", _positions),),
    "documentHighlightProvider": (Question("textDocument/documentHighlight", _cursor),),
    "signatureHelpProvider": (Question("textDocument/signatureHelp", _cursor),),
    "hoverProvider": (Question("textDocument/hover", _cursor),),
    "definitionProvider": (Question("textDocument/definition", _cursor),),
    "referencesProvider": (Question("textDocument/references", _references),),
    "renameProvider": (
        Question("textDocument/prepareRename", _cursor),
        Question("textDocument/rename", _rename, lasting=False, worldly=True),
    ),
    "semanticTokensProvider": (
        Question("textDocument/semanticTokens/full", _plain),
        Question("textDocument/semanticTokens/range", _selection),
    ),
    "codeActionProvider": (Question(ACTIONS, _actions),),
    "linkedEditingRangeProvider": (Question("textDocument/linkedEditingRange", _cursor),),
    "documentFormattingProvider": (Question("textDocument/formatting", _plain),),
    "completionProvider": (Question(LIST, _completion, lasting=False, suggests=True, worldly=True),),
    "inlineCompletionProvider": (
        Question("textDocument/inlineCompletion", _inline, lasting=False, suggests=True),
    ),
    "workspaceSymbolProvider": (Question("workspace/symbol", _query, lasting=False, worldly=True),),
}
"""What to ask for each capability."""

_NO_QUESTION = {"positionEncoding", "textDocumentSync", "workspace", "executeCommandProvider", "experimental"}


def questions(can: Mapping[str, Any]) -> list[Question]:
    """What a server offers; diagnostics first: what is seen at a second look for them is known to the others.

    Raises:
        LookupError: it offers something that nothing is known of here.

    """
    offered = {name for name, value in can.items() if value not in (None, False)} - _NO_QUESTION
    if unknown := offered - QUESTIONS.keys():
        raise LookupError(f"say in {__name__} how to ask for {', '.join(sorted(unknown))}")
    ordered = sorted(offered, key=lambda name: (name != _DIAGNOSTICS, name))
    asked = [question for name in ordered for question in QUESTIONS[name]]
    return [
        *asked,
        Question("holegram/explain", _cursor, lasting=False, suggests=True),
        Question("holegram/hole", _cursor),
        Question("holegram/write", _wish, lasting=False, suggests=True),
    ]


def position(lines: LineIndex, offset: int) -> dict[str, int]:
    """The position of an offset, in UTF-16."""
    line, column = lines.units_at(offset, Encoding.UTF16)
    return {"line": line, "character": column}


def misplaced(text: str, uri: str, answer: Any) -> Iterator[str]:
    """The ranges in an answer that are not ranges of a text; those in other documents are not looked at."""
    lines = LineIndex(text)
    for found in _ranges(answer, uri):
        ends = [(found[end]["line"], found[end]["character"]) for end in ("start", "end")]
        inside = all(
            line < lines.line_count
            and lines.units_at(lines.end_of(line), Encoding.UTF16) >= (line, column)
            and (line, column) >= (0, 0)
            for line, column in ends
        )
        if not inside or ends[0] > ends[1]:
            yield json.dumps(found)


def _ranges(answer: Any, uri: str) -> Iterator[Any]:
    if isinstance(answer, list):
        for item in answer:
            yield from _ranges(item, uri)
    elif isinstance(answer, dict) and answer.get("textDocument", answer).get("uri", uri) == uri:
        if answer.keys() == {"start", "end"}:
            yield answer
        else:
            for item in answer.values():
                yield from _ranges(item, uri)


_NUMBERS = {"resultId", "version", "revision"}
_PLACED = {"uri", "location", "textDocument"}


def renamed(value: Any, names: Mapping[str, str]) -> Any:
    """A value with documents named otherwise, without what numbers it; places in several come in order."""
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, list):
        items = [renamed(item, names) for item in value]
        places = all(isinstance(item, dict) and not item.keys().isdisjoint(_PLACED) for item in items)
        return sorted(items, key=json.dumps) if places else items
    if isinstance(value, dict):
        kept = {key: item for key, item in value.items() if key not in _NUMBERS}
        return {names.get(key, key): renamed(item, names) for key, item in kept.items()}
    return value
