"""What may be typed in a text with mistakes: what the file without its mistakes takes, and nothing else."""

from __future__ import annotations

import pytest

from lsp_server.cancellation import StoppedError
from lsp_server.constraint import Prefix, check, load_grammar
from lsp_server.features.placing import CursorPlace, place_of
from lsp_server.repair import Boundaries, RepairingOracle, places
from lsp_server.syntax import Landmarks, parse
from tests.countdown import Countdown
from tests.features.completing import CURSOR, language_of

# A language, a file, its mistakes with what stands there without them, what fits, and what does not.
CASES = [
    (
        "hcl",
        "a {\n  b = <|>\n}\n\nc {\n  d = 1 2\n}\n\ne {\n  f == 3\n}\n",
        {"1 2": "1", "==": "="},
        "4",
        "4}",
    ),
    ("hcl", "c {\n  d = 1 2\n}\n\na {\n  b = <|>\n}\n", {"1 2": "1"}, "4", "[4"),
    ("hcl", "a {\n  b <|>\n    c = 1\n  }\n}\n\nd {\n  e = )\n}\n", {")": "1"}, "{", "{ {"),
    ("graphql", "type A {\n  b: C!!\n  d<|>\n}\n", {"!!": "!"}, ": E", ": E {"),
    (
        "graphql",
        "type A {\n  b: <|>\n}\n\ntype B }\n  c: D\n}\n\nunion E = | |\n",
        {"B }": "B {", "| |": "| F"},
        "C",
        "C }",
    ),
    (
        "graphql",
        "type A {\n  b: <|>\n}\n\nenum B {\n  c: 1 2 3 4 5\n}\n",
        {": 1 2 3 4 5": ""},
        "C",
        "C: D: E",
    ),
    ("sparql", "SELECT * WHERE {\n  ?a ?b .\n  ?c <|>\n}\n", {"?a ?b .": "?a ?b ?x ."}, "?d ?e .", "?d ."),
    (
        "postgres",
        "SELECT a FRM b;\nSELECT c FROM <|>;\nSELECT ,;\n",
        {"FRM": "FROM", "SELECT ,": "SELECT 1"},
        "d",
        "WHERE",
    ),
    (
        "postgres",
        "SELECT a FROM b WHERE c = 1\n\nSELECT e.<|> FROM d e;\n",
        {"= 1\n": "= 1;\n"},
        "f",
        "f FROM",
    ),
    (
        "postgres",
        "SELECT a FROM b WHERE c = 1\n\nSELECT d\nFROM e f\nWHERE f.<|>;\n",
        {"= 1\n": "= 1;\n"},
        "g = 1",
        "g = ",
    ),
    (
        "postgres",
        "SELECT a FROM b WHERE\n\nSELECT c FROM d WHERE <|>;\n",
        {"b WHERE": "b;"},
        "e = 1",
        "e = ",
    ),
    ("postgres", "CREATE TABLE a (b int\n\nUPDATE c SET <|>;\n", {"int\n": "int);\n"}, "d = 1", "d"),
]


def oracle_at(name: str, marked: str, countdown: Countdown | None = None) -> RepairingOracle:
    grammar = load_grammar(language_of(name))
    cursor, text = marked.index(CURSOR), marked.replace(CURSOR, "")
    cancelled = countdown or (lambda: False)
    landmarks = Landmarks(parse(language_of(name), text))
    place = place_of(Prefix(grammar, text), landmarks, cursor, cursor, cancelled)
    assert isinstance(place, CursorPlace)
    return RepairingOracle(grammar, text, place.ways, (), cancelled=cancelled)


@pytest.mark.parametrize(("name", "marked", "mistakes", "fits", "other"), CASES)
def test_what_fits_without_the_mistakes_fits_with_them(
    name: str, marked: str, mistakes: dict[str, str], fits: str, other: str
) -> None:
    whole = marked
    for mistake, meant in mistakes.items():
        assert whole.count(mistake) == 1
        whole = whole.replace(mistake, meant)
    grammar = load_grammar(language_of(name))
    assert check(grammar, whole.replace(CURSOR, fits)) is None
    assert check(grammar, whole.replace(CURSOR, other)) is not None
    assert check(grammar, marked.replace(CURSOR, fits)) is not None
    oracle = oracle_at(name, marked)
    assert oracle.viable(fits)
    assert oracle.fit(fits).complete
    assert not oracle.fit(other).complete


def test_what_leaves_a_sound_text_with_a_mistake_is_refused() -> None:
    oracle = oracle_at("hcl", "a {\n  b = <|>\n}\n\nc = 1\n")
    assert oracle.fit("1").complete
    assert not oracle.fit("1").excused
    for typed in ("[1", "1}", '"1', "{", "", "1 2"):
        assert not oracle.fit(typed).complete, typed


def test_a_bracket_too_many_is_refused_however_far_it_is_to_the_end_of_the_element() -> None:
    oracle = oracle_at("hcl", "a {\n  b = <|>\n" + "  c = [1, 2, 3]\n" * 600 + "}\n")
    assert oracle.fit("1").complete
    assert not oracle.fit("[").complete
    assert not oracle.fit("{").complete


def test_a_mistake_in_another_element_above_costs_nothing() -> None:
    language = language_of("graphql")
    grammar = load_grammar(language)
    text = "type A {\n  b: [[[C\n\ntype D {\n  e: "
    boundaries = Boundaries(grammar, text, len(text))
    (reached,) = places(Prefix(grammar, text), boundaries, len(text), len(text))
    assert reached.cost == 0
    assert grammar.expected(reached.state.stack) == ("[", "name")


def test_a_quote_too_many_does_not_swallow_the_elements_after_it() -> None:
    oracle = oracle_at(
        "graphql", 'type A {\n  b: C\n}\n\n"""\ntype D {\n  e: F\n}\n\ntype G {\n  h: <|>\n}\n'
    )
    assert oracle.fit("I").complete
    assert not oracle.fit("I {").complete


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("type A {\n  b: C\n}\n<|>type D\n", True),
        ("type A\n<|>  type D\n", False),
        ("type A {\n<|>type: D\n}\n", False),
        ("type A {\n  b: C\n<|>}\n", False),
        ("type A {\n  b: C\n}\n# type\n<|>type D\n", True),
    ],
)
def test_a_boundary_is_where_an_element_begins_after_one_that_may_have_ended(text: str, is_one: bool) -> None:
    grammar = load_grammar(language_of("graphql"))
    offset, plain = text.index(CURSOR), text.replace(CURSOR, "")
    assert (offset in Boundaries(grammar, plain, 0)) is is_one


def test_it_ends_wherever_it_is_cancelled() -> None:
    marked = "a {\n  b = 1 2\n  c = <|>\n  d = [1, 2\n  e == 3\n}\n"

    def decided(countdown: Countdown) -> bool:
        return oracle_at("hcl", marked, countdown).fit("1").complete

    whole = Countdown(100_000)
    known = decided(whole)
    for times in range(0, whole.asked, 1 + whole.asked // 40):
        with pytest.raises(StoppedError):
            decided(Countdown(times))
    assert decided(Countdown(100_000)) is known


def test_a_block_that_a_line_below_ends_is_not_closed_before_that() -> None:
    marked = "type A {\n  b: C\n<|>\n}\n\ntype D {\n  e F\n}\n"
    oracle = oracle_at("graphql", marked)
    assert oracle.fit("  g: H").complete
    assert not oracle.fit("} { i: j").complete
    assert oracle_at("graphql", marked.replace("<|>\n}", "<|>")).fit("}").complete
