"""The mask against the oracle: it may allow too much, but leaves out nothing that begins a fitting text."""

from __future__ import annotations

from random import Random

import pytest

from lsp_server.constraint import (
    RELAXATIONS,
    CursorState,
    Grammar,
    Oracle,
    Prefix,
    hole_grammar,
    load_grammar,
    windows,
)
from lsp_server.decoding import MaskEngine, MaskError, heal_start
from lsp_server.decoding.engine import Mask
from lsp_server.lab.material.cuts import KINDS
from lsp_server.lalr.lexing import drive
from lsp_server.languages import Language
from lsp_server.models.scripted import ScriptedModel
from tests.constraint.small import small_grammar
from tests.constraint.test_oracle import ALPHABETS, language_of, valid_texts
from tests.constraint.texts import examples
from tests.counts import tries
from tests.decoding.matching import begins, derives

BYTES = MaskEngine(ScriptedModel({}).vocabulary)

QUERIES = small_grammar(
    "start: (select SEMICOLON)*\n"
    "select: SELECT column (COMMA column)* FROM NAME (WHERE or_)? (LIMIT NUMBER)?\n"
    "column: NAME | STAR\n"
    "or_: or_ OR and_ | and_\n"
    "and_: and_ AND not_ | not_\n"
    "not_: NOT not_ | compared\n"
    "compared: sum ((EQUAL | GREATER) sum)?\n"
    "sum: sum PLUS atom | atom\n"
    "atom: NAME | NUMBER | NAME LPAR (or_ (COMMA or_)*)? RPAR | LPAR or_ RPAR\n"
    'SELECT: "SELECT"i\nFROM: "FROM"i\nWHERE: "WHERE"i\nLIMIT: "LIMIT"i\n'
    'OR: "OR"i\nAND: "AND"i\nNOT: "NOT"i\n'
    'STAR: "*"\nSEMICOLON: ";"\nCOMMA: ","\nEQUAL: "="\nGREATER: ">"\nPLUS: "+"\nLPAR: "("\nRPAR: ")"\n'
    "NAME: /[a-z_][a-z0-9_]*/i\nNUMBER: /[0-9]+/\nBLANK: /[ \\n]+/\nNOTE: /--[^\\n]*/\n"
    "%ignore BLANK\n%ignore NOTE\n"
)


def hole_at(
    grammar: Grammar, document: str, cursor: int, limit: int | None = None
) -> tuple[str, CursorState]:
    state = Prefix(grammar, document).at(cursor, limit=limit)
    assert isinstance(state, CursorState), (document[:cursor], state)
    readings = windows(grammar, document, state, RELAXATIONS[0])
    return hole_grammar(grammar, state, readings).text, state


def queries_hole(before: str, after: str) -> str:
    """The hole grammar between two texts, for texts that follow a blank or no word."""
    hole, state = hole_at(QUERIES, before + after, len(before))
    assert not (before + after)[state.offset : state.cursor].strip()
    return hole


@pytest.mark.parametrize(
    "typed", ["= 2", "+ 1 > f(2, x)", "= 2) AND (c", "= 2 -- note\n", "OR NOT (b)", "(b, c) "]
)
def test_in_a_bracket_a_hole_takes_what_leaves_the_bracket_to_be_closed(typed: str) -> None:
    before, after = "SELECT a, b FROM t WHERE (a = 1 OR b ", ") LIMIT 3 ;"
    hole = queries_hole(before, after)
    if typed[0] == "(":
        assert begins(hole, typed)
    else:
        assert derives(hole, typed)


@pytest.mark.parametrize(
    ("typed", "viable"), [("= 2)", True), ("; SELECT", False), ("LIMIT 3", False), (")", True)]
)
def test_in_a_bracket_a_hole_refuses_what_leaves_the_bracket_closed(typed: str, viable: bool) -> None:
    hole = queries_hole("SELECT a, b FROM t WHERE (a = 1 OR b ", ") LIMIT 3 ;")
    assert begins(hole, typed) == viable
    assert not derives(hole, typed)


@pytest.mark.parametrize(
    ("typed", "takes"),
    [(" b ", True), (" b, c ", True), ("*", True), ("f(1), ", False), ("* ,", False), ("", False)],
)
def test_in_a_list_a_hole_takes_elements_and_no_separator_after_the_last(typed: str, takes: bool) -> None:
    assert derives(queries_hole("SELECT a, ", "FROM t ;"), typed) == takes


@pytest.mark.parametrize("name", ALPHABETS)
def test_at_the_end_of_a_text_every_letter_that_is_viable_is_allowed(name: str) -> None:
    grammar, alphabet = load_grammar(language_of(name)), ALPHABETS[name][1]
    for text in sorted({text[:4] for text in valid_texts(name)}):
        hole, state = hole_at(grammar, text, len(text))
        oracle = Oracle(grammar, text, state)
        for letter in alphabet:
            if oracle.viable(letter):
                assert begins(hole, text[state.offset :] + letter), (text, letter)


@pytest.mark.parametrize("name", ALPHABETS)
def test_what_is_taken_out_of_a_valid_text_is_allowed_where_it_stood(name: str) -> None:
    grammar = load_grammar(language_of(name))
    for text in sorted(valid_texts(name), key=lambda text: (len(text), text))[:100]:
        lexemes = [lexeme for lexeme, _ in drive(grammar, grammar.table.start(), text, 0)]
        # Where the rest of a lexeme follows the cursor, the mask takes it for a lexeme of its own.
        inside = {offset for lexeme in lexemes for offset in range(lexeme.start + 1, lexeme.end)}
        for start in range(len(text) + 1):
            for end in set(range(start, len(text) + 1)) - inside:
                document = text[:start] + text[end:]
                hole, state = hole_at(grammar, document, start)
                assert begins(hole, document[state.offset : start] + text[start:end]), (document, start, text)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_cut_out_of_an_example_is_allowed_where_it_stood(language: Language, kind: str) -> None:
    grammar = load_grammar(language)
    rng = Random(f"{language.id}/{kind}")
    looked_at = 0
    for text in examples(language):
        for _ in range(tries(1, 6)):
            cut = KINDS[kind](language, text, rng)
            if cut is None:
                continue
            document, cursor = cut.text, cut.start
            hole, state = hole_at(grammar, document, cursor, heal_start(document, cursor))
            if not state.commented:
                looked_at += 1
                spelled = document[state.offset : cursor] + cut.removed
                assert begins(hole, spelled), (document[:cursor], cut.removed, document[cursor:])
    assert looked_at or not examples(language)


def test_tokens_are_allowed_exactly_if_their_bytes_are(language: Language) -> None:
    grammar = load_grammar(language)
    rng = Random(language.id)
    for text in examples(language)[:2]:
        tokens = sorted(
            {text[start : start + size] for start in range(0, len(text), 3) for size in (2, 4, 9)}
        )
        model = ScriptedModel({}, tokens[:150])
        engine = MaskEngine(model.vocabulary)
        for _ in range(6):
            cursor = rng.randint(0, len(text))
            hole, state = hole_at(grammar, text, cursor)
            mask = engine.mask(hole)
            if state.commented or not mask.feed(text[state.offset : cursor]):
                continue
            spelled = text[state.offset : cursor]
            forced = _forced(mask)
            allowed = mask.allowed()
            for index, token in enumerate(model.vocabulary.tokens):
                if not token.isascii() or not token:
                    continue
                if index in allowed:
                    assert begins(hole, spelled + token.decode()), (text[:cursor], token)
                elif not forced:
                    assert not begins(hole, spelled + token.decode()), (text[:cursor], token)


def _forced(mask: Mask) -> bool:
    """Whether there is but one way to go on, which is then allowed in one spelling only."""
    first = {bytes([byte]) for byte in mask.allowed().tokens() if byte < 256}
    return len(first) <= 1


@pytest.fixture
def queries_mask() -> Mask:
    mask = BYTES.mask(queries_hole("SELECT ", " FROM t;"))
    assert mask.feed("a, b")
    return mask


def allowed_letters(mask: Mask) -> str:
    return "".join(chr(byte) for byte in mask.allowed().tokens() if byte < 128)


def test_a_mask_is_where_it_was_after_a_text_that_it_refuses(queries_mask: Mask) -> None:
    before = allowed_letters(queries_mask)
    assert not queries_mask.feed(", c;")
    assert not queries_mask.consume([ord(","), ord(",")])
    assert allowed_letters(queries_mask) == before
    assert queries_mask.feed(", c")


def test_a_mask_goes_back_as_far_as_it_came(queries_mask: Mask) -> None:
    seen = []
    for letter in ", c , *":
        seen.append(allowed_letters(queries_mask))
        assert queries_mask.consume([ord(letter)])
    for before in reversed(seen):
        queries_mask.rollback(1)
        assert allowed_letters(queries_mask) == before
    queries_mask.rollback(0)
    assert allowed_letters(queries_mask) == seen[0]


def test_two_masks_of_one_grammar_are_independent() -> None:
    hole = queries_hole("SELECT ", " FROM t;")
    one, other = BYTES.mask(hole), BYTES.mask(hole)
    before = allowed_letters(other)
    assert one.feed("a, b")
    assert allowed_letters(other) == before
    assert allowed_letters(one) != before


def test_a_mask_of_a_hole_that_nothing_follows_allows_nothing_after_the_end() -> None:
    mask = BYTES.mask('start: A\nA: "a"\n')
    assert mask.feed("a")
    assert allowed_letters(mask) == ""
    assert not mask.consume([ord("a")])
    mask.rollback(1)
    assert allowed_letters(mask) == "a"


@pytest.mark.parametrize(
    "grammar", ["", "start: missing\n", "start: /(/\n", 'start: "a" (\n', "start: /a(?=b)/\n"]
)
def test_what_the_engine_cannot_read_is_an_error_that_says_why(grammar: str) -> None:
    with pytest.raises(MaskError, match=r"\S"):
        BYTES.mask(grammar)


def test_more_grammars_than_are_kept_change_nothing() -> None:
    for _ in range(2):
        for number in range(80):
            mask = BYTES.mask(f'start: A\nA: "{chr(97 + number % 26)}{number}"\n')
            assert mask.feed(f"{chr(97 + number % 26)}{number}")
            assert not mask.feed("x")


@pytest.mark.parametrize("typed", ["a", " a", "a ", " \n a \n -- b\n", "a -- b"])
def test_what_is_ignored_may_come_first_and_last(typed: str) -> None:
    grammar = small_grammar(
        'start: A B\nA: "a"\nB: "b"\nBLANK: / +/\nLINE: /\\n/\nNOTE: /--[^\\n]*/\n'
        "%ignore BLANK\n%ignore LINE\n%ignore NOTE\n"
    )
    assert derives(hole_at(grammar, "b", 0)[0], typed)


def test_a_token_asked_for_alone_is_allowed_where_the_mask_allows_it(queries_mask: Mask) -> None:
    for letter in ", c , *":
        allowed = queries_mask.allowed()
        assert [queries_mask.takes(token) for token in range(256)] == [t in allowed for t in range(256)]
        assert queries_mask.consume([ord(letter)])
