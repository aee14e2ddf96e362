"""Grammars that are not LALR(1): what we read is what Lark's Earley parser reads, with its dynamic lexer."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from random import Random

import pytest
from lark import Lark
from lark.exceptions import UnexpectedInput

from lsp_server.constraint import Oracle, Prefix
from lsp_server.constraint.cursor import CursorState
from lsp_server.lalr import Grammar, check, load_grammar
from lsp_server.lalr.general import GeneralTable
from lsp_server.languages import Language, LarkOptions
from lsp_server.syntax.lr import load_parser
from lsp_server.syntax.lr.nodes import Node
from tests.constraint.small import small_language
from tests.counts import tries

GRAMMARS = {
    "operators without levels": (
        'start: e\ne: e "+" e | e "*" e | N | "(" e ")"\nN: /[0-9]+/\n%ignore " "\n',
        "12 +*()",
    ),
    "two rules that may have ended": (
        'start: x*\nx: a "c" | b "d"\na: N\nb: N\nN: /[0-9]/\n%ignore " "\n',
        "1cd ",
    ),
    "a name or the rest of a line": (
        'start: (pair | rest)*\npair: W "=" W ";"\nrest: LINE ";"\nW: /[a-z]+/\nLINE: /[^;]+/\n%ignore " "\n',
        "ab=; ",
    ),
    "words that may be names": (
        'start: s*\ns: "if" W "then" W "." | W W "."\nW: /[a-z]+/\n%ignore " "\n',
        "ifthen. ",
    ),
    "what may be empty in two ways": ('start: a b\na: "x"*\nb: "x"* "y"? c\nc: | "z" c\n', "xyz"),
    "a rule that derives itself": ('start: a\na: a | "(" a ")" | b\nb: "x" | a "x"\n', "(x)"),
    "the middle of a palindrome": ('start: "a" start "a" | "b" start "b" | "a" | "b"\n', "ab"),
}


def general(text: str) -> Language:
    return replace(small_language(text), lark=LarkOptions(parser="earley"))


@cache
def both(name: str) -> tuple[Grammar, Lark]:
    text, _ = GRAMMARS[name]
    return load_grammar(general(text)), Lark(text, parser="earley", ambiguity="resolve")


def lark_takes(lark: Lark, text: str) -> bool:
    try:
        lark.parse(text)
    except UnexpectedInput:
        return False
    return True


@pytest.mark.parametrize("name", GRAMMARS)
def test_a_text_is_valid_if_lark_says_so(name: str) -> None:
    grammar, lark = both(name)
    rng, taken = Random(name), 0
    for _ in range(tries(300, 3_000)):
        text = "".join(rng.choice(GRAMMARS[name][1]) for _ in range(rng.randrange(9)))
        takes = lark_takes(lark, text)
        assert (check(grammar, text) is None) is takes, text
        taken += takes
    assert taken


@pytest.mark.parametrize("name", GRAMMARS)
def test_what_is_viable_can_be_gone_on_with(name: str) -> None:
    """Every beginning of a valid text is viable, and a text that fits is valid."""
    grammar, lark = both(name)
    rng = Random(name)
    for _ in range(tries(60, 600)):
        text = "".join(rng.choice(GRAMMARS[name][1]) for _ in range(rng.randrange(1, 9)))
        cut, end = sorted((rng.randrange(len(text) + 1), rng.randrange(len(text) + 1)))
        document = text[:cut] + text[end:]
        state = Prefix(grammar, document).at(cut)
        if not isinstance(state, CursorState):
            assert not lark_takes(lark, text), text
            continue
        oracle = Oracle(grammar, document, state)
        if lark_takes(lark, text):
            words = text[max(end - 1, 0) : end + 1].isalnum() or text[max(cut - 1, 0) : cut + 1].isalnum()
            assert oracle.viable(text[cut:end]) or words, (text, cut, end)
        elif cut < end:
            assert not oracle.fit(text[cut:end]).complete, (text, cut, end)


def test_a_tree_has_the_rules_of_an_unambiguous_text() -> None:
    language = general(GRAMMARS["two rules that may have ended"][0])
    assert shape(language, "1c 2d") == "start(x(a(N)c)x(b(N)d))"


def test_reading_goes_on_after_an_error_at_the_next_line_that_begins_an_element() -> None:
    language = general('start: x*\nx: a "c" | b "d"\na: N\nb: N\nN: /[0-9]/\n%ignore /\\s+/\n')
    assert shape(language, "1c\n2 2\n3d\n") == "start(x(a(N)c)ERROR(N)x(b(N)d))"


def test_expected_is_what_any_of_the_ways_expects() -> None:
    grammar, _ = both("two rules that may have ended")
    failure = check(grammar, "1")
    assert failure is not None
    assert failure.expected == ("c", "d")


def shape(language: Language, text: str) -> str:
    def written(node: Node) -> str:
        inner = "".join(map(written, node.children))
        return f"{node.type}({inner})" if inner else node.type

    return written(load_parser(language).parse(text).root)


def test_nothing_is_sure_to_be_reduced_where_several_stacks_are_one() -> None:
    """What they are together is a state that the table has no row of its own for."""
    grammar, _ = both("a name or the rest of a line")
    table, start = grammar.table, grammar.table.start()
    tops = [stack for name in ("W", "LINE") if (stack := table.shift(start, name)) is not None]
    assert isinstance(table, GeneralTable)
    together = table.joined(tops)
    assert together is not None
    assert together.state not in {stack.state for stack in tops}
    assert table.done(together.state) is None
