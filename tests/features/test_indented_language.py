"""A language whose blocks are told by indentation, made of nothing but a grammar: Lark is the judge."""

from __future__ import annotations

import re
from random import Random

import pytest
from lark.exceptions import LarkError

from lsp_server.agreement.sampling import draw_samples
from lsp_server.constraint import (
    RELAXATIONS,
    CursorState,
    Oracle,
    Prefix,
    hole_grammar,
    load_grammar,
    windows,
)
from lsp_server.features.completion import CompletionRequest, complete
from lsp_server.lab.material.cuts import KINDS
from lsp_server.syntax import Landmarks, next_tree, parse
from tests import lark_judge
from tests.constraint.texts import examples
from tests.corpus_cases import SAMPLES, sample
from tests.counts import tries
from tests.decoding.babbler import Babbler
from tests.decoding.matching import begins, derives
from tests.features.completing import wants_block
from tests.syntax.test_lark import edited, everything, kept, larks, random_edit

RUNBOOK = sample("runbook")
ITEMS = [item for text in examples(RUNBOOK) for item in re.split(r"(?m)^(?=\w)", text)]
PIECES = (
    *("\n", "\n    ", "\n  ", "\n\t", "    ", " ", ":", "(", ")", "[", "]", "{", "}", ",", '"', "#", "\r\n"),
    *("if x", "else:", "run a()", "task b():\n    run c()\n", "# d\n", "let e = 1\n", "é"),
)
WORDS = (
    *(" run", " if", " else", "task ", "let ", "stage ", " and", "not ", ":", "()", " = ", '"a"', ", "),
    *("\n", "\n    ", "\n        ", "    ", "name", "1", "# c"),
)


def accepted(text: str) -> bool:
    try:
        lark_judge.parse(text, str(RUNBOOK.directory))
    except (LarkError, IndexError, AssertionError):  # what its Indenter raises of brackets and comments
        return False
    return True


def with_last_end(text: str) -> str:
    """A text with an end of its last line, which Lark wants, and no blanks after it, which it does not."""
    return text.rstrip(" \t") + "\n"


def test_it_has_no_python_of_its_own_and_no_parser() -> None:
    assert [path.name for path in (SAMPLES / "runbook").rglob("*.py")] == []
    assert RUNBOOK.parser.module is None


def test_its_examples_are_valid_and_their_trees_those_of_lark() -> None:
    assert len(examples(RUNBOOK)) >= 8
    parser = lark_judge._parser(str(RUNBOOK.directory))
    for text in examples(RUNBOOK):
        tree = parse(RUNBOOK, text)
        assert not tree.error_count
        kinds = [(depth, kind) for depth, kind, _ in kept(tree)]
        assert kinds == [(depth, kind) for depth, kind, _ in larks(parser.parse(text))]


def test_damaged_texts_have_errors_as_lark_says() -> None:
    random, taken = Random(5), 0
    for _ in range(tries(160, 5_000)):
        text = "".join(random.sample(ITEMS, 2))
        for _ in range(random.choice((1, 1, 2, 4))):
            text = edited(text, random_edit(random, text, PIECES))
        found = not parse(RUNBOOK, text).error_count
        assert found == accepted(with_last_end(text)), text
        taken += found
    assert taken > 10


def test_programs_made_of_the_grammar_are_valid() -> None:
    made = draw_samples(load_grammar(RUNBOOK), 40, seed=3)
    assert len(made.texts) > 15
    assert [text for text in made.texts if not accepted(text)] == []


def test_edited_trees_equal_fresh_ones() -> None:
    random, tree = Random(6), parse(RUNBOOK, "")
    for number in range(tries(80, 2_000)):
        if number % 8 == 0:
            tree = parse(RUNBOOK, "".join(random.sample(ITEMS, 3)))
        edit = random_edit(random, tree.text, PIECES)
        text = edited(tree.text, edit)
        tree = next_tree(tree, [edit], text)
        assert everything(tree) == everything(parse(RUNBOOK, text)), (edit, text)


def test_after_an_edit_the_state_is_that_of_a_fresh_text() -> None:
    random, grammar = Random(7), load_grammar(RUNBOOK)
    for _ in range(tries(60, 1_000)):
        text = "".join(random.sample(ITEMS, 3))
        prefix = Prefix(grammar, text)
        prefix.at(random.randrange(len(text)))
        edit = random_edit(random, text, PIECES)
        text = edited(text, edit)
        cursor = random.randrange(len(text) + 1)
        one, two = prefix.edited([edit], text).at(cursor), Prefix(grammar, text).at(cursor)
        if isinstance(one, CursorState) and isinstance(two, CursorState):
            assert one.stack.same_as(two.stack)
            assert (one.here.lines, one.offset) == (two.here.lines, two.offset)
        else:
            assert one == two


CALL, BELOW = "task a():\n    run b(<|>", "\n    run z()\n"


@pytest.mark.parametrize(
    ("marked", "typed", "takes"),
    [
        (CALL, "x)\n    run c()", True),
        (CALL, "x,\n  y\n)\n    run c(z,\nz)", True),
        (CALL, "\n\n  [x,\n y and\n z]\n )\n    if x:\n        run c()", True),
        (CALL, "x)\n  run c()", False),
        (CALL, "x)\n    run c()\n  ,", False),
        (CALL + BELOW, "x,\n [y,\n z])", True),
        (CALL + BELOW, "x)\n    run c(\n  )", True),
        (CALL + BELOW, "x)\n    run c(\n", False),
        (CALL + ")" + BELOW, "x,\n  y\n", True),
        (CALL + ")" + BELOW, "x)\n    run c(", True),
        (CALL + ")" + BELOW, "x)\n", False),
        (CALL + "\n  )" + BELOW, "x", True),
        (CALL + "\n  )" + BELOW, "x)", False),
        ("task a():<|>", "\n    run b(\n x,\n)\n    run c()", True),
        ("let a = <|>", "[1,\n 2]\nlet b = 1", True),
        ("let a = <|>", "1 +\n2\n", False),
    ],
)
def test_within_brackets_lines_do_not_count_and_outside_they_do(marked: str, typed: str, takes: bool) -> None:
    _check_taken(marked, typed, takes)


@pytest.mark.parametrize("blanks", ["", " ", "       ", "        "])
def test_blanks_that_begin_a_line_may_become_more(blanks: str) -> None:
    marked = f"task a():\n    for b in c:\n{blanks}<|>"
    _check_taken(marked, " " * (8 - len(blanks)) + "run d()\n        if e:\n            run f()", takes=True)


def _check_taken(marked: str, typed: str, takes: bool) -> None:
    grammar, cursor = load_grammar(RUNBOOK), marked.index("<|>")
    text = marked.replace("<|>", "")
    state = Prefix(grammar, text).at(cursor)
    assert isinstance(state, CursorState)
    readings = windows(grammar, text, state, RELAXATIONS[0])
    hole = hole_grammar(grammar, state, readings).text
    spelled = text[state.offset : cursor] + typed
    assert (derives if text[cursor:] else begins)(hole, spelled) == takes
    assert Oracle(grammar, text, state, readings).fit(typed).good or not takes


@pytest.mark.parametrize("kind", ["rest-of-line", "inside-word", "several-lines"])
def test_nothing_is_suggested_that_lark_rejects(kind: str) -> None:
    random, offered = Random(kind), 0
    for seed in range(tries(8, 300)):
        text = random.choice(examples(RUNBOOK))
        cut = KINDS[kind](RUNBOOK, text, random)
        assert cut is not None
        request = CompletionRequest(
            cut.text,
            cut.start,
            RUNBOOK,
            Landmarks(parse(RUNBOOK, cut.text)),
            max_tokens=24,
            multiline=cut.multiline,
        )
        for item in complete(request, Babbler(WORDS, seed), lambda: False).items:
            offered += 1
            joined = cut.text[: cut.start] + item.text + cut.text[cut.start :]
            assert cut.at_end or accepted(joined), joined
    assert offered > 2


@pytest.mark.parametrize(
    ("marked", "wanted"),
    [
        ("task a():<|>", True),
        ("task a():\n    <|>", True),
        ("task a():\n<|>\nlet b = 1\n", True),
        ("task a():<|>\n    run b()\n", False),
        ("task a():\n    run b()\n    <|>", False),
        ("task a():\n    run b(<|>\n    )\n", True),
        ("task a():\n    run b()\n    # see c():<|>\n", False),
        ("task a(): # then:\n    <|>\n", False),
        ('let a = "b:<|>\n', False),
    ],
)
def test_several_lines_are_wanted_where_a_block_begins(marked: str, wanted: bool) -> None:
    assert wants_block(RUNBOOK, marked) == wanted
    assert wants_block(RUNBOOK, marked, parsed=False) == wanted
