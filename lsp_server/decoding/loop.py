"""The decode loop: each token passes the oracle, and a mask if one is made; texts end where the rest fits."""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cache
from time import perf_counter

from lsp_server import cancellation
from lsp_server.cancellation import StoppedError
from lsp_server.decoding.copying import Copies
from lsp_server.decoding.drafting import Drafts
from lsp_server.decoding.engine import Mask, MaskEngine, MaskError
from lsp_server.decoding.guide import Guide
from lsp_server.decoding.healing import TokenIndex
from lsp_server.decoding.homing import Home
from lsp_server.decoding.model import Model
from lsp_server.decoding.path import Path
from lsp_server.decoding.task import Candidate, MaskGrammar, Statistics, Task

_RETRIES = 2
"""So many paths more are tried where some lead nowhere, if what the model did not mean will do."""


class Decoder:
    """Fills holes with one model. It keeps what depends on the model's vocabulary alone."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.engine = MaskEngine(model.vocabulary)
        self.index = TokenIndex(model.vocabulary)

    def of(self, model: Model) -> Decoder:
        """The decoder of another model with the same vocabulary, or this one."""
        if model is self.model:
            return self
        other = copy.copy(self)
        other.model = model
        return other

    def drafts(
        self,
        prompt: Sequence[int],
        before: str,
        others: Sequence[str],
        heal: str,
        cancelled: Callable[[], bool],
    ) -> Drafts:
        """The logits to decode with after a prompt; `before`, `others` and `heal` are those of a `Task`."""
        copies = Copies(before, others, self.model.vocabulary.encode) if before else None
        return Drafts(self.model, prompt, copies, heal, cancelled)

    def decode(
        self, task: Task, count: int, cancelled: Callable[[], bool], statistics: Statistics
    ) -> tuple[Candidate, ...]:
        """Up to `count` different texts for a hole, the likeliest first; fewer where fewer fit.

        `cancelled` is asked before each token, and throughout a pass of the model; once it says so, or the
        task that it is hopeless, nothing is returned. Once that says that it is late, what was found is,
        even if it was `cancelled` by then.
        """
        drafts = self.drafts(task.prompt, task.before, task.others, task.heal, cancelled)
        try:
            found = self._found(task, count, drafts, cancelled, statistics)
        except StoppedError:
            return ()
        finally:
            statistics.passes += drafts.passes
        return tuple(sorted(found, key=lambda candidate: -candidate.logprob))

    def _found(
        self,
        task: Task,
        count: int,
        drafts: Drafts,
        cancelled: Callable[[], bool],
        statistics: Statistics,
    ) -> Collection[Candidate]:
        """Up to `count` different texts, one for each path that leads to one.

        Raises:
            StoppedError: it was cancelled.

        """
        found: dict[str, Candidate] = {}
        taken: set[bytes] = set()

        def given_up() -> bool:
            return cancelled() or task.hopeless()

        @cache
        def mask() -> Mask | None:
            return self.mask(task.holes, statistics, cancelled)

        home = Home(task, self.model.vocabulary, drafts.logits, self.engine, self.index, given_up, statistics)
        for _ in range(count + (0 if task.confident else _RETRIES)):
            path = Path(
                self.model.vocabulary,
                self.index,
                task,
                Guide(mask),
                taken,
                home,
                drafts,
                given_up,
                statistics,
            )
            try:
                candidate = path.run()
            except StoppedError:
                if not task.late():
                    raise
                break  # there was time enough for what was found
            if candidate is None:
                statistics.lost += 1
            else:
                found.setdefault(candidate.text, candidate)
            if len(found) >= count or path.choice is None or task.late():
                break
            taken.add(path.choice)
        return found.values()

    def mask(
        self,
        holes: Iterable[MaskGrammar],
        statistics: Statistics,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Mask | None:
        """The mask of the first hole that the engine takes.

        `cancelled` is asked before each is made, and before it is compiled.

        Raises:
            StoppedError: it was cancelled.

        """
        left = iter(holes)
        while True:
            cancellation.check(cancelled)
            began = perf_counter()
            hole = next(left, None)
            made = perf_counter()
            statistics.hole_ms += 1000 * (made - began)
            cancellation.check(cancelled)
            if hole is None:
                statistics.unmasked = 1
                return None
            statistics.relaxation = hole.relaxation
            try:
                mask = self.engine.mask(hole.grammar, hole.lead)
            except MaskError:
                continue
            else:
                statistics.masked += 1
                return mask
            finally:
                statistics.compile_ms += 1000 * (perf_counter() - made)
