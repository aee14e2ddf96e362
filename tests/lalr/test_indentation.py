"""Blocks by indentation are read as Lark reads them with an `Indenter`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest
from lark import Lark, Token
from lark.indenter import Indenter

from lsp_server.errors import GrammarError
from lsp_server.lalr import Grammar, check, drive, load_grammar
from lsp_server.languages import Indentation, Language
from tests.constraint.small import small_language
from tests.counts import tries

GRAMMAR = r"""
start: (_NEWLINE | _statement)*
_statement: value _NEWLINE | block
block: NAME ":" _NEWLINE _INDENT _statement+ _DEDENT
     | NAME ":" value _NEWLINE
value: NAME | NAME "(" [value ("," value)*] ")" | "[" value* "]"
NAME: /[a-z]+/
LPAR: "("
RPAR: ")"
LSQB: "["
RSQB: "]"
%declare _INDENT _DEDENT
_NEWLINE: /(\r?\n[\t ]*|#[^\n]*)+/
%ignore /[ \t]+/
"""

RULES = Indentation(tab=3, brackets=(("LPAR", "RPAR"), ("LSQB", "RSQB")))
PIECES = ("a", "b", ":", "(", ")", "[", "]", ",", "\n", "\n  ", "\n    ", "\n\t", " ", "#c", "# c\n", "\r\n")


class _Judge(Indenter):
    """Lark's own reading; `read` are the terminals that its parser was given."""

    NL_type, INDENT_type, DEDENT_type = RULES.newline, RULES.indent, RULES.dedent
    OPEN_PAREN_types, CLOSE_PAREN_types = map(list, zip(*RULES.brackets, strict=True))
    tab_len = RULES.tab

    def __init__(self) -> None:
        super().__init__()
        self.read: list[str] = []

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        self.read = []
        for token in super().process(stream):  # type: ignore[no-untyped-call]
            self.read.append(token.type)
            yield token


JUDGE = _Judge()
PARSER = Lark(GRAMMAR, parser="lalr", postlex=JUDGE)


def judged(text: str) -> list[str] | None:
    """The terminals that Lark reads in a text; None where it does not accept it, in whatever way."""
    try:
        PARSER.parse(text)
    except Exception:
        return None
    return JUDGE.read


@pytest.fixture(scope="module")
def grammar() -> Grammar:
    return load_grammar(indented())


def indented(grammar: str = GRAMMAR, rules: Indentation = RULES) -> Language:
    return replace(small_language(grammar), indentation=rules)


def read(grammar: Grammar, text: str) -> list[str]:
    lexemes = drive(grammar, grammar.start(), text, 0)
    return [
        n for lex, stack in lexemes for n in grammar.read_as(stack, lex.terminal, text, lex.start, lex.end)
    ]


def texts(random: Random, number: int) -> Iterator[str]:
    """Texts of some blocks, whole and with some of their pieces changed."""
    for _ in range(number):
        pieces = [*_block(random, 0, 3)]
        yield "".join(pieces)
        for _ in range(3):
            place = random.randrange(len(pieces) + 1)
            pieces[place : place + random.choice((0, 1, 1, 2))] = random.choices(
                PIECES, k=random.randrange(3)
            )
            yield "".join(pieces)


def _block(random: Random, column: int, deepest: int) -> Iterator[str]:
    blanks = "\t" * (column // 3) + " " * (column % 3) if random.random() < 0.3 else " " * column
    for _ in range(random.randint(1, 3)):
        yield blanks
        if deepest and random.random() < 0.5:
            yield from ("a", ":", random.choice(("\n", " # c\n", "\n\n", "\n  # c\n")))
            yield from _block(random, column + random.randint(1, 4), deepest - 1)
        else:
            yield from random.choice(
                (("b",), ("a", "(", "\n", "b", ",", " ", "c", ")"), ("[", "a", "\n  ", "]"))
            )
            yield random.choice(("\n", "\r\n", "\n\n", "\n   # c\n"))


def test_texts_are_read_as_lark_reads_them(grammar: Grammar) -> None:
    accepted = rejected = 0
    for text in texts(Random(1), tries(1_000, 20_000)):
        expected = judged(text)
        assert (check(grammar, text) is None) == (expected is not None), repr(text)
        if expected is None:
            rejected += 1
        else:
            accepted += 1
            assert read(grammar, text) == expected, repr(text)
    assert min(accepted, rejected) > 500


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("a:\n  b\n", True),
        ("a:\n  b", False),
        ("a:\n  b\nc\n", True),
        ("a:\n  b\n c\n", False),
        ("a:\nb\n", False),
        (" a\n", True),
        ("\n a\n", False),
        ("f(a,\n\nb)\n", True),
        ("a:\n\tb\n   c\n", True),
        ("a:\n  b\n\n#c", True),
        ("a:\n  b\n\n# c", False),
        ("a # c", False),
    ],
)
def test_the_end_of_a_line_is_what_lark_takes_it_for(grammar: Grammar, text: str, valid: bool) -> None:
    assert (judged(text) is not None, check(grammar, text) is None) == (valid, valid)


def test_a_line_that_is_no_line_of_a_block_is_the_place_of_the_error(grammar: Grammar) -> None:
    found = check(grammar, "a:\n    b\n  c\n")
    assert found is not None
    assert (found.offset, found.expected) == (
        11,
        ("line indented by 4 columns", "line indented by 0 columns"),
    )


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        (Indentation(newline="_LINE"), "terminal _LINE of the indentation is not in the grammar"),
        (Indentation(brackets=(("LPAR", "RBRACE"),)), "terminal RBRACE of the indentation"),
    ],
)
def test_a_name_that_the_grammar_does_not_have_is_told(rules: Indentation, message: str) -> None:
    with pytest.raises(GrammarError, match=rf"grammar\.lark: {message}.* \(correct \[indentation\]\)$"):
        load_grammar(indented(rules=rules))


def test_what_is_declared_and_no_part_of_the_indentation_is_told() -> None:
    with pytest.raises(GrammarError, match="terminal _OUT of the indentation is not in the grammar"):
        load_grammar(indented(rules=Indentation(dedent="_OUT")))


def test_an_indent_that_is_a_text_is_told() -> None:
    grammar = GRAMMAR.replace("%declare _INDENT _DEDENT", '%declare _DEDENT\n_INDENT: ">"')
    with pytest.raises(GrammarError, match="terminal _INDENT has a text of its own"):
        load_grammar(indented(grammar))
