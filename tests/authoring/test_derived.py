"""What is derived from grammars of other kinds than the sample: manifests, roles, constructs, queries."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from lsp_server.authoring.bundle import BundleDraft, Wishes, draft, identifier, write
from lsp_server.authoring.constructs import Sort, constructs
from lsp_server.authoring.forms import Forms
from lsp_server.inspection.roles import Role
from lsp_server.languages import load_bundle
from lsp_server.syntax.queries import load_query
from tests.conftest import ROOT
from tests.constraint.small import small_grammar

REST = "NAME: /[a-z]+/\n%ignore / +/\n"
RUNBOOK = ROOT / "tests" / "languages" / "runbook"


def made(tmp_path: Path, grammar: str, **wishes: Any) -> BundleDraft:
    path = tmp_path / "small.lark"
    path.write_text(grammar, "utf-8")
    return draft(path, Wishes(**wishes))


def manifest(tmp_path: Path, grammar: str) -> dict[str, Any]:
    return tomllib.loads(made(tmp_path, grammar).files["language.toml"])


def sorts(grammar: str) -> set[tuple[str, str]]:
    return {(c.kind, c.sort.value) for c in constructs(Forms(small_grammar(grammar))).all}


@pytest.mark.parametrize(
    ("ignored", "comment"),
    [
        (r"/#[^\n]*/", {"line": ["#"]}),
        (r"/(#|\/\/)[^\n]*/", {"line": ["#", "//"]}),
        (r'"--" /[^\n]*/', {"line": ["--"]}),
        (r"/\/\*([^*]|\*+[^*\/])*\*+\//", {"block": [["/*", "*/"]]}),
        (r"/<!--([^-]|-[^-])*-->/", {"block": [["<!--", "-->"]]}),
        (r"/\n/", None),
    ],
)
def test_what_opens_a_comment_is_read_off_what_is_ignored(
    tmp_path: Path, ignored: str, comment: dict[str, Any] | None
) -> None:
    told = manifest(tmp_path, f"start: NAME*\nREMARK: {ignored}\n%ignore REMARK\n{REST}")
    assert told.get("comment") == comment


def test_angles_are_brackets_only_where_they_are_nothing_else(tmp_path: Path) -> None:
    generic = 'start: t*\nt: NAME ["<" t ">"]\n'
    assert manifest(tmp_path, generic + REST)["brackets"] == [["<", ">"]]
    compared = 'start: t*\nt: NAME ["<" t ">"] | "if" NAME "<" NAME ";"\n'
    assert "brackets" not in manifest(tmp_path, compared + REST)


def test_names_are_alike_in_capitals_where_words_are(tmp_path: Path) -> None:
    grammar = 'start: s*\ns: "select"i NAME "from"i NAME\nNAME: /[a-z]+/i\n%ignore / +/\n'
    told = manifest(tmp_path, grammar)
    assert told["naming"]["ignore_case"] is True
    assert told["word"] == "[a-zA-Z]+"


def test_lists_open_by_themselves_only_after_signs_that_a_name_follows(tmp_path: Path) -> None:
    paths = 'start: s*\ns: path "=" path "|" NAME ";" | VAR "," "(" NAME ")"\npath: NAME ("." NAME)*\n'
    assert manifest(tmp_path, paths + "VAR: /\\$[a-z]+/\n" + REST)["triggers"] == ["$", "."]
    numbers = 'start: s*\ns: NUMBER "." NUMBER | NAME "."\nNUMBER: /[0-9]+/\n'
    assert manifest(tmp_path, numbers + REST)["triggers"] == []


def test_quotes_and_sigils_of_names_are_found(tmp_path: Path) -> None:
    grammar = (
        'start: s*\ns: "let" name "=" VARIABLE\nname: NAME | QUOTED\nQUOTED: /"[^"]+"/\n'
        f"VARIABLE: /\\$[a-z]+/\n{REST}"
    )
    assert manifest(tmp_path, grammar)["naming"] == {
        "quotes": ['"'],
        "sigils": ["$"],
        "closed": {"s": "workspace"},
    }


def test_blocks_by_indentation_are_told_as_the_person_told_them_who_wrote_that_bundle(tmp_path: Path) -> None:
    found = draft(RUNBOOK / "grammar.lark", Wishes(examples=RUNBOOK / "examples"))
    assert found.language.indentation == load_bundle(RUNBOOK).indentation
    assert tomllib.loads(found.files["language.toml"])["indentation"]["newline"] == "_NEWLINE"


def test_indents_without_a_terminal_that_reads_line_ends_are_refused(tmp_path: Path) -> None:
    found = made(tmp_path, f"start: NAME _INDENT NAME _DEDENT\n%declare _INDENT _DEDENT\n{REST}")
    assert found.refused
    assert found.findings[0].line == 2
    assert not found.files


def test_beside_indents_an_expression_that_python_does_not_take_is_refused(tmp_path: Path) -> None:
    blocks = "start: NAME _NL _INDENT OTHER _DEDENT\n%declare _INDENT _DEDENT\n_NL: /(\\n *)+/\n"
    found = made(tmp_path, f"{blocks}OTHER: /\\p{{Nope}}/\n{REST}")
    assert found.refused
    assert "is not known" in found.findings[0].message
    assert found.findings[0].line == 4


@pytest.mark.parametrize(
    ("rule", "sort"),
    [
        ('s: "task" NAME "{" NAME* "}"', Sort.DECLARED),
        ('s: "export" "task" NAME "=" NAME', Sort.DECLARED),
        ('s: NAME "=" NAME', Sort.ASSIGNED),
        ('s: NAME ":" NAME', Sort.KEY),
        ('s: NAME "(" NAME ")"', Sort.CALLED),
        ('s: "task" STRING "{" NAME* "}"', Sort.LABEL),
        ('s: "for" NAME ":" NAME', Sort.BOUND),
    ],
)
def test_a_construct_is_told_by_its_shape(rule: str, sort: Sort) -> None:
    assert ("s", sort.value) in sorts(f'start: s*\n{rule}\nSTRING: /"[^"]*"/\n{REST}')


@pytest.mark.parametrize(
    "rule",
    [
        's: "import" NAME "{" NAME* "}"',
        's: "task" NAME',
        's: "task" NAME ("," NAME)*',
        's: "repeat" _value "{" NAME* "}"\n_value: NAME | NUMBER\nNUMBER: /[0-9]+/',
    ],
)
def test_what_only_uses_a_name_declares_none(rule: str) -> None:
    assert ("s", Sort.DECLARED.value) not in sorts(f"start: s*\n{rule}\n{REST}")


def test_terminals_are_told_by_what_they_read_whatever_they_are_called() -> None:
    grammar = small_grammar(
        'start: (X | Y | Z | V | W | "in" | "null" | "::" | "<=" | "{" "}")*\n'
        "X: /[A-Za-z_]\\w*/\nY: /[0-9]+s?/\n"
        'Z: /\'[^\']*\'/\nV: "<" | ">"\nW: "on" | "off"\nU: / +/\n%ignore U\n'
    )
    roles = Forms(grammar).roles
    assert [roles[name].value for name in "XYZVWU"] == [
        "name",
        "number",
        "string",
        "operator",
        "word",
        "blank",
    ]
    fixed = {terminal.word: roles[name] for name, terminal in grammar.terminals.items() if terminal.word}
    assert fixed == {
        "in": Role.WORD,
        "null": Role.CONSTANT,
        "::": Role.DELIMITER,
        "<=": Role.OPERATOR,
        "{": Role.BRACKET,
        "}": Role.BRACKET,
    }


@pytest.mark.parametrize("language_id", ["graphql", "hcl"])
def test_starter_queries_of_a_large_grammar_name_nodes_that_there_are(
    tmp_path: Path, language_id: str
) -> None:
    grammar = ROOT / "grammars" / language_id / "grammar.lark"
    language = write(draft(grammar, Wishes(id=f"own-{language_id}")), tmp_path / "made")
    assert [name for name in language.queries if load_query(language, name) is None] == []
    assert len(language.queries) == 5


@pytest.mark.parametrize(
    ("path", "id_"),
    [
        ("Rules.lark", "rules"),
        ("my dsl/grammar.lark", "my-dsl"),
        ("3d_Model.lark", "d-model"),
        ("_.lark", "language"),
    ],
)
def test_a_file_or_else_its_folder_names_the_language(path: str, id_: str) -> None:
    assert identifier(Path(path)) == id_
