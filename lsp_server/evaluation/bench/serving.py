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
from random import Random
from time import perf_counter, sleep
from typing import Any

from lsp_server.evaluation.bench.client import HOLEGRAM, Client, connected
from lsp_server.evaluation.bench.figures import Figure, figure, ratio
from lsp_server.evaluation.bench.spots import Spot, spots_of
from lsp_server.languages import Language
from lsp_server.text import Edit, Encoding, LineIndex, Span, apply_edits

SERVED = (100, 1_000, 10_000)

_KEY = 1 / 8
"""Seconds from key to key."""

_LOOK = 1.0
"""Seconds that a suggestion is waited for after a word."""

_LONGEST = 24
"""So much of a gap is typed; the rest is put in at once."""

_HEADWAY = 0.1
"""Seconds that a suggestion is given before it is cancelled."""

_DIAGNOSTICS = "textDocument/diagnostic"
_TOKENS = "textDocument/semanticTokens/full"
_DELTA = _TOKENS + "/delta"
_SYMBOLS = "textDocument/documentSymbol"
_LIST = "textDocument/completion"
_GHOST = "textDocument/inlineCompletion"
_AUTOMATIC = 2
_REMEMBERED = ", from memory"
_CANCELLED = ", cancelled"
_URI = "file:///bench/file"

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

    `keys` were typed. `shown` is from a key to ghost text: `made` where the model was asked for it,
    `remembered` where it was known; `silent` counts keys after which there is nothing to suggest, `late`
    those that the next one came before the answer to. `diagnostics`, `tokens` (semantic ones, the
    difference), `symbols` and `listed` (the completion list) are each asked for right after an edit; they
    are empty where the server does not offer it. `cancelled` is how long the model goes on after a
    suggestion is cancelled. `first_diagnostics` and `first_suggestion` count from the start of the process.
    `memory` is what is resident at the end, in MiB; none where the system does not say. `ratio` compares
    the p95 of `made` with that in the shortest file.
    """

    language: str
    lines: int
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
    model: str | None = None,
    bundles: Sequence[Path] = (),
    progress: Callable[[int], None] = lambda done: None,
) -> tuple[ServerReport, ...]:
    """Start a server for a file of each size, and type at the same places in each.

    Args:
        language: its examples are the files.
        sizes: of the files, in lines.
        keys: how many keys to type in each.
        seed: of the places.
        examples: use at most so many.
        model: the server's model, as in its settings; the bundled one if none is given.
        bundles: folders of further languages, for the server to know.
        progress: is told how many sizes are done.

    Raises:
        UsageError: no example of the language can be repeated, or the server does not answer.

    """
    spots = shuffled_spots(language, seed, examples)
    reports: list[ServerReport] = []
    command = server_of(model, bundles)
    for size in sizes:
        with connected(CAN, command=command) as (client, can):
            reports.append(Typing(client, can, language, size).run(spots, keys))
        progress(len(reports))
    return tuple(replace(report, ratio=ratio(report.made.p95, reports[0].made.p95)) for report in reports)


def shuffled_spots(language: Language, seed: int, examples: int | None) -> list[Spot]:
    """Where is typed, in the order of a seed.

    Raises:
        UsageError: no example of the language can be repeated.

    """
    spots = spots_of(language, 1, seed, examples)
    Random(seed).shuffle(spots)  # noqa: S311
    return spots


def server_of(model: str | None, bundles: Sequence[Path]) -> list[str]:
    """The command that starts the server."""
    chosen = [] if model is None else ["--model", model]
    return [*HOLEGRAM, *(word for path in bundles for word in ("--bundles", str(path))), "serve", *chosen]


class Typing:
    """One file in one server, and the times that were taken."""

    def __init__(self, client: Client, can: Mapping[str, Any], language: Language, lines: int) -> None:
        self._client = client
        self._language = language
        self._lines = lines
        self._text = ""
        self._version = 0
        self._keys = self._silent = self._late = 0
        self._made: list[float] = []
        self._remembered: list[float] = []
        self._cancelled: list[float] = []
        self._known: str | None = None
        self._first: tuple[float, float] | None = None
        tokens = can.get("semanticTokensProvider") or {}
        full = tokens.get("full")
        self._asked: dict[str, list[float]] = {
            method: []
            for method, offered in (
                (_DIAGNOSTICS, can.get("diagnosticProvider")),
                (_DELTA, full.get("delta") if isinstance(full, dict) else None),
                (_SYMBOLS, can.get("documentSymbolProvider")),
                (_LIST, can.get("completionProvider")),
            )
            if offered not in (None, False)
        }

    def run(self, spots: Sequence[Spot], keys: int) -> ServerReport:
        """Type at one spot after another until so many keys were typed."""
        for spot in spots:
            self.visit(spot, keys - self._keys)
            if self._keys >= keys:
                break
        asked = {name: figure(times) for name, times in self._asked.items()}
        nothing = figure(())
        return ServerReport(
            language=self._language.id,
            lines=self._lines,
            keys=self._keys,
            shown=figure(self._made + self._remembered),
            made=figure(self._made),
            remembered=figure(self._remembered),
            silent=self._silent,
            late=self._late,
            diagnostics=asked.get(_DIAGNOSTICS, nothing),
            tokens=asked.get(_DELTA, nothing),
            symbols=asked.get(_SYMBOLS, nothing),
            listed=asked.get(_LIST, nothing),
            cancelled=figure(self._cancelled),
            first_diagnostics=self._first[0] if self._first else 0.0,
            first_suggestion=self._first[1] if self._first else 0.0,
            memory=self._client.resident(),
            ratio=1.0,
        )

    def visit(self, spot: Spot, keys: int = _LONGEST) -> None:
        """Type at one spot, so many keys at most, and ask for everything else there."""
        copies = spot.seed.copies(self._lines)
        start = spot.seed.start_of(spot.copy(copies)) + spot.cut.start
        text, gap = spot.seed.grown(copies), spot.cut.removed
        if text != self._text:
            opened = self._open(text, start)
            self._first = self._first or opened
        self._type(start, gap, keys)
        self._ask_each(start, gap)
        self._cancel(start, gap)

    def _open(self, text: str, start: int) -> tuple[float, float]:
        """Open a file; milliseconds from the start of the server to its diagnostics and a suggestion."""
        client, document = self._client, {"uri": _URI}
        if self._text:
            client.notify("textDocument/didClose", {"textDocument": document})
        self._text, self._version = text, 1
        item = {**document, "languageId": self._language.id, "version": 1, "text": text}
        client.notify("textDocument/didOpen", {"textDocument": item})
        asked = [
            client.request(_DIAGNOSTICS, {"textDocument": document}),
            client.request(_GHOST, self._at(start)),
        ]
        errors, suggestion = (
            0.0 if answer is None else 1000 * (answer.at - client.began) for answer in map(client.wait, asked)
        )
        if _DELTA in self._asked:
            self._known = client.ask(_TOKENS, {"textDocument": document})["resultId"]
        return errors, suggestion

    def _type(self, start: int, gap: str, keys: int) -> None:
        """Take a gap's text out and type it again, key by key, with a request for ghost text after each."""
        client = self._client
        self._edit(start, start + len(gap), "")
        typed = gap[: min(_LONGEST, keys)]
        late: list[int] = []
        due = perf_counter() + _KEY
        for place, letter in enumerate(typed):
            sleep(max(0.0, due - perf_counter()))
            due = perf_counter() + _KEY
            since = len(client.notices)
            began = self._edit(start + place, start + place, letter)
            number = client.request(_GHOST, self._at(start + place + 1))
            answer = client.wait(number, due - perf_counter() if letter.isalnum() else _LOOK)
            self._keys += 1
            if answer is None:
                self._late += 1
                late.append(number)
            elif not (answer.result or {}).get("items"):
                self._silent += 1
            else:
                known = client.heard(_REMEMBERED, since, 0.0) is not None
                (self._remembered if known else self._made).append(1000 * (answer.at - began))
        self._edit(start + len(typed), start + len(typed), gap[len(typed) :])
        for number in late:
            client.wait(number)

    def _ask_each(self, start: int, gap: str) -> None:
        """Ask for everything else, each after an edit of its own, and once more after that is taken back."""
        for method, times in self._asked.items():
            for end, text in ((start + 1, ""), (start, gap[:1])):
                began = self._edit(start, end, text)
                answer = self._client.wait(self._client.request(method, self._params(method, start)))
                if answer is not None:
                    times.append(1000 * (answer.at - began))
                    if method == _DELTA and answer.result:
                        self._known = answer.result["resultId"]

    def _cancel(self, start: int, gap: str) -> None:
        """Cancel a suggestion that is being made, and see how long the model goes on."""
        client = self._client
        self._edit(start, start + len(gap), "")
        since = len(client.notices)
        number = client.request(_GHOST, self._at(start))
        if client.wait(number, _HEADWAY) is None:
            began = perf_counter()
            client.cancel(number)
            client.wait(number)
            stopped = client.heard(_CANCELLED, since, 10 * _HEADWAY)
            if stopped is not None:
                self._cancelled.append(1000 * max(0.0, stopped.at - began))
        self._edit(start, start, gap)

    def _params(self, method: str, offset: int) -> dict[str, Any]:
        if method == _LIST:
            return self._at(offset)
        known = {"previousResultId": self._known} if method == _DELTA else {}
        return {"textDocument": {"uri": _URI}, **known}

    def _at(self, offset: int) -> dict[str, Any]:
        """A request for a cursor, as an editor sends it by itself."""
        return {
            "textDocument": {"uri": _URI},
            "position": self._position(offset),
            "context": {"triggerKind": _AUTOMATIC},
        }

    def _position(self, offset: int) -> dict[str, int]:
        line, column = LineIndex(self._text).units_at(offset, Encoding.UTF16)
        return {"line": line, "character": column}

    def _edit(self, start: int, end: int, text: str) -> float:
        """Replace a span; gives when that was sent."""
        place = {"start": self._position(start), "end": self._position(end)}
        self._text = apply_edits(self._text, [Edit(Span(start, end), text)])
        self._version += 1
        began = perf_counter()
        self._client.notify(
            "textDocument/didChange",
            {
                "textDocument": {"uri": _URI, "version": self._version},
                "contentChanges": [{"range": place, "text": text}],
            },
        )
        return began
