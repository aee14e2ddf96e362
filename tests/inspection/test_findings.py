"""What is told of a grammar: each finding with its kind, the rule or terminal, and the line."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from lsp_server.inspection import Finding, FindingKind, Severity, is_refused
from lsp_server.inspection.described import language_of_grammar
from lsp_server.inspection.looking import inspect, inspect_file
from lsp_server.lalr import analysis, load_grammar
from lsp_server.lalr.analysis import read_rules
from lsp_server.languages import LarkOptions, load_registry
from tests.constraint.small import small_language
from tests.inspection.slow import slow_grammar

BLANKS = "%ignore / +/\n"
NAME = "NAME: /[a-z]+/\n"


def of_kind(grammar: str, kind: FindingKind) -> list[Finding]:
    return [found for found in inspect(small_language(grammar)) if found.kind is kind]


@pytest.mark.parametrize(
    ("grammar", "kind", "severity", "name", "line", "told"),
    [
        pytest.param(
            f"start: a*\na: NAME\nb: NAME\n{NAME}{BLANKS}",
            FindingKind.UNUSED,
            Severity.WARNING,
            "b",
            3,
            "rule `b`",
            id="unused rule",
        ),
        pytest.param(
            f"start: NAME*\n{NAME}OTHER: /[0-9]/\n{BLANKS}",
            FindingKind.UNUSED,
            Severity.WARNING,
            "OTHER",
            3,
            "terminal `OTHER`",
            id="unused terminal",
        ),
        pytest.param(
            f"start: a*\na: NAME | b\nb: b NAME\n{NAME}{BLANKS}",
            FindingKind.BARREN,
            Severity.WARNING,
            "b",
            3,
            "can never match a text",
            id="derives nothing",
        ),
        pytest.param(
            f'start: NAME list\nlist: a list | a\na: NAME ";"\n{NAME}{BLANKS}',
            FindingKind.RIGHT_RECURSION,
            Severity.WARNING,
            "list",
            2,
            "write `list: a+`",
            id="right recursion",
        ),
        pytest.param(
            f'start: list ";"\nlist: a "," list | a\na: NAME\n{NAME}{BLANKS}',
            FindingKind.RIGHT_RECURSION,
            Severity.WARNING,
            "list",
            2,
            'write `list: a ("," a)*`',
            id="with a separator",
        ),
        pytest.param(
            f'start: "{{" a "}}"\na: NAME | "(" a ")"\n{NAME}{BLANKS}',
            FindingKind.NOT_FLAT,
            Severity.WARNING,
            "start",
            1,
            "after each key",
            id="no repetition at the start",
        ),
        pytest.param(
            f'start: a*\na: "if" NAME a ["else" a] | NAME ";"\n{NAME}{BLANKS}',
            FindingKind.CONFLICT,
            Severity.WARNING,
            "a",
            2,
            '"else"',
            id="dangling else",
        ),
        pytest.param(
            f"start: (a | b)*\na: NAME\nb: NAME\n{NAME}{BLANKS}",
            FindingKind.CONFLICT,
            Severity.ERROR,
            "a",
            2,
            "ended too",
            id="two rules",
        ),
        pytest.param(
            f"start: (NAME | KEY)*\n{NAME}KEY: /[a-k]+/\n{BLANKS}",
            FindingKind.SHADOWED,
            Severity.WARNING,
            "NAME",
            2,
            "both read `a`",
            id="one text for two terminals",
        ),
        pytest.param(
            f'start: (NAME ";" TEXT)*\n{NAME}TEXT: /[^;]+/\n{BLANKS}',
            FindingKind.GREEDY,
            Severity.WARNING,
            "TEXT",
            3,
            "runs over line ends",
            id="over lines",
        ),
        pytest.param(
            f"start: NAME*\n{NAME}COMMENT: /#.*\\n/\n%ignore COMMENT\n{BLANKS}",
            FindingKind.GREEDY,
            Severity.NOTE,
            "COMMENT",
            3,
            "needs a line end",
            id="a comment with its line end",
        ),
        pytest.param(
            f'start: (NAME ";")*\n{NAME}',
            FindingKind.NO_BLANKS,
            Severity.WARNING,
            "",
            None,
            "no blanks",
            id="no blanks",
        ),
        pytest.param(
            f'start: ("let" NAME)*\n{NAME}{BLANKS}',
            FindingKind.WORDS,
            Severity.NOTE,
            "NAME",
            2,
            "`let`",
            id="words are names",
        ),
        pytest.param(
            f"start: (NAME | BACK)*\n{NAME}BACK: /(?i)x/\n{BLANKS}",
            FindingKind.UNSUPPORTED,
            Severity.ERROR,
            "BACK",
            3,
            "flag",
            id="not regular",
        ),
        pytest.param(
            f"start: (NAME | NONE)*\n{NAME}NONE: /x*/\n{BLANKS}",
            FindingKind.UNSUPPORTED,
            Severity.ERROR,
            "NONE",
            3,
            "empty text",
            id="the empty text",
        ),
        pytest.param(
            "start: a\n", FindingKind.REFUSED, Severity.ERROR, "", 1, "`a` is not defined", id="not defined"
        ),
    ],
)
def test_what_is_found_has_its_rule_and_line(
    grammar: str, kind: FindingKind, severity: Severity, name: str, line: int | None, told: str
) -> None:
    (found,) = of_kind(grammar, kind)
    assert (found.severity, found.name, found.line) == (severity, name, line)
    assert told in f"{found.message} ({found.remedy})"
    assert is_refused((found,)) is (severity is Severity.ERROR)
    assert found.remedy
    if found.span is not None and name:
        assert grammar[found.span.start : found.span.end] == name or kind is FindingKind.CONFLICT


def test_a_grammar_in_order_has_nothing_to_be_told_of() -> None:
    assert inspect(small_language("start: (A B)*\nA: /a+/\nB: /b+/\n%ignore / +/\n")) == ()


def test_operators_that_group_to_the_right_are_no_lists_of_nothing_but_signs() -> None:
    grammar = f'start: (not ";")*\nnot: "!" not | NAME\n{NAME}{BLANKS}'
    assert of_kind(grammar, FindingKind.RIGHT_RECURSION) == []


def test_all_terminals_that_cannot_be_used_are_told_at_once() -> None:
    grammar = "start: (A | B | C)*\nA: /(?i)a/\nB: /b/\nC: /c*/\n"
    assert [(found.name, found.line) for found in of_kind(grammar, FindingKind.UNSUPPORTED)] == [
        ("A", 2),
        ("C", 4),
    ]


def test_the_sample_of_two_terminals_is_read_by_both_and_the_winner_is_larks() -> None:
    grammar = (
        "start: (HEX | NAME | COLOUR)*\nHEX: /[0-9a-f]+/\nNAME: /[a-z]+/\nCOLOUR.2: /[a-c]{3}/\n" + BLANKS
    )
    loaded = load_grammar(small_language(grammar))
    seen = of_kind(grammar, FindingKind.SHADOWED)
    assert len(seen) == 3
    for found in seen:
        first, second, sample = re.findall(r"`([^`]+)`", found.message)[:3]
        assert all(re.fullmatch(loaded.terminals[name].pattern, sample) for name in (first, second))
        read = loaded.scanner(frozenset((first, second)), None).match(sample, 0)
        assert read is not None
        assert read[0] == first


def test_errors_come_first_then_by_line() -> None:
    found = inspect(small_language(f"start: (a | b)*\na: NAME\nb: NAME\nc: NAME\nd: NAME\n{NAME}"))
    assert [one.severity for one in found] == sorted(
        (one.severity for one in found), key=list(Severity).index
    )
    assert [one.line for one in found if one.kind is FindingKind.UNUSED] == [4, 5]


def test_a_conflict_has_two_texts_with_what_is_meant_marked() -> None:
    (found,) = of_kind(f"start: (a | b)*\na: NAME\nb: NAME\n{NAME}{BLANKS}", FindingKind.CONFLICT)
    assert len(found.examples) == 2
    assert all(example.count("⟨") == example.count("·") == 1 for example in found.examples)


@pytest.mark.parametrize("language_id", ["graphql", "hcl"])
def test_a_bundled_grammar_has_no_errors(language_id: str) -> None:
    found = inspect(load_registry().by_id(language_id))
    assert not is_refused(found)
    assert {one.name for one in found if one.kind is FindingKind.BARREN} == {"never"}


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("start: a B\n    | list{c}\nlist{x}: x\n", ["a", "B", "c"]),
        ('start: A\nA: "a"\nstart: A\n', ["start"]),
        ("start: A\nA: B\nB: A\n", ["A"]),
        ('%import common.NOTHING\nstart: NOTHING "a"\n', ["NOTHING"]),
        ('start: A\n%ignore NONE\nA: "a"\n', ["NONE"]),
        ('start: A\nA: "a"\n  )\n', ["  )"]),
        ('start: a{"x"}\na{x, y}: x y\n', ["a"]),
        ("start: A _IN\nA: /a/\n%declare _IN\n", ["_IN"]),
        ("start: A _INDENT _DEDENT\nA: /a/\n%declare _INDENT _DEDENT\n", ["%declare _INDENT _DEDENT"]),
    ],
)
def test_what_cannot_be_read_is_told_where_it_stands(text: str, places: list[str]) -> None:
    found = inspect_file(Path("x.lark"), text)
    errors = [one for one in found if one.severity is Severity.ERROR]
    shown = [one.span and text[one.span.start : one.span.end] for one in errors]
    assert [place and place.strip() for place in shown] == [place.strip() for place in places]
    assert all(one.line == text.count("\n", 0, one.span.start) + 1 for one in errors if one.span is not None)
    assert {one.path for one in found} == {"x.lark"}


def test_a_file_of_its_own_begins_with_the_rule_that_no_other_needs(tmp_path: Path) -> None:
    text = f"%import common.WS\n%ignore WS\nitem: NAME\nfile: item*\n{NAME}"
    assert inspect_file(tmp_path / "x.lark", text) == ()
    language = language_of_grammar(tmp_path / "x.lark", text)
    assert language is not None
    assert language.start == "file"


def test_a_file_without_rules_is_no_grammar_yet(tmp_path: Path) -> None:
    assert inspect_file(tmp_path / "x.lark", 'A: "a"\n') == ()
    assert inspect_file(tmp_path / "x.lark", "") == ()


def test_what_nobody_waits_for_is_given_up() -> None:
    end = time.monotonic() + 0.5
    began = time.thread_time()
    found = inspect(small_language(slow_grammar()), wanted=lambda: time.monotonic() < end)
    assert [one.kind for one in found] == [FindingKind.UNFINISHED]
    assert time.thread_time() - began < 5
    assert inspect(small_language("start: (A B)*\nA: /a+/\nB: /b+/\n%ignore / +/\n")) == ()


def test_each_finding_is_one_line_with_place_message_and_remedy() -> None:
    grammar = f"start: (a | b)*\na: NAME\nb: NAME\n{NAME}{BLANKS}"
    (found,) = inspect(small_language(grammar), Path("x.lark"))
    assert list(found.rows()) == [
        f"x.lark:2: error: {found.message} ({found.remedy})",
        "    ⟨a·⟩  as `a: NAME`",
        "    ⟨a·⟩  as `b: NAME`",
    ]


def test_what_is_looked_at_from_several_sides_is_read_by_lark_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    reading = analysis._read

    def count(text: str, path: Path, start: str, options: LarkOptions) -> analysis.GrammarReading:
        read.append(text)
        return reading(text, path, start, options)

    monkeypatch.setattr(analysis, "_read", count)
    grammar = "start: (a | b)*\na: NAME\nb: NAME\nNAME: /[a-z]+q/\n"
    assert FindingKind.CONFLICT in {found.kind for found in inspect(small_language(grammar))}
    assert read == [grammar]
    inspect(small_language(grammar + "\n"))
    assert len(read) == 2
    read_rules(grammar, Path("small"), "start")
    read_rules(grammar, Path("small"), "start")
    assert len(read) == 4
