"""An emulated editor does with lists what VS Code does, and tells which lines Enter did not end."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lsp_server.lab.enter import (
    Altered,
    EnterReport,
    ListAnswer,
    Listed,
    ListEditor,
    line_ends,
    measure_enter,
)
from lsp_server.lab.enter import measure as measuring
from lsp_server.lab.enter.fuzzy import score
from lsp_server.languages import load_registry
from lsp_server.languages.sources import Source

HCL = load_registry().by_id("hcl")
SOURCE = Source("a.tf", "x = value\n")

SERVER = """
import sys
from lsprotocol import types
from pygls.lsp.server import LanguageServer

server = LanguageServer("stub", "1")


@server.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=["."]))
def completion(params):
    at = params.position
    edit = lambda text: types.TextEdit(types.Range(types.Position(at.line, 4), at), text)
    items = [types.CompletionItem(label=text, text_edit=edit(text)) for text in sys.argv[1:]]
    return types.CompletionList(is_incomplete=True, items=items)


@server.feature(types.TEXT_DOCUMENT_INLINE_COMPLETION, types.InlineCompletionOptions())
def ghost(params):
    return None


server.start_io()
"""


@pytest.mark.parametrize(
    ("letters", "entry", "points"),
    [
        ("na", "name", 10),
        ("name", "name", 28),
        ("Au", "author", 8),
        ("au", "author", 10),
        ("oi", "order_id", -1),
        ("ubc", "subject", None),  # a first letter within a word is too weak
        ("naem", "name", 25),
        ("nmae", "name", 25),
        ("longer", "long", None),
    ],
)
def test_letters_fit_an_entry_as_well_as_in_vs_code(letters: str, entry: str, points: int | None) -> None:
    assert score(letters, entry) == points


class Typed:
    """An editor that knows some lists, by what stands before the cursor, and what was asked for."""

    def __init__(self, lists: dict[str, list[str]], *, incomplete: bool = True) -> None:
        self.asked: list[tuple[str, str | None]] = []
        self.editor = ListEditor(["."], r"\w+")
        self._lists, self._incomplete = lists, incomplete

    def type(self, line: str, *, start: int = 0, late: bool = False) -> str | None:
        """Type a line; gives what Enter takes then."""
        for end in range(1, len(line) + 1):
            before = line[:end]

            def ask(trigger: str | None, before: str = before) -> ListAnswer:
                self.asked.append((before, trigger))
                entries = self._lists.get(before, [])
                return ListAnswer(tuple(Listed(one, one, start) for one in entries), self._incomplete)

            self.editor.typed(before, None if late and end == len(line) else ask)
        taken = self.editor.entered()
        return None if taken is None else taken.text


def test_a_list_opens_when_a_word_is_begun_and_after_a_trigger_and_in_no_number() -> None:
    typed = Typed({})
    typed.type("ab = 12 c.")
    assert typed.asked == [("a", None), ("ab", None), ("ab = 12 c", None), ("ab = 12 c.", ".")]


def test_enter_takes_the_best_entry_and_the_word_itself_before_a_longer_one() -> None:
    lists = {
        "n": ["name", "names"],
        "na": ["name", "names"],
        "nam": ["names", "name"],
        "name": ["names", "name"],
    }
    assert Typed(lists).type("nam") == "names"
    assert Typed(lists).type("name") == "name"


def test_where_the_complete_word_is_missing_enter_takes_another() -> None:
    assert Typed({"Order": ["OrderWithMore"]}).type("Order") == "OrderWithMore"


def test_a_list_that_is_complete_is_asked_for_once_and_filtered() -> None:
    typed = Typed({"n": ["name", "none"]}, incomplete=False)
    assert typed.type("non") == "none"
    assert typed.asked == [("n", None)]


def test_until_the_answer_comes_the_list_stays_as_it_is() -> None:
    lists = {"n": ["name"], "na": ["name"], "nam": ["name"], "name": ["name"]}
    assert Typed(lists).type("name", late=True) == "name"
    assert Typed(lists, incomplete=False).type("name", late=True) == "name"


def test_an_entry_with_a_blank_still_fits_once_the_blank_is_typed() -> None:
    lists = {"NOT": ["NOT NULL"]}
    assert Typed(lists).type("NOT ") == "NOT NULL"
    assert Typed(lists).type("NOT;") is None


def test_the_end_of_a_line_is_its_last_word_and_what_follows_that() -> None:
    text = 'a = f("b", [c])\n}\n\n  tags = {\n'
    (call, brace, tags) = sorted(line_ends(HCL, [Source("a.tf", text)], 9), key=lambda end: end.start)
    assert (call.before, call.text, call.line) == ('a = f("b", [', "c])", 1)
    assert [call.behind(typed) for typed in range(4)] == ["])", "])", ")", ""]
    assert (brace.before, brace.text) == ("", "}")
    assert (tags.before, tags.text, tags.behind(0)) == ("  ", "tags = {", "")


def test_the_same_seed_draws_the_same_ends_and_few_of_one_file() -> None:
    sources = [Source(f"{name}.tf", "".join(f"a{n} = {n}\n" for n in range(40))) for name in "bc"]
    one = line_ends(HCL, sources, 500, seed=3)
    assert one == line_ends(HCL, sources, 500, seed=3) != line_ends(HCL, sources, 500, seed=4)
    assert len(one) == 20
    assert len(line_ends(HCL, sources, 7)) == 7


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "server.py").write_text(SERVER)
    return tmp_path


def offering(monkeypatch: pytest.MonkeyPatch, folder: Path, *entries: str) -> None:
    """The server is one whose lists have some entries."""
    command = (sys.executable, str(folder / "server.py"), *entries)
    monkeypatch.setattr(measuring, "command_for", lambda _: command)


def measured() -> EnterReport:
    return measure_enter(HCL, [SOURCE], ends=1)


def test_a_server_that_knows_the_word_alters_no_line(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    offering(monkeypatch, folder, "value")
    found = measured()
    assert (found.ends, found.lists) == (1, 1)
    for late in (False, True):
        assert (found.count(late=late, same=False), found.count(late=late, same=True)) == (0, 1)


def test_a_server_that_offers_another_word_alters_the_line(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    offering(monkeypatch, folder, "values")
    assert measured().altered == tuple(
        Altered("a.tf", 1, "x = value", "values", "x = values", late) for late in (False, True)
    )


def test_a_server_that_offers_nothing_alters_nothing(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    offering(monkeypatch, folder)
    assert (measured().lists, measured().altered) == (0, ())
