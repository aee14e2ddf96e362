"""Which lexemes must not touch, because together they would be read as something else.

A mask engine ends a lexeme where none of those that it expects there can go on. The parser's lexer expects
more: what only the state before the reductions takes, and what no rule takes, but the lexer is to see. So
`enum` and `color` may touch for the one, and are the name `enumcolor` for the other. Which terminals these
are follows from their expressions and from the states of the table. Nothing is known here of any text.

Two things are left to the oracle: a terminal of which only some texts are read otherwise, such as a name that
may be quoted; and what is ignored where the lexer would not ignore it, as a blank inside a string.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lsp_server.cache import cached_property
from lsp_server.lalr.analysed import Gap
from lsp_server.lalr.automaton import State
from lsp_server.lalr.expression import sets_of
from lsp_server.lalr.regex import in_set

if TYPE_CHECKING:
    from lsp_server.lalr.grammar import Grammar

_MOST_STATES = 300
_DEPTH = 3
_MOST_NONTERMINALS = 400
_SURROGATES = range(0xD800, 0xE000)
_CODE = re.compile(r"\\x\{([0-9a-f]+)\}|\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})")


def find_gaps(grammar: Grammar) -> Mapping[str, Gap]:
    """By terminal, what must not touch its end; only those of which there is some.

    In a very large grammar it is asked for at the right edge alone. Within, its hole grammars would become
    several times as large, since there a name may come after most words, and a quoted one may touch a word:
    that is left to the oracle.
    """
    touching = Touching(grammar)
    large = len(grammar.table.by_origin) > _MOST_NONTERMINALS
    found: dict[str, Gap] = {}
    for name in sorted(grammar.terminals.keys() - grammar.table.dead - grammar.ignored):
        glued, unseen = touching.glued(name)
        if glued:
            others = tuple(other for other, bit in grammar.table.bits.items() if glued & bit)
            found[name] = Gap(others if unseen and not large else (), touching.between(name), others)
    return found


def find_renamed(grammar: Grammar) -> Mapping[str, tuple[str, ...]]:
    """By terminal, the fixed texts that it matches too, but as which it is never read: they go before it."""
    table, words = grammar.table, [t for t in grammar.terminals.values() if t.word is not None]
    reading = {state for states in grammar.after.values() for state in states} | {0}
    found = {}
    for terminal in grammar.terminals.values():
        if terminal.word is not None or terminal.name in table.dead | grammar.ignored:
            continue
        match = re.compile(terminal.pattern).fullmatch
        same = {w.name for w in words if w.priority == terminal.priority and match(w.word or "")}
        accepts = {table.accepts[state] for state in reading if terminal.name in table.accepts[state]}
        for expected in accepts if same else ():
            same &= expected if grammar.reserved.isdisjoint(expected) else expected | grammar.reserved
        if same and accepts:
            found[terminal.name] = tuple(sorted(same))
    return found


@dataclass(frozen=True, slots=True)
class _End:
    """The automaton at the end of a lexeme, and the terminals that the mask engine too expects to go on."""

    state: State
    expected: frozenset[str]


class Touching:
    """Pairs of terminals that must be kept apart; masks are bits of the grammar's table."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        self._table = grammar.table
        self._glued: dict[str, tuple[int, bool]] = {}
        self._between: dict[str, tuple[str, ...]] = {}
        self._known_ends: dict[str, tuple[_End, ...]] = {}
        self._known_further: dict[State, tuple[State, ...]] = {}
        self._known_unseen: dict[tuple[tuple[State, ...], frozenset[str]], frozenset[str]] = {}
        self._known_sure: dict[tuple[State, State, int], bool] = {}
        self._known_following: dict[frozenset[tuple[State, ...]], tuple[int, frozenset[str]]] = {}

    def glued(self, terminal: str) -> tuple[int, bool]:
        """The terminals that must not touch the end of one, since whatever they are it would go on into them.

        There are none where nothing can be put between, and none of which only some texts are read otherwise.
        Also whether the mask engine would let one of them touch it.
        """
        found = self._glued.get(terminal)
        if found is None:
            found = self._glued[terminal] = self._find(terminal) if self.between(terminal) else (0, False)
        return found

    def between(self, terminal: str) -> tuple[str, ...]:
        """What is ignored after a terminal wherever that may stand, and does not make it longer.

        Nor does it begin like a terminal that may follow: a mask engine that has begun it never goes back.
        """
        found = self._between.get(terminal)
        if found is None:
            found = self._between[terminal] = tuple(self._ignored_after(terminal))
        return found

    def _ignored_after(self, terminal: str) -> Iterator[str]:
        states = self._grammar.after.get(terminal, ())
        for name, sample in self._samples.items():
            if (
                states
                and self._skipping[name].issuperset(states)
                and all(self._alike[name].isdisjoint(self._table.accepts[state]) for state in states)
                and not any(end.state.step(sample).accepting for end in self._ends(terminal))
            ):
                yield name

    @cached_property
    def _alike(self) -> Mapping[str, frozenset[str]]:
        """By ignored terminal, the others that may begin with the same character."""
        others = {n: first for n, first in self._first.items() if n not in self._grammar.ignored}
        return {
            name: frozenset(n for n, first in others.items() if not first.isdisjoint(self._first[name]))
            for name in self._samples
        }

    @cached_property
    def _skipping(self) -> Mapping[str, frozenset[int]]:
        """By ignored terminal, the states in which it is read as such."""
        read, accepts = self._grammar.read_first, self._table.accepts
        return {
            name: frozenset(state for state in self._reading if read(sample, accepts[state]) == name)
            for name, sample in self._samples.items()
        }

    def _find(self, terminal: str) -> tuple[int, bool]:
        """The terminals that are read into one wherever they follow; and whether the engine misses one."""
        ends = self._ends(terminal)
        further = frozenset(self._further(end.state) for end in ends)
        if further not in self._known_following:
            self._known_following[further] = self._read_into(further)
        glued, begun = self._known_following[further]
        return glued, any(not begun.isdisjoint(self._unseen(end)) for end in ends)

    def _read_into(self, further: Iterable[tuple[State, ...]]) -> tuple[int, frozenset[str]]:
        """The terminals that are read into a lexeme wherever they follow, and what they may begin with.

        `further`: for each end of the lexeme, the states a character of the alphabet on.
        """
        steps = dict(zip(self._alphabet, zip(*further, strict=True), strict=True)) if further else {}
        steps = steps or dict.fromkeys(self._alphabet, ())
        ended = {c for c, reached in steps.items() if all(map(self._ends_here, reached))}
        alive = {c for c, reached in steps.items() if all(state.is_alive for state in reached)}
        glued, begun = 0, frozenset[str]()
        for name, bit in self._table.bits.items():
            first = self._first.get(name)
            if first and first <= alive:
                start = self._grammar.automaton.start(frozenset((name,)))
                open_ = [(state, start.step(c)) for c in first - ended for state in steps[c]]
                if all(self._is_sure(state, inside, _DEPTH) for state, inside in open_):
                    glued, begun = glued | bit, begun | first
        return glued, begun

    def _further(self, state: State) -> tuple[State, ...]:
        """The states after each character of the alphabet."""
        found = self._known_further.get(state)
        if found is None:
            found = self._known_further[state] = tuple(map(state.step, self._alphabet))
        return found

    def _unseen(self, end: _End) -> frozenset[str]:
        """The characters after which none of what the mask engine expects at an end can go on."""
        key = self._further(end.state), end.expected
        found = self._known_unseen.get(key)
        if found is None:
            reached = zip(self._alphabet, key[0], strict=True)
            expected = self._grammar.automaton.bits(end.expected)
            found = frozenset(c for c, state in reached if not state.begins(expected))
            self._known_unseen[key] = found
        return found

    def _is_sure(self, state: State, begun: State, depth: int) -> bool:
        """Whether a lexeme ends here or, whatever follows, a few characters on.

        `begun`: the beginning of the other terminal, at the same place.
        """
        if not depth or not state.is_alive or self._ends_here(state):
            return self._ends_here(state)
        key = state, begun, depth
        if key not in self._known_sure:
            is_whole = bool(begun.accepting)
            steps = ((state.step(character), begun.step(character)) for character in self._alphabet)
            self._known_sure[key] = all(
                self._is_sure(after, further, depth - 1)
                for after, further in steps
                if is_whole or further.is_alive
            )
        return self._known_sure[key]

    def _ends_here(self, state: State) -> bool:
        """Whether a lexeme ends in a state, whatever stands around it."""
        return state.is_one_of(self._sure)

    @cached_property
    def _sure(self) -> int:
        """The terminals that do not look around themselves, as bits."""
        terminals = self._grammar.terminals
        return self._grammar.automaton.bits(name for name, t in terminals.items() if t.reading.sure)

    def _ends(self, terminal: str) -> tuple[_End, ...]:
        """The ends of a terminal, wherever it may be read.

        Fixed texts are left out that are no longer than it, and beside what is no fixed text all of them.
        """
        found = self._known_ends.get(terminal)
        if found is None:
            found = self._known_ends[terminal] = tuple(self._find_ends(terminal))
        return found

    def _find_ends(self, terminal: str) -> Iterator[_End]:
        accepts = self._table.accepts
        word = self._grammar.terminals[terminal].word
        own = frozenset((terminal,) if word is None else ())
        longer = frozenset(() if word is None else self._begun_by(word))
        sets: dict[tuple[frozenset[str], frozenset[str]], None] = {}
        for (free, possible), (states, accepted) in self._kinds.items():
            if terminal in accepted:
                here = (state for state in states if terminal in accepts[state]) if longer else ()
                for more in dict.fromkeys(longer & accepts[state] for state in here) or (longer,):
                    names = free | own | more
                    sets[names, (possible | self._grammar.ignored | own) & names] = None
        for names, expected in sets:
            start = self._grammar.automaton.start(names)
            ends = self._whole(start, terminal) if word is None else [start.run(word, 0, len(word))]
            for end in ends:
                yield _End(end, expected)

    @cached_property
    def _kinds(self) -> Mapping[tuple[frozenset[str], frozenset[str]], tuple[list[int], set[str]]]:
        """By what is looked for that has no fixed text, and what of it may be in some text: states, and all
        that these accept.
        """
        found: dict[tuple[frozenset[str], frozenset[str]], tuple[list[int], set[str]]] = {}
        for state in sorted(self._reading):
            free = self._free & self._grammar.looked_for(self._table.accepts[state])
            states, accepted = found.setdefault((free, self._table.possible(state, free)), ([], set()))
            states.append(state)
            accepted |= self._table.accepts[state]
        return found

    @cached_property
    def _free(self) -> frozenset[str]:
        """The terminals without a fixed text."""
        return frozenset(name for name, t in self._grammar.terminals.items() if t.word is None)

    def _begun_by(self, word: str) -> Iterable[str]:
        """The terminals with a fixed text that begins with another."""
        short = word.lower()
        return (
            name for name, long in self._words.items() if long.startswith(short) and len(long) > len(word)
        )

    @cached_property
    def _words(self) -> Mapping[str, str]:
        """The fixed texts, in lower case, by terminal."""
        return {name: t.word.lower() for name, t in self._grammar.terminals.items() if t.word}

    def _whole(self, start: State, terminal: str) -> Iterator[State]:
        """The states, from a start, in which some text is the whole of a terminal."""
        seen = {start}
        pending = [start]
        own = self._grammar.automaton.bits((terminal,))
        while pending and len(seen) < _MOST_STATES:
            state = pending.pop()
            if state.is_one_of(own):
                yield state
            for character in self._alphabet:
                after = state.step(character)
                if after.begins(own) and after not in seen:
                    seen.add(after)
                    pending.append(after)

    @cached_property
    def _reading(self) -> frozenset[int]:
        """The states in which a lexeme is read: those after a terminal, and the first."""
        after = {state for states in self._grammar.after.values() for state in states}
        return frozenset((after | {0}) & self._table.entered)

    @cached_property
    def _alphabet(self) -> tuple[str, ...]:
        """One character of each kind that the terminals tell apart."""
        sources = sorted({s for t in self._grammar.terminals.values() for s in sets_of(t.node)})
        codes = {ord(character) for source in sources for character in _named(source)}
        near = {code + step for code in codes for step in (-1, 0, 1)} | set(range(128)) | {0xE9, 0x4E2D}
        near = {code for code in near if 0 <= code <= sys.maxunicode and code not in _SURROGATES}
        kinds: dict[tuple[bool, ...], str] = {}
        sets = [in_set(source) for source in sources]
        for code in sorted(near, key=lambda code: (not chr(code).isprintable(), code)):
            kinds.setdefault(tuple(s.match(chr(code)) is not None for s in sets), chr(code))
        return tuple(kinds.values())

    @cached_property
    def _first(self) -> Mapping[str, frozenset[str]]:
        """By terminal, a character of each kind that it may begin with."""
        automaton = self._grammar.automaton
        names = self._grammar.terminals.keys() - self._table.dead
        starts = {name: automaton.start(frozenset((name,))) for name in names}
        return {n: frozenset(c for c in self._alphabet if s.step(c).is_alive) for n, s in starts.items()}

    @cached_property
    def _samples(self) -> Mapping[str, str]:
        """By ignored terminal, one character that is a whole one, if there is any."""
        automaton = self._grammar.automaton
        found = {}
        for name in sorted(self._grammar.ignored):
            start = automaton.start(frozenset((name,)))
            for character in self._alphabet:
                if start.step(character).accepting:
                    found[name] = character
                    break
        return found


def _named(source: str) -> Iterator[str]:
    """The characters that a set names."""
    yield from _CODE.sub("", source)
    for code in _CODE.finditer(source):
        yield chr(int(code[1] or code[2] or code[3], 16))
