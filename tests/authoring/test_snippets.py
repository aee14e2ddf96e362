"""Starter snippets of a grammar: the shortest way to write what begins with a fixed word, tried out."""

from __future__ import annotations

from pathlib import Path

from lsp_server.authoring.bundle import Wishes, draft, write
from lsp_server.inspection.in_offers import of_offers
from lsp_server.lalr import load_grammar
from lsp_server.languages import Snippet

LEXEMES = """
NAME: /[a-z]+/
NUMBER: /[0-9]+/
STRING: /"[^"]*"/
%ignore /[ \\n]+/
"""


def made(folder: Path, rules: str, **examples: str) -> dict[str, Snippet]:
    """The snippets of a bundle made of some rules, by their names; each parses where it may stand."""
    (folder / "programs").mkdir()
    for name, text in examples.items():
        (folder / "programs" / f"{name}.small").write_text(text, encoding="utf-8")
    (folder / "small.lark").write_text(rules + LEXEMES, encoding="utf-8")
    wishes = Wishes(examples=folder / "programs" if examples else None)
    language = write(draft(folder / "small.lark", wishes), folder / "made")
    assert of_offers(load_grammar(language)) == ()
    return {snippet.name: snippet for snippet in language.snippets}


def texts(found: dict[str, Snippet]) -> dict[str, str]:
    return {name: snippet.text for name, snippet in found.items()}


def test_what_may_be_left_out_is(tmp_path: Path) -> None:
    found = made(tmp_path, 'start: item*\nitem: "let" NAME ["as" NAME] "=" NUMBER ("," NUMBER)* ";"\n')
    assert texts(found) == {"let": "let ${1:name} = ${2:1};"}


def test_a_place_is_named_after_the_rule_that_it_is_all_of(tmp_path: Path) -> None:
    found = made(tmp_path, 'start: item*\nitem: "say" what\nwhat: word\nword: NAME\n')
    assert texts(found) == {"say": "say ${1:what}"}


def test_a_name_that_is_a_word_of_the_grammar_is_not_taken(tmp_path: Path) -> None:
    found = made(tmp_path, 'start: item*\nitem: "say" what | "what" NUMBER\nwhat: NAME\n')
    assert found["say"].text == "say ${1:name}"


def test_quotes_are_no_part_of_a_place(tmp_path: Path) -> None:
    assert texts(made(tmp_path, 'start: item*\nitem: "say" STRING\n')) == {"say": 'say "${1:text}"'}


def test_braces_enclose_a_block_of_lines(tmp_path: Path) -> None:
    found = made(tmp_path, 'start: item*\nitem: "group" NAME "{" item* "}"\n')
    assert found["group"].text == "group ${1:name} {\n  $0\n}"


def test_what_a_block_needs_is_written(tmp_path: Path) -> None:
    rules = 'start: item*\nitem: "group" NAME "{" call+ "}"\ncall: NAME "(" [NAME] ")"\n'
    assert texts(made(tmp_path, rules)) == {"group": "group ${1:name} {\n  ${2:name}()\n}"}


def test_a_block_is_indented_as_in_the_examples(tmp_path: Path) -> None:
    rules = 'start: item*\nitem: "group" NAME "{" NAME* "}"\n'
    found = made(tmp_path, rules, one="group a {\n    b\n}\n")
    assert found["group"].text == "group ${1:name} {\n    $0\n}"


def test_a_lexeme_that_is_no_name_is_one_of_the_examples(tmp_path: Path) -> None:
    rules = 'start: item*\nitem: "wait" TIME ";"\nTIME: /[0-9]+[smh]/\n'
    assert texts(made(tmp_path, rules, one="wait 10m; wait 5m; wait 10m;")) == {"wait": "wait ${1:10m};"}


def test_what_stands_in_something_else_says_in_what(tmp_path: Path) -> None:
    rules = 'start: item*\nitem: "group" NAME "{" step+ "}"\nstep: "run" NAME\n'
    found = made(tmp_path, rules)
    assert found["run"].within == ("group name {\n  <|>\n}\n",)
    assert found["run"].placed == ("group name {\n  run name\n}\n",)


def test_several_words_are_one_name_and_each_begins_once(tmp_path: Path) -> None:
    rules = 'start: item*\nitem: "create" "table" NAME | "create" "index" NAME | "create" "table" NAME NAME\n'
    found = texts(made(tmp_path, rules))
    assert found == {"create table": "create table ${1:name}", "create index": "create index ${1:name}"}


def test_one_of_several_words_may_begin(tmp_path: Path) -> None:
    found = made(tmp_path, 'start: item*\nitem: kind NAME\nkind: "var" | "let"\n')
    assert texts(found) == {"var": "var ${1:name}", "let": "let ${1:name}"}


def test_words_alone_are_no_snippet(tmp_path: Path) -> None:
    assert made(tmp_path, 'start: item*\nitem: "stop" | "go" "on"\n') == {}
    assert not (tmp_path / "made" / "snippets.toml").exists()
    assert "snippets.toml" not in (tmp_path / "made" / "README.md").read_text("utf-8")


def test_the_comment_of_a_rule_explains(tmp_path: Path) -> None:
    rules = 'start: item*\n\n// Says a thing.\nsay: "say" NAME\nask: "ask" NAME\nitem: say | ask\n'
    found = made(tmp_path, rules)
    assert found["say"].about == "Says a thing."
    assert found["ask"].about == "Begins what the grammar calls ask."


def test_blocks_by_indentation_are_indented(tmp_path: Path) -> None:
    rules = (
        "start: _NEWLINE? task*\n"
        'task: "task" NAME ":" block\n'
        "?block: _NEWLINE _INDENT step+ _DEDENT\n"
        'step: "stop" _NEWLINE | "run" NAME _NEWLINE\n'
        "_NEWLINE: /(\\r?\\n[ \\t]*)+/\n"
        "%declare _INDENT _DEDENT\n"
        "NAME: /[a-z]+/\n"
        "%ignore /[ \\t]+/\n"
    )
    (tmp_path / "small.lark").write_text(rules, encoding="utf-8")
    language = write(draft(tmp_path / "small.lark", Wishes()), tmp_path / "made")
    found = {snippet.name: snippet for snippet in language.snippets}
    assert texts(found) == {"task": "task ${1:name}:\n    ${2:stop}", "run": "run ${1:name}"}
    assert found["run"].placed == ("task name:\n    run name\n",)


def test_a_grammar_whose_shortest_texts_are_long_has_none(tmp_path: Path) -> None:
    doubled = "".join(f"a{n}: a{n + 1} a{n + 1}\n" for n in range(30))
    assert made(tmp_path, f'start: item*\nitem: "say" a0\n{doubled}a30: NAME\n') == {}
