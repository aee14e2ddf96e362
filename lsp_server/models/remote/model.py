"""A remote model as a `decoding.Model`: its text is what the decode loop would write, as far as the oracle
takes it.

The server writes a whole text ahead. Each token that the loop asks for is the next one of that text; where
the loop refuses it, or the server fails, a model of this machine says what comes instead. So nothing that
a server sends is shown before it was tried, and a suggestion never waits for a server that is gone.
"""

from __future__ import annotations

import copy
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from lsp_server import cancellation
from lsp_server.decoding.model import Ahead, Model, Vocabulary
from lsp_server.errors import ModelError
from lsp_server.models.adapters import adapters_directory, check_name
from lsp_server.models.formats import OWN, FillFormat, format_of
from lsp_server.models.remote.address import RemoteAddress
from lsp_server.models.remote.connection import ModelServer, RemotePiece, RemoteText
from lsp_server.text import Span

_POLL = 0.01
"""Seconds between two questions whether a text is still wanted."""

_PATIENCE = 2.5
"""Seconds for which the first token of a text is waited for; then this machine's model writes it."""

_BEFORE, _AFTER = 6_000, 1_500
"""Characters before and after the cursor that are sent at most."""

_TO_A_TOKEN = 2
"""Characters for which a token is taken where a window is small. Those of the bundled vocabulary have 2.4 to
3.6 in the four languages, and fewer in text that is full of signs.
"""

_SURE, _UNKNOWN = 0.999, 0.5
"""The chance of a token at most, and where a server tells none."""

_AGAIN = 30.0
"""Seconds after a failure in which a server is not asked."""


def _to_stderr(message: str) -> None:
    print("holegram:", message, file=sys.stderr)


@dataclass(eq=False, slots=True)
class _ServerState:
    """What the views of one server have in common."""

    connection: ModelServer
    known: Mapping[str, int | None] | None = None
    formats: tuple[FillFormat, ...] | None = None
    silent_until: float = 0.0
    told: bool = False


class RemoteModel:
    """A `decoding.Model`, and one that is asked `Ahead`.

    Args:
        address: where it is.
        local: the model of this machine whose tokens it speaks in, and that steps in for it.

    Attributes:
        notify: is told, once for each time that the server fails, that this machine's model steps in.

    """

    at_once = 1

    def __init__(self, address: RemoteAddress, local: Model) -> None:
        self.name = address.name
        self.vocabulary: Vocabulary = local.vocabulary
        self.notify: Callable[[str], object] = _to_stderr
        self.chat, self.room = local.chat, local.room
        self._local = local
        self._state = _ServerState(ModelServer(address))
        self._asked: tuple[bytes, RemoteText, float] | None = None
        self._prompt: list[int] = []
        self._by_byte: dict[int, list[int]] = {}
        for index, token in enumerate(self.vocabulary.tokens):
            if token:
                self._by_byte.setdefault(token[0], []).append(index)
        for indices in self._by_byte.values():
            indices.sort(key=lambda index: -len(self.vocabulary.tokens[index]))

    def with_adapter(self, name: str, directory: object = None) -> RemoteModel:
        """The same under an adapter that the server has, or takes from this machine if it is here too.

        Raises:
            UsageError: the name is none of an adapter.
            ModelError: the server has none of that name.

        """
        state, connection = self._state, self._state.connection
        if check_name(name) not in self._known():
            folder = adapters_directory() / name
            if not (connection.address.is_local and folder.is_dir()):
                raise ModelError(
                    f"the server has no adapter '{name}'",
                    path=connection.address.url,
                    remedy=f"it has: {', '.join(self._known())}",
                )
            connection.load_adapter(name, str(folder))
            state.known = None
        view = copy.copy(self)
        view.name, view._asked = name, None
        return view

    def prompt(self, text: str, hole: Span, language_id: str) -> list[int]:
        """The ids that ask this machine's model; what is asked of the server comes with `ask`."""
        self._stop()
        self._prompt = self._local.prompt(text, hole, language_id)
        return self._prompt

    def ask(self, ahead: Ahead) -> None:
        """Have the server write what is to stand in a hole."""
        self._stop()
        if monotonic() < self._state.silent_until:
            return
        try:
            body = self._body(ahead)
        except ModelError as error:
            self._fail(str(error))
            return
        heal = ahead.text[ahead.hole.start : ahead.hole.end].encode("utf-8", "replace")
        self._asked = heal, self._state.connection.write(body), monotonic() + _PATIENCE

    def next_logits(
        self, tokens: Sequence[int], count: int = 1, cancelled: Callable[[], bool] = lambda: False
    ) -> NDArray[np.float32]:
        """Logits after each of the last `count` prefixes of `tokens`, (count, vocabulary size).

        Raises:
            StoppedError: it was cancelled; the server is told to stop too.

        """
        rows: list[NDArray[np.float32]] = []
        for end in range(len(tokens) - count + 1, len(tokens) + 1):
            row = self._row(tokens[:end], cancelled)
            if row is None:
                return self._local.next_logits(tokens, count, cancelled)
            rows.append(row)
        return np.stack(rows)

    def probe(self) -> str:
        """Ask the server whether it has the model, and how it is asked; what it said, in words.

        Raises:
            ModelError: it does not answer, or has no such model.

        """
        if self.name not in self._known():
            raise ModelError(
                f"the server has no model '{self.name}'",
                path=self._state.connection.address.url,
                remedy=f"it has: {', '.join(self._known())}",
            )
        fills = self._format() is not None
        kind = "fills in the middle" if fills else "writes on from what stands before the cursor"
        return f"{self._state.connection.address.host} has {self.name}, which {kind}"

    def close(self) -> None:
        """Let go of the server, under each adapter."""
        self._stop()
        self._state.connection.close()

    def _row(self, tokens: Sequence[int], cancelled: Callable[[], bool]) -> NDArray[np.float32] | None:
        """The logits after some tokens, by the server's text; None where they are not of it."""
        if self._asked is None or list(tokens[: len(self._prompt)]) != self._prompt:
            return None
        heal, writing, patience = self._asked
        spelled = self.vocabulary.bytes_of(tokens[len(self._prompt) :])
        piece = writing.now()
        while True:
            if cancelled():
                self._stop()
                cancellation.check(cancelled)
            target = heal + _meant(heal, piece.text).encode("utf-8", "replace")
            agrees = target.startswith(spelled) if len(spelled) <= len(target) else spelled.startswith(target)
            if not agrees:
                return None
            if len(target) > len(spelled) or piece.done:
                break
            if monotonic() > patience and not piece.text:
                self._fail("no answer in time")
                return None
            piece = writing.wait(_POLL)
        if piece.failure is not None and not piece.text:
            self._fail(piece.failure)
            return None
        if piece.text:
            self._state.told = False
        cut_off = piece.failure is not None and len(spelled) == len(target)
        if len(spelled) > len(target) or cut_off:
            return None
        return self._peaked(target[len(spelled) :], self._chance(piece, heal, len(spelled)))

    def _peaked(self, rest: bytes, chance: float) -> NDArray[np.float32]:
        """Logits of which nearly all is on the longest token that the rest begins with, or on the end."""
        best = self.vocabulary.end
        if rest:
            fits = (
                one for one in self._by_byte.get(rest[0], ()) if rest.startswith(self.vocabulary.tokens[one])
            )
            best = next(fits, best)
        size = len(self.vocabulary)
        row = np.full(size, math.log((1 - chance) / size), np.float32)
        row[best] = math.log(chance)
        return row

    def _chance(self, piece: RemotePiece, heal: bytes, spelled: int) -> float:
        """How likely the server thought what it wrote at a place; a text that it ended it meant to end."""
        at = max(0, spelled - len(heal))
        found = [chance for start, chance in piece.chances if start <= at]
        return min(_SURE, max(1e-6, math.exp(found[-1]))) if found else _UNKNOWN

    def _body(self, ahead: Ahead) -> dict[str, object]:
        start, (most_before, most_after) = ahead.start, self._most_sent(ahead.most)
        before = ahead.text[max(0, start - most_before) : start]
        after = ahead.text[ahead.hole.end : ahead.hole.end + most_after]
        body: dict[str, object] = {
            "model": self.name,
            "prompt": self._spelled(before, after, ahead.language),
            "max_tokens": ahead.most,
            "temperature": 0,
            "stream": True,
            "logprobs": 1,
            "stop": [] if ahead.multiline else ["\n"],
        }
        if ahead.grammar is not None:
            # The backend is chosen by the server's own settings (see TEAM.md): it has to be guidance.
            body["structured_outputs"] = {"grammar": ahead.grammar}
        return body

    def _spelled(self, before: str, after: str, language: str) -> str:
        found = self._format()
        if found is None:
            return before
        tag = f"<|lang:{language}|>" if found is OWN else ""
        if tag and self._state.connection.token_count(self.name, tag) != 1:
            tag = "<|lang:other|>"
        return tag + found.spelled(before, after)

    def _most_sent(self, most: int) -> tuple[int, int]:
        """Characters before and after the cursor for which there is room beside so many new tokens.

        Where the server tells no window of its model, as of an adapter, the smallest of the others counts.
        """
        known = self._known()
        window = known.get(self.name) or min(filter(None, known.values()), default=None)
        if window is None:
            return _BEFORE, _AFTER
        share = min(1.0, max(0.0, _TO_A_TOKEN * (window - most) / (_BEFORE + _AFTER)))
        return int(share * _BEFORE), int(share * _AFTER)

    def _known(self) -> Mapping[str, int | None]:
        """The models of the server, which tells them once."""
        if self._state.known is None:
            self._state.known = self._state.connection.models()
        return self._state.known

    def _format(self) -> FillFormat | None:
        """How the server's model is asked to fill in the middle, by its tokenizer; None if it cannot."""
        if self._state.formats is None:
            connection, name = self._state.connection, self.name

            def is_token(text: str) -> bool:
                return connection.token_count(name, text) == 1

            found = OWN if is_token(OWN.prefix) else format_of(is_token, name)
            self._state.formats = () if found is None else (found,)
        return next(iter(self._state.formats), None)

    def _fail(self, reason: str) -> None:
        """Go on with this machine's model for a while, and say so once."""
        self._stop()
        self._state.silent_until = monotonic() + _AGAIN
        if not self._state.told and reason != "stopped":
            self._state.told = True
            where = self._state.connection.address.host
            self.notify(f"the remote model at {where} does not answer ({reason}): the bundled one steps in")

    def _stop(self) -> None:
        if self._asked is not None:
            self._asked[1].stop()
            self._asked = None


def _meant(heal: bytes, text: str) -> str:
    """A server's text behind what stands already: that is blank, or was sent, so that blanks are not
    doubled.
    """
    return text.lstrip(" \t\r\n") if heal and not heal.strip() else text
