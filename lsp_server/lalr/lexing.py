"""Reads text lexeme by lexeme under the parser's state: Lark's contextual lexing, driven by us."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lsp_server.lalr.grammar import Grammar
from lsp_server.lalr.lexicon import Scanner
from lsp_server.lalr.table import END, Stack

NOTHING = ""


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A terminal as it stands in a text.

    `terminal` is `END` at the end of the text, and `NOTHING` where no terminal fits; both are empty.
    """

    terminal: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ParseFailure:
    """Where a text stops being a beginning of any valid one, and what could have stood there instead.

    `offset` is the start of the lexeme that does not fit, or the text's end where more is needed.
    `expected` are spellings of terminals, fixed texts first.
    """

    offset: int
    expected: tuple[str, ...]


def next_lexeme(grammar: Grammar, stack: Stack, text: str, offset: int) -> Lexeme:
    """The lexeme that stands first at or after an offset, what is ignored being skipped."""
    return lexeme_read(grammar.scanner_at(stack), grammar.ignored, text, offset)


def lexeme_read(scanner: Scanner, ignored: frozenset[str], text: str, offset: int) -> Lexeme:
    """The same as a scanner reads it."""
    match = scanner.match
    size = len(text)
    while offset < size:
        found = match(text, offset)
        if found is None:
            return Lexeme(NOTHING, offset, offset)
        if found[0] not in ignored:
            return Lexeme(found[0], offset, found[1])
        offset = found[1]
    return Lexeme(END, size, size)


def next_fits(grammar: Grammar, stack: Stack, text: str) -> bool:
    """Whether the first lexeme of a text, which has one, may stand after a stack."""
    lexeme = next_lexeme(grammar, stack, text, 0)
    if lexeme.terminal == END:
        return grammar.completes(stack)
    return lexeme.terminal != NOTHING and (
        grammar.shift(stack, lexeme.terminal, text, lexeme.start, lexeme.end) is not None
    )


def begun(grammar: Grammar, stack: Stack, text: str, start: int, end: int) -> bool:
    """Whether a stretch may be the beginning of a lexeme that fits after a stack, or of an ignored one."""
    alive = grammar.automaton.start(grammar.scanner_at(stack).terminals).run(text, start, end).alive
    return any(name in grammar.ignored or grammar.takes(stack, name) for name in alive)


def drive(
    grammar: Grammar,
    stack: Stack,
    text: str,
    offset: int,
    read: Callable[[Grammar, Stack, str, int], Lexeme] = next_lexeme,
) -> Iterator[tuple[Lexeme, Stack]]:
    """Each lexeme from an offset on, with the stack before it.

    The last one is `END`, or the first lexeme that does not fit (its terminal is then `NOTHING`). How the
    next one is `read` may be given, for who knows some already.
    """
    while True:
        lexeme = read(grammar, stack, text, offset)
        after = None
        if lexeme.terminal not in (END, NOTHING):
            after = grammar.shift(stack, lexeme.terminal, text, lexeme.start, lexeme.end)
            if after is None:
                lexeme = Lexeme(NOTHING, lexeme.start, lexeme.end)
        yield lexeme, stack
        if after is None:
            return
        stack, offset = after, lexeme.end


def check(grammar: Grammar, text: str) -> ParseFailure | None:
    """Parse a whole text; None where it is valid."""
    stopped = _stopped(grammar, text)
    return None if stopped is None else failure(grammar, stopped[1], text, stopped[0])


def rejected_at(grammar: Grammar, text: str) -> int | None:
    """Where `check` finds a whole text invalid; to find out what is expected there takes longer."""
    stopped = _stopped(grammar, text)
    if stopped is None:
        return None
    lexeme, stack = stopped
    unindented = _unindented(grammar, stack, text, lexeme)
    return lexeme.start if unindented is None else unindented


def _stopped(grammar: Grammar, text: str) -> tuple[Lexeme, Stack] | None:
    """The first lexeme that does not fit, with the stack before it; None where a text is valid."""
    *_, (lexeme, stack) = drive(grammar, grammar.start(), text, 0)
    return None if lexeme.terminal == END and grammar.completes(stack) else (lexeme, stack)


def failure(grammar: Grammar, stack: Stack, text: str, lexeme: Lexeme) -> ParseFailure:
    """What is wrong with a lexeme that does not fit after a stack.

    Of a line that is not indented as it has to be, its first lexeme is.
    """
    unindented = _unindented(grammar, stack, text, lexeme)
    if unindented is not None and grammar.blocks is not None:
        return ParseFailure(unindented, grammar.blocks.expected(stack))
    return ParseFailure(lexeme.start, grammar.expected(stack))


def _unindented(grammar: Grammar, stack: Stack, text: str, lexeme: Lexeme) -> int | None:
    """Where the first lexeme is of a line that is not indented as it has to be, if that is what is wrong."""
    blocks = grammar.blocks
    if blocks is None or lexeme.terminal != NOTHING:
        return None
    found = grammar.scanner_at(stack).match(text, lexeme.start)
    return found[1] if found is not None and found[0] == blocks.newline and blocks.takes(stack) else None
