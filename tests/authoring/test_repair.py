"""Repairs of grammars: the language before and after is compared by parsers with no part in them."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest
from lark import Lark, Token, Tree
from lark.exceptions import LarkError

from lsp_server.authoring.repair import Repair, repair
from lsp_server.authoring.repair.trial import Original, compare, draw
from lsp_server.errors import GrammarError
from lsp_server.lalr.analysis import read_rules
from lsp_server.lalr.judging import SentenceJudge
from tests.conftest import ROOT
from tests.constraint.earley import Earley
from tests.constraint.small import conflicting_rules, lark_text, words
from tests.counts import tries

GRAMMARS = sorted((ROOT / "tests/languages/earley").glob("*.lark"))
HERE = Path("grammar.lark")
TOKENS = 'N: /[0-9]+/\nNAME: /[a-z]+/\n%ignore " "\n'


def repaired(text: str, seconds: float = 60) -> Repair:
    return repair(text + TOKENS, HERE, seconds=seconds)


def takes(lark: Lark, text: str) -> bool:
    try:
        lark.parse(text)
    except LarkError:
        return False
    return True


@pytest.mark.parametrize("path", GRAMMARS, ids=lambda path: path.stem)
def test_a_grammar_for_earley_becomes_what_it_says(path: Path) -> None:
    text = path.read_text("utf-8")
    fixed, solved = re.search(r"// fixed by: (.+)\n// solved: (yes|no)\n", text).groups()  # type: ignore[union-attr]
    found = repair(text, path, seconds=60)
    assert [step.rewrite.kind for step in found.steps] == ([] if fixed == "nothing" else [fixed])
    assert found.solved == (solved == "yes")
    if not found.solved:
        return
    old = Lark(text, lexer="basic")
    new = Lark(found.text, parser="lalr", lexer="basic")
    judge = SentenceJudge(text, path, "start")
    programs = [judge.write(sentence) for sentence in draw(judge, 30, seed=5)]
    assert programs
    for program in programs:
        assert takes(old, program)
        assert takes(new, program), program
    for program in programs[:15]:
        lexemes = program.split(" ")
        for broken in (lexemes[1:], lexemes[:-1], [*lexemes, lexemes[-1]], lexemes[::-1]):
            assert takes(old, " ".join(broken)) == takes(new, " ".join(broken)), broken


@pytest.mark.parametrize("seed", range(tries(2, 60)))
def test_a_repaired_random_grammar_derives_the_same_words(seed: int) -> None:
    rules = conflicting_rules(seed)
    found = repair(lark_text(rules), HERE, seconds=1)
    read = read_rules(found.text, HERE, "start").rules
    expanded: dict[str, list[tuple[str, ...]]] = {}
    for rule in read:
        expanded.setdefault(str(rule.origin.name), []).append(tuple(str(s.name) for s in rule.expansion))
    before, after = Earley(rules, "start"), Earley(expanded, "start")
    table = SentenceJudge(found.text, HERE, "start").table if found.solved else None
    for word in words(5):
        assert after.derives(word) == before.derives(word), (word, found.text)
        if table is not None:
            stack = table.start()
            for letter in word:
                stack = stack and table.shift(stack, letter)  # type: ignore[assignment]
            assert bool(stack and table.completes(stack)) == before.derives(word), (word, found.text)


def test_what_a_step_does_not_touch_stays_as_it_stands() -> None:
    text = (ROOT / "tests/languages/earley/calculator.lark").read_text("utf-8")
    found = repair(text, HERE)
    kept = text[: text.index("expr: ")], text[text.index("\nNUMBER") :]
    assert found.text.startswith(kept[0])
    assert found.text.endswith(kept[1])
    assert found.text.count("//") == text.count("//")
    assert '-> add  // the loosest\n    | expr_2\n// these bind tighter\n?expr_2: expr_2 "*"' in found.text


def test_levels_keep_the_trees_that_the_earley_parser_makes() -> None:
    text = (ROOT / "tests/languages/earley/calculator.lark").read_text("utf-8")
    old, new = Lark(text), Lark(repair(text, HERE).text, parser="lalr")
    for program in ("1", "1 + 2 * 3", "1 * 2 + 3", "1 + 2 + 3", "(1 + 2) * 3 ^ 4", "1 ^ 2 * 3"):
        assert plain(old.parse(program)) == plain(new.parse(program))


@pytest.mark.parametrize(
    "rules",
    [
        '?expr: expr ("+" | MINUS) expr | expr "*" expr | "-" expr | NAME | "(" expr ")"',
        '?e: e AND e | e OR e -> either | "not" e -> no | e "is" "not"? NAME -> test | NAME',
        '?expr: add | expr "*" expr | NAME\nadd: expr "+" expr',
        '!expr: expr "+" expr | expr "*" expr | NAME',
    ],
)
def test_levels_keep_the_kinds_of_nodes(rules: str) -> None:
    text = f'start: {rules[1:].partition(":")[0]}\n{rules}\nMINUS: "-"\nAND: "and"\nOR: "or"\n{TOKENS}'
    found = repair(text, HERE)
    assert found.solved
    assert [step.rewrite.tree for step in found.steps] == [""]
    old, new = Lark(text, lexer="basic"), Lark(found.text, parser="lalr", lexer="basic")
    judge = SentenceJudge(text, HERE, "start")
    for sentence in draw(judge, 60, seed=1):
        program = judge.write(sentence)
        assert kinds(old.parse(program)) == kinds(new.parse(program)), program


def test_what_becomes_of_trees_is_told_where_it_cannot_be_helped() -> None:
    (step,) = repaired('start: expr\nexpr: add | expr "*" expr -> times | NAME\nadd: expr "+" expr\n').steps
    assert step.rewrite.tree == "no `expr` around `add`"
    (step,) = repaired('start: expr\n?expr: expr "*" expr | expr "is" "not"? N | NAME\n').steps
    assert step.rewrite.tree == "another name for some `expr` of several children"


def kinds(tree: Tree[Token]) -> list[str]:
    """The kinds of all nodes, and how many children each has."""
    return sorted(f"{node.data} {len(node.children)}" for node in tree.iter_subtrees())


def plain(node: object) -> object:
    return [str(node.data), *map(plain, node.children)] if isinstance(node, Tree) else str(node)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("start: x\nx: NAME x | NAME x*\n", None),
        ('start: list ","?\nlist: N ("," list)?\n', None),
        ('start: list ","?\nlist: N "," list | N\n', 'list: list "," N | N'),
        ("start: N* N*\n", "start: N*"),
        ("start: N? N*\n", "start: N*"),
        ("start: a? N\na: NAME?\n", "start: a N"),
        ("start: a\na: b | c\nb: N\nc: b | NAME\n", "a: c\n"),
        ("start: x | y\nx: NAME+\ny: NAME+\n", "start: x\nx: NAME+\nN"),
    ],
)
def test_a_rewrite_is_what_a_person_would_write(text: str, wanted: str | None) -> None:
    found = repaired(text)
    assert wanted is None or wanted in found.text
    assert sum(found.after) < sum(found.before) or found.text == text + TOKENS


def test_priorities_make_the_levels_where_some_are_given() -> None:
    text = 'start: e\n?e: mul | add | N\nmul.2: e "*" e\nadd.1: e "+" e\n'
    found = repaired(text)
    assert '?e: e "+" e_2 -> add\n' in found.text
    assert "by the priorities given" in found.steps[0].rewrite.message


def test_a_change_of_the_language_is_taken_back_and_shown() -> None:
    path = ROOT / "tests/languages/earley/needs_lookahead.lark"
    text = path.read_text("utf-8")
    found = repair(text, path)
    assert found.text == text
    assert any("is a program of" in undone.reason for undone in found.undone)
    assert found.proof.holds
    assert found.lost is not None
    assert takes(Lark(text), found.lost.text)
    assert not takes(Lark(text, parser="lalr"), found.lost.text)


@pytest.mark.parametrize(
    ("changed", "lost", "shortest"),
    [
        ('start: "a" start? "b" | "c"\n', False, "c"),
        ('start: "a" start "b" | "a" "b" | "b" "a"\n', False, None),
        ('start: "a" "b" | "a" "a" "b" "b"\n', True, None),
    ],
)
def test_another_language_is_told_from_the_first_by_a_program(
    changed: str, lost: bool, shortest: str | None
) -> None:
    original = SentenceJudge('start: "a" start "b" | "a" "b"\n%ignore " "\n', HERE, "start")
    trial = compare(Original(original), SentenceJudge(changed + '%ignore " "\n', HERE, "start"))
    found = trial.counterexample
    assert found is not None
    assert found.lost == lost
    assert takes(Lark('start: "a" start "b" | "a" "b"\n%ignore " "\n'), found.text) == lost
    assert takes(Lark(changed + '%ignore " "\n'), found.text) != lost
    assert shortest is None or len(found.text) < 40


def test_the_same_language_written_in_another_way_passes_on_many_programs() -> None:
    one = SentenceJudge("start: (NAME N*)+\n" + TOKENS, HERE, "start")
    two = SentenceJudge("start: pair+\npair: NAME numbers\nnumbers: | numbers N\n" + TOKENS, HERE, "start")
    trial = compare(Original(one), two, count=200, seconds=60)
    assert trial.holds
    assert trial.drawn > 50
    assert 0 < trial.taken < trial.slips


def test_a_repair_is_the_same_each_time() -> None:
    path = ROOT / "tests/languages/earley/names_and_types.lark"
    text = path.read_text("utf-8")
    assert repair(text, path, seconds=60) == repair(text, path, seconds=60)


@pytest.mark.parametrize(
    "text",
    [
        "start: a\na: b | N\nb: a\n",
        "start: start | N\n",
        "start: r0\n" + "".join(f"r{i}: r{i + 1} r{i + 1}\n" for i in range(60)) + "r60: N | N N\n",
        "start: N | lost\nlost: lost N\n",
        "start: x? x? N\nx:\n",
        "start: r0\n" + "".join(f"r{i}: r{i + 1} | N\n" for i in range(401)) + "r401: N | NAME\n",
    ],
)
def test_a_silly_grammar_ends_soon(text: str) -> None:
    began = time.process_time()
    found = repaired(text, seconds=3)
    assert time.process_time() - began < 10
    assert found.gave_up or not found.after[0]


def test_what_is_no_grammar_is_told_in_one_line() -> None:
    with pytest.raises(GrammarError) as caught:
        repaired("start: (\n")
    assert "\n" not in str(caught.value)


def test_a_repair_is_plain_data() -> None:
    import dataclasses

    found = repaired("start: N* N*\n")
    assert json.loads(json.dumps(dataclasses.asdict(found)))["steps"][0]["rewrite"]["sure"] is True
