"""What each rule leaves in a tree: reductions that make nodes, as Lark's tree builder has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from lsp_server.cache import cached_property
from lsp_server.lalr import CODE, Grammar, Rule
from lsp_server.lalr.lexicon import Scanner
from lsp_server.lalr.regex import Alt, Chars, Repeat, Seq, in_set
from lsp_server.lalr.regex import Node as Expression
from lsp_server.syntax.brackets import Signs
from lsp_server.syntax.lr.nodes import Green, Kind, parent
from lsp_server.syntax.lr.stack import Entry, Run, flat
from lsp_server.syntax.signs import signs_of

_MOST = 50_000
"""Of so many lexemes it is known that they end where they do whatever comes after the next character; and
of so many states which one they lead to before a terminal."""

_TRIED = 12
"""The most terminals that are worth a try at one place."""

_VISIBLE = "".join(map(chr, (*range(0x21, 0x7F), 0xE9, 0x4E2D)))


@dataclass(frozen=True, slots=True)
class Step:
    """A reduction; `kind` is that of its node, if it makes one, `leaves` those that are unusual.

    Of each of these the index, its kind, and its kind where the parser puts it in.
    """

    origin: str
    size: int
    kind: Kind | None
    single: bool
    leaves: tuple[tuple[int, Kind, Kind], ...]

    @property
    def renames(self) -> bool:
        """Whether a node that is its only symbol stays as it is."""
        return self.size == 1 and not self.leaves and (self.kind is None or self.single)


class Builder:
    """What follows from a grammar for its trees, once and for all texts.

    Attributes:
        steps: the reductions, by the number of the rule.
        leaves, missing: by terminal, the kind of its leaves, and of those that the parser puts in.
        extras: by ignored terminal that is no mere blank, the kind of its leaves.
        between: the state between two elements of the root's list, or -1.
        start: the kind of the root, if no rule tells.
        closers: the terminals that are closing brackets.
    """

    def __init__(self, grammar: Grammar) -> None:
        table, start = grammar.table, grammar.language.start
        self.grammar = grammar
        self.actions = table.actions
        self.gotos = table.gotos
        self.final = table.final
        kept: dict[str, list[bool]] = {}
        for rule in table.rules:
            for symbol, named in zip(rule.expansion, grammar.shapes[rule].named, strict=True):
                if symbol not in table.by_origin:
                    kept.setdefault(symbol, []).append(named)
        self._usual = {name: sum(uses) * 2 >= len(uses) for name, uses in kept.items()}
        self._leaves = {
            (name, named): _leaf(grammar, name, named) for name in kept for named in (True, False)
        }
        self.leaves = {name: self._leaves[name, named] for name, named in self._usual.items()}
        self.missing = {name: replace(kind, missing=True) for name, kind in self.leaves.items()}
        self.extras = {
            name: Kind(name, named=True, extra=True)
            for name in grammar.ignored
            if not _is_blank(grammar.terminals[name].node)
        }
        kinds: dict[str, Kind] = {}
        self.steps = tuple(self._step(rule, kinds) for rule in table.rules)
        self.start = kinds.setdefault(start, Kind(start, named=True))
        self._openers = {opener for opener, _ in grammar.language.brackets}
        texts = {close for _, close in grammar.language.brackets}
        self.closers = [name for name, terminal in grammar.terminals.items() if terminal.word in texts]
        self._sure: dict[Scanner, set[str]] = {}
        self._sure_count = 0
        self.between = _between(grammar)
        self._names: dict[tuple[int, int, str], int] = {}
        self._puts: dict[tuple[int, str], tuple[str, ...]] = {}

    @cached_property
    def signs(self) -> Mapping[str, Signs]:
        """By terminal that is a bracket, or holds some, which these are."""
        return signs_of(self.grammar)

    @cached_property
    def signs_in(self) -> Mapping[Kind, Signs]:
        """The same by kind of leaves."""
        return {kind: self.signs[name] for (name, _), kind in self._leaves.items() if name in self.signs}

    @cached_property
    def kinds(self) -> frozenset[Kind]:
        """The kinds of all nodes that there may be, but errors; also of rules that others always beat."""
        rules = (step.kind for step in self.steps if step.kind is not None)
        shapes = self.grammar.shapes.values()
        beaten = (Kind(shape.kind, named=True) for shape in shapes if not shape.hidden)
        return frozenset((self.start, *rules, *beaten, *self._leaves.values(), *self.extras.values()))

    def comments(self, text: str, start: int, end: int) -> Iterator[Green]:
        """The comments in a stretch of a text, such as the end of a line."""
        grammar = self.grammar
        while start < end:
            for name, kind in self.extras.items():
                found = grammar.lexicon.match_of(grammar.terminals[name])(text, start)
                if found is not None:
                    yield Green(kind, start, found.end(), (), False)
                    start = found.end() - 1
                    break
            start += 1

    def sure(self, scanner: Scanner) -> set[str]:
        """Texts of which a scanner reads all but the last character, whatever comes after; see `is_sure`."""
        return self._sure.setdefault(scanner, set())

    def is_sure(self, scanner: Scanner, text: str) -> None:
        """Keep that a scanner reads all of a text but its last character, whatever comes after."""
        if self._sure_count >= _MOST:
            for known in self._sure.values():
                known.clear()
            self._sure_count = 0
        self._sure_count += 1
        self.sure(scanner).add(text)

    def tag_of(self, terminal: str, text: str, start: int, end: int) -> str | None:
        """The tag that a lexeme opens; None where it opens none."""
        return self.grammar.tag_of(terminal, text[start:end]) if terminal in self.grammar.openers else None

    def advanced(
        self, top: Entry, terminal: str, leaf: Green, extras: tuple[Green, ...], place: int
    ) -> Entry | None:
        """The stack after a terminal; None where it does not fit."""
        while True:
            action = self.actions[top.state].get(terminal)
            if action is None or (action >= 0 and not self.actions[action]):
                return None
            if action >= 0:
                return Entry(action, top, top.tag, leaf, extras, self.grammar.lines_after(top, terminal))
            top = self.reduced(self.steps[~action], top, place, terminal)

    def reduced(self, step: Step, top: Entry, place: int, before: str = "") -> Entry:
        """The stack after a reduction, and after those that leave the node as it is `before` a terminal.

        Comments before the first symbol stay before what is made of it, and such as come after the last are
        not in it either, since they are read later. What has no text is put at `place`.
        """
        below: Entry | None
        made: Green | Run
        if step.size == 1 and not step.leaves:
            made, below, extras = top.value, top.below, top.extras
        else:
            made, below, extras = _popped(step, top)
        assert below is not None
        if step.kind is not None and not (step.single and made.count == 1):
            made = parent(step.kind, flat(made), place)
        state = self.gotos[below.state][step.origin]
        if before and made.count == 1 and below.depth:
            state = self._renamed(state, below.state, before)
        return Entry(state, below, below.tag, made, extras, top.lines)

    def _renamed(self, state: int, below: int, before: str) -> int:
        """The state after all reductions before a terminal that leave the node of one symbol as it is."""
        key = state, below, before
        found = self._names.get(key)
        if found is None:
            if len(self._names) >= _MOST:
                self._names.clear()
            found = state
            while (action := self.actions[found].get(before, 0)) < 0 and self.steps[~action].renames:
                found = self.gotos[below][self.steps[~action].origin]
            self._names[key] = found
        return found

    def puts(self, state: int, before: str) -> tuple[str, ...]:
        """The terminals to put in at a state before another, or any if that is "", the likeliest first."""
        found = self._puts.get((state, before))
        if found is None:
            follow = self._following
            fits = (n for n in self.actions[state] if n in follow and (not before or before in follow[n]))
            likely = sorted(fits, key=self._rank)
            found = self._puts[state, before] = tuple(likely[:_TRIED])
        return found

    def _stays(self, name: str) -> bool:
        """Whether a terminal opens nothing: no bracket, which all that follows would be in, and no string."""
        grammar = self.grammar
        if name in grammar.openers or name not in grammar.terminals:
            return False
        opens = grammar.terminals[name].word in self._openers
        return not opens and all(grammar.modes[state] == CODE for state in grammar.after[name])

    def _rank(self, name: str) -> tuple[int, tuple[int, int, int, str]]:
        terminal = self.grammar.terminals[name]
        if terminal.word is None:
            return 2, terminal.order
        return 0 if name in self.closers else 3 if terminal.word.isidentifier() else 1, terminal.order

    @cached_property
    def _following(self) -> dict[str, frozenset[str]]:
        """By terminal that opens nothing, those that may follow it."""
        after = self.grammar.after
        return {
            name: frozenset(other for state in states for other in self.actions[state])
            for name, states in after.items()
            if name in self.leaves and name in self.grammar.terminals and self._stays(name)
        }

    def _step(self, rule: Rule, kinds: dict[str, Kind]) -> Step:
        shape = self.grammar.shapes[rule]
        kind = None if shape.hidden else kinds.setdefault(shape.kind, Kind(shape.kind, named=True))
        leaves = tuple(
            (index, kind_of := self._leaves[symbol, named], replace(kind_of, missing=True))
            for index, (symbol, named) in enumerate(zip(rule.expansion, shape.named, strict=True))
            if symbol in self._usual and named != self._usual[symbol]
        )
        return Step(rule.origin, len(rule.expansion), kind, shape.single, leaves)


def _popped(step: Step, top: Entry) -> tuple[Run, Entry | None, tuple[Green, ...]]:
    """The symbols of a reduction, the stack below them, and what stands before the first."""
    parts, count = list[Green | Run](), 0
    extras: tuple[Green, ...] = ()
    below: Entry | None = top
    for index in range(step.size - 1, -1, -1):
        assert below is not None
        value, extras = below.value, below.extras
        for leaf, kind, missing in step.leaves:
            if leaf == index and isinstance(value, Green):
                shown = missing if value.kind.missing else kind
                value = Green(shown, value.start, value.end, (), value.broken)
        count += value.count
        parts.append(value)
        if index:
            parts.extend(extras[::-1])
        below = below.below
    return Run(tuple(parts[::-1]), count), below, extras


def _between(grammar: Grammar) -> int:
    """The state between two elements of the root's list, if they are children of the root; else -1."""
    stack, table = grammar.list_stack, grammar.table
    if stack is None:
        return -1
    lists = [name for name, state in table.gotos[0].items() if state == stack.state]
    hidden = all(grammar.shapes[rule].hidden for name in lists for rule in table.by_origin[name])
    return stack.state if hidden else -1


def _leaf(grammar: Grammar, name: str, named: bool) -> Kind:
    word = grammar.terminals[name].word if name in grammar.terminals else None
    return Kind(name if named or word is None else word, named)


def _is_blank(expression: Expression) -> bool:
    """Whether all that an expression matches is white space."""
    match expression:
        case Chars(source):
            return not any(map(in_set(source).match, _VISIBLE))
        case Seq(items) | Alt(items):
            return all(map(_is_blank, items))
        case Repeat(item, _, _):
            return _is_blank(item)
