"""Whether lexemes are a sentence of a grammar, as Lark itself sees it: a grammar that need not be LALR(1).

Where Lark makes an LALR(1) table of a grammar that table says it, with all that Lark settles in it; else
Lark's Earley parser does. Lexemes are told by what they are written like, not by name: Lark numbers those
that have no name, so that the same one may be called otherwise in another version of a grammar.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from lark import Lark
from lark.exceptions import LarkError
from lark.lexer import Lexer, TerminalDef, Token

from lsp_server.cache import cached_property
from lsp_server.errors import GrammarError
from lsp_server.lalr.analysis import converted, item_sets, read_rules
from lsp_server.lalr.importing import importer
from lsp_server.lalr.settling import CollisionError, settle
from lsp_server.lalr.table import Rule, Table
from lsp_server.lalr.writing import Writer

Kind = str
"""A terminal, told by its expression, or by its name where it has none."""
Sentence = tuple[Kind, ...]


class SentenceJudge:
    """Says of sentences whether a grammar takes them.

    Raises:
        GrammarError: the text is not a Lark grammar, or has no such start rule.

    """

    def __init__(self, text: str, path: Path, start: str) -> None:
        self._text, self._path, self.start = text, path, start
        self._reading = read_rules(text, path, start)
        self._kinds = {terminal.name: _kind(terminal) for terminal in self._reading.definitions}
        self._names = {kind: name for name, kind in reversed(self._kinds.items())}

    @cached_property
    def rules(self) -> Mapping[str, tuple[Rule, ...]]:
        """The expanded rules by nonterminal, with terminals told by kind."""
        found: dict[str, dict[Rule, None]] = {}
        for rule in map(converted, self._reading.rules):
            body = tuple(self._kinds.get(symbol, symbol) for symbol in rule.expansion)
            found.setdefault(rule.origin, {})[Rule(rule.origin, body)] = None
        return {origin: tuple(rules) for origin, rules in found.items()}

    @cached_property
    def kinds(self) -> tuple[Kind, ...]:
        """All terminals of rules, in the order of their names."""
        symbols = {symbol for rules in self.rules.values() for rule in rules for symbol in rule.expansion}
        return tuple(sorted(symbols - self.rules.keys()))

    @cached_property
    def table(self) -> Table | None:
        """The table that Lark makes; None where it refuses to."""
        try:
            return settle(item_sets(self._reading, self._path, self.start))
        except CollisionError:
            return None

    def takes(self, sentence: Sentence) -> bool:
        """Whether the grammar derives a sentence: by its table if there is one."""
        table = self.table
        if table is None:
            return self.derives(sentence)
        stack = table.start()
        for kind in sentence:
            after = table.shift(stack, self._names.get(kind, kind))
            if after is None:
                return False
            stack = after
        return table.completes(stack)

    def derives(self, sentence: Sentence) -> bool:
        """Whether the grammar derives a sentence, by Lark's Earley parser."""
        try:
            self._earley.parse(self._joined(sentence))
        except LarkError:
            return False
        return True

    def tree(self, sentence: Sentence) -> object:
        """The tree that Lark's Earley parser chooses, as nested tuples; None where there is none."""
        try:
            return _plain(self._choosing.parse(self._joined(sentence)))
        except LarkError:
            return None

    def write(self, sentence: Sentence) -> str:
        """A sentence as people would write it."""
        return self._writer.write([self._names.get(kind, kind) for kind in sentence]).text

    @cached_property
    def _writer(self) -> Writer:
        return Writer(self._reading)

    @cached_property
    def _earley(self) -> Lark:
        return self._lark("forest")

    @cached_property
    def _choosing(self) -> Lark:
        return self._lark("resolve")

    def _lark(self, ambiguity: Any) -> Lark:
        try:
            return Lark(
                self._text,
                parser="earley",
                lexer=_Given,
                ambiguity=ambiguity,
                start=self.start,
                source_path=str(self._path),
                import_paths=[importer(self._text, self._path)],
            )
        except LarkError as error:
            raise GrammarError(f"not a Lark grammar: {error}", path=self._path) from None

    def _joined(self, sentence: Sentence) -> str:
        return " ".join(self._names.get(kind, kind) for kind in sentence)


class _Given(Lexer):
    """Takes names of terminals as they are."""

    def __init__(self, lexer_conf: Any) -> None:
        self._known = {terminal.name for terminal in lexer_conf.terminals}

    def lex(self, lexer_state: Any, parser_state: Any = None) -> Iterator[Token]:
        for name in str(getattr(lexer_state, "text", lexer_state)).split():
            yield Token(name, name)


def _kind(terminal: TerminalDef) -> Kind:
    return f"{terminal.pattern.type} {sorted(terminal.pattern.flags)} {terminal.pattern.value}"


def _plain(node: Any) -> object:
    children: Sequence[Any] | None = getattr(node, "children", None)
    if children is None:
        return node if node is None else node.type
    return str(node.data), tuple(map(_plain, children))
