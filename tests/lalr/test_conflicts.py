"""Conflicts of grammars, and the sentences that show them; two Earley parsers are the judges."""

from __future__ import annotations

import re
import time
from collections import Counter
from pathlib import Path

import pytest
from lark import Lark

from lsp_server.errors import GrammarError
from lsp_server.lalr.analysis import read_rules
from lsp_server.lalr.conflicts import REDUCE, SHIFT, Conflicts, find_conflicts
from lsp_server.lalr.counterexamples import RuleUse, find_pair
from lsp_server.lalr.fixpoints import NULLABLE
from lsp_server.lalr.itemsets import ItemSets, find_item_sets
from lsp_server.lalr.sentences import Sentences
from lsp_server.lalr.table import END, Item
from tests.conftest import ROOT
from tests.constraint.earley import Earley
from tests.constraint.small import conflicting_rules, lark_text
from tests.counts import tries

GRAMMARS = sorted((ROOT / "tests/languages/earley").glob("*.lark"))
HERE = Path("grammar.lark")
Bodies = dict[str, list[tuple[str, ...]]]
TOKENS = 'N: /[0-9]+/\nNAME: /[a-z]+/\n%ignore " "\n'


def conflicts_of(text: str) -> Conflicts:
    return find_conflicts(text + TOKENS, HERE)


@pytest.mark.parametrize("path", GRAMMARS, ids=lambda path: path.stem)
def test_each_conflict_of_a_grammar_for_earley_is_told(path: Path) -> None:
    text = path.read_text("utf-8")
    told = re.search(r"// conflicts: (\d+) (\S+?)(, ambiguous)?\n", text)
    assert told is not None
    found = find_conflicts(text, path, seconds=60)
    assert [conflict.kind for conflict in found.found] == [told[2]] * int(told[1])
    assert all(conflict.ambiguous == bool(told[3]) for conflict in found.found)
    assert not found.more


@pytest.mark.parametrize("path", GRAMMARS, ids=lambda path: path.stem)
def test_each_example_is_a_program_and_is_ambiguous_where_it_is_said_to_be(path: Path) -> None:
    text = path.read_text("utf-8")
    lark = Lark(text, ambiguity="explicit")
    for conflict in find_conflicts(text, path, seconds=60).found:
        assert conflict.examples is not None
        one, two = conflict.examples
        trees = [lark.parse(example.text) for example in conflict.examples]
        assert one.text[: one.dot] == two.text[: two.dot]
        assert one.span.start <= one.span.end <= one.dot
        if conflict.kind == SHIFT:
            assert two.span.start <= two.dot < two.span.end
        if conflict.ambiguous:
            assert one.text == two.text
            assert any(tree.data == "_ambig" for tree in trees[0].iter_subtrees())
        else:
            assert not any(tree.data == "_ambig" for tree in trees[0].iter_subtrees())


def uses(rules: Bodies, item: Item, reading: RuleUse) -> bool:
    """Whether a sentence is derived with a rule standing where it is said to, and its part from the rule."""
    marked = {**rules, item.rule.origin: [*rules[item.rule.origin], ("mark",)]}
    around = (*reading.symbols[: reading.first], "mark", *reading.symbols[reading.last :])
    inside = reading.symbols[reading.first : reading.last]
    probe = {**rules, "probe": [item.rule.expansion]}
    return derives_symbols(marked, "start", around) and derives_symbols(probe, "probe", inside)


def derives_symbols(rules: Bodies, start: str, symbols: tuple[str, ...]) -> bool:
    """Whether symbols, nonterminals among them, are derived: each nonterminal may also stand for itself."""
    open_rules = {name: [*bodies, (f"<{name}>",)] for name, bodies in rules.items()}
    return Earley(open_rules, start).derives([f"<{s}>" if s in rules else s for s in symbols])


def readings(rules: Bodies, word: tuple[str, ...]) -> int:
    """How many trees a word has: 0, 1, or 2 for more."""
    size = len(word)
    counts: Counter[tuple[str, int, int]] = Counter()
    changed = True

    def ways(body: tuple[str, ...], start: int, end: int) -> int:
        if not body:
            return int(start == end)
        first, rest = body[0], body[1:]
        if first not in rules:
            return ways(rest, start + 1, end) if word[start : start + 1] == (first,) and start < end else 0
        return sum(
            found * ways(rest, middle, end)
            for middle in range(start, end + 1)
            if (found := counts[first, start, middle])
        )

    while changed:
        changed = False
        for width in range(size + 1):
            for start in range(size + 1 - width):
                for name, bodies in rules.items():
                    count = min(sum(ways(body, start, start + width) for body in bodies), 2)
                    if count != counts[name, start, start + width]:
                        counts[name, start, start + width], changed = count, True
    return counts["start", 0, size]


def follows(sets: ItemSets, terminal: str) -> set[tuple[int, Item]]:
    """All items of states that a terminal may follow in some sentence: a search without any shortcut."""
    found = {(0, Item(sets.root, 0), terminal == END)}
    pending = list(found)
    while pending:
        state, item, followed = pending.pop()
        if item.dot < len(item.rule.expansion):
            symbol, rest = item.rule.expansion[item.dot], item.rule.expansion[item.dot + 1 :]
            then = bool(sets.begin(rest) & sets.bits[terminal]) or (
                followed and bool(sets.begin(rest) & NULLABLE)
            )
            steps = [(state, Item(rule, 0), then) for rule in sets.by_origin.get(symbol, ())]
            steps.append((sets.moves[state][symbol], Item(item.rule, item.dot + 1), followed))
            pending += set(steps) - found
            found.update(steps)
    return {(state, item) for state, item, followed in found if followed}


@pytest.mark.parametrize("seed", range(tries(12, 200)))
def test_sentences_for_the_conflicts_of_a_random_grammar_show_them(seed: int) -> None:
    drawn = conflicting_rules(seed)
    sets = find_item_sets(read_rules(lark_text(drawn), HERE, "start").priorities, "start")
    rules = {origin: [rule.expansion for rule in found] for origin, found in sets.by_origin.items()}
    sentences, judge = Sentences(sets), Earley(drawn, "start")
    clashes = list(sets.clashes())
    assert clashes
    for clash in clashes[: tries(4, 50)]:
        pair = find_pair(sets, sentences, clash)
        if pair is None:
            items = [clash.ended] if clash.shift else [clash.ended, clash.other]
            assert not all((clash.state, item) in follows(sets, clash.terminal) for item in items)
            continue
        for item, reading in ((clash.ended, pair.ended), (clash.other, pair.other)):
            lexemes = tuple(lexeme for symbol in reading.symbols for lexeme in sentences.spell(symbol))
            assert judge.derives(lexemes)
            assert uses(rules, item, reading)
            assert next_lexeme(sentences, reading) == clash.terminal
            if pair.ambiguous:
                assert readings(rules, lexemes) == 2
        if pair.together:
            assert pair.ended.symbols[: pair.ended.dot] == pair.other.symbols[: pair.other.dot]
        if pair.ambiguous:
            assert pair.ended.symbols == pair.other.symbols


def next_lexeme(sentences: Sentences, reading: RuleUse) -> str:
    """The first lexeme after the dot."""
    rest = [lexeme for symbol in reading.symbols[reading.dot :] for lexeme in sentences.spell(symbol)]
    return rest[0] if rest else END


def test_rules_are_told_as_people_write_them_with_their_lines() -> None:
    found = conflicts_of('start: (x ";" | y ":")*\nx: a ","?\n\ny: b ","\na: NAME\nb: NAME\n').found
    sides = [(side.rule, side.line) for conflict in found for side in conflict.sides]
    assert sides == [("a: NAME", 5), ("b: NAME", 6)]
    assert found[0].terminals == ('","',)
    assert found[0].kind == REDUCE


def test_helpers_of_repetitions_are_told_as_repetitions() -> None:
    (one, two) = conflicts_of("start: rule*\nrule: N N body\nbody: N*\n").found
    assert {side.rule for conflict in (one, two) for side in conflict.sides} == {
        "body: N+",
        "N+: N+ N",
        "body: (nothing)",
        "N+: N",
    }


def test_a_conflict_that_only_lalr_has_is_told_as_one() -> None:
    text = 'start: "a" x "c" | "a" y "d" | "b" x "d" | "b" y "c"\nx: "e"\ny: "e"\n'
    (conflict,) = conflicts_of(text).found
    assert conflict.merged
    assert not conflict.ambiguous
    assert conflict.terminals == ('"c"', '"d"')
    assert conflict.examples is not None
    assert [example.text for example in conflict.examples] == ["a e c", "b e c"]


def test_what_priorities_settle_is_no_conflict() -> None:
    assert conflicts_of("start: x | y\nx: NAME\ny: NAME\n").reduce == 1
    assert conflicts_of("start: x | y\nx.2: NAME\ny: NAME\n").found == ()


def test_the_same_grammar_is_always_told_the_same() -> None:
    text = GRAMMARS[0].read_text("utf-8")
    assert find_conflicts(text, HERE, seconds=60) == find_conflicts(text, HERE, seconds=60)


@pytest.mark.parametrize(
    "text",
    [
        "start: a\na: b | N\nb: a\n",
        "start: start | N\n",
        "start: a\na: | a a | N\n",
        "start: r0\n" + "".join(f"r{i}: r{i + 1} r{i + 1}\n" for i in range(60)) + "r60: N | N N\n",
        "start: r0\n" + "".join(f"r{i}: r{i + 1} | N\n" for i in range(200)) + "r200: N | NAME\n",
        "start: e\ne: N | " + " | ".join(f'e "o{i}" e' for i in range(40)) + "\n",
        "start: N | lost\nlost: lost N\n",
        'start: x z "a" | y z "b"\nx: N\ny: N\nz: ";" lost\nlost: lost N\n',
    ],
)
def test_a_silly_grammar_ends_soon(text: str) -> None:
    began = time.process_time()
    found = conflicts_of(text)
    assert time.process_time() - began < 5
    assert len(found.found) <= 100


def test_a_grammar_that_is_too_large_is_refused_in_one_line() -> None:
    rules = "".join(f"r{i}: NAME | N\n" for i in range(3_500))
    with pytest.raises(GrammarError, match="too many to look for conflicts") as caught:
        conflicts_of(f"start: {' '.join(f'r{i}' for i in range(3_500))}\n{rules}")
    assert "\n" not in str(caught.value)


def test_before_what_only_a_rule_without_a_text_begins_with_there_is_no_example() -> None:
    (found,) = conflicts_of("start: x never | y never | N\nx: N\ny: N\nnever: NAME never\n").found
    assert found.kind == REDUCE
    assert found.terminals == ("NAME",)
    assert found.examples is None
