"""One client with a document or two of each language, which does one thing after another at random."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from lsp_server.constraint import load_grammar
from lsp_server.lab.served.client import PlainClient
from lsp_server.languages import Language
from lsp_server.text import Edit, LineIndex, apply_edits
from tests.constraint.texts import examples
from tests.soak.asking import ACTIONS, DIAGNOSTIC, LIST, Question, misplaced, position, questions
from tests.soak.comparing import PUBLISH, compare_afresh, compare_beside, compare_pushed
from tests.soak.files import Files
from tests.soak.manners import Manners
from tests.soak.mistakes import BODIES, notification, settings, spoilt
from tests.soak.opened import FAR, Open, close, open_as
from tests.soak.talking import SoakError, Talk, must_be_right
from tests.soak.writing import Writer

_PLACES = 4
"""Places at which a document is asked about when all are compared."""

_SOME = 4
"""So many of the questions are asked where a document is compared in between."""

_RESOLVES = (("codeAction/resolve", "edit"), ("completionItem/resolve", "documentation"))
"""What can be asked for later, and what is in the answer besides what was known: of actions, of entries."""

WEIGHTS = {
    "edit": 42,
    "edit beyond": 2,
    "replace": 1,
    "ask": 26,
    "ask and go on": 14,
    "resolve": 3,
    "differ": 4,
    "compare": 6,
    "save": 2,
    "reopen": 2,
    "files": 2,
    "configure": 2,
    "spoil": 5,
    "lose": 1,
    "nonsense": 4,
}
"""What is done, and how often of a hundred times or so."""


class Editor:
    """The client's side of it all.

    Attributes:
        done: how often each thing was done.
        checks: how often a document was compared with a fresh one.

    """

    def __init__(
        self,
        talk: Talk,
        can: dict[str, Any],
        manners: Manners,
        languages: Sequence[Language],
        files: Files,
        random: Random,
        suggesting: float,
    ) -> None:
        self.done: Counter[str] = Counter()
        self.checks = 0
        self._talk = talk
        self._client = talk.client
        self._manners = manners
        self._files = files
        self._languages = languages
        self._random = random
        self._questions = questions(can)
        self._suggesting = suggesting
        full = (can.get("semanticTokensProvider") or {}).get("full")
        self._differs = isinstance(full, dict) and bool(full.get("delta"))
        self._waiting: list[tuple[int, str, Any]] = []
        self._notices = 0
        self._known_late = 0
        self._lost = 0
        self._versions = 0
        self._documents: list[Open] = []
        for language in languages:
            for uri in files.uris(language)[: 2 if len(languages) == 1 else 1]:
                writer = Writer(load_grammar(language), examples(language), random)
                self._documents.append(Open(uri, language, writer))
                self._open(self._documents[-1])

    def do(self, kind: str) -> None:
        """One operation of a kind.

        Raises:
            SoakError: something is wrong after it.

        """
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
            case "resolve":
                self._resolve(document)
            case "differ":
                if self._differs:
                    self._differ(document)
            case "compare":
                self._compare(document, 1, self._random.sample(self._questions, _SOME))
            case "save":
                self._client.notify("textDocument/didSave", {"textDocument": {"uri": document.uri}})
            case "reopen":
                self._reopen(document)
            case "files":
                changes = {"changes": self._files.change()}
                self._client.notify("workspace/didChangeWatchedFiles", changes)
            case "configure":
                self._client.notify("workspace/didChangeConfiguration", {"settings": settings(self._random)})
            case "spoil":
                self._spoil(document)
            case "lose":
                self._lose(document)
            case _:
                self._talk_nonsense()
        self.done[kind] += 1
        self._watch()

    def check(self) -> None:
        """All is answered, and what is known of each document is what a fresh start would find.

        Raises:
            SoakError: it is not.

        """
        for number, method, params in self._waiting:
            must_be_right(method, self._talk.answer(number, method, params))
        self._waiting.clear()
        for document in self._documents:
            self._compare(document, _PLACES, self._questions)
        self._watch()

    def check_afresh(self, other: PlainClient) -> None:
        """What is known of all documents and of the workspace is what another server finds.

        Raises:
            SoakError: it is not.

        """
        sound = [self._opened_sound(language) for language in self._languages]
        documents = [*self._documents, *sound]
        for document in documents:
            self._come_from_elsewhere(document)
        args = (self._talk, other, self._questions, documents, self._random)
        self.checks += compare_afresh(*args, lists=self._manners.ghost)
        for document in sound:
            close(self._client, document.uri)

    # Documents

    def _open(self, document: Open) -> None:
        document.tokens, document.known = None, ""
        document.version = self._next_version(document) if self._manners.pushed else 1
        open_as(self._client, document.uri, document.language, document.writer.text, document.version)

    def _opened_sound(self, language: Language) -> Open:
        """A document beside the others that is one of the programs, and has no mistakes."""
        writer = Writer(load_grammar(language), examples(language), self._random)
        writer.text = self._random.choice(examples(language))
        sound = Open(self._files.uris(language)[2], language, writer)
        open_as(self._client, sound.uri, language, writer.text)
        return sound

    def _next_version(self, document: Open) -> int:
        """The number of the next version; one that comes again would not tell what a push speaks of."""
        if not self._manners.pushed:
            return document.version + self._random.choice((1, 1, 1, 1, 0, -3, 5))
        self._versions += self._random.choice((1, 1, 1, 5))
        return self._versions

    def _reopen(self, document: Open) -> None:
        if self._random.random() < 0.8:
            close(self._client, document.uri)
        if document.writer.too_long or self._random.random() < 0.5:
            document.writer.begin()
        self._open(document)

    def _change(self, document: Open, make: Callable[[], list[Edit]]) -> None:
        text = document.writer.text
        changes = []
        for edit in make():
            lines = LineIndex(text)
            ends = {"start": position(lines, edit.span.start), "end": position(lines, edit.span.end)}
            whole = edit.span.end - edit.span.start == len(text) and self._random.random() < 0.5
            changes.append({"text": edit.text} if whole else {"range": ends, "text": edit.text})
            text = apply_edits(text, [edit])
        self._send_changes(document, changes)

    def _come_from_elsewhere(self, document: Open) -> None:
        """Write two lines at the end and take them back: any other line is entered anew after that."""
        self._change(document, lambda: document.writer.append("a\na"))
        self._change(document, document.writer.undone)

    def _append_from_beyond(self, document: Open) -> None:
        """Put something at the end by a position that does not exist: beyond the last line."""
        lines = LineIndex(document.writer.text).line_count
        place = {"line": lines + self._random.choice(FAR[:2]), "character": self._random.choice(FAR)}
        text = self._random.choice(("\n", "a", " "))
        document.writer.append(text)
        self._send_changes(document, [{"range": {"start": place, "end": place}, "text": text}])

    def _send_changes(self, document: Open, changes: list[dict[str, Any]]) -> None:
        document.version = self._next_version(document)
        versioned = {"uri": document.uri, "version": document.version}
        params = {"textDocument": versioned, "contentChanges": changes}
        self._client.notify("textDocument/didChange", params)

    # Questions

    def _question(self) -> Question:
        question = self._random.choice(self._questions)
        return (
            self._question() if question.suggests and self._random.random() > self._suggesting else question
        )

    def _ask(self, document: Open) -> None:
        question = self._question()
        params = question.params(document.place(self._random), self._random)
        answer = self._talk.ask(question.method, params)
        for place in misplaced(document.writer.text, document.uri, answer.result):
            raise SoakError(f"{question.method} {params}: no place in {document.writer.text!r}: {place}")

    def _ask_and_go_on(self, document: Open) -> None:
        question = self._question()
        params = question.params(document.place(self._random), self._random)
        number = self._client.request(question.method, params)
        self._waiting.append((number, question.method, params))
        if self._random.random() < 0.4:
            self._client.cancel(self._random.choice(self._waiting)[0])

    def _resolve(self, document: Open) -> None:
        """Ask for the rest of an entry of a list, or of a code action; of a text that is, or that was."""
        listed = self._random.random() < 0.5 * self._suggesting
        method, more = _RESOLVES[listed]
        found = (self._entries if listed else self._actions)(document)
        if not found:
            return
        chosen = self._random.choice(found)
        if self._random.random() < 0.2:
            self._change(document, document.writer.edits)
        answer = self._talk.ask(method, chosen)
        resolved = answer.result
        if resolved is None or {**chosen, more: None} != {**resolved, more: None}:
            raise SoakError(f"{method} makes {resolved or answer.error} of {chosen}")
        edit = resolved.get("edit") if "data" in chosen else None
        for misfit in misplaced(document.writer.text, document.uri, edit):
            raise SoakError(f"{method} {chosen}: no place in {document.writer.text!r}: {misfit}")

    def _entries(self, document: Open) -> list[Any]:
        """A list in a program without mistakes."""
        sound = self._opened_sound(document.language)
        asked = {**sound.place(self._random).cursor, "context": {"triggerKind": 1}}
        answer = self._talk.ask(LIST, asked).result
        close(self._client, sound.uri)
        return list(answer["items"]) if answer else []

    def _actions(self, document: Open) -> list[Any]:
        """What mends one of the errors, if there are any."""
        place = document.place(self._random)
        wrong = self._talk.ask(DIAGNOSTIC, place.document).result["items"]
        shown = self._random.sample(wrong, min(1, len(wrong)))
        span = shown[0]["range"] if shown else place.selection["range"]
        asked = {**place.document, "range": span, "context": {"diagnostics": shown}}
        return self._talk.ask(ACTIONS, asked).result or []

    def _differ(self, document: Open) -> None:
        """Ask for what has changed in the semantic tokens since they were asked for last."""
        method = "textDocument/semanticTokens/full"
        params: dict[str, Any] = {"textDocument": {"uri": document.uri}}
        if document.tokens is not None:
            method, params = f"{method}/delta", {**params, "previousResultId": document.known}
        answer = self._talk.ask(method, params)
        document.known = answer.result["resultId"]
        if "data" in answer.result:
            document.tokens = answer.result["data"]
        else:
            assert document.tokens is not None
            for edit in sorted(answer.result["edits"], key=lambda edit: -int(edit["start"])):
                start = edit["start"]
                document.tokens[start : start + edit["deleteCount"]] = edit.get("data") or []

    # Mistakes

    def _spoil(self, document: Open) -> None:
        """Ask something in a way that makes no sense; an answer there must be, whatever it is."""
        question = self._random.choice((self._question(), Question("nothing/known", lambda *_: {})))
        params = spoilt(question.params(document.place(self._random), self._random), self._random)
        self._talk.answer(self._client.request(question.method, params), question.method, params)

    def _lose(self, document: Open) -> None:
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
        self._tell_of_late()
        notices, self._notices = self._client.notices[self._notices :], len(self._client.notices)
        for notice in notices:
            if notice.method == "window/showMessage":
                raise SoakError(f"shown: {notice.params}")
            if notice.method == PUBLISH and not self._manners.pushed:
                raise SoakError(f"pushed to a client that pulls: {notice.params}")
            if notice.method == "window/logMessage" and notice.params["type"] == 1:
                if "did not match the text" not in notice.params["message"] or not self._lost:
                    raise SoakError(f"logged: {notice.params['message']}")
                self._lost -= 1
        if strays := [number for number in self._client.strays if number is not None]:
            raise SoakError(f"answers that nobody waits for: {strays}")
        if not self._client.alive:
            raise SoakError("the server died")

    def _tell_of_late(self) -> None:
        for late in self._talk.late[self._known_late :]:
            asked = str(late.params)
            of = [one for one in self._documents if one.uri in asked or one.fresh in asked]
            texts = [document.writer.text for document in of]
            print(f"\n{late.method} took {late.work:.1f} s: {asked} of {texts}", flush=True)
        self._known_late = len(self._talk.late)

    def _compare(self, document: Open, places: int, questions: Sequence[Question]) -> None:
        self.checks += 1
        if document.tokens is not None:
            self._differ(document)
        try:
            if self._manners.pushed:
                self._compare_pushes(document)
            compare_beside(self._talk, questions, document, self._random, places)
        except SoakError:
            self._watch()
            raise

    def _compare_pushes(self, document: Open) -> None:
        """What is pushed once a document is saved is in the end what would be said of its text afresh."""
        since = len(self._client.notices)
        self._client.notify("textDocument/didSave", {"textDocument": {"uri": document.uri}})
        compare_pushed(self._talk, document, since)
