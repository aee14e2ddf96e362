"""What is told of a grammar: each finding with its kind, the rule or terminal, and the line."""

from __future__ import annotations

import re

import pytest

from lsp_server.authoring.findings import Finding, Kind, Severity, is_refused
from lsp_server.authoring.looking import findings
from lsp_server.lalr import load_grammar
from lsp_server.languages import load_registry
from tests.constraint.small import small_language

BLANKS = "%ignore / +/\n"
NAME = "NAME: /[a-z]+/\n"


def of_kind(grammar: str, kind: Kind) -> list[Finding]:
    return [found for found in findings(small_language(grammar)) if found.kind is kind]


@pytest.mark.parametrize(
    ("grammar", "kind", "severity", "name", "line", "told"),
    [
        pytest.param(
            f"start: a*\na: NAME\nb: NAME\n{NAME}{BLANKS}",
            Kind.UNUSED,
            Severity.WARNING,
            "b",
            3,
            "rule `b`",
            id="unused rule",
        ),
        pytest.param(
            f"start: NAME*\n{NAME}OTHER: /[0-9]/\n{BLANKS}",
            Kind.UNUSED,
            Severity.WARNING,
            "OTHER",
            3,
            "terminal `OTHER`",
            id="unused terminal",
        ),
        pytest.param(
            f"start: a*\na: NAME | b\nb: b NAME\n{NAME}{BLANKS}",
            Kind.BARREN,
            Severity.WARNING,
            "b",
            3,
            "derives no text",
            id="derives nothing",
        ),
        pytest.param(
            f'start: NAME list\nlist: a list | a\na: NAME ";"\n{NAME}{BLANKS}',
            Kind.RIGHT_RECURSION,
            Severity.WARNING,
            "list",
            2,
            "write `list: a+`",
            id="right recursion",
        ),
        pytest.param(
            f'start: list ";"\nlist: a "," list | a\na: NAME\n{NAME}{BLANKS}',
            Kind.RIGHT_RECURSION,
            Severity.WARNING,
            "list",
            2,
            'write `list: a ("," a)*`',
            id="with a separator",
        ),
        pytest.param(
            f'start: "{{" a "}}"\na: NAME | "(" a ")"\n{NAME}{BLANKS}',
            Kind.NOT_FLAT,
            Severity.WARNING,
            "start",
            1,
            "anew at each key",
            id="no repetition at the start",
        ),
        pytest.param(
            f'start: a*\na: "if" NAME a ["else" a] | NAME ";"\n{NAME}{BLANKS}',
            Kind.CONFLICT,
            Severity.WARNING,
            "a",
            2,
            '"else"',
            id="dangling else",
        ),
        pytest.param(
            f"start: (a | b)*\na: NAME\nb: NAME\n{NAME}{BLANKS}",
            Kind.CONFLICT,
            Severity.ERROR,
            "a",
            2,
            "ended too",
            id="two rules",
        ),
        pytest.param(
            f"start: (NAME | KEY)*\n{NAME}KEY: /[a-k]+/\n{BLANKS}",
            Kind.SHADOWED,
            Severity.WARNING,
            "NAME",
            2,
            "both read `a`",
            id="one text for two terminals",
        ),
        pytest.param(
            f'start: (NAME ";" TEXT)*\n{NAME}TEXT: /[^;]+/\n{BLANKS}',
            Kind.GREEDY,
            Severity.WARNING,
            "TEXT",
            3,
            "over the ends of lines",
            id="over lines",
        ),
        pytest.param(
            f"start: NAME*\n{NAME}COMMENT: /#.*\\n/\n%ignore COMMENT\n{BLANKS}",
            Kind.GREEDY,
            Severity.NOTE,
            "COMMENT",
            3,
            "end of its line",
            id="a comment with its line end",
        ),
        pytest.param(
            f'start: (NAME ";")*\n{NAME}',
            Kind.NO_BLANKS,
            Severity.WARNING,
            "",
            None,
            "no blanks",
            id="no blanks",
        ),
        pytest.param(
            f'start: ("let" NAME)*\n{NAME}{BLANKS}',
            Kind.WORDS,
            Severity.NOTE,
            "NAME",
            2,
            "`let`",
            id="words are names",
        ),
        pytest.param(
            f"start: (NAME | BACK)*\n{NAME}BACK: /(x)\\1/\n{BLANKS}",
            Kind.UNSUPPORTED,
            Severity.ERROR,
            "BACK",
            3,
            "back-reference",
            id="not regular",
        ),
        pytest.param(
            f"start: (NAME | NONE)*\n{NAME}NONE: /x*/\n{BLANKS}",
            Kind.UNSUPPORTED,
            Severity.ERROR,
            "NONE",
            3,
            "empty text",
            id="the empty text",
        ),
        pytest.param(
            "start: a b\n", Kind.REFUSED, Severity.ERROR, "", None, "not a Lark grammar", id="not defined"
        ),
    ],
)
def test_what_is_found_has_its_rule_and_line(
    grammar: str, kind: Kind, severity: Severity, name: str, line: int | None, told: str
) -> None:
    (found,) = of_kind(grammar, kind)
    assert (found.severity, found.name, found.line) == (severity, name, line)
    assert told in f"{found.message} ({found.remedy})"
    assert is_refused((found,)) is (severity is Severity.ERROR)


def test_a_grammar_in_order_has_nothing_to_be_told_of() -> None:
    assert findings(small_language("start: (A B)*\nA: /a+/\nB: /b+/\n%ignore / +/\n")) == ()


def test_operators_that_group_to_the_right_are_no_lists_of_nothing_but_signs() -> None:
    grammar = f'start: (not ";")*\nnot: "!" not | NAME\n{NAME}{BLANKS}'
    assert of_kind(grammar, Kind.RIGHT_RECURSION) == []


def test_all_terminals_that_cannot_be_used_are_told_at_once() -> None:
    grammar = "start: (A | B | C)*\nA: /(a)\\1/\nB: /b/\nC: /c*/\n"
    assert [(found.name, found.line) for found in of_kind(grammar, Kind.UNSUPPORTED)] == [("A", 2), ("C", 4)]


def test_the_sample_of_two_terminals_is_read_by_both_and_the_winner_is_larks() -> None:
    grammar = (
        "start: (HEX | NAME | COLOUR)*\nHEX: /[0-9a-f]+/\nNAME: /[a-z]+/\nCOLOUR.2: /[a-c]{3}/\n" + BLANKS
    )
    loaded = load_grammar(small_language(grammar))
    seen = of_kind(grammar, Kind.SHADOWED)
    assert len(seen) == 3
    for found in seen:
        first, second, sample = re.findall(r"`([^`]+)`", found.message)[:3]
        assert all(re.fullmatch(loaded.terminals[name].pattern, sample) for name in (first, second))
        read = loaded.scanner(frozenset((first, second)), None).match(sample, 0)
        assert read is not None
        assert read[0] == first


def test_errors_come_first_then_by_line() -> None:
    found = findings(small_language(f"start: (a | b)*\na: NAME\nb: NAME\nc: NAME\nd: NAME\n{NAME}"))
    assert [one.severity for one in found] == sorted(
        (one.severity for one in found), key=list(Severity).index
    )
    assert [one.line for one in found if one.kind is Kind.UNUSED] == [4, 5]


def test_a_conflict_has_two_texts_with_what_is_meant_marked() -> None:
    (found,) = of_kind(f"start: (a | b)*\na: NAME\nb: NAME\n{NAME}{BLANKS}", Kind.CONFLICT)
    assert len(found.examples) == 2
    assert all(example.count("⟨") == example.count("·") == 1 for example in found.examples)


@pytest.mark.parametrize("language_id", ["graphql", "hcl"])
def test_a_bundled_grammar_has_no_errors(language_id: str) -> None:
    found = findings(load_registry().by_id(language_id))
    assert not is_refused(found)
    assert {one.name for one in found if one.kind is Kind.BARREN} == {"never"}
