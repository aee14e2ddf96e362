"""How a text may be read after a cursor, whatever is typed there: all the parser's stacks at once.

From the stacks that what is typed may lead to (`beginning`) the text is read with all of them (`stacks`).
Where none is left, nothing that might be typed lets the parser go on: what is wrong there is none of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from lsp_server import cancellation
from lsp_server.constraint.beginning import Typing, beginning_at, lexeme_begun, settled
from lsp_server.constraint.bits import bits
from lsp_server.constraint.cursor import CursorState
from lsp_server.constraint.pushed import pushed_in
from lsp_server.constraint.stacks import Merged, Node, Nodes, Step, held, merge
from lsp_server.constraint.window import ends_of_begun, ends_of_ignored
from lsp_server.lalr.grammar import Grammar
from lsp_server.lalr.lexicon import Scanner, any_closer_pattern
from lsp_server.lalr.lexing import NOTHING, Lexeme, lexeme_read
from lsp_server.lalr.table import END

_BLOCKS = 8
"""The end of a line ends so many blocks at most."""

_TAGS = 8
"""Of so many words it is tried whether they close what was opened with a tag in what is typed."""


class Readings:
    """Readings of texts after the place of one cursor.

    Args:
        grammar: the language.
        text: a text with the cursor in it; what stands before that counts.
        state: the cursor's state.
        typing: what is taken to be typed there.
        cancelled: asked before each step.

    Attributes:
        work: how many reductions were made so far.

    """

    def __init__(
        self,
        grammar: Grammar,
        text: str,
        state: CursorState,
        typing: Typing = Typing.ANYTHING,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> None:
        self.typing = typing
        self._cancelled = cancelled
        self.work = 0
        self._grammar = grammar
        self._table = grammar.table
        self._pushed = pushed_in(grammar)
        self._cursor = state.cursor
        self._balanced = typing is Typing.BALANCED
        self._offset = state.offset if typing is Typing.NOTHING else state.cursor
        state = state if typing is Typing.NOTHING else settled(grammar, text, state)
        anything = typing is Typing.ANYTHING
        self._begun = begun = lexeme_begun(grammar, text, state) if anything else None
        stacks = () if begun is None else begun.stacks
        self._beginning = beginning = beginning_at(grammar, state, typing, stacks)
        self._top, self._edges = beginning.top, beginning.edges
        self._edge, self._typed = beginning.edge, beginning.typed

    def goes_on(self, text: str, most: int) -> bool:
        """Whether a text can be read after the cursor, at most so many lexemes, in any of the ways there are.

        What follows may be the end of a lexeme or of a block comment that is typed, also of what is ignored
        with a line end, but not the rest of a line that is one.

        Raises:
            StoppedError: it was cancelled.

        """
        start, pending = self.beginning(text)
        pending[start.offset] = start
        for _ in range(most + 1):
            if not pending:
                return False
            cancellation.check(self._cancelled)
            step = pending.pop(min(pending))
            for lexeme, (nodes, typed) in self._lexemes(text, step).items():
                if lexeme.terminal == END and self._completes(nodes, typed):
                    return True
                if lexeme.terminal not in (END, NOTHING):
                    self._add(pending, lexeme.end, self._shifted(nodes, typed, lexeme, text))
        return True

    def beginning(self, text: str) -> tuple[Step, dict[int, Step]]:
        """The place after what is typed, and those behind the end of a lexeme that is begun in it."""
        cursor = self._cursor
        grammar, begun = self._grammar, self._begun
        top = {(self._top.state, self._top.tag): self._top}
        start = Step(
            self._offset, top if begun is None else {}, tuple(self._tops(text)) if self._typed else ()
        )
        pending = {
            end: Step(end, dict(start.tops), start.typed)
            for end in (ends_of_ignored(grammar, text, cursor) if self._typed else ())
        }
        for terminal, end in ends_of_begun(grammar, text, cursor) if self._typed else ():
            self._end_begun(pending, text, Lexeme(terminal, cursor, end), start.tops.values(), start.typed)
        for terminal, end in () if begun is None else ends_of_begun(grammar, text, cursor, begun.going_on):
            self._end_begun(pending, text, Lexeme(terminal, cursor, end), top.values(), ())
        for _, closer in self._grammar.language.comment.block if self._typed and not self._balanced else ():
            place = text.find(closer, cursor)
            if place >= 0:
                pending[place + len(closer)] = Step(place + len(closer), dict(start.tops), start.typed)
        return start, pending

    def _end_begun(
        self,
        pending: dict[int, Step],
        text: str,
        lexeme: Lexeme,
        nodes: Iterable[Node],
        typed: Iterable[tuple[int, str | None]],
    ) -> None:
        """Read the end of a lexeme after some stacks, if it may be begun in what is typed."""
        crosses = self._balanced and "\n" in text[lexeme.start : lexeme.end]
        if lexeme.terminal not in self._grammar.openers and not crosses:
            self._add(pending, lexeme.end, self._shifted(nodes, typed, lexeme, text))

    def after(self, step: Step, terminal: str, lexeme: str) -> Step:
        """The stacks after a terminal that is put in at a place."""
        tops = self._shifted(step.tops.values(), step.typed, Lexeme(terminal, 0, len(lexeme)), lexeme)
        return Step(step.offset, tops)

    def _tops(self, text: str) -> Iterable[tuple[int, str | None]]:
        """What may be on top where what is typed ends.

        It may be inside a text of several lines only if there is something that may close that.
        """
        yield self._typed & ~self._pushed.over_lines, None
        if self._typed & self._pushed.over_lines:
            tags = dict.fromkeys(
                match[1]
                for pair in self._grammar.pairs
                for match in re.compile(any_closer_pattern(pair), re.M).finditer(text, self._cursor)
            )
            yield from ((self._typed, tag) for tag in list(tags)[:_TAGS])

    def _begins_element(self, lexeme: Lexeme, text: str, after: Merged) -> bool:
        """Whether a lexeme, after which the stacks are `after`, may begin a further top-level element."""
        between = self._grammar.list_stack
        assert between is not None
        fresh = self._grammar.shift(between, lexeme.terminal, text, lexeme.start, lexeme.end)
        return fresh is not None and held(after, fresh)

    def _add(self, pending: dict[int, Step], offset: int, tops: Merged) -> None:
        if not tops:
            return
        known = pending.get(offset)
        if known is None:
            pending[offset] = Step(offset, tops)
            return
        merged = dict(known.tops)
        for key, node in tops.items():
            other = merged.get(key)
            merged[key] = (
                node if other is None else Node(*key, other.below | node.below, other.typed | node.typed)
            )
        pending[offset] = Step(offset, merged, known.typed)

    def _lexemes(
        self, text: str, step: Step
    ) -> Mapping[Lexeme, tuple[list[Node], list[tuple[int, str | None]]]]:
        """What the stacks at a place read next: those that read the same together."""
        found: dict[Lexeme, tuple[list[Node], list[tuple[int, str | None]]]] = {}
        known: dict[Scanner, Lexeme] = {}
        grammar = self._grammar

        def read(state: int, tag: str | None) -> Lexeme:
            scanner = grammar.scanner_in(state, tag)
            lexeme = known.get(scanner)
            if lexeme is None:
                lexeme = known[scanner] = lexeme_read(scanner, grammar.ignored, text, step.offset)
            return lexeme

        for node in step.tops.values():
            found.setdefault(read(node.state, node.tag), ([], []))[0].append(node)
        for states, tag in step.typed:
            by_lexeme: dict[Lexeme, int] = {}
            for state, alike in self._pushed.read_alike:
                if some := alike & states:
                    lexeme = read(state, tag)
                    by_lexeme[lexeme] = by_lexeme.get(lexeme, 0) | some
            for lexeme, some in by_lexeme.items():
                found.setdefault(lexeme, ([], []))[1].append((some, tag))
        return found

    def _shifted(
        self,
        nodes: Iterable[Node],
        typed: Iterable[tuple[int, str | None]],
        lexeme: Lexeme,
        text: str,
    ) -> Merged:
        """The stacks after a lexeme; after the end of a line, with whatever its indentation may stand for.

        Within brackets it changes nothing; it is not known whether it is there.
        """
        found, blocks = self._after(nodes, typed, lexeme, text), self._grammar.blocks
        if blocks is None or lexeme.terminal != blocks.newline:
            return found
        indent, dedent = (replace(lexeme, terminal=mark) for mark in blocks.layout.marks)
        ended = found
        for _ in range(_BLOCKS):
            ended = self._after(ended.values(), (), dedent, text)
            merge(found, ended)
        merge(found, self._after(found.values(), (), indent, text))
        merge(found, {(node.state, node.tag): node for node in nodes})
        for states, tag in typed:
            merge(found, {(state, tag): self._typed_node(state, tag) for state in bits(states)})
        return found

    def _typed_node(self, state: int, tag: str | None) -> Node:
        """A state that may have been typed, on all that may lie below it."""
        return Node(state, tag, self._edges.get(state, ()), self._pushed.below(1 << state) & self._typed)

    def _after(
        self,
        nodes: Iterable[Node],
        typed: Iterable[tuple[int, str | None]],
        lexeme: Lexeme,
        text: str,
    ) -> Merged:
        """The stacks after a terminal."""
        actions, terminal = self._table.actions, lexeme.terminal
        opens = terminal in self._grammar.openers
        opened = self._grammar.tag_of(terminal, text[lexeme.start : lexeme.end]) if opens else None
        found: Merged = {}
        for states, tag in typed:
            for target, sources in self._pushed.shifts.get(terminal, ()):
                if some := sources & states:
                    key = (target, tag if opened is None else opened)
                    found.setdefault(key, Node(*key)).merge((), some)
        for node in self._reduced(nodes, terminal):
            action = actions[node.state].get(terminal)
            if action is not None and action >= 0 and actions[action]:
                key = (action, node.tag if opened is None else opened)
                found.setdefault(key, Node(*key)).merge((node,), 0)
        return found

    def _completes(self, nodes: Iterable[Node], typed: Iterable[tuple[int, str | None]]) -> bool:
        final = self._table.final
        return any(states >> final & 1 for states, _ in typed) or any(
            node.state == final for node in self._reduced(nodes, END)
        )

    def _reduced(self, nodes: Iterable[Node], terminal: str) -> list[Node]:
        """Some stacks, and what is made of them by the reductions before a terminal."""
        table = self._table
        every = list(nodes)
        made: Merged = {}
        grown = True
        while grown:
            grown = False
            index = 0
            while index < len(every):
                node = every[index]
                index += 1
                action = table.actions[node.state].get(terminal)
                if action is None or action >= 0:
                    continue
                rule = table.rules[~action]
                self.work += 1
                bases, typed = self._down(node, len(rule.expansion))
                found: dict[tuple[int, str | None], tuple[Nodes, int]] = {}
                for base in bases:
                    state = table.gotos[base.state].get(rule.origin)
                    if state is not None:
                        found.setdefault((state, base.tag), ({}, 0))[0][base] = None
                for state, sources in self._pushed.gotos.get(rule.origin, ()) if typed else ():
                    if some := sources & typed:
                        # It is not known whether the tag was opened above.
                        for tag in dict.fromkeys((node.tag, None)):
                            found[state, tag] = (found.get((state, tag), ({}, 0))[0], some)
                for key, (below, some) in found.items():
                    known = made.get(key)
                    if known is None:
                        made[key] = known = Node(*key, below, some)
                        every.append(known)
                    elif known.merge(below, some):
                        grown = True
        return every

    def _down(self, node: Node, count: int) -> tuple[Nodes, int]:
        """What is so many states below: nodes, and states of which nothing more is known."""
        level, typed = {node: None}, 0
        for _ in range(count):
            lower = {below: None for one in level for below in one.below}
            for state in bits(typed & self._edge):
                lower.update(self._edges[state])
            typed = self._pushed.below(typed) & self._typed
            for one in level:
                typed |= one.typed
            level = lower
        return level, typed
