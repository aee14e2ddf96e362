"""How large the rules and terminals of a grammar become when written out, counted before Lark does so."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from lark import Token, Tree
from lark.load_grammar import Grammar as Source

from lsp_server.errors import GrammarError
from lsp_server.lalr.bounds import BODIES, TERMINAL, WAYS, line_of

_INLINED = 50


def check_expansion(text: str, path: Path, source: Source) -> None:
    """Raise where what a grammar says becomes too much once it is written out.

    Raises:
        GrammarError: a rule, a terminal or all rules together become too large.

    """
    total, most, worst = 0, 0, ""
    for name, _, tree, _ in source.rule_defs:
        ways = _ways(tree)
        if ways > WAYS:
            raise _too_large(
                text,
                path,
                rf"[?!]*{re.escape(str(name))}\b",
                f"rule {name} has more than {WAYS:,} alternatives once its options are written out",
                "make rules of their own of its options and repetitions",
            )
        total += ways
        if ways > most:
            most, worst = ways, str(name)
    if total > BODIES:
        raise _too_large(
            text,
            path,
            rf"[?!]*{re.escape(worst)}\b",
            f"the rules have {total:,} alternatives once options are written out, {worst} the most; "
            f"at most {BODIES:,}",
            "make rules of their own of options and repetitions",
        )
    known: dict[int, int] = {}
    for name, (tree, _) in source.term_defs:
        if _size(tree, known) > TERMINAL:
            raise _too_large(
                text,
                path,
                rf"{re.escape(str(name))}\b",
                f"terminal {name} has more than {TERMINAL:,} characters once it is written out",
                "make rules of it, or make it smaller",
            )


def _too_large(text: str, path: Path, pattern: str, message: str, remedy: str) -> GrammarError:
    return GrammarError(message, path=path, line=line_of(text, pattern), remedy=remedy)


def _ways(node: Any) -> int:
    """How many bodies an expression of rules is written out to, if that is no more than `WAYS`."""
    if not isinstance(node, Tree):
        return 1
    inner = [_ways(child) for child in node.children]
    match str(node.data):
        case "expansions":
            found = sum(inner)
        case "expansion":
            found = 1
            for one in inner:
                found = min(found * one, WAYS + 1)
        case "maybe":
            found = inner[0] + 1
        case "expr":
            found = _repeated(inner[0], [str(child) for child in node.children[1:]])
        case "alias":
            found = inner[0]
        case _:
            found = 1
    return min(found, WAYS + 1)


def _repeated(ways: int, operator: list[str]) -> int:
    """As `_ways`, with an operator; a long repetition becomes a rule of its own, as `*` does."""
    match operator:
        case ["?"]:
            return ways + 1
        case ["~", *counts]:
            low, high = int(counts[0]), int(counts[-1])
            if high >= _INLINED:
                return 1
            return sum(min(ways**times, WAYS + 1) for times in range(low, high + 1))
        case _:
            return 2


def _size(node: Any, known: dict[int, int]) -> int:
    """How many characters a terminal's expression has; what it is made of is shared, and counts each time."""
    if not isinstance(node, Tree):
        return len(node) if isinstance(node, Token) else 1
    size = known.get(id(node))
    if size is None:
        size = known[id(node)] = min(1 + sum(_size(child, known) for child in node.children), TERMINAL + 1)
    return size
