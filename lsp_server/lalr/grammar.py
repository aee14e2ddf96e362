"""A bundle's grammar, made ready: table, scanners, automaton, and what follows from them once and for all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from copy import copy
from functools import cache

from lsp_server.cache import cached_property
from lsp_server.lalr.analysed import Analysis
from lsp_server.lalr.automaton import Automaton
from lsp_server.lalr.dynamic import DynamicScanner, shift_dynamically
from lsp_server.lalr.general import GeneralTable, lexeme_before, tops_of, waiting_of
from lsp_server.lalr.indenting import Blocks
from lsp_server.lalr.lexicon import Lexicon, Scanner, closer_pattern
from lsp_server.lalr.lines import Layout, Lines
from lsp_server.lalr.regex import parse_regex
from lsp_server.lalr.rows import Rows
from lsp_server.lalr.table import END, Rule, Stack, Table
from lsp_server.languages import Language

BLANK = " "
_BASIC = ("basic", "standard")
"""What Lark calls a lexer that minds nothing of what may stand where."""
CODE = ""

_MOST_SCANNERS = 50_000
"""For so many states, each with a tag that is open there, it is kept what reads the next lexeme."""


class Grammar:
    """Everything that is known of a grammar before any text.

    A lexical mode is a set of states in which a blank is read alike: as nothing, which is the mode of
    code, or as part of one kind of text, such as the inside of a string. `whole` is the
    grammar itself, also of one that ignores less.
    """

    def __init__(self, language: Language, analysis: Analysis):
        table, terminals = analysis.table, analysis.terminals
        self.language = language
        self.whole = self
        self.table = table
        self.terminals = terminals
        self.shapes = analysis.shapes
        self.ignored = analysis.ignored
        self.apart = analysis.apart
        self.renamed = analysis.renamed
        self._reads = analysis.reads
        self.pairs = tuple(
            pair for pair in language.paired if {pair.open, pair.close} <= self.terminals.keys()
        )
        """The paired terminals of the manifest that stand in its texts; a dialect may lack some."""
        self.openers = {pair.open: (pair, re.compile(pair.tag)) for pair in self.pairs}
        self.closers = {pair.close: pair for pair in self.pairs}
        layout = None if language.indentation is None else Layout(language.indentation)
        self.blocks = None if layout is None else Blocks(table, layout)
        self.line_ends = frozenset(() if layout is None else (layout.rules.newline,))
        """What is looked for wherever lines tell the blocks: their ends."""
        self.line_marks = frozenset(() if layout is None else (*self.line_ends, *layout.marks))
        self.dynamic = language.lark.dynamic and layout is None and not self.pairs
        """Whether all lexemes are read that may stand at a place, not the likeliest alone."""
        self.list_stack = table.list_stack(self._lines)
        self.reserved = _terminals(table, language.reserved) & terminals.keys()
        self.outside = frozenset(terminals.keys() & set(language.outside))
        self._scanners: dict[tuple[frozenset[str], str | None], Scanner] = {}
        self._looked_for: dict[frozenset[str], frozenset[str]] = {}
        self._sets: dict[frozenset[str], frozenset[str]] = {}
        self._by_state: dict[tuple[int, str | None], Scanner] = {}
        self._beginnings: dict[str, tuple[str, ...]] = {}
        self._last_scanner: tuple[Stack, DynamicScanner] | None = None

    @cached_property
    def lexicon(self) -> Lexicon:
        """What the scanners have in common."""
        return Lexicon(self.terminals, self.ignored, self._reads)

    @cached_property
    def automaton(self) -> Automaton:
        """The automaton of all terminals."""
        readings = {name: terminal.reading for name, terminal in self.terminals.items()}
        follows = {name: read.follow for name, read in readings.items() if read.follow is not None}
        follows |= {name: parse_regex(pair.follow) for name, pair in self.closers.items()}
        return Automaton({name: terminal.node for name, terminal in self.terminals.items()}, follows)

    @cached_property
    def looks_back(self) -> int:
        """How many characters before a lexeme may decide what it is."""
        return max((terminal.reading.back for terminal in self.terminals.values()), default=0)

    @cached_property
    def blanks_only(self) -> Grammar:
        """The same where nothing is ignored but what reads blanks and line ends: no comments."""
        other = copy(self)
        other.ignored = frozenset(
            name
            for name in self.ignored
            if any(re.fullmatch(self.terminals[name].pattern, text) for text in (BLANK, "\n"))
        )
        return other

    @cached_property
    def after(self) -> Mapping[str, tuple[int, ...]]:
        """By terminal, the states that shifting it may lead to in some text."""
        found: dict[str, set[int]] = {}
        for row in self.table.shifts.all():
            for terminal, state in row.items():
                if state in self.table.entered:
                    found.setdefault(terminal, set()).add(state)
        return {terminal: tuple(sorted(states)) for terminal, states in found.items()}

    @cached_property
    def modes(self) -> Rows[str]:
        """By state, the lexical mode: the terminal as which a blank is read there; "" where it is ignored."""
        accepts, mode = self.table.accepts, cache(self._mode)
        return Rows(accepts.count, lambda state: mode(accepts[state]))

    def _mode(self, accepts: frozenset[str]) -> str:
        found = self.read_first(BLANK, accepts)
        return CODE if found is None or found in self.ignored else found

    def read_first(self, character: str, accepts: frozenset[str]) -> str | None:
        """The terminal that is read where a character stands and some are expected, if that alone tells.

        It is what `scanner` says, without the making of one for each set of terminals.
        """
        known = self._beginnings.get(character)
        if known is None:
            beginning = self.lexicon.beginning(character, ())
            matching = [t for t in beginning if self.lexicon.match_of(t)(character, 0)]
            alone = all(terminal.word is None for terminal in matching)
            known = self._beginnings[character] = tuple(t.name for t in matching) if alone else ()
        if known:
            looked_for = self.looked_for(accepts)
            return next((name for name in known if name in looked_for), None)
        found = self.scanner(accepts, None).match(character, 0)
        return None if found is None else found[0]

    def looked_for(self, accepts: frozenset[str]) -> frozenset[str]:
        """Some terminals, what is reserved beside them and what is ignored."""
        found = self._looked_for.get(accepts)
        if found is None:
            if self.language.lark.lexer in _BASIC:
                accepts = frozenset(self.table.bits)
            names = self.with_reserved(accepts) | self.ignored | self.line_ends
            looked_for = frozenset(names & self.terminals.keys())
            found = self._looked_for[accepts] = self._sets.setdefault(looked_for, looked_for)
        return found

    @cached_property
    def opening(self) -> frozenset[int]:
        """The states after a lexeme with which a rule begins and goes on: there it may open a mode."""
        rules = [rule for rules in self.table.by_origin.values() for rule in rules]
        going_on = {rule.expansion[0] for rule in rules if len(rule.expansion) > 1}
        while True:
            wrapped = {rule.expansion[0] for rule in rules if rule.origin in going_on and rule.expansion}
            if wrapped <= going_on:
                break
            going_on |= wrapped
        return frozenset(
            state
            for state, items in enumerate(self.table.kernels.all())
            for item in items
            if item.dot == 1 and (len(item.rule.expansion) > 1 or item.rule.origin in going_on)
        )

    @cached_property
    def accepted_in(self) -> Mapping[str, frozenset[str]]:
        """By mode, the terminals that may stand in one of its states."""
        found: dict[str, set[str]] = {}
        for state in sorted(self.table.entered):
            found.setdefault(self.modes[state], set()).update(self.table.accepts[state])
        return {mode: frozenset(accepts) for mode, accepts in found.items()}

    @cached_property
    def over_lines(self) -> frozenset[str]:
        """The modes, other than that of code, in which a line's end is text as well."""
        ends = {
            mode: self.scanner(accepts - self.table.dead, None).match("\n", 0)
            for mode, accepts in self.accepted_in.items()
            if mode != CODE
        }
        return frozenset(
            mode for mode, found in ends.items() if found is not None and found[0] not in self.ignored
        )

    def modes_at(self, stack: Stack) -> tuple[str, ...]:
        """The modes that enclose what comes after a stack, the innermost first, each change once."""
        found: list[str] = []
        for state in reversed(stack.states()):
            if not found or found[-1] != self.modes[state]:
                found.append(self.modes[state])
        return tuple(found)

    def start(self) -> Stack:
        """The stack before any lexeme."""
        return self.table.start(self._lines)

    @property
    def _lines(self) -> Lines | None:
        return None if self.blocks is None else Lines()

    def scanner_at(self, stack: Stack) -> Scanner:
        """The scanner that reads the next lexeme after a stack."""
        if self.dynamic:
            return self._dynamic_scanner(stack)
        return self.scanner_in(stack.state, stack.tag)

    def _dynamic_scanner(self, stack: Stack) -> DynamicScanner:
        """The same where all lexemes are read that may stand at a place."""
        known = self._last_scanner
        if known is None or known[0] is not stack:
            ahead = tuple((ahead, lexeme_before(one)) for ahead, one in waiting_of(stack))
            at_end = bool(ahead) and not tops_of(stack)
            looked_for = self.ignored if at_end else self.looked_for(self.table.accepts[stack.state])
            scanner = DynamicScanner(self.lexicon, frozenset() if at_end else looked_for, self.ignored, ahead)
            known = self._last_scanner = stack, scanner
        return known[1]

    def scanner_in(self, state: int, tag: str | None) -> Scanner:
        """The scanner that reads the next lexeme in a state, while `tag` is open."""
        scanner = self._by_state.get((state, tag))
        if scanner is None:
            if len(self._by_state) >= _MOST_SCANNERS:
                self._by_state.clear()
                self._scanners.clear()
            scanner = self._by_state[state, tag] = self.scanner(self.table.accepts[state], tag)
        return scanner

    def scanner(self, accepts: frozenset[str], tag: str | None) -> Scanner:
        """The scanner for some terminals, what is reserved beside them and what is ignored; `tag` is open."""
        accepts = self.looked_for(accepts)
        closing = () if tag is None else accepts & self.closers.keys()
        key = (accepts, tag if closing else None)
        scanner = self._scanners.get(key)
        if scanner is None:
            closers = {name: closer_pattern(self.closers[name], tag or "") for name in closing}
            scanner = self._scanners[key] = Scanner(self.lexicon, accepts, closers)
        return scanner

    @cached_property
    def entering(self) -> frozenset[str]:
        """The terminals that begin an island of the language in text that is not."""
        around = [row for row in self.table.accepts.all() if not self.outside.isdisjoint(row)]
        return frozenset[str]().union(*around) - self.outside - {END}

    @cached_property
    def leaving(self) -> frozenset[str]:
        """The terminals that end one."""
        accepts = self.table.accepts
        ends = {
            name
            for name, states in self.after.items()
            if any(not self.outside.isdisjoint(accepts[state]) for state in states)
        }
        return frozenset(ends) - self.outside

    def is_outside(self, stack: Stack) -> bool:
        """Whether what comes next after a stack may be text that is not the language."""
        return bool(self.outside) and not self.outside.isdisjoint(self.table.accepts[stack.state])

    def reach(
        self, scanner: Scanner, text: str, start: int, terminal: str, end: int, far: int | None = None
    ) -> int:
        """How many characters of a text decided that a scanner read a terminal at `start`, up to `end`.

        The count goes one beyond the text's end where more of it could change that, and where this is not
        known at `far`.
        """
        tried, read = scanner.terminals, self.terminals.get(terminal)
        if read is not None and read.reading.stops:
            tried -= {terminal}
        return max(end, self.automaton.start(tried).reach(text, start, far))

    def with_reserved(self, accepts: frozenset[str]) -> frozenset[str]:
        """What is read where some terminals may stand: with them what is reserved, as far as it is to be.

        All of it is where one of it may stand. Where a fixed word may stand that nothing else there reads,
        the reserved terminals that read it are, so that it does not end within a longer one.
        """
        if not self.reserved.isdisjoint(accepts):
            return accepts | self.reserved
        readers = (self._readers[name] for name in accepts & self._readers.keys())
        return accepts.union(*(read & self.reserved for read in readers if read.isdisjoint(accepts)))

    def as_read(self, names: frozenset[str], text: str, start: int, end: int) -> frozenset[str]:
        """Of some terminals that match a stretch of a text, those that it may be read as.

        The others are left out, since a fixed word goes before them wherever they may stand: it is all that
        is left where there is no other.
        """
        words = self.automaton.start(self._going_before).run(text, start, end).accepting
        return frozenset(name for name in names if words.isdisjoint(self.renamed.get(name, ()))) or words

    @cached_property
    def _going_before(self) -> frozenset[str]:
        return frozenset(word for words in self.renamed.values() for word in words)

    @cached_property
    def _readers(self) -> Mapping[str, frozenset[str]]:
        """By fixed word, the general terminals that read it whole."""
        found: dict[str, set[str]] = {
            name: set() for name, terminal in self.terminals.items() if terminal.word is not None
        }
        for general, words in self._reads.items():
            for name in words:
                found[name].add(general)
        return {name: frozenset(readers) for name, readers in found.items()}

    def tag_of(self, terminal: str, lexeme: str) -> str | None:
        """The tag that a lexeme opens; None where it opens none."""
        opener = self.openers.get(terminal)
        found = opener[1].match(lexeme) if opener is not None else None
        return found.group(1) if found is not None else None

    def shift(self, stack: Stack, terminal: str, text: str, start: int, end: int) -> Stack | None:
        """The stack after the lexeme `text[start:end]`; None where it does not fit.

        With the end of a line goes what the indentation of the next one stands for.
        """
        if self.dynamic and isinstance(self.table, GeneralTable):
            scanner = self._dynamic_scanner(stack)
            found = scanner.match(text, start)
            if found is not None and found[1] == end:
                return shift_dynamically(self.table, stack, scanner, text, start, end)
        tag = self.tag_of(terminal, text[start:end]) if terminal in self.openers else None
        if self.blocks is not None:
            return self.blocks.shift(stack, terminal, tag, text[start:end])
        return self.table.shift(stack, terminal, tag)

    def lines_after(self, stack: Stack, terminal: str) -> Lines | None:
        """What is open by indentation after a terminal other than the end of a line."""
        if self.blocks is None or stack.lines is None:
            return None
        return stack.lines.moved(self.blocks.layout.brackets.get(terminal, 0))

    def completes(self, stack: Stack) -> bool:
        """Whether the text may end here."""
        return self.table.completes(stack) if self.blocks is None else self.blocks.completes(stack)

    def read_as(self, stack: Stack, terminal: str, text: str, start: int, end: int) -> tuple[str, ...]:
        """The terminals that a lexeme stands for after a stack: with the end of a line, what comes of it."""
        if self.blocks is None:
            return () if terminal == END else (terminal,)
        if terminal == END:
            return self.blocks.at_end(stack)
        turn = self.blocks.turn(stack, text[start:end]) if terminal in self.line_ends else None
        return (terminal,) if turn is None else turn[0]

    @cached_property
    def last_line_ends(self) -> frozenset[str]:
        """The terminals that the end of the last line may be read as, where it is not ignored.

        One that may begin as a word does is none of them: it reads a line end by the way, as `[^ ]+` does.
        """
        if self.blocks is not None:
            return self.line_ends
        every = self.automaton.start(frozenset(self.terminals))
        words = frozenset[str]().union(*(every.step(letter).alive for letter in "a0_"))
        return every.step("\n").accepting - words - self.ignored - self.table.dead

    def finishes(self, stack: Stack) -> bool:
        """Whether the text may end here, or might if its last line had an end."""
        if self.completes(stack):
            return True
        return (
            self.lacking_line_end(stack) is not None if self.blocks is None else self.blocks.finishes(stack)
        )

    def lacking_line_end(self, stack: Stack) -> str | None:
        """The end of the last line, as a terminal, if the text lacks that and nothing else to end here."""
        after = ((name, self.table.shift(stack, name)) for name in sorted(self.last_line_ends))
        ended = (name for name, found in after if found is not None and self.completes(found))
        return None if self.completes(stack) else next(ended, None)

    def takes(self, stack: Stack, terminal: str) -> bool:
        """Whether a terminal may stand next, as far as that is known without its text."""
        if self.blocks is not None and terminal in self.line_ends:
            return self.blocks.takes(stack)
        return self.table.shift(stack, terminal) is not None

    def begins_element(self, terminal: str, after: Stack) -> bool:
        """Whether a terminal, after which the stack is `after`, begins a further top-level element."""
        between = self.list_stack
        if between is None or terminal not in self.table.actions[between.state]:
            return False
        fresh = self.table.shift(between, terminal)
        return fresh is not None and fresh.same_as(after)

    def expected(self, stack: Stack) -> tuple[str, ...]:
        """Spellings of what may stand next, fixed texts first; only what survives the pending reductions."""
        names = [n for n in self.table.accepts[stack.state] if self.table.shift(stack, n) is not None]
        terminals = [self.terminals[name] for name in names if name in self.terminals]
        terminals.sort(key=lambda terminal: (terminal.word is None, terminal.order))
        lines = () if self.blocks is None else self.blocks.expected_here(stack)
        return tuple(dict.fromkeys((*(terminal.spelling for terminal in terminals), *lines)))


def _terminals(table: Table, names: Iterable[str]) -> frozenset[str]:
    """Some terminals, each by its name or by that of a rule which lists it."""
    found = (
        symbol
        for name in names
        for rule in table.by_origin.get(name, (Rule(name, (name,)),))
        for symbol in rule.expansion
    )
    return frozenset(found)


__all__ = ["END", "Grammar"]
