"""Broken files: mistakes are where they were asked for, and what suggestions do to them is told apart."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_server.errors import UsageError
from lsp_server.evaluation.assess import assess_broken
from lsp_server.evaluation.breaking import ABOVE, BELOW, BESIDE, MISTAKES, WHERE, Break, BrokenCut, break_file
from lsp_server.evaluation.corpus import Source
from lsp_server.evaluation.counting import Outcome
from lsp_server.evaluation.cuts import Cut
from lsp_server.evaluation.judges import Verdict, load_judge
from lsp_server.evaluation.validity import Asking, measure_broken
from lsp_server.features.completion import Item
from lsp_server.languages import Language, load_registry
from lsp_server.models import ScriptedModel

TEXT = 'a = [1, 2]\nb = f("x", [3])\nc {\n  d = "e"\n}\n'
LONG = "".join(f"name{i} = [word, word]\n" for i in range(5))


@pytest.fixture(scope="module")
def hcl() -> Language:
    return load_registry().by_id("hcl")


def _cut(text: str, removed: str) -> Cut:
    start = text.index(removed)
    return Cut(text, start, start + len(removed))


@given(st.integers(), st.sampled_from(WHERE), st.integers(0, len(TEXT)), st.integers(0, 9))
def test_a_mistake_is_at_its_side_of_the_cut_with_text_between(
    seed: int, where: str, start: int, length: int
) -> None:
    cut = Cut(TEXT, start, min(start + length, len(TEXT)))
    found = break_file(load_registry().by_id("hcl"), cut, where, Random(seed))
    if found is None:
        return
    mistake = found.broken
    before = mistake.end <= cut.start
    between = TEXT[mistake.end : cut.start] if before else TEXT[cut.end : mistake.start]
    assert between.strip()
    assert ("\n" in between) == (where != BESIDE)
    assert before or where != ABOVE
    assert not before or where != BELOW
    assert found.file != TEXT
    assert found.file[: mistake.start] == TEXT[: mistake.start]
    after = TEXT[cut.end :] if before else TEXT[cut.end : mistake.start] + mistake.text + TEXT[mistake.end :]
    assert found.text[found.cursor :] == after
    assert len(found.text) == len(found.file) - len(cut.removed)


def test_every_kind_of_mistake_is_made(hcl: Language) -> None:
    cut = _cut(TEXT, '"x"')
    found = [break_file(hcl, cut, where, Random(seed)) for seed in range(60) for where in WHERE]
    assert {one.broken.how for one in found if one is not None} == set(MISTAKES)


def _broken(removed: str, mistaken: str, mistake: str) -> BrokenCut:
    place = _cut(TEXT, mistaken)
    return BrokenCut(_cut(TEXT, removed), Break(place.start, place.end, mistake, "a mistake"))


@pytest.mark.parametrize(
    ("removed", "suggested", "mistaken", "mistake", "expected"),
    [
        pytest.param('"x"', '"y"', "[1", "1", Outcome.VALID, id="undone it is valid"),
        pytest.param('"x"', '"y', "[1", "1", Outcome.VIOLATION, id="an open string"),
        pytest.param('"x"', '"y")', "[1", "1", Outcome.VIOLATION, id="a stray bracket"),
        pytest.param('"x"', '"y", [2', '"e"', '"e"]', Outcome.VIOLATION, id="a bracket that stays open"),
        pytest.param("[3]", "[4]", '"e"', 'e"', Outcome.VALID, id="undone it is valid, below"),
        pytest.param("1, 2", "1]\ng = [5", "c {", "c {}", Outcome.VALID, id="one more line"),
        pytest.param("[3]", "[3", ")\nc", "])\nc", Outcome.MENDED, id="what it opens is closed already"),
        pytest.param("1, 2", "1]\nh {\n  i = [3", "c {", "c", Outcome.NO_WORSE, id="another edit mends it"),
    ],
)
def test_what_a_suggestion_did_to_a_broken_file(
    hcl: Language, removed: str, suggested: str, mistaken: str, mistake: str, expected: Outcome
) -> None:
    broken = _broken(removed, mistaken, mistake)
    judge = load_judge(hcl)
    assert not judge(broken.file).well_formed
    item = Item(suggested, broken.cursor, broken.cursor, 0.0, "end")
    assert assess_broken(hcl, broken, item, judge)[0] is expected


@pytest.mark.parametrize(
    ("language_id", "text", "removed", "suggested", "mistaken", "mistake"),
    [
        pytest.param(
            "graphql", "enum A {\n  B\n  C\n}\n", " {", "", "}", "", id="a sign right behind the suggestion"
        ),
        pytest.param(
            "sparql",
            "ASK {\n  FILTER(!BOUND(?a))\n}\n",
            "?a))",
            "?a) AS ?b)",
            "(!",
            "9z(!",
            id="a word at the mistake",
        ),
        pytest.param(
            "sparql", "ASK {\n  FILTER(?a = 1)\n}\n", " = 1)", "x:b y:c []", "(", "", id="a sign of a name"
        ),
    ],
)
def test_fixed_words_and_signs_are_tried_where_something_may_be_wrong(
    language_id: str, text: str, removed: str, suggested: str, mistaken: str, mistake: str
) -> None:
    language = load_registry().by_id(language_id)
    place = _cut(text, mistaken)
    broken = BrokenCut(_cut(text, removed), Break(place.start, place.end, mistake, "a mistake"))
    item = Item(suggested, broken.cursor, broken.cursor, 0.0, "end")
    assert assess_broken(language, broken, item, load_judge(language))[0] is Outcome.NO_WORSE


def test_a_long_file_is_mended_near_the_mistake(hcl: Language) -> None:
    around = "".join(f"n{i} = [1]\n" for i in range(2_000))
    text = around.replace("n1000 = [1]\n", TEXT)
    cut, mistaken = _cut(text, "1, 2"), _cut(text, "c {")
    broken = BrokenCut(cut, Break(mistaken.start, mistaken.end, "c", "a mistake"))
    judge = load_judge(hcl)
    asked: list[int] = []

    def counting(text: str) -> Verdict:
        asked.append(len(text))
        return judge(text)

    item = Item("1]\nh {\n  i = [3", broken.cursor, broken.cursor, 0.0, "end")
    assert assess_broken(hcl, broken, item, counting)[0] is Outcome.NO_WORSE
    assert asked[0] > 20_000
    assert asked[-1] < 200


def test_a_suggestion_at_the_end_of_a_broken_file_may_be_unfinished(hcl: Language) -> None:
    broken = BrokenCut(Cut("a = [1]\nb = [2]", 12, 15), Break(4, 5, "", "deleted bracket"))
    judge = load_judge(hcl)
    for text, expected in (
        ("[2]\n", Outcome.VALID),
        ("[f(2", Outcome.UNFINISHED),
        ("[2)", Outcome.VIOLATION),
    ):
        item = Item(text, broken.cursor, broken.cursor, 0.0, "end")
        assert assess_broken(hcl, broken, item, judge)[0] is expected


def test_sides_and_kinds_of_cuts_take_turns_and_every_file_is_rejected(hcl: Language) -> None:
    judge = load_judge(hcl)
    asking = Asking(ScriptedModel([LONG]))
    reports = measure_broken(
        hcl, [Source("a.tf", LONG)], judge, asking, kinds=["rest-of-line", "inside-word"], cuts=12
    )
    assert [(report.part, report.kind, report.cuts) for report in reports] == [
        ("broken", where, 4) for where in WHERE
    ]
    for found in (one for report in reports for one in report.unanswered):
        assert found.broken is not None
        cut = Cut(LONG, found.cut_start, found.cut_end)
        assert not judge(BrokenCut(cut, found.broken).file).well_formed


def test_files_that_cannot_be_broken_elsewhere_are_an_error(hcl: Language) -> None:
    with pytest.raises(UsageError, match="can be broken above"):
        measure_broken(
            hcl,
            [Source("a.tf", "a = 1\n")],
            load_judge(hcl),
            Asking(ScriptedModel({})),
            kinds=["rest-of-line"],
            cuts=1,
        )


def test_a_fixed_lexeme_that_the_file_has_not_may_mend_it() -> None:
    sparql = load_registry().by_id("sparql")
    cut = _cut("PREFIX : <http://e/x>\nSELECT * { ?s ?p ?o }\n", "http://e/x>\nSELECT * {")
    broken = BrokenCut(cut, Break(0, len("PREFIX"), ":", "other lexeme"))
    item = Item("http://e/x> {", broken.cursor, broken.cursor, 0.0, "end")
    assert assess_broken(sparql, broken, item, load_judge(sparql))[0] is Outcome.NO_WORSE


@pytest.mark.parametrize(("suggested", "expected"), [(")", "NO_WORSE"), (") )", "VIOLATION")])
def test_what_a_line_lost_may_have_had_its_brackets_closed(suggested: str, expected: str) -> None:
    sparql = load_registry().by_id("sparql")
    cut = _cut('SELECT * {\n  VALUES (?a) { ("b") }\n}\n', ") }")
    broken = BrokenCut(cut, Break(0, len("SELECT * {"), "", "truncated line"))
    item = Item(suggested, broken.cursor, broken.cursor, 0.0, "end")
    assert assess_broken(sparql, broken, item, load_judge(sparql))[0] is Outcome[expected]


@pytest.mark.parametrize(
    ("text", "removed", "mistaken", "mistake", "suggested", "expected"),
    [
        (
            'a: b\n    | c w{"||"} d -> e\nf: g\n    | h\n',
            "> e\nf: g",
            "| c",
            '" c',
            '"\n    f:',
            Outcome.NO_WORSE,
        ),
        (
            'a: b\n    | c w{"||"} d -> e\nf: g\n    | h\n',
            "> e\nf: g",
            "| c",
            '" c',
            '"\n    f',
            Outcome.VIOLATION,
        ),
        ('a: ("," B)+ [".x" B+]\n', "x", '".', ".", '." ', Outcome.NO_WORSE),
        ('a: ("," B)+ [".x" B+]\n', "x", '".', ".", '" "." ', Outcome.VIOLATION),
    ],
)
def test_a_lexeme_of_the_language_put_in_beside_the_mistake_may_mend_it(
    text: str, removed: str, mistaken: str, mistake: str, suggested: str, expected: Outcome
) -> None:
    lark = load_registry().by_id("lark")
    cut, place = _cut(text, removed), _cut(text, mistaken)
    broken = BrokenCut(cut, Break(place.start, place.end, mistake, "a mistake"))
    judge = load_judge(lark)
    item = Item(suggested, broken.cursor, broken.cursor, 0.0, "end")
    assert assess_broken(lark, broken, item, judge)[0] is expected


def test_what_mends_a_file_that_ends_at_the_cursor_may_be_any_word_of_the_language() -> None:
    postgres = load_registry().by_id("postgres")
    text = "ALTER TABLE t\n  ALTER COLUMN a DROP NOT NULL;\n"
    broken = BrokenCut(
        _cut(text, "ROP NOT NULL;"), Break(text.index(" DROP"), text.index(" DROP"), " a", "twice")
    )
    judge = load_judge(postgres)
    for suggested, expected in (("ate;", Outcome.NO_WORSE), ("ate TYPE;", Outcome.VIOLATION)):
        item = Item(suggested, broken.cursor, broken.cursor, 0.0, "end")
        assert assess_broken(postgres, broken, item, judge)[0] is expected


def test_where_our_own_parser_stops_every_word_of_the_language_is_tried() -> None:
    """A body that is closed early makes a text of what is between it and the next: that may be one to do."""
    postgres = load_registry().by_id("postgres")
    text = (
        "CREATE FUNCTION a() RETURNS trigger AS $$\nBEGIN\n    CALL b();\n    RETURN NULL;\nEND;\n"
        "$$ LANGUAGE plpgsql;\n\nCREATE FUNCTION c() RETURNS trigger AS $$\nBEGIN\n    RETURN NULL;\nEND;\n"
        "$$ LANGUAGE plpgsql;\n"
    )
    place = text.rindex("$\nBEGIN")
    broken = BrokenCut(_cut(text, "    CALL b();"), Break(place, place + 1, "INHERITS", "other lexeme"))
    judge = load_judge(postgres)
    for suggested, expected in (("CALL b(); $$", Outcome.NO_WORSE), ("CALL b(); $$ (", Outcome.VIOLATION)):
        item = Item(suggested, broken.cursor, broken.cursor, 0.0, "end")
        assert assess_broken(postgres, broken, item, judge)[0] is expected
