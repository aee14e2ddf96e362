"""Where the parser's state alone tells which kind of name stands: learnt from the query, for each bundle.

A query needs a tree, and the text at a cursor seldom has a sound one. So examples are read both ways, by
query and by parser. What always means the same kind of name is kept: the parser's state, the terminal, and
the lexemes before it; or the state after it, which is the same wherever the same rule reads it. Of their
texts only that counts which the query's own predicates ask for, as in `#eq? @_root "var"`. Places that were
never seen, or mean several things, are not known, and nothing follows from them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from lsp_server.cache import LruCache
from lsp_server.errors import BundleError
from lsp_server.lalr import Grammar, Stack, load_grammar
from lsp_server.lalr.lexing import NOTHING, Lexeme, drive
from lsp_server.languages import Language, Naming
from lsp_server.names.naming import QUERY, compared, names_of
from lsp_server.names.occurrences import Name
from lsp_server.syntax import parse
from lsp_server.syntax.scm import unescaped

REACH = 4
"""So many lexemes before one are looked at: `data . TYPE . NAME` needs them all."""

_STRINGS = re.compile(r'#(?P<name>[\w-]+)\?\s+@[\w.-]+(?P<strings>(?:\s+"(?:[^"\\]|\\.)*")+)')
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')

_ENOUGH = 10
"""A terminal that was the same kind of name so often is that wherever it stands, or wherever the same state
comes after it."""

_MOST_READ = 200_000
"""Characters of examples that are read."""

_CHANCE = 4
"""What was seen less often, and always the same, may be so by chance."""

Before = tuple[tuple[str, str], ...]
"""The last lexemes before one, the nearest first: terminals and texts."""

_Sign = tuple[str | None, tuple[bool, ...]]
_Key = tuple[object, ...]


class _Shifting:
    """Where a terminal leads to from a stack.

    A grammar whose keywords may be names has lists of them: rules of nothing but words. Such a word leads to
    where a terminal without a fixed text leads to as well, as a name does.
    """

    def __init__(self, grammar: Grammar) -> None:
        self._table = table = grammar.table
        self._free = sorted(name for name, t in grammar.terminals.items() if t.word is None)
        self._lists = {n for n, rules in table.by_origin.items() if all(len(r.expansion) == 1 for r in rules)}
        words, wider = grammar.terminals.keys() - self._free, set[str]()
        while wider != self._lists:
            wider = self._lists
            known = words | wider
            self._lists = {n for n in wider if all(r.expansion[0] in known for r in table.by_origin[n])}
        self._same: dict[tuple[int, str], str | None] = {}

    def shift(self, stack: Stack, terminal: str) -> _Shift | None:
        """Where it leads; None where it does not fit."""
        after = self._table.shift(stack, terminal)
        if after is None or after.below is None:
            return None
        first, begin = self._table.done(after.state), after.below.state
        if first is None or first.origin not in self._lists:
            return _Shift(begin, after.state)
        if (begin, terminal) not in self._same:
            end = self._table.settled(after)
            others = ((name, self._table.shift(stack, name)) for name in self._free)
            same = (n for n, to in others if to is not None and self._table.settled(to).same_as(end))
            self._same[begin, terminal] = next(same, None)
        return _Shift(begin, after.state, first.origin, self._same[begin, terminal])


@dataclass(frozen=True, slots=True)
class _Shift:
    """The state in which a terminal is shifted, and the one after it.

    Of a word that is one of a list, that, and a terminal without a fixed text that leads to the same place.
    """

    begin: int
    end: int
    words: str | None = None
    like: str | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """What a lexeme is to names.

    Attributes:
        spaces: the namespaces that its name may live in.
        defines: whether it defines it.
        qualifies: whether it only tells apart the names of these spaces, as the type of a resource does.
        skip: how many characters before the name are none of it.
        until: the character behind the name, where the lexeme goes on; "" where it ends with it.
        qualifier: which of the lexemes before it is the name's qualifier, from 0; None if none is.
        fits: the kinds of what it may refer to, or the one that it defines; none if all of its spaces.

    """

    spaces: tuple[str, ...]
    defines: bool = False
    qualifies: bool = False
    skip: int = 0
    until: str = ""
    qualifier: int | None = None
    fits: frozenset[str] = frozenset()

    def may_mean(self, defining: Use) -> bool:
        """Whether it may refer to what another use defines."""
        is_kind = not self.fits or not defining.fits or not self.fits.isdisjoint(defining.fits)
        return is_kind and not set(self.spaces).isdisjoint(defining.spaces)

    def name_in(self, lexeme: str) -> str:
        """The name as it is written in a lexeme, or in the beginning of one."""
        written = lexeme[self.skip :]
        return (written.partition(self.until)[0] or self.until) if self.until else written

    def spelled(self, name: str, lexeme: str) -> str:
        """What a lexeme begins with for a name to stand in it; `lexeme` has what comes before the name."""
        return lexeme[: self.skip] + name + ("" if name.endswith(self.until) else self.until)

    def matching(self, names: Iterable[str], naming: Naming) -> str:
        """A regular expression of the lexemes that spell one of some names, as names are compared."""
        names = sorted(names)
        bare = "|".join(re.escape(self.spelled(name, "")) for name in names)
        quoted = (
            re.escape(quote + name.replace(quote, 2 * quote) + quote)
            for quote in naming.quotes
            for name in names
        )
        spelled = "|".join((f"(?i:{bare})" if naming.ignore_case else bare, *quoted))
        return f"(?:{spelled})(?s:.*)" if self.until else spelled


_WITHOUT_LEXEMES = 3
"""So long is a key that tells neither the state before nor the lexemes there, at most."""

_Row = tuple[Stack, Lexeme, Before, Use | None, str]
"""A lexeme with the stack and the lexemes before it, its use, and the terminal behind it."""


@dataclass(frozen=True, eq=False)
class Places:
    """What was learnt of one bundle."""

    uses: Mapping[_Key, Use | None] = field(repr=False)
    followed: Mapping[_Key, Mapping[str, Use | None]] = field(repr=False)
    """Of those that mean several things, and of members, the use by the terminal behind."""

    ends: Mapping[Use, frozenset[str]] = field(repr=False)
    """By use, the terminals behind it that are not behind anything else where it may stand."""

    lists: frozenset[str] = field(repr=False)
    """The lists of words that were names in the examples at least as often as not."""

    sign: Callable[[str], _Sign] = field(repr=False)
    shifting: _Shifting | None = field(repr=False)

    def use(self, stack: Stack, terminal: str, before: Before) -> Use | None:
        """What a terminal that is shifted on a stack is to names; None where it is none, or that is not
        known.
        """
        key = next(self._known_keys(stack, terminal, before), None)
        return None if key is None else self.uses[key]

    def may_be(self, stack: Stack, terminal: str, before: Before, naming: Naming) -> Mapping[str, Use | None]:
        """What a lexeme is by the terminal behind it, as far as such a one was seen there.

        Of what always is a member there, no use counts that it has in places that are only like it.
        """
        known = next(self._known_keys(stack, terminal, before), None)
        use = None if known is None else self.uses[known]
        found: dict[str, Use | None] = {}
        if use is not None:
            ends = self.ends.get(replace(use, fits=frozenset()), ())
            found |= dict.fromkeys((*ends, *self.followed.get(known or (), ())), use)
            if is_member(use, naming):
                return found
        for key in self._known_keys(stack, terminal, before):
            for following, use in self.followed.get(key, {}).items():
                found.setdefault(following, use)
        return found

    def _known_keys(self, stack: Stack, terminal: str, before: Before) -> Iterator[_Key]:
        shift = None if self.shifting is None else self.shifting.shift(stack, terminal)
        if shift is not None:
            signed = tuple((name, self.sign(text)) for name, text in before)
            keys = _keys(shift, terminal, signed)
            if shift.like is not None and shift.words in self.lists:
                keys = chain(keys, _keys(shift, shift.like, signed))
            yield from (key for key in chain(keys, _weaker_keys(shift, terminal)) if key in self.uses)


def places_of(language: Language) -> Places:
    """What the examples of a bundle teach; nothing where its query is wrong, which is told to who asks for
    names.
    """

    def make() -> Places:
        try:
            return learn(language, language.examples.values())
        except BundleError:
            return Places({}, {}, {}, frozenset(), _signing(""), None)

    return _kept.get(language, make)


_kept: LruCache[Language, Places] = LruCache(16)


def learn(language: Language, texts: Iterable[str]) -> Places:
    """What texts teach in which nothing is wrong.

    Raises:
        HolegramError: the bundle cannot be used.

    """
    grammar, sign = load_grammar(language), _signing(language.queries.get(QUERY, ""))
    shifting = _Shifting(grammar)
    seen: dict[_Key, dict[Use | None, int]] = {}
    behind: dict[_Key, dict[str, set[Use | None]]] = {}
    ends: dict[Use | None, set[str]] = {}
    fitting: dict[int, set[frozenset[str]]] = {}
    listed: dict[str, int] = {}
    rows: list[_Row] = []
    left = _MOST_READ
    for text in texts if language.naming.closed or language.naming.members else ():
        left -= len(text)
        if left < 0:
            break
        rows += _read(grammar, language, text)
    for stack, lexeme, before, whole, after in _alike(rows, language.naming.members):
        use = None if whole is None else replace(whole, fits=frozenset())
        signed = tuple((name, sign(written)) for name, written in before)
        if (shift := shifting.shift(stack, lexeme.terminal)) is None:
            continue
        if shift.words is not None:
            listed[shift.words] = listed.get(shift.words, 0) + (1 if use is not None else -1)
        if whole is not None:
            fitting.setdefault(shift.begin, set()).add(whole.fits)
        for key in chain(_keys(shift, lexeme.terminal, signed), _weaker_keys(shift, lexeme.terminal)):
            counts = seen.setdefault(key, {})
            counts[use] = counts.get(use, 0) + 1
            behind.setdefault(key, {}).setdefault(after, set()).add(use)
        if use is not None:
            ends.setdefault(use, set()).add(after)
    pure = {key: next(iter(counts)) if len(counts) == 1 else None for key, counts in seen.items()}
    rare = [
        key
        for key, counts in seen.items()
        if key[0] is None and len(key) <= _WITHOUT_LEXEMES and sum(counts.values()) < _ENOUGH
    ]
    rare += [key for key, counts in seen.items() if _is_chance(key, counts, seen)]
    for key in rare:
        del pure[key]
    naming = language.naming
    either = {key[1] for key, use in pure.items() if is_either(use, naming)}
    followed = {
        key: {terminal: use for terminal, uses in by_terminal.items() for use in _told(uses, naming)}
        for key, by_terminal in behind.items()
        if key in pure and key[0] is not None
        if len(seen[key]) > 1 or key[1] in either or is_member(pure[key], naming)
    }
    for by_terminal in followed.values():
        for use in by_terminal.values():
            ends.get(use, set()).difference_update(
                name for name, other in by_terminal.items() if other != use
            )
    ends_of = {use: frozenset(after) for use, after in ends.items() if use is not None}
    lists = frozenset(name for name, more in listed.items() if more >= 0)
    kinds = {state: next(iter(sets)) for state, sets in fitting.items() if len(sets) == 1}
    for key, use in pure.items():
        if use is not None and key[0] in kinds:
            pure[key] = replace(use, fits=kinds[key[0]])
    return Places(pure, followed, ends_of, lists, sign, shifting)


def _is_chance(
    key: _Key, counts: Mapping[Use | None, int], seen: Mapping[_Key, Collection[Use | None]]
) -> bool:
    """Whether a place was seen too seldom to mean one thing, where with one lexeme less it means several.

    What the query asks for is never chance.
    """
    seldom = (
        len(counts) == 1
        and sum(counts.values()) < _CHANCE
        and any(len(seen.get(key[:size], ())) > 1 for size in range(2, len(key)))
    )
    match key:
        case (_, _, *_, (_, (None, tuple() as matched))):
            return seldom and not any(matched)
    return False


def _alike(rows: Sequence[_Row], members: frozenset[str]) -> Iterator[_Row]:
    """The rows, with one use for all members of a space: the tree tells where else such a name may live."""
    widest: dict[Use, Use] = {}
    for *_, use, _ in rows:
        if use is not None and use.spaces[0] in members:
            bare = replace(use, spaces=use.spaces[:1])
            widest[bare] = max(widest.get(bare, use), use, key=lambda one: len(one.spaces))
    for stack, lexeme, before, use, after in rows:
        alike = None if use is None else widest.get(replace(use, spaces=use.spaces[:1]), use)
        yield stack, lexeme, before, alike, after


def is_member(use: Use | None, naming: Naming) -> bool:
    """Whether a use is of a member: what is none may stand there too, as an alias does, which shows behind
    it.
    """
    return use is not None and use.spaces[0] in naming.members


def is_either(use: Use | None, naming: Naming) -> bool:
    """Whether a word may be a name of some space there, or tell others apart, which shows behind it."""
    if use is None:
        return False
    if use.qualifies:
        return any(not set(use.spaces).isdisjoint(others) for others in naming.qualifiers.values())
    return use.spaces[0] in naming.qualifiers


def _told(uses: set[Use | None], naming: Naming) -> set[Use | None]:
    """The use of what was seen in several, if it is one; a member of something may be none, as a tree will
    tell.
    """
    named: set[Use | None] = uses - {None}
    sure = len(uses) == 1 or (len(named) == 1 and all(is_member(use, naming) for use in named))
    return (named or uses) if sure else set()


def _keys(shift: _Shift, terminal: str, before: Sequence[tuple[str, _Sign]]) -> Iterator[_Key]:
    """What may tell the use of a lexeme, the surest first.

    Without the state only words count that the query itself asks for: after `module .` all states mean the
    same.
    """
    told = [index for index, (_, (word, _)) in enumerate(before) if word is not None]
    for count in (REACH, REACH - 1):
        yield (shift.begin, terminal, *before[:count])
    for count in range(REACH, 1, -1):
        if told and told[0] < count:
            yield (None, terminal, *before[:count])
    for count in (2, 1, 0):
        yield (shift.begin, terminal, *before[:count])


def _weaker_keys(shift: _Shift, terminal: str) -> Iterator[_Key]:
    """What tells it without what is around it, if it was seen often."""
    yield (None, terminal, shift.end)  # _WITHOUT_LEXEMES
    yield (None, terminal)


def _signing(query: str) -> Callable[[str], _Sign]:
    """What the predicates of a query can tell of a text."""
    words: set[str] = set()
    patterns: list[re.Pattern[str]] = []
    for found in _STRINGS.finditer(query):
        strings = [unescaped(string) for string in _STRING.findall(found["strings"])]
        if found["name"].endswith("match"):
            patterns += [re.compile(string) for string in strings]
        else:
            words.update(strings)

    def sign(text: str) -> _Sign:
        return text if text in words else None, tuple(one.search(text) is not None for one in patterns)

    return sign


def _read(grammar: Grammar, language: Language, text: str) -> Iterator[_Row]:
    """The lexemes of a text: each with the state and the lexemes before it, its use, and the terminal
    behind it.
    """
    tree = parse(language, text)
    if not tree.sound:
        return
    found = {name.begin: name for name in names_of(tree)[0] if not name.occurrence.hidden}
    starts, steps = sorted(found), list(drive(grammar, grammar.start(), text, 0))
    if steps[-1][0].terminal == NOTHING:
        return
    befores: list[Before] = []
    uses: list[Use | None] = []
    before: Before = ()
    for index, (lexeme, _) in enumerate(steps):
        befores.append(before)
        at = bisect_left(starts, lexeme.start)
        name = found[starts[at]] if at < len(starts) and starts[at] < lexeme.end else None
        use = None if name is None else _use(language, name, text, lexeme, before)
        uses.append(use)
        if use is not None and use.qualifier is not None and not use.defines:
            uses[index - 1 - use.qualifier] = Use(use.spaces, qualifies=True)
        before = ((lexeme.terminal, text[lexeme.start : lexeme.end]), *before[: REACH - 1])
    for index, ((lexeme, stack), before, use) in enumerate(zip(steps[:-1], befores, uses, strict=False)):
        yield stack, lexeme, before, use, steps[index + 1][0].terminal


def _use(language: Language, name: Name, text: str, lexeme: Lexeme, before: Before) -> Use | None:
    """What a lexeme is in which a name stands; None where the name goes beyond it, or cannot be told from
    it.
    """
    here, end = name.occurrence, name.span.end
    qualifier = None
    if here.qualifier is not None:
        texts = [compared(written, language.naming) for _, written in before]
        if here.qualifier not in texts:
            return None
        qualifier = texts.index(here.qualifier)
    if end > lexeme.end:
        return None
    sign = (
        end - name.begin == 1 and not text[name.begin].isalnum()
    )  # as the colon that is the name of a prefix
    until = "" if end == lexeme.end and not sign else text[name.begin] if sign else text[end]
    skip = name.begin - lexeme.start
    fits = frozenset({here.kind}) if here.defines else here.fits
    return Use(here.spaces, here.defines, skip=skip, until=until, qualifier=qualifier, fits=fits)
