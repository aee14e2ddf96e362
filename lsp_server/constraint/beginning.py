"""Where a reading of what follows a cursor begins: the stacks that what is typed there may lead to.

What is typed may pop the stack at the cursor down to where a rule that is open there is done, and push what
it likes: a node for each place of the stack, and one for each state of the table on top of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from functools import lru_cache

from lsp_server.constraint.bits import bits
from lsp_server.constraint.cursor import CursorState
from lsp_server.constraint.hole import After, left_quotient
from lsp_server.constraint.keeping import Kept
from lsp_server.constraint.layout import bracket_states, innermost_bracket
from lsp_server.constraint.pushed import pushed_in
from lsp_server.constraint.stacks import Node, Outlook
from lsp_server.lalr.grammar import Grammar
from lsp_server.lalr.table import Stack

_CURSORS, _TEXTS = 8, 4
"""For so many cursors it is remembered how so many texts are read."""


class Typing(Enum):
    """What is taken to be typed: nothing, what is balanced, or anything.

    What is balanced closes the brackets that it opens, and perhaps some that were opened in its line. It
    opens no text of several lines.
    """

    NOTHING = "nothing"
    BALANCED = "balanced"
    ANYTHING = "anything"


class Beginning:
    """The stacks that what is typed at a cursor may lead to, and what was read after them before.

    Attributes:
        top: the top of the stack at the cursor.
        edges: by state, what it may be pushed on of that stack.
        edge: the states of `edges`, as bits.
        typed: the states that may be on top of these, as bits.
        known: of texts, an offset in each and how it was read from there on.

    """

    def __init__(self, grammar: Grammar, state: CursorState, typing: Typing) -> None:
        among = _staying_closed(grammar, state.stack) if typing is Typing.BALANCED else -1
        self.top, self.edges = _places(grammar, state, typing, among)
        self.edge = sum(1 << state for state in self.edges)
        self.typed = pushed_in(grammar).reached_from(self.edges, among)
        self.known: Kept[tuple[str, str, int], tuple[int, Outlook]] = Kept(_TEXTS)


@lru_cache(maxsize=64)
def beginnings_in(grammar: Grammar) -> Kept[tuple[object, ...], Beginning]:
    """Those of the last cursors: from one key to the next the stack is most often the same."""
    return Kept(_CURSORS)


def beginning_at(grammar: Grammar, state: CursorState, typing: Typing) -> Beginning:
    """That of a cursor."""
    key = (typing, *_shape(state.stack), _least(grammar, state) if typing is Typing.BALANCED else 0)
    return beginnings_in(grammar).get(key, lambda: Beginning(grammar, state, typing))


def _places(
    grammar: Grammar, state: CursorState, typing: Typing, among: int
) -> tuple[Node, Mapping[int, set[Node]]]:
    """The top of a stack, and by state what it may be pushed on of the stack, or of what is left of it.

    States are pushed right on the stack only `among` some.
    """
    table, pushed, stack = grammar.table, pushed_in(grammar), state.stack
    top_down: list[Stack] = []
    node: Stack | None = stack
    while node is not None:
        top_down.append(node)
        node = node.below
    places: list[Node] = []
    for place in reversed(top_down):
        places.append(Node(place.state, place.tag, places[-1:]))
    if typing is Typing.NOTHING:
        return places[-1], {}
    edges = {target: {places[-1]} for target in bits(pushed.onward(stack.state) & among)}
    opens = bracket_states(grammar)
    least = _least(grammar, state) if typing is Typing.BALANCED else 0
    for symbol in left_quotient(table, stack.states()).rules:
        if isinstance(symbol, After):
            target = table.gotos[places[symbol.depth].state].get(symbol.name)
            if target in table.entered and (symbol.depth >= least or opens[target]):
                edges.setdefault(target, set()).add(places[symbol.depth])
    return places[-1], edges


def _least(grammar: Grammar, state: CursorState) -> int:
    """How deep on the stack the innermost bracket is that was opened before the cursor's line."""
    return innermost_bracket(grammar, state.stack, state.before_line)


def _shape(stack: Stack) -> tuple[object, ...]:
    """What is the same of stacks that are the same."""
    states: list[object] = []
    node: Stack | None = stack
    while node is not None:
        states += (node.state, node.tag)
        node = node.below
    return tuple(states)


def _staying_closed(grammar: Grammar, stack: Stack) -> int:
    """The states that open no bracket, and no text of several lines other than what is open on a stack."""
    opens, modes = bracket_states(grammar), grammar.modes
    closed = grammar.over_lines - {modes[stack.state]}
    return sum(
        1 << state for state in grammar.table.entered if not opens[state] and modes[state] not in closed
    )
