"""Runs the editor and watches the server: it lives, answers, logs no error, and loses track of nothing."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from lsp_server.constraint import load_grammar
from lsp_server.evaluation.bench.client import SERVE, Answer, Client, connected
from lsp_server.languages import Language
from lsp_server.text import Edit, LineIndex, apply_edits
from tests.constraint.texts import examples
from tests.soak.asking import Params, Place, Question, misplaced, position, questions, renamed
from tests.soak.mistakes import BODIES, SETTINGS, notification, spoilt
from tests.soak.writing import Writer

CHECKED = 100
"""After so many operations all must have been answered, and each document is compared with a fresh one."""

_PATIENCE = 60.0
"""So many seconds of work an answer may take, and ten times as long where others have the machine."""

_TURN = 5.0

_PLACES = 4
"""Places at which is asked for that."""

_FAR = (7, 1_000, 2**31 - 1)
_EXPECTED = {-32800, -32801, -32803}
"""Answers to a question that is well put: it was cancelled, the text has changed, it is refused."""

_CAN: dict[str, Any] = {
    "textDocument": {
        "diagnostic": {"relatedDocumentSupport": False},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "rename": {"prepareSupport": True},
        "hover": {"contentFormat": ["markdown"]},
        "semanticTokens": {
            "requests": {"full": {"delta": True}, "range": True},
            "tokenTypes": [],
            "tokenModifiers": [],
            "formats": ["relative"],
        },
    },
    "workspace": {"workspaceEdit": {"documentChanges": True}},
}


class SoakError(Exception):
    """The server did what it must not do."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was done, and the server's resident memory after a tenth of it and at the end, in MiB."""

    operations: Counter[str]
    answers: int
    checks: int
    early: float | None
    late: float | None


@dataclass(slots=True)
class _Open:
    """A document that is open, and the semantic tokens as they follow from the differences that were sent."""

    uri: str
    language: Language
    writer: Writer
    version: int = 1
    tokens: list[int] | None = None
    known: str = ""


def soak(
    languages: Sequence[Language],
    operations: int,
    seed: int,
    tell: Callable[[int], None] = lambda done: None,
    *,
    suggesting: float = 1.0,
) -> Report:
    """Do so many operations on documents of some languages.

    Args:
        suggesting: how much of the suggestions that come up is asked for; they take most of the time.
        tell: is told from time to time how many are done.

    Raises:
        SoakError: of the first thing that is wrong.

    """
    random = Random(seed)
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as errors:
        options = {"model": _script(Path(folder), languages, random), "maxTokens": 12}
        with connected(_CAN, options, SERVE, errors) as (client, can):
            editor = _Editor(client, can, languages, random, suggesting)
            early = late = None
            for number in range(1, operations + 1):
                kind = random.choices(tuple(_WEIGHTS), tuple(_WEIGHTS.values()))[0]
                try:
                    editor.do(kind)
                    if number % CHECKED == 0 or number == operations:
                        editor.check()
                        tell(number)
                    if number == max(1, operations // 10):
                        early = client.resident()
                except SoakError as error:
                    raise SoakError(f"operation {number} of seed {seed}, {kind}: {error}") from None
            late = client.resident()
        if code := client.stop():
            raise SoakError(f"the server ended with {code}")
        errors.seek(0)
        if said := errors.read().decode(errors="replace").strip():
            raise SoakError(f"on standard error: {said}")
    return Report(editor.done, editor.answers, editor.checks, early, late)


def _script(folder: Path, languages: Sequence[Language], random: Random) -> str:
    """The name of a model that has something to say here and there."""
    endings = {"": "a"}
    for language in languages:
        for text in examples(language):
            start = random.randrange(len(text))
            endings[text[max(0, start - 6) : start]] = text[start : start + 20]
    path = folder / "script.json"
    path.write_text(json.dumps({"endings": endings}), encoding="utf-8")
    return f"scripted:{path}"


_WEIGHTS = {
    "edit": 42,
    "edit beyond": 2,
    "replace": 1,
    "ask": 26,
    "ask and go on": 14,
    "differ": 4,
    "compare": 6,
    "save": 2,
    "reopen": 2,
    "configure": 2,
    "spoil": 5,
    "lose": 1,
    "nonsense": 4,
}
"""What is done, and how often of a hundred times or so."""


class _Editor:
    """One client with a document or two of each language."""

    def __init__(
        self,
        client: Client,
        can: dict[str, Any],
        languages: Sequence[Language],
        random: Random,
        suggesting: float,
    ) -> None:
        self.done: Counter[str] = Counter()
        self.answers = self.checks = 0
        self._client = client
        self._random = random
        self._questions = questions(can)
        self._suggesting = suggesting
        full = (can.get("semanticTokensProvider") or {}).get("full")
        self._differs = isinstance(full, dict) and bool(full.get("delta"))
        self._waiting: list[tuple[int, Question]] = []
        self._notices = 0
        self._lost = 0
        self._documents: list[_Open] = []
        for language in languages:
            for number in range(2 if len(languages) == 1 else 1):
                uri = f"file:///soak/{number}{language.extensions[0]}"
                writer = Writer(load_grammar(language), examples(language), random)
                self._documents.append(_Open(uri, language, writer))
                self._open(self._documents[-1])

    def do(self, kind: str) -> None:
        """One operation of a kind."""
        document = self._random.choice(self._documents)
        if document.writer.too_long:
            self._reopen(document)
        match kind:
            case "edit":
                self._change(document, document.writer.edits)
            case "replace":
                self._change(document, document.writer.replaced)
            case "edit beyond":
                self._append_from_beyond(document)
            case "ask":
                self._ask(document)
            case "ask and go on":
                self._ask_and_go_on(document)
            case "differ":
                if self._differs:
                    self._differ(document)
            case "compare":
                self._compare(document, 1)
            case "save":
                self._client.notify("textDocument/didSave", {"textDocument": {"uri": document.uri}})
            case "reopen":
                self._reopen(document)
            case "configure":
                settings = self._random.choice(SETTINGS)
                self._client.notify("workspace/didChangeConfiguration", {"settings": settings})
            case "spoil":
                self._spoil(document)
            case "lose":
                self._lose(document)
            case _:
                self._talk_nonsense()
        self.done[kind] += 1
        self._watch()

    # Documents

    def _open(self, document: _Open) -> None:
        document.version, document.tokens, document.known = 1, None, ""
        self._open_as(document.uri, document)

    def _open_as(self, uri: str, document: _Open) -> None:
        item = {"uri": uri, "languageId": document.language.id, "version": 1, "text": document.writer.text}
        self._client.notify("textDocument/didOpen", {"textDocument": item})

    def _close(self, uri: str) -> None:
        self._client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    def _reopen(self, document: _Open) -> None:
        if self._random.random() < 0.8:
            self._close(document.uri)
        if document.writer.too_long or self._random.random() < 0.5:
            document.writer.begin()
        self._open(document)

    def _change(self, document: _Open, make: Callable[[], list[Edit]]) -> None:
        text = document.writer.text
        changes = []
        for edit in make():
            lines = LineIndex(text)
            ends = {"start": position(lines, edit.span.start), "end": position(lines, edit.span.end)}
            whole = edit.span.end - edit.span.start == len(text) and self._random.random() < 0.5
            changes.append({"text": edit.text} if whole else {"range": ends, "text": edit.text})
            text = apply_edits(text, [edit])
        self._send_changes(document, changes)

    def _append_from_beyond(self, document: _Open) -> None:
        """Put something at the end by a position that does not exist: beyond the last line."""
        lines = LineIndex(document.writer.text).line_count
        place = {"line": lines + self._random.choice(_FAR[:2]), "character": self._random.choice(_FAR)}
        text = self._random.choice(("\n", "a", " "))
        document.writer.append(text)
        self._send_changes(document, [{"range": {"start": place, "end": place}, "text": text}])

    def _send_changes(self, document: _Open, changes: list[dict[str, Any]]) -> None:
        document.version += self._random.choice((1, 1, 1, 1, 0, -3, 5))
        versioned = {"uri": document.uri, "version": document.version}
        params = {"textDocument": versioned, "contentChanges": changes}
        self._client.notify("textDocument/didChange", params)

    # Questions

    def _place(self, document: _Open) -> Place:
        writer, random = document.writer, self._random
        lines = LineIndex(writer.text)
        start, end = (position(lines, offset) for offset in sorted((writer.place(), writer.place())))
        if random.random() < 0.1:
            start = {name: value + random.choice((0, *_FAR[:2])) for name, value in start.items()}
            end = start
        return Place(document.uri, start, end)

    def _question(self) -> Question:
        question = self._random.choice(self._questions)
        return (
            self._question() if question.suggests and self._random.random() > self._suggesting else question
        )

    def _ask(self, document: _Open) -> None:
        question = self._question()
        params = question.params(self._place(document), self._random)
        answer = self._answer(self._client.request(question.method, params), question.method)
        self._must_be_right(question.method, answer)
        for place in misplaced(document.writer.text, document.uri, answer.result):
            raise SoakError(f"{question.method} {params}: no place in {document.writer.text!r}: {place}")

    def _ask_and_go_on(self, document: _Open) -> None:
        question = self._question()
        params = question.params(self._place(document), self._random)
        number = self._client.request(question.method, params)
        self._waiting.append((number, question))
        if self._random.random() < 0.4:
            self._client.cancel(self._random.choice(self._waiting)[0])

    def _differ(self, document: _Open) -> None:
        """Ask for what has changed in the semantic tokens since they were asked for last."""
        method = "textDocument/semanticTokens/full"
        params: dict[str, Any] = {"textDocument": {"uri": document.uri}}
        if document.tokens is not None:
            method, params = f"{method}/delta", {**params, "previousResultId": document.known}
        answer = self._answer(self._client.request(method, params), method)
        self._must_be_right(method, answer)
        document.known = answer.result["resultId"]
        if "data" in answer.result:
            document.tokens = answer.result["data"]
        else:
            assert document.tokens is not None
            for edit in sorted(answer.result["edits"], key=lambda edit: -int(edit["start"])):
                start = edit["start"]
                document.tokens[start : start + edit["deleteCount"]] = edit.get("data") or []

    def _answer(self, number: int, method: str) -> Answer:
        answer = self._patient(number)
        if answer is None:
            raise SoakError(f"{method}: not answered" if self._client.alive else f"{method}: the server died")
        self.answers += 1
        return answer

    def _patient(self, number: int) -> Answer | None:
        """The answer to a request, waited for by the clock of the server's own work."""
        client, began = self._client, self._client.worked()
        for _ in range(int(10 * _PATIENCE / _TURN)):
            answer, worked = client.wait(number, _TURN), client.worked()
            spent = began is not None and worked is not None and worked - began > _PATIENCE
            if answer is not None or spent or not client.alive:
                return answer
        return None

    def _must_be_right(self, method: str, answer: Answer) -> None:
        if answer.error is not None and answer.error.get("code") not in _EXPECTED:
            raise SoakError(f"{method}: {answer.error}")

    # Mistakes

    def _spoil(self, document: _Open) -> None:
        """Ask something in a way that makes no sense; an answer there must be, whatever it is."""
        question = self._random.choice((self._question(), Question("nothing/known", lambda *_: {})))
        params = spoilt(question.params(self._place(document), self._random), self._random)
        self._answer(self._client.request(question.method, params), question.method)

    def _lose(self, document: _Open) -> None:
        """Send a change that cannot be read: the server lets the document go, until it is opened again."""
        self._lost += 1
        versioned = {"uri": document.uri, "version": 1}
        params = {"textDocument": versioned, "contentChanges": self._random.choice((3, None))}
        self._client.notify("textDocument/didChange", params)
        self._open(document)

    def _talk_nonsense(self) -> None:
        if self._random.random() < 0.5:
            self._client.send_bytes(self._random.choice(BODIES))
        else:
            self._client.notify(*notification(self._random))

    # What must hold

    def _watch(self) -> None:
        """Nothing was shown to the user, no error was logged, and nobody was answered who did not ask."""
        notices, self._notices = self._client.notices[self._notices :], len(self._client.notices)
        for notice in notices:
            if notice.method == "window/showMessage":
                raise SoakError(f"shown: {notice.params}")
            if notice.method == "window/logMessage" and notice.params["type"] == 1:
                if "lost track" not in notice.params["message"] or not self._lost:
                    raise SoakError(f"logged: {notice.params['message']}")
                self._lost -= 1
        if strays := [number for number in self._client.strays if number is not None]:
            raise SoakError(f"answers that nobody waits for: {strays}")
        if not self._client.alive:
            raise SoakError("the server died")

    def check(self) -> None:
        """All is answered, and what is known of each document is what a fresh start would find."""
        for number, question in self._waiting:
            self._must_be_right(question.method, self._answer(number, question.method))
        self._waiting.clear()
        for document in self._documents:
            self._compare(document, _PLACES)
        self._watch()

    def _compare(self, document: _Open, places: int) -> None:
        """Open the same text under another name, and ask the same of both, at so many places."""
        self.checks += 1
        folder, _, name = document.uri.rpartition("/")
        fresh = f"{folder}/fresh-{name}"
        self._open_as(fresh, document)
        for question in self._questions:
            for _ in range(places if question.lasting else 0):
                params = question.params(self._place(document), self._random)
                here = self._told(question, params, {})
                there = self._told(question, renamed(params, {document.uri: fresh}), {document.uri: fresh})
                if here != there:
                    self._watch()
                    raise SoakError(
                        f"{question.method} {params} of {document.writer.text!r}: {here}, but afresh {there}"
                    )
        if document.tokens is not None:
            self._differ(document)
            full = {"textDocument": {"uri": fresh}}
            method = "textDocument/semanticTokens/full"
            tokens = self._answer(self._client.request(method, full), method).result["data"]
            if document.tokens != tokens:
                raise SoakError(f"{method}/delta of {document.writer.text!r} leads to other tokens")
        self._close(fresh)

    def _told(self, question: Question, params: Params, names: Mapping[str, str]) -> str:
        """What is answered, as if each document had the other's name where there are `names`."""
        answer = self._answer(self._client.request(question.method, params), question.method)
        self._must_be_right(question.method, answer)
        swapped = {**names, **{there: here for here, there in names.items()}}
        return json.dumps(renamed([answer.result, answer.error], swapped), sort_keys=True)
