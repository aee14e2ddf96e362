"""The logits to decode with: the model's, several rows from one pass, and what the texts around suggest.

A pass over a few tokens takes hardly longer than over one. What followed an earlier occurrence of the last
tokens is a fair guess of what follows them now (Saxena 2023, "Prompt Lookup Decoding"). Such a draft decides
nothing: where another token is taken, the rows after it are not looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from lsp_server.decoding.copying import NOTHING, Copies, Copy
from lsp_server.decoding.model import AsksSeveral, Model
from lsp_server.decoding.tokenset import log_probability
from lsp_server.text import common

_LONGEST = 4
"""An occurrence with so many tokens in common is as good as any."""

_TRUSTED = 2
"""So many tokens of a draft are taken for right before one was seen: each more makes a pass longer."""


class Drafts:
    """Logits, one row at a time; `passes` counts how often the model was run for them.

    Args:
        model: whose they are.
        prompt: the tokens that all begin with.
        copies: what the texts around suggest, mixed with what the model says; nothing if None.
        begun: what the tokens after the prompt spell first.
        cancelled: asked before each pass, and in one over many tokens.

    """

    def __init__(
        self,
        model: Model,
        prompt: Sequence[int] = (),
        copies: Copies | None = None,
        begun: str = "",
        cancelled: Callable[[], bool] = lambda: False,
    ) -> None:
        self._model = model
        self._prompt = tuple(prompt)
        self._copies = copies
        self._begun = begun
        self._cancelled = cancelled
        self._copied: dict[bytes, Copy] = {}
        self._tokens: list[int] = []
        self._rows: NDArray[np.float32] = np.empty((0, 0), np.float32)
        self._first = 0
        self.passes = 0

    def copy(self, tokens: Sequence[int]) -> Copy:
        """What the texts around suggest after some tokens, if these spell whole characters."""
        if self._copies is None:
            return NOTHING
        spelled = self._model.vocabulary.bytes_of(tokens[len(self._prompt) :])
        found = self._copied.get(spelled)
        if found is None:
            try:
                written = spelled.decode()
            except UnicodeDecodeError:
                found = NOTHING
            else:
                found = self._copies.after(written, self._begun[len(written) :])
            self._copied[spelled] = found
        return found

    def logits(self, tokens: Sequence[int]) -> NDArray[np.float32]:
        """The logits after some tokens, of shape (vocabulary size,).

        Raises:
            StoppedError: it was cancelled.

        """
        copy = self.copy(tokens)
        row = len(tokens) - self._first
        if not (0 <= row < len(self._rows) and self._tokens[: len(tokens)] == [*tokens]):
            most = min(self._came_true(tokens) + 1, self._model.at_once - 1)
            draft = copy.draft[:most] or drafted(tokens, most)
            asked = [*tokens, *draft]
            self._rows = self._pass(asked, len(draft) + 1)
            self._tokens, self._first, row = asked, len(tokens), 0
        return mixed(self._rows[row], copy.weights)

    def alone(self, tokens: Sequence[int]) -> NDArray[np.float32]:
        """The same in a pass of its own, for who is not likely to go on from there.

        Raises:
            StoppedError: it was cancelled.

        """
        return mixed(self._pass(tokens, 1)[0], self.copy(tokens).weights)

    def branches(self, ends: Sequence[Sequence[int]]) -> list[NDArray[np.float32]]:
        """The logits after the prompt and each of some ends, for who looks at several; none is empty.

        Raises:
            StoppedError: it was cancelled.

        """
        if not isinstance(self._model, AsksSeveral):
            return [self.alone([*self._prompt, *end]) for end in ends]
        rows = self._model.branches(self._prompt, ends, self._cancelled)
        self.passes += 1
        copies = (self.copy([*self._prompt, *end]) for end in ends)
        return [mixed(row, copy.weights) for row, copy in zip(rows, copies, strict=True)]

    def rows(self, tokens: Sequence[int], count: int) -> Sequence[NDArray[np.float32]]:
        """The logits after each of the last `count` beginnings of some tokens, all of them the last, in one
        pass.

        Raises:
            StoppedError: it was cancelled.
        """
        found = self._pass(tokens, count)
        ends = range(len(tokens) - count + 1, len(tokens) + 1)
        return [mixed(row, self.copy(tokens[:end]).weights) for row, end in zip(found, ends, strict=True)]

    def goes_on_as(self, wanted: bytes, tokens: Sequence[int], token: int) -> bool:
        """Whether the model, after some tokens and one more, goes on with what is wanted.

        One token alone shows nothing: a suggestion may well begin as what follows does.

        Raises:
            StoppedError: it was cancelled.

        """
        spelled, after, written = self._model.vocabulary.tokens, list(tokens), b""
        while spelled[token]:
            written += spelled[token]
            if not (wanted.startswith(written) or written.startswith(wanted)) or not written.strip():
                return False
            if len(written) >= len(wanted):
                return True
            after.append(token)
            token = int(self.logits(after).argmax())
        return False

    def _came_true(self, tokens: Sequence[int]) -> int:
        """How many tokens of the last draft were taken; as if it were `_TRUSTED` before there was one."""
        return common(self._tokens[self._first :], tokens[self._first :]) if self._tokens else _TRUSTED

    def _pass(self, tokens: Sequence[int], count: int) -> NDArray[np.float32]:
        rows = self._model.next_logits(tokens, count, self._cancelled)
        self.passes += 1
        return rows

    def scores(self, written: Sequence[int], late: Callable[[], bool]) -> list[float] | None:
        """The log-probability of each of some tokens that are written after the prompt.

        Whether it is `late` is asked before each pass; where it is, there are none.

        Raises:
            StoppedError: it was cancelled.

        """
        found: list[float] = []
        while len(found) < len(written):
            if late():
                return None
            begun = [*self._prompt, *written[: len(found)]]
            chunk = written[len(found) : len(found) + self._model.at_once]
            rows = self._pass([*begun, *chunk[:-1]], len(chunk))
            for row, token in zip(rows, chunk, strict=True):
                logits = mixed(row, self.copy(begun).weights)
                found.append(log_probability(logits, token, float(logits.max())))
                begun.append(token)
        return found


def mixed(logits: NDArray[np.float32], weights: Mapping[int, float]) -> NDArray[np.float32]:
    """The logits, of shape (vocabulary size,), with some tokens made likelier by their weights.

    It is a mixture of two distributions, in which the weights count the less the surer the model is: times
    the root of the chance that it leaves to all tokens but its likeliest. So short a run as one word decides
    where the model has no idea, a long one where it is in doubt.
    """
    if not weights:
        return logits
    peak = float(logits.max())
    total = peak + float(np.log(np.exp(logits - np.float32(peak)).sum()))
    doubt = np.sqrt(max(0.0, 1 - np.exp(peak - total)))
    left = 1 - doubt * sum(weights.values())
    found = logits.copy()
    for token, weight in weights.items():
        chance = np.exp(float(logits[token]) - total) + doubt * weight / left
        found[token] = total + np.log(chance) if chance else -np.inf
    return found


def drafted(tokens: Sequence[int], most: int) -> Sequence[int]:
    """What followed an earlier occurrence of the end, at most so many tokens.

    It is the one that has most tokens in common, and of several the last.
    """
    end = len(tokens) - 1
    best, length = end, 0
    for place in range(end - 1, -1, -1):
        if tokens[place] == tokens[end]:
            same = 1
            while same < min(_LONGEST, place + 1) and tokens[place - same] == tokens[end - same]:
                same += 1
            if same > length:
                best, length = place, same
                if same == _LONGEST:
                    break
    return tokens[best + 1 : min(best + 1 + most, end + 1)]
