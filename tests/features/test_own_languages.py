"""Languages of somebody's own, as their grammars have it: lines that end, margins that tell nothing, lexemes
that are ignored and read. What is suggested is judged by Lark, which was given the grammar and nothing else.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from lark import Lark
from lark.exceptions import LarkError

from lsp_server.constraint import check, load_grammar
from lsp_server.features.completion import Completion, CompletionRequest, complete
from lsp_server.features.diagnostics import diagnose
from lsp_server.languages import Language, LarkOptions, bare_language
from lsp_server.models.scripted import ScriptedModel
from lsp_server.syntax import Landmarks, parse

BLANKS = "%ignore / +/\n"
LINES = (
    "start: (stmt | _NL)*\n"
    'stmt: "print" NAME _NL | "var" NAME ":" type _NL\n'
    'type: "int" | "list" "of" type\n'
    "NAME: /[a-z]+/\n_NL: /(\\r?\\n[ ]*)+/\n" + BLANKS
)
MAPS = (
    'start: (map | layer)*\nmap: "MAP" (item | layer)* "END"\nlayer: "LAYER" item* "END"\n'
    "item: NAME VALUE\nNAME: /[a-z]+/\nVALUE: /[0-9]+/\n%ignore /\\s+/\n"
)
FORMS = (
    'start: "(" "define" domain kinds? facts? ")"\ndomain: "(" "domain" NAME ")"\n'
    'kinds: "(" ":kinds" NAME* ")"\nfacts: "(" ":facts" fact* ")"\nfact: "(" NAME NAME* ")"\n'
    "NAME: /[a-z]+/\n%ignore /\\s+/\n"
)
NOTES = (
    "start: line*\nline: NOTE NEWLINE | NAME+\nNOTE: /#[^\\n]*/\nNAME: /[a-z]+/\n"
    "NEWLINE: /\\n/\n%ignore NEWLINE\n"
)


def own(grammar: str, parser: str = "lalr") -> Language:
    language = bare_language(grammar, Path("own"))
    return replace(language, brackets=(("(", ")"),), lark=LarkOptions(parser))


def takes(grammar: str, text: str, parser: str = "lalr") -> bool:
    try:
        Lark(grammar, parser=parser).parse(text)
    except LarkError:
        return False
    return True


def asked(language: Language, marked: str, wanted: str | None) -> Completion:
    """What is suggested where somebody asks, by a model that has something to say, or else blanks alone."""
    before, after = marked.split("|")
    text = before + after
    request = CompletionRequest(text, len(before), language, Landmarks(parse(language, text)), max_tokens=16)
    says = (lambda _: " ") if wanted is None else {before: wanted}
    return complete(request, ScriptedModel(says), lambda: False)


@pytest.mark.parametrize("parser", ["lalr", "earley"])
@pytest.mark.parametrize("text", ["print a", "var a: int\nprint b", "var a: list of int"])
def test_a_last_line_may_lack_its_end_and_nothing_else(parser: str, text: str) -> None:
    language = own(LINES, parser)
    assert not takes(LINES, text)
    assert takes(LINES, f"{text}\n")
    tree = parse(language, text)
    assert (tree.error_count, diagnose(tree, load_grammar(language))) == (0, ())
    for wrong in (f"{text} {text}", text.rpartition(" ")[0], f"{text}\n{text} b"):
        assert not takes(LINES, f"{wrong}\n")
        assert parse(language, wrong).error_count


@pytest.mark.parametrize("parser", ["lalr", "earley"])
@pytest.mark.parametrize(
    ("marked", "wanted"),
    [
        ("|", "print a"),
        ("print a\nvar b|", ": int"),
        ("var a: list |\n", "of int"),
        ("var a: l|", "ist of int"),
    ],
)
def test_a_suggestion_may_end_where_its_line_has_yet_to(parser: str, marked: str, wanted: str) -> None:
    found = asked(own(LINES, parser), marked, wanted)
    assert [item.text for item in found.items] == [wanted]


@pytest.mark.parametrize("marked", ["var |", "print a\nvar b|", "var b: |", "print a\nprint |"])
def test_a_model_that_writes_blanks_alone_is_asked_for_what_else_is_likely(marked: str) -> None:
    (item,) = asked(own(LINES), marked, None).items
    assert takes(LINES, marked.replace("|", item.text) + "\n")


@pytest.mark.parametrize(
    ("marked", "begins"),
    [("|\n", True), ("print a\n|print b\n", False), ("print a|\n", False)],
)
def test_who_asks_at_the_end_of_a_line_behind_a_blank_is_told_something(marked: str, begins: bool) -> None:
    language = own(LINES)
    assert takes(LINES, marked.replace("|", "") + "\n")
    found = asked(language, marked, "")
    assert [takes(LINES, marked.replace("|", item.text) + "\n") for item in found.items] == [True] * begins


@pytest.mark.parametrize("wanted", ["LAYER", "MAP", "LAYER a 1", "END\nEND"])
def test_where_all_lines_are_at_the_margin_none_of_them_excuses_a_mistake(wanted: str) -> None:
    text = "MAP\na 1\n|\nLAYER\nb 2\nEND\n\nLAYER\nc 3\nEND\nEND\n"
    assert takes(MAPS, text.replace("|", ""))
    assert not takes(MAPS, text.replace("|", wanted))
    for item in asked(own(MAPS), text, wanted).items:
        assert takes(MAPS, text.replace("|", item.text)), item.text


@pytest.mark.parametrize(
    ("text", "wanted", "meant"),
    [
        ("(define (domain d)\n  (:|\n    a b\n  )\n  (:facts (p a)))\n", "facts", "kinds"),
        ("(define |\n  (:kinds a)\n  (:facts (p a)))\n", "(domain", "(domain d)"),
        ("(define |\n  (:kinds a)\n  (:facts (p a)))\n", "( domain as", "(domain d)"),
    ],
)
def test_a_bracket_that_stands_before_the_cursor_counts(text: str, wanted: str, meant: str) -> None:
    assert takes(FORMS, text.replace("|", meant))
    assert [item.text for item in asked(own(FORMS), text, meant).items] == [meant]
    for item in asked(own(FORMS), text, wanted).items:
        assert takes(FORMS, text.replace("|", item.text)), item.text


@pytest.mark.parametrize(
    "text", ["# a\n", "# a\n# b\n", "a\nb\n", "a\n# b\nc", "# a", "a\n# b", "\n\na\n\n", "# a\n\n\nb", "#\n#"]
)
def test_what_is_ignored_and_read_is_either_as_the_dynamic_lexer_has_it(text: str) -> None:
    grammar = load_grammar(own(NOTES, "earley"))
    assert (check(grammar, text) is None) is takes(NOTES, text, "earley")


GROUPS = (
    'start: "(" group* ")"\ngroup: "(" ":all" fact+ ")"\nfact: "(" NAME+ ")"\n'
    "NAME: /[a-z]+/\n%ignore /\\s+/\n"
)


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("(\n(:all (p x)\n(:all (q y))\n)\n", 12, "expected `)` to close the `(` opened on line 2"),
        ("(\n(:all (p x))\n(:all (q y)\n(:all (r)))\n", 25, "expected `)` to close the `(` opened on line 3"),
        ("(\n(:all (p x))\n(:al (q y))\n)\n", 16, "expected `:all` before `:`"),
        ("(\n(:all (p x)\n(:al (q y)))\n)\n", 15, "expected a name before `:`"),
    ],
)
def test_a_bracket_is_closed_before_what_cannot_be_in_it(text: str, place: int, said: str) -> None:
    assert not takes(GROUPS, text)
    language = own(GROUPS)
    found = diagnose(parse(language, text), load_grammar(language))
    assert (found[0].message, found[0].span.start) == (said, place)
    if "close" in said:
        assert takes(GROUPS, f"{text[: place + 1]}){text[place + 1 :]}")


def test_where_lexemes_may_end_in_several_places_something_is_suggested_beside_mistakes() -> None:
    """With Earley a note may be read as shorter notes too, so that one place has several stacks."""
    rng = Random(1)
    pieces = ["# note\n", "a b\n", "abc ", "\n", "# x (y\n", "(", " ) "]
    offered = {True: 0, False: 0}
    for _ in range(60):
        text = "".join(rng.choices(pieces, k=rng.randrange(1, 8)))
        cursor = rng.randrange(len(text) + 1)
        marked = f"{text[:cursor]}|{text[cursor:]}"
        sound = takes(NOTES, text, "earley")
        found = asked(own(NOTES, "earley"), marked, "# hi\n" if rng.random() < 0.5 else "ab").items
        offered[sound] += bool(found)
        for item in found if sound else ():
            assert takes(NOTES, text[: item.start] + item.text + text[item.end :], "earley"), marked
    assert all(offered.values())
