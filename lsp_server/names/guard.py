"""Watches a text that is being written at a cursor: whether each word in a closed place spells a name that
exists.

It reads the text as the oracle does, lexeme by lexeme, and asks at each which kind of name stands there
(`places`) and which names of that kind exist (`existing`). What the text declares itself exists too.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from lsp_server.constraint import CursorState
from lsp_server.lalr import END, NOTHING, Grammar, Stack
from lsp_server.lalr.lexing import drive
from lsp_server.lalr.onward import may_stand
from lsp_server.names.existing import Existing
from lsp_server.names.members import Members
from lsp_server.names.naming import compared, written_as
from lsp_server.names.places import REACH, Before, Places, Use, is_either, is_member

_SUFFIX = 80
"""Of what follows the cursor so many characters are looked at for the end of a word."""

_MOST_TOLD = 20
"""So many names are told that could stand where a word names nothing."""

_LONGEST_FIRST = 4_000
"""If names have more letters together, an engine is told none beforehand: to write a grammar with names of
4,000 letters takes 30 ms, and with names of 16,000 letters 160.
"""

_Lexemes = tuple[tuple[str, int], ...]
"""The terminals and ends of lexemes."""

_TYPED = -1
"""Stands for the end of what is typed."""


@dataclass(frozen=True, slots=True)
class Stray:
    """A word that spells no name that exists: where it begins in what is typed, perhaps before that.

    `texts` are what can stand there instead, from where the word begins.
    """

    start: int
    texts: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Read:
    """How far a text was read.

    Attributes:
        offset: the end of what was read.
        stack: the parser's stack there.
        before: the lexemes before it.
        declared: names that were declared since the cursor, with their uses there.
        doubtful: the last lexeme, if what follows tells its use: what was read before, its end, its uses.
    """

    offset: int
    stack: Stack
    before: Before
    declared: frozenset[tuple[str, Use]] = frozenset()
    doubtful: tuple[_Read, int, Mapping[str, Use | None]] | None = None


class Guard:
    """Watches what is typed at one cursor.

    Args:
        grammar: of the language.
        text: the document.
        state: the cursor's state.
        places: what was learnt of the language's examples.
        existing: the names that exist.
        members: tells those that are members of something.
        closing: texts that may end what is open after a stack, without a word.

    Attributes:
        strays: words that named nothing, and some of the names that could stand in their place.

    """

    def __init__(
        self,
        grammar: Grammar,
        text: str,
        state: CursorState,
        places: Places,
        existing: Existing,
        members: Members,
        closing: Callable[[Stack], Iterator[str]],
    ) -> None:
        self._grammar = grammar
        self._places = places
        self._existing = existing
        self._members = members
        self._closing = closing
        self.strays: dict[str, tuple[str, ...]] = {}
        self._asked: dict[str, frozenset[str]] = {}
        """By the text before a word, the members that it may be, where they are known."""

        self._vain: set[tuple[str, str]] = set()
        """The texts before and behind a word with which its members were looked for, and not found."""

        self._given = text[state.offset : state.cursor]
        self._suffix = text[state.cursor : state.cursor + _SUFFIX]
        self._is_all = len(text) <= state.cursor + _SUFFIX
        read = [one for one in state.read if one.end <= state.offset][-REACH:]
        before = tuple((one.terminal, text[one.start : one.end]) for one in reversed(read))
        self._first = _Read(0, state.stack, before)
        self._known: tuple[str, _Read] = ("", self._first)
        self._told: dict[tuple[_Lexemes, str], Sequence[tuple[_Read, int, Use, bool]]] = {}
        """What is told where one lexeme is typed, by the lexemes as `_single_lexeme` tells them and what is
        behind them: the same for each text of that terminal, however long.
        """

    def stray(self, typed: str, *, whole: bool = False) -> Stray | None:
        """The first word in what is typed that spells no name, and not the beginning of one if it may go on.

        With `whole` nothing more is typed: the last word has to be a name, with what follows the cursor.
        """
        for read, lexeme, use, names in self._naming_nothing(typed, whole=whole):
            texts = sorted(self._instead(read, lexeme, use, names))
            # What the person wrote is let be; a word that a suggestion goes on with has to become a name.
            if texts or read.offset + len(lexeme) > len(self._given):
                self.strays.setdefault(use.name_in(lexeme), tuple(sorted(names)[:_MOST_TOLD]))
                return Stray(read.offset - len(self._given), texts)
        return None

    def names_nothing(self, typed: str, behind: str = "") -> bool:
        """Whether a whole text has a word that spells no name; what could stand there is not found.

        What is to stand `behind` it may tell what the word is, as the colon behind the name of an argument.
        """
        for read, lexeme, use, names in self._naming_nothing(typed, behind, whole=True):
            if not self._given[read.offset :] or any(self._instead(read, lexeme, use, names)):
                return True
        return False

    def first(self) -> dict[str, str]:
        """By terminal, a regular expression of its texts that may begin here, where not all of them may.

        Only a kind of names counts here that the place alone tells, and not what stands behind the name. A
        terminal that has one text alone is let be.
        """
        grammar, read = self._grammar, self._first
        found: dict[str, str] = {}
        for terminal in sorted(grammar.scanner_at(read.stack).terminals):
            is_one = grammar.terminals[terminal].word is not None
            use = None if is_one or not self._may_stand(read.stack, terminal) else self._use(read, terminal)
            names = None if use is None or use.skip else self._allowed("", "", read, use, "")
            if use is not None and names is not None and sum(map(len, names)) <= _LONGEST_FIRST:
                found[terminal] = use.matching(names, self._existing.language.naming)
        return found

    @property
    def members(self) -> frozenset[str]:
        """The members of which it was found that one may stand at the cursor, as names are compared."""
        return self._asked.get(self._given, frozenset())

    def _instead(self, read: _Read, lexeme: str, use: Use, names: frozenset[str]) -> Iterator[str]:
        """What can stand in the place of a lexeme: the names, as far as they begin with what is given."""
        given, naming = self._given[read.offset :], self._existing.language.naming
        spelled = (use.spelled(written_as(name, naming), lexeme) for name in names)
        return (text for text in spelled if text.startswith(given))

    def _naming_nothing(
        self, typed: str, behind: str = "", *, whole: bool
    ) -> Iterator[tuple[_Read, str, Use, frozenset[str]]]:
        """The words that spell no name: what was read before each, its text and use, what may stand there."""
        text = self._given + typed
        size = len(text)
        if whole:
            text += behind + self._suffix
        for read, end, use, ended in self._whole(text, size) if whole else self._lexemes(text, None):
            if end >= len(self._given) and read.offset < size:
                over, lexeme = ended or (whole and end == len(text)), text[read.offset : end]
                names = self._allowed(text[:size], lexeme, read, use, behind)
                if names is not None and read.declared:
                    names |= {name for name, where in read.declared if use.may_mean(where)}
                if names is not None and not self._is_one(lexeme, use, names, over=over):
                    yield read, lexeme, use, names

    def _is_one(self, lexeme: str, use: Use, names: frozenset[str], *, over: bool) -> bool:
        """Whether a lexeme spells one of some names, or the beginning of one if it is not `over`."""
        naming, written = self._existing.language.naming, use.name_in(lexeme)
        if over or (use.until and use.until in lexeme[use.skip :]):
            return compared(written, naming) in names
        if not written or written.startswith(naming.quotes):
            return True
        begun = written.lower() if naming.ignore_case else written
        return any(name.startswith(begun) for name in names)

    def _allowed(self, text: str, lexeme: str, read: _Read, use: Use, behind: str) -> frozenset[str] | None:
        """The names that may stand in a lexeme of a text; None where nothing is forbidden."""
        naming = self._existing.language.naming
        if not self._is_member(use):
            qualifier = None
            if use.qualifier is not None:
                if use.qualifier >= len(read.before):
                    return None
                qualifier = compared(read.before[use.qualifier][1], naming)
            return self._existing.allowed(use, qualifier)
        before = text[: read.offset]
        if before not in self._asked and (before, behind) not in self._vain:
            typed, start = text[len(self._given) :], read.offset - len(self._given)
            end = start + len(lexeme)
            closing = partial(self._closed, read.stack, lexeme[: use.skip])
            found = self._members.at(typed + behind, start, end, lexeme[: use.skip], use.spaces, closing)
            if found is None:
                self._vain.add((before, behind))
            else:
                self._asked[before] = found
        return self._asked.get(before)

    def _closed(self, stack: Stack, begun: str) -> Iterator[str]:
        """Texts that may end what is open behind a name after a stack; `begun` marks it as one."""
        grammar, name = self._grammar, f"{begun}x"
        found = grammar.scanner_at(stack).match(f"{name} ", 0)
        after = found and grammar.shift(stack, found[0], name, 0, found[1])
        return self._closing(after) if after else iter(())

    def _whole(self, text: str, size: int) -> Iterator[tuple[_Read, int, Use, bool]]:
        """What `_lexemes` tells of a text that stands as it is, of which so many characters are typed."""
        lexemes = self._single_lexeme(text, size)
        if lexemes is None:
            return self._lexemes(text, size)
        *given, (terminal, _) = lexemes
        key = (*given, (terminal, _TYPED)), text[size:]
        if key not in self._told:
            self._told[key] = [
                (read, end if end < size else _TYPED, use, ended)
                for read, end, use, ended in self._lexemes(text, size)
                if read.offset < size
            ]
        return (
            (read, size if end == _TYPED else end, use, ended) for read, end, use, ended in self._told[key]
        )

    def _single_lexeme(self, text: str, size: int) -> _Lexemes | None:
        """The terminals and ends of the lexemes given, and of the one that is typed; None if that is not one,
        or its letters tell more.
        """
        grammar, found = self._grammar, list[tuple[str, int]]()
        for lexeme, stack in drive(grammar, self._first.stack, text, 0):
            begin = grammar.automaton.start(grammar.scanner_at(stack).terminals)
            is_plain = lexeme.terminal != NOTHING and lexeme.terminal not in grammar.openers
            if (
                not is_plain
                or lexeme.start > len(self._given)
                or lexeme.end > size
                or (not self._is_all and begin.run(text, lexeme.start, len(text)).is_alive)
            ):
                return None
            found.append((lexeme.terminal, lexeme.end))
            if lexeme.end == size:
                return tuple(found)
        return None

    def _lexemes(self, text: str, size: int | None) -> Iterator[tuple[_Read, int, Use, bool]]:
        """The references to closed kinds: what was read before each, its end, and whether no letter goes on
        with it.

        With a `size` only those that begin in so much of the text, the rest of which stands; else what
        cannot change any more is kept, and not read again.
        """
        grammar, keep = self._grammar, size is None
        known, read = self._known
        if not text.startswith(known):
            known, read = "", self._first
        reach, sure = len(known), keep
        while read.offset < len(text):
            last = read if read.doubtful is None else read.doubtful[0]
            if size is not None and last.offset >= size:
                return
            scanner = grammar.scanner_at(read.stack)
            begin = grammar.automaton.start(scanner.terminals)
            is_over = size is not None and self._is_all  # what stands at the text's end is whole
            alive = () if is_over else begin.run(text, read.offset, len(text)).alive
            if alive:
                if sure:
                    self._known = (text[:reach], read)
                possible = [name for name in alive if self._may_stand(read.stack, name)]
                if possible:
                    yield from self._settled(read, *possible)
                    uses = {self._use(read, name) for name in possible}
                    use = uses.pop()
                    if use is not None and not uses:
                        yield read, len(text), use, False
                    return
                sure = False
            found = scanner.match(text, read.offset)
            if found is None:
                return
            terminal, end = found
            reach = max(reach, begin.reach(text, read.offset))
            if terminal in grammar.ignored:
                read = replace(read, offset=end)
                continue
            yield from self._settled(read, terminal)
            use = self._use(read, terminal)
            if use is not None:
                yield read, end, use, True
            after = grammar.shift(read.stack, terminal, text, read.offset, end)
            if after is None:
                return
            read = self._after(read, after, terminal, text[read.offset : end], end)
        if not keep:
            yield from self._settled(read, END)

    def _settled(self, read: _Read, *terminals: str) -> Iterator[tuple[_Read, int, Use, bool]]:
        """The last lexeme, if one of some terminals behind it makes it a reference whichever comes.

        A terminal that was never seen there, and is only like one that was, tells of members alone; the end
        of a text, which is seen once in each, is as what it is like.
        """
        if read.doubtful is not None:
            before, end, uses = read.doubtful
            found: set[Use | None] = set()
            for terminal in terminals:
                found |= {uses[name] for name in self._seen_as(terminal, read.stack, uses)} or {None}
            use = found.pop()
            is_told = self._is_member(use) or uses.keys() | {END} >= set(terminals)
            if not found and use is not None and self._refers(use) and is_told:
                yield before, end, use, True

    def _seen_as(self, terminal: str, stack: Stack, seen: Collection[str]) -> Collection[str]:
        """The terminals, of those seen behind a lexeme, as which one counts that was not seen there.

        The parser makes some reductions before each. Those count whose reductions are the first of its own,
        and of these the ones with most: a semicolon behind a name is as an equals sign, and not as a dot.
        """
        if terminal in seen:
            return (terminal,)
        table = self._grammar.table
        done = table.reductions_before(stack, terminal)
        before = {name: table.reductions_before(stack, name) for name in seen}
        alike = {name: len(some) for name, some in before.items() if some == done[: len(some)]}
        most = max(alike.values(), default=0)
        return [name for name, count in alike.items() if count == most > 0]

    def _after(self, read: _Read, stack: Stack, terminal: str, lexeme: str, end: int) -> _Read:
        use, naming = self._places.use(read.stack, terminal, read.before), self._existing.language.naming
        declared = read.declared
        if use is not None and use.defines:
            declared |= {(compared(use.name_in(lexeme), naming), use)}
        sure = use is not None and not self._shows_behind(use)
        uses = {} if sure else self._places.may_be(read.stack, terminal, read.before, naming)
        doubtful = (replace(read, doubtful=None), end, uses) if uses else None
        return _Read(end, stack, ((terminal, lexeme), *read.before[: REACH - 1]), declared, doubtful)

    def _use(self, read: _Read, terminal: str) -> Use | None:
        """The use of a terminal that may be shifted, if it refers to a name of a closed kind."""
        if terminal in self._grammar.ignored:
            return None
        use = self._places.use(read.stack, terminal, read.before)
        return use if use is not None and self._refers(use) and not self._shows_behind(use) else None

    def _is_member(self, use: Use | None) -> bool:
        return is_member(use, self._existing.language.naming)

    def _shows_behind(self, use: Use) -> bool:
        """Whether only what is behind a lexeme shows that it is used so."""
        return self._is_member(use) or is_either(use, self._existing.language.naming)

    def _refers(self, use: Use) -> bool:
        """Whether a use refers to names of a closed kind, or to members."""
        closed = self._existing.language.naming.closed
        return not use.defines and (self._is_member(use) or closed.keys() >= set(use.spaces))

    def _may_stand(self, stack: Stack, terminal: str) -> bool:
        grammar = self._grammar
        return (
            terminal in grammar.ignored
            or terminal in grammar.line_ends
            or may_stand(grammar.table, stack, terminal)
        )
