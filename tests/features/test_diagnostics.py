"""What a person is told of a broken text, and what not.

Wording and places of single mistakes are cases in `grammars/<id>/corpus/diagnostics/`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random

import pytest

from lsp_server.errors import GrammarError
from lsp_server.features import mistakes
from lsp_server.features.diagnostics import MOST, Diagnostic, Related, diagnose
from lsp_server.features.wording import LexemeNames
from lsp_server.lalr import Grammar, Reading, load_grammar, read, rejected_at
from lsp_server.lalr.loading import make_grammar
from lsp_server.languages import Language, load_registry
from lsp_server.syntax import next_tree, parse
from lsp_server.text import Edit, Span, apply_edits
from tests.counts import tries
from tests.syntax.test_lark import lark_grammar
from tests.work import calls

MEGABYTES = tries(1, 5)
"""The size of long texts."""


def diagnostics(language_id: str, text: str, *, tree_alone: bool = False) -> tuple[Diagnostic, ...]:
    language = load_registry().by_id(language_id)
    return diagnose(parse(language, text), None if tree_alone else load_grammar(language))


def messages(language_id: str, text: str) -> list[str]:
    return [
        f"{text.count(chr(10), 0, d.span.start) + 1}: {d.message}" for d in diagnostics(language_id, text)
    ]


def test_a_terminal_is_called_what_the_manifest_calls_it_and_alike_ones_once() -> None:
    naming = LexemeNames(load_grammar(load_registry().by_id("postgres")))
    assert naming.any_of(["ident", "op", "op with sign", ";"]) == "one of a name, an operator, `;`"
    assert LexemeNames(None).named("op") == "an op"


def test_a_word_for_a_terminal_that_is_not_there_is_an_error() -> None:
    language = replace(load_registry().by_id("graphql"), words={"NOTHING": "nothing"})
    with pytest.raises(GrammarError, match=r"terminal NOTHING is not in the grammar \(correct .*\[words\]\)"):
        make_grammar(language)


# ---- What is shown


def test_the_opener_is_related_information() -> None:
    (found,) = diagnostics("graphql", "{\n  a(x: 1 {\n    b\n  }\n}\n")
    assert found == Diagnostic(
        Span(9, 10),
        "expected `)` to close the `(` opened on line 2",
        "unclosed-bracket",
        (Related(Span(5, 6), "this `(` is not closed"),),
    )


def test_the_closer_of_a_missing_opener_is_related_information() -> None:
    (found,) = diagnostics("hcl", 'a "b"\n  c = 1\n}\n')
    assert (found.message, found.code) == ("expected `{` at the end of the line", "missing-lexeme")
    assert found.related == (Related(Span(14, 15), "without it, this `}` closes nothing"),)


@pytest.mark.parametrize(
    ("language_id", "text", "code"),
    [
        ("graphql", "{ a", "unclosed-bracket"),
        ("graphql", "{ a } }", "unmatched-bracket"),
        ("graphql", "{ a(b 1) }", "missing-lexeme"),
        ("graphql", "{ a(b: = 1) }", "unexpected-text"),
        ("graphql", '{ a(b: "c) }', "unclosed-string"),
        ("graphql", '{ a(b: "\\c") }', "invalid-string"),
        ("hcl", "/* a\nb = 1\n", "unclosed-comment"),
        ("hcl", "a = <<EOT\nb\n", "unclosed-bracket"),
    ],
)
def test_each_kind_of_mistake_has_its_code(language_id: str, text: str, code: str) -> None:
    assert [found.code for found in diagnostics(language_id, text)] == [code]


def test_mistakes_on_lines_of_their_own_are_all_shown() -> None:
    text = "type A {\n  a Int\n  b: Int\n  c Int\n  d: Int = 1\n}\n\nenum B { C = 2 }\n"
    assert messages("graphql", text) == [
        "2: unexpected `Int`; expected `:` or `(`",
        "4: unexpected `Int`; expected `:` or `(`",
        "5: unexpected `=`",
        "8: unexpected `=`; expected one of `@`, `}`, a block string, a string, a name",
    ]


@pytest.mark.parametrize(
    ("language_id", "text"),
    [
        ("hcl", "a = = 1\nb = 2\nc = = 3\nd {\n  x = = 1\n  y = 2\n  z = = 3\n}\n"),
        ("hcl", 'resource "a" = = "b" {\n  x = 1\n}\n\ndata "c" = = "d" {\n  y = = 2\n}\n'),
        ("hcl", 'a "b" {\n  c = = {\n    d = 1\n  }\n}\n\ne "f" {\n  g = = [\n    1,\n  ]\n}\n'),
        ("graphql", "type A {\n  a(b: = = Int): Int\n  c: = = Int\n}\n\ntype B = = {\n  d: = = Int\n}\n"),
        ("postgres", "CREATE TABLE t (\n  a text = = NOT NULL,\n  b text,\n  c text = = NOT NULL\n);\n"),
        ("sparql", "SELECT = = ?a WHERE {\n  ?a ?b = = ?c .\n  OPTIONAL = = { ?a ?d ?e }\n}\n"),
    ],
)
def test_a_mistake_hides_none_in_another_line(language_id: str, text: str) -> None:
    wrong = [number for number, line in enumerate(text.splitlines(), 1) if "= =" in line]
    assert [int(message.partition(":")[0]) for message in messages(language_id, text)] == wrong


# ---- What is not shown


@pytest.mark.parametrize(
    ("language_id", "text"),
    [
        ("postgres", "SELECT a,,\n  b\nFROM t;\n"),
        ("postgres", "CREATE TABLE t (\n  a text,\n  b text = = NOT NULL\n);\n"),
        ("hcl", 'data "a" "b" {\n  s = = {\n    x = 1\n    p {\n      t = 2\n    }\n  }\n}\n'),
        ("graphql", "query A($a: Int, ($b: Int) {\n  a(b: $a)\n  c\n}\n"),
    ],
)
def test_what_is_wrong_only_because_of_a_line_above_is_not_shown(language_id: str, text: str) -> None:
    assert len(messages(language_id, text)) == 1


HALF_TYPED = r"""
start: _statement*
_statement: loop | call
loop: "for" NAME "=" _expression "do" _statement* "end"
call: NAME "(" _expression ")"
_expression: NAME | call | "(" _expression ")" | _expression "<" (NAME | call)
NAME: /[a-z]+/
%ignore /\s+/
"""


def test_lines_that_a_half_typed_one_spoils_are_not_shown() -> None:
    tree = parse(lark_grammar(HALF_TYPED), "a(b)\nfor \na(b)\na(c)\na(d)\na(e)\n")
    assert tree.error_count > 3
    found = diagnose(tree, load_grammar(tree.language))
    assert [(tree.lines.line_of(one.span.start), one.message) for one in found] == [
        (2, "expected `=` before `(`")
    ]


def test_valid_examples_are_clean(language: Language) -> None:
    for example in sorted((language.directory / "examples").iterdir()):
        tree = parse(language, example.read_text(encoding="utf-8"))
        assert diagnose(tree, load_grammar(language)) == (), example.name


@pytest.mark.parametrize("text", ["", " \r\n\t\n", "\ufeff\n"])
def test_a_text_that_is_not_begun_is_clean(language: Language, text: str) -> None:
    assert diagnose(parse(language, text), load_grammar(language)) == ()


def test_a_text_of_comments_is_clean(language: Language) -> None:
    for mark in language.comment.line:
        assert diagnose(parse(language, f"{mark} only a comment"), load_grammar(language)) == ()


@pytest.mark.parametrize(
    "text",
    [
        'extend schema @link(url: "a")\ntype A { b: C }\n',
        'type B { c: D }\nextend schema @link(url: "a") @link(url: "b")\n\nscalar E\n',
        'type B { c: D }\n\n{ a(b: "\\"c\\"") { d } }\n\nscalar E\n',
    ],
)
def test_what_only_the_tree_rejects_is_clean(text: str) -> None:
    assert diagnostics("graphql", text, tree_alone=True) != ()
    assert diagnostics("graphql", text) == ()


def test_a_gap_of_the_tree_hides_no_mistake_elsewhere() -> None:
    text = 'extend schema @link(url: "a")\ntype A { b: C }\n\n' + "scalar D\n" * 20 + "enum E { F = 1 }\n"
    assert [found.span.start for found in diagnostics("graphql", text)] == [text.index("=")]


@pytest.mark.parametrize(
    "text",
    [
        "query {\n  a {\n    b\n\n  c {\n    d\n  }\n}\n\ntype E {\n  f: G\n}\n",
        "query {\n  a \n    b\n  }\n  c {\n    d\n  }\n  e {\n    f\n  }\n}\n\ntype E {\n  f: G\n}\n",
        'query {\n  a(b: "c) {\n    d(e: "f")\n  }\n}\n\ntype E {\n  "g"\n  f: G\n}\n',
        'type A {\n  """\n  b\n  ""\n  c: D\n\n  """\n  e is f\n  """\n  g: H\n}\n',
    ],
    ids=["closer", "opener", "quote", "block string"],
)
def test_one_mistake_makes_one_diagnostic(text: str) -> None:
    assert len(diagnostics("graphql", text)) == 1


# ---- Any text


def test_diagnostics_of_broken_examples_are_in_order_and_cover_text(language: Language) -> None:
    random = Random(5)
    grammar = load_grammar(language)
    examples = sorted((language.directory / "examples").iterdir())
    shown = 0
    for number in range(120):
        text = random.choice(examples).read_text(encoding="utf-8")
        for _ in range(1 + number % 3):
            place = random.choice([match.start() for match in re.finditer(r"\S", text)])
            text = text[:place] + random.choice(["", "", "}", '"', "😀", "\ud800", "("]) + text[place + 1 :]
        for found in (diagnose(parse(language, text), grammar), diagnose(parse(language, text))):
            places = [diagnostic.span for diagnostic in found]
            assert places == sorted(set(places))
            shown += len(places)
            for diagnostic in found:
                spans = [diagnostic.span, *(related.span for related in diagnostic.related)]
                assert all(0 <= span.start < span.end <= len(text) for span in spans), (text, diagnostic)
                assert "\n" not in diagnostic.message
                assert re.fullmatch(r"[a-z]+(-[a-z]+)*", diagnostic.code)
    assert shown > 100


@pytest.mark.parametrize(
    "text", ["\ud800", "\x00", "}" * 50, "{" * 5000, '"', "'", "`", "\u00a0", "<<E", "😀 = {\r\n"]
)
def test_any_text_can_be_diagnosed(language: Language, text: str) -> None:
    found = diagnose(parse(language, text), load_grammar(language))
    assert len(found) == 1
    assert 0 <= found[0].span.start < found[0].span.end <= len(text)


def test_the_tree_alone_finds_a_mistake_behind_intact_elements() -> None:
    text = "a = 1\nb = {\n  c = 1\n  d 2\n}\n"
    (found,) = diagnostics("hcl", text, tree_alone=True)
    assert found.span.start >= text.index("b")


def trusted(language_id: str, *, within: bool = False, between: bool = False) -> Language:
    """A language whose tree proves what it takes, but for what is said."""
    language = load_registry().by_id(language_id)
    parser = replace(language.parser, lenient=False, lenient_within=within, lenient_between=between)
    return replace(language, parser=parser)


def lenient(language_id: str) -> Language:
    language = trusted(language_id)
    return replace(language, parser=replace(language.parser, lenient=True))


def test_what_only_the_grammar_rejects_is_wrong_where_the_tree_is_lenient() -> None:
    text = "a = 1\nb = 1 c = 2\nd = 3\ne = 4 f = 5\n"
    strict = trusted("hcl")
    grammar = load_grammar(strict)
    assert diagnose(parse(strict, text), grammar) == ()
    found = diagnose(parse(lenient("hcl"), text), grammar)
    assert [text[one.span.start] for one in found] == ["c", "f"]
    assert diagnose(parse(lenient("hcl"), text)) == ()


def test_where_the_tree_is_lenient_between_elements_only_what_is_between_them_is_wrong() -> None:
    language = trusted("hcl", between=True)
    grammar = load_grammar(language)
    text = "a = 1\nb = 1 c = 2\nd {\n  e = 1 f = 2\n}\nk = 3\ng { h = 4 } i { j = 5 }\n"
    found = diagnose(parse(language, text), grammar)
    assert [text[one.span.start] for one in found] == ["c", "i"]
    assert diagnose(parse(language, text)) == ()


def test_where_the_tree_is_lenient_within_elements_only_what_is_in_one_is_wrong() -> None:
    language = trusted("hcl", within=True)
    grammar = load_grammar(language)
    text = "a = 1\nb = 1 c = 2\nd {\n  e = 1 f = 2\n}\nk = 3\nl\nm { n = 6 }\ng { h = 4 } i { j = 5 }\n"
    found = diagnose(parse(language, text), grammar)
    assert [text[one.span.start] for one in found] == ["f", "l"]
    assert diagnose(parse(trusted("hcl"), text), grammar) == ()
    assert diagnose(parse(language, text)) == ()


def test_an_element_that_the_text_ends_too_early_is_wrong_where_the_tree_is_lenient_within() -> None:
    language = trusted("hcl", within=True)
    (found,) = diagnose(parse(language, "a = b::"), load_grammar(language))
    assert found.message == "expected an identifier before the end of the file"


@pytest.mark.parametrize(
    ("text", "line"),
    [("a\r= 0\n", 0), ("a = 1\nb = <<EOT }\nEOT\n", 1), ("a = 1\n\nb\n/* c\n*/\nd {\n}\n", 2)],
)
def test_what_the_tree_takes_for_a_blank_or_for_text_is_shown_where_it_stands(text: str, line: int) -> None:
    tree = parse(load_registry().by_id("hcl"), text)
    assert tree.damage == ()
    assert [tree.lines.line_of(found.span.start) for found in diagnostics("hcl", text)] == [line]


def test_of_a_long_text_with_a_lenient_tree_the_beginning_is_read() -> None:
    fine, wrong = "a { b = 1 }\n", "a { b = 1 } c { d = 2 }\n"
    many = 200_000 // len(fine)
    language = lenient("hcl")
    found = diagnose(parse(language, wrong + fine * many + wrong), load_grammar(language))
    assert [one.span.start for one in found] == [wrong.index("c")]


@pytest.fixture
def characters(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many characters the grammar reads each time."""
    found: list[int] = []

    def counting_places(grammar: Grammar, text: str) -> int | None:
        found.append(len(text))
        return rejected_at(grammar, text)

    def counting(grammar: Grammar, text: str) -> Reading:
        found.append(len(text))
        return read(grammar, text)

    monkeypatch.setattr(mistakes, "rejected_at", counting_places)
    monkeypatch.setattr(mistakes, "read", counting)
    return found


def test_what_was_read_once_is_not_read_again_where_the_tree_is_lenient(characters: list[int]) -> None:
    language = lenient("hcl")
    grammar = load_grammar(language)
    text = "".join(f"read_once{number} {{}}\n" for number in range(500))
    assert diagnose(parse(language, text), grammar) == ()
    assert sum(characters) >= len(text)
    characters.clear()
    assert len(diagnose(parse(language, text + "a {} b {}\n"), grammar)) == 1
    assert 0 < sum(characters) < 500


def test_of_a_file_of_many_elements_only_the_edited_one_is_read_again(characters: list[int]) -> None:
    language = lenient("hcl")
    grammar = load_grammar(language)
    text = "".join(f"element{number} {{}}\n" for number in range(6_000))
    tree = parse(language, text)
    assert diagnose(tree, grammar) == ()
    assert sum(characters) >= len(text)
    characters.clear()
    place = text.index("\n", len(text) // 2) + 1
    edit = Edit(Span(place, place), "a {} b {}\n")
    edited = next_tree(tree, (edit,), apply_edits(text, (edit,)))
    assert len(diagnose(edited, grammar)) == 1
    assert 0 < sum(characters) < 500


@pytest.mark.parametrize("language_id", ["graphql", "hcl", "sparql"])
def test_leniency_changes_nothing_where_both_agree(language_id: str) -> None:
    language = load_registry().by_id(language_id)
    grammar = load_grammar(language)
    for example in sorted((language.directory / "examples").iterdir()):
        text = example.read_text(encoding="utf-8")
        for place in range(0, len(text), max(1, len(text) // 8)):
            for broken in (text, text[:place] + ")" + text[place:]):
                found = diagnose(parse(lenient(language_id), broken), grammar)
                assert found == diagnose(parse(language, broken), grammar)


def test_there_are_no_more_than_can_be_read() -> None:
    assert len(diagnostics("graphql", "scalar A\nenum B { C = 1 }\n" * (MOST + 50))) == MOST


def test_a_text_of_megabytes_is_diagnosed_where_it_is_damaged() -> None:
    one = "type A {\n  # 😀\n  b(c: D = 1): [E!]!\n}\n\n"
    half = one * (MEGABYTES * 500_000 // len(one))
    text = f"{half}type F {{\n  g H\n}}\n\n{half}"
    language = load_registry().by_id("graphql")
    tree, grammar = parse(language, text), load_grammar(language)
    told = list[Diagnostic]()
    count = calls(lambda: told.extend(diagnose(tree, grammar)))
    assert count < MEGABYTES * 4_000_000
    (found,) = told
    assert found.span == Span(text.index("H\n"), text.index("H\n") + 1)


def test_an_opener_of_megabytes_without_closer_is_found_by_the_tree() -> None:
    text = "a {\n" + '  b = "c"\n' * (MEGABYTES * 100_000)
    told = list[Diagnostic]()
    count = calls(lambda: told.extend(diagnostics("hcl", text)))
    assert count < MEGABYTES * 6_000_000
    (found,) = told
    assert found.message == "expected `}` before the end of the file"


@pytest.mark.parametrize(
    ("language_id", "line"),
    [
        ("graphql", "type A { b: = }\n"),
        ("graphql", "type A {\n  b: =\n}\n"),
        ("graphql", "a: =\n"),
        ("graphql", "{"),
        ("hcl", "a { b = = 1 }\n"),
        ("hcl", "{"),
        ("hcl", "{\n"),
        ("postgres", "select a from from b;\n"),
        ("postgres", "("),
        ("sparql", "SELECT * { ?a ?? }\n"),
        ("sparql", "{"),
    ],
)
def test_a_long_text_full_of_mistakes_costs_for_each_character_what_a_short_one_does(
    language_id: str, line: str
) -> None:
    language = load_registry().by_id(language_id)
    grammar = load_grammar(language)
    diagnose(parse(language, line * 20), grammar)  # what is read once of a grammar

    def cost(size: int) -> float:
        tree = parse(language, line * (size // len(line)))
        return calls(lambda: diagnose(tree, grammar)) / size

    assert cost(tries(8_000, 48_000)) <= 1.2 * cost(1_000)
