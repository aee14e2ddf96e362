"""Types into a real server as a person does, and times its answers from outside.

Within a word eight keys a second are typed, whether they are answered or not. After each word the typist
waits for a moment for what is suggested, and goes on typing what stood there, whatever that was.

The server is a process of its own, and knows nothing of being measured. Times are those that pass, so that
whatever else the machine does counts: what to compare are figures of one run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

from lsp_server.lab.bench.cancelling import Canceller
from lsp_server.lab.bench.joining import joining
from lsp_server.lab.bench.listing import measure_lists
from lsp_server.lab.bench.spots import TypedFiles, repeating, with_mistake
from lsp_server.lab.figures import Figure, figure, ratio
from lsp_server.lab.material.cuts import Cut
from lsp_server.lab.served.client import HOLEGRAM, PlainClient, connected
from lsp_server.lab.served.opened import DIAGNOSTICS, GHOST, LIST, OpenFile
from lsp_server.lab.served.suggested import remembered
from lsp_server.languages import Language

SERVED = (100, 1_000, 10_000)

_KEY = 1 / 8
"""Seconds from key to key."""

_LOOK = 1.0
"""Seconds that a suggestion is waited for after a word."""

_LONGEST = 24
"""So much of a gap is typed; the rest is put in at once."""

_TOKENS = "textDocument/semanticTokens/full"
_DELTA = _TOKENS + "/delta"
_SYMBOLS = "textDocument/documentSymbol"

CAN: Mapping[str, Any] = {
    "textDocument": {
        "diagnostic": {},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "inlineCompletion": {},
        "semanticTokens": {
            "requests": {"full": {"delta": True}},
            "tokenTypes": [],
            "tokenModifiers": [],
            "formats": ["relative"],
        },
    }
}


@dataclass(frozen=True, slots=True)
class ServerReport:
    """What a user of the server waits for in a file of about `lines` lines, in milliseconds.

    The file is made of `files` others, of which each stands in it at most `copies` times; `left_out` do not
    fit beside the others. Where these are examples, each makes a file of its own.

    `keys` were typed. `shown` is from a key to ghost text: `made` where the model was asked for it,
    `remembered` where it was known; `silent` counts keys after which there is nothing to suggest. `late`
    counts those that the next key came before the answer to. They are among `made`, with the time until the
    answer where it came at last, and where it was overtaken with that until the next key, which is less
    than it would have taken. `diagnostics`, `tokens` (semantic ones, the difference), `symbols` and `listed`
    (the completion list) are each asked for right after an edit; they are empty where the server does not
    offer it. `listed_alone` is the list for a client that shows no ghost text, where the model was asked
    for what comes first in it. `cancelled` is how long the model goes on after a suggestion that it works
    at is cancelled. `first_diagnostics` and `first_suggestion` count from the start of the process.
    `memory` is what is resident at the end, in MiB; none where the system does not say. `ratio` compares
    the p95 of `made` with that in the shortest file.
    """

    language: str
    lines: int
    files: int
    copies: int
    left_out: int
    keys: int
    shown: Figure
    made: Figure
    remembered: Figure
    silent: int
    late: int
    diagnostics: Figure
    tokens: Figure
    symbols: Figure
    listed: Figure
    listed_alone: Figure
    cancelled: Figure
    first_diagnostics: float
    first_suggestion: float
    memory: float | None
    ratio: float


def measure_server(
    language: Language,
    *,
    sizes: Sequence[int] = SERVED,
    keys: int = 240,
    seed: int = 0,
    examples: int | None = None,
    programs: Sequence[str] = (),
    mistake: str | None = None,
    model: str | None = None,
    bundles: Sequence[Path] = (),
    progress: Callable[[int], None] = lambda done: None,
) -> tuple[ServerReport, ...]:
    """Start a server for a file of each size, and type in each.

    Args:
        language: of the files.
        sizes: of the files, in lines.
        keys: how many keys to type in each.
        seed: of the places.
        examples: use at most so many of the language's examples.
        programs: make the files of these instead; of examples the places are the same at each size.
        mistake: a line that is wrong, to be put in far down in each file.
        model: the server's model, as in its settings; the bundled one if none is given.
        bundles: folders of further languages, for the server to know.
        progress: is told how many sizes are done.

    Raises:
        UsageError: no example, or none of the programs, can be repeated, or the server does not answer.

    """
    typed_in = joining(language, programs, seed) if programs else repeating(language, seed, examples)
    reports: list[ServerReport] = []
    command = server_of(model, bundles)
    for size in sizes:
        typed = typed_in(size) if mistake is None else with_mistake(typed_in(size), mistake)
        with connected(CAN, command=command) as (client, can):
            typing = ServedTyping(client, can, language)
            gaps = typing.type_in(typed.cuts, keys)
            report = typing.report(language, size, typed)
        alone = figure(measure_lists(language, gaps, command))
        reports.append(replace(report, listed_alone=alone))
        progress(len(reports))
    return tuple(replace(report, ratio=ratio(report.made.p95, reports[0].made.p95)) for report in reports)


def server_of(model: str | None, bundles: Sequence[Path]) -> list[str]:
    """The command that starts the server."""
    chosen = [] if model is None else ["--model", model]
    return [*HOLEGRAM, *(word for path in bundles for word in ("--bundles", str(path))), "serve", *chosen]


class ServedTyping:
    """One file at a time in one server, and the times that were taken."""

    def __init__(self, client: PlainClient, can: Mapping[str, Any], language: Language) -> None:
        self._client = client
        self._file = OpenFile(client, language)
        self._keys = self._silent = self._late = 0
        self._made: list[float] = []
        self._remembered: list[float] = []
        self._canceller = Canceller(client, self._file)
        self._known: str | None = None
        self._first: tuple[float, float] | None = None
        tokens = can.get("semanticTokensProvider") or {}
        full = tokens.get("full")
        self._asked: dict[str, list[float]] = {
            method: []
            for method, offered in (
                (DIAGNOSTICS, can.get("diagnosticProvider")),
                (_DELTA, full.get("delta") if isinstance(full, dict) else None),
                (_SYMBOLS, can.get("documentSymbolProvider")),
                (LIST, can.get("completionProvider")),
            )
            if offered not in (None, False)
        }

    def type_in(self, cuts: Sequence[Cut], keys: int) -> list[Cut]:
        """Type in one gap after another until so many keys were typed; the gaps it took."""
        gaps = []
        for cut in cuts:
            self.visit(cut, keys - self._keys)
            gaps.append(cut)
            if self._keys >= keys:
                break
        return gaps

    def report(self, language: Language, lines: int, typed: TypedFiles) -> ServerReport:
        """What was measured so far."""
        asked = {name: figure(times) for name, times in self._asked.items()}
        nothing = figure(())
        return ServerReport(
            language=language.id,
            lines=lines,
            files=typed.files,
            copies=typed.copies,
            left_out=typed.left_out,
            keys=self._keys,
            shown=figure(self._made + self._remembered),
            made=figure(self._made),
            remembered=figure(self._remembered),
            silent=self._silent,
            late=self._late,
            diagnostics=asked.get(DIAGNOSTICS, nothing),
            tokens=asked.get(_DELTA, nothing),
            symbols=asked.get(_SYMBOLS, nothing),
            listed=asked.get(LIST, nothing),
            listed_alone=nothing,
            cancelled=figure(self._canceller.wasted),
            first_diagnostics=self._first[0] if self._first else 0.0,
            first_suggestion=self._first[1] if self._first else 0.0,
            memory=self._client.resident(),
            ratio=1.0,
        )

    def visit(self, cut: Cut, keys: int = _LONGEST) -> None:
        """Type in one gap, so many keys at most, and ask for everything else there."""
        if cut.original != self._file.text:
            opened = self._open(cut)
            self._first = self._first or opened
        self._type(cut.start, cut.removed, keys)
        self._ask_each(cut.start, cut.removed)
        self._canceller.cancel_in(cut)

    def _open(self, cut: Cut) -> tuple[float, float]:
        """Open a file; milliseconds from the start of the server to its diagnostics and a suggestion."""
        client, file = self._client, self._file
        file.open(cut.original)
        asked = [client.request(DIAGNOSTICS, file.params), client.request(GHOST, file.at(cut.start))]
        errors, suggestion = (
            0.0 if answer is None else 1000 * (answer.at - client.began) for answer in map(client.wait, asked)
        )
        if _DELTA in self._asked:
            self._known = client.ask(_TOKENS, file.params)["resultId"]
        return errors, suggestion

    def _type(self, start: int, gap: str, keys: int) -> None:
        """Take a gap's text out and type it again, key by key, with a request for ghost text after each."""
        client, file = self._client, self._file
        file.edit(start, start + len(gap), "")
        typed = gap[: min(_LONGEST, keys)]
        late: list[tuple[int, float, float]] = []
        due = perf_counter() + _KEY
        for place, letter in enumerate(typed):
            sleep(max(0.0, due - perf_counter()))
            due = perf_counter() + _KEY
            since = len(client.notices)
            began = file.edit(start + place, start + place, letter)
            number = client.request(GHOST, file.at(start + place + 1))
            answer = client.wait(number, due - perf_counter() if letter.isalnum() else _LOOK)
            self._keys += 1
            if answer is None:
                late.append((number, began, max(_KEY, perf_counter() - began)))
            elif not (answer.result or {}).get("items"):
                self._silent += 1
            else:
                known = client.heard(remembered, since, 0.0) is not None
                (self._remembered if known else self._made).append(1000 * (answer.at - began))
        file.edit(start + len(typed), start + len(typed), gap[len(typed) :])
        self._count_late(late)

    def _count_late(self, late: Sequence[tuple[int, float, float]]) -> None:
        """Add requests that the next key overtook: each with when it was sent, and the seconds waited."""
        self._late += len(late)
        for number, began, waited in late:
            answer = self._client.wait(number)
            shown = answer is not None and bool((answer.result or {}).get("items"))
            took = answer.at - began if answer is not None and shown else waited
            self._made.append(1000 * max(waited, took))

    def _ask_each(self, start: int, gap: str) -> None:
        """Ask for everything else, each once a letter is taken away and once it is typed again, where the
        cursor is then.
        """
        for method, times in self._asked.items():
            for end, text in ((start + 1, ""), (start, gap[:1])):
                began = self._file.edit(start, end, text)
                answer = self._client.wait(
                    self._client.request(method, self._params(method, start + len(text)))
                )
                if answer is not None:
                    times.append(1000 * (answer.at - began))
                    if method == _DELTA and answer.result:
                        self._known = answer.result["resultId"]

    def _params(self, method: str, offset: int) -> dict[str, Any]:
        if method == LIST:
            return self._file.at(offset)
        return {**self._file.params, **({"previousResultId": self._known} if method == _DELTA else {})}
