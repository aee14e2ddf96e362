"""Expressions on which Python's matching explodes: found, and matched in one pass as Python would match."""

from __future__ import annotations

import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_server.constraint import check
from lsp_server.lalr.linear import linear
from lsp_server.lalr.regex import may_explode
from tests.constraint.small import small_grammar
from tests.constraint.texts import bounded
from tests.lalr.test_plain import AROUND, PLACES, patterns

TEXTS = tuple("".join(letters) for size in range(5) for letters in product("ab\n", repeat=size))
EXPLODING = (
    "(a+)+b",
    "(a|a)*b",
    "(a*)*b",
    "(a|ab?)*c",
    r"(\w+\s?)*:",
    "(a?){30}b",
    "(.*,)*x",
    "([a-z]+|[a-m]+)+;",
    "a*a*a*b",
    r"\s*[a-z\s]*[^b]*b",
)
HARMLESS = (
    r'"(?:[^"\\]|\\.)*"',
    r"(?:[^*]|\*[^/])*",
    "(?:ab|ac)*d",
    r"[0-9]+(_[0-9]+)*",
    "[a-z]+(-[a-z]+)*",
    "(a|b)*a(a|b){20}",
    r'".*?(?<!\\)(\\\\)*?"',
    r"(\.[0-9]+)?([eE][+-]?[0-9]+)?",
    "a*b*c*d*",
    r"\s*\n\s*",
)


@pytest.mark.parametrize("pattern", EXPLODING)
def test_what_explodes_is_found(pattern: str) -> None:
    assert may_explode(pattern)


@pytest.mark.parametrize("pattern", HARMLESS)
def test_what_is_harmless_is_left_to_python(pattern: str) -> None:
    assert not may_explode(pattern)


@pytest.mark.parametrize("pattern", EXPLODING)
def test_a_long_text_is_read_at_once(pattern: str) -> None:
    grammar = small_grammar(f"start: A\nA: /{pattern}/\n")
    assert check(grammar, "a" * 5_000 + "!") is not None


@bounded(40)
@given(pattern=patterns("(?:a|ab)", "(?:|a)", "(?:a+)+"))
def test_one_pass_takes_what_python_takes(pattern: str) -> None:
    matcher, compiled = linear(pattern), re.compile(pattern)
    for text in TEXTS:
        for start in range(min(2, len(text) + 1)):
            ours, theirs = matcher.match(text, start), compiled.match(text, start)
            assert (ours and ours.end()) == (theirs and theirs.end()), (text, start)


@bounded(60)
@given(pieces=st.lists(st.sampled_from(("/", "\\", "a", "i", "\n")), max_size=9))
def test_what_looks_ahead_within_itself_alone_is_matched_in_one_pass_too(pieces: list[str]) -> None:
    pattern = r"\/(?!\/)(\\\/|\\\\|[^\/])*?\/[imslux]*"
    assert may_explode(pattern)
    text = "/" + "".join(pieces)
    ours, theirs = linear(pattern).match(text, 0), re.match(pattern, text)
    assert (ours and ours.end()) == (theirs and theirs.end())


@bounded(25)
@given(pattern=patterns(*AROUND, *PLACES).filter(lambda pattern: r"\B" not in pattern))
def test_one_pass_looks_around_as_python_does(pattern: str) -> None:
    """Python has it that `\\B` is nowhere in the empty text."""
    matcher, compiled = linear(pattern), re.compile(pattern)
    for text in TEXTS:
        for start in range(len(text) + 1):
            ours, theirs = matcher.match(text, start), compiled.match(text, start)
            assert (ours and ours.end()) == (theirs and theirs.end()), (text, start)
