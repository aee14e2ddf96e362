"""Where a reading of what follows a cursor begins: the stacks that what is typed there may lead to.

What is typed may pop the stack at the cursor down to where a rule that is open there is done, and push what
it likes: a node for each place of the stack, and one for each state of the table on top of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache

from lsp_server.cache import LruCache
from lsp_server.constraint.bits import bits
from lsp_server.constraint.brackets import bracket_states
from lsp_server.constraint.cursor import CursorState
from lsp_server.constraint.hole import After, left_quotient
from lsp_server.constraint.pushed import pushed_in
from lsp_server.constraint.stacks import Node, Nodes
from lsp_server.lalr.automaton import State
from lsp_server.lalr.general import first_of, tops_of
from lsp_server.lalr.grammar import Grammar
from lsp_server.lalr.table import Stack

_CURSORS = 8
"""For so many cursors the stacks are remembered."""

_MOST = 12
"""Where a lexeme may become more terminals than this, none is taken for begun."""


class Typing(Enum):
    """What is taken to be typed: nothing, what is balanced, or anything.

    What is balanced closes the brackets that it opens, and perhaps some that were opened in its line. It
    opens no text of several lines.
    """

    NOTHING = "nothing"
    BALANCED = "balanced"
    ANYTHING = "anything"


@dataclass(frozen=True, slots=True)
class Begun:
    """A lexeme that touches a cursor, whatever is typed, as it is or with more letters.

    `going_on` is the automaton after any more of it, `stacks` are those after each terminal that it is or
    may become.
    """

    going_on: State
    stacks: tuple[Stack, ...]


class Beginning:
    """The stacks that what is typed at a cursor may lead to.

    Args:
        grammar: the language.
        state: the state at the cursor.
        typing: what is taken to be typed.
        begun: the stacks after the lexeme that touches the cursor, if it is known to be one.

    Attributes:
        top: the top of the stack at the cursor.
        edges: by state, what it may be pushed on of that stack.
        edge: the states of `edges`, as bits.
        typed: the states that may be on top of these, as bits.

    """

    def __init__(self, grammar: Grammar, state: CursorState, typing: Typing, begun: Sequence[Stack]) -> None:
        among = _staying_closed(grammar, state.stack) if typing is Typing.BALANCED else -1
        least = _least(grammar, state) if typing is Typing.BALANCED else 0
        own = tops_of(state.stack) or (first_of(state.stack),)
        self.top = _nodes(own[0])[-1]
        self.edges: dict[int, Nodes] = {}
        for stack in (begun or own) if typing is not Typing.NOTHING else ():
            stack = first_of(stack)
            nodes = _nodes(stack)
            if begun:
                self.edges.setdefault(stack.state, {})[nodes[-2]] = None
            for target, node in _edges(grammar, stack, nodes, among, least):
                self.edges.setdefault(target, {})[node] = None
        self.edge = sum(1 << state for state in self.edges)
        self.typed = pushed_in(grammar).reached_from(self.edges, among)


@lru_cache(maxsize=64)
def beginnings_in(grammar: Grammar) -> LruCache[tuple[object, ...], Beginning]:
    """Those of the last cursors: from one key to the next the stack is most often the same."""
    return LruCache(_CURSORS)


def beginning_at(grammar: Grammar, state: CursorState, typing: Typing, begun: Sequence[Stack]) -> Beginning:
    """That of a cursor; `begun` are the stacks after the lexeme that touches it, if it is known to be one."""
    key = (
        typing,
        *map(_shape, (state.stack, *begun)),
        _least(grammar, state) if typing is Typing.BALANCED else 0,
    )
    return beginnings_in(grammar).get(key, lambda: Beginning(grammar, state, typing, begun))


def lexeme_begun(grammar: Grammar, text: str, state: CursorState) -> Begun | None:
    """The lexeme that touches the cursor of a settled state, if what stands of it is one.

    None where that cannot be said, or where it may become very many.
    """
    stack, offset, cursor = state.stack, state.offset, state.cursor
    reached = _reached(grammar, stack, text, offset, cursor)
    names = reached.alive | reached.accepting
    plain = names.isdisjoint({*grammar.ignored, *grammar.line_ends, *grammar.openers})
    if offset >= cursor or not names or not (reached.accepting and plain) or len(names) > _MOST:
        return None
    shifted = (grammar.shift(stack, name, text, offset, cursor) for name in sorted(names))
    stacks = tuple(after for after in shifted if after is not None)
    return Begun(reached.onward(), stacks) if stacks else None


def is_in_text(grammar: Grammar, text: str, state: CursorState) -> bool:
    """Whether what stands at the cursor may go on with words and blanks, as a string may."""
    state = settled(grammar, text, state)
    reached = _reached(grammar, state.stack, text, state.offset, state.cursor)
    after = grammar.automaton.start(grammar.scanner_at(state.here).terminals)
    return any(not one.step(" ").step("a").alive <= grammar.ignored for one in (reached, after))


def settled(grammar: Grammar, text: str, state: CursorState) -> CursorState:
    """The state before the lexeme that touches the cursor, or at it: those before are whole, and are read."""
    stack, offset, cursor = state.stack, state.offset, state.cursor
    while not _reached(grammar, stack, text, offset, cursor).alive:
        found = grammar.scanner_at(stack).match(text, offset)
        if found is None:
            break
        terminal, end = found
        after = stack if terminal in grammar.ignored else grammar.shift(stack, terminal, text, offset, end)
        if after is None:
            break
        stack, offset = after, end
    return replace(state, stack=stack, offset=offset)


def _reached(grammar: Grammar, stack: Stack, text: str, offset: int, cursor: int) -> State:
    """The automaton at a cursor, from the beginning of a lexeme on; dead where that is whole before it."""
    return grammar.automaton.start(grammar.scanner_at(stack).terminals).run(text, offset, cursor)


def _nodes(stack: Stack) -> list[Node]:
    """The places of a stack, from below."""
    places: list[Node] = []
    for place in reversed([*stack.down()]):
        places.append(Node(place.state, place.tag, places[-1:]))
    return places


def _edges(
    grammar: Grammar, stack: Stack, nodes: Sequence[Node], among: int, least: int
) -> Iterator[tuple[int, Node]]:
    """What states may be pushed on which places of a stack, or on those of what is left of it.

    States are pushed right on the stack only `among` some, and on what is left of it at least so deep.
    """
    table, pushed = grammar.table, pushed_in(grammar)
    yield from ((target, nodes[-1]) for target in bits(pushed.onward(stack.state) & among))
    opens = bracket_states(grammar).opens
    left = left_quotient(table, stack.states())
    for symbol in left.rules:
        if isinstance(symbol, After):
            target = table.gotos[nodes[symbol.depth].state].get(symbol.name)
            if target in table.entered and (symbol.depth >= least or opens[target]):
                yield target, nodes[symbol.depth]


def _least(grammar: Grammar, state: CursorState) -> int:
    """How deep on the stack the innermost bracket is that was opened before the cursor's line; else 0."""
    stack = state.stack
    shared = stack.states()[: stack.shared_with(state.before_line) + 1]
    return max(bracket_states(grammar).open_on(shared), default=0)


def _shape(stack: Stack) -> tuple[object, ...]:
    """What is the same of stacks that are the same."""
    return tuple((node.state, node.tag) for node in stack.down())


def _staying_closed(grammar: Grammar, stack: Stack) -> int:
    """The states that open no bracket, and no text of several lines other than what is open on a stack."""
    opens, modes = bracket_states(grammar).opens, grammar.modes
    closed = grammar.over_lines - {modes[stack.state]}
    return sum(
        1 << state for state in grammar.table.entered if not opens[state] and modes[state] not in closed
    )
