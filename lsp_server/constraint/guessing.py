"""Whether what was mended before a cursor leaves too little that is sure to suggest anything.

A mending is the likeliest reading of a text that has none. The nearer it is to the cursor, and the more of
the text it leaves out, the less likely is what is built on it.
"""

from __future__ import annotations

from itertools import pairwise

from lsp_server.constraint.cursor import CursorState
from lsp_server.constraint.tokens import TOKEN
from lsp_server.lalr.grammar import CODE, Grammar
from lsp_server.languages import QUOTES
from lsp_server.text import Span

_TOKENS_BESIDE = 2
_WORDS_BESIDE = 1
_TOKENS = 6
_MENDINGS = 2
"""The most words and signs that may have no place in what is read of the cursor's line, or at all."""

_NEAR = 4
"""What is mended at most so many lexemes before or after a text is near it."""


def guessed_from(grammar: Grammar, text: str, state: CursorState) -> int | None:
    """Where the mending begins of which it is anyone's guess what is meant; None if all is sure enough."""
    if not state.mended:
        return None
    line = text.rfind("\n", 0, state.cursor) + 1
    beside, every = [*state.mended_from(line)], [*state.mended_from(-1)]
    lost = _tokens(text, beside)
    if (
        len(beside) > 1
        or len(lost) > _TOKENS_BESIDE
        or sum(token[0].isalnum() for token in lost) > _WORDS_BESIDE
    ):
        return beside[-1].end
    if _is_between(text, state) or _is_word_put_in(grammar, state):
        return every[-1].end
    if _is_turned(text, state):
        return every[-1].end
    if any(text.count(quote * 3) % 2 for quote in QUOTES):
        # Which side of the quotes that lack their partner is text, and which is code, cannot be told.
        return every[-1].end
    return every[-1].end if len(every) > _MENDINGS or len(_tokens(text, every)) > _TOKENS else None


def _tokens(text: str, spans: list[Span]) -> list[str]:
    return [token for span in spans for token in TOKEN.findall(text, span.start, span.end)]


def _is_between(text: str, state: CursorState) -> bool:
    """Whether the cursor's element holds what was kept between two mendings of a line: it may be anything."""
    mended = [number for number, lexeme in enumerate(state.read) if lexeme in state.mendings]
    for first, second in pairwise(mended):
        kept = text[state.read[first].end : state.read[second].start].strip(" \t")
        if kept and "\n" not in kept:
            before = min(state.stacks[first].depth, state.stacks[first + 1].depth)
            if all(stack.depth > before for stack in state.stacks[second + 1 :]):
                return True
    return False


def _is_word_put_in(grammar: Grammar, state: CursorState) -> bool:
    """Whether the cursor's element has a word put in: of many that may lack there, each goes on otherwise."""
    for number, lexeme in enumerate(state.read):
        if lexeme in state.mendings and lexeme.start == lexeme.end:
            after = state.stacks[number + 1]
            item = grammar.table.kernels[after.state][0]
            terminal = grammar.terminals.get(item.rule.expansion[item.dot - 1]) if item.dot else None
            word = terminal is not None and terminal.word is not None and terminal.word[0].isalnum()
            if word and all(stack.depth >= after.depth for stack in state.stacks[number + 1 :]):
                return True
    return False


def gives_up_text(grammar: Grammar, state: CursorState) -> bool:
    """Whether a text that does not end where it should was given up: what it took in may lack."""
    if not state.mended:
        return False
    mended = (number for number, lexeme in enumerate(state.read) if lexeme in state.mendings)
    pairs = ((state.stacks[number], state.stacks[number + 1]) for number in mended)
    return any(after.depth < before.depth and grammar.modes[before.state] != CODE for before, after in pairs)


def _is_turned(text: str, state: CursorState) -> bool:
    """Whether near a mending a text between quotes goes over a line's end: it may be code, and code text."""
    read = list(state.read)
    over = (
        number
        for number, one in enumerate(read)
        if text.startswith(QUOTES, one.start) and "\n" in text[one.start : one.end]
    )
    return any(not one.terminal for i in over for one in read[max(0, i - _NEAR) : i + _NEAR])
