"""Makes a grammar LALR(1), step by step, each a small change of its text after which fewer rules conflict.

A step is kept only if nothing was found that tells the language from what it was at the very beginning. It
must not know the command that asks for it, and it writes no file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lsp_server.authoring.repair.choosing import PRIORITY, give_priorities, leave_out
from lsp_server.authoring.repair.edits import Rewrite, apply
from lsp_server.authoring.repair.inlining import inline, inline_both
from lsp_server.authoring.repair.precedence import write_levels
from lsp_server.authoring.repair.recursion import turn_recursion
from lsp_server.authoring.repair.simplifying import (
    drop_covered,
    join_repetitions,
    merge_equal,
    settle_empties,
)
from lsp_server.authoring.repair.trial import Counterexample, Original, Trial, compare
from lsp_server.errors import GrammarError
from lsp_server.lalr.bounds import thread_time
from lsp_server.lalr.conflicts import count_conflicts, find_conflicts
from lsp_server.lalr.judging import SentenceJudge
from lsp_server.lalr.notation_reader import read_notation

_SECONDS = 30.0
_STEP, _PROOF = 3.0, 8.0
_STEPS = 30
_TRIED_IF_SURE = 60
_TRIED = 300
_TREES = 60
_LARGEST = 400
"""So many definitions at most: of more, each step would take too long to try out."""

Count = tuple[int, int]
"""How many pairs of rules conflict: those that Lark refuses, those that it settles by going on."""


@dataclass(frozen=True, slots=True)
class RepairStep:
    """A change that was made, the line of its rule at that time, and the conflicts before and after it."""

    rewrite: Rewrite
    line: int
    before: Count
    after: Count


@dataclass(frozen=True, slots=True)
class Undone:
    """A change that would have helped, but after which the language is another one."""

    rewrite: Rewrite
    reason: str


@dataclass(frozen=True, slots=True)
class Repair:
    """What became of a grammar.

    Attributes:
        text: the grammar as it is now.
        steps: what was done, in order.
        undone: what was tried and taken back.
        before, after: the conflicts of the grammar as it was and as it is.
        proof: how the two were compared at the end, as they are written. It is a test, not a proof.
        lost: a program that is lost where Lark goes on though the rule that may have ended was meant.
        gave_up: why no more was tried, where that is not for want of ideas.

    """

    text: str = field(repr=False)
    steps: tuple[RepairStep, ...]
    undone: tuple[Undone, ...]
    before: Count
    after: Count
    proof: Trial
    lost: Counterexample | None = None
    gave_up: str | None = None

    @property
    def solved(self) -> bool:
        """Whether Lark takes the grammar as LALR(1), and nothing was found that it loses."""
        return not self.after[0] and self.proof.holds and self.lost is None


def repair(text: str, path: Path, start: str = "start", seconds: float = _SECONDS) -> Repair:
    """Rewrite a grammar so that it is LALR(1), as far as that can be done safely.

    Args:
        text: the grammar.
        path: its file; what it imports is looked for beside it.
        start: its start rule.
        seconds: after so much time of the processor no more is tried.

    Raises:
        GrammarError: the text is not a Lark grammar, or has no such start rule.

    """
    until = thread_time() + seconds
    before = count_conflicts(text, path, start)
    original = Original(SentenceJudge(text, path, start))
    notation = read_notation(text) if any(before) else None
    if any(before) and (notation is None or len(notation.definitions) > _LARGEST):
        reason = f"it has more than {_LARGEST} definitions" if notation else "its text cannot be read"
        return Repair(text, (), (), before, before, Trial(), gave_up=reason)
    undone: dict[str, Undone] = {}
    steps: list[RepairStep] = []
    texts, count = [text], before
    while any(count) and len(steps) < _STEPS and thread_time() < until:
        found = _next(texts[-1], count, original, path, undone, until)
        if found is None:
            break
        steps.append(found[0])
        texts.append(found[1])
        count = found[0].after
    late = any(count) and thread_time() >= until
    proof = _prove(original, path, before, steps, texts, undone)
    count, judge = steps[-1].after if steps else before, SentenceJudge(texts[-1], path, start)
    lost = None
    if judge.table is not None and any(count):
        lost = compare(original, judge, count=_TRIED, seconds=_PROOF).counterexample
    gave_up = "it took too long" if late else None
    return Repair(texts[-1], tuple(steps), tuple(undone.values()), before, count, proof, lost, gave_up)


def _prove(
    original: Original,
    path: Path,
    before: Count,
    steps: list[RepairStep],
    texts: list[str],
    undone: dict[str, Undone],
) -> Trial:
    """Compare a grammar with what it became; where it is another one, take back what is not sure."""
    while True:
        settled = not any(steps[-1].after if steps else before)
        judge = SentenceJudge(texts[-1], path, original.judge.start)
        proof = compare(original, judge, settled=settled, count=_TRIED, seconds=_PROOF, trees=_TREES)
        doubtful = next((at for at, step in enumerate(steps) if not step.rewrite.sure), None)
        if proof.counterexample is None or doubtful is None:
            return proof
        for step in steps[doubtful:]:
            undone[step.rewrite.message] = Undone(step.rewrite, proof.counterexample.message)
        del steps[doubtful:], texts[doubtful + 1 :]


def _next(
    text: str, count: Count, original: Original, path: Path, undone: dict[str, Undone], until: float
) -> tuple[RepairStep, str] | None:
    """The first change after which there are fewer conflicts and the language is the same, and its text."""
    start = original.judge.start
    for rewrite in _rewrites(text, path, start):
        if thread_time() > until:
            return None
        changed = apply(text, rewrite.edits)
        try:
            after = count_conflicts(changed, path, start)
            if sum(after) >= sum(count):
                continue
            trial = _trial(original, SentenceJudge(changed, path, start), rewrite, settled=not any(after))
        except GrammarError:
            continue
        if trial.counterexample is None and (rewrite.sure or trial.finished):
            return RepairStep(rewrite, _line(text, rewrite.rule), count, after), changed
        reason = "it could not be tried out in time"
        if trial.counterexample is not None:
            reason = trial.counterexample.message
        undone.setdefault(rewrite.message, Undone(rewrite, reason))
    return None


def _trial(original: Original, changed: SentenceJudge, rewrite: Rewrite, *, settled: bool) -> Trial:
    """Try a change out, one that is not sure on more programs.

    What Lark makes of conflicts that are left is no fault of a change, unless that is what it is about.
    """
    count, seconds = (_TRIED_IF_SURE, _STEP) if rewrite.sure else (_TRIED, _PROOF)
    settled = settled or rewrite.kind == PRIORITY
    return compare(original, changed, settled=settled, count=count, seconds=seconds)


def _rewrites(text: str, path: Path, start: str) -> Iterator[Rewrite]:
    """What may be done to a grammar, first what changes its text and its trees least."""
    notation = read_notation(text)
    if notation is None:
        return
    conflicts = find_conflicts(text, path, start, seconds=0).found
    names = frozenset(side.name for conflict in conflicts for side in conflict.sides)
    yield from join_repetitions(notation)
    yield from drop_covered(notation)
    yield from merge_equal(notation)
    yield from settle_empties(notation)
    yield from write_levels(notation)
    yield from turn_recursion(notation)
    yield from give_priorities(notation, conflicts)
    yield from inline(notation, names - {start})
    for pair in dict.fromkeys(frozenset(side.name for side in conflict.sides) for conflict in conflicts):
        yield from inline_both(notation, pair - {start})
    yield from leave_out(notation, names)


def _line(text: str, name: str) -> int:
    notation = read_notation(text)
    found = None if notation is None else notation.rule(name)
    return 1 if found is None else found.line
