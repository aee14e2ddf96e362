"""One way down to a text: token by token, each of which oracle and mask allow, back where none is."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from lsp_server import cancellation
from lsp_server.decoding.copying import NOTHING
from lsp_server.decoding.drafting import Drafts
from lsp_server.decoding.ending import Ending
from lsp_server.decoding.evidence import Choice, among
from lsp_server.decoding.guide import Guide
from lsp_server.decoding.healing import TokenIndex
from lsp_server.decoding.homing import Home
from lsp_server.decoding.model import Vocabulary
from lsp_server.decoding.naming import Spelling, Spellings
from lsp_server.decoding.repeating import Loop, at_last, third_time
from lsp_server.decoding.spelled import Spelled, Step, text_of
from lsp_server.decoding.task import Candidate, Statistics, Task
from lsp_server.decoding.tokenset import TokenSet, likeliest, log_probability
from lsp_server.names.guard import Stray
from lsp_server.text import first_word

_BANS_PER_TOKEN, _BANS_UNGUIDED = 48, 8
"""At most so many tokens are refused at one place; after the latter the mask is made, if there is none.

The oracle tells of one token a hundred times as fast as a hole grammar is made and compiled. Where nobody
asked, the text is cut there: that is not what the model meant.
"""

_MEETING = 16
"""The model has come to what follows the cursor when it writes so many characters of it."""

_AGAINST_ITS_WILL = 3
"""So often the model goes on where it wants to end and may not.

In real files, typed again, 8 of 810 such texts had a right word after that place.
"""

_LAST_WORD = re.compile(r"\w+\W*\Z|\W+\Z")

_TURNS = 3
"""So often a path goes another way where it came to what is not wanted."""


class Path:
    """One greedy descent; it goes back where it cannot go on, and avoids the choices of the paths before."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        index: TokenIndex,
        task: Task,
        guide: Guide,
        taken: set[bytes],
        home: Home,
        drafts: Drafts,
        cancelled: Callable[[], bool],
        statistics: Statistics,
    ) -> None:
        self._vocabulary = vocabulary
        self._index = index
        self._home = home
        self._drafts = drafts
        self._task = task
        self._taken = taken
        self._cancelled = cancelled
        self._statistics = statistics
        self._tokens = vocabulary.tokens
        self._spelled = Spelled(vocabulary.tokens, task.prompt, task.heal, task.before.rpartition("\n")[2])
        self._ending = Ending(vocabulary, task, home, drafts, self._spelled)
        self._banned: set[int] = set()
        self._guide = guide
        self._asked: list[int] = []
        self._meant = ""
        self._refused = 0
        self._turned = 0
        self._avoided: list[tuple[str, int]] = []
        self._skipped = False
        self._stray: Stray | None = None
        self._led_by = 0
        self._named: dict[int, set[str]] = {}
        self._met = _met(task)
        self._spellings = Spellings(drafts, vocabulary, index, task.word)
        self.choice: bytes | None = None

    def run(self) -> Candidate | None:
        """Descend; the text found, or None where nothing fits.

        Raises:
            StoppedError: it was cancelled.

        """
        while not self._task.late() and self._spelled.count < self._task.max_tokens:
            cancellation.check(self._cancelled)
            stop = self._advance()
            if stop == "cut":
                break
            if stop is not None:
                return self._finish(stop)
            self._task.wrote(self._spelled.typed)
            loop = self._spelled.loop
            if loop is not None and not self._goes_on_without(loop):
                self._statistics.astray += 1
                self._spelled.leave(loop, said_once=not self._task.confident)
                if self._taken and not self._spelled.count:
                    return None  # it has begun nothing, and the first path has closed what is open
                break
            if self._leaves_out_again(third_time):
                break
        self._leaves_out_again(at_last)
        return self._finish("cut")

    def _leaves_out_again(self, found: Callable[[Sequence[str]], int | None]) -> bool:
        """Take back what says once more what was just said, if that is found; whether it is."""
        said = self._task.oracle.said(self._spelled.typed)
        place = found([text for text, _ in said])
        if place is None:
            return False
        self._spelled.cut(max(0, said[place - 1][1]))
        self._statistics.astray += 1
        self._forget_choice()
        return True

    def _goes_on_without(self, loop: Loop) -> bool:
        """Go back to where blanks begin and on with something else, once, where somebody asked; whether so.

        A model that does not know what comes may know what is likeliest of all that is more than blanks. It
        is not asked where signs end what is open.
        """
        if self._task.confident or self._skipped or not self._spelled.are_blanks(loop.length):
            return False
        self._skipped = True
        kept = self._spelled.typed.rstrip(" \t")
        if self._home.with_signs(kept) is not None:
            return False
        for step in self._spelled.cut(len(kept)):
            self._take_back(step)
        self._banned |= self._index.blanks
        self._forget_choice()
        return True

    def _begins_guiding(self) -> bool:
        """Hold the path to the hole grammar from here on, and take back what that does not allow.

        False if that was done before, so that there is nothing new to be found, or if there is no need, since
        what was written can be cut back to what fits.
        """
        if self._guide.is_made or self._ending.longest_fit() is not None:
            return False
        kept = self._guide.make([step.token for step in self._spelled.steps])
        del self._spelled.steps[kept:]
        self._forget_choice()
        self._task.oracle.stumbled = False
        return True

    def _advance(self) -> str | None:
        """Take one token, or go back one; the reason where the text ends here."""
        spelled, typed = self._spelled.written, self._spelled.typed
        left = self._spelled.heal[len(spelled) :]
        self._stray = None
        copied, stop_there = self._copy(spelled, left, typed)
        if copied:
            return stop_there
        if not left and self._force(spelled, typed):
            return None
        if (stray := self._strayed()) is not None:
            return self._name(typed, stray)
        logits = self._logits()
        first = int(logits.argmax())
        peak = float(logits[first])
        stop = None if left else self._stop_score(logits, first)
        if stop is not None and stop[1] >= peak:  # what the mask allows does not matter
            is_done, why_here = self._stop(stop[0], typed, likeliest=True)
            if is_done:
                return why_here
            stop = None
        candidates = self._candidates(logits, first, left)
        refused: list[int] = []
        while len(refused) < _BANS_PER_TOKEN:
            token = next(candidates, None)
            if stop is not None and (token is None or stop[1] >= logits[token]):
                is_done, why_here = self._stop(stop[0], typed, likeliest=False)
                if is_done:
                    return why_here
                stop = None
            if token is None:
                break
            if self._accepts(spelled, token):
                logprob = log_probability(logits, token, peak)
                is_first = len(first_word(typed, self._task.word)) == len(typed)
                why = self._why(logits, token, left, refused) if is_first else Choice(logprob)
                self._push(token, logprob, why)
                return None
            if (stray := self._strayed()) is not None:
                return self._name(typed, stray)
            refused.append(token)
            self._statistics.bans += 1
            if len(refused) >= _BANS_UNGUIDED and self._task.confident:
                break
            if len(refused) >= _BANS_UNGUIDED and self._begins_guiding():
                return None
        if self._task.confident:
            return "cut"
        return None if self._begins_guiding() else self._back()

    def _stop(self, reason: str, typed: str, *, likeliest: bool) -> tuple[bool, str | None]:
        """End where the model wants to, if the text may; `likeliest`: it wants nothing more than that.

        Whether something was done, and the reason where the text ends here.
        """
        if self._ends(typed):
            return True, reason
        names = self._task.names
        # The last word may be but the beginning of a name, and so none to end with.
        if names is not None and (begun := names.stray(typed, whole=True)) is not None:
            return True, self._name(typed, begun, ending=True)
        if self._task.unwanted(typed, True) is not None:
            return True, None if self._turns() else "cut"
        # To write on against the model's will leads farther from what it meant than to cut back.
        if (likeliest and self._ending.longest_fit() is not None) or self._is_too_far(typed):
            return True, "cut"
        return False, None

    def _copy(self, spelled: bytes, left: bytes, typed: str) -> tuple[bool, str | None]:
        """Go on as the text did elsewhere, where that is sure and fits, without asking the model.

        Whether it was done, and the reason where the text ends here.
        """
        tokens = self._spelled.tokens
        copy = NOTHING if self._task.multiline else self._drafts.copy(tokens)
        token = copy.sure
        if token is None:
            return False, None
        if not left:
            draft = b"".join(self._tokens[token] for token in copy.draft)
            met = any(map(draft.startswith, self._met))
            if met or self._tokens[token].lstrip(b" \t")[:1] in (b"\n", b"\r"):
                return (True, "met" if met else "line") if self._ends(typed) else (False, None)
        if not (self._takes(token, left) and self._accepts(spelled, token)):
            return False, None
        self._statistics.copied += 1
        self._push(token, math.log(copy.weights[token]), Choice(copy.likelihood))
        return True, None

    def _force(self, spelled: bytes, typed: str) -> bool:
        """Take the token that is all that the grammar allows, unasked of the model; whether there is one."""
        forced = self._task.oracle.forced(typed)
        token = next(iter(self._vocabulary.encode(forced)), None) if forced else None
        if token is None or not (self._takes(token, b"") and self._accepts(spelled, token)):
            return False
        self._statistics.forced += 1
        self._push(token, 0.0, Choice())
        return True

    def _is_too_far(self, typed: str) -> bool:
        """Whether to go no farther against the model's will, which wants to end here and may not."""
        if not typed.strip():
            return False
        if not (self._meant and typed.startswith(self._meant)):
            self._meant = typed
        self._refused += 1
        return self._refused > _AGAINST_ITS_WILL

    def _ends(self, typed: str) -> bool:
        """Whether the text may end with what was typed."""
        fits = self._home.fits(typed)
        if typed.strip():
            return fits
        self._statistics.satisfied += fits
        return fits and not self._task.begins()

    def _logits(self) -> NDArray[np.float32]:
        began = perf_counter()
        written = self._spelled.tokens
        try:
            logits = self._drafts.logits(written)
        finally:
            self._statistics.model_ms += 1000 * (perf_counter() - began)
        self._statistics.tokens += written != self._asked
        self._asked = written
        return logits

    def _candidates(self, logits: NDArray[np.float32], first: int, left: bytes) -> Iterator[int]:
        """The tokens that are allowed, the likeliest first; `first` is the likeliest of all.

        Most often that one is allowed, and to find all that are costs much more.
        """
        if self._takes(first, left):
            yield first
        yield from likeliest(logits, self._allowed(left).without((first,)))

    def _takes(self, token: int, left: bytes) -> bool:
        """Whether one token is among those that `_allowed` finds."""
        began = perf_counter()
        index, spelled = self._index, self._tokens[token]
        usable = index.ordinary if left or self._task.multiline else index.in_line
        agrees = spelled.startswith(left) or left.startswith(spelled)
        good = token in usable and agrees and token not in self._banned
        taken = good and self._guide.takes(token)
        self._statistics.mask_ms += 1000 * (perf_counter() - began)
        return taken

    def _allowed(self, left: bytes) -> TokenSet:
        began = perf_counter()
        index = self._index
        usable = index.ordinary if left or self._task.multiline else index.in_line
        allowed = self._guide.among(usable)
        if left:
            allowed &= index.compatible(left)
        allowed = allowed.without(self._banned)
        self._statistics.mask_ms += 1000 * (perf_counter() - began)
        return allowed

    def _stop_score(self, logits: NDArray[np.float32], first: int) -> tuple[str, float]:
        """How much the model wants to end here: by its end token, by what follows, or by the next line."""
        if any(self._drafts.goes_on_as(met, self._spelled.tokens, first) for met in self._met):
            return "met", float(logits[first])
        end = max(float(logits[token]) for token in (self._vocabulary.end, *self._task.ends))
        if self._task.multiline:
            return "end", end
        leads = self._index.leads
        line = float(logits[leads].max()) if leads.size else -np.inf
        return ("line", line) if line > end else ("end", end)

    def _accepts(self, spelled: bytes, token: int) -> bool:
        """Whether a token may follow: one line where one is asked for, and the oracle's consent."""
        new = (spelled + self._tokens[token])[len(self._spelled.heal) :]
        if not self._task.multiline and (b"\n" in new or b"\r" in new):
            return False
        if new and self.choice is None and self._is_taken(new):
            return False
        if not new:
            return self._guide.consume(token)
        if self._is_unwanted(text_of(new)):
            return False
        began = perf_counter()
        viable = self._task.oracle.viable(text_of(new))
        self._statistics.oracle_ms += 1000 * (perf_counter() - began)
        if viable and self._task.names is not None:
            self._stray, self._led_by = self._task.names.stray(text_of(new)), token
            viable = self._stray is None
        return viable and self._guide.consume(token)

    def _strayed(self) -> Stray | None:
        """The word that spells no name, if the last token that was looked at would have led to one."""
        return self._stray

    def _name(self, typed: str, stray: Stray, *, ending: bool = False) -> str | None:
        """Go back to where a word begins that spells no name, and take the likeliest whole name that fits.

        Where one was chosen already and still stands, no letter may go on with it; if what comes behind it
        tells that it is none, another is chosen. Where none fits, this is no way.
        """
        whole = text_of(self._spelled.heal) + typed
        start = len(whole) - len(typed) + stray.start
        given, start = whole[: max(0, start)], max(0, start)
        tried = self._named.setdefault(start, set())
        if whole[start:] in tried:
            going_on = self._spellings.going_on
            if ending:
                return "cut"
            if going_on[self._led_by]:
                self._banned.update(np.flatnonzero(going_on).tolist())
                return None
        known = len(given.encode("utf-8", "replace"))
        steps = self._spelled.steps
        while steps and len(steps[-1].spelled) > known:
            steps.pop()
            self._guide.rollback()
        self._banned = set()
        self._forget_choice()
        between = given[len(text_of(self._spelled.written)) :]
        missing = max(0, -(len(whole) - len(typed) + stray.start))
        texts = [between + text[missing:] for text in stray.texts]
        for spelling in self._spellings.ranked(self._spelled.tokens, texts):
            name = spelling.text[len(between) :]
            if name not in tried and not self._spellings.joins(given, name) and self._may_be(given + name):
                tried.add(name)
                self._statistics.named += 1
                self._spell(spelling)
                return None
        return "cut"

    def _may_be(self, whole: str) -> bool:
        """Whether a name may be written: all up to its end is given, with the healing."""
        heal = text_of(self._spelled.heal)
        typed = whole[len(heal) :]
        new = typed.encode()
        if not new:
            return heal.startswith(whole)
        fits = not self._is_unwanted(typed) and self._task.oracle.viable(typed)
        return fits and not (self.choice is None and self._is_taken(new))

    def _spell(self, spelling: Spelling) -> None:
        why = spelling.why
        for token, logprob in zip(spelling.tokens, spelling.logprobs, strict=True):
            if not self._guide.consume(token):
                return
            self._push(token, logprob, why)
            why = Choice()

    def _is_taken(self, new: bytes) -> bool:
        """Whether a path before began like this, in whatever tokens: this one must differ from the start.

        Where lines tell the blocks, how far one is indented is no difference.
        """
        taken = (new.startswith(choice) or choice.startswith(new) for choice in self._taken)
        return not self._only_indents(new) and any(taken)

    def _only_indents(self, new: bytes) -> bool:
        """Whether what was written is no more than how far a line is indented."""
        return self._task.indented and not new.strip() and b"\n" in self._spelled.heal + new

    def _why(self, logits: NDArray[np.float32], token: int, left: bytes, refused: Sequence[int]) -> Choice:
        """What speaks for a token that the model wrote; those refused are likelier and do not fit."""
        agreeing = self._index.compatible(left).tokens() if left else None
        return Choice(*among(logits, token, agreeing, refused))

    def _push(self, token: int, logprob: float, why: Choice) -> None:
        new = self._spelled.push(token, logprob, self._banned, why)
        self._banned = set()
        if new and self.choice is None and not self._only_indents(new):
            self.choice = new

    def _back(self) -> str | None:
        """Undo the last token and ban it; end where there is none or where that happens too often."""
        self._statistics.rollbacks += 1
        if not self._spelled.steps or self._statistics.rollbacks > 4 * self._task.max_tokens:
            return "cut"
        if self._ending.longest_fit() is not None:
            return "cut"
        self._take_back(self._spelled.steps.pop())
        self._forget_choice()
        return None

    def _take_back(self, step: Step) -> None:
        """What follows from a step that is taken back: another one comes in its place."""
        self._guide.rollback()
        self._banned = step.banned | {step.token}

    def _turns(self) -> bool:
        """Go back from what is not wanted and another way; not too often.

        That is where it began to be that; from the second time on, where its last word begins.
        """
        beginning = self._task.unwanted(self._spelled.typed, True) or ""
        word = _LAST_WORD.search(beginning)
        self._turned += 1
        if self._turned > _TURNS or word is None:
            return False
        kept = len(beginning) - 1 if self._turned == 1 else word.start()
        for step in self._spelled.cut(kept):
            self._take_back(step)
        self._avoided.append((beginning, len(self._spelled.typed)))
        self._forget_choice()
        return True

    def _is_unwanted(self, new: str) -> bool:
        """Whether a text leads to what is not wanted, and the path has gone back from there, or is there."""
        again = (one.startswith(new) and len(new) > kept for one, kept in self._avoided)
        return any(again) or self._task.unwanted(new, False) is not None

    def _forget_choice(self) -> None:
        """Forget what was begun with, if that was taken back."""
        if self.choice is not None and len(self._spelled.written) < len(self._spelled.heal) + len(
            self.choice
        ):
            self.choice = None

    def _finish(self, stop: str) -> Candidate | None:
        typed = self._spelled.typed
        if self._task.unwanted(typed, True) is not None:
            return None
        self._statistics.cut += stop == "cut"
        return self._ending.candidate(stop, self._meant if typed.startswith(self._meant) else "")


def _met(task: Task) -> tuple[bytes, ...]:
    """What a model that writes it has come to what follows; an island may end behind a blank or not."""
    rest = task.oracle.island.rest.lstrip()
    follows = (rest, f" {rest}") if rest else (task.after,) if len(task.after) >= _MEETING else ()
    return tuple(text[:_MEETING].encode("utf-8", "replace") for text in follows)
