"""Lookaround and lazy repetitions made plain, Python's own matching being the judge."""

from __future__ import annotations

import re
from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lsp_server.lalr.automaton import Automaton, State
from lsp_server.lalr.regex import UnsupportedRegexError, may_explode, parse_regex, read_regex, to_source
from tests.constraint.texts import bounded
from tests.decoding.matching import derives

TEXTS = tuple("".join(letters) for size in range(5) for letters in product("ab\n", repeat=size))
ATOMS = ("a", "b", ".", r"\n", "[ab]", "[^a]", "[^b\\n]", r"\w", r"\W", "(?s:.)")
GREEDY = ("*", "+", "?", "{2}", "{1,2}")
LAZY = ("*?", "+?", "??", "{1,2}?", "{2,}?")
AROUND = ("(?=a)", "(?!a)", "(?=[^a])", "(?!b)", r"(?!\n)", "(?<=a)", "(?<!a)", "(?<!b)", r"(?<=[^a])")
PLACES = ("^", "$", "(?m:^)", "(?m:$)", r"\b", r"\B", r"\A", r"\Z", "(?=ab)", "(?!ab)", r"(?!a\b)", "(?<=ab)")

COMMON = (
    r'"(?:[^"\\]|\\.)*?"',
    r'".*?(?<!\\)(\\\\)*?"',
    r"(?s:/\*.*?\*/)",
    r"(?s:/\*(\*(?!\/)|[^*])*\*/)",
    r"(?!end\b)[a-z]+",
    r"\bfoo\b",
    r'(?<!\\)"',
    r"foo(?=bar)",
    r"[+*]|[?](?![a-z])",
    r"(?m:^#.*$)",
    r"(?i:([ubf]?r?|r[ubf])(\"(?!\"\").*?(?<!\\)(\\\\)*?\"|'(?!'').*?(?<!\\)(\\\\)*?'))",
    r"0(?![0-9])|[1-9][0-9]*(?!\.)",
)
PIECES = (
    "foo",
    "bar",
    "end",
    "a",
    "\\",
    '"',
    '""',
    "'",
    "/*",
    "*/",
    "*",
    "/",
    "#",
    "+",
    "?",
    "0",
    "1",
    ".",
    "\n",
    " ",
)


def patterns(*extra: str, repeats: tuple[str, ...] = GREEDY + LAZY) -> st.SearchStrategy[str]:
    return st.recursive(
        st.sampled_from(ATOMS + extra),
        lambda inner: st.one_of(
            st.lists(inner, min_size=2, max_size=4).map("".join),
            st.lists(inner, min_size=2, max_size=3).map(lambda options: f"(?:{'|'.join(options)})"),
            st.tuples(st.sampled_from(ATOMS), st.sampled_from(repeats)).map("".join),
            st.tuples(inner, st.sampled_from(repeats)).map(lambda pair: f"(?:{pair[0]}){pair[1]}"),
        ),
        max_leaves=6,
    )


def start_of(pattern: str) -> State:
    """The automaton of the plain one; an example that would be too large is left out."""
    try:
        node = read_regex(pattern).node
    except UnsupportedRegexError as error:
        assume("too large" not in str(error))
        raise
    return Automaton({"T": node}).start(frozenset({"T"}))


def longest(state: State, text: str, start: int) -> int | None:
    """Where the longest match ends."""
    found = start if state.accepting else None
    for end in range(start, len(text)):
        state = state.step(text[end])
        found = end + 1 if state.accepting else found
    return found


def taken(pattern: str, text: str, start: int = 0) -> int | None:
    """Where what Python takes ends."""
    match = re.compile(pattern).match(text, start)
    return None if match is None else match.end()


@bounded(60)
@given(pattern=patterns("(?:a|ab)", "(?:|a)").filter(lambda pattern: "?" in pattern))
def test_the_longest_match_of_the_plain_one_is_what_a_lazy_one_takes(pattern: str) -> None:
    pattern = f"(?:{pattern})b??"
    state = start_of(pattern)
    for text in TEXTS:
        assert longest(state, text, 0) == taken(pattern, text), text


@bounded(60)
@given(pattern=patterns(*AROUND, *PLACES))
def test_what_is_taken_anywhere_is_a_match_of_the_plain_one(pattern: str) -> None:
    state = start_of(pattern)
    for text in TEXTS:
        for start in range(len(text) + 1):
            end = taken(pattern, text, start)
            assert end is None or state.run(text, start, end).accepting, (text, start)


@bounded(60)
@given(pattern=patterns(*AROUND))
def test_between_two_marks_that_are_seen_the_plain_one_matches_the_same(pattern: str) -> None:
    pattern = f"<(?:{pattern})>"
    state = start_of(pattern)
    for inner in TEXTS:
        text = f"<{inner}>"
        assert bool(state.run(text, 0, len(text)).accepting) == bool(re.fullmatch(pattern, text)), text


@pytest.mark.parametrize("pattern", COMMON)
@bounded(60)
@given(pieces=st.lists(st.sampled_from(PIECES), max_size=8))
def test_what_grammars_have_is_matched_as_python_does(pattern: str, pieces: list[str]) -> None:
    text, state = "".join(pieces), start_of(pattern)
    for start in range(len(text)):
        end = taken(pattern, text, start)
        # What stands around the match may make Python take less, or nothing.
        assert end is None or state.run(text, start, end).accepting
        if "(?!e" not in pattern and pattern[0] not in r"\(f0[":
            assert longest(state, text, start) == end


@pytest.mark.parametrize("pattern", COMMON)
def test_the_mask_engine_reads_the_plain_one_alike(pattern: str) -> None:
    node = read_regex(pattern).node
    state = Automaton({"T": node}).start(frozenset({"T"}))
    for text in (
        '"a"',
        '"\\""',
        '"\\"',
        '""',
        "/**/",
        "/* **/",
        "/*/",
        "end",
        "foo",
        "+",
        "?",
        "#a",
        "0",
        "''",
        "R'a'",
    ):
        accepted = bool(state.run(text, 0, len(text)).accepting)
        assert derives(f"start: T\nT: /{to_source(node)}/\n", text) == accepted, text


@pytest.mark.parametrize(
    ("pattern", "text", "alive"),
    [
        ("foo(?=bar)", "foo", True),
        ("foo(?=bar)", "fooba", True),
        ("foo(?=bar)", "foox", False),
        ("foo(?=bar)", "foobaz", False),
        ("foo(?!bar)", "fooba", True),
        ("foo(?!bar)", "foobar", False),
        (r"a$", "a\n", True),
        (r"a$", "a\n\n", False),
        (r"a\b", "a", True),
        (r"a\b", "ab", False),
    ],
)
def test_a_lexeme_is_undecided_as_long_as_what_it_looks_at_is(pattern: str, text: str, alive: bool) -> None:
    reading = read_regex(pattern)
    follows = {} if reading.follow is None else {"T": reading.follow}
    state = Automaton({"T": reading.node}, follows).start(frozenset({"T"}))
    assert bool(state.run(text, 0, len(text)).alive) == alive


@pytest.mark.parametrize(("pattern", "back"), [("a(?=b)", 0), (r"\ba", 1), ("(?<!ab)c", 2), ("^a", 1)])
def test_how_far_an_expression_looks_back_is_known(pattern: str, back: int) -> None:
    assert read_regex(pattern).back == back


@pytest.mark.parametrize(
    ("pattern", "sure"),
    [
        ("ab*?", True),
        ("a(?=b)bc", True),
        ("a(?=b)", False),
        ("a(?!b)", False),
        (r"\ba", False),
        ("a+(?!a)", False),
    ],
)
def test_it_is_known_whether_an_expression_depends_on_what_stands_around(pattern: str, sure: bool) -> None:
    assert read_regex(pattern).sure == sure


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(?:[0-9]{1,99}?){60}", "too large"),
        (r"((?:ab){1,99}){60}\1", "too large"),
        (r"(?a:\w)(?=b)", "ASCII"),
        ("(?i)a(?=b)", "flag"),
        (r"(?=a)\1", "invalid group"),
    ],
)
def test_what_cannot_be_made_plain_is_refused_with_the_reason(pattern: str, reason: str) -> None:
    with pytest.raises(UnsupportedRegexError, match=reason):
        read_regex(pattern)


@pytest.mark.parametrize(
    "pattern", [r"(a+)+\1", r"([ab]*[ab]*[ab]*c)\1", r"(?:(a|a)*\1b)*", "(?>(?:a|a)*)b", "(?:(?:a|ab)*)*+c"]
)
def test_what_recalls_and_may_explode_is_refused(pattern: str) -> None:
    with pytest.raises(UnsupportedRegexError, match="explodes with the length"):
        may_explode(pattern)


@pytest.mark.parametrize(
    ("pattern", "least"),
    [
        (r"(a)\1(?=b)", "aa"),
        (r"(a|b\n?)b\1", "bbb"),
        ("(?>a|ab)b*?", "a"),
        ("a*+b?", "aab"),
        ("(?<=(?=b)b)a", "a"),
        ("(?<!(?<!a)b)a", "a"),
        ("(?<=)b", "b"),
        ("(a|b)*?a(a|b){12}(?!a)", "b" + "a" * 13),
    ],
)
def test_what_cannot_be_made_plain_is_read_as_what_matches_at_least_that(pattern: str, least: str) -> None:
    reading = read_regex(pattern)
    state = start_of(pattern)
    assert not reading.sure
    found = 0
    for text in (*TEXTS, *(text + least + text for text in TEXTS)):
        for start in range(len(text) + 1):
            end = taken(pattern, text, start)
            if end is not None:
                found += 1
                assert state.run(text, start, end).accepting, (text, start)
    assert found
    assert state.run(least, 0, len(least)).accepting
    assert not state.run("c", 0, 1).alive


def test_in_the_strict_sense_lookaround_is_refused() -> None:
    with pytest.raises(UnsupportedRegexError, match="lookahead"):
        parse_regex("a(?=b)")
