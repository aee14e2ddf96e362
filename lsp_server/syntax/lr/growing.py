"""Makes the tree of a text whose grammar is not LALR(1): of all ways to read it the first that was found.

It is read with all stacks at once (`lalr.general`); what they keep of how they came about is then gone
through once more with one stack. After an error it goes on at the next line that begins an element.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lsp_server.cancellation import StoppedError
from lsp_server.lalr import END, Lexeme, Stack, drive
from lsp_server.lalr.general import (
    Derivation,
    GeneralTable,
    ReadLexeme,
    ReadRule,
    first_of,
    links_of,
    tops_of,
)
from lsp_server.syntax.lr.building import Builder
from lsp_server.syntax.lr.nodes import ERROR, Green, Kind, Segment
from lsp_server.syntax.lr.stack import NOTHING, Entry, flat

_AHEAD = 3
"""Who fits so many lexemes fits."""


def grow(builder: Builder, table: GeneralTable, text: str, start: int) -> tuple[Segment, Kind, bool]:
    """The nodes of a whole text, the kind of what they are in, and whether it was all read.

    What may be read in too many ways is an error from there on.
    """
    growing = _Growing(builder, table, text, start)
    nodes, whole = list[Green](), True
    try:
        nodes.extend(growing.nodes())
    except StoppedError:
        begin = nodes[-1].end if nodes else start
        nodes.append(Green(ERROR, begin, max(begin, len(text.rstrip())), (), True))
        whole = False
    return Segment.made(start, len(text) + 1, tuple(nodes)), growing.kind, whole


class _Growing:
    def __init__(self, builder: Builder, table: GeneralTable, text: str, start: int) -> None:
        self._builder, self._table, self._text = builder, table, text
        self._grammar = builder.grammar
        self._end = start
        self.kind = builder.start

    def nodes(self) -> Iterator[Green]:
        """What stands at the top of the tree."""
        stack, offset, begun = self._grammar.start(), self._end, False
        while True:
            *_, (lexeme, after) = drive(self._grammar, stack, self._text, offset)
            whole = self._whole_text(after) if lexeme.terminal == END else None
            if whole is not None:
                yield from self._whole(whole, begun)
                return
            on = self._goes_on(lexeme.start, offset)
            yield from self._broken(first_of(after), begun, lexeme, on)
            if on is None:
                return
            between = self._grammar.list_stack
            assert between is not None
            stack, offset, begun, self._end = between, on, True, on

    def _whole_text(self, stack: Stack) -> Stack | None:
        """The stack on which a text that may end is one symbol; its last line may lack its end."""
        size, lacking = len(self._text), self._grammar.lacking_line_end(stack)
        if lacking is not None:
            ended = self._table.after(tops_of(stack), ReadLexeme(lacking, size, size))
            stack = self._table.joined(ended) or stack
        return self._table.whole(stack)

    def _whole(self, whole: Stack, begun: bool) -> Iterator[Green]:
        reads = _reads(whole)
        top, last = self._replayed(reads, begun), reads[-1]
        step = self._builder.steps[last.rule] if isinstance(last, ReadRule) else None
        made = top.value
        nodes = flat(made)
        if step is not None and step.kind is not None and isinstance(made, Green) and made.kind is step.kind:
            nodes, self.kind = made.children, made.kind
        yield from (*top.extras, *nodes, *self._comments(len(self._text)))

    def _broken(self, stack: Stack, begun: bool, failed: Lexeme, on: int | None) -> Iterator[Green]:
        """What was read whole, and an error of what was not, up to where it goes on."""
        top = self._replayed(_reads(stack), begun)
        between = self._grammar.list_stack
        kept = -1 if between is None else between.depth
        entry: Entry | None = top
        while entry is not None and entry.depth > kept:
            entry = entry.below
        whole = entry if between is not None and entry is not None and entry.state == between.state else None
        if whole is not None:
            yield from whole.parts_above(0)
        rest = top.parts_above(0 if whole is None else kept)
        end = len(self._text) if on is None else on
        stop = len(self._text[:end].rstrip())
        start = min((part.start for part in rest if part.end > part.start), default=failed.start)
        yield Green(ERROR, start, max(start, stop), rest, True)

    def _goes_on(self, failed: int, begun: int) -> int | None:
        """The next line after an error that begins an element; None where none does."""
        between, text = self._grammar.list_stack, self._text
        if between is None:
            return None
        place = text.find("\n", max(failed, begun))
        while place >= 0:
            place += 1
            if text[place : place + 1].strip() and self._fits(between, place):
                return place
            place = text.find("\n", place)
        return None

    def _fits(self, stack: Stack, offset: int) -> bool:
        for count, (lexeme, after) in enumerate(drive(self._grammar, stack, self._text, offset)):
            if count >= _AHEAD:
                return True
            if lexeme.terminal == END:
                return self._grammar.completes(after)
        return False

    def _replayed(self, reads: Iterable[Derivation], begun: bool) -> Entry:
        """The one stack that what was read leads to."""
        top = Entry(0, None, None, NOTHING, (), None)
        between = self._grammar.list_stack
        for state in between.states()[1:] if begun and between is not None else ():
            top = Entry(state, top, None, NOTHING, (), None)
        pending: list[tuple[Derivation, bool]] = [(read, False) for read in reads][::-1]
        while pending:
            read, done = pending.pop()
            if isinstance(read, ReadLexeme):
                top = self._leaf(top, read)
            elif isinstance(read, ReadRule):
                if done:
                    top = self._builder.reduced(self._builder.steps[read.rule], top, self._end)
                else:
                    pending.append((read, True))
                    pending.extend((part, False) for part in reversed(read.parts))
        return top

    def _leaf(self, top: Entry, read: ReadLexeme) -> Entry:
        choices = self._table.choices(top.state, read.terminal)
        state = next(action for action in choices if action >= 0)
        extras = tuple(self._comments(read.start))
        leaf = Green(self._builder.leaves[read.terminal], read.start, read.end, (), False)
        self._end = read.end
        return Entry(state, top, None, leaf, extras, None)

    def _comments(self, end: int) -> Iterator[Green]:
        return self._builder.comments(self._text, self._end, end)


def _reads(stack: Stack) -> Sequence[Derivation]:
    """What was read between the states of one stack, from the bottom up."""
    found: list[Derivation] = []
    node: Stack | None = stack
    while node is not None:
        link = next(links_of(node), None)
        if link is None:
            break
        node, read = link
        found.append(read)
    return found[::-1]
