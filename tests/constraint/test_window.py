"""How the text after a cursor is read: in the mode there, and as the end of the lexeme that it is in."""

from __future__ import annotations

from random import Random

import pytest

from lsp_server.constraint import CursorState, Prefix, load_grammar, windows
from lsp_server.constraint.window import window_read
from lsp_server.lalr.automaton import State
from lsp_server.languages import Language, load_registry
from tests.constraint.small import small_grammar
from tests.constraint.texts import PIECES, examples
from tests.work import calls

ASSIGNMENTS = small_grammar(
    "start: (NAME EQUAL (NAME | STRING | NUMBER) END)*\n"
    'EQUAL: "="\nEND: ";"\nNAME: /[a-z]+/\nNUMBER: /[0-9]+(\\.[0-9]+)?/\n'
    'STRING: /"([^"\\\\\\n]|\\\\.)*"/\nBLANK: /[ \\n]+/\nNOTE: /#[^\\n]*/\n%ignore BLANK\n%ignore NOTE\n'
)


def tails(marked: str) -> list[tuple[str, set[str]]]:
    before, after = marked.split("|")
    state = Prefix(ASSIGNMENTS, before + after).at(len(before))
    assert isinstance(state, CursorState)
    readings = windows(ASSIGNMENTS, before + after, state, 8)
    return [(window.tail, set(window.lexemes[0].terminals)) for window in readings if window.tail]


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ('a = "x|y";', [('y"', {"STRING"})]),
        ('a = "x|";', [('"', {"STRING"})]),
        (r'a = "x|y \" z"; b = "c";', [(r'y \" z"', {"STRING"})]),
        ("ab|cd = e;", [("cd", {"NAME"})]),
        ("a = 1|2.5;", [("2.5", {"NUMBER"})]),
        ("ab| = c;", []),
        ("a = |bc;", []),
        ('a = "x|y;\nb = c;', []),
        ("a = b; # x|y\n", []),
    ],
)
def test_inside_a_lexeme_what_follows_is_its_end(marked: str, expected: list[tuple[str, set[str]]]) -> None:
    assert tails(marked) == expected


def test_after_the_end_of_a_lexeme_reading_goes_on() -> None:
    text = 'a = "xy";\nb = c;'
    state = Prefix(ASSIGNMENTS, text).at(6)
    assert isinstance(state, CursorState)
    first = windows(ASSIGNMENTS, text, state, 8)[0]
    names = [sorted(lexeme.terminals) for lexeme in first.lexemes]
    assert names == [["STRING"], ["END"], ["NAME"], ["EQUAL"], ["NAME"], ["END"], ["$END"]]
    assert not first.open


@pytest.mark.parametrize("size", [10, 5_000])
def test_a_long_lexeme_is_read_as_a_short_one(size: int) -> None:
    grammar = small_grammar(
        'start: (NAME "=" (TEXT | NAME | WIDE) ";")*\nNAME: /[a-z]+/\nTEXT: /"[^"]*"/\n'
        'WIDE: /"[^"]*"|[a-z][a-z0-9]*/\nBLANK: /[ \\n]+/\n%ignore BLANK\n'
    )
    after = f'"{"x " * size}"; b = {"c" * size};'
    state = Prefix(grammar, "a = " + after).at(4)
    assert isinstance(state, CursorState)
    first = windows(grammar, "a = " + after, state, 8)[0]
    names = [lexeme.terminals for lexeme in first.lexemes if len(lexeme.terminals) > 1]
    assert names == [{"TEXT", "WIDE"}, {"NAME", "WIDE"}]


def test_of_a_very_long_lexeme_no_character_is_looked_at_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []

    def step(self: State, character: str) -> State:
        steps.append(character)
        return real(self, character)

    real = State.step
    monkeypatch.setattr(State, "step", step)
    text = 'a = "' + "x " * 20_000 + '";\nb = c;'
    state = Prefix(ASSIGNMENTS, text).at(4)
    assert isinstance(state, CursorState)
    steps.clear()
    assert windows(ASSIGNMENTS, text, state, 8)[0].lexemes[0].terminals == {"STRING"}
    assert len(steps) < 2_000


LINKS = small_grammar(
    "start: (NAME EQUAL value END)*\nvalue: NAME (LESS NAME)? | link\nlink: LESS TEXT CLOSE\n"
    'EQUAL: "="\nEND: ";"\nLESS: "<"\nCLOSE: ">"\nNAME: /[a-z]+/\nTEXT.1: /[^<>\\n]+/\n'
    "BLANK: /[ \\n]+/\n%ignore BLANK\n"
)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ("<b c>;\n", "LESS TEXT CLOSE END $END"),
        ("< b;\nc = <d e>;", "LESS NAME END NAME EQUAL LESS TEXT CLOSE"),
    ],
)
def test_a_lexeme_that_may_open_a_text_is_read_both_ways(after: str, expected: str) -> None:
    text = "a = " + after
    state = Prefix(LINKS, text).at(4)
    assert isinstance(state, CursorState)
    found = windows(LINKS, text, state, 8)
    names = [" ".join(name for lexeme in window.lexemes for name in lexeme.terminals) for window in found]
    assert expected in names


def test_what_the_parser_itself_reads_has_no_lexeme_that_is_none(language: Language) -> None:
    grammar, chance, read = load_grammar(language), Random(3), 0
    for _ in range(600):
        text = chance.choice(examples(language))[:400]
        cursor = chance.randrange(len(text))
        typed = "".join(chance.choice(PIECES[language.id]) for _ in range(chance.randrange(4)))
        whole, border = text[:cursor] + typed + text[cursor:], cursor + len(typed)
        window = window_read(grammar, grammar.start(), whole, 0, border)
        if window is not None:
            assert all(lexeme.terminals for lexeme in window.lexemes), (whole, border)
            assert not (window.tail and window.lexemes[0].optional), (whole, border)
            read += 1
    assert read > 50


def test_behind_a_quote_that_is_typed_there_may_be_nothing_to_read() -> None:
    grammar = load_grammar(load_registry().by_id("sparql"))
    text = "SELECT * { ?a ?b '"
    assert window_read(grammar, grammar.start(), f"{text}PREFIX \n <a>\n", 0, len(text)) is None


def test_a_very_long_lexeme_is_read_once() -> None:
    """To read it takes six calls for each character."""
    grammar, text = load_grammar(load_registry().by_id("hcl")), f'\na = "{"word " * 2_000}"\n'
    state = Prefix(grammar, text).at(0)
    assert isinstance(state, CursorState)
    assert windows(grammar, text, state, 8)
    assert calls(lambda: windows(grammar, text, state, 8)) < 8 * len(text)
