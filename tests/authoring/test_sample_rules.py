"""A workflow and alerting language that `holegram new` made a bundle of: what its starter queries are worth.

What is expected of them is written out here, by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from lark import Lark

from lsp_server.authoring.bundle import Wishes, draft, write
from lsp_server.features.definition import definition
from lsp_server.features.folding import folds
from lsp_server.features.outline import Symbol, outline
from lsp_server.features.references import references
from lsp_server.features.rename import Refusal, Renaming, rename
from lsp_server.languages import Language, load_bundle
from lsp_server.names.naming import names_of
from lsp_server.names.resolving import Resolver
from lsp_server.names.standing import Unit
from lsp_server.syntax import parse
from tests.conftest import ROOT
from tests.corpus.test_highlights import tokens_of

SAMPLE = ROOT / "tests" / "languages" / "rules"
URI = "file:///a"

TEXT = """\
# Who is told
channel oncall { kind: "pager" }
define ratio(part, whole) = part / whole
group shop {
  rule slow when ratio(errors, busy.total) > 5% for 10m {
    notify oncall
    run restart
  }
}
workflow restart {
  step drain = call_it(whole: oncall)
  step boot after drain = call_it()
}
silence slow from 01:00 to 05:30
"""


@pytest.fixture(scope="module")
def rules() -> Language:
    return load_bundle(SAMPLE)


def files(folder: Path) -> dict[str, str]:
    return {p.relative_to(folder).as_posix(): p.read_text("utf-8") for p in folder.rglob("*") if p.is_file()}


def test_made_anew_it_is_what_is_committed(tmp_path: Path) -> None:
    """`holegram new tests/languages/rules/grammar.lark` makes it so, with these wishes, --out and --force."""
    made = draft(SAMPLE / "grammar.lark", Wishes(name="Watch rules", examples=SAMPLE / "examples"))
    write(made, tmp_path / "rules")
    assert files(tmp_path / "rules") == files(SAMPLE)
    assert len(made.files) > 12


def test_it_has_no_python_of_its_own() -> None:
    assert [path for path in SAMPLE.rglob("*") if path.suffix == ".py"] == []


def test_its_examples_are_valid_by_lark_itself(rules: Language) -> None:
    parser = Lark(rules.grammar, parser="lalr", lexer="contextual")
    examples = sorted((SAMPLE / "examples").iterdir())
    assert len(examples) >= 6
    for path in examples:
        parser.parse(path.read_text("utf-8"))


def test_its_trees_have_no_errors(rules: Language) -> None:
    for path in (SAMPLE / "examples").iterdir():
        assert parse(rules, path.read_text("utf-8")).error_count == 0


def test_the_outline_has_what_is_declared_inside_what_holds_it(rules: Language) -> None:
    def paths(symbols: Iterable[Symbol], around: str = "") -> Iterator[str]:
        for symbol in symbols:
            yield f"{symbol.kind} {around}{symbol.name}"
            yield from paths(symbol.children, f"{around}{symbol.name}.")

    assert [path for _, symbols in outline(parse(rules, TEXT))[0] for path in paths(symbols)] == [
        "channel oncall",
        "function ratio",
        "group shop",
        "rule shop.slow",
        "workflow restart",
        "step restart.drain",
        "step restart.boot",
    ]


def test_highlights_tell_words_values_and_what_names_are_of(rules: Language) -> None:
    tree = parse(rules, TEXT)
    shown = {(TEXT[t.start : t.end], ".".join((t.style.type, *t.style.modifiers))) for t in tokens_of(tree)}
    assert shown >= {
        ("# Who is told", "comment"),
        ("channel", "keyword"),
        ("oncall", "type.declaration"),
        ("kind", "property"),
        ('"pager"', "string"),
        ("ratio", "function.declaration"),
        ("part", "parameter"),
        ("ratio", "function"),
        ("errors", "variable"),
        ("total", "property"),
        (">", "operator"),
        ("5%", "number"),
        ("10m", "number"),
        ("01:00", "number"),
        ("shop", "namespace.declaration"),
        ("whole", "property"),
    }


def test_blocks_fold_up_to_the_bracket_that_closes_them(rules: Language) -> None:
    found = folds(parse(rules, TEXT), whole_lines=True)
    assert [(fold.first + 1, fold.last + 1) for fold in found] == [(4, 8), (5, 7), (10, 12)]


@pytest.mark.parametrize(
    ("at", "uses"),
    [
        ("oncall {", ["2:9", "6:12", "11:31"]),
        ("slow when", ["5:8", "14:9"]),
        ("restart {", ["7:9", "10:10"]),
        ("ratio(part", ["3:8", "5:18"]),
        ("whole)", ["3:20", "3:36"]),
        ("drain =", ["11:8", "12:19"]),
    ],
)
def test_a_name_is_found_where_it_is_used_and_nowhere_else(rules: Language, at: str, uses: list[str]) -> None:
    tree = parse(rules, TEXT)
    resolver, cursor = Resolver([Unit(URI, "/", names_of(tree)[0])]), TEXT.index(at)
    lines = [tree.lines.position(place.span.start) for place in references(resolver, URI, cursor)]
    assert [f"{line + 1}:{column + 1}" for line, column in lines] == uses
    (place,) = definition(resolver, URI, lines_to_offset(tree.text, uses[-1]))
    assert place.span.start == cursor


def lines_to_offset(text: str, place: str) -> int:
    line, column = map(int, place.split(":"))
    return len("".join(text.splitlines(keepends=True)[: line - 1])) + column - 1


def test_renaming_takes_all_uses_along_and_refuses_what_would_not_parse(rules: Language) -> None:
    tree = parse(rules, TEXT)
    unit = Unit(URI, "/", names_of(tree)[0])

    def renamed(name: str) -> Renaming | Refusal:
        return rename(Resolver([unit]), URI, TEXT.index("oncall {"), name, lambda _: tree)

    done = renamed("night_watch")
    assert isinstance(done, Renaming)
    assert len(done.edits[URI]) == 3
    assert isinstance(renamed("night watch"), Refusal)
