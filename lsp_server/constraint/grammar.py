"""A bundle's grammar, made ready: table, scanners, automaton, and what follows from them once and for all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property, lru_cache

from lark import Lark
from lark.exceptions import GrammarError as LarkGrammarError
from lark.exceptions import LarkError

from lsp_server.constraint.automaton import Automaton
from lsp_server.constraint.lexicon import Scanner, Terminal, closer_pattern, read_terminals
from lsp_server.constraint.table import END, Stack, Table, build_table
from lsp_server.errors import GrammarError
from lsp_server.languages import Language

BLANK = " "


class Grammar:
    """Everything that is known of a grammar before any text.

    `followers[t]` are the terminals that Lark's contextual lexer looks for after t. `code` and `prose`
    split the terminals by whether a blank is skipped where they may stand, or belongs to the text (as it
    does inside a string); a terminal may be in both.
    """

    def __init__(
        self, language: Language, table: Table, terminals: Mapping[str, Terminal], ignored: frozenset[str]
    ):
        self.language = language
        self.table = table
        self.terminals = terminals
        self.ignored = ignored
        self.openers = {pair.open: (pair, re.compile(pair.tag)) for pair in language.paired}
        self.closers = {pair.close: pair for pair in language.paired}
        self.list_stack = table.list_stack()
        self._scanners: dict[tuple[frozenset[str], str | None], Scanner] = {}
        self._by_state: dict[tuple[int, str | None], Scanner] = {}

    @cached_property
    def automaton(self) -> Automaton:
        """The automaton of all terminals."""
        return Automaton({name: terminal.node for name, terminal in self.terminals.items()})

    @cached_property
    def followers(self) -> Mapping[str, frozenset[str]]:
        """By terminal, what may stand after it."""
        found: dict[str, set[str]] = {}
        for row in self.table.actions:
            for terminal, action in row.items():
                if action >= 0:
                    found.setdefault(terminal, set()).update(self.table.actions[action])
        return {terminal: frozenset(after) for terminal, after in found.items()}

    @cached_property
    def prose(self) -> frozenset[str]:
        """Terminals that may stand where a blank is part of the text."""
        return frozenset().union(*(self.table.accepts[state] for state in self._prose_states))

    @cached_property
    def code(self) -> frozenset[str]:
        """Terminals that may stand where blanks are skipped."""
        states = (s for s in range(len(self.table.actions)) if s not in self._prose_states)
        return frozenset().union(*(self.table.accepts[state] for state in states))

    @cached_property
    def _prose_states(self) -> frozenset[int]:
        return frozenset(state for state in range(len(self.table.actions)) if self._keeps_blanks(state))

    def _keeps_blanks(self, state: int) -> bool:
        found = self.scanner(self.table.accepts[state], None).match(BLANK, 0)
        return found is not None and found[0] not in self.ignored

    def in_prose(self, stack: Stack) -> bool:
        """Whether a blank at this stack is part of the text."""
        return stack.state in self._prose_states

    def scanner_at(self, stack: Stack) -> Scanner:
        """The scanner that reads the next lexeme after a stack."""
        key = (stack.state, stack.tag)
        scanner = self._by_state.get(key)
        if scanner is None:
            scanner = self._by_state[key] = self.scanner(self.table.accepts[stack.state], stack.tag)
        return scanner

    def scanner(self, accepts: frozenset[str], tag: str | None) -> Scanner:
        """The scanner for some terminals and whatever is ignored, with `tag` open."""
        key = (accepts, tag)
        scanner = self._scanners.get(key)
        if scanner is None:
            closers = {} if tag is None else {n: closer_pattern(p, tag) for n, p in self.closers.items()}
            terminals = [self.terminals[name] for name in (accepts | self.ignored) if name in self.terminals]
            scanner = self._scanners[key] = Scanner(terminals, closers)
        return scanner

    def tag_of(self, terminal: str, lexeme: str) -> str | None:
        """The tag that a lexeme opens; None where it opens none."""
        opener = self.openers.get(terminal)
        found = opener[1].match(lexeme) if opener is not None else None
        return found.group(1) if found is not None else None

    def shift(self, stack: Stack, terminal: str, text: str, start: int, end: int) -> Stack | None:
        """The stack after the lexeme `text[start:end]`; None where it does not fit."""
        tag = self.tag_of(terminal, text[start:end]) if terminal in self.openers else None
        return self.table.shift(stack, terminal, tag)

    def expected(self, stack: Stack) -> tuple[str, ...]:
        """Spellings of what may stand next, fixed texts first; only what survives the pending reductions."""
        names = [n for n in self.table.accepts[stack.state] if self.table.shift(stack, n) is not None]
        terminals = [self.terminals[name] for name in names if name in self.terminals]
        terminals.sort(key=lambda terminal: (terminal.word is None, terminal.order))
        return tuple(dict.fromkeys(terminal.spelling for terminal in terminals))


@lru_cache(maxsize=64)
def load_grammar(language: Language) -> Grammar:
    """Build the constraint of a language; the result is kept.

    Raises:
        GrammarError: the text is not a Lark grammar, not LALR(1), or has a terminal that the mask engine
            cannot take.

    """
    path = language.grammar_path
    try:
        lark = Lark(
            language.grammar,
            parser=None,
            lexer="basic",
            start=language.start,
            import_paths=[str(language.directory)],
            maybe_placeholders=False,
        )
    except LarkError as error:
        line = getattr(error, "line", None)
        raise GrammarError(
            f"not a Lark grammar: {_first_line(error)}", path=path, line=line, remedy="correct the grammar"
        ) from None
    used = {symbol.name for rule in lark.rules for symbol in rule.expansion} | set(lark.ignore_tokens)
    terminals = read_terminals(language, [d for d in lark.terminals if d.name in used])
    for pair in language.paired:
        for name in (pair.open, pair.close):
            if name not in terminals:
                raise GrammarError(
                    f"paired terminal {name} is not in the grammar", path=path, remedy="correct [[paired]]"
                )
    try:
        table = build_table(lark.rules, language.start)
    except LarkGrammarError as error:
        raise GrammarError(
            f"not LALR(1): {_first_line(error)}",
            path=path,
            line=_conflict_line(language, str(error)),
            remedy="make the two rules differ before the next lexeme, or merge them",
        ) from None
    return Grammar(language, table, terminals, frozenset(lark.ignore_tokens))


def _first_line(error: Exception) -> str:
    return " ".join(line.strip() for line in str(error).strip().splitlines()[:4])


def _conflict_line(language: Language, report: str) -> int | None:
    for name in re.findall(r"<(\w+) :", report):
        found = re.search(rf"^[?!]*{re.escape(name)}\b", language.grammar, re.MULTILINE)
        if found:
            return language.grammar.count("\n", 0, found.start()) + 1
    return None


__all__ = ["END", "Grammar", "load_grammar"]
