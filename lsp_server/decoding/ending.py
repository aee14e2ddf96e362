"""Where the text that a path wrote may end, and the candidate that is made of it.

It must not know how the text came to be written.
"""

from __future__ import annotations

import math
from itertools import accumulate

from lsp_server.decoding.drafting import Drafts
from lsp_server.decoding.evidence import Choice, around_doubt, gathered
from lsp_server.decoding.homing import Home
from lsp_server.decoding.model import Vocabulary
from lsp_server.decoding.spelled import Spelled, text_of
from lsp_server.decoding.task import Candidate, Task
from lsp_server.text import common

_MEANT = math.log(0.0003)
"""A closed text that begins less likely so is none that the model meant: 1 of 76 began with a right word."""


class Ending:
    """Ends what is spelled, as it is when that is asked.

    Args:
        vocabulary: of the model.
        task: what to fill in.
        home: tells which texts fit, and the way to one.
        drafts: tells how likely a text is that the model did not write.
        spelled: what the path has written.

    """

    def __init__(
        self, vocabulary: Vocabulary, task: Task, home: Home, drafts: Drafts, spelled: Spelled
    ) -> None:
        self._vocabulary = vocabulary
        self._task = task
        self._home = home
        self._drafts = drafts
        self._spelled = spelled

    def longest_fit(self) -> str | None:
        """The longest beginning of what was typed after which the rest fits; None where there is none."""
        typed = self._spelled.typed
        ends = {*self._task.oracle.boundaries(typed), len(typed)}
        # Inside the lexeme that the cursor is in, which may be a long text, any place will do.
        first = min(ends)
        ends.update(end for end in self._spelled.ends if end < first)
        beginnings = (typed[:end] for end in sorted(ends, reverse=True) if end <= len(typed))
        return next((text for text in beginnings if text.strip() and self._home.fits(text)), None)

    def candidate(self, stop: str, meant: str) -> Candidate | None:
        """What is made of the text, for a reason as in `Candidate`; None where nothing is.

        Args:
            stop: why the path ends; where that is `cut`, the text does not fit as it is.
            meant: the beginning of the text with which the model wanted to end; "" where it did not.

        Raises:
            StoppedError: it was cancelled.

        """
        typed, kept = self._spelled.typed, 0
        if stop == "cut":
            cut = self.longest_fit()
            if cut is not None and self._home.is_guess(cut):
                return None
            is_lost = cut is None and not self._task.late()
            closed = self._home.closed(typed, meant or typed) if is_lost else None
            kept = common(typed, closed or "")
            typed, stop = (cut or "", "cut") if closed is None else (closed, "closed")
        if stop != "closed" and (met := self._before_next_line(typed)) is not None:
            typed, stop = met, "met"
        if stop != "closed" and self._task.confident:
            places = around_doubt(typed, self._spelled.choices, self._task.word)
            typed = next(
                (typed[:place] for place in places if self._fits_as_well(typed[:place], typed)), typed
            )
        rest, ends_line, _ = self._task.after.partition("\n")
        trimmed = typed.rstrip() if ends_line and not rest.strip() else typed.rstrip(" \t")
        if trimmed and trimmed != typed and self._home.fits(trimmed):
            typed = trimmed
        if not typed.strip():
            return None
        if stop == "closed":
            return self._weighed(typed, kept)
        evidence = gathered(typed, self._spelled.choices, self._task.word)
        return Candidate(typed, self._spelled.mean, stop, evidence)

    def _before_next_line(self, typed: str) -> str | None:
        """A text up to where it says the line that follows the cursor's; None if the rest fits nowhere so."""
        rest, _, after = self._task.after.partition("\n")
        following = next((line.rstrip() for line in after.split("\n") if line.strip()), None)
        if rest.strip() or following is None:
            return None
        begun, *lines = typed.split("\n")
        for line in lines:
            if line.rstrip() == following:
                return begun if self._fits_as_well(begun, typed) else None
            begun = f"{begun}\n{line}"
        return None

    def _fits_as_well(self, beginning: str, typed: str) -> bool:
        """Whether the rest fits after a beginning too, and no worse than after all that was typed."""
        if not self._home.fits(beginning):
            return False
        return not self._home.is_guess(beginning) or self._home.is_guess(typed)

    def _weighed(self, typed: str, kept: int) -> Candidate | None:
        """A text that was closed behind so many characters: how likely that is, the model has yet to say."""
        written = self._vocabulary.encode(text_of(self._spelled.heal) + typed)
        scores = self._drafts.scores(written, self._task.late)
        if scores is None:
            return None
        ends = [*accumulate(len(self._vocabulary.tokens[token]) for token in written)]
        begun = len(self._spelled.heal)
        closed = begun + len(typed[:kept].encode("utf-8", "replace"))
        first = next((score for score, end in zip(scores, ends, strict=True) if end > begun), 0.0)
        closing = [score for score, end in zip(scores, ends, strict=True) if end > closed] or [first]
        choices = [(end, choice) for end, choice in self._spelled.choices if end <= kept]
        choices += [(len(typed), Choice(score, 0.0)) for score in closing]
        evidence = gathered(typed, choices, self._task.word)
        is_meant = bool(typed[:kept].strip()) and first > _MEANT
        return Candidate(typed, self._spelled.mean, "closed", evidence, is_meant)
