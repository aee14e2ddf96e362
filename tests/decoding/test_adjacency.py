"""The mask alone, no oracle asked, where lexemes touch: it allows a text exactly if that begins a valid one.

Languages with reserved words: what a lexer takes for one longer word is never two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from random import Random

import pytest

from lsp_server.constraint import CursorState, Oracle, Prefix, hole_grammar, load_grammar, windows
from lsp_server.constraint.grammar import Grammar
from lsp_server.languages import Language
from tests.constraint.small import LETTERS, Rules, lark_text, random_grammar, small_grammar, small_language
from tests.decoding.matching import begins, derives

WORDS = (('"a"', '"b"', '"-"'), ('"a"', '"aa"', '"-"'), ('"b"', '"ab"', "/-+/"), ('"a"i', '"b"', '"ab"'))
NAMES = (('"a"', "/[ab]+/", '"-"'), ('"ab"', "/[ab]+/", "/-+/"), ('"a"i', '"bb"', "/[ab]+/i"))
BLANKS = "BLANK: / +/\n%ignore BLANK\n"
SEEDS = range(40)
LONGEST = 5


def words_language(seed: int) -> Language:
    """A random language of words, of which two that touch are a word that is none of the language."""
    rules, _ = random_grammar(seed)
    text = _with_terminals(lark_text(rules), Random(seed).choice(WORDS))
    text = text.replace("start: ", "start: OTHER never | ", 1)
    text += "never: never OTHER\nOTHER: /[ab][ab]+/i\n" + BLANKS
    return replace(small_language(text), reserved=(*_used(rules), "OTHER"))


def names_language(seed: int) -> Language:
    """A random language of reserved words and names."""
    rules, _ = random_grammar(seed)
    text = _with_terminals(lark_text(rules), Random(seed).choice(NAMES)) + BLANKS
    return replace(small_language(text), reserved=_used(rules))


def _used(rules: Rules) -> tuple[str, ...]:
    return tuple(n for n in LETTERS if any(n in body for bodies in rules.values() for body in bodies))


def _with_terminals(text: str, terminals: tuple[str, ...]) -> str:
    for (name, letter), terminal in zip(LETTERS.items(), terminals, strict=True):
        text = text.replace(f'\n{name}: "{letter}"', f"\n{name}: {terminal}")
    return text


def hole_after(grammar: Grammar, prefix: str) -> tuple[str, CursorState]:
    state = Prefix(grammar, prefix).at(len(prefix))
    assert isinstance(state, CursorState), prefix
    return hole_grammar(grammar, state, windows(grammar, prefix, state, 8)).text, state


def viable_texts(oracle: Oracle) -> Iterator[tuple[str, bool]]:
    """Each short text of which all but the last letter is viable, and whether it is."""
    level = [""]
    for _ in range(LONGEST):
        level = [text + letter for text, letter in product(level, "ab- ")]
        verdicts = [(text, oracle.viable(text)) for text in level]
        yield from verdicts
        level = [text for text, viable in verdicts if viable]


@pytest.mark.parametrize("make", [words_language, names_language])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_mask_allows_exactly_what_is_viable(seed: int, make: Callable[[int], Language]) -> None:
    language = make(seed)
    grammar = load_grammar(language)
    for prefix in ("", "a", "a ", "b-", "ab "):
        state = Prefix(grammar, prefix).at(len(prefix))
        if not isinstance(state, CursorState):
            continue
        hole, state = hole_after(grammar, prefix)
        for typed, viable in viable_texts(Oracle(grammar, prefix, state)):
            allowed = begins(hole, prefix[state.offset :] + typed)
            assert allowed == viable, (language.grammar, prefix, typed)


TYPES = small_grammar(
    "start: (TYPE NAME | TYPE LIST values END | NAME never)*\n"
    "values: (NUMBER | TRUE | NAME)+\n"
    "never: never NAME\n"
    'TYPE: "type"\nTRUE: "true"\nLIST: "["\nEND: "]"\nNAME: /[a-z]+/\nNUMBER: /[0-9]+/\n'
    "BLANK: /[ \\n]+/\nNOTE: /#[^\\n]*/\n%ignore BLANK\n%ignore NOTE\n"
)


@pytest.mark.parametrize(
    "typed", ["type a", "type\na", "type#note\na", "type[1 2 a]", "type[ true a]type b", " type a"]
)
def test_lexemes_kept_apart_or_told_apart_are_taken(typed: str) -> None:
    assert derives(hole_after(TYPES, "")[0], typed)


@pytest.mark.parametrize("typed", ["typea", "type[1]typeb", "typetrue", "typetype"])
def test_words_that_run_together_are_not_taken_for_two(typed: str) -> None:
    assert not begins(hole_after(TYPES, "")[0], typed)


def test_what_must_not_touch_is_known_from_the_terminals() -> None:
    assert set(TYPES.apart["TYPE"].before) == {"NAME", "TRUE", "TYPE"}
    assert TYPES.apart["TYPE"].ignored == ("BLANK", "NOTE")
    assert "LIST" not in TYPES.apart
