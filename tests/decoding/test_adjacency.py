"""The mask alone, no oracle asked, where lexemes touch: it allows a text exactly if that begins a valid one.

Languages with reserved words: what a lexer takes for one longer word is never two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, product
from random import Random

import pytest

from lsp_server.constraint import CursorState, Oracle, Prefix, Window, hole_grammar, load_grammar, windows
from lsp_server.lalr.grammar import Grammar
from lsp_server.lalr.lexing import NOTHING, next_lexeme
from lsp_server.lalr.table import END, Stack
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


@pytest.mark.parametrize("ahead", ["(?=c)", "(?=ce)", "(?!d)", ""])
def test_what_is_one_lexeme_only_before_some_texts_is_two_before_others(ahead: str) -> None:
    grammar = small_grammar(
        'start: A B D | AB C E\nA: "a"\nB: "b"\nC: "c"\nD: "d"\nE: "e"\n' + f"AB: /ab{ahead}/\n" + BLANKS
    )
    state = Prefix(grammar, "bd").at(0)
    assert isinstance(state, CursorState)
    readings = windows(grammar, "bd", state, 8)
    hole = hole_grammar(grammar, state, readings).text
    assert derives(hole, "a ")
    assert derives(hole, "a") == Oracle(grammar, "bd", state, readings).fit("a").good == bool(ahead)


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


@pytest.mark.parametrize(
    ("typed", "takes"),
    [
        ("go x", True),
        ("gox", False),
        ("go-x", True),
        ("go - x", True),
        ("go --x\n x", True),
        ("go--x\n x", False),
    ],
)
def test_what_begins_like_a_comment_may_touch_a_word_that_is_kept_apart(typed: str, takes: bool) -> None:
    language = small_language(
        'start: GO NAME | GO DASH NAME\nGO: "go"\nDASH: "-"\nNAME: /[a-z]+/\n'
        "BLANK: /[ \\n]+/\nNOTE: /(#|--)[^\\n]*/\n%ignore BLANK\n%ignore NOTE\n"
    )
    hole, _ = hole_after(load_grammar(replace(language, reserved=("NAME",))), "")
    assert derives(hole, typed) == takes


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


def reads_on(grammar: Grammar, stack: Stack, window: Window) -> bool:
    """Whether the parser can read some terminals of a window after a stack."""
    stacks, complete = [stack], False
    for lexeme in window.lexemes:
        complete = END in lexeme.terminals and any(map(grammar.table.completes, stacks))
        after = (grammar.table.shift(one, name) for one in stacks for name in lexeme.terminals - {END})
        stacks = [*(stacks if lexeme.optional else ()), *(one for one in after if one is not None)]
    return bool(stacks) if window.open else complete


def fits_before(grammar: Grammar, before: str, suffix: str, readings: Sequence[Window]) -> bool:
    """Whether the lexer ends a lexeme between two texts, or where foreseen, and the parser reads on."""
    stack, offset, border, text = grammar.table.start(), 0, len(before), before + suffix
    while True:
        lexeme = next_lexeme(grammar, stack, text, offset)
        if lexeme.start >= border or lexeme.terminal == END:
            return any(reads_on(grammar, stack, window) for window in readings if not window.tail)
        if lexeme.terminal == NOTHING:
            return False
        if lexeme.end > border:
            tail = text[border : lexeme.end]
            inside = (w for w in readings if w.tail == tail and lexeme.terminal in w.lexemes[0].terminals)
            return any(reads_on(grammar, stack, window) for window in inside)
        after = grammar.shift(stack, lexeme.terminal, text, lexeme.start, lexeme.end)
        if after is None:
            return False
        stack, offset = after, lexeme.end


@pytest.mark.parametrize("make", [words_language, names_language])
@pytest.mark.parametrize("seed", range(20))
def test_a_hole_grammar_derives_exactly_what_the_lexer_keeps_apart_from_both_sides(
    seed: int, make: Callable[[int], Language]
) -> None:
    language = make(seed)
    grammar = load_grammar(language)
    for prefix, suffix in product(("", "a", "a ", "b-", "- a"), ("a", "b", "-", "ab", " a", "b a", "- b")):
        document = prefix + suffix
        state = Prefix(grammar, document).at(len(prefix))
        readings = () if not isinstance(state, CursorState) else windows(grammar, document, state, 8)
        if not isinstance(state, CursorState) or any(window.open for window in readings):
            continue
        hole = hole_grammar(grammar, state, readings)
        if not hole.relaxation:
            continue
        cut = [window.first(hole.relaxation) for window in readings]
        for typed in map("".join, chain.from_iterable(product("ab- ", repeat=size) for size in range(4))):
            # The engine skips a blank after a whole text, too, where the grammar lets that go on otherwise.
            if typed.endswith(" ") and any(window.tail for window in readings):
                continue
            derived = derives(hole.text, document[state.offset : len(prefix)] + typed)
            fits = fits_before(grammar, prefix + typed, suffix, cut)
            assert derived == fits, (language.grammar, prefix, typed, suffix)


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


def hole_before(grammar: Grammar, prefix: str, suffix: str) -> str:
    state = Prefix(grammar, prefix + suffix).at(len(prefix))
    assert isinstance(state, CursorState), prefix
    return hole_grammar(grammar, state, windows(grammar, prefix + suffix, state, 8)).text


def test_a_word_does_not_touch_the_word_at_the_cursor() -> None:
    hole = hole_before(TYPES, "type[ ", "b ]")
    assert derives(hole, " a ")
    assert derives(hole, " a#note\n")
    assert not derives(hole, " a")
    assert not derives(hole, " 1 true")
    assert derives(hole, " a 1")
    assert derives(hole_before(TYPES, "type[ ", " b ]"), " a")


def test_nothing_is_skipped_inside_a_word() -> None:
    hole = hole_before(TYPES, "ty", "e[1]")
    assert derives(hole, "typ")
    assert not begins(hole, "typ ")
    assert not derives(hole, "ty")


def test_what_must_not_touch_is_known_from_the_terminals() -> None:
    assert set(TYPES.apart["TYPE"].before) == {"NAME", "TRUE", "TYPE"}
    assert TYPES.apart["TYPE"].ignored == ("BLANK", "NOTE")
    assert "LIST" not in TYPES.apart
