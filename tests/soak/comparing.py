"""What must hold: a server knows of a text what it would know if it had just been told of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from random import Random
from time import monotonic, sleep
from typing import Any

from lsp_server.lab.served.client import PlainClient
from lsp_server.lab.served.protocol import Notice
from tests.soak.asking import DIAGNOSTIC, LIST, Params, Question, renamed
from tests.soak.opened import Open, close, open_as
from tests.soak.talking import SoakError, Talk

PUBLISH = "textDocument/publishDiagnostics"

_PATIENCE = 120.0
"""Seconds that a push, or a list like another one, is waited for."""

_TOKENS = "textDocument/semanticTokens/full"
_SETTINGS: Params = {"settings": {"holegram": {}}}


def compare_beside(
    talk: Talk, questions: Sequence[Question], document: Open, random: Random, places: int
) -> None:
    """Open a document's text under another name too, and ask the same of both, at so many places.

    Raises:
        SoakError: an answer is another one.

    """
    fresh = document.fresh
    open_as(talk.client, fresh, document.language, document.writer.text)
    for uri in (fresh, document.uri):  # what is seen at a second look is known then, and counts for the other
        talk.ask(DIAGNOSTIC, {"textDocument": {"uri": uri}})
    names = {document.uri: fresh}
    for question in questions:
        for _ in range(places if question.lasting else 0):
            params = question.params(document.place(random), random)
            here = told(talk, question.method, params, {})
            there = told(talk, question.method, renamed(params, names), names)
            _must_agree(question.method, params, document, here, there)
    if document.tokens is not None:
        answer = talk.ask(_TOKENS, {"textDocument": {"uri": fresh}})
        if document.tokens != answer.result["data"]:
            raise SoakError(f"{_TOKENS}/delta of {document.writer.text!r} leads to other tokens")
    close(talk.client, fresh)


def compare_afresh(
    talk: Talk,
    other: PlainClient,
    questions: Sequence[Question],
    documents: Sequence[Open],
    random: Random,
    *,
    lists: bool,
) -> int:
    """Open all documents in another server of the same workspace, and ask the same of both.

    How a line was read when it was entered counts for its lists, so a cursor comes to it now, in both.

    Args:
        lists: whether they follow from the texts, as there are no suggestions in them.

    Returns:
        How many documents were compared.

    Raises:
        SoakError: an answer is another one.

    """
    beside = Talk(other)
    talk.client.notify("workspace/didChangeConfiguration", _SETTINGS)
    for document in documents:
        open_as(other, document.uri, document.language, document.writer.text, document.version)
    for asked in (talk, beside):
        _wait_for_files(asked)
    for document in documents:
        for question in questions:
            if question.lasting or (question.worldly and (lists or question.method != LIST)):
                params = question.params(document.place(random), random)
                here, there = _told_by_both(talk, beside, question.method, params)
                _must_agree(question.method, params, document, here, there)
    return len(documents)


def _told_by_both(talk: Talk, beside: Talk, method: str, params: Params) -> tuple[str, str]:
    """What both servers answer. Passages for lists are looked up in a store that no list waits for, so where
    lists differ they are asked for again.
    """
    end = monotonic() + _PATIENCE
    while True:
        here, there = told(talk, method, params, {}), told(beside, method, params, {})
        if here == there or method != LIST or monotonic() > end:
            return here, there
        sleep(0.5)


def compare_pushed(talk: Talk, document: Open, since: int) -> None:
    """Open a document's text under another name, ask for its diagnostics, and wait until they are pushed.

    What is pushed first may be less: names that exist nowhere are looked for after errors. Which kinds of
    names have to be declared follows from all texts that are open, so the other one is until then.

    Raises:
        SoakError: others were pushed, and no more came.

    """
    fresh = document.fresh
    open_as(talk.client, fresh, document.language, document.writer.text)
    _wait_for_files(talk)
    asked = talk.ask(DIAGNOSTIC, {"textDocument": {"uri": fresh}}).result["items"]
    afresh = _written(asked, {fresh: document.uri})
    pushed = list[str]()

    def agrees(notice: Notice) -> bool:
        told = notice.params
        if notice.method != PUBLISH or (told["uri"], told.get("version")) != (document.uri, document.version):
            return False
        pushed.append(_written(told["diagnostics"], {}))
        return pushed[-1] == afresh

    if talk.client.told(agrees, since, _PATIENCE) is None:
        last = pushed[-1] if pushed else "nothing"
        raise SoakError(f"pushed for {document.writer.text!r}: {last}, but afresh {afresh}")
    close(talk.client, fresh)


def _wait_for_files(talk: Talk) -> None:
    """Ask for what is answered once the files are read, by whose names lists are made and errors told."""
    talk.ask("workspace/symbol", {"query": ""})


def told(talk: Talk, method: str, params: Params, names: Mapping[str, str]) -> str:
    """What is answered, as if each document had the other's name where there are `names`."""
    answer = talk.ask(method, params)
    swapped = {**names, **{there: here for here, there in names.items()}}
    result = unordered(answer.result) if method == LIST else answer.result
    return _written([result, answer.error], swapped)


def unordered(found: Any) -> Any:
    """A list without what the model says of it, if it said it in time: its order, and words of its own.

    Whether an editor is to ask again depends on whether there is a model by then.
    """
    if not found:
        return found
    known = (item for item in found["items"] if item.get("detail") != "suggested word")
    items = [{key: value for key, value in item.items() if key != "sortText"} for item in known]
    return {"items": sorted(items, key=lambda item: json.dumps(item, sort_keys=True))} if items else None


def _written(value: Any, names: Mapping[str, str]) -> str:
    return json.dumps(renamed(value, names), sort_keys=True)


def _must_agree(method: str, params: Params, document: Open, here: str, there: str) -> None:
    if here != there:
        raise SoakError(f"{method} {params} of {document.writer.text!r}: {here}, but afresh {there}")
