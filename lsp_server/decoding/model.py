"""What the decode loop asks of a model, and nothing about how one is made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from lsp_server.text import Span


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The tokens of a model.

    `tokens[i]` are the bytes that id `i` stands for, empty for the ids in `special`. `end` is the id
    with which the model ends a suggestion. `encode` turns text into ids and adds no special ones.
    """

    tokens: tuple[bytes, ...] = field(repr=False)
    special: frozenset[int]
    end: int
    encode: Callable[[str], list[int]] = field(repr=False)

    def __len__(self) -> int:
        return len(self.tokens)

    def bytes_of(self, ids: Sequence[int]) -> bytes:
        """The bytes that a sequence of ids spells."""
        return b"".join(self.tokens[i] for i in ids)


@dataclass(frozen=True, slots=True)
class Message:
    """What is said in a conversation by a `role`: `user` or `assistant`."""

    role: str
    text: str


class Model(Protocol):
    """A causal language model over a `Vocabulary`."""

    @property
    def name(self) -> str:
        """A short name to show."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The model's tokens."""

    @property
    def at_once(self) -> int:
        """How many tokens one pass takes in little more time than one token."""

    @property
    def room(self) -> int:
        """About how many characters before a hole a prompt can tell."""

    def prompt(self, text: str, hole: Span, language_id: str) -> list[int]:
        """The ids that ask for what is to stand in a hole of a text, cut to the model's window.

        What stands in the hole already is not told.
        """

    def chat(self, messages: Sequence[Message], begun: str = "") -> list[int] | None:
        """The ids of a conversation and of how the reply begins; None if it follows no instructions."""

    def next_logits(
        self, tokens: Sequence[int], count: int = 1, cancelled: Callable[[], bool] = lambda: False
    ) -> NDArray[np.float32]:
        """Logits after each of the last `count` prefixes of `tokens`; shape (count, vocabulary size).

        Row -1 is for the token that follows all of `tokens`. The work for a token prefix shared with
        the call before is not done again. `cancelled` is asked before each pass, and in one of many tokens.

        Raises:
            StoppedError: it was cancelled.

        """


@runtime_checkable
class AsksSeveral(Protocol):
    """A model that tells what follows a text with several ends at once, sooner than one after the other."""

    def branches(
        self,
        tokens: Sequence[int],
        ends: Sequence[Sequence[int]],
        cancelled: Callable[[], bool] = lambda: False,
    ) -> NDArray[np.float32]:
        """Logits after some tokens and each of some ends, none of which is empty; (ends, vocabulary size).

        Raises:
            StoppedError: it was cancelled.

        """


@runtime_checkable
class Adaptable(Protocol):
    """A model that can be asked under adapters of a user's own."""

    def with_adapter(self, name: str) -> Model:
        """The same model under an installed adapter.

        Raises:
            HolegramError: there is none of that name, or it does not fit.

        """


@dataclass(frozen=True, slots=True)
class Ahead:
    """What a model that writes whole texts is asked for.

    The text of `hole` stands already, and is to be spelled again: `start` is where the text that is known
    ends, before it, or behind it. `grammar` is of all that fits from there, as Lark text; none where that
    cannot be said. So many tokens are wanted at `most`.
    """

    text: str = field(repr=False)
    hole: Span
    start: int
    language: str
    grammar: str | None = field(repr=False)
    multiline: bool
    most: int


@runtime_checkable
class AsksAhead(Protocol):
    """A model on another machine: it is asked for a whole text before it is asked for tokens of it.

    `notify` is told, in a line, once another model steps in for it; from whatever thread.
    """

    notify: Callable[[str], object]

    def probe(self) -> str:
        """Whether it can be asked, in words.

        Raises:
            HolegramError: it cannot.

        """

    def ask(self, ahead: Ahead) -> None:
        """Begin to write what is to stand in a hole; the prompt was made before."""

    def close(self) -> None:
        """Let go of that machine: it is not asked again."""
