"""What we read is what Lark reads: the same lexemes and the same verdict, on valid texts and on others."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lark import Lark, Token
from lark.exceptions import UnexpectedInput
from lark.lexer import ContextualLexer

from lsp_server.constraint import Grammar, check, load_grammar
from lsp_server.lalr import automaton, grammar
from lsp_server.lalr.lexing import begun, drive
from lsp_server.lalr.loading import forget_grammars
from lsp_server.lalr.table import END
from lsp_server.languages import Language
from tests.constraint.small import small_language
from tests.constraint.texts import PIECES, apply, bounded, edits, examples
from tests.counts import FULL

Lexemes = list[tuple[str, int, int]]

_FEW = 6

KEYWORDS = """\
start: (set | call)*
set: SET NAME EQUAL value SEMICOLON
call: NAME LPAR (value (COMMA value)*)? RPAR SEMICOLON
value: NAME | NUMBER | ON | OFF | call_value
call_value: AT NAME
SET: "set"
ON: "on"i
OFF.2: "off"
NAME: /[a-z_]+/
NUMBER: /[0-9]+(\\.[0-9]+)?/
EQUAL: "="
LPAR: "("
RPAR: ")"
COMMA: ","
AT: "@"
SEMICOLON: ";"
BLANK: /[ \\n]+/
COMMENT: /#[^\\n]*/
%ignore BLANK
%ignore COMMENT
"""

OPERATORS = """\
start: sum? (SEMI sum)*
sum: sum (PLUS | PLUS_PLUS | ASSIGN) atom | atom
atom: WORD | STRING | LESS atom | LESS_EQUAL atom | OPEN sum CLOSE
PLUS: "+"
PLUS_PLUS: "++"
ASSIGN: "+="
LESS: "<"
LESS_EQUAL: "<="
OPEN: "("
CLOSE: ")"
SEMI: ";"
WORD: /[ab]+|a(b|ba)c?/
STRING: /"([^"\\\\]|\\\\.)*"/
%ignore /[ ]+/
"""

MODES = """\
start: item*
item: KEY EQUAL text END_LINE | KEY END_LINE
text: QUOTE (PIECE | OPEN_HOLE hole CLOSE_HOLE | SIGN)* END_QUOTE
hole: KEY | text | hole DOT KEY
KEY: /[a-z]+/
EQUAL: "="
QUOTE: "\\""
END_QUOTE: "\\""
PIECE.1: /[^"${}]+/
SIGN: "$"
OPEN_HOLE.1: "${"
CLOSE_HOLE: "}"
DOT: "."
END_LINE: /\\n/
BLANK: /[ ]+/
%ignore BLANK
"""

OVERLAPS = """\
start: (NAME | AND | DOT)*
NAME: /[a-z]+/
AND: "and"
DOT: "."
REMARK: "rem"
BLANK: /[ .]+/
%ignore REMARK
%ignore BLANK
"""

SMALL = {
    "overlaps": (small_language(OVERLAPS), "a and.b", (*"a. ", "and", "rem")),
    "keywords": (
        small_language(KEYWORDS),
        "set on_ = On; call(1.5, off, @set); offer(on, ON); # c\nset a = b;",
        (*"sO =();,@#1.\n ", "set", "on", "off"),
    ),
    "operators": (small_language(OPERATORS), 'ab + abba ++ (<= "a\\"+" += aba); < a', (*'abc+=<"\\(); ',)),
    "modes": (
        small_language(MODES),
        'a = "x ${b.c} $ y ${"z ${k}"}"\nb\n',
        (*'ab="${}. \n', "${", "$$"),
    ),
}


@cache
def lark_of(language: Language) -> Lark:
    """Lark's own parser, its lexer told what else to read where, because it is reserved."""
    lark = Lark(
        language.grammar, parser="lalr", lexer="contextual", start=language.start, maybe_placeholders=False
    )
    grammar = load_grammar(language)
    if grammar.reserved:
        table = lark.parser.parser._parse_table.states
        states: dict[int, Collection[str]] = {
            state: grammar.with_reserved(frozenset(row)) for state, row in table.items()
        }
        lark.parser.lexer = ContextualLexer(lark.parser.lexer_conf, states)
    return lark


def read_soon(language: Language) -> None:
    """Skip a language that Lark does not make its lexers for in seconds, unless all is tried."""
    if language.id == "postgres" and not FULL:
        pytest.skip("Lark takes a minute to make its lexers: only with --full")


def by_lark(language: Language, text: str) -> tuple[Lexemes, bool]:
    """The lexemes that Lark's parser takes, in order, and whether it takes the whole text.

    A last one after which nothing at all may stand is left out: we refuse it at once.
    """
    found: Lexemes = []
    parser = lark_of(language).parse_interactive(text)
    try:
        for token in parser.iter_parse():
            found.append(_lexeme(token))
        parser.feed_eof()
    except UnexpectedInput as error:
        refused = getattr(error, "token", None)
        unshifted = bool(found) and refused is not None and _lexeme(refused) == found[-1]
        dead_end = not any(name.isupper() for name in parser.choices())
        return found[: len(found) - (unshifted or dead_end)], False
    return found, True


def _lexeme(token: Token) -> tuple[str, int, int]:
    return token.type, token.start_pos or 0, token.end_pos or 0


def by_us(grammar: Grammar, text: str) -> tuple[Lexemes, bool]:
    *lexemes, (last, stack) = drive(grammar, grammar.table.start(), text, 0)
    valid = last.terminal == END and grammar.table.completes(stack)
    assert (check(grammar, text) is None) == valid
    return [(lexeme.terminal, lexeme.start, lexeme.end) for lexeme, _ in lexemes], valid


def assert_same(language: Language, text: str) -> None:
    assert by_us(load_grammar(language), text) == by_lark(language, text), repr(text)


@pytest.mark.parametrize("name", SMALL)
def test_a_valid_text_is_read_as_lark_reads_it(name: str) -> None:
    language, text, _ = SMALL[name]
    assert check(load_grammar(language), text) is None
    assert_same(language, text)


@pytest.mark.parametrize("name", SMALL)
@bounded(400)
@given(data=st.data())
def test_an_edited_text_is_read_as_lark_reads_it(name: str, data: st.DataObject) -> None:
    language, text, pieces = SMALL[name]
    assert_same(language, apply(text, data.draw(edits(pieces)))[0])


@pytest.mark.parametrize("name", SMALL)
@bounded(400)
@given(data=st.data())
def test_a_jumble_is_read_as_lark_reads_it(name: str, data: st.DataObject) -> None:
    language, _, pieces = SMALL[name]
    assert_same(language, "".join(data.draw(st.lists(st.sampled_from(pieces), max_size=12))))


def test_an_example_is_valid_and_read_as_lark_reads_it(language: Language) -> None:
    read_soon(language)
    for text in _without_pairs(language):
        assert check(load_grammar(language), text) is None
        assert_same(language, text)


@bounded(40)
@given(data=st.data())
def test_an_edited_example_is_read_as_lark_reads_it(language: Language, data: st.DataObject) -> None:
    read_soon(language)
    text = data.draw(st.sampled_from(_without_pairs(language)))
    start = data.draw(st.integers(0, max(0, text.count("\n") - 25)))
    some = "".join(text.splitlines(keepends=True)[start : start + 25])
    edited, _ = apply(some, data.draw(edits(PIECES[language.id])))
    if not _pairs(language, edited):
        assert_same(language, edited)


def _without_pairs(language: Language) -> list[str]:
    """The examples without what plain Lark cannot know: closers of paired terminals."""
    return [text for text in examples(language) if not _pairs(language, text)]


def _pairs(language: Language, text: str) -> bool:
    return any(re.search(pair.tag, text) for pair in language.paired)


def test_what_a_character_is_read_as_is_known_without_a_scanner(language: Language) -> None:
    grammar = load_grammar(language)
    for accepts in set(grammar.table.accepts.all()):
        for character in " \n\t#\"'/$-a(":
            found = grammar.scanner(accepts, None).match(character, 0)
            assert grammar.read_first(character, accepts) == (None if found is None else found[0])


WORDS = """\
start: (ORDER BY NAME SEMICOLON | SHOW NAME SEMICOLON)*
ORDER: "order"
BY: "by"
SHOW: "show"
NAME: /[a-z]+/
SEMICOLON: ";"
%ignore / +/
"""


@pytest.mark.parametrize(
    ("text", "plain", "reserved"),
    [
        ("order by a;", True, True),
        ("order bya;", True, False),
        ("orderby a;", True, False),
        ("order by by;", True, True),
        ("show order;", True, False),
    ],
)
def test_a_fixed_word_does_not_end_within_a_reserved_terminal(text: str, plain: bool, reserved: bool) -> None:
    language = small_language(WORDS)
    for known, valid in (((), plain), (("NAME", "ORDER"), reserved)):
        assert (check(load_grammar(replace(language, reserved=known)), text) is None) is valid, known


def test_what_is_kept_makes_no_difference(language: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    """The states of the automaton and the scanners are let go again and again."""

    def read(text: str) -> list[object]:
        found, inside = load_grammar(language), list[object]()
        for lexeme, stack in drive(found, found.start(), text, 0):
            ends = {min(lexeme.start + 1, lexeme.end), lexeme.end}
            inside.append((lexeme, [begun(found, stack, text, lexeme.start, end) for end in sorted(ends)]))
        return inside

    texts = [text[:200] for text in examples(language)[:2]]
    kept = [read(text) for text in texts]
    forget_grammars()
    monkeypatch.setattr(automaton, "_MOST_STATES", _FEW)
    monkeypatch.setattr(grammar, "_MOST_SCANNERS", _FEW)
    assert [read(text) for text in texts] == kept
    assert len(load_grammar(language)._by_state) <= _FEW
    forget_grammars()
