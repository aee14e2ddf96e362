"""A Lark grammar written out as a tree-sitter grammar, in JSON, from which tree-sitter generates a parser.

Its nodes are those that Lark's tree has. A rule that sometimes leaves no node of its own, or one of another
kind, is a hidden rule there, and the bodies that leave one are rules beside it. Where a rule may end or go
on, it goes on, as Lark does: each rule is right associative. A list is a repetition where it stands, which
tree-sitter keeps balanced, so that an edit in a long one stays cheap.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from lsp_server.lalr import Grammar
from lsp_server.syntax.generated.names import Names
from lsp_server.syntax.generated.productions import Part, Productions, productions
from lsp_server.syntax.generated.tokens import Json, Tokens

_BLANK: Json = {"type": "BLANK"}
_LARGEST = 30
"""A list of so many symbols is written where it stands; a larger one is a rule."""

Parts = tuple[Part, ...]


def write_grammar(grammar: Grammar, name: str, conflicts: Collection[Sequence[str]] = ()) -> str:
    """The JSON of a grammar.

    Args:
        grammar: what is written out.
        name: of the language; a word.
        conflicts: names of rules between which tree-sitter is to decide while it parses.

    """
    made = productions(grammar)
    names = Names()
    rules = _Rules(made, names)
    tokens = Tokens(grammar, made.leaves(), names)
    written = rules.written(tokens)
    defined, word = tokens.rules(), tokens.word()
    return json.dumps(
        {
            "name": name,
            **({"word": word} if word in defined else {}),
            "rules": written | defined,
            "extras": tokens.extras(),
            "conflicts": [list(rules) for rules in conflicts],
            "precedences": [],
            "externals": tokens.externals(),
            "inline": [],
            "supertypes": [],
        },
        indent=1,
    )


@dataclass(frozen=True, slots=True)
class _List:
    """A nonterminal that is one of `first`, and then any number of `further`."""

    first: tuple[Parts, ...]
    further: tuple[Parts, ...]

    @property
    def size(self) -> int:
        return sum(map(len, self.first + self.further))


class _Rules:
    """The rules of nonterminals; each is written once it is referred to."""

    def __init__(self, made: Productions, names: Names) -> None:
        self._made = made
        self._lists = {name: found for name in made.bodies if (found := _list_of(made, name)) is not None}
        self._root = names.take(made.start.lstrip("_"))
        self._names: dict[str, str] = {}
        self._nodes: dict[str, dict[str, str]] = {}
        for name, bodies in made.bodies.items():
            kinds = dict.fromkeys(body.kind for body in bodies)
            if name == made.start == self._root and list(kinds) == [name] and name not in made.nullable:
                self._names[name] = self._root
            elif list(kinds) == [name] and name != made.start:
                self._names[name] = names.take(name)
            else:
                self._names[name] = names.take("_" + name.lstrip("_"))
                self._nodes[name] = {
                    kind: names.take(kind if kind == name != made.start else f"{self._names[name]}_{kind}")
                    for kind in kinds
                    if kind is not None
                }
        self._tokens: Tokens
        self._wanted: dict[str, None] = {}

    def written(self, tokens: Tokens) -> dict[str, Json]:
        """All rules, the one at the root first: it always leaves a node."""
        self._tokens = tokens
        start = self._made.start
        rules = {self._root: self._rule(self._at_root(start))}
        rules.update((rule, self._rule(ways)) for rule, ways in self._nodes_of(start))
        done: set[str] = set()
        while left := [name for name in self._wanted if name not in done]:
            for name in left:
                done.add(name)
                rules.update(
                    (rule, self._rule(ways)) for rule, ways in self._rules_of(name) if rule not in rules
                )
        return rules

    def _at_root(self, start: str) -> list[Json]:
        ways = [
            self._node(start, body.kind) if body.kind not in (None, start) else self._body(body.parts, ())
            for body in self._made.bodies[start]
        ]
        return [*ways, _BLANK] if start in self._made.nullable else ways

    def _rules_of(self, name: str) -> Iterator[tuple[str, list[Json]]]:
        """The rules that a nonterminal is made of: by name, the ways to derive it."""
        bodies = self._made.bodies[name]
        split = self._nodes.get(name, {})
        ways = [
            self._node(name, body.kind) if body.kind in split else self._body(body.parts, (name,))
            for body in bodies
        ]
        yield self._names[name], ways
        yield from self._nodes_of(name)

    def _nodes_of(self, name: str) -> Iterator[tuple[str, list[Json]]]:
        """The rules for those bodies of a nonterminal that leave a node, where others leave none."""
        for kind, rule in self._nodes.get(name, {}).items():
            yield rule, [self._body(b.parts, ()) for b in self._made.bodies[name] if b.kind == kind]

    def _node(self, name: str, kind: str | None) -> Json:
        """A reference to those bodies of a nonterminal that leave a node of a kind."""
        assert kind is not None
        rule = self._nodes[name][kind]
        symbol: Json = {"type": "SYMBOL", "name": rule}
        return symbol if rule == kind else {"type": "ALIAS", "content": symbol, "named": True, "value": kind}

    def _rule(self, ways: Sequence[Json]) -> Json:
        return {"type": "PREC_RIGHT", "value": 0, "content": _choice(ways)}

    def _body(self, parts: Parts, within: tuple[str, ...]) -> Json:
        """A body that is not empty."""
        made = [(self._part(part, within), part.symbol in self._made.nullable) for part in parts]
        if not all(nullable for _, nullable in made):
            return _sequence(_optional(part) if nullable else part for part, nullable in made)
        return _choice(
            [
                _sequence([part, *(_optional(after) for after, _ in made[index + 1 :])])
                for index, (part, _) in enumerate(made)
            ]
        )

    def _part(self, part: Part, within: tuple[str, ...]) -> Json:
        """A symbol in a body; `within` are the lists that it is written inside of, and the rule."""
        name = part.symbol
        if name not in self._made.bodies:
            return self._tokens.leaf(name, named=part.named)
        found = self._lists.get(name)
        if found is None or name in within or (found.size > _LARGEST and not name.startswith("__")):
            self._wanted.setdefault(name)
            return {"type": "SYMBOL", "name": self._names[name]}
        inner = (*within, name)
        first = [self._body(parts, inner) for parts in found.first]
        further = self._rule([self._body(parts, inner) for parts in found.further])
        if set(found.first) == set(found.further):
            return {"type": "REPEAT1", "content": further}
        return _sequence([_choice(first), {"type": "REPEAT", "content": further}])


def _list_of(made: Productions, name: str) -> _List | None:
    """A nonterminal without a node as a list, if it is one."""
    bodies = [body.parts for body in made.bodies[name]]
    if name not in made.hidden or any(part.symbol == name for parts in bodies for part in parts[1:]):
        return None
    further = tuple(parts[1:] for parts in bodies if parts[0].symbol == name)
    first = tuple(parts for parts in bodies if parts[0].symbol != name)
    if name in made.nullable:
        first = tuple(dict.fromkeys(first + further))
    return _List(first, further) if first and further else None


def _choice(ways: Sequence[Json]) -> Json:
    distinct = list({json.dumps(way): way for way in ways}.values())
    return distinct[0] if len(distinct) == 1 else {"type": "CHOICE", "members": distinct}


def _sequence(parts: Iterable[Json]) -> Json:
    members = list(parts)
    return members[0] if len(members) == 1 else {"type": "SEQ", "members": members}


def _optional(part: Json) -> Json:
    return {"type": "CHOICE", "members": [part, _BLANK]}
