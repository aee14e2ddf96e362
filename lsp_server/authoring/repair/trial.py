"""Whether two grammars have the same language, tried out on sentences. It is a test, not a proof.

Sentences are drawn from the rules of either grammar and given to the other; sentences with a slip, and all
short ones, are given to both. What one takes and the other does not is a counterexample.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from random import Random

from lsp_server.agreement.derivations import Deriver, smallest, within
from lsp_server.lalr.bounds import thread_time
from lsp_server.lalr.judging import Kind, Sentence, SentenceJudge

_LONGEST = 24
_SHORT = 400


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A program that one of the two grammars takes: the one as it was (`lost`), or the new one."""

    text: str
    lost: bool

    @property
    def message(self) -> str:
        """What is wrong, in one line."""
        taken = "the grammar as it was" if self.lost else "only the changed grammar"
        text = " ".join(self.text.split()) or "(the empty text)"
        return f"`{text}` is a program of {taken}"


@dataclass(frozen=True, slots=True)
class Trial:
    """What was tried, and the counterexample that ended it.

    Attributes:
        drawn: sentences of either grammar, each given to the other.
        slips: sentences with a slip, and all short ones; `taken` of them were taken.
        trees: sentences of which both trees were made by Lark's Earley parser, and of how many they were the
            same; `other` is one of which they are not.
        finished: all was tried that was to be; else there was no time.

    """

    drawn: int = 0
    slips: int = 0
    taken: int = 0
    trees: tuple[int, int] = (0, 0)
    other: str | None = None
    counterexample: Counterexample | None = None
    finished: bool = True

    @property
    def holds(self) -> bool:
        """Whether nothing was found that tells the two apart."""
        return self.counterexample is None


class Original:
    """A grammar as it was, with what is known of its sentences, so that each change is tried on the same.

    `telling` are those that told it from a changed one, which others should then be tried on first.
    """

    def __init__(self, judge: SentenceJudge, seed: int = 0) -> None:
        self.judge = judge
        self._seed = seed
        self._known: dict[Sentence, bool] = {}
        self._drawn: dict[int, list[Sentence]] = {}
        self.telling: dict[Sentence, None] = {}

    def takes(self, sentence: Sentence) -> bool:
        """Whether Lark's Earley parser takes a sentence."""
        found = self._known.get(sentence)
        if found is None:
            found = self._known[sentence] = self.judge.derives(sentence)
        return found

    def drawn(self, count: int) -> list[Sentence]:
        """Sentences of the grammar, each once; the same ones for the same count."""
        if count not in self._drawn:
            self._drawn[count] = draw(self.judge, count, self._seed)
            self._known.update(dict.fromkeys(self._drawn[count], True))
        return self._drawn[count]


def draw(judge: SentenceJudge, count: int, seed: int, seconds: float = 2.0) -> list[Sentence]:
    """Sentences drawn from a grammar's rules, each once; none where all are too long."""
    until = thread_time() + seconds
    rules = within(judge.rules, 4 * _LONGEST + 1)
    if judge.start not in smallest(rules):
        return []
    source = Random(seed)  # noqa: S311
    deriver = Deriver(rules, judge.start, source)
    found: dict[Sentence, None] = {}
    for _ in range(count):
        if thread_time() > until:
            break
        sentence = deriver.derive(source.randint(1, _LONGEST))[0]
        if len(sentence) <= 4 * _LONGEST:
            found[sentence] = None
    return list(found)


def compare(
    original: Original,
    changed: SentenceJudge,
    *,
    settled: bool = True,
    count: int = 200,
    seconds: float = 5.0,
    trees: int = 0,
    seed: int = 0,
) -> Trial:
    """Try out whether a changed grammar has the language of the original.

    Args:
        original: the grammar as it was.
        changed: the other one.
        settled: take the changed grammar with what Lark settles in it, if it makes a table of it; else as it
            is written.
        count: how many sentences to draw from each, and how many slips to make.
        seconds: after so much time of the processor no more are tried.
        trees: of how many sentences to compare the trees as well.
        seed: the same one tries the same.

    """
    until = thread_time() + seconds
    drawn = slips = taken = 0
    takes = changed.takes if settled else changed.derives

    def tell(sentence: Sentence, lost: bool) -> Trial:
        original.telling[sentence] = None
        text = (original.judge if lost else changed).write(sentence)
        return Trial(drawn, slips, taken, counterexample=Counterexample(text, lost))

    for sentence in original.telling:
        if (before := original.takes(sentence)) != takes(sentence):
            return tell(sentence, before)
    old, new = original.drawn(count), draw(changed, count, seed + 1)
    for sentence, ours in _alternating(old, new):
        if thread_time() > until and drawn:
            return Trial(drawn, finished=False)
        drawn += 1
        if not (takes(sentence) if ours else original.takes(sentence)):
            return tell(sentence, ours)
    source = Random(seed + 2)  # noqa: S311
    kinds = tuple(sorted({*original.judge.kinds, *changed.kinds}))
    for sentence in dict.fromkeys((*_short(kinds), *_slips(old + new, kinds, count, source))):
        if thread_time() > until:
            return Trial(drawn, slips, taken, finished=False)
        slips += 1
        before = original.takes(sentence)
        taken += before
        if before != takes(sentence):
            return tell(sentence, before)
    same, compared, other = _same_trees(original, changed, old[:trees], until)
    return Trial(drawn, slips, taken, (same, compared), other)


def _alternating(old: list[Sentence], new: list[Sentence]) -> Iterator[tuple[Sentence, bool]]:
    for place in range(max(len(old), len(new))):
        yield from ((sentence, True) for sentence in old[place : place + 1])
        yield from ((sentence, False) for sentence in new[place : place + 1])


def _short(kinds: tuple[Kind, ...]) -> Iterator[Sentence]:
    """All sentences of terminals up to a length at which they become too many."""
    total, size = 0, 0
    while kinds and size < 8 and total + len(kinds) ** size <= _SHORT:
        yield from product(kinds, repeat=size)
        total += len(kinds) ** size
        size += 1


def _slips(
    sentences: list[Sentence], kinds: tuple[Kind, ...], count: int, source: Random
) -> Iterator[Sentence]:
    """Sentences in which one lexeme is dropped, doubled, swapped with the next, replaced or added."""
    if not sentences or not kinds:
        return
    for _ in range(count):
        lexemes = list(source.choice(sentences))
        at = source.randrange(len(lexemes)) if lexemes else 0
        match source.randrange(5) if lexemes else 4:
            case 0:
                del lexemes[at]
            case 1:
                lexemes.insert(at, lexemes[at])
            case 2:
                lexemes[at : at + 2] = reversed(lexemes[at : at + 2])
            case 3:
                lexemes[at] = source.choice(kinds)
            case _:
                lexemes.insert(at, source.choice(kinds))
        yield tuple(lexemes)


def _same_trees(
    original: Original, changed: SentenceJudge, sentences: list[Sentence], until: float
) -> tuple[int, int, str | None]:
    """Of how many sentences the trees are the same, how many were looked at, and one that differs."""
    same = compared = 0
    other: Sentence | None = None
    for sentence in sentences:
        if thread_time() > until:
            break
        compared += 1
        if original.judge.tree(sentence) == changed.tree(sentence):
            same += 1
        elif other is None or len(sentence) < len(other):
            other = sentence
    return same, compared, None if other is None else original.judge.write(other)
