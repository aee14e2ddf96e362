"""Collects what may stand at a cursor, from all that knows some.

An entry is one that can stand there, and that can be gone on with so that what follows fits (`judging`); what
follows on the same line does not count where nothing that is typed could make it fit. No model is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from lsp_server.cache import cached_property
from lsp_server.constraint import CursorState, Prefix
from lsp_server.features.builtins import is_found, may_stand
from lsp_server.features.casing import casing, either_way, is_keyword, recased
from lsp_server.features.guarding import guard_over
from lsp_server.features.lists.entry import Entry, Listing, Origin, in_order
from lsp_server.features.lists.fixed_lexemes import fixed_lexemes
from lsp_server.features.lists.judging import EntryJudge
from lsp_server.features.lists.nearby_words import nearby_words
from lsp_server.features.lists.standing import beginning, may_begin, may_stand_within
from lsp_server.features.lists.used_up import used_up
from lsp_server.features.placing import CursorPlace, anchors_of, place_of
from lsp_server.lalr import only_next
from lsp_server.languages import Builtin, Snippet, Stands
from lsp_server.names.existing import Existing
from lsp_server.names.guard import Guard
from lsp_server.names.naming import compared, written_as
from lsp_server.repair import begins_element
from lsp_server.syntax import Landmarks
from lsp_server.text import Edit, Span

_MOST_WORDS = 160
"""The most words of the texts nearby: those that stand there once, far away, are hardly ever meant."""

_NEAR = 20_000


@dataclass(frozen=True, slots=True)
class Around:
    """What is known around a cursor.

    Attributes:
        names: of the kind that is meant there, as they are written, the likeliest first.
        possible: names of other kinds that may stand there too.
        spaces: the kinds of names that may stand there, what is meant first before what may be meant too;
            None where it is not known that a name is looked for.
        texts: other texts of the language, the nearest first.
        signs: whether signs are wanted too, beside words.
        existing: the names that exist, if that is known: where a name has to, no other word is listed.
        member: whether what owns the name there is written before it.
        looked_up: parts of texts that are about the same as what stands there.
        unfit: names, as names are compared, that are known in those spaces and may not stand there.

    """

    names: Sequence[str] = ()
    possible: Sequence[str] = ()
    spaces: Sequence[str] | None = None
    texts: Sequence[str] = field(default=(), repr=False)
    signs: bool = True
    existing: Existing | None = None
    member: bool = False
    looked_up: Sequence[str] = field(default=(), repr=False)
    unfit: frozenset[str] = frozenset()

    @property
    def sought(self) -> frozenset[str]:
        """The kinds of names that are looked for, if a name of one is known: else another word may be one."""
        return frozenset(self.spaces or () if self.names or self.possible else ())


_NOTHING = Around()


def listing(prefix: Prefix, landmarks: Landmarks, offset: int, around: Around = _NOTHING) -> Listing:
    """All that the list for a cursor may have: what is typed if it is complete, names, keywords, builtins,
    words, constructs.

    Args:
        prefix: of the document.
        landmarks: of the document.
        offset: the cursor.
        around: what is known there.

    """
    text = prefix.text
    span = Span(_word_start(text, prefix.grammar.language.word, offset), offset)
    typed = text[span.start : span.end]
    if typed:
        prefix = prefix.without(span)
        landmarks = landmarks.seen_after((Edit(span, ""),), prefix.text)
    state = state_at(prefix, landmarks, span.start)
    if state is None or state.commented:
        return Listing((), span, typed)
    found = _listing(prefix, landmarks, text, span, state, around)
    if all(entry.origin is Origin.TYPED for entry in found.entries):
        stack = begins_element(prefix.grammar, text, offset, state)
        anew = None if stack is None else prefix.on(stack, span.start, span.start, span.start)
        return found if anew is None else _listing(prefix, landmarks, text, span, anew, around)
    return found


def _listing(
    prefix: Prefix, landmarks: Landmarks, text: str, span: Span, state: CursorState, around: Around
) -> Listing:
    """The same in one state before the word in a `span` of a `text`, which the others are without."""
    language, typed, guard = prefix.grammar.language, text[span.start : span.end], None
    if around.existing is not None:
        guard = guard_over(around.existing, prefix.grammar, prefix.text, state, landmarks.edited)
    judge = EntryJudge(prefix.grammar, prefix.text, state)
    used = used_up(landmarks, span.start, judge.finishing)
    gathering = _Gathering(judge, text, span, typed, around, guard, used)
    found: dict[str, Entry] = {}
    known, begun = set[str](), set[str]()
    for entry in gathering.entries():
        if entry.origin not in (Origin.KEYWORD, Origin.SIGN) and gathering.is_used_up(entry.text):
            continue
        folded = entry.text.strip().casefold()
        is_said = folded in known or (entry.origin is Origin.WORD and folded in begun)
        if is_said and either_way(prefix.grammar, folded):
            continue  # it is there in another case
        known.add(folded)
        if entry.origin is Origin.KEYWORD:  # it has the words that can only follow one
            begun.add(folded.split()[0])
        found.setdefault(entry.text, entry)
    is_known = bool(typed) and any(text.casefold() == typed.casefold() for text in found)
    found.pop(typed, None)
    cased = {text.strip().casefold(): text for text in found}
    if typed and (found or is_known) and judge.takes(typed):  # it is complete
        found[typed] = Entry(typed, span, Origin.TYPED)

    def otherwise(word: str) -> str | None:
        text = cased.get(word.casefold())
        return text if text and text.strip() != word and either_way(prefix.grammar, word) else None

    def takes(word: str) -> bool:
        return otherwise(word) is None and gathering.takes_word(word)

    nearby = _as_compared(gathering.nearby)
    words = _without_model([*found.values()], [*nearby], around.spaces)
    again = around.signs and not typed
    entries = in_order([*words, *gathering.snippets(language.snippets)], complete=True, asked_again=again)
    return Listing(entries, span, typed, takes, otherwise, is_known, again, nearby)


def _as_compared(nearby: Mapping[str, float]) -> Mapping[str, float]:
    """What words count in whatever case they are written."""
    found: dict[str, float] = {}
    for word, weight in nearby.items():
        found[word.casefold()] = found.get(word.casefold(), 0.0) + weight
    return found


def _without_model(
    entries: Sequence[Entry], nearby: Sequence[str], spaces: Sequence[str] | None
) -> list[Entry]:
    """Some entries, those first that are likeliest as far as can be told without a model.

    What stands nearby comes first: names, builtins of the kind that is meant, then all else, each in the
    order of `nearby`; then what does not stand there, and signs last.
    """
    places = {word.casefold(): place for place, word in reversed([*enumerate(nearby)])}

    def rank(entry: Entry) -> tuple[bool, bool, int, int]:
        place = next((places.get(word.casefold()) for word in entry.text.split()), None)
        kind = 2
        if entry.origin is Origin.NAME:
            kind = 0
        elif isinstance(entry.about, Builtin) and not _meant(entry.about, spaces):
            kind = 1
        return entry.origin is Origin.SIGN, place is None, kind, place or 0

    return sorted(entries, key=rank)


def _meant(builtin: Builtin, spaces: Sequence[str] | None) -> int:
    """How far behind what is meant at a place a builtin is: 0 if it is of the kind that is."""
    if not spaces:
        return 1
    kinds = [number for number, space in enumerate(spaces) if space in builtin.stands.where]
    return 0 if builtin.space == spaces[0] else 1 + min(kinds, default=len(spaces))


def state_at(prefix: Prefix, landmarks: Landmarks, offset: int) -> CursorState | None:
    """The state at a cursor after the fewest repairs; None if there is none.

    It is read from an element nearby where nothing is wrong since that began.
    """
    anchors = [*anchors_of(landmarks, offset), *([0] if offset < _NEAR else [])]
    state = prefix.near(offset, anchors, offset)
    if state is not None:
        return state
    place = place_of(prefix, landmarks, offset, offset)
    return place.state if isinstance(place, CursorPlace) else None


def _word_start(text: str, word: str, offset: int) -> int:
    """Where the word begins that ends at a cursor; the cursor itself if none does, or one of signs alone."""
    line = text.rfind("\n", 0, offset) + 1
    found = [match for match in re.finditer(word, text[line:offset]) if line + match.end() == offset]
    is_word = bool(found) and any(sign.isalnum() or sign == "_" for sign in found[-1][0])
    return line + found[-1].start() if is_word else offset


def _with_sigil(name: str, typed: str, before: str, sigils: Sequence[str]) -> str:
    """A name as it is written here: with the sigil that is typed, and without where one stands before it."""
    own = next((sigil for sigil in sigils if name.startswith(sigil)), "")
    here = next((sigil for sigil in sigils if typed.startswith(sigil)), None)
    if here is None:
        here = "" if before.endswith(tuple(sigils)) else own
    return here + name[len(own) :]


class _Gathering:
    """What may stand in the place of the word typed so far, from each that knows some."""

    def __init__(
        self,
        judge: EntryJudge,
        text: str,
        span: Span,
        typed: str,
        around: Around,
        guard: Guard | None,
        used: frozenset[str],
    ) -> None:
        self._judge = judge
        self._around = around
        self._guard = guard
        self._used_up = used
        self._text = text
        self._span = span
        self._typed = typed
        self._begun = typed.casefold()
        self._known_behind: dict[tuple[tuple[int, ...], str], str] = {}
        self._written = casing(judge.grammar, text, span.end, typed)
        own = frozenset(builtin.name.upper() for builtin in judge.grammar.language.builtins)
        self._builtin = casing(judge.grammar, text, span.end, typed, own)

    @property
    def _indent(self) -> str:
        """What the line of the cursor begins with."""
        line = self._text[self._text.rfind("\n", 0, self._span.start) + 1 : self._span.start]
        return line[: len(line) - len(line.lstrip())]

    def takes(self, word: str) -> bool:
        """Whether a word may stand there."""
        return word.casefold().startswith(self._begun) and self._judge.takes(word + self._judge.gap(word))

    def takes_word(self, word: str) -> bool:
        """The same of a word of which nobody says that it is a name that exists."""
        return (
            self.takes(word)
            and not self._is_stray(word)
            and not self.is_used_up(word)
            and not self._is_other(word)
        )

    def is_used_up(self, word: str) -> bool:
        """Whether a word is a name that may stand there once, and does."""
        return compared(word.strip(), self._judge.grammar.language.naming) in self._used_up

    def _is_other(self, word: str) -> bool:
        """Whether a word is known as something else than the names that are looked for there: as one of other
        kinds, or as a keyword.

        Only kinds whose names have to be declared count: what is written like a column may still be a
        function.
        """
        around, grammar = self._around, self._judge.grammar
        naming = grammar.language.naming
        name = compared(word, naming)
        if name in around.unfit:
            return True
        if around.existing is None or not around.sought:
            return False
        kinds = self._kinds_of(word)
        is_told = kinds <= naming.declared and kinds.isdisjoint(around.sought)
        return is_told if kinds else is_keyword(grammar, word)

    def _is_stray(self, word: str, then: str = "") -> bool:
        """Whether a name has to stand there, and a word with what is written `then` spells none that exists.

        What is known as a function may be meant as one, with its bracket; so with other kinds that have
        something behind them.
        """
        if self._guard is None:
            return False
        typed = word + self._judge.gap(word)
        if not self._guard.names_nothing(typed, self._behind(typed, then)):
            return False
        kinds = frozenset() if then or not self._thens else self._kinds_of(word)
        thens = {self._thens[kind] for kind in kinds & self._thens.keys()}
        return all(self._is_stray(word, more) or not self._judge.takes(word + more) for more in thens)

    def _kinds_of(self, word: str) -> frozenset[str]:
        """The kinds of names as which a word is known."""
        existing = self._around.existing
        name = compared(word, self._judge.grammar.language.naming)
        return frozenset() if existing is None else existing.kinds_of(name)

    @cached_property
    def _thens(self) -> Mapping[str, str]:
        """What is written behind builtins, by those of their spaces that need not be declared."""
        language = self._judge.grammar.language
        return {
            one.space: one.stands.then
            for one in language.builtins
            if one.stands.then and one.space not in language.naming.declared and is_found(language, one)
        }

    def _behind(self, typed: str, then: str) -> str:
        """What is written behind a text, as far as that is known: a sign that is all that may follow, and at
        the end of a line what finishes what is open.
        """
        judge, terminals = self._judge, self._judge.grammar.terminals
        stack = judge.after_lexemes(typed)
        if stack is None:
            return then
        key = stack.states(), then
        if key not in self._known_behind:
            name = only_next(judge.grammar.table, stack)
            terminal = None if name is None else terminals.get(name)
            sign = (terminal and terminal.word) or ""
            is_there = sign[:1].isalnum() or judge.after.lstrip().startswith(sign)
            found = then or ("" if is_there else sign)
            may_be_member = judge.grammar.language.naming.members
            if may_be_member and not judge.after.partition("\n")[0].strip():
                ending = judge.ending(stack, found)
                found = ending or found + next(judge.finishing(typed + found), "")
            self._known_behind[key] = found
        return self._known_behind[key]

    def entries(self) -> Iterator[Entry]:
        """Words and signs. What comes from several comes first from who knows most of it."""
        judge, around, language = self._judge, self._around, self._judge.grammar.language
        before, sigils = self._text[: self._span.start], language.naming.sigils
        for origin, names in ((Origin.NAME, around.names), (Origin.POSSIBLE, around.possible)):
            for name in names:
                written = _with_sigil(name, self._typed, before, sigils)
                if self.takes(written):
                    yield self._entry(written, origin, candidate=name)
        if not (judge.is_inside or judge.is_amiss):
            yield from self._fixed(signs=around.signs and not self._typed)
            yield from self._builtins(before, sigils)
        yield from self._words()
        for name in filter(self._is_member, sorted(self._members)):
            written = written_as(name, language.naming)
            if self.takes(written):
                yield self._entry(written, Origin.NAME)

    @property
    def _members(self) -> frozenset[str]:
        """The members that may stand there as the guard has found out, as names are compared; only where no
        other name is known.
        """
        if self._guard is None or self._around.names or self._around.possible:
            return frozenset()
        return self._guard.members

    def _is_member(self, name: str) -> bool:
        """Whether a name is such a member, and none that the language brings."""
        return name in self._members and name not in self._brought

    @cached_property
    def _brought(self) -> frozenset[str]:
        language = self._judge.grammar.language
        return frozenset(compared(builtin.name, language.naming) for builtin in language.builtins)

    def _entry(
        self, text: str, origin: Origin, candidate: str | None = None, about: Builtin | Snippet | None = None
    ) -> Entry:
        return Entry(text + self._judge.gap(text), self._span, origin, candidate, about)

    @cached_property
    def nearby(self) -> Mapping[str, float]:
        """The words that stand near, the likeliest first, with what each counts.

        Where a sigil is typed they are without it; until a letter is, only what has it elsewhere is meant.
        """
        start, language, around = self._span.start, self._judge.grammar.language, self._around
        before, after = self._text[:start], self._text[self._span.end :]
        words = nearby_words(language, before + after, start, around.texts, around.looked_up)
        own = next((sigil for sigil in language.naming.sigils if before.endswith(sigil)), "")
        some = (word for word in words if self._begun or word.startswith(own))
        return {word.removeprefix(own): words[word] for word in some}

    def _fixed(self, *, signs: bool) -> Iterator[Entry]:
        judge = self._judge
        known = {builtin.name.casefold(): builtin for builtin in judge.grammar.language.builtins}
        for word in fixed_lexemes(judge, judge.state.here, self._begun, self._written, signs=signs):
            if self._around.member and word[:1].isalnum():
                continue  # what owns it is written before it: only a name of that stands there
            about = known.get(word.casefold())
            written = word if about is None else self._builtin(word)
            yield self._entry(written, Origin.KEYWORD if word[:1].isalnum() else Origin.SIGN, about=about)

    def _builtins(self, before: str, sigils: Sequence[str]) -> Iterator[Entry]:
        """Those of a kind that may stand there; one that is a keyword too is written as keywords are."""
        around, grammar, known = self._around, self._judge.grammar, dict[Stands, bool]()
        spaces = around.spaces
        language = grammar.language
        for builtin in sorted(language.builtins, key=lambda builtin: _meant(builtin, spaces)):
            stands, name = builtin.stands, _with_sigil(builtin.name, self._typed, before, sigils)
            if stands not in known:
                needed = not stands.needs or re.search(rf"\b{re.escape(stands.needs)}\b", self._text)
                fits = may_stand(language, builtin, spaces, self._judge.takes, member=around.member)
                known[stands] = bool(needed) and fits and self._judge.takes(name + stands.then)
            written = self._builtin(name)
            is_here = known[stands] and self._is_within(builtin) and self.takes(written)
            if is_here and not self._is_stray(written, stands.then):
                yield self._entry(written, Origin.BUILTIN, about=builtin)

    def _is_within(self, builtin: Builtin) -> bool:
        """Whether the place is like that within which builtins of its kind stand, if that matters."""
        if not builtin.stands.within:
            return True
        grammar, first = self._judge.grammar, self._judge.first(builtin.name)
        return first is not None and may_stand_within(grammar, builtin, beginning(grammar, *first))

    def _words(self) -> Iterator[Entry]:
        words = dict.fromkeys((*self.nearby, *self._used_elsewhere))
        names = (word for word in words if self._is_name(word) and not self._is_other(word))
        naming = self._judge.grammar.language.naming
        for word in islice(names, _MOST_WORDS):
            yield self._entry(word, Origin.NAME if self._is_member(compared(word, naming)) else Origin.WORD)

    @property
    def _used_elsewhere(self) -> Sequence[str]:
        """Where none of the names that may be meant is known, those that other texts use in such places."""
        around = self._around
        if around.existing is None or not around.spaces or around.names or around.possible:
            return ()
        naming = self._judge.grammar.language.naming
        return around.existing.used(around.spaces[0], compared(self._typed, naming))

    def _may_begin(self, snippet: Snippet, plain: str) -> bool:
        grammar, first = self._judge.grammar, self._judge.first(plain)
        return first is not None and may_begin(grammar, snippet, beginning(grammar, *first))

    def _is_name(self, word: str) -> bool:
        """Whether a word may stand there, and is no keyword of the grammar there."""
        if not word.casefold().startswith(self._begun):
            return False
        judge = self._judge
        if judge.is_inside:
            return judge.takes(word)
        stack = judge.after_lexemes(word + judge.gap(word))
        return stack is not None and judge.may_follow(stack) and not self._is_stray(word)

    def snippets(self, snippets: Sequence[Snippet]) -> Iterator[Entry]:
        """Whole constructs, where nothing follows on the line that would come to stand behind one."""
        rest = self._judge.after.partition("\n")[0]
        if self._judge.is_inside or any(map(str.isalnum, rest)) or not self._is_apart:
            return
        for snippet in snippets:
            made = recased(snippet, self._written)
            plain = made.plain.replace("\n", f"\n{self._indent}")
            begins = any(name.casefold().startswith(self._begun) for name in (made.name, plain))
            if begins and self._may_begin(snippet, plain) and self._judge.takes(plain):
                yield Entry(plain, self._span, Origin.SNIPPET, about=made)

    @property
    def _is_apart(self) -> bool:
        """Whether nothing stands right before the place but an opening bracket."""
        before = self._text[self._span.start - 1 : self._span.start] if self._span.start else ""
        openers = [opener for opener, _ in self._judge.grammar.language.brackets]
        return not before.strip() or before in openers
