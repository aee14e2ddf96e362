"""Reads the lexeme at one place as Lark's contextual lexer would in each of many states, at little cost.

Where it is not known in which state the parser is, the text is matched once against every terminal that may
begin there; each state then has the first of those that it looks for, as its own scanner would.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property, lru_cache

from lsp_server.constraint.grammar import Grammar
from lsp_server.constraint.lexicon import Terminal, closer_pattern
from lsp_server.constraint.lexing import NOTHING, Lexeme
from lsp_server.constraint.table import END


class Reader:
    """All terminals of a grammar, to be matched at places of any text."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        self._ordered = sorted(grammar.terminals.values(), key=lambda terminal: terminal.order)
        self._match = {t.name: re.compile(t.pattern).match for t in self._ordered}
        self._beginning: dict[str, tuple[Terminal, ...]] = {}
        self._looked_for: dict[int, frozenset[str]] = {}

    @cached_property
    def _readers(self) -> Mapping[str, frozenset[str]]:
        """By fixed word, the general terminals that match it whole and are as important."""
        general = [terminal for terminal in self._ordered if terminal.word is None]
        found: dict[str, frozenset[str]] = {}
        for word in self._ordered:
            if word.word is not None:
                found[word.name] = frozenset(
                    other.name
                    for other in general
                    if other.priority == word.priority
                    and (match := self._match[other.name](word.word)) is not None
                    and match.end() == len(word.word)
                )
        return found

    def looked_for(self, state: int) -> frozenset[str]:
        """The terminals that are looked for in a state."""
        found = self._looked_for.get(state)
        if found is None:
            accepts = self._grammar.table.accepts[state]
            found = self._looked_for[state] = self._grammar.looked_for(accepts)
        return found

    def matches(self, text: str, offset: int, tag: str | None) -> Mapping[str, int]:
        """By terminal that matches at an offset, where it ends, in Lark's order; `tag` is open."""
        found: dict[str, int] = {}
        for terminal in self._beginning_with(text[offset]):
            name = terminal.name
            pair = self._grammar.closers.get(name)
            match = self._match[name](text, offset)
            if pair is not None and tag is not None:
                match = re.compile(closer_pattern(pair, tag)).match(text, offset)
            if match is not None:
                found[name] = match.end()
        return found

    def _beginning_with(self, character: str) -> tuple[Terminal, ...]:
        """The terminals that may begin with a character, and those with a closer, of which that depends."""
        found = self._beginning.get(character)
        if found is None:
            grammar = self._grammar
            alive = grammar.automaton.start(frozenset(grammar.terminals)).step(character).alive
            found = tuple(t for t in self._ordered if t.name in alive or t.name in grammar.closers)
            self._beginning[character] = found
        return found

    def first_of(self, matches: Mapping[str, int], looked_for: frozenset[str], text: str, offset: int) -> str:
        """The terminal that is read where some match and some are looked for; `NOTHING` where none is."""
        name = next(
            (
                name
                for name in matches
                if name in looked_for and not self._is_read_by_others(name, looked_for)
            ),
            NOTHING,
        )
        if name == NOTHING or self._grammar.terminals[name].word is not None:
            return name
        return self._renamed(name, text[offset : matches[name]], looked_for)

    def _is_read_by_others(self, name: str, looked_for: frozenset[str]) -> bool:
        word = self._grammar.terminals[name]
        return any(
            self._grammar.terminals[reader].fold or not word.fold
            for reader in self._readers.get(name, frozenset()) & looked_for
        )

    def _renamed(self, name: str, lexeme: str, looked_for: frozenset[str]) -> str:
        """A general terminal, or the fixed word among those looked for that it matched."""
        ignored = self._grammar.ignored
        if name in ignored:
            return name
        for word in self._words.get(lexeme.lower(), ()):
            fits = lexeme == word.word or word.fold
            if word.name in looked_for and fits and name in self._readers[word.name]:
                return NOTHING if word.name in ignored else word.name
        return name

    @cached_property
    def _words(self) -> Mapping[str, tuple[Terminal, ...]]:
        found: dict[str, tuple[Terminal, ...]] = {}
        for terminal in self._ordered:
            if terminal.word is not None:
                key = terminal.word.lower()
                found[key] = (*found.get(key, ()), terminal)
        return found

    def lexeme(self, looked_for: frozenset[str], tag: str | None, text: str, offset: int) -> Lexeme:
        """The lexeme at or after an offset, what is ignored being skipped, as `next_lexeme` has it.

        `looked_for` are the terminals that a state looks for.
        """
        while offset < len(text):
            matches = self.matches(text, offset, tag)
            name = self.first_of(matches, looked_for, text, offset)
            if name == NOTHING:
                return Lexeme(NOTHING, offset, offset)
            if name not in self._grammar.ignored:
                return Lexeme(name, offset, matches[name])
            offset = matches[name]
        return Lexeme(END, len(text), len(text))


@lru_cache(maxsize=64)
def reader_of(grammar: Grammar) -> Reader:
    """The reader of a grammar, made once."""
    return Reader(grammar)
