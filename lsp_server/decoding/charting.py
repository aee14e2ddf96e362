"""Texts of a context-free grammar read lexeme by lexeme, all ways at once (Earley, An Efficient Context-Free
Parsing Algorithm, 1970).

Lexemes end where the next character cannot be theirs. It must not know what tokens are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from lsp_server.cache import cached_property
from lsp_server.decoding.scanning import LexemeState, Lexer

Bodies = Mapping[str, Sequence[tuple[str, ...]]]
"""The bodies of each rule; what is no rule in them is a terminal."""

_SOME = "".join(map(chr, range(9, 127))) + "é\u2028日\U0001f680"
"""Characters of most kinds, of which one may be the only one that may come next."""


@dataclass(frozen=True)
class ReadGrammar:
    """A grammar with a rule called `start`; `ignored` terminals may stand before each lexeme."""

    rules: Bodies
    ignored: frozenset[str]
    lexer: Lexer

    @cached_property
    def nullable(self) -> Collection[str]:
        """The rules that may be nothing."""
        known, more = None, set[str]()
        while more != known:
            known = more
            more = {name for name, bodies in self.rules.items() if any(map(known.issuperset, bodies))}
        return more


_Item = tuple[str, tuple[str, ...], int, "Chart"]
"""A rule, one of its bodies, how much of that is read, and where it began."""


class Chart:
    """All ways to read a text up to a lexeme's end."""

    def __init__(self, grammar: ReadGrammar, items: Iterable[_Item] | None = None) -> None:
        self._grammar = grammar
        self._waiting: dict[str, list[_Item]] = {}
        self._after: dict[frozenset[str], Chart | None] = {}
        self._places: dict[LexemeState, ChartPlace] = {}
        self.is_whole = False
        """Whether it is a text of the grammar."""
        begun = [("start", body, 0, self) for body in grammar.rules["start"]] if items is None else [*items]
        self._root = self if items is None else None
        self._close(begun)
        terminals = {name for name in self._waiting if name not in grammar.rules}
        self.lexer = grammar.lexer
        self.start = self.lexer.start(terminals | grammar.ignored)

    def after(self, lexeme: frozenset[str]) -> Chart | None:
        """After one more lexeme, which is any of some terminals; None where none of them may come."""
        if not lexeme.isdisjoint(self._grammar.ignored):
            return self
        if lexeme not in self._after:
            scanned = [
                (name, body, read + 1, origin)
                for terminal in lexeme
                for name, body, read, origin in self._waiting.get(terminal, ())
            ]
            self._after[lexeme] = Chart(self._grammar, scanned) if scanned else None
        return self._after[lexeme]

    def place(self, state: LexemeState) -> ChartPlace:
        """The place in a lexeme after this."""
        found = self._places.get(state)
        if found is None:
            found = self._places[state] = ChartPlace(self, state)
        return found

    def _close(self, pending: list[_Item]) -> None:
        rules, nullable = self._grammar.rules, self._grammar.nullable
        known = set(pending)
        while pending:
            name, body, read, origin = pending.pop()
            found: list[_Item] = []
            if read == len(body):
                if origin is not self:
                    found = [(n, b, r + 1, o) for n, b, r, o in origin._waiting.get(name, ())]
                self.is_whole = self.is_whole or (name == "start" and origin._root is origin)
            else:
                symbol = body[read]
                waiting = self._waiting.setdefault(symbol, [])
                waiting.append((name, body, read, origin))
                if symbol in rules:
                    if len(waiting) == 1:
                        found = [(symbol, other, 0, self) for other in rules[symbol]]
                    if symbol in nullable:
                        found.append((name, body, read + 1, origin))
            for item in found:
                if item not in known:
                    known.add(item)
                    pending.append(item)


class ChartPlace:
    """A place in a text, which may be within a lexeme. The same place is the same object."""

    __slots__ = ("_chart", "_next", "_only", "_state")

    def __init__(self, chart: Chart, state: LexemeState) -> None:
        self._chart = chart
        self._state = state
        self._next: dict[str, ChartPlace | None] = {}
        self._only: str | None = None

    def step(self, character: str) -> ChartPlace | None:
        """After one more character; None where that may not come."""
        try:
            return self._next[character]
        except KeyError:
            found = self._next[character] = self._step(character)
            return found

    def _step(self, character: str) -> ChartPlace | None:
        state = self._state.step(character)
        if state is not None:
            return self._chart.place(state)
        chart = self._ended()
        state = None if chart is None else chart.start.step(character)
        return None if chart is None or state is None else chart.place(state)

    def _ended(self) -> Chart | None:
        """What was read if the lexeme ends here, which has begun."""
        ends = self._state is not self._chart.start and self._state.accepting
        return self._chart.after(self._state.accepting) if ends else None

    @property
    def is_whole(self) -> bool:
        """Whether what was read is a text of the grammar."""
        chart = self._chart if self._state is self._chart.start else self._ended()
        return chart is not None and chart.is_whole

    def may_begin(self, low: int, high: int) -> bool:
        """Whether a character may come next whose code point is in a range."""
        return any(self.step(one) is not None for one in self._chart.lexer.within(low, high))

    def only(self) -> str:
        """The only character that may come next; nothing where there are several, or it may end here."""
        if self._only is None:
            self._only = ""
            if not self.is_whole:
                may = [character for character in _SOME if self.step(character) is not None]
                self._only = may[0] if len(may) == 1 else ""
        return self._only
