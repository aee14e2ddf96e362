"""A `Model` over any network: prompt rule, vocabulary, and key-value caches, reused by common prefix."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from lsp_server import cancellation
from lsp_server.cancellation import StoppedError
from lsp_server.decoding.model import Message, Vocabulary
from lsp_server.models.adapters import Adapter, check_base, read_adapter, stamp
from lsp_server.models.prompting import PromptRule
from lsp_server.text import Span, common

Template = Callable[[Sequence[Message]], list[int]]
"""Spells a conversation up to where the model is to reply, as ids."""


class Network(Protocol):
    """A causal network with one key-value cache."""

    @property
    def stretch(self) -> int:
        """How many tokens to feed at a time: what is stopped then leaves those before to go on from."""

    def twin(self) -> Network:
        """Return one with the same weights, and a cache of its own that is empty."""

    def fingerprint(self) -> str:
        """The SHA-256 of the weights, by which an adapter tells its base."""

    def fitted(self, adapter: Adapter) -> Any:
        """An adapter as this network and its twins apply it.

        Raises:
            ModelError: it does not fit.

        """

    def wear(self, fitted: Any) -> None:
        """Compute with an adapter that was `fitted` from now on, or without one if None; the cache is
        empty.
        """

    def truncate(self, length: int) -> int:
        """Keep the first `length` tokens of the cache, or fewer; return how many are kept."""

    def extend(
        self, tokens: Sequence[int], count: int, cancelled: Callable[[], bool] = lambda: False
    ) -> NDArray[np.float32]:
        """Feed tokens after those in the cache; return the logits after the last `count`, (count, size).

        `cancelled` may be asked on the way.

        Raises:
            StoppedError: it was cancelled; the cache is as it was.

        """


@runtime_checkable
class Branching(Protocol):
    """A network that computes what may follow its cache in several ways, all in one pass."""

    def branches(
        self, ends: Sequence[Sequence[int]], cancelled: Callable[[], bool] = lambda: False
    ) -> NDArray[np.float32]:
        """Return the logits after what is cached and each of some ends, (ends, size).

        What is cached stays as it is.

        Raises:
            StoppedError: it was cancelled.

        """


@dataclass(eq=False, slots=True)
class _Cache:
    """A network, the tokens in its cache, and the adapter with which they were read."""

    network: Network
    held: list[int] = field(default_factory=list)
    worn: Any = None

    def shared(self, tokens: Sequence[int]) -> int:
        """How many of some tokens it has, from the first one on."""
        return common(self.held, [*tokens])


@dataclass(eq=False, slots=True)
class _Base:
    """What a model has in common with itself under each adapter.

    `caches` has the one that was asked last at its end, and at most `most`. `fitted` has the adapters that
    were asked for, by name, each with the stamp of its files.
    """

    caches: list[_Cache]
    most: int
    lock: threading.Lock = field(default_factory=threading.Lock)
    fitted: dict[str, tuple[tuple[int, int], Any]] = field(default_factory=dict)
    fingerprint: str = ""


class CachedModel:
    """A `decoding.model.Model`; calls from several threads wait for each other.

    With several caches each of so many texts goes on where it was; that which was not asked for longest gives
    way to another one.
    """

    at_once = 6
    """Measured with one thread: 4 tokens of the bundled network take 1.6 times as long as one, 8 take 2.4;
    completions take the least time with 4 to 6."""

    def __init__(
        self,
        name: str,
        vocabulary: Vocabulary,
        rule: PromptRule,
        network: Network,
        caches: int = 1,
        template: Template | None = None,
    ) -> None:
        self.name = name
        self.vocabulary = vocabulary
        self.rule = rule
        self._template = template
        self._base = _Base([_Cache(network)], caches)
        self._worn: Any = None

    def fingerprint(self) -> str:
        """The SHA-256 of the weights."""
        base = self._base
        base.fingerprint = base.fingerprint or base.caches[0].network.fingerprint()
        return base.fingerprint

    def with_adapter(self, name: str, directory: Path | None = None) -> CachedModel:
        """The same model under an installed adapter: the weights are shared, what was read is not.

        The adapter is read from its files where it is asked for first, and where it was installed anew.

        Raises:
            UsageError: the name is none of an adapter.
            ModelError: there is none of that name, it is damaged, or made for another model.

        """
        installed, base = stamp(name, directory), self._base
        with base.lock:
            known = base.fitted.get(name)
            if known is None or known[0] != installed:
                adapter = read_adapter(name, directory)
                check_base(adapter, self.name, self.fingerprint())
                known = base.fitted[name] = installed, base.caches[0].network.fitted(adapter)
        view = copy.copy(self)
        view._worn = known[1]
        return view

    @property
    def worn_bytes(self) -> int:
        """What the adapter takes of memory; 0 where there is none, or that is not known."""
        return getattr(self._worn, "bytes", 0)

    @property
    def room(self) -> int:
        """About how many characters before a hole a prompt can tell."""
        return self.rule.room

    def prompt(self, text: str, hole: Span, language_id: str) -> list[int]:
        """Return the ids that ask for what is to stand in a hole of a text; never none."""
        ids = self.rule.build(self.vocabulary.encode, text, hole, language_id)
        return ids or [self.vocabulary.end]

    def chat(self, messages: Sequence[Message], begun: str = "") -> list[int] | None:
        """The ids of a conversation and of how the reply begins; None if it follows no instructions."""
        if self._template is None:
            return None
        return [*self._template(messages), *self.vocabulary.encode(begun)] if messages else []

    def next_logits(
        self, tokens: Sequence[int], count: int = 1, cancelled: Callable[[], bool] = lambda: False
    ) -> NDArray[np.float32]:
        """Return the logits after each of the last `count` prefixes of `tokens`, (count, vocabulary)."""
        if not 1 <= count <= len(tokens):
            raise ValueError(f"count is {count}, of {len(tokens)} tokens")
        with self._base.lock:
            cache = self._cache_for(tokens)
            _keep(cache, tokens, len(tokens) - count)
            return _read(cache, tokens, count, cancelled)

    def branches(
        self,
        tokens: Sequence[int],
        ends: Sequence[Sequence[int]],
        cancelled: Callable[[], bool] = lambda: False,
    ) -> NDArray[np.float32]:
        """Return the logits after some tokens and each of some ends, (ends, vocabulary)."""
        if not all(ends):
            raise ValueError("an end is empty")
        if not isinstance(self._base.caches[0].network, Branching):
            return np.concatenate([self.next_logits([*tokens, *end], 1, cancelled) for end in ends])
        with self._base.lock:
            cache = self._cache_for(tokens)
            _keep(cache, tokens, len(tokens))
            if len(cache.held) < len(tokens):
                _read(cache, tokens, 1, cancelled)
            assert isinstance(cache.network, Branching)
            cancellation.check(cancelled)
            return cache.network.branches(ends, cancelled)

    def _cache_for(self, tokens: Sequence[int]) -> _Cache:
        """The cache of the text that some tokens are of, else a new one, or the one asked longest ago.

        A text is the same if at least half of what is held is: all texts of a language begin alike. What
        was read with another adapter is another text.
        """
        caches = self._base.caches
        mine = [one for one in caches if one.worn is self._worn]
        best = max(mine, key=lambda one: one.shared(tokens), default=None)
        if best is None or (2 * best.shared(tokens) < len(best.held) and self._base.most > 1):
            best = caches[0]
            if len(caches) < self._base.most:
                best = _Cache(caches[0].network.twin())
                caches.append(best)
        caches.remove(best)
        caches.append(best)
        if best.worn is not self._worn:
            best.network.truncate(0)
            best.network.wear(self._worn)
            best.held, best.worn = [], self._worn
        return best


def _keep(cache: _Cache, tokens: Sequence[int], most: int) -> None:
    """Forget all that is held but what some tokens begin with, of which so many at most."""
    kept = cache.network.truncate(min(cache.shared(tokens), most))
    cache.held = list(tokens[:kept])


def _read(
    cache: _Cache, tokens: Sequence[int], count: int, cancelled: Callable[[], bool]
) -> NDArray[np.float32]:
    """Feed what is not held of some tokens; the logits after the last `count` of them."""
    stretch, fed = cache.network.stretch, len(cache.held)
    # A short rest is fed with the last stretch: a pass of few tokens takes long for what it is.
    while len(tokens) - fed >= stretch + max(count, stretch // 4):
        _feed(cache, tokens[fed : fed + stretch], 1, cancelled)
        fed += stretch
    return _feed(cache, tokens[fed:], count, cancelled)


def _feed(
    cache: _Cache, tokens: Sequence[int], count: int, cancelled: Callable[[], bool]
) -> NDArray[np.float32]:
    """Feed tokens after those that are held, which these are then too, in one pass."""
    cancellation.check(cancelled)
    held, cache.held = cache.held, []  # should the network fail half way, nothing is trusted
    try:
        logits = cache.network.extend(tokens, count, cancelled)
    except StoppedError:
        cache.held = held
        raise
    cache.held = [*held, *tokens]
    return logits
