"""How lists are measured: words taken out of files, what a server lists there, and the rows of a table."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from lsp_server.lab.quality.lists import (
    OF_ONE_FILE,
    LineRest,
    ListClient,
    ListedWord,
    WordGap,
    draw,
    measure_lists,
    rows,
)
from lsp_server.languages import load_registry
from lsp_server.languages.sources import Source

GRAPHQL = load_registry().by_id("graphql")
TEXT = "# Nothing of this comment.\n" + "".join(
    f'type Kind{number} {{\n  "Nothing of this." field: Other{number}\n}}\n\n' for number in range(8)
)
SOURCE = Source("a.graphql", TEXT)

SERVER = """
import json, sys
def send(message):
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    sys.stdout.buffer.write(b"Content-Length: %d\\r\\n\\r\\n%b" % (len(body), body))
    sys.stdout.buffer.flush()
while True:
    length = 0
    while (line := sys.stdin.buffer.readline().strip()):
        length = int(line.split(b":")[1]) if line.lower().startswith(b"content-length") else length
    message = json.loads(sys.stdin.buffer.read(length))
    if message["method"] == "exit":
        break
    if "id" in message:
        result = ANSWERS.get(message["method"])
        if message["method"] == "textDocument/completion":
            end = message["params"]["position"]
            start = {"line": end["line"], "character": end["character"] - 1}
            result = {"isIncomplete": True, "items": [
                {"label": word, "sortText": key,
                 "textEdit": {"range": {"start": start, "end": end}, "newText": word}}
                for word, key in ENTRIES]}
        send({"id": message["id"], "result": result})
"""


def server(path: Path, entries: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """The command of a server that lists the same words anywhere, each with its key for sorting."""
    script = path / "server.py"
    head = f"ENTRIES = {list(entries)!r}\nANSWERS = {{'initialize': {{'capabilities': {{}}}}}}\n"
    script.write_text(head + SERVER, encoding="utf-8")
    return sys.executable, str(script)


def word(rest: LineRest = LineRest.LEFT) -> WordGap:
    """`Book` in the place of a type, one letter of which is left."""
    text = "type A {\n  a: B" + (" @d" if rest is LineRest.LEFT else "") + "\n}\n"
    return WordGap("a.graphql", text, text.index("B"), "Book", 1, rest)


def listed(
    rank: int | None,
    *,
    editor: ListClient = ListClient.PLAIN,
    rest: LineRest = LineRest.LEFT,
    ms: float = 1.0,
) -> ListedWord:
    return ListedWord(word(rest), editor, rank, ("Book",), ms)


def test_words_of_code_are_drawn_with_what_is_left_of_them() -> None:
    found = draw(GRAPHQL, [SOURCE], words=6, seed=1)
    assert len(found) == 6
    for one in found:
        assert one.word in ("type", "field") or one.word.startswith(("Kind", "Other"))
        assert TEXT.startswith(one.text[: one.start])
        assert one.text[one.start : one.offset] == one.word[: one.typed]
        assert 0 <= one.typed < len(one.word)
        rest = one.text[one.offset :].partition("\n")[0]
        stood = TEXT[one.start + len(one.word) :].partition("\n")[0]
        assert rest == (stood if one.rest is LineRest.LEFT else "")


def test_the_same_seed_draws_the_same_words_and_no_file_gives_too_many() -> None:
    sources = [SOURCE, Source("b.graphql", TEXT.replace("Kind", "Sort")), Source("short", "scalar A\n")]
    one, same, other = (draw(GRAPHQL, sources, words=100, seed=seed) for seed in (1, 1, 2))
    assert one == same != other
    assert len(one) == 2 * OF_ONE_FILE
    assert {found.source for found in one} == {"a.graphql", "b.graphql"}


@pytest.mark.parametrize(
    ("entries", "rank"),
    [
        ([("Bank", "0"), ("Book", "1")], 2),
        ([("Book", "1"), ("Bank", "0")], 2),
        ([("Books", "0")], None),
        ([("book", "0")], None),
        ([("Book!", "0")], 1),
        ([], None),
    ],
)
def test_the_rank_of_a_word_is_that_of_the_entry_that_writes_it(
    tmp_path: Path, entries: list[tuple[str, str]], rank: int | None
) -> None:
    [found] = measure_lists(GRAPHQL, [word()], ListClient.PLAIN, command=server(tmp_path, entries))
    assert found.rank == rank
    assert sorted(found.entries) == sorted(name for name, _ in entries)


def test_each_word_is_told_when_it_is_done(tmp_path: Path) -> None:
    done: list[int] = []
    command = server(tmp_path, [("Book", "0")])
    measure_lists(
        GRAPHQL, [word(), word(LineRest.REMOVED)], ListClient.GHOST, command=command, progress=done.append
    )
    assert done == [1, 2]


def test_there_is_a_row_for_each_kind_of_editor_and_of_line() -> None:
    found = [
        listed(1, ms=1),
        listed(3, ms=2),
        listed(9, ms=3),
        listed(None, ms=4),
        listed(2, rest=LineRest.REMOVED),
    ]
    one, two = rows(found)
    assert (one.editor, one.rest, one.words) == (ListClient.PLAIN, LineRest.LEFT, 4)
    assert (one.held, one.among_first, one.first, one.empty) == (0.75, 0.5, 0.25, 0)
    assert (one.p50, one.p95) == (2, 4)
    assert (two.rest, two.words, two.held) == (LineRest.REMOVED, 1, 1)


def test_a_list_without_entries_counts_as_empty() -> None:
    [row] = rows([ListedWord(word(), ListClient.GHOST, None, (), 1.0), listed(1, editor=ListClient.GHOST)])
    assert row.empty == 0.5


def test_a_row_is_told_as_json() -> None:
    [row] = rows([listed(1)])
    told = json.loads(json.dumps(row.as_json()))
    assert (told["editor"], told["rest"], told["words"], told["held"]) == ("no ghost text", "left", 1, 1)
