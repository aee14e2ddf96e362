"""Reads lexemes as Lark's dynamic lexer does: at each place all that may stand there, each as far as it goes.

So one text may be two lexemes, or two lexemes of different lengths may begin at one place. A step goes to
where the first of all ends; the stacks after longer ones wait (`general.Several`).
"""

from __future__ import annotations

from collections.abc import Sequence

from lsp_server.lalr.general import GeneralTable, ReadLexeme, tops_of, waiting_of
from lsp_server.lalr.lexicon import Lexicon, Scanner
from lsp_server.lalr.table import Stack

Read = tuple[tuple[str, int], ...]
"""Terminals, and where each ends."""


class DynamicScanner(Scanner):
    """Reads all lexemes that may stand at a place after some stacks."""

    __slots__ = ("_ahead", "_known", "ignored")

    def __init__(
        self,
        lexicon: Lexicon,
        terminals: frozenset[str],
        ignored: frozenset[str],
        ahead: Sequence[tuple[int, str]] = (),
    ) -> None:
        """`ahead`: so many characters from here some stacks wait, each after a terminal."""
        super().__init__(lexicon, terminals, {})
        self.ignored = ignored
        self._ahead = ahead
        self._known: tuple[str, int, Read] | None = None

    def found(self, text: str, start: int) -> Read:
        """All terminals that stand at a place, each with its end, in Lark's order."""
        known = self._known
        if known is not None and known[0] is text and known[1] == start:
            return known[2]
        found = []
        for terminal in self._lexicon.beginning(text[start : start + 1], ()):
            if terminal.name in self.terminals:
                match = self._lexicon.match_of(terminal)(text, start)
                if match is not None and match.end() > start:
                    found.append((terminal.name, match.end()))
        self._known = text, start, tuple(found)
        return self._known[2]

    def match(self, text: str, start: int) -> tuple[str, int] | None:
        """The terminal that ends first, and where; what is ignored only where nothing else stands."""
        found = self.found(text, start)
        ahead = [(name, start + ahead) for ahead, name in self._ahead]
        ends = [end for _, end in (*found, *ahead)]
        if not ends:
            return None
        end = min(ends)
        lexemes = [(name, to) for name, to in (*found, *ahead) if name not in self.ignored]
        if not lexemes:
            return found[0][0], max(ends)
        return next((name for name, to in lexemes if to == end), lexemes[0][0]), end


def shift_dynamically(
    table: GeneralTable, stack: Stack, scanner: DynamicScanner, text: str, start: int, end: int
) -> Stack | None:
    """The stacks at the place where the first of all lexemes ends that stand at another."""
    tops, ignored = tops_of(stack), scanner.ignored
    arrived: list[tuple[int, Stack]] = []
    for name, to in scanner.found(text, start):
        after = tops if name in ignored else table.after(tops, ReadLexeme(name, start, to))
        arrived.extend((to, one) for one in after)
    arrived.extend((start + ahead, one) for ahead, one in waiting_of(stack))
    here = [one for to, one in arrived if to == end]
    return table.joined(here, [(to - end, one) for to, one in arrived if to > end])
