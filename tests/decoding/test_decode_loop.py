"""The decode loop over a small language: healing, stops, candidates, cancellation, and what is kept in."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from itertools import pairwise
from random import Random

import numpy as np
import pytest
from numpy.typing import NDArray

from lsp_server.constraint import RELAXATIONS, CursorState, Oracle, Prefix, check, hole_grammar, windows
from lsp_server.decoding import (
    Candidate,
    Decoder,
    MaskEngine,
    MaskError,
    MaskGrammar,
    Model,
    Statistics,
    Task,
    heal_start,
)
from lsp_server.decoding.repeating import repeated
from lsp_server.models.scripted import ScriptedModel
from lsp_server.text import Span
from tests.constraint.small import small_grammar
from tests.countdown import Countdown
from tests.decoding.babbler import Babbler

QUERIES = small_grammar(
    "start: (select SEMICOLON)*\n"
    "select: SELECT column (COMMA column)* FROM NAME (WHERE or_)?\n"
    "column: NAME | call\n"
    "or_: equal | or_ OR equal\n"
    "equal: term EQUAL term\n"
    "term: NAME | NUMBER | STRING | call | LPAR or_ RPAR\n"
    "call: NAME LPAR (term (COMMA term)*)? RPAR\n"
    'SELECT: "select"\nFROM: "from"\nWHERE: "where"\nOR: "or"\n'
    'SEMICOLON: ";"\nCOMMA: ","\nEQUAL: "="\nLPAR: "("\nRPAR: ")"\n'
    'NAME: /[a-zé][a-z0-9_é]*/\nNUMBER: /[0-9]+/\nSTRING: /"[^"\\n]*"/\n'
    "BLANK: /[ \\n]+/\nCOMMENT: /--[^\\n]*/\n%ignore BLANK\n%ignore COMMENT\n"
)
TOKENS = (" from", " where", "col", "umn", " or", " = ", "),", "f(", "\n  ", '"x', "select", ";\n")


def task_at(text: str, model: Model, *, max_tokens: int = 32, multiline: bool = False) -> Task:
    cursor = text.index("|")
    text = text.replace("|", "")
    heal = heal_start(text, cursor)
    state = Prefix(QUERIES, text).at(cursor, limit=heal)
    assert isinstance(state, CursorState)
    readings = windows(QUERIES, text, state, RELAXATIONS[0])
    heal = max(heal, state.offset)
    return Task(
        prompt=model.prompt(text, Span(heal, cursor), "small"),
        holes=(MaskGrammar(hole_grammar(QUERIES, state, readings).text, text[state.offset : heal], 8),),
        heal=text[heal:cursor],
        oracle=Oracle(QUERIES, text, state, readings),
        max_tokens=max_tokens,
        multiline=multiline,
    )


def decode(
    text: str,
    wanted: str,
    *,
    count: int = 1,
    max_tokens: int = 32,
    statistics: Statistics | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Sequence[Candidate]:
    model = ScriptedModel({text.split("|", maxsplit=1)[0]: wanted}, TOKENS)
    task = task_at(text, model, max_tokens=max_tokens)
    return Decoder(model).decode(task, count, cancelled, statistics or Statistics())


def joined(text: str, typed: str) -> str:
    return text.replace("|", typed)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("select col| from t;", "umn"),
        ("select a,| from t;", " b"),
        ("select a, | from t;", "b"),
        ("select a\n  |\n;", "from t"),
        ("select é| from t;", "é"),
        ("select a from t where f(| = 2;", "1)"),
        ('select a from t where a = "x|;', ' y"'),
    ],
)
def test_half_typed_text_is_continued_not_repeated(text: str, wanted: str) -> None:
    (candidate,) = decode(text, wanted)
    assert candidate.text == wanted
    assert candidate.stop == "end"
    assert check(QUERIES, joined(text, candidate.text)) is None


def test_a_new_line_ends_a_suggestion_where_the_rest_fits() -> None:
    (candidate,) = decode("select a |\n;", "from t\n;\nselect b")
    assert (candidate.text, candidate.stop) == ("from t", "line")


def test_out_of_budget_is_cut_back_to_a_place_where_the_rest_fits() -> None:
    (candidate,) = decode("select a| from t;", ", b, c, d(1, f(2, f(3, f(4, f(5", max_tokens=16)
    assert candidate.stop == "cut"
    assert candidate.text == ", b, c, d"


def test_what_was_opened_is_closed_where_there_is_no_place_to_cut_back_to() -> None:
    (candidate,) = decode("select a from t where b = |;", '"once upon a time there was', max_tokens=8)
    assert candidate.stop == "closed"
    assert candidate.text.endswith('"')
    assert check(QUERIES, joined("select a from t where b = |;", candidate.text)) is None


def test_nothing_is_suggested_where_the_model_adds_nothing() -> None:
    statistics = Statistics()
    assert decode("select a from t|;", "", statistics=statistics) == ()
    assert statistics.satisfied == 1


def test_candidates_differ_and_come_likeliest_first() -> None:
    found = decode("select | from t;", "column", count=3)
    assert len({item.text for item in found}) == 3
    assert [item.logprob for item in found] == sorted((item.logprob for item in found), reverse=True)
    assert found[0].text == "column"


def test_cancellation_stops_within_one_token() -> None:
    for after in range(8):
        cancelled, statistics = Countdown(after), Statistics()
        found = decode("select a| from t;", ", b, c, d, e, f", cancelled=cancelled, statistics=statistics)
        # It is asked before a token, and before the pass for it.
        assert (found, statistics.tokens, statistics.passes) == ((), after // 2, after // 2)
        assert cancelled.asked == after + 1


def test_no_script_gets_an_invalid_text_out() -> None:
    rng = Random(7)
    texts = ["select a| from t;", "select a from t where |;", "|", "select f(| from t;\nselect b from u;"]
    pieces = [*TOKENS, "(", ")", '"', ";", "--", "\n", "é", " ", "1", "where"]
    answered = 0
    for round_ in range(120):
        text = texts[round_ % len(texts)]
        wanted = "".join(rng.choice(pieces) for _ in range(rng.randrange(1, 12)))
        for item in decode(text, wanted, count=2, max_tokens=12):
            answered += 1
            failure = check(QUERIES, joined(text, item.text))
            unfinished = text == "|" and failure is not None and failure.offset == len(item.text)
            assert failure is None or unfinished, (text, wanted, item)
    assert answered > 60


def test_a_grammar_that_the_engine_refuses_says_why() -> None:
    engine = MaskEngine(ScriptedModel({}, TOKENS).vocabulary)
    with pytest.raises(MaskError, match=r"\S"):
        engine.mask("start: missing\n")


@pytest.mark.parametrize("wanted", ["b", "b, f(c", "b, b) from"])
def test_no_mask_is_made_where_the_words_of_the_model_or_their_beginning_fit(wanted: str) -> None:
    statistics = Statistics()
    (candidate,) = decode("select a, | from t;", wanted, statistics=statistics)
    assert candidate.text == wanted.removesuffix(") from").removesuffix("(c")
    assert (statistics.masked, statistics.unmasked, statistics.hole_ms) == (0, 0, 0)


def test_a_mask_takes_back_what_leads_nowhere() -> None:
    grammar = small_grammar('start: (A LINE A | A B) SEMI\nA: "a"\nB: "b"\nSEMI: ";"\nLINE: /\\n/\n')
    state = Prefix(grammar, ";").at(0)
    assert isinstance(state, CursorState)
    readings = windows(grammar, ";", state, 8)
    hole = MaskGrammar(hole_grammar(grammar, state, readings).text, "", 8)
    model = ScriptedModel({"": "a"})
    statistics = Statistics()
    task = Task(model.prompt(";", Span(0, 0), "small"), (hole,), "", Oracle(grammar, ";", state, readings), 8)
    (candidate,) = Decoder(model).decode(task, 1, lambda: False, statistics)
    assert (candidate.text, statistics.masked) == ("ab", 1)


@pytest.mark.parametrize(("wrong", "masked", "bans"), [("xyz", 0, 6), ("klmnopqrst", 1, 8)])
def test_a_few_tokens_are_refused_before_a_mask_is_made(wrong: str, masked: int, bans: int) -> None:
    grammar = small_grammar('start: A SEMI\nA: "a"\nSEMI: ";"\n')
    state = Prefix(grammar, ";").at(0)
    assert isinstance(state, CursorState)
    readings = windows(grammar, ";", state, 8)
    hole = MaskGrammar(hole_grammar(grammar, state, readings).text, "", 8)
    model = Stubborn(wrong)
    statistics = Statistics()
    task = Task(model.prompt(";", Span(0, 0), "small"), (hole,), "", Oracle(grammar, ";", state, readings), 8)
    (candidate,) = Decoder(model).decode(task, 1, lambda: False, statistics)
    assert (candidate.text, statistics.masked, statistics.bans) == ("a", masked, bans)


class Stubborn(ScriptedModel):
    """Prefers some wrong letters, one after the other, to the right one."""

    def __init__(self, wrong: str) -> None:
        super().__init__(lambda text: "" if text else "a")
        self._wrong = wrong

    def next_logits(
        self, tokens: Sequence[int], count: int = 1, cancelled: Callable[[], bool] = lambda: False
    ) -> NDArray[np.float32]:
        rows = super().next_logits(tokens, count, cancelled).copy()
        rows[:, [ord(letter) for letter in self._wrong]] = rows.max() + 1
        return rows


LOST = "select a from t where f(|;"
"""No beginning of what a model writes inside the call fits here: that has to be closed and compared."""


def test_without_a_mask_the_oracle_alone_keeps_the_promise() -> None:
    model = ScriptedModel({"select a from t where f(": "d, "}, TOKENS)
    task = dataclasses.replace(task_at(LOST, model), holes=(MaskGrammar("start: missing\n", "", 8),))
    statistics = Statistics()
    (candidate,) = Decoder(model).decode(task, 1, lambda: False, statistics)
    assert (statistics.masked, statistics.unmasked) == (0, 1)
    assert candidate.text.startswith("d")
    assert check(QUERIES, joined(LOST, candidate.text)) is None


def test_a_lead_that_goes_on_is_fed_where_the_one_before_ended() -> None:
    task = task_at("select | from t;", ScriptedModel({}, TOKENS))
    (hole,) = task.holes
    engine = MaskEngine(ScriptedModel({}, TOKENS).vocabulary)
    for lead in ("", "a", "ab", "ab, ", "ab, f(", "ab", "x", "ab, f(1"):
        mask, fresh = engine.mask(hole.grammar, lead), MaskEngine(ScriptedModel({}, TOKENS).vocabulary)
        expected = fresh.mask(hole.grammar)
        assert expected.feed(lead)
        assert mask.allowed().tokens().tolist() == expected.allowed().tokens().tolist()
    with pytest.raises(MaskError, match="lead"):
        engine.mask(hole.grammar, "ab, )")


def test_where_a_lead_does_not_fit_the_next_hole_is_taken() -> None:
    model = ScriptedModel({"select a from t where f(": "d, "}, TOKENS)
    good = task_at(LOST, model)
    (hole,) = good.holes
    statistics = Statistics()
    task = dataclasses.replace(good, holes=(MaskGrammar(hole.grammar, ")", 4), hole))
    (candidate,) = Decoder(model).decode(task, 1, lambda: False, statistics)
    assert check(QUERIES, joined(LOST, candidate.text)) is None
    assert (statistics.masked, statistics.unmasked, statistics.relaxation) == (1, 0, 8)


def test_a_long_half_typed_word_does_not_use_up_the_budget() -> None:
    word = "a" * 60
    (candidate,) = decode("select WORD| from t;".replace("WORD", word), "bc", max_tokens=8)
    assert candidate.text == "bc"


def test_dead_ends_do_not_stand_in_the_way_of_other_candidates() -> None:
    grammar = small_grammar(
        "start: ((A | B | C) LINE E | E | F | G) SEMI\n"
        'A: "a"\nB: "b"\nC: "c"\nE: "e"\nF: "f"\nG: "g"\nSEMI: ";"\nLINE: /\\n/\n'
    )
    model = ScriptedModel(lambda text: None)
    state = Prefix(grammar, ";").at(0)
    assert isinstance(state, CursorState)
    readings = windows(grammar, ";", state, 8)
    hole = MaskGrammar(hole_grammar(grammar, state, readings).text, "", 8)
    task = Task(model.prompt(";", Span(0, 0), "small"), (hole,), "", Oracle(grammar, ";", state, readings), 8)
    found = Decoder(model).decode(task, 3, lambda: False, Statistics())
    assert sorted(candidate.text for candidate in found) == ["e", "f", "g"]


PLACES = (
    "select a| from t;",
    "select a from t where |;",
    "|",
    "sel|",
    "select f(| from t;\nselect b from u;",
    "select  é| , b from t;",
    "select a\n  |\nfrom t; -- x\n",
    'select a from t where a = "x|" or b = 1;',
    "select a|b from t;",
    "select | from t where (a = 1 or b;",
    "-- |\n;",
    "select a from t where a = 1|2;",
)
SOUP = (*TOKENS, "(", ")", '"', ";", "--", "\n", "é", b"\xc3", b"\xa9x", b"\xff", " ", "1", "where", "b from")


class Polls:
    """Whether a decode is cancelled, which it is after so many answers; and how often the model was asked."""

    def __init__(self, model: Babbler, after: int | None = None) -> None:
        self._model = model
        self._after = after
        self.calls = [0]

    def __call__(self) -> bool:
        self.calls.append(self._model.calls)
        return self._after is not None and len(self.calls) > self._after + 1

    @property
    def most_between(self) -> int:
        return max(later - earlier for earlier, later in pairwise(self.calls))


@pytest.mark.parametrize("multiline", [False, True])
@pytest.mark.parametrize("masked", [True, False])
def test_no_logits_get_an_invalid_text_out(masked: bool, multiline: bool) -> None:
    answered = 0
    for seed in range(4):
        for text in PLACES:
            model = Babbler(SOUP, seed)
            good = task_at(text, model, max_tokens=10, multiline=multiline)
            task = (
                good if masked else dataclasses.replace(good, holes=(MaskGrammar("start: missing\n", "", 8),))
            )
            polls = Polls(model)
            found = Decoder(model).decode(task, 3, polls, Statistics())
            polls()
            assert polls.most_between == 1
            answered += bool(found)
            assert len({item.text for item in found}) == len(found) <= 3
            for item in found:
                assert item.text.strip()
                assert multiline or "\n" not in item.text
                assert task.oracle.fit(item.text).good
                whole = joined(text, item.text)
                failure = check(QUERIES, whole)
                ends = not text.partition("|")[2].strip()
                assert failure is None or (ends and failure.offset >= len(whole.rstrip())), (text, item)
    assert answered > 20


@pytest.mark.parametrize("after", [0, 1, 2, 3, 8])
def test_a_model_is_asked_once_at_most_between_two_polls_of_cancellation(after: int) -> None:
    model = Babbler(SOUP, 1)
    task = task_at("select f(| from t;", model)
    polls = Polls(model, after)
    assert Decoder(model).decode(task, 3, polls, Statistics()) == ()
    assert min(after // 2, 1) <= model.calls <= after
    assert polls.most_between == min(after // 2, 1)
    assert polls.calls[-1] == model.calls


def test_a_token_taken_back_is_not_tried_again_and_is_counted() -> None:
    statistics = Statistics()
    grammar = small_grammar('start: (A LINE A | B) SEMI\nA: "a"\nB: "b"\nSEMI: ";"\nLINE: /\\n/\n')
    model = ScriptedModel({"": "a\na"})
    state = Prefix(grammar, ";").at(0)
    assert isinstance(state, CursorState)
    readings = windows(grammar, ";", state, 8)
    hole = MaskGrammar(hole_grammar(grammar, state, readings).text, "", 8)
    task = Task(model.prompt(";", Span(0, 0), "small"), (hole,), "", Oracle(grammar, ";", state, readings), 8)
    (candidate,) = Decoder(model).decode(task, 1, lambda: False, statistics)
    assert candidate.text == "b"
    assert statistics.rollbacks == 1


@pytest.mark.parametrize(
    "spelling", [(), ("é",), (b"\xc3",), (b" \xc3", b"\xa9 "), ("aé", "é "), ("😀", b"\xf0\x9f")]
)
@pytest.mark.parametrize("typed", ["é", " é", "aé", "aéb"])
def test_a_character_of_several_bytes_is_healed_in_whatever_tokens(
    spelling: tuple[str | bytes, ...], typed: str
) -> None:
    before = "select " + typed
    text = before + "| from t;"
    model = ScriptedModel({before: "é, é"}, spelling)
    (candidate,) = Decoder(model).decode(task_at(text, model), 1, lambda: False, Statistics())
    assert candidate.text == "é, é"


@pytest.mark.parametrize(
    ("tokens", "expected"),
    [
        ("", False),
        ("aaaaaaa", False),
        ("aaaaaaaa", True),
        ("xyabab", False),
        ("xababab", False),
        ("xabababab", True),
        ("abcabc", False),
        ("xabcabcabc", True),
        ("abcdefabcdefabcdef", True),
        ("abcdefgabcdefgabcdefg", False),
        ("abababab and on", False),
    ],
)
def test_a_text_repeats_itself_where_it_ends_in_the_same_few_tokens(tokens: str, expected: bool) -> None:
    assert (repeated([*tokens.encode()]) is not None) is expected


@pytest.mark.parametrize(
    ("tokens", "size", "expected"),
    [("xaaa", 8, True), ("xaaa", 7, False), ("xaa", 8, False), ("aaax", 8, False)],
)
def test_a_long_token_three_times_in_a_row_is_a_loop(tokens: str, size: int, expected: bool) -> None:
    assert (repeated([*tokens.encode()], size) is not None) is expected


def test_a_model_that_repeats_itself_is_asked_no_further() -> None:
    model = ScriptedModel(lambda text: "-" if text.endswith("x") else "x")
    task = task_at('select a from b where "|', model, max_tokens=48)
    (candidate,) = Decoder(model).decode(task, 1, lambda: False, Statistics())
    assert candidate.text.count("x-") == 1
    assert model.calls <= 25


@pytest.mark.parametrize(("before", "tokens"), [("select a from b ", 9), ("select a from b\n", 49)])
def test_blanks_may_indent_a_line_and_lead_nowhere_within_one(before: str, tokens: int) -> None:
    model, statistics = ScriptedModel(lambda text: " "), Statistics()
    task = task_at(f"{before}|", model, max_tokens=48)
    task = dataclasses.replace(task, before=before.removesuffix(task.heal))
    (candidate,) = Decoder(model).decode(task, 1, lambda: False, statistics)
    assert (candidate.text.strip(), statistics.tokens) == (";", tokens)


def test_what_stood_so_a_long_way_is_taken_without_asking_the_model() -> None:
    line = "select a, b from t where a = 1"
    model, statistics = ScriptedModel(lambda text: "nothing"), Statistics()
    task = task_at(f"{line};\n{line[:22]}|", model)
    task = dataclasses.replace(task, before=f"{line};\n{line[:22]}".removesuffix(task.heal))
    (candidate,) = Decoder(model).decode(task, 1, lambda: False, statistics)
    assert candidate.text == f"{line[22:]};"
    assert statistics.copied >= len(candidate.text)
    assert model.calls < 3


def test_the_model_is_not_asked_for_letters_that_are_all_that_the_grammar_allows() -> None:
    asked: list[str] = []

    class Asked(ScriptedModel):
        def next_logits(
            self, tokens: Sequence[int], count: int = 1, cancelled: Callable[[], bool] = lambda: False
        ) -> NDArray[np.float32]:
            asked.append(self.vocabulary.bytes_of(tokens).decode())
            return super().next_logits(tokens, count, cancelled)

    statistics = Statistics()
    model = Asked({"select a ": "from t where b"}, ("from t wh",))
    (candidate,) = Decoder(model).decode(task_at("select a | = 1;", model), 1, lambda: False, statistics)
    assert candidate.text == "from t where b"
    assert statistics.forced == len("ere")
    assert not any(prompt.endswith(("wh", "whe", "wher")) for prompt in asked)
    assert statistics.passes == len(asked)
