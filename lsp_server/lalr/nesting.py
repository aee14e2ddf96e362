"""Which brackets and strings are open where a text stops fitting, as the parser sees it, not by counting."""

from __future__ import annotations

from collections.abc import Mapping

from lsp_server.lalr.grammar import CODE, Grammar
from lsp_server.lalr.lexing import NOTHING, Lexeme, drive
from lsp_server.lalr.reading import Reading
from lsp_server.lalr.table import END


def open_lexemes(reading: Reading, closers: Mapping[str, str]) -> tuple[Lexeme, ...]:
    """The opening lexemes that are not closed where what is read stops fitting or ends, the outermost first.

    A closer may belong to something else than the innermost opener that it could close, say to an opener
    that is no bracket of its own. It closes an opener if a rule has both, or if the reductions after it
    leave nothing on the stack above the place of the opener. They wait for the next lexeme; at the end any
    that fits is tried for one.

    Args:
        reading: of a text.
        closers: the text of the closer by that of the opener.

    """
    table, text = reading.grammar.table, reading.text
    opened: list[tuple[Lexeme, int]] = []
    by_closer: dict[str, list[int]] = {closer: [] for closer in closers.values()}

    def settle(closer: str, depth: int) -> bool:
        """Close the innermost opener for a closer if its place is at or above a depth."""
        numbers = by_closer.get(closer)
        if not numbers:
            return True
        number = numbers[-1]
        if depth > opened[number][1]:
            return False
        for lexeme, _ in opened[number:]:
            by_closer[closers[text[lexeme.start : lexeme.end]]].pop()
        del opened[number:]
        return True

    before: Lexeme | None = None
    waiting = ""
    for lexeme, stack in reading.steps:
        if before is not None and stack.below is not None:
            settle(waiting, stack.below.depth)
            word = text[before.start : before.end]
            if word in closers:
                by_closer[closers[word]].append(len(opened))
                opened.append((before, stack.depth))
            in_rule = max(item.dot for item in table.kernels[stack.state])
            waiting = "" if settle(word, stack.depth - in_rule + 1) else word
        before = lexeme
    _, stack = reading.steps[-1]
    shifted = (table.shift(stack, terminal) for terminal in table.accepts[stack.state])
    reduced = next((after.below for after in shifted if after is not None), None)
    settle(waiting, 0 if reduced is None else reduced.depth)
    return tuple(lexeme for lexeme, _ in opened)


def opener_of_text(grammar: Grammar, text: str) -> Lexeme | None:
    """The lexeme that opened what is read as text, such as a string, where a text ends; None in code."""
    opener: Lexeme | None = None
    for lexeme, stack in drive(grammar, grammar.start(), text, 0):
        if grammar.modes[stack.state] == CODE:
            opener = None if lexeme.terminal in (END, NOTHING) else lexeme
    return opener
