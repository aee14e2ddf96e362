"""Writes lexemes at random: a text for a terminal, from the tree of its expression.

It must not know where a lexeme stands; whether it is read there as what it was written for is for the
caller to see.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from random import Random

from lsp_server.constraint import Grammar
from lsp_server.lalr.lexicon import Terminal
from lsp_server.lalr.regex import Alt, Chars, Node, Repeat, Seq, in_set, parse_regex

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ALPHABETS = (
    (_LETTERS, 12),
    ("0123456789", 5),
    (_LETTERS.upper(), 3),
    ("_ ", 2),
    ("".join(chr(code) for code in range(33, 127) if not chr(code).isalnum()), 2),
    ("\t\n", 1),
    ("\r\f\v\x00\x1b\x7f", 0.1),
    ("éßÅñλжÑ中あ한א١²ª", 0.5),
    ("\u00a0\u0085\u200b\u2028\ufeff🙂𝒳\U0010fffd", 0.2),
)
"""Characters and how often to draw from each group of them, one of which fits."""

_GO_ON = 0.6
_MOST = 8
_MOST_DIGITS = (
    2  # a parser that also evaluates what it reads must not be given the exponent of a large number
)
_POOL = 12
_KEYWORD = 0.15


class Speller:
    """Writes the terminals of a grammar.

    Openers of paired terminals are drawn from a small pool, since each tag gets scanners of its own,
    which the grammar keeps.
    """

    def __init__(self, grammar: Grammar, random: Random) -> None:
        self._grammar = grammar
        self._random = random
        self._pools: dict[str, list[str]] = {}
        self._words = [terminal for terminal in grammar.terminals.values() if terminal.word is not None]
        self._names: dict[str, list[Terminal]] = {}

    def spell(self, name: str, tag: str | None) -> str:
        """A text that the expression of a terminal matches.

        `tag` is the one that is open; a paired closing terminal repeats it.
        """
        grammar = self._grammar
        terminal = grammar.terminals[name]
        if terminal.word is not None:
            return self._cased(terminal)
        if name in grammar.closers and tag is not None:
            return draw(_closer(grammar.closers[name].pattern.replace("{tag}", re.escape(tag))), self._random)
        if name in grammar.openers:
            pool = self._pools.get(name)
            if pool is None:
                pool = self._pools[name] = [draw(terminal.node, self._random) for _ in range(_POOL)]
            return self._random.choice(pool)
        if self._random.random() < _KEYWORD and (words := self._words_like(terminal)):
            return self._cased(self._random.choice(words))
        return draw(terminal.node, self._random)

    def _cased(self, terminal: Terminal) -> str:
        word = terminal.word
        assert word is not None
        if not terminal.fold:
            return word
        return self._random.choice((word, word.upper(), word.lower(), word.title()))

    def _words_like(self, terminal: Terminal) -> list[Terminal]:
        """The fixed words that another terminal matches as well, as a name matches keywords."""
        words = self._names.get(terminal.name)
        if words is None:
            match = re.compile(terminal.pattern).fullmatch
            words = self._names[terminal.name] = [
                word for word in self._words if word.word is not None and match(word.word)
            ]
        return words


def draw(node: Node, random: Random) -> str:
    """A text that an expression matches, drawn at random; it is seldom long, and seldom beyond ASCII."""
    match node:
        case Chars(source):
            groups, weights = _characters(source)
            return random.choice(random.choices(groups, weights)[0])
        case Seq(items):
            return "".join([draw(item, random) for item in items])
        case Alt(options):
            return draw(random.choice(options), random)
        case Repeat(item, low, high):
            times = low
            most = _MOST_DIGITS if isinstance(item, Chars) and _only_digits(item.source) else _MOST
            while times < (low + most if high is None else min(high, low + most)):
                if random.random() > _GO_ON:
                    break
                times += 1
            return "".join([draw(item, random) for _ in range(times)])


@lru_cache(maxsize=4096)
def _characters(source: str) -> tuple[Sequence[str], Sequence[float]]:
    """The characters in a set, by group, with the weights of the groups."""
    match = in_set(source).match
    found = [("".join(c for c in group if match(c)), weight) for group, weight in _ALPHABETS]
    groups = [(characters, weight) for characters, weight in found if characters]
    if not groups:
        first = next(chr(code) for code in range(0x110000) if match(chr(code)))
        groups = [(first, 1)]
    return [characters for characters, _ in groups], [weight for _, weight in groups]


def _only_digits(source: str) -> bool:
    groups, _ = _characters(source)
    return all(group.isdigit() for group in groups)


@cache
def _closer(pattern: str) -> Node:
    return parse_regex(pattern)
