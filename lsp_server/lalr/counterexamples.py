"""Sentences that show a conflict: one for each of the two things that the parser could do.

After Isradisaikul and Myers (Finding Counterexamples from Parsing Conflicts, 2015): the shortest way to the
conflict on which its terminal may come next; from there one sentence that both rules read, if a bounded
search finds one, which proves that the grammar is ambiguous; else a sentence for each rule, alike up to the
conflict. Here two parsers run side by side on one way to the conflict, whole nonterminals being read as one
symbol, until their stacks are the same again.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from lsp_server.lalr.fixpoints import NULLABLE, reached
from lsp_server.lalr.itemsets import Clash, ItemSets
from lsp_server.lalr.sentences import Sentences
from lsp_server.lalr.table import END, Item, Rule

Symbols = tuple[str, ...]
Stack = tuple[int, ...]
_Place = tuple[int, Item, bool]
"""A state or depth, an item there, and whether the conflict's terminal may come once that is done."""

QUICK, THOROUGH = 1_500, 10_000
"""So many places are enough for most ambiguities, and for almost all."""
_DEEPER = 12
"""How far the two parsers may go beyond the way to the conflict."""


@dataclass(frozen=True, slots=True)
class RuleUse:
    """A sentence of symbols in which one of two rules is used.

    The parser cannot decide before symbol number `dot`; the rule reads the symbols from `first` to `last`.
    """

    symbols: Symbols
    dot: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Pair:
    """A reading for each of the two rules; of one sentence where the grammar is ambiguous.

    `together`: both are alike up to the conflict. If they are not, it is there only because LALR(1) takes
    states together.
    """

    ended: RuleUse
    other: RuleUse
    ambiguous: bool
    together: bool


@dataclass(frozen=True, slots=True)
class _Way:
    """The states on the stack at an item, the symbols between them, and what may still come, inner first."""

    stack: Stack
    symbols: Symbols
    rests: tuple[Symbols, ...]


def find_pair(sets: ItemSets, sentences: Sentences, clash: Clash, steps: int = THOROUGH) -> Pair | None:
    """Sentences for a conflict; None where there are none.

    There are none where Lark has more lookaheads than LALR(1) needs: it does not look where in a rule an item
    is whose nonterminal also stands after its dot.

    Args:
        sets: the item sets of the grammar.
        sentences: its shortest sentences.
        clash: the conflict.
        steps: how many places to look at for one sentence that both rules read.

    """
    way = _shortest_way(sets, sentences, clash.state, clash.ended, clash.terminal)
    if way is None:
        return None
    dot = len(way.symbols)
    begun = dot - len(clash.ended.rule.expansion)
    if (both := _read_both_ways(sets, sentences, way, clash, steps)) is not None:
        after, first, last = both
        symbols = way.symbols + after
        return Pair(RuleUse(symbols, dot, begun, dot), RuleUse(symbols, dot, first, last), True, True)
    rest = sentences.from_rests(way.rests, clash.terminal)
    if rest is None:
        return None
    ended = RuleUse(way.symbols + rest, dot, begun, dot)
    item = clash.other
    other = _along(sets, way, item, None if clash.shift else clash.terminal)
    together = other is not None
    if other is None:
        other = _shortest_way(sets, sentences, clash.state, item, clash.terminal)
    if other is None:
        return None
    at = len(other.symbols)
    if clash.shift:
        own = item.rule.expansion[item.dot :]
        after = own + tuple(symbol for rest in other.rests for symbol in rest)
        last = at + len(own)
    else:
        begun_so = sentences.from_rests(other.rests, clash.terminal)
        if begun_so is None:
            return None
        after, last = begun_so, at
    return Pair(ended, RuleUse(other.symbols + after, at, at - item.dot, last), False, together)


def _shortest_way(sets: ItemSets, sentences: Sentences, state: int, goal: Item, terminal: str) -> _Way | None:
    """The shortest way to an item of a state such that it may be done before a terminal."""
    leading = _leading_to(sets, state, goal)
    start = (0, Item(sets.root, 0), terminal == END)
    before: dict[_Place, _Place | None] = {}
    order = count()
    queue: list[tuple[int, int, _Place, _Place | None]] = [(0, next(order), start, None)]
    while queue:
        cost, _, node, origin = heapq.heappop(queue)
        if node in before:
            continue
        before[node] = origin
        at, item, followed = node
        if followed and at == state and item == goal:
            return _retrace(before, node)
        if item.dot == len(item.rule.expansion):
            continue
        symbol = item.rule.expansion[item.dot]
        target = sets.moves[at][symbol], Item(item.rule, item.dot + 1)
        if target in leading:
            heapq.heappush(queue, (cost + 1 + sentences.cost(symbol), next(order), (*target, followed), node))
        for inner in _begun(sets, item, followed, terminal):
            if (at, inner[0]) in leading and (at, *inner) not in before:
                heapq.heappush(queue, (cost + 1, next(order), (at, *inner), node))
    return None


def _begun(sets: ItemSets, item: Item, followed: bool, terminal: str) -> Iterator[tuple[Item, bool]]:
    """The items of what stands after an item's dot, and whether a terminal may follow them."""
    symbol = item.rule.expansion[item.dot]
    if symbol in sets.by_origin:
        ahead = sets.begin(item.rule.expansion[item.dot + 1 :])
        then = bool(ahead & sets.bits[terminal]) or (followed and bool(ahead & NULLABLE))
        yield from ((Item(rule, 0), then) for rule in sets.by_origin[symbol])


def _leading_to(sets: ItemSets, state: int, goal: Item) -> set[tuple[int, Item]]:
    """The items of states that can lead to one."""

    def before(place: tuple[int, Item]) -> list[tuple[int, Item]]:
        at, item = place
        if not item.dot:
            return [(at, user) for user in sets.before(at, item.rule.origin)]
        earlier = Item(item.rule, item.dot - 1)
        return [(source, earlier) for source in sets.sources[at] if earlier in sets.known[source]]

    return reached([(state, goal)], before)


def _retrace(before: Mapping[_Place, _Place | None], node: _Place) -> _Way:
    stack: list[int] = [node[0]]
    symbols: list[str] = []
    rests: list[Symbols] = []
    while (earlier := before[node]) is not None:
        if node[1].dot:
            symbols.append(earlier[1].rule.expansion[earlier[1].dot])
            stack.append(earlier[0])
        else:
            rests.append(earlier[1].rule.expansion[earlier[1].dot + 1 :])
        node = earlier
    return _Way(tuple(reversed(stack)), tuple(reversed(symbols)), tuple(rests))


def _along(sets: ItemSets, way: _Way, goal: Item, terminal: str | None) -> _Way | None:
    """What may come after an item at the end of a way, before a terminal if there is one."""
    start = (0, Item(sets.root, 0), terminal == END)
    before: dict[_Place, _Place | None] = {start: None}
    pending = [start]
    for node in pending:
        depth, item, followed = node
        if depth == len(way.symbols) and item == goal and (followed or terminal is None):
            return _Way(way.stack, way.symbols, _retrace(before, node).rests)
        if item.dot == len(item.rule.expansion):
            continue
        targets = [(depth, *inner) for inner in _begun(sets, item, followed, terminal or END)]
        if way.symbols[depth : depth + 1] == (item.rule.expansion[item.dot],):
            targets.append((depth + 1, Item(item.rule, item.dot + 1), followed))
        fresh = [target for target in targets if target not in before]
        before.update(dict.fromkeys(fresh, node))
        pending.extend(dict.fromkeys(fresh))
    return None


@dataclass(frozen=True, slots=True)
class _Two:
    """Two parsers after the same symbols. `over` is what the second has made of the conflict's terminal."""

    ended: Stack
    other: Stack
    read: bool
    over: tuple[int, int] | None


def _read_both_ways(
    sets: ItemSets, sentences: Sentences, way: _Way, clash: Clash, steps: int
) -> tuple[Symbols, int, int] | None:
    """Symbols after the conflict that two parsers read to the same end, and what the other rule reads."""
    dot = len(way.symbols)
    ended = _reduce(sets, way.stack, clash.ended.rule)
    other = way.stack if clash.shift else _reduce(sets, way.stack, clash.other.rule)
    if ended is None or other is None:
        return None
    over = None if clash.shift else (dot - clash.other.dot, dot)
    start = _Two(ended, other, False, over)
    order = count()
    queue: list[tuple[int, int, _Two, Symbols]] = [(0, next(order), start, ())]
    done: set[_Two] = set()
    while queue and len(done) + len(queue) < steps:
        cost, _, node, read = heapq.heappop(queue)
        if node in done:
            continue
        done.add(node)
        if node.read and node.ended == node.other and node.over is not None:
            rest = () if node.ended == () else _shortest_end(sets, sentences, node.ended)
            return None if rest is None else (read + rest, *node.over)
        for step, symbol in _steps(sets, node, clash, dot, len(read)):
            if max(len(step.ended), len(step.other)) <= dot + _DEEPER and step not in done:
                more = 1 if symbol is None else 3 + sentences.cost(symbol)
                seen = read if symbol is None or symbol == END else (*read, symbol)
                heapq.heappush(queue, (cost + more, next(order), step, seen))
    return None


def _steps(
    sets: ItemSets, node: _Two, clash: Clash, dot: int, read: int
) -> Iterator[tuple[_Two, str | None]]:
    """What one of two parsers may reduce, and what both may read next."""
    waiting = clash.terminal if not node.read else None
    for rule in _reducible(sets, node.ended[-1:], waiting):
        if (stack := _reduce(sets, node.ended, rule)) is not None:
            yield _Two(stack, node.other, node.read, node.over), None
    if node.read or not clash.shift:
        for rule in _reducible(sets, node.other[-1:], waiting):
            if (stack := _reduce(sets, node.other, rule)) is not None:
                over = node.over
                base = len(node.other) - 1 - len(rule.expansion)
                if over is None and base <= dot - clash.other.dot:
                    over = (base, dot + read) if rule == clash.other.rule else None
                    if over is None:
                        continue
                yield _Two(node.ended, stack, node.read, over), None
    if not node.ended or not node.other:
        return
    moves, others = sets.moves[node.ended[-1]], sets.moves[node.other[-1]]
    for symbol in sorted(moves.keys() & others.keys()):
        if not node.read and symbol != clash.terminal:
            continue
        yield (
            _Two((*node.ended, moves[symbol]), (*node.other, others[symbol]), True, node.over),
            symbol,
        )
    if _at_end(sets, node.ended) and _at_end(sets, node.other) and waiting in (None, END):
        yield _Two((), (), True, node.over), END


def _at_end(sets: ItemSets, stack: Stack) -> bool:
    return len(stack) == 2 and Item(sets.root, 1) in sets.known[stack[-1]]


def _reducible(sets: ItemSets, top: Iterable[int], before: str | None) -> Iterator[Rule]:
    for state in top:
        rules = sets.ends(state, before) if before else sets.ended[state]
        yield from rules


def _reduce(sets: ItemSets, stack: Stack, rule: Rule) -> Stack | None:
    below = stack[: len(stack) - len(rule.expansion)]
    target = sets.moves[below[-1]].get(rule.origin) if below else None
    return None if target is None else (*below, target)


def _shortest_end(sets: ItemSets, sentences: Sentences, stack: Stack) -> Symbols | None:
    """The shortest symbols after which a stack is at the end of a text.

    It is found among the nonterminals that stand on the stack unfinished: what may follow one that began at
    a depth is what may follow it in an item of the state there.
    """
    order = count()
    queue: list[tuple[int, int, int, str, Symbols]] = []
    done: set[tuple[int, str]] = set()

    def push(cost: int, depth: int, origin: str, read: Symbols, rest: Sequence[str]) -> None:
        more = sum(map(sentences.cost, rest))
        heapq.heappush(queue, (cost + more, next(order), depth, origin, (*read, *rest)))

    top = len(stack) - 1
    for item in sets.items[stack[top]]:
        if item.dot:
            push(0, top - item.dot, item.rule.origin, (), item.rule.expansion[item.dot :])
    while queue:
        cost, _, depth, origin, read = heapq.heappop(queue)
        if origin == sets.root.origin:
            return read
        if (depth, origin) in done:
            continue
        done.add((depth, origin))
        for item in sets.before(stack[depth], origin):
            push(cost, depth - item.dot, item.rule.origin, read, item.rule.expansion[item.dot + 1 :])
    return None
