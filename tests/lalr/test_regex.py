"""Our reading of regular expressions against Python's, and what the mask engine makes of what we write."""

from __future__ import annotations

import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_server.constraint import load_grammar
from lsp_server.constraint.basis import basis_of
from lsp_server.lalr.automaton import Automaton, State
from lsp_server.lalr.regex import LARGEST, UnsupportedRegexError, extent, parse_regex, read_regex, to_source
from lsp_server.languages import Language
from tests.constraint.texts import bounded
from tests.decoding.matching import derives

ALPHABET = "abA1\n"
TEXTS = tuple("".join(letters) for size in range(5) for letters in product(ALPHABET, repeat=size))
ATOMS = (
    *("a", "b", "A", "1", r"\n", ".", r"\w", r"\d", r"\s", r"\W", r"\D", r"\S", r"\x61", "(?s:.)", "(?i:a)"),
    *("[ab]", "[^a]", "[^\\n]", r"[\w\n]", r"[^\d\n]", "(?i:[^b])", "(?i:b1)", "[A-a]", "[a-]", "(?i:[a-b])"),
)
REPEATS = ("*", "+", "?", "{2}", "{1,2}", "{0,2}", "{2,}")


def patterns() -> st.SearchStrategy[str]:
    """Expressions that can be met by short texts over `ALPHABET`."""
    return st.recursive(
        st.sampled_from(ATOMS),
        lambda inner: st.one_of(
            st.lists(inner, min_size=2, max_size=3).map("".join),
            st.lists(inner, min_size=2, max_size=3).map(lambda options: f"(?:{'|'.join(options)})"),
            inner.map(lambda option: f"({option}|)"),
            st.tuples(inner, st.sampled_from(REPEATS)).map(lambda pair: f"(?:{pair[0]}){pair[1]}"),
        ),
        max_leaves=6,
    )


def start_of(pattern: str) -> State:
    return Automaton({"T": parse_regex(pattern)}).start(frozenset({"T"}))


@bounded(150)
@given(pattern=patterns())
def test_a_terminal_is_accepted_where_python_matches_and_alive_where_it_still_may(pattern: str) -> None:
    matching = {text for text in TEXTS if re.fullmatch(pattern, text)}
    begun = {text[:end] for text in matching for end in range(len(text) + 1)}
    state = start_of(pattern)
    for text in TEXTS:
        after = state.run(text, 0, len(text))
        assert bool(after.accepting) == (text in matching), text
        if text in begun:
            assert after.alive, text
        elif after.alive and len(text) < 3:
            assert _may_go_on(after), text


def _may_go_on(state: State) -> bool:
    """Whether a few more characters make a match."""
    level = {state}
    for _ in range(24):
        if any(found.accepting for found in level):
            return True
        level = {found.step(letter) for found in level for letter in ALPHABET}
    return False


@bounded(150)
@given(pattern=patterns())
def test_what_we_write_of_an_expression_matches_the_same_in_python(pattern: str) -> None:
    written = _in_python(to_source(parse_regex(pattern)))
    for text in TEXTS:
        assert bool(re.fullmatch(written, text)) == bool(re.fullmatch(pattern, text)), text


@bounded(60)
@given(pattern=patterns())
def test_what_we_write_of_an_expression_matches_the_same_in_the_mask_engine(pattern: str) -> None:
    if not re.fullmatch(pattern, ""):
        for text in TEXTS[:156]:
            assert _engine_takes(to_source(parse_regex(pattern)), text) == bool(
                re.fullmatch(pattern, text)
            ), text


@pytest.mark.parametrize(
    "text", ["-", "[", "]", "^", "&&", "~~", "--", "/", "#", "\\", "\x00", "\x7f", "é", "😀", " "]
)
def test_special_characters_mean_themselves_to_the_mask_engine(text: str) -> None:
    for pattern in (re.escape(text), f"[{re.escape(text)}]+", f"[^{re.escape(text)}]"):
        for tried in (text, "a", "\\"):
            source = to_source(parse_regex(pattern))
            assert _engine_takes(source, tried) == bool(re.fullmatch(pattern, tried)), (source, tried)


@pytest.mark.parametrize(
    ("pattern", "stops"),
    [
        (r"1(?P<n>a*)1(.|\n)*?b(?P=n)b", True),
        (r"1(?P<tag>\w+)\n[\s\S]*?\n(?P=tag)", True),
        (r"1(?s:.*?)A(?:b)1(a)\1", True),
        (r"(a)1.*?b\1", True),
        (r"(a+)(?:1.*?b\1|.*1)", False),
        (r"(a|ab)1.*?b\1", False),
        (r"(a*)b.*?1\1+", False),
        (r"(a*)b.*?1\1(?=b)", False),
        (r"(\w*)b.*?1\1", False),
        (r"(a)(?:b.*?1)?\1", False),
        (r"(a)(?:b+1)*?A\1", False),
    ],
)
def test_what_stops_looks_at_nothing_behind_its_match(pattern: str, stops: bool) -> None:
    """Python's own `re` finds the same whatever stands behind."""
    assert read_regex(pattern).stops is stops
    expression, texts = re.compile(pattern), ("".join(each) for each in product(ALPHABET, repeat=7))
    ends = {text[: found.end()] for text in texts if (found := expression.match(text))}
    assert ends
    if stops:
        for text in ends:
            for behind in TEXTS:
                found = expression.match(text + behind)
                assert found is not None
                assert found.end() == len(text), (text, behind)


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("a(?=b)", "lookahead"),
        ("a(?!b)", "negative lookahead"),
        ("(?<=a)b", "lookahead or lookbehind"),
        (r"\ba", "word boundary"),
        ("^a", "anchor"),
        ("a$", "anchor"),
        (r"(a)\1", "back-reference"),
        ("(?P<x>a)(?P=x)", "back-reference"),
        ("(a)?(?(1)b|c)", "conditional"),
        ("(?>a|ab)c", "atomic"),
        ("a*+a", "possessive"),
        ("a*?b", "lazy"),
        ("a+?", "lazy"),
        ("a??b", "lazy"),
        ("a{1,3}?b", "lazy"),
        ("(a{1,1000}){1,1000}", "too large"),
        ("(a?){100}", "too large"),
        (f"a{{{2**32}}}", "repetition number"),
        ("(" * 900 + "a" + ")" * 900, "nested too deeply"),
        ("(" * 300 + "a" + "|b)" * 300, "nested too deeply"),
        ("(?i)a", "flag"),
        (r"(?a:\w)", "flag"),
        ("(", "unterminated"),
        ("a{2,1}", "repeat"),
    ],
)
def test_what_is_not_regular_is_refused_with_the_reason(pattern: str, reason: str) -> None:
    with pytest.raises(UnsupportedRegexError, match=reason):
        parse_regex(pattern)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("[0-9]{1,1000}", "1" * 1000),
        ("[0-9]{1000}", "1" * 1000),
        ("(?:[0-9]{1,50}){1,13}", "1" * 650),
        ("(?:[0-9]{1,220}){1,3}", "1" * 660),
        ("(?:[0-9]{1,10}){1,65}", "1" * 650),
        ("(?:(?:[0-9]{1,9}){1,9}){1,6}", "1" * 480),
        ("(?:a?){60}", "a" * 60),
        ("(?:ab?c*){1,200}", "abccc" * 200),
    ],
)
def test_the_mask_engine_takes_an_expression_nearly_too_large(pattern: str, text: str) -> None:
    node = parse_regex(pattern)
    assert extent(node).size > LARGEST * 0.85
    state = Automaton({"T": node}).start(frozenset({"T"}))
    assert state.run(text, 0, len(text)).accepting
    assert _engine_takes(to_source(node), text)


@pytest.mark.parametrize(
    ("pattern", "places", "links"),
    [
        ("a", 1, 0),
        ("a{0}", 0, 0),
        ("abc", 3, 2),
        ("a|b|", 2, 0),
        ("ab?c*", 3, 4),
        ("(ab|c)?d", 4, 3),
        ("x{3}", 3, 2),
        ("x{1,3}y", 4, 5),
        ("(a?){3}", 3, 3),
        ("((a?b?){2}){2}c", 9, 36),
    ],
)
def test_the_extent_of_an_expression_is_that_of_its_position_automaton(
    pattern: str, places: int, links: int
) -> None:
    found = extent(parse_regex(pattern))
    assert (found.places, found.links) == (places, links)


def test_the_mask_engine_takes_every_terminal_of_a_bundle_and_matches_the_same(language: Language) -> None:
    grammar = load_grammar(language)
    for name, terminal in grammar.terminals.items():
        state = Automaton({name: terminal.node}).start(frozenset({name}))
        texts = _walks(state)
        assert any(re.fullmatch(terminal.pattern, text) for text in texts), name
        for text in texts:
            expected = bool(re.fullmatch(terminal.pattern, text))
            assert _engine_takes(basis_of(grammar).sources[name], text) == expected, (name, text)


def _walks(state: State) -> list[str]:
    """Texts that may begin a terminal, the shortest that is one among them, and some with a letter more."""
    letters = [*map(chr, range(9, 14)), *map(chr, range(32, 127)), "\ufeff", "é", "ж", "中", "😀", "\x00"]
    found: list[str] = []
    seen: set[State] = {state}
    level = [("", state)]
    while level and len(found) < 400:
        following = []
        for text, reached in level:
            steps = [(text + letter, reached.step(letter)) for letter in letters]
            found.extend(text + letter for letter in 'a0 "-' if text)
            for longer, after in steps:
                if after.alive and after not in seen:
                    seen.add(after)
                    found.append(longer)
                    following.append((longer, after))
        level = following
    return found


def _in_python(source: str) -> str:
    return re.sub(r"\\x\{([0-9a-f]+)\}", lambda code: re.escape(chr(int(code[1], 16))), source)


def _engine_takes(source: str, text: str) -> bool:
    return derives(f"start: T\nT: /{source}/\n", text)
