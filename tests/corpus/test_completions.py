"""Runs the completion cases of every bundle: what must fit at a cursor, and what is never offered there.

Each verdict is shown to be right by the judge, asked of the constraint, and asked of the product with a
model that wants to say just that.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pytest

from lsp_server.agreement.asking import Judge
from lsp_server.agreement.judges import load_judge
from lsp_server.constraint import Oracle, Prefix, hole_grammar, load_grammar
from lsp_server.features import placing
from lsp_server.features.completion import CompletionRequest, complete
from lsp_server.lab.promise.finish import endings
from lsp_server.languages import Language
from lsp_server.models import ScriptedModel
from lsp_server.repair import RepairingOracle
from lsp_server.syntax import Landmarks, parse
from tests.conftest import BUNDLED
from tests.constraint.texts import examples
from tests.corpus_cases import Case, language_of, read_cases
from tests.decoding.matching import begins

CASES = read_cases("completions")
NOTHING = "nothing"
TAIL = 6
WORD = 32
"""Bytes that a word before a cursor may have, which a suggestion has to spell again."""
STRESS = 60
"""The fewest cursors of a language."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a case says.

    `takes`, `refuses`: texts; `lenient` are those refused ones that the judge takes all the same. `rests`:
    texts one of which finishes an unfinished file. `mended`: what stands in a broken file, and what should.
    `nothing`: nothing at all is offered. `unwanted`: texts that fit, and are not offered all the same.
    """

    takes: tuple[str, ...]
    refuses: tuple[str, ...]
    lenient: tuple[str, ...]
    rests: tuple[str, ...]
    mended: tuple[tuple[str, str], ...]
    nothing: bool
    unwanted: tuple[str, ...]


def expectation(case: Case) -> Expectation:
    lines = [line.partition(": ") for line in case.expected if line != NOTHING]
    assert {key for key, _, _ in lines} <= {"takes", "refuses", "unwanted", "lenient", "rest", "mended"}, case
    found: dict[str, list[object]] = {}
    for key, _, value in lines:
        found.setdefault(key, []).append(json.loads(value))
    return Expectation(
        tuple(map(str, found.get("takes", ()))),
        tuple(map(str, (*found.get("refuses", ()), *found.get("lenient", ())))),
        tuple(map(str, found.get("lenient", ()))),
        tuple(map(str, found.get("rest", ()))),
        tuple((pair[0], pair[1]) for pair in found.get("mended", ()) if isinstance(pair, list)),
        NOTHING in case.expected,
        tuple(map(str, found.get("unwanted", ()))),
    )


@dataclass(frozen=True, slots=True)
class Place:
    """A cursor: the judge of what is typed there, the hole grammar, and what of the text that begins with."""

    oracle: Oracle
    hole: str
    before: str


def place_of(case: Case) -> Place | None:
    """The cursor of a case; None where nothing can be typed."""
    grammar = load_grammar(language_of(case))
    landmarks = Landmarks(parse(language_of(case), case.text))
    place = placing.place_of(Prefix(grammar, case.text), landmarks, case.cursor, case.cursor)
    if isinstance(place, placing.NoPlace):
        return None
    return Place(
        RepairingOracle(grammar, case.text, place.ways, place.windows),
        hole_grammar(grammar, place.state, place.windows).text,
        case.text[place.state.offset : case.cursor],
    )


@pytest.mark.parametrize("language_id", BUNDLED)
def test_there_are_cases_for_many_a_cursor(language_id: str) -> None:
    assert sum(case.language_id == language_id for case in CASES) >= STRESS


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_cursor_takes_what_fits_and_refuses_the_rest(case: Case) -> None:
    expected, place = expectation(case), place_of(case)
    if expected.nothing:
        assert place is None
    for typed in (*expected.takes, *expected.unwanted):
        assert place is not None, typed
        assert place.oracle.viable(typed), typed
        # A file that is broken after the cursor parses to its end with no text.
        assert place.oracle.fit(typed).good or expected.mended, typed
        assert begins(place.hole, place.before + typed), typed
    for typed in expected.refuses:
        assert place is None or not (place.oracle.viable(typed) and place.oracle.fit(typed).good), typed


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_judge_agrees_with_each_verdict(case: Case) -> None:
    expected = expectation(case)
    assert expected.nothing or expected.takes or expected.refuses or expected.unwanted
    for typed in expected.takes:
        assert well_formed(case, expected, typed), typed
    for typed in expected.refuses:
        assert well_formed(case, expected, typed) == (typed in expected.lenient), typed


@cache
def judge_of(language: Language) -> Judge:
    return load_judge(language)


def well_formed(case: Case, expected: Expectation, typed: str) -> bool:
    """Whether the judge accepts the file with a text typed; where nothing follows, with an end of it."""
    judge = judge_of(language_of(case))
    before, after = case.text[: case.cursor], case.text[case.cursor :]
    for damage, mended in expected.mended:
        assert before.count(damage) + after.count(damage) == 1, damage
        before, after = before.replace(damage, mended), after.replace(damage, mended)
    whole = before + typed + after
    return any(judge(text).well_formed for text in (whole, *ends(case, expected, whole, after)))


def ends(case: Case, expected: Expectation, whole: str, after: str) -> Iterator[str]:
    yield from (whole + rest for rest in expected.rests)
    if not after.strip():
        language = language_of(case)
        known = "\n".join(examples(language))
        yield from (whole + end for end in endings(load_grammar(language), whole, known, len(known)))


def tree_takes(case: Case, language: Language, typed: str) -> bool:
    """Whether the syntax tree has no more errors with a text typed: where it has, nothing is offered."""
    joined = case.text[: case.cursor] + typed + case.text[case.cursor :]
    return parse(language, joined).error_count <= parse(language, case.text).error_count


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_offered_is_what_the_case_takes(case: Case) -> None:
    expected, language = expectation(case), language_of(case)
    tree, before = parse(language, case.text), case.text[: case.cursor]
    asked = (*expected.takes, *expected.refuses, *expected.unwanted)
    for typed in (*asked, *(("a", "1 ", "\n") if expected.nothing else ())):
        known = before + typed

        def wanted(text: str, known: str = known, typed: str = typed) -> str | None:
            if known.startswith(text):
                return known[len(text) :]
            # A line with a mistake in it is corrected before the model sees it.
            place = text.rfind(before[-TAIL:])
            rest = text[place + TAIL :]
            return typed[len(rest) :] if place > 0 and typed.startswith(rest) else None

        # Tokens are bytes. What is refused is no longer refused because there is room to write more.
        room = len(typed.encode()) + WORD
        request = CompletionRequest(
            case.text, case.cursor, language, Landmarks(tree), max_tokens=room, multiline="\n" in typed
        )
        items = complete(request, ScriptedModel(wanted), lambda: False).items
        offered = [item.text for item in items]
        if expected.nothing:
            assert offered == []
        elif typed in expected.refuses or typed in expected.unwanted:
            assert typed not in offered
        elif typed.strip() and tree_takes(case, language, typed):
            assert [text.rstrip(" \t") for text in offered] == [typed.rstrip(" \t")], typed
