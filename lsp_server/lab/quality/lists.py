"""How often a completion list holds the word that a person wrote: words of real files, taken out again.

A real server is asked, by a client of its own, in a file that it has never seen before: what it lists is put
into the text as an editor does. It must not know how a list is made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from random import Random
from statistics import mean
from time import perf_counter
from typing import Any

from lsp_server.lab.figures import nearest_rank
from lsp_server.lab.material.places import PlaceKind, places
from lsp_server.lab.served.client import SERVE, PlainClient, connected
from lsp_server.lab.served.opened import DIAGNOSTICS, LIST, OpenFile
from lsp_server.languages import Language
from lsp_server.languages.sources import Source
from lsp_server.text import Encoding, LineIndex

OF_ONE_FILE = 6
"""The most words of one file."""

_LONGEST_FILE, _HEAD = 40_000, 20
_MOST_TYPED = 2
_FIRST = 5
_INVOKED = 1


class ListClient(StrEnum):
    """What a client shows: ghost text beside its lists, or lists alone."""

    GHOST = "ghost text"
    PLAIN = "no ghost text"


class LineRest(StrEnum):
    """What becomes of the rest of the line after the word."""

    LEFT = "left"
    REMOVED = "removed"


_CAN: Mapping[ListClient, Mapping[str, Any]] = {
    ListClient.GHOST: {"inlineCompletion": {}},
    ListClient.PLAIN: {},
}


@dataclass(frozen=True, slots=True)
class WordGap:
    """A word of a file, `typed` so many letters of which are left, and the text with the rest taken out."""

    source: str
    text: str = field(repr=False)
    start: int
    word: str
    typed: int
    rest: LineRest

    @property
    def offset(self) -> int:
        """The cursor."""
        return self.start + self.typed


@dataclass(frozen=True, slots=True)
class ListedWord:
    """What a list had for a word: its rank from 1, None if it is not there, of so many entries, after ms."""

    word: WordGap
    editor: ListClient
    rank: int | None
    entries: tuple[str, ...]
    ms: float


@dataclass(frozen=True, slots=True)
class ListRow:
    """Shares of the words of one kind of editor and rest of line; times in milliseconds."""

    editor: ListClient
    rest: LineRest
    words: int
    held: float
    among_first: float
    first: float
    empty: float
    p50: float
    p95: float

    def as_json(self) -> dict[str, Any]:
        """All of it."""
        return {
            "editor": str(self.editor),
            "rest": str(self.rest),
            "words": self.words,
            "held": self.held,
            "among_first_five": self.among_first,
            "first": self.first,
            "empty": self.empty,
            "ms": {"p50": self.p50, "p95": self.p95},
        }


def draw(language: Language, sources: Sequence[Source], *, words: int, seed: int) -> list[WordGap]:
    """Words of code, each with 0 to 2 of its letters left and the rest of its line left or removed.

    Words in comments and in strings are left out, and so are those in the file's first few characters.
    """
    rng = Random(f"{seed}/lists")  # noqa: S311
    found: list[WordGap] = []
    for source in rng.sample(sources, len(sources)):
        if len(found) >= words:
            break
        text = source.text.replace("\r\n", "\n")
        if _HEAD < len(text) < _LONGEST_FILE:
            spots = list(_spots(language, text))
            found += [
                _taken_out(source.name, text, *spot, rng)
                for spot in rng.sample(spots, min(OF_ONE_FILE, len(spots)))
            ]
    return found[:words]


def _spots(language: Language, text: str) -> Iterator[tuple[int, str]]:
    """Where words of code begin, and which."""
    where = places(language, text)
    for match in re.finditer(language.word, text):
        start, word = match.start(), match[0]
        is_word = len(word) > 1 and any(map(str.isalpha, word))
        if is_word and start >= _HEAD and where[start] == where[start + 1] == PlaceKind.CODE:
            yield start, word


def _taken_out(name: str, text: str, start: int, word: str, rng: Random) -> WordGap:
    typed, rest = rng.randint(0, min(_MOST_TYPED, len(word) - 1)), rng.choice(list(LineRest))
    line = text.find("\n", start)
    end = start + len(word) if rest is LineRest.LEFT else line if line >= 0 else len(text)
    return WordGap(name, text[: start + typed] + text[end:], start, word, typed, rest)


def measure_lists(
    language: Language,
    words: Sequence[WordGap],
    editor: ListClient,
    *,
    project: Path | None = None,
    command: Sequence[str] = SERVE,
    progress: Callable[[int], None] = lambda done: None,
) -> list[ListedWord]:
    """Ask a server for a list at each word, in a file that is opened for it, once its errors are told.

    Args:
        language: of the files.
        words: what is looked for.
        editor: what kind of editor asks.
        project: a folder laid out like that of the files, which is the server's workspace; the file itself,
            if it is there, is the one that is open.
        command: starts the server.
        progress: is told how many words are done.

    Raises:
        UsageError: the server does not answer.

    """
    item = {"snippetSupport": True, "documentationFormat": ["markdown"]}
    text = {"completion": {"completionItem": item}, "diagnostic": {}, **_CAN[editor]}
    capabilities = {"textDocument": text}
    found = []
    folders = () if project is None else (project.resolve(),)
    with connected(capabilities, command=command, folders=folders) as (server, _):
        for number, word in enumerate(words):
            file = OpenFile(server, language, (Path("/", *folders) / word.source).as_uri())
            file.open(word.text)
            server.wait(server.request(DIAGNOSTICS, file.params))
            if not number:
                _warm(server, file, word.offset)
            found.append(_asked(server, file, word, editor, language))
            file.close()
            progress(number + 1)
    return found


def _warm(server: PlainClient, file: OpenFile, offset: int) -> None:
    """Wait until the model is loaded: what it says of the first cursor is not measured."""
    for method in ("textDocument/inlineCompletion", LIST):
        server.wait(server.request(method, file.at(offset)))


def _asked(
    server: PlainClient, file: OpenFile, word: WordGap, editor: ListClient, language: Language
) -> ListedWord:
    params = {**file.at(word.offset), "context": {"triggerKind": _INVOKED}}
    began = perf_counter()
    answer = server.wait(server.request(LIST, params))
    ended = perf_counter() if answer is None else answer.at
    items = _in_order(None if answer is None else answer.result)
    ranks = (rank for rank, item in enumerate(items, 1) if _writes(item, word, language))
    shown = tuple(str(item["label"]) for item in items)
    return ListedWord(word, editor, next(ranks, None), shown, 1000 * (ended - began))


def _in_order(result: Any) -> list[dict[str, Any]]:
    """The entries as an editor sorts them."""
    items = (result.get("items") if isinstance(result, dict) else result) or []
    return sorted(items, key=lambda item: (item.get("sortText") or item["label"], item["label"]))


def _writes(item: Mapping[str, Any], word: WordGap, language: Language) -> bool:
    """Whether the word stands whole at its place once an entry is accepted."""
    edit, lines = item["textEdit"], LineIndex(word.text)
    edited = edit.get("range") or edit["replace"]
    start, end = (
        lines.offset_from_units(place["line"], place["character"], Encoding.UTF16)
        for place in (edited["start"], edited["end"])
    )
    text = word.text[:start] + edit["newText"] + word.text[end:]
    found = re.compile(language.word).match(text, word.start)
    if found is None:
        return False
    same = found[0] == word.word
    return same or (language.naming.ignore_case and found[0].casefold() == word.word.casefold())


def rows(found: Sequence[ListedWord]) -> list[ListRow]:
    """A row for each kind of editor and rest of line."""
    made = []
    for editor in ListClient:
        for rest in LineRest:
            some = [one for one in found if one.editor is editor and one.word.rest is rest]
            if some:
                made.append(_row(editor, rest, some))
    return made


def _row(editor: ListClient, rest: LineRest, found: Sequence[ListedWord]) -> ListRow:
    times = sorted(one.ms for one in found)
    return ListRow(
        editor,
        rest,
        len(found),
        held=mean(one.rank is not None for one in found),
        among_first=mean(one.rank is not None and one.rank <= _FIRST for one in found),
        first=mean(one.rank == 1 for one in found),
        empty=mean(not one.entries for one in found),
        p50=nearest_rank(times, 50),
        p95=nearest_rank(times, 95),
    )
