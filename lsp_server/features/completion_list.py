"""What may be written at a cursor as the grammar alone has it: keywords and signs, and candidates of others.

No model is asked. Each entry was judged as a suggestion is: with it in place of the half-typed word the
document is as valid as it can be there, whatever is wrong elsewhere. What only begins something that would
have to be finished before what follows is not listed, for the document would be broken until then; it is
where an error that begins above the cursor ends below it, so that the document is broken there in any case.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from lsp_server.constraint import CursorState, Grammar, Oracle, Prefix, Stack, guessed_from, next_fits
from lsp_server.features.casing import casing
from lsp_server.features.placing import anchors_of
from lsp_server.features.soundness import Ahead
from lsp_server.lalr import only_next
from lsp_server.languages import QUOTES
from lsp_server.syntax import Landmarks
from lsp_server.text import Edit, Span

MOST = 200
"""The most entries of one list."""

_FORCED = 4
"""So many words are written on that are all that can follow."""

_NEAR = 20_000
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Entry:
    """A text to put in the place of a span, which is the word typed so far.

    It is a `word`, or a sign; or it is no fixed lexeme but a candidate, which is written so here.
    """

    text: str
    span: Span
    word: bool
    candidate: str | None = None


def entries(
    prefix: Prefix, landmarks: Landmarks, offset: int, candidates: Iterable[str] = ()
) -> tuple[Entry, ...]:
    """The entries for a cursor: first those of the candidates that fit, then keywords, the most used first.

    Args:
        prefix: of the document.
        landmarks: of the document.
        offset: the cursor.
        candidates: texts that might stand there, such as names, the likeliest first; each is judged as well.

    """
    text, language = prefix.text, prefix.grammar.language
    span = Span(_word_start(text, language.word, offset), offset)
    typed, landmarks = text[span.start : span.end], landmarks.entering(offset)
    if typed:
        prefix = prefix.without(span)
        landmarks = landmarks.seen_after((Edit(span, ""),), prefix.text)
    state = _state(prefix, landmarks, span.start)
    if state is None or state.commented or prefix.grammar.modes[state.here.state]:
        return ()
    judge = _Judge(prefix.grammar, prefix.text, state, landmarks)
    begun = typed.casefold()
    names: dict[str, str] = {}
    for name in candidates:
        names.setdefault(_with_sigil(name, typed, text[: span.start], language.naming.sigils), name)
    fitting = {
        text: name for text, name in names.items() if text.casefold().startswith(begun) and judge.takes(text)
    }
    words = [*_keywords(prefix.grammar, judge, state.here, typed, casing(prefix.grammar, text, offset))]
    used = Counter(_WORD.findall(text[max(0, offset - _NEAR) : offset + _NEAR].casefold()))
    words.sort(key=lambda word: (not word[0].isalnum(), -used[word.split()[0].casefold()], word))
    found: dict[str, str | None] = {**fitting, **dict.fromkeys(words)}
    return tuple(
        Entry(text, span, text[:1].isalnum(), candidate)
        for text, candidate in islice(found.items(), MOST)
        if text != typed
    )


def _state(prefix: Prefix, landmarks: Landmarks, offset: int) -> CursorState | None:
    """The state at a cursor, with what is wrong above its line mended; None if it is a guess what is meant.

    It is read from an element nearby where nothing is wrong since that began.
    """
    anchors = [*anchors_of(landmarks, offset), *([0] if offset < _NEAR else [])]
    state = prefix.near(offset, anchors, offset)
    if state is not None:
        return state
    # In a prefix of its own: of that which is given a suggestion may ask for its mendings at the same time.
    apart, line = prefix.without(Span(offset, offset)), prefix.text.rfind("\n", 0, offset) + 1
    mended = apart.at(offset, anchors, offset, landmarks.alike)
    if not isinstance(mended, CursorState) or any(mended.mended_from(line)):
        return None
    return mended if guessed_from(prefix.grammar, prefix.text, mended) is None else None


def _word_start(text: str, word: str, offset: int) -> int:
    """Where the word begins that ends at a cursor; the cursor itself if none does."""
    line = text.rfind("\n", 0, offset) + 1
    found = [match for match in re.finditer(word, text[line:offset]) if line + match.end() == offset]
    return line + found[-1].start() if found and any(map(str.isalnum, found[-1][0])) else offset


def _with_sigil(name: str, typed: str, before: str, sigils: Sequence[str]) -> str:
    """A name as it is written here: with the sigil that is typed, and without where one stands before it."""
    own = next((sigil for sigil in sigils if name.startswith(sigil)), "")
    here = next((sigil for sigil in sigils if typed.startswith(sigil)), None)
    if here is None:
        here = "" if before.endswith(tuple(sigils)) else own
    return here + name[len(own) :]


class _Judge:
    """Judges texts at one place; of those that lead the parser to the same stack, one is enough."""

    def __init__(self, grammar: Grammar, text: str, state: CursorState, landmarks: Landmarks) -> None:
        ahead = Ahead(grammar, landmarks, state.cursor, state)
        damaged = ahead.damaged_to
        self._oracle = Oracle(grammar, text, state, (), ahead, damaged, before=lambda: ahead.stacks_before)
        self._grammar = grammar
        self._known: dict[tuple[tuple[int, ...], bool, str], bool] = {}
        self.after = text[state.cursor :]

    def takes(self, typed: str) -> bool:
        """Whether the document stays as valid as it can be with a text at the place."""
        return self._oracle.fit(typed).good

    def takes_after(self, stack: Stack, typed: str) -> bool:
        """The same of a fixed lexeme, or some, that lead to a stack."""
        if self.after.strip() and not next_fits(self._grammar, stack, self.after):
            return False
        key = stack.states(), typed[-1:].isalnum(), "" if typed[:1].isalnum() else typed
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self.takes(typed)
        return known


def _keywords(
    grammar: Grammar, judge: _Judge, stack: Stack, typed: str, written: Callable[[str], str]
) -> Iterator[str]:
    """The fixed lexemes that may stand after a stack, with what is all that can follow them.

    One that would be no more than a name is left out.
    """
    closers, table = dict(grammar.language.brackets), grammar.table
    begun, as_name = typed.casefold(), _as_names(grammar, stack)
    for name in sorted(table.accepts[stack.state] - table.dead):
        word = grammar.terminals[name].word if name in grammar.terminals else None
        if word is None or not word.casefold().startswith(begun) or word[0] in QUOTES:
            continue
        after = table.shift(stack, name)
        if after is None or not (table.actions[table.settled(after).state] or grammar.completes(after)):
            continue
        if word[:1].isalpha() and table.settled(after).states() in as_name:
            continue
        steps = [(after, written(word)), *_forced(grammar, after, written(word), written)]
        gap = " " if word[-1].isalnum() and judge.after[:1].isalnum() else ""
        found = next((text + gap for at, text in reversed(steps) if judge.takes_after(at, text + gap)), None)
        if found is None:
            opened = _opened(grammar, *steps[-1], closers) if word not in closers else word + closers[word]
            found = opened if opened is not None and judge.takes(opened) else None
        if found is not None:
            yield found


def _as_names(grammar: Grammar, stack: Stack) -> frozenset[tuple[int, ...]]:
    """Where lexemes lead to that are not fixed, such as names."""
    names = (n for n in grammar.table.accepts[stack.state] if n in grammar.terminals)
    kinds = [n for n in names if grammar.terminals[n].word is None and n not in grammar.ignored]
    found = (grammar.table.shift(stack, name) for name in kinds)
    return frozenset(grammar.table.settled(after).states() for after in found if after is not None)


def _opened(grammar: Grammar, stack: Stack, text: str, closers: Mapping[str, str]) -> str | None:
    """A text with a pair of brackets, if nothing but the opening one can follow it."""
    only = _only(grammar, stack)
    return f"{text} {only[1]}{closers[only[1]]}" if only is not None and only[1] in closers else None


def _forced(
    grammar: Grammar, stack: Stack, text: str, written: Callable[[str], str]
) -> Iterator[tuple[Stack, str]]:
    """Each word that is all that can follow, with those before it, and the stack after it."""
    for _ in range(_FORCED):
        only = _only(grammar, stack)
        if only is None or not only[1].isalpha():
            return
        after = grammar.table.shift(stack, only[0])
        assert after is not None
        stack, text = after, f"{text} {written(only[1])}"
        yield stack, text


def _only(grammar: Grammar, stack: Stack) -> tuple[str, str] | None:
    """The terminal that is all that can follow a stack, and its word; None if there is none with one."""
    name = only_next(grammar.table, stack)
    if name is None or name not in grammar.terminals or grammar.completes(stack):
        return None
    word = grammar.terminals[name].word
    return None if word is None else (name, word)
