"""An editor that closes by itself: what each key does, as in VS Code, and what the measure makes of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lsp_server.lab.material.places import places
from lsp_server.lab.quality.closing import ClosedPair, Closing, closed_pairs
from lsp_server.lab.quality.typist import Accept, Draft, Habits, TypedStretch, type_out
from lsp_server.languages import Language, load_registry

PAIRS = closed_pairs(
    [
        {"open": "{", "close": "}", "notIn": ["comment"]},
        {"open": "(", "close": ")", "notIn": ["string", "comment"]},
        {"open": '"', "close": '"', "notIn": ["string", "comment"]},
    ]
)
HABITS = Habits(1, closing=PAIRS)
CURSOR = "|"


@pytest.fixture(scope="module")
def hcl() -> Language:
    return load_registry().by_id("hcl")


def seen(language: Language, text: str, after: str = "") -> list[str]:
    """The document after each key, with the cursor in it."""
    stretch, found = TypedStretch("f.tf", "", text, after), list[str]()

    def suggest(draft: Draft, overtaken: Callable[[], bool]) -> str:
        found.append(draft.text[: draft.offset] + CURSOR + draft.text[draft.offset :])
        return ""

    type_out(language, stretch, suggest, HABITS)
    return found


def test_a_closer_comes_behind_the_cursor_and_is_typed_over(hcl: Language) -> None:
    assert seen(hcl, 'a "b" {')[2:6] == ['a "|"', 'a "b|"', 'a "b"|', 'a "b" |']
    assert seen(hcl, "a = f(1)\n")[5:] == ["a = f(|)", "a = f(1|)", "a = f(1)|", "a = f(1)\n|"]


def test_one_closes_in_the_other(hcl: Language) -> None:
    assert seen(hcl, 'a = f("b")')[5:] == [
        "a = f(|)",
        'a = f("|")',
        'a = f("b|")',
        'a = f("b"|)',
        'a = f("b")|',
    ]
    assert seen(hcl, 'a = "${b}"')[4:7] == ['a = "|"', 'a = "$|"', 'a = "${|}"']


def test_enter_between_brackets_makes_two_lines_and_one_key_passes_the_second(hcl: Language) -> None:
    documents = seen(hcl, "a {\n  b = 1\n}\nc = 2")
    assert documents[2:5] == ["a {|}", "a {\n  |\n}", "a {\n  b|\n}"]
    assert documents[8:10] == ["a {\n  b = 1|\n}", "a {\n  b = 1\n}|"]
    assert documents[-1] == "a {\n  b = 1\n}\nc = 2|"


@pytest.mark.parametrize(
    ("text", "after", "opened"),
    [
        pytest.param("# it (is)", "", "# it (|", id="in a comment"),
        pytest.param('a = "(b)"', "", 'a = "(|"', id="a bracket in a string"),
        pytest.param("a {\n  b = 1", "\n}\n", "a {|\n}\n", id="what is closed below"),
        pytest.param("a = (1)", "b", "a = (|b", id="before a word"),
    ],
)
def test_nothing_is_closed(hcl: Language, text: str, after: str, opened: str) -> None:
    assert opened in seen(hcl, text, after)


def test_a_closer_below_that_stands_in_the_line_costs_a_key_more() -> None:
    text = "{\n a }"
    closing = Closing.of(text, bytes(len(text) + 1), (ClosedPair("{", "}"),))
    closing, stroke = closing.pressed(0, "", "")
    assert stroke.behind == "}"
    closing, stroke = closing.pressed(1, "{", "}")
    assert (stroke.letters, stroke.over, stroke.behind) == ("\n ", 1, "\n}")
    closing, stroke = closing.pressed(5, "{\n a ", "\n}")
    assert (stroke.letters, stroke.over, stroke.more) == ("}", 2, 1)


def test_keys_and_characters_are_those_of_a_person(hcl: Language) -> None:
    text = 'a "b" {\n  c = 1\n}\n'
    typed = type_out(hcl, TypedStretch("f.tf", "", text, ""), lambda draft, overtaken: "", HABITS)
    # The line below and its closer are one key, the indentation none.
    assert typed.characters == typed.keys == len('a "b" {\nc = 1}\n')


def test_a_suggestion_over_the_closer_is_taken_to_its_end(hcl: Language) -> None:
    text = 'a "bcd" {'
    shown = {3: 'bcd" {'}

    def suggest(draft: Draft, overtaken: Callable[[], bool]) -> str:
        return shown.get(draft.offset, "")

    typed = type_out(hcl, TypedStretch("f.tf", "", text, ""), suggest, Habits(1, Accept.WHOLE, PAIRS))
    assert (typed.takes, typed.shown, typed.right) == (1, 1, 1)
    assert typed.keys == len('a "') + 1


def test_the_server_is_asked_anew_where_the_editor_closed_what_was_typed(hcl: Language) -> None:
    text = "a = f(b)"
    asked: list[int] = []

    def suggest(draft: Draft, overtaken: Callable[[], bool]) -> str:
        asked.append(draft.offset)
        return text[draft.offset :] if draft.offset == 5 else ""

    type_out(hcl, TypedStretch("f.tf", "", text, ""), suggest, Habits(1, Accept.NEVER, PAIRS))
    assert 6 in asked


def test_only_the_pairs_that_the_editor_knows_are_closed(hcl: Language) -> None:
    kinds = places(hcl, "a = [1]")
    assert Closing.of("a = [1]", kinds, PAIRS).closers == {}
    assert Closing.of("a = (1)", kinds, PAIRS).closers == {4: 6}
