"""Whether a text may stand at a cursor, and can be gone on with so that what follows fits."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from lsp_server.cache import cached_property
from lsp_server.constraint import Continuations, CursorState, Grammar, Oracle, Stack, glued
from lsp_server.lalr import CODE, END, NOTHING, drive, goes_on
from lsp_server.repair import Boundaries
from lsp_server.text import Span


class EntryJudge:
    """Judges texts at one place; of those that lead the parser to the same stack, one is enough.

    Args:
        grammar: the language.
        text: the document without the word that is typed.
        state: the state at the place of that word.

    """

    def __init__(self, grammar: Grammar, text: str, state: CursorState) -> None:
        self.grammar = grammar
        self.state = state
        self.after = text[state.cursor :]
        self._before = text[state.offset : state.cursor]
        self._text = text
        self._continuations = Continuations(grammar, text, state)
        self._oracle = Oracle(grammar, text, state)
        self._stacks: dict[str, Stack | None] = {}
        is_free = grammar.modes[state.here.state] != CODE
        is_whole = self._read("") is not None
        self.is_inside = is_free or (bool(self._before.strip()) and not is_whole)
        """Whether the place is inside a lexeme or free text, such as a string."""
        self.is_amiss = not (self.is_inside or is_whole)
        """Whether nothing can stand at the place, as where a line is indented as no block is."""

    def takes(self, typed: str) -> bool:
        """Whether a text may stand at the place, as whole lexemes or as a part of one that is open there."""
        if self.is_inside:
            return self._oracle.viable(typed)
        stack = self.after_lexemes(typed)
        return stack is not None and self.may_follow(stack)

    def after_lexemes(self, typed: str) -> Stack | None:
        """The stack after a text that ends with a whole lexeme; None where it does not fit what is before."""
        if typed not in self._stacks:
            stack = self._read(typed)
            is_open = stack is not None and goes_on(self.grammar.table, stack)
            self._stacks[typed] = stack if is_open else None
        return self._stacks[typed]

    def first(self, typed: str) -> tuple[Stack, Stack] | None:
        """The stacks before and after the first lexeme of a text; None where it does not fit there."""
        steps = pairwise(drive(self.grammar, self.state.stack, self._before + typed, 0))
        found = ((before, after) for (one, before), (_, after) in steps if one.start >= len(self._before))
        return next(found, None)

    def may_follow(self, stack: Stack) -> bool:
        """Whether something can be typed after a stack so that what stands after the place fits."""
        return self._continuations.may_follow(stack)

    def is_met(self, stack: Stack) -> bool:
        """Whether what stands after the place fits right after a stack."""
        return self._continuations.is_met(stack)

    def finishing(self, typed: str) -> Iterator[str]:
        """Texts that make whole what is open once a text is typed at the place, as if nothing followed."""
        return self._oracle.finishing(typed)

    def ending(self, stack: Stack, lacking: str) -> str:
        """What has to stand between a stack and the next element: what is `lacking`, and the signs that end
        all that is open then; "" if none do, or nothing is open.
        """
        boundaries, element = self._element
        return "" if element is None else boundaries.ending(stack, element.end, lacking)

    @cached_property
    def _element(self) -> tuple[Boundaries, Span | None]:
        """The element that the place is in: from the last line that begins one to the next."""
        boundaries = Boundaries(self.grammar, self._text, self.state.cursor)
        return boundaries, boundaries.begun_around(self.state.cursor)

    def gap(self, typed: str) -> str:
        """What keeps a text apart from the word that follows, if one does; nothing within a lexeme."""
        return " " if not self.is_inside and typed[-1:].isalnum() and self.after[:1].isalnum() else ""

    def _read(self, typed: str) -> Stack | None:
        """The stack after what stands before the place and a text.

        None if its lexemes are not whole, or one of the text touches another as nobody writes it.
        """
        grammar, text = self.grammar, self._before + typed
        offset, ended = 0, NOTHING
        for lexeme, stack in drive(grammar, self.state.stack, text, 0):
            if len(self._before) <= offset == lexeme.start and glued(grammar, ended, text, offset):
                return None
            if lexeme.terminal == END:
                return stack
            offset, ended = lexeme.end, lexeme.terminal
        return None
