"""What the nodes of a grammar's trees consist of: the bodies of its rules, what leaves no node opened up.

A form is one way in which a node of a kind is written. It does not tell how often something is repeated.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from lsp_server.cache import cached_property
from lsp_server.inspection.roles import Role, roles
from lsp_server.lalr import Grammar, Rule

_MOST = 48
"""So many forms of a rule are looked at."""


@dataclass(frozen=True, slots=True)
class NodePart:
    """A terminal or rule in a form, `named` as in the tree.

    It is `repeated` where it may be missing or many, and `chosen` where something else may stand as well.
    """

    symbol: str
    named: bool
    repeated: bool = False
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class NodeForm:
    """One way to write a node: its kind, the rule that it is of, and its children."""

    kind: str
    origin: str
    parts: tuple[NodePart, ...]


_Parts = tuple[NodePart, ...]


class Forms:
    """The forms of a grammar, and what its terminals are for."""

    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar
        self.roles = roles(grammar)
        self._opened: dict[str, tuple[_Parts, ...]] = {}

    @cached_property
    def all(self) -> tuple[NodeForm, ...]:
        """All forms of all rules that leave nodes, in the order of the grammar."""
        return tuple(dict.fromkeys(self._forms()))

    @cached_property
    def names(self) -> dict[str, tuple[str, ...]]:
        """By symbol that stands for a name, the patterns of the nodes that it leaves.

        That is a terminal that reads names, and a rule of nothing but one such.
        """
        found: dict[str, tuple[str, ...]] = {
            name: (f"({name})",) for name, role in self.roles.items() if role is Role.NAME
        }
        before = -1
        while before != len(found):
            before = len(found)
            for origin, rules in self.grammar.table.by_origin.items():
                bodies = [rule.expansion for rule in rules]
                one = all(len(body) == 1 for body in bodies)
                known = [body for body in bodies if body[0] in found] if one else []
                quoted = [body for body in bodies if self.roles.get(body[0]) is Role.STRING] if one else []
                if known and origin not in found and len(known) + len(quoted) == len(bodies):
                    found[origin] = self._patterns(origin, found)
        return found

    def _patterns(self, origin: str, known: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
        """What a rule of one symbol leaves: a node of its own, or that of the symbol."""
        patterns: list[str] = []
        for rule in self.grammar.table.by_origin[origin]:
            shape = self.grammar.shapes[rule]
            inner = known.get(rule.expansion[0], (f"({rule.expansion[0]})",))
            patterns += inner if shape.hidden or shape.single else (f"({shape.kind})",)
        return tuple(dict.fromkeys(patterns))

    @cached_property
    def quoted_names(self) -> tuple[str, ...]:
        """The quotation marks in which names may stand: terminals for strings that stand where names do."""
        rules = [rule for name in self.names for rule in self.grammar.table.by_origin.get(name, ())]
        strings = [rule.expansion[0] for rule in rules if self.roles.get(rule.expansion[0]) is Role.STRING]
        return tuple(dict.fromkeys(self.grammar.terminals[name].pattern[0] for name in strings))

    def text(self, part: NodePart) -> str | None:
        """The fixed text of a part, if it has one."""
        terminal = self.grammar.terminals.get(part.symbol)
        return None if terminal is None else terminal.word

    def role(self, part: NodePart) -> Role | None:
        """What a part is for that is a terminal; a rule that stands for a name is a name too."""
        return Role.NAME if part.symbol in self.names else self.roles.get(part.symbol)

    def pattern(self, part: NodePart) -> str:
        """How a query names the node of a part that is a terminal."""
        text = self.text(part)
        return f"({part.symbol})" if part.named else quoted(part.symbol if text is None else text)

    def directly_in(self, origin: str, stop: frozenset[str]) -> frozenset[str]:
        """The rules that what a rule derives is made of, but nothing of what those to `stop` at derive."""
        found: set[str] = set()
        pending = [origin]
        while pending:
            symbol = pending.pop()
            for rule in self.grammar.table.by_origin.get(symbol, ()):
                for part in rule.expansion:
                    if part in self.grammar.table.by_origin and part not in found:
                        found.add(part)
                        pending += [part] if part not in stop else []
        return frozenset(found)

    def _forms(self) -> Iterator[NodeForm]:
        for rules in self.grammar.table.by_origin.values():
            for rule in rules:
                shape = self.grammar.shapes[rule]
                if shape.hidden:
                    continue
                for parts in self._open(rule):
                    kept = sum(part.named for part in parts)
                    if not (shape.single and kept == 1 and not any(part.repeated for part in parts)):
                        yield NodeForm(shape.kind, rule.origin, parts)

    def _open(self, rule: Rule) -> tuple[_Parts, ...]:
        bodies: list[_Parts] = [()]
        for symbol, named in zip(rule.expansion, self.grammar.shapes[rule].named, strict=True):
            options = self._of_symbol(symbol, named)
            bodies = [before + after for before in bodies for after in options][:_MOST]
        return tuple(bodies)

    def _of_symbol(self, symbol: str, named: bool) -> tuple[_Parts, ...]:
        rules = self.grammar.table.by_origin.get(symbol)
        if rules is None:
            return ((NodePart(symbol, named),),)
        if not self.grammar.shapes[rules[0]].hidden or symbol in self.names:
            return ((NodePart(symbol, True),),)
        known = self._opened.get(symbol)
        if known is None:
            self._opened[symbol] = ()  # what is recursive is as good as repeated
            known = self._opened[symbol] = self._of_hidden(symbol, rules)
        return known

    def _of_hidden(self, symbol: str, rules: tuple[Rule, ...]) -> tuple[_Parts, ...]:
        if any(symbol in rule.expansion for rule in rules):
            parts = [
                NodePart(part.symbol, part.named, repeated=True)
                for rule in rules
                for inner, named in zip(rule.expansion, self.grammar.shapes[rule].named, strict=True)
                if inner != symbol
                for body in self._of_symbol(inner, named)
                for part in body
            ]
            return (tuple(dict.fromkeys(parts)),)
        bodies = tuple(dict.fromkeys(body for rule in rules for body in self._open(rule)))[:_MOST]
        if len(bodies) > 1:
            bodies = tuple(tuple(replace(part, chosen=True) for part in body) for body in bodies)
        return bodies


def quoted(text: str) -> str:
    """A text as a query writes it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'
