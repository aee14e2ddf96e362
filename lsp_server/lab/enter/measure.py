"""Types ends of lines with Enter in an emulated editor, against a server in a process of its own.

Each is typed twice over the same lists: once every answer comes before the next key, once that to the last
key comes too late, so that Enter meets the list before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from lsp_server.lab.enter.lines import LineEnd, line_ends
from lsp_server.lab.enter.widget import ListAnswer, Listed, ListEditor
from lsp_server.lab.served.client import HOLEGRAM, PlainClient, connected
from lsp_server.lab.served.opened import LIST, OpenFile
from lsp_server.languages import Language, bundled_directory
from lsp_server.languages.sources import Source

_INVOKED, _TRIGGERED = 1, 2
_CAN: Mapping[str, Any] = {"textDocument": {"completion": {"completionItem": {"snippetSupport": True}}}}


@dataclass(frozen=True, slots=True)
class Altered:
    """A line that did not end as it was typed: an entry was taken, perhaps the very text that stood there.

    `late` tells that it was one of a list that was made before the last key.
    """

    name: str
    line: int
    typed: str
    entry: str
    became: str
    late: bool


@dataclass(frozen=True, slots=True)
class EnterReport:
    """What came of the ends of lines; `lists` counts those at which a list was open."""

    language: str
    seed: int
    ends: int
    lists: int
    altered: tuple[Altered, ...] = field(repr=False)

    def count(self, *, late: bool, same: bool) -> int:
        """How many lines have another text; or the same one, and did not end."""
        return sum(one.late == late and (one.became == one.typed) == same for one in self.altered)

    def as_json(self) -> dict[str, Any]:
        """All of it, with the counts."""
        counts = {
            name + ("_late" if late else ""): self.count(late=late, same=same)
            for same, name in ((False, "other_text"), (True, "no_line_end"))
            for late in (False, True)
        }
        return asdict(self) | counts


def measure_enter(
    language: Language,
    sources: Sequence[Source],
    *,
    ends: int,
    seed: int = 0,
    progress: Callable[[int], None] = lambda _: None,
) -> EnterReport:
    """Type so many ends of lines in an editor whose Enter takes the entry that has the focus.

    Raises:
        UsageError: the server does not answer.

    """
    drawn = line_ends(language, sources, ends, seed)
    with connected(_CAN, command=command_for(language)) as (client, told):
        triggers = (told.get("completionProvider") or {}).get("triggerCharacters") or ()
        typist = _Typist(client, language, triggers)
        for done, end in enumerate(drawn):
            typist.type(end)
            progress(done)
    return EnterReport(language.id, seed, len(drawn), typist.lists, tuple(typist.altered))


def command_for(language: Language) -> tuple[str, ...]:
    """Starts a server that knows a language, which may be one of the user's own."""
    folder: Path = language.directory
    own = () if folder.parent == bundled_directory() else ("--bundles", str(folder))
    return (*HOLEGRAM, *own, "serve")


class _Typist:
    """Types into one server."""

    def __init__(self, client: PlainClient, language: Language, triggers: Sequence[str]) -> None:
        self.altered: list[Altered] = []
        self.lists = 0
        self._client, self._file = client, OpenFile(client, language)
        self._word = re.compile(language.word)
        self._editor = partial(ListEditor, triggers, language.word)

    def type(self, end: LineEnd) -> None:
        """Type an end of a line, after which the file is as it was."""
        first, text = not self._file.text, end.source.text
        if self._file.text != text:
            self._file.open(text)
        self._file.edit(end.start, end.end, end.behind(0))
        if first:  # the model is loaded
            self._client.ask(LIST, self._at(end.start, None))
        editors = {late: self._editor() for late in (False, True)}
        for typed in range(1, len(end.text) + 1):
            if typed - 1 not in end.closed:
                place = end.start + typed - 1
                self._file.edit(place, place, end.text[typed - 1])
            self._key(end, typed, editors)
        for late, editor in editors.items():
            self._enter(end, editor, late=late)
        self.lists += editors[False].is_open
        self._file.edit(end.start, end.end, end.text)

    def _key(self, end: LineEnd, typed: int, editors: Mapping[bool, ListEditor]) -> None:
        line, known = end.before + end.text[:typed], dict[str | None, ListAnswer]()

        def ask(trigger: str | None) -> ListAnswer:
            if trigger not in known:
                known[trigger] = self._list(line, end.start + typed, trigger)
            return known[trigger]

        for late, editor in editors.items():
            editor.typed(line, None if late and typed == len(end.text) else ask)

    def _enter(self, end: LineEnd, editor: ListEditor, *, late: bool) -> None:
        taken = editor.entered()
        if taken is None:
            return
        line = end.before + end.text
        became = line[: taken.start] + taken.text
        name = end.source.name
        self.altered.append(Altered(name, end.line, line.strip(), taken.text, became.strip(), late))

    def _list(self, line: str, offset: int, trigger: str | None) -> ListAnswer:
        result = self._client.ask(LIST, self._at(offset, trigger))
        listed = {"items": result} if isinstance(result, list) else result or {}
        items = sorted(listed.get("items") or (), key=lambda item: item.get("sortText") or item["label"])
        word = next((m.start() for m in self._word.finditer(line) if m.end() == len(line)), len(line))
        return ListAnswer(
            tuple(_listed(item, line, word) for item in items), bool(listed.get("isIncomplete"))
        )

    def _at(self, offset: int, trigger: str | None) -> dict[str, Any]:
        kind = _INVOKED if trigger is None else _TRIGGERED
        context = {"triggerKind": kind, **({} if trigger is None else {"triggerCharacter": trigger})}
        return {**self._file.at(offset), "context": context}


def _listed(item: Mapping[str, Any], line: str, word: int) -> Listed:
    """An entry of the protocol; one that names no range is for the word at the cursor, which begins there."""
    edit = item.get("textEdit") or {}
    place = edit.get("range") or edit.get("insert")
    start = word if place is None else _column(line, place["start"]["character"])
    text = edit.get("newText") or item.get("insertText") or item["label"]
    return Listed(text, item.get("filterText") or item["label"], start, bool(item.get("preselect")))


def _column(line: str, units: int) -> int:
    """Where a column of the protocol, in UTF-16, is in a line."""
    return len(line.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore"))
