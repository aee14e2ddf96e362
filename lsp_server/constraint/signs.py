"""What closes what a half-written suggestion leaves open, without a word: brackets, quotes, tags, and a sign.

The parser's stack knows what is open, so that this takes no search in the grammar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cache

from lsp_server.constraint.enclosing import enclosures
from lsp_server.constraint.window import Window
from lsp_server.lalr.grammar import Grammar
from lsp_server.lalr.lexicon import closer_pattern
from lsp_server.lalr.table import END, Stack

_DEPTH = 6
"""So much is closed at most."""


def closing_signs(
    grammar: Grammar, stack: Stack, windows: Sequence[Window], *, in_line: bool
) -> Iterator[str]:
    """What may end what is open without a word: what closes it, the innermost first, and one more sign.

    What follows the cursor can come next then, as far as its first lexeme tells. A line is ended only where
    that is needed, and never if `in_line`. `closing.closings` finds words too, which takes far longer.

    Args:
        grammar: the language.
        stack: the stack at the end of what is to be closed.
        windows: readings of the text after the cursor.
        in_line: whether no line is to be ended.

    """
    signs, closers, line_ends = _signs(grammar)
    wanted = signs.keys() | closers | line_ends
    closed = ""
    for _ in range(_DEPTH):
        if _leads_on(grammar, stack, windows):
            yield closed
        shifted = _shifted(grammar, stack, wanted)
        for name, after in shifted.items():
            if name in signs and _leads_on(grammar, after, windows):
                yield closed + signs[name]
        closer = next((name for name in shifted if name in closers), None)
        if closer is not None:
            word = signs.get(closer) or _paired_closer(grammar, closer, stack.tag)
        else:
            closer = next((name for name in shifted if name in line_ends and not in_line), None)
            word = "\n"
        if closer is None or word is None:
            return
        closed, stack = closed + word, shifted[closer]


def _shifted(grammar: Grammar, stack: Stack, wanted: Set[str]) -> Mapping[str, Stack]:
    """The stacks after each wanted terminal that may come next."""
    names = sorted(grammar.table.accepts[stack.state] & wanted)
    after = {name: grammar.table.shift(stack, name) for name in names}
    return {name: found for name, found in after.items() if found is not None}


@cache
def _signs(grammar: Grammar) -> tuple[Mapping[str, str], frozenset[str], frozenset[str]]:
    """The texts of terminals that are no words and open nothing; those that close something; line ends."""
    brackets, closers = dict(grammar.language.brackets), set(grammar.closers)
    words = {name: terminal.word or "" for name, terminal in grammar.terminals.items()}
    signs = {name: word for name, word in words.items() if word and not re.search(r"\w", word)}
    closers.update(name for name, word in signs.items() if word in brackets.values())
    opening = {name for name, word in signs.items() if word in brackets}
    for enclosure in enclosures(grammar):
        if enclosure.open != enclosure.close and enclosure.close in signs:
            closers.add(enclosure.close)
            opening.add(enclosure.open)
    code = frozenset(grammar.terminals.keys() - grammar.ignored)
    line_ends = grammar.automaton.start(code).run("\n", 0, 1).accepting
    signs = {name: word for name, word in signs.items() if name not in opening}
    return signs, frozenset(closers), line_ends


def _paired_closer(grammar: Grammar, name: str, tag: str | None) -> str | None:
    """The text that closes a tag; None where that stands on a line of its own."""
    pair = grammar.closers[name]
    text = re.sub(r"\\(.)", r"\1", pair.pattern).replace("{tag}", tag or "")
    is_text = not pair.follow and re.fullmatch(closer_pattern(pair, tag or ""), text) is not None
    return text if is_text else None


def _leads_on(grammar: Grammar, stack: Stack, windows: Sequence[Window]) -> bool:
    """Whether the first lexeme after the cursor may come next, as one of its readings."""
    firsts = [lexeme for window in windows for lexeme in window.lexemes[:1]]
    return not firsts or any(
        lexeme.optional
        or any(
            grammar.finishes(stack) if name == END else grammar.takes(stack, name)
            for name in lexeme.terminals
        )
        for lexeme in firsts
    )
