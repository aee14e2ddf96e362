"""Random grammars over random terminals that overlap: nothing that is valid is ever called otherwise."""

from __future__ import annotations

from functools import cache
from itertools import product
from random import Random

import pytest

from lsp_server.constraint import CursorState, Oracle, Prefix, check, load_grammar, windows
from lsp_server.languages import Language
from tests.constraint.small import LETTERS, lark_text, random_grammar, small_language
from tests.constraint.test_prefix import edit_and_compare
from tests.lalr.test_lexing import assert_same

TERMINALS = (
    *('"a"', '"b"', '"ab"', '"ba"', '"aa"', '"A"i', "/a+/", "/b+/", "/a?b/", "/a+b/", "/(ab)+/", "/a|ba/"),
    *("/ab?a/", "/[ab]+/", "/a*b/", "/b(a|bb)/", "/b[^b]*b/", "/aa?/"),
)
IGNORED = (
    "",
    "IGNORED: / /\n%ignore IGNORED\n",
    "IGNORED: /a+b/\n%ignore IGNORED\n",
    'IGNORED: "b"\n%ignore IGNORED\n',
)
LONGEST = 6
SEEDS = range(24)


@cache
def random_language(seed: int) -> Language:
    rules, _ = random_grammar(seed)
    rng = Random(seed)
    text = lark_text(rules)
    for name, letter in LETTERS.items():
        priority = rng.choice(("", "", ".1", ".2"))
        text = text.replace(f'\n{name}: "{letter}"', f"\n{name}{priority}: {rng.choice(TERMINALS)}")
    return small_language(text + IGNORED[seed % 4])


@cache
def texts(longest: int) -> tuple[str, ...]:
    return tuple("".join(letters) for size in range(longest + 1) for letters in product("ab ", repeat=size))


@cache
def valid_texts(seed: int) -> tuple[str, ...]:
    """Some short valid texts."""
    grammar = load_grammar(random_language(seed))
    return tuple(text for text in texts(LONGEST) if check(grammar, text) is None)[:25]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_language_is_read_as_lark_reads_it(seed: int) -> None:
    for text in texts(4):
        assert_same(random_language(seed), text)


@pytest.mark.parametrize("seed", SEEDS)
def test_in_a_random_language_what_was_taken_out_is_viable_and_fits(seed: int) -> None:
    language = random_language(seed)
    grammar = load_grammar(language)
    for text in valid_texts(seed):
        for start in range(len(text) + 1):
            for end in range(start, len(text) + 1):
                document, typed = text[:start] + text[end:], text[start:end]
                state = Prefix(grammar, document).at(start)
                assert isinstance(state, CursorState), (language.grammar, document, start)
                oracle = Oracle(grammar, document, state, windows(grammar, document, state, 8))
                for size in range(len(typed) + 1):
                    assert oracle.viable(typed[:size]), (language.grammar, document, start, typed[:size])
                # What is ignored must not hide what follows the cursor, and here it may.
                assert oracle.fit(typed).complete or seed % 4 > 1, (language.grammar, document, start, typed)


@pytest.mark.parametrize("seed", SEEDS)
def test_in_a_random_language_edits_are_followed(seed: int) -> None:
    for text in valid_texts(seed)[-1:]:
        edit_and_compare(load_grammar(random_language(seed)), text + "abab", ("a", "b", " ", "ab"), seed, 60)
