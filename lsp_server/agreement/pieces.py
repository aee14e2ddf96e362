"""A text as a list of pieces: lexemes as the constraint grammar reads them, and what stands between.

Where the grammar rejects a text, what follows is cut into lexemes without regard to the parser's state.
The pieces of a text always join to that text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lsp_server.constraint import Grammar, check
from lsp_server.lalr.grammar import CODE
from lsp_server.lalr.lexing import NOTHING, drive
from lsp_server.lalr.regex import simplest
from lsp_server.lalr.table import END

FAILED, STRAY = "!", "?"
_WORD = re.compile(r"\w+|[\s\S]")
_PLAIN = re.compile(r"(?:[ \t\n]|\r\n)*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text and what it is: the name of a terminal (also of an ignored one), or `STRAY`.

    `ignored` is true for what the grammar skips, `beyond` for what stands at or after the first error.
    """

    name: str
    text: str
    ignored: bool = False
    beyond: bool = False


def split(grammar: Grammar, text: str) -> list[Piece]:
    """The pieces of a text."""
    pieces: list[Piece] = []
    end = 0
    for lexeme, stack in drive(grammar, grammar.start(), text, 0):
        accepts = grammar.table.accepts[stack.state]
        pieces.extend(_ignored(grammar, accepts, stack.tag, text, end, lexeme.start))
        if lexeme.terminal == NOTHING:
            pieces.extend(_loose(grammar, text, lexeme.start))
            break
        if lexeme.terminal != END:
            pieces.append(Piece(lexeme.terminal, text[lexeme.start : lexeme.end]))
        end = lexeme.end
    return pieces


def _ignored(
    grammar: Grammar, accepts: frozenset[str], tag: str | None, text: str, start: int, end: int
) -> Iterator[Piece]:
    match = grammar.scanner(accepts, tag).match
    while start < end:
        found = match(text, start)
        assert found is not None
        yield Piece(found[0], text[start : found[1]], ignored=True)
        start = found[1]


def _loose(grammar: Grammar, text: str, start: int) -> Iterator[Piece]:
    """What follows an error, lexeme by lexeme, each read as any terminal of code that fits."""
    match = grammar.scanner(grammar.accepted_in.get(CODE, frozenset(grammar.terminals)), None).match
    while start < len(text):
        found = match(text, start)
        if found is None:
            stray = _WORD.match(text, start)
            assert stray is not None
            found = (STRAY, stray.end())
        name = found[0] or STRAY
        yield Piece(name, text[start : found[1]], ignored=name in grammar.ignored, beyond=True)
        start = found[1]


def join(pieces: Iterable[Piece]) -> str:
    """The text of some pieces."""
    return "".join([piece.text for piece in pieces])


def significant(grammar: Grammar, text: str) -> list[Piece]:
    """The pieces of a text without plain blanks and line ends; one named `FAILED` is where it is rejected.

    A carriage return alone is no plain line end, since parsers differ on it.
    """
    kept: list[Piece] = []
    failed = False
    for piece in split(grammar, text):
        if piece.beyond and not failed:
            failed = True
            kept.append(Piece(FAILED, "", beyond=True))
        if not piece.ignored or _PLAIN.fullmatch(piece.text) is None:
            kept.append(piece)
    return kept if failed or check(grammar, text) is None else [*kept, Piece(FAILED, "", beyond=True)]


def shape(grammar: Grammar, text: str) -> str:
    """What a text looks like in terminals: blanks are left out, and names and numbers are all alike.

    Each word is the name of a terminal, or `FAILED` before the lexeme that the grammar rejects. What it
    stands for comes in brackets where that is not as simple as can be.
    """
    pieces = significant(grammar, text)
    texts = ("" if plain(grammar, piece) else _abstract(piece.text) for piece in pieces)
    return " ".join(
        f"{one.name}({told})" if told else one.name for one, told in zip(pieces, texts, strict=True)
    )


def plain(grammar: Grammar, piece: Piece) -> bool:
    """Whether a piece is written in the simplest way that its terminal allows."""
    terminal = grammar.terminals.get(piece.name)
    return terminal is not None and (terminal.word is not None or piece.text == simplest(terminal.node))


def _abstract(text: str) -> str:
    return re.sub(r"[0-9]+", "0", re.sub(r"[A-Za-z]+", "a", text))
