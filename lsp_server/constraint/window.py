"""The lexemes that stand after a cursor, read without knowing the parser's state there.

What a text is read as depends on what may stand where it begins. Here that is approximated by what may
follow the lexeme before it, and, for the first lexeme, by whether the cursor stands in code or in prose.
So each lexeme is a set of terminals, and one that may also be skipped is optional. The oracle settles
later, on the joined text, what it really is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lsp_server.constraint.grammar import END, Grammar


@dataclass(frozen=True, slots=True)
class WindowLexeme:
    """One lexeme after the cursor: the terminals it may be, and whether it may be ignored text instead."""

    terminals: frozenset[str]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """The first lexemes after a cursor; `open` unless the text ends with the last of them (then `END`)."""

    lexemes: tuple[WindowLexeme, ...]
    open: bool

    def first(self, count: int) -> Window:
        """The window cut to its first lexemes."""
        return self if count >= len(self.lexemes) else Window(self.lexemes[:count], open=True)


def read_window(grammar: Grammar, text: str, cursor: int, prose: bool, tag: str | None, size: int) -> Window:
    """Up to `size` lexemes after a cursor, until the first place that no terminal fits.

    Args:
        prose: the cursor stands where blanks are part of the text.
        tag: the tag of the innermost open paired terminal, if any.
        size: how many lexemes to read at most; the end of the text is one.

    """
    lexemes: list[WindowLexeme] = []
    candidates = grammar.prose if prose else grammar.code
    offset = cursor
    while len(lexemes) < size:
        if offset >= len(text):
            lexemes.append(WindowLexeme(frozenset((END,))))
            return Window(tuple(lexemes), open=False)
        found = grammar.scanner(candidates, tag).match(text, offset)
        if found is None:
            break
        name, end = found
        if name in grammar.ignored:
            offset = end
            continue
        readings = grammar.automaton.start(candidates | grammar.ignored).run(text, offset, end)
        same = readings.accepting | {name}
        optional = bool(same & grammar.ignored)
        terminals = same - grammar.ignored
        lexemes.append(WindowLexeme(terminals, optional))
        following = frozenset().union(*(grammar.followers.get(t, frozenset()) for t in terminals))
        candidates = following | candidates if optional else following
        offset = end
    return Window(tuple(lexemes), open=True)


def windows(
    grammar: Grammar, text: str, cursor: int, prose: bool, tag: str | None, size: int
) -> Sequence[Window]:
    """The readings of the text after a cursor, the likelier first: in the cursor's own mode, or the other."""
    own = read_window(grammar, text, cursor, prose, tag, size)
    other = read_window(grammar, text, cursor, not prose, tag, size) if grammar.prose else own
    return (own,) if other == own else (own, other)
