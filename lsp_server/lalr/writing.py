"""Sentences of terminals as plain text, for people to read: each terminal in its plainest spelling.

Whether a lexer reads the text back as these terminals is not looked into.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lark.lexer import TerminalDef

from lsp_server.lalr.analysis import GrammarReading
from lsp_server.lalr.regex import UnsupportedRegexError, parse_regex, simplest


@dataclass(frozen=True, slots=True)
class WrittenText:
    """A text, and where each of its lexemes starts and ends."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]


class Writer:
    """Writes sentences of a grammar's terminals."""

    def __init__(self, reading: GrammarReading) -> None:
        self._words = {word for terminal in reading.definitions if (word := word_of(terminal)) is not None}
        self._texts = {terminal.name: self._spell(terminal) for terminal in reading.definitions}
        ignored = [terminal for terminal in reading.definitions if terminal.name in reading.ignored]
        blank = any(re.fullmatch(terminal.pattern.to_regexp(), " ") for terminal in ignored)
        self._between = " " if blank else self._texts[ignored[0].name] if ignored else ""

    def write(self, lexemes: Sequence[str]) -> WrittenText:
        """The text of some terminals; one that only a lexer of the user's own makes is named in brackets."""
        text, starts, ends = "", [], []
        for lexeme in lexemes:
            text += self._between if text else ""
            starts.append(len(text))
            text += self._texts.get(lexeme, f"<{lexeme}>")
            ends.append(len(text))
        return WrittenText(text, tuple(starts), tuple(ends))

    def _spell(self, terminal: TerminalDef) -> str:
        word = word_of(terminal)
        if word is not None:
            return word
        pattern = terminal.pattern.to_regexp()
        try:
            text = simplest(parse_regex(pattern))
        except (UnsupportedRegexError, StopIteration):
            return f"<{terminal.name}>"
        longer = (text + more for more in ("", *"abxyz01"))
        return next((t for t in longer if t not in self._words and re.fullmatch(pattern, t)), text)


def word_of(terminal: TerminalDef) -> str | None:
    """The text of a terminal where it is a fixed one."""
    return str(terminal.pattern.value) if terminal.pattern.type == "str" else None
