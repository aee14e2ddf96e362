"""What stands for a terminal in a starter snippet: a text that it reads, and that says what is meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from lsp_server.cache import cached_property
from lsp_server.inspection.roles import Role, reads, sigil_of
from lsp_server.lalr import END, Grammar, drive
from lsp_server.lalr.notation import rule_of
from lsp_server.lalr.regex import simplest

_LONGEST = 12
"""A lexeme of an example that is longer than that is no sample."""
_NUMBER, _STRINGS = "1", ('"text"', "'text'", "`text`")


@dataclass(frozen=True)
class TerminalSamples:
    """Writes terminals of a grammar; `examples` are texts that are valid by it."""

    grammar: Grammar
    roles: dict[str, Role]
    examples: tuple[str, ...] = ()

    def of(self, terminal: str, symbol: str) -> str:
        """A text for a terminal; `symbol` is what it is all of, a rule or the terminal itself."""
        found = self.grammar.terminals[terminal]
        if found.word is not None:
            return found.word
        names = (_in_words(symbol), _in_words(terminal), "name", "a")
        wished = {
            Role.NAME: [sigil_of(found) + name for name in names],
            Role.NUMBER: [_NUMBER],
            Role.STRING: list(_STRINGS),
        }.get(self.roles[terminal], [])
        common = self._used.get(terminal)
        plain = [*wished, *([] if common is None else [common])]
        free = (text for text in plain if reads(found, text) and text.casefold() not in self._words)
        return next(free, simplest(found.node))

    @cached_property
    def _words(self) -> frozenset[str]:
        words = (terminal.word for terminal in self.grammar.terminals.values())
        return frozenset(word.casefold() for word in words if word is not None)

    @cached_property
    def _used(self) -> dict[str, str]:
        """By terminal, its commonest short lexeme in the examples."""
        counts: dict[str, Counter[str]] = {}
        for name, text in self._lexemes():
            if len(text) <= _LONGEST:
                counts.setdefault(name, Counter())[text] += 1
        return {name: min(found, key=lambda text: (-found[text], text)) for name, found in counts.items()}

    def _lexemes(self) -> Iterable[tuple[str, str]]:
        for text in self.examples:
            for lexeme, _ in drive(self.grammar, self.grammar.start(), text, 0):
                if lexeme.terminal != END and lexeme.terminal in self.grammar.terminals:
                    yield lexeme.terminal, text[lexeme.start : lexeme.end]


def _in_words(symbol: str) -> str:
    return rule_of(symbol).strip("_").lower()
