"""Whether something can be typed after a lexeme so that what follows the cursor fits.

After the lexeme a rule is open. Once that is done, and perhaps the rules around it, the parser is where it
would be after other lexemes too: what was found out of one tells of many. From there the rest of the text is
read as it is, then after one more sign, then after what makes it fit at the cursor itself, and at last in all
ways that anything typed allows (`outlook`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import islice, takewhile

from lsp_server.constraint.beginning import Typing
from lsp_server.constraint.cursor import CursorState
from lsp_server.constraint.outlook import Readings
from lsp_server.lalr.grammar import Grammar
from lsp_server.lalr.lexicon import Scanner
from lsp_server.lalr.lexing import NOTHING, Lexeme, drive, next_lexeme
from lsp_server.lalr.table import END, Stack, Table

_LEXEMES = 8
"""So many lexemes of what follows are read: as many as the hole grammar looks at."""

_CLIMBED, _READ = 48, 4
"""For one lexeme so many stacks are looked at, of which so many are read on from in all ways."""

_READS = 16
"""So often the rest is read in all ways for one cursor; what was not found out by then does not fit."""

_Shape = tuple[int, ...]


class Continuations:
    """What may still be typed at one cursor.

    Args:
        grammar: the language.
        text: with the cursor in it; what stands behind it counts.
        state: the cursor's state.

    Attributes:
        reads: how often the rest of the text was read in all ways.

    """

    def __init__(self, grammar: Grammar, text: str, state: CursorState) -> None:
        self._grammar = grammar
        self._state = state
        self._text: str | None = text
        self._is_sure = False
        self._fits: dict[_Shape, bool] = {}
        self._lexemes: dict[tuple[Scanner, int], Lexeme] = {}
        self._met: dict[str, Stack | None] = {}
        self.reads = 0

    def may_follow(self, stack: Stack) -> bool:
        """Whether something may follow a stack so that the rest of the text fits.

        Where nothing that is typed makes it fit, the rest of the line does not count; where that makes no
        difference, nothing does.
        """
        if self._follows(stack):
            return True
        if not self._is_sure:
            self._is_sure = True
            if self._text is not None and not self._reads_on(self._text, self._state.here):
                self._text, self._fits, self._lexemes = self._without_line(self._text), {}, {}
                return self._follows(stack)
        return False

    def _follows(self, stack: Stack) -> bool:
        text = self._text
        if text is None or not text[self._state.cursor :].strip():
            return True
        around: dict[_Shape, tuple[Stack, _Shape | None]] = {}
        for shape, one, inner in self._around(stack):
            around[shape] = one, inner
            if self._fits.get(shape, False) or (shape not in self._fits and self._soon(text, one)):
                self._note(shape, around)
                return True
        # Nearly all fits after the outermost one, where a further element may be begun: it comes last.
        unread = sorted((shape for shape in reversed(around) if shape not in self._fits), key=len)
        itself = [shape for shape in unread if shape == stack.states()]
        for shape in dict.fromkeys((*unread[:_READ], *itself)):
            if self.reads >= _READS:
                return False
            self._fits[shape] = self._reads_on(text, around[shape][0])
            if self._fits[shape]:
                self._note(shape, around)
                return True
        return False

    def is_met(self, stack: Stack) -> bool:
        """Whether the rest of the text can be read right after a stack, if there is any."""
        text = self._text
        return (
            text is not None and bool(text[self._state.cursor :].strip()) and self._reads_plainly(text, stack)
        )

    def _note(self, shape: _Shape, around: Mapping[_Shape, tuple[Stack, _Shape | None]]) -> None:
        """Where the rest fits after a stack, it does after those that come to be it once rules are done."""
        inner: _Shape | None = shape
        while inner is not None:
            self._fits[inner] = True
            inner = around[inner][1]

    def _without_line(self, text: str) -> str | None:
        """The text without the rest of the cursor's line, if something fits then; else None."""
        cursor = self._state.cursor
        end = text.find("\n", cursor)
        rest = text[:cursor] + (text[end:] if end >= 0 else "")
        return rest if rest != text and self._reads_on(rest, self._state.here) else None

    def _around(self, stack: Stack) -> Iterator[tuple[_Shape, Stack, _Shape | None]]:
        """A stack, and what it becomes once rules that are open on it are done, those farther in first.

        With each comes what became it.
        """
        table = self._grammar.table
        seen: set[_Shape] = set()
        pending: list[tuple[Stack, _Shape | None]] = [(stack, None)]
        for one, inner in pending:
            shape = one.states()
            if shape in seen or len(seen) >= _CLIMBED:
                continue
            seen.add(shape)
            yield shape, one, inner
            for item in table.kernels[one.state]:
                below: Stack | None = one
                for _ in range(item.dot):
                    below = below.below if below is not None else None
                target = None if below is None else table.gotos[below.state].get(item.rule.origin)
                if below is not None and target in table.entered:
                    assert target is not None
                    pending.append((Stack(target, below, below.tag, one.lines), shape))

    def _soon(self, text: str, stack: Stack) -> bool:
        """Whether the rest of a text can be read after a stack as it is, or after one more sign."""
        grammar, table = self._grammar, self._grammar.table
        signs = table.accepts[stack.state] & _signs(grammar)
        after = (table.shift(stack, sign) for sign in sorted(signs))
        starts = (stack, *(one for one in after if one is not None))
        return any(self._reads_plainly(text, start) for start in starts)

    def _reads_plainly(self, text: str, stack: Stack) -> bool:
        steps = islice(drive(self._grammar, stack, text, self._state.cursor, self._lexeme), _LEXEMES)
        for lexeme, before in steps:
            if lexeme.terminal == NOTHING:
                return False
            if lexeme.terminal == END:
                return self._grammar.finishes(before)
        return True

    def _lexeme(self, grammar: Grammar, stack: Stack, text: str, offset: int) -> Lexeme:
        """The next lexeme, which may be very long, and is the same after many stacks."""
        key = grammar.scanner_at(stack), offset
        found = self._lexemes.get(key)
        if found is None:
            found = self._lexemes[key] = next_lexeme(grammar, stack, text, offset)
        return found

    def _reads_on(self, text: str, stack: Stack) -> bool:
        """Whether the rest of a text can be read after a stack once something is typed."""
        if self._reads_with(text, stack):
            return True
        self.reads += 1
        cursor = self._state.cursor
        state = replace(self._state, stack=stack, here=stack, offset=cursor, read=(), stacks=())
        return Readings(self._grammar, text, state, Typing.ANYTHING).goes_on(text, _LEXEMES)

    def _reads_with(self, text: str, stack: Stack) -> bool:
        """Whether the rest of a text can be read after a stack once what makes it fit at the cursor is typed:
        one lexeme, and before it what the stack there has and this one has not.
        """
        if text not in self._met:
            self._met[text] = self._with_one(text)
        met = self._met[text]
        after = None if met is None else _on(self._grammar.table, stack, met)
        return after is not None and self._reads_plainly(text, after)

    def _with_one(self, text: str) -> Stack | None:
        """The stack after one lexeme at the cursor that makes the rest of a text fit, names before words."""
        table, terminals, here = self._grammar.table, self._grammar.terminals, self._state.here
        names = table.accepts[here.state] & terminals.keys()
        for name in sorted(names, key=lambda name: (terminals[name].word is not None, name)):
            after = table.shift(here, name)
            if after is not None and self._reads_plainly(text, after):
                return after
        return None


def _on(table: Table, stack: Stack, other: Stack) -> Stack | None:
    """A stack with what another one has above what both have; None if that does not fit there."""
    states = zip(stack.states(), other.states(), strict=False)
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], states))
    above: list[Stack] = []
    node: Stack | None = other
    while node is not None and node.depth >= shared:
        above.append(node)
        node = node.below
    for node in reversed(above):
        item = table.kernels[node.state][0]
        symbol = item.rule.expansion[item.dot - 1]
        target = table.gotos[stack.state].get(symbol, table.shifts[stack.state].get(symbol))
        if target is None:
            return None
        stack = Stack(target, stack, node.tag, node.lines)
    return stack


@lru_cache(maxsize=64)
def _signs(grammar: Grammar) -> frozenset[str]:
    """The fixed lexemes that are no words."""
    words = {name: terminal.word for name, terminal in grammar.terminals.items()}
    return frozenset(name for name, word in words.items() if word and not word[0].isalnum())
