"""Where a bundle's constructs and builtins may stand: where they begin as in the texts that it gives.

A word may be read as a keyword in one place and as a name in another, where the grammar takes the construct
too, though nobody means it. So what counts is the parser's state after its first lexeme. What stands at the
beginning of a file there may stand at its top level, and what stands in brackets in some.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from lsp_server.constraint import Grammar, Stack
from lsp_server.lalr import drive
from lsp_server.languages import Builtin, Snippet
from lsp_server.languages.cases import CURSOR


@dataclass(frozen=True, slots=True)
class ConstructStart:
    """The parser's state after the first lexeme of a construct, with the reductions that are done whatever
    comes then; whether that must be inside brackets.
    """

    state: int
    inside: bool | None

    def fits(self, here: ConstructStart) -> bool:
        """Whether a place is like it."""
        return self.state == here.state and self.inside in (None, here.inside)


def beginning(grammar: Grammar, before: Stack, after: Stack) -> ConstructStart:
    """How what stands between two stacks begins: they are those before and after its first lexeme."""
    return ConstructStart(grammar.table.settled(after).state, _is_inside(grammar, before))


def may_begin(grammar: Grammar, snippet: Snippet, here: ConstructStart) -> bool:
    """Whether a construct may begin so."""
    known = _beginnings(grammar).get(snippet.name, ())
    return any(one.fits(here) for one in known)


def may_stand_within(grammar: Grammar, builtin: Builtin, here: ConstructStart) -> bool:
    """Whether a builtin may begin so, as far as the texts tell within which its kind stands."""
    known = _builtin_beginnings(grammar)[builtin.kind, builtin.name]
    return not known or any(one.fits(here) for one in known)


@lru_cache(maxsize=16)
def _builtin_beginnings(grammar: Grammar) -> Mapping[tuple[str, str], frozenset[ConstructStart]]:
    """How each builtin begins within the texts of its kind in which it is valid."""

    def begun(builtin: Builtin) -> Iterator[ConstructStart]:
        for within in builtin.stands.within:
            text, _, rest = within.partition(CURSOR)
            whole = text + builtin.name + builtin.stands.then + rest
            found = _begun(grammar, whole, len(text), anywhere=False)
            if found is not None:
                yield found

    builtins = grammar.language.builtins
    return {(one.kind, one.name): frozenset(begun(one)) for one in builtins if one.stands.within}


@lru_cache(maxsize=16)
def _beginnings(grammar: Grammar) -> Mapping[str, frozenset[ConstructStart]]:
    """How the constructs of a language may begin, by their names."""
    return {
        snippet.name: frozenset(
            begun
            for within, text in zip(snippet.within or (CURSOR,), snippet.placed, strict=True)
            if (begun := _begun(grammar, text, within.index(CURSOR), anywhere=not snippet.within)) is not None
        )
        for snippet in grammar.language.snippets
    }


def _begun(grammar: Grammar, text: str, offset: int, *, anywhere: bool) -> ConstructStart | None:
    """How what begins at an offset does; None where that is not valid."""
    for lexeme, stack in drive(grammar, grammar.start(), text, 0):
        if lexeme.start >= offset:
            after = grammar.shift(stack, lexeme.terminal, text, lexeme.start, lexeme.end)
            if after is None:
                return None
            here = beginning(grammar, stack, after)
            matters = not anywhere and (here.inside or not text[:offset].strip())
            return here if matters else replace(here, inside=None)
    return None


def _is_inside(grammar: Grammar, stack: Stack) -> bool:
    """Whether a bracket, or an indented block, is open."""
    openers = {opener for opener, _ in grammar.language.brackets}
    blocks = grammar.language.indentation
    node: Stack | None = stack
    while node is not None and node.below is not None:
        item = grammar.table.kernels[node.state][0]
        symbol = item.rule.expansion[item.dot - 1] if item.dot else ""
        terminal = grammar.terminals.get(symbol)
        if terminal is not None and terminal.word in openers:
            return True
        if blocks is not None and symbol == blocks.indent:
            return True
        node = node.below
    return False
