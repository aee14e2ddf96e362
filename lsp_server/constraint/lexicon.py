"""The terminals of a grammar, and scanners that read them exactly as Lark's contextual lexer does.

Lark tries terminals in a fixed order (priority, longest possible match, longest expression, name) and takes
the first that matches; a fixed word that a more general terminal also matches is read as the general one
and then renamed. Both rules are kept here, because the guarantee is given in terms of Lark.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from lark.lexer import TerminalDef

from lsp_server.constraint.regex import Node, UnsupportedRegexError, literal, parse_regex
from lsp_server.errors import GrammarError
from lsp_server.languages import Language, Paired


@dataclass(frozen=True, eq=False)
class Terminal:
    """A terminal: its name, its expression for `re`, and its place in Lark's order.

    `word` is its text where it is a fixed one, else None; with `fold`, in capitals or not.
    """

    name: str
    pattern: str
    word: str | None
    fold: bool
    priority: int
    order: tuple[int, int, int, str]

    @cached_property
    def node(self) -> Node:
        """Its expression as a tree."""
        return parse_regex(self.pattern) if self.word is None or self.fold else literal(self.word)

    @property
    def spelling(self) -> str:
        """How a message names it: a fixed text as it is written, else the terminal's name in words."""
        return self.word if self.word is not None else self.name.strip("_").replace("_", " ").lower()


def read_terminals(language: Language, definitions: Iterable[TerminalDef]) -> dict[str, Terminal]:
    """The terminals of a grammar by name.

    Raises:
        GrammarError: an expression matches the empty text or cannot be used by the mask engine.

    """
    terminals: dict[str, Terminal] = {}
    for definition in definitions:
        pattern, line = definition.pattern, _line_of(language.grammar, definition.name)
        word = pattern.value if pattern.type == "str" else None
        try:
            parse_regex(pattern.to_regexp())
        except UnsupportedRegexError as error:
            raise GrammarError(
                f"terminal {definition.name}: {error}",
                path=language.grammar_path,
                line=line,
                remedy="write it without, as a regular expression in the strict sense",
            ) from None
        if pattern.min_width == 0:
            raise GrammarError(
                f"terminal {definition.name} matches the empty text",
                path=language.grammar_path,
                line=line,
                remedy="make it match at least one character, and make it optional in the rules",
            )
        order = (-definition.priority, -pattern.max_width, -len(pattern.value), definition.name)
        terminals[definition.name] = Terminal(
            definition.name, pattern.to_regexp(), word, "i" in pattern.flags, definition.priority, order
        )
    return terminals


def _line_of(grammar: str, name: str) -> int | None:
    found = re.search(rf"^{re.escape(name)}\b", grammar, re.MULTILINE)
    return grammar.count("\n", 0, found.start()) + 1 if found else None


class Scanner:
    """Reads one lexeme where any of some terminals may stand."""

    __slots__ = ("_folded", "_match", "_words", "terminals")

    def __init__(
        self,
        terminals: Iterable[Terminal],
        closers: Mapping[str, str],
        ignored: frozenset[str] = frozenset(),
    ) -> None:
        """`closers` replaces the expressions of paired terminals, whose tag is known here.

        Lark ignores what it reads as `ignored` before it renames: a word is lost that something ignored
        also matches, and an ignored word that a general terminal matches fits nowhere.
        """
        ordered = sorted(terminals, key=lambda terminal: terminal.order)
        words = [terminal for terminal in ordered if terminal.word is not None]
        self.terminals = frozenset(terminal.name for terminal in ordered)
        self._words: dict[str, dict[str, str]] = {}
        self._folded: dict[str, dict[str, str]] = {}
        embedded: set[str] = set()
        for general in (terminal for terminal in ordered if terminal.word is None):
            match = re.compile(general.pattern).match
            for word in words:
                assert word.word is not None
                found = match(word.word) if word.priority == general.priority else None
                if found is None or found.end() != len(word.word):
                    continue
                table = self._folded if word.fold else self._words
                key = word.word.lower() if word.fold else word.word
                if general.name not in ignored:
                    name = "" if word.name in ignored else word.name
                    table.setdefault(general.name, {}).setdefault(key, name)
                if general.fold or not word.fold:
                    embedded.add(word.name)
        alternatives = [
            f"(?P<{terminal.name}>{closers.get(terminal.name, terminal.pattern)})"
            for terminal in ordered
            if terminal.name not in embedded
        ]
        self._match = re.compile("|".join(alternatives) if alternatives else r"(?!)").match

    def match(self, text: str, start: int) -> tuple[str, int] | None:
        """The terminal that stands at `start`, "" if it fits nowhere, and its end; None where none does."""
        found = self._match(text, start)
        if found is None:
            return None
        name = found.lastgroup
        assert name is not None
        if name in self._words:
            name = self._words[name].get(found.group(), name)
        if name in self._folded:
            name = self._folded[name].get(found.group().lower(), name)
        return name, found.end()


def closer_pattern(pair: Paired, tag: str) -> str:
    """The expression of a paired closing terminal while `tag` is open."""
    follow = f"(?={pair.follow})" if pair.follow else ""
    return pair.pattern.replace("{tag}", re.escape(tag)) + follow


def any_closer_pattern(pair: Paired) -> str:
    """The same for a word as tag, which is group 1; an empty one too if that leaves something to close with.

    To be compiled for texts of several lines.
    """
    tag = r"(\w+)" if re.match(pair.pattern.replace("{tag}", ""), "") else r"(\w*)"
    return ("^" if pair.follow else "") + pair.pattern.replace("{tag}", tag) + f"(?={pair.follow})"
