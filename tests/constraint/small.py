"""Small languages: made from the text of a grammar, drawn at random, or written out here."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from itertools import chain, product
from pathlib import Path
from random import Random

from lark.common import ParserConf
from lark.exceptions import GrammarError as LarkGrammarError
from lark.grammar import NonTerminal, Rule, Terminal
from lark.parsers.lalr_analysis import LALR_Analyzer

from lsp_server.constraint import Grammar, Stack, load_grammar
from lsp_server.languages import Comment, Language, Paired, ParserBinding
from tests.constraint.earley import Earley

LETTERS = {"A": "a", "B": "b", "C": "c"}


def small_language(grammar: str, paired: Sequence[Paired] = ()) -> Language:
    """A language that has a grammar and nothing else; it is in no folder."""
    return Language(
        id="small",
        name="Small",
        extensions=(".small",),
        filenames=(),
        comment=Comment(),
        parser=ParserBinding("tree_sitter_hcl"),
        start="start",
        word=r"\w+",
        triggers=(),
        brackets=(),
        paired=tuple(paired),
        directory=Path("small"),
        grammar=grammar,
        queries={},
    )


def small_grammar(grammar: str, paired: Sequence[Paired] = ()) -> Grammar:
    """The constraint of a language that has a grammar and nothing else."""
    return load_grammar(small_language(grammar, paired))


Rules = dict[Hashable, list[tuple[str, ...]]]


def lark_text(rules: Mapping[Hashable, Sequence[Sequence[str]]]) -> str:
    """Rules over `LETTERS` as a Lark grammar."""
    lines = [f"{name}: {' | '.join(' '.join(body) for body in bodies)}" for name, bodies in rules.items()]
    return "\n".join([*lines, *(f'{name}: "{letter}"' for name, letter in LETTERS.items())]) + "\n"


def shift_all(grammar: Grammar, terminals: Sequence[str]) -> Stack | None:
    """The stack after some terminals; None where one does not fit."""
    stack: Stack | None = grammar.table.start()
    for terminal in terminals:
        if stack is None:
            break
        stack = grammar.table.shift(stack, terminal)
    return stack


def random_grammar(seed: int, dead: bool = False) -> tuple[Rules, Grammar]:
    """Random rules over `LETTERS` that are LALR(1) without a conflict, and their constraint.

    They derive at least a handful of short words. If `dead`, there is a rule that derives none at all.
    """
    rng = Random(seed)
    while True:
        rules = _draw(rng)
        if dead:
            rules["dead"] = [("dead", "A")]
            for bodies in rules.values():
                bodies += [(*rng.choice(bodies)[:1], "dead")] * (rng.random() < 0.5)
        judge = Earley(rules, "start")
        if (
            sum(map(judge.derives, words(3))) >= 4
            and _is_lalr(rules)
            and _useful(rules) == set(rules) - {"dead"}
        ):
            return rules, small_grammar(lark_text(rules))


def conflicting_rules(seed: int) -> Rules:
    """Random rules over `LETTERS` that are not LALR(1), and derive at least a handful of short words."""
    rng = Random(seed)
    while True:
        rules = _draw(rng)
        judge = Earley(rules, "start")
        if (
            sum(map(judge.derives, words(3))) >= 4
            and not _is_lalr(rules)
            and _useful(rules) == set(rules)
            and not any(body == (name,) for name, bodies in rules.items() for body in bodies)
        ):
            return rules


def words(longest: int, least: int = 0) -> Iterator[tuple[str, ...]]:
    """All strings of `LETTERS`, short ones first."""
    return chain.from_iterable(product(LETTERS, repeat=size) for size in range(least, longest + 1))


def _draw(rng: Random) -> Rules:
    names: tuple[str, ...] = ("start", "x", "y", "z")[: rng.choice((1, 2, 2, 3, 3, 4))]

    def body() -> tuple[str, ...]:
        size = rng.choices(range(5), (2, 5, 6, 5, 1))[0]
        return tuple(rng.choice(rng.choice((tuple(LETTERS), names))) for _ in range(size))

    return {name: list(dict.fromkeys(body() for _ in range(rng.randint(1, 4)))) for name in names}


def _useful(rules: Rules) -> set[Hashable]:
    """The symbols that stand in a derivation of some word."""
    productive: set[Hashable] = set(LETTERS)
    for _ in rules:
        productive |= {name for name, bodies in rules.items() if any(set(b) <= productive for b in bodies)}
    reached: set[Hashable] = {"start"}
    for _ in rules:
        bodies = [body for name in reached & set(rules) for body in rules[name] if set(body) <= productive]
        reached |= {part for body in bodies for part in body}
    return reached & productive - set(LETTERS)


def _is_lalr(rules: Rules) -> bool:
    def symbol(name: Hashable) -> NonTerminal | Terminal:
        return NonTerminal(str(name)) if name in rules else Terminal(str(name))

    found = [
        Rule(NonTerminal(str(n)), [*map(symbol, body)]) for n, bodies in rules.items() for body in bodies
    ]
    try:
        LALR_Analyzer(ParserConf(found, {}, ["start"]), strict=True).compute_lalr()
    except LarkGrammarError:
        return False
    return True
