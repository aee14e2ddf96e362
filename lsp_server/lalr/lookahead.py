"""LALR(1) lookaheads of the states of a grammar, as Lark works them out, in sets that are bits of integers.

What may follow a nonterminal that a state goes over is a fixed point over relations of such steps (DeRemer,
Pennello: Efficient Computation of LALR(1) Look-Ahead Sets, 1982). That the rest of a rule is read in the same
way from all states in which the rule begins, and which its first symbol leads to one, is made use of.
"""

from __future__ import annotations

from collections.abc import Sequence

from lsp_server.lalr.fixpoints import spread
from lsp_server.lalr.states import Numbered, States
from lsp_server.lalr.table import END

Lookaheads = tuple[dict[int, int], ...]
"""By state, the rules that have ended there, each with the bits of the terminals that may come then."""


def find_lookaheads(grammar: Numbered, states: States) -> Lookaheads:
    """The lookaheads of all states. The bit of a terminal is `1 << symbol`."""
    known, nullable = grammar.by_origin, grammar.nullable
    steps: list[dict[int, int]] = []
    """By state and nonterminal, the number of the step."""
    follow: list[int] = []
    shifts = [sum(1 << symbol for symbol in row if symbol not in known) for row in states.moves]
    for row in states.moves:
        numbered = {}
        for symbol, target in row.items():
            if symbol in known:
                numbered[symbol] = len(follow)
                follow.append(shifts[target])
        steps.append(numbered)
    (start,) = grammar.bodies[-1]
    follow[steps[0][start]] |= 1 << grammar.numbers[END]
    nullable_steps = [[number for symbol, number in row.items() if symbol in nullable] for row in steps]
    reads = [nullable_steps[states.moves[state][symbol]] for state, row in enumerate(steps) for symbol in row]
    spread(follow, reads)
    return _ended(grammar, states, steps, follow)


def _ended(
    grammar: Numbered, states: States, steps: Sequence[dict[int, int]], follow: list[int]
) -> Lookaheads:
    """Let what follows a nonterminal follow what it ends with, and find where that has ended."""
    moves, bodies = states.moves, grammar.bodies
    solid = [_solid(body, grammar.nullable) for body in bodies]
    """By rule, the place of its last symbol that cannot be empty."""
    includes: list[list[int]] = [[] for _ in follow]
    found: Lookaheads = tuple({} for _ in moves)
    rests: dict[tuple[int, int], list[int]] = {}
    """By state and rule, the steps whose rule goes on there after its first symbol."""

    def walk(state: int, rule: int, dot: int) -> tuple[int, list[int]]:
        """The state at the end of a rule from a dot in it, and the steps on the way that it may end with."""
        body, ending = bodies[rule], []
        for place in range(dot, len(body)):
            symbol = body[place]
            if place >= solid[rule] and symbol in steps[state]:
                ending.append(steps[state][symbol])
            state = moves[state][symbol]
        return state, ending

    for state, row in enumerate(steps):
        for symbol, step in row.items():
            for rule in grammar.by_origin[symbol]:
                body = bodies[rule]
                if not body:
                    rests.setdefault((state, rule), []).append(step)
                    continue
                if solid[rule] <= 0 and body[0] in row:
                    includes[row[body[0]]].append(step)
                rests.setdefault((moves[state][body[0]], rule), []).append(step)
        for item in states.kernels[state]:
            rule, dot = grammar.items[item]
            begun = row.get(grammar.numbers.get(grammar.rules[rule].origin, -1)) if dot else None
            if begun is not None:
                # Lark does not look where in its rule the item is.
                for ending in walk(state, rule, dot)[1]:
                    includes[ending].append(begun)
    ends = []
    for (state, rule), begun_by in rests.items():
        end, endings = walk(state, rule, min(1, len(bodies[rule])))
        ends.append((end, rule, len(follow)))
        for ending in endings:
            includes[ending].append(len(follow))
        follow.append(0)
        includes.append(begun_by)
    spread(follow, includes)
    for state, rule, number in ends:
        found[state][rule] = found[state].get(rule, 0) | follow[number]
    return found


def _solid(body: Sequence[int], nullable: frozenset[int]) -> int:
    return next((place for place in reversed(range(len(body))) if body[place] not in nullable), 0)
