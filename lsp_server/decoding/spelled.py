"""The tokens that a path has taken so far: what they spell, and why each was taken.

It must not know why a token may be taken, nor when a path ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lsp_server.decoding.evidence import Choice
from lsp_server.decoding.repeating import Loop, repeated


@dataclass(slots=True)
class Step:
    """A token that was taken, and why; those that were banned in its place; all that is spelled with it."""

    token: int
    logprob: float
    healing: bool
    banned: set[int]
    spelled: bytes
    why: Choice


class Spelled:
    """What a path wrote after a prompt.

    Args:
        tokens: what each token of the vocabulary spells.
        prompt: the tokens before.
        heal: what stands between the end of the prompt and the cursor, and is spelled first.
        line: what stands of the line before that.

    """

    def __init__(self, tokens: Sequence[bytes], prompt: Sequence[int], heal: str, line: str = "") -> None:
        self._tokens = tokens
        self._prompt = prompt
        self._line = line.encode("utf-8", "replace")
        self.heal = heal.encode("utf-8", "replace")
        self.steps: list[Step] = []

    @property
    def written(self) -> bytes:
        """All that is spelled."""
        return self.steps[-1].spelled if self.steps else b""

    @property
    def typed(self) -> str:
        """What is spelled after the cursor."""
        return text_of(self.written[len(self.heal) :])

    @property
    def tokens(self) -> list[int]:
        """The prompt and the tokens taken."""
        return [*self._prompt, *(step.token for step in self.steps)]

    @property
    def count(self) -> int:
        """How many tokens were taken after what stands already."""
        return sum(not step.healing for step in self.steps)

    @property
    def ends(self) -> list[int]:
        """Where the tokens taken end, as offsets in what is spelled after the cursor; first its beginning."""
        return [0, *(len(text_of(step.spelled[len(self.heal) :])) for step in self.steps)]

    @property
    def choices(self) -> list[tuple[int, Choice]]:
        """Where the tokens taken end, and why each was."""
        return [(end, step.why) for step, end in zip(self.steps, self.ends[1:], strict=True)]

    @property
    def mean(self) -> float:
        """The mean log-probability of all tokens."""
        return sum(step.logprob for step in self.steps) / max(1, len(self.steps))

    def push(self, token: int, logprob: float, banned: set[int], why: Choice) -> bytes:
        """Take a token; what is spelled after the cursor then, as bytes."""
        healing = len(self.written) < len(self.heal)
        spelled = self.written + self._tokens[token]
        self.steps.append(Step(token, logprob, healing, banned, spelled, why))
        return spelled[len(self.heal) :]

    def cut(self, length: int) -> list[Step]:
        """Take back the tokens that spell more than so many characters, the last one first."""
        taken: list[Step] = []
        while self.steps and len(self.typed) > length:
            taken.append(self.steps.pop())
        return taken

    @property
    def loop(self) -> Loop | None:
        """The last tokens, if they are the same few over and over.

        Blanks with which a line begins are none: it may be indented far.
        """
        own = [step.token for step in self.steps if not step.healing]
        found = repeated(own, len(self._tokens[own[-1]]) if own else 0)
        return None if found is None or self._indents(found.length) else found

    def leave(self, loop: Loop, *, said_once: bool) -> None:
        """Take back a loop. If `said_once`, its first turn stays, unless it is blanks."""
        if self.are_blanks(loop.length):
            self.cut(len(self.typed.rstrip(" \t")))
        else:
            del self.steps[(loop.period if said_once else 0) - loop.length :]

    def _indents(self, count: int) -> bool:
        """Whether the last tokens are blanks that a line begins with."""
        line = (self._line + self.written).rpartition(b"\n")[2]
        return self.are_blanks(count) and not line.strip()

    def are_blanks(self, count: int) -> bool:
        """Whether the last tokens spell blanks, and no line end."""
        return not b"".join(self._tokens[step.token] for step in self.steps[-count:]).strip(b" \t")


def text_of(spelled: bytes) -> str:
    """The text of some bytes; a character whose bytes are not all there yet is left out."""
    return spelled.decode("utf-8", "ignore")
