"""The model of a server: loaded in a thread of its own, for the first suggestion, kept as long as may be."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING

from lsp_server.errors import ModelError
from lsp_server.lazy_imports import TURN
from lsp_server.server.client.connections import Connections
from lsp_server.server.client.progress import Progress
from lsp_server.server.configuration.settings import Settings
from lsp_server.server.model.status import ModelPhase, Status
from lsp_server.server.process.memory import resident

if TYPE_CHECKING:
    from lsp_server.decoding.model import Model


class ModelSlot:
    """The model, or the fact that there is none; whoever is connected is told why, once.

    Args:
        worker: the thread in which models run.
        connections: whom to tell.
        settings: gives those that hold now.
        caches: so many texts the model goes on with where they were.

    """

    def __init__(
        self, worker: Executor, connections: Connections, settings: Callable[[], Settings], caches: int
    ) -> None:
        self._worker = worker
        self._connections = connections
        self._settings = settings
        self._caches = caches
        self._loading: asyncio.Task[Model | None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.begun = False
        """Whether it was ever loaded, or is being."""
        self._began = 0.0
        self.status = Status(ModelPhase.UNLOADED)

    @property
    def loading_ms(self) -> float | None:
        """For how many milliseconds the model has been loading; None if it is not."""
        return 1000 * (perf_counter() - self._began) if self.status.state is ModelPhase.LOADING else None

    @property
    def ready(self) -> bool:
        """Whether there is a model that can be asked at once."""
        loading = self._loading
        return loading is not None and loading.done() and loading.result() is not None

    @property
    def loaded(self) -> bool:
        """Whether it is known if there is a model, so that nobody has to wait for it."""
        return self._loading is not None and self._loading.done()

    async def get(self) -> Model | None:
        """The model, which is loaded if it is not there; none if it cannot be loaded."""
        model = await asyncio.shield(self.begin())
        if model is not None and self._beyond() is not None:
            self._unload()
        return model

    async def settle(self) -> None:
        """Wait for the model if it is being loaded."""
        if self._loading is not None:
            await asyncio.shield(self._loading)

    def begin(self) -> asyncio.Task[Model | None]:
        """Load the model if it is not there, without waiting for it."""
        self.begun = True
        if self._loading is None:
            self._loading = asyncio.create_task(self._load())
        self._unload_later()
        return self._loading

    def _unload_later(self) -> None:
        """Let go of the model once it was not asked for a while."""
        if self._timer is not None:
            self._timer.cancel()
        minutes = self._settings().unload_after_minutes
        if minutes:
            self._timer = asyncio.get_running_loop().call_later(60 * minutes, self._unload)

    def _unload(self) -> None:
        if self._loading is not None and self.ready:
            model, self._loading = self._loading.result(), None
            self._become(Status(ModelPhase.UNLOADED))
            # In the model's thread, where whatever uses it now has ended by then.
            self._worker.submit(_forget, model)

    def _beyond(self) -> str | None:
        """That more memory is held than may be, in words; None if it is not."""
        most = self._settings().max_memory_mb
        held = None if most is None else resident()
        if most is None or held is None or held <= most:
            return None
        return f"{held} MB are in use with it, and the setting maxMemoryMb allows fewer ({most})"

    async def _load(self) -> Model | None:
        settings, loop = self._settings(), asyncio.get_running_loop()
        shown = [Progress(one.client, "Loading the model") for one in self._connections]
        self._began = perf_counter()

        def report(percentage: int) -> None:
            for progress in shown:
                progress.report(percentage)
            self._become(Status(ModelPhase.LOADING, percentage=percentage))

        def report_soon(percentage: int) -> None:
            loop.call_soon_threadsafe(report, percentage)

        report(0)
        work = partial(_load_model, settings.model, settings.threads, report_soon, self._caches)
        try:
            model = await loop.run_in_executor(self._worker, work)
        except ModelError as error:
            self._fail(str(error))
        except Exception as error:
            self._connections.report("loading the model", error)
            self._fail("the model could not be loaded; the log says why")
        else:
            beyond = self._beyond()
            _tell_of(model, lambda line: loop.call_soon_threadsafe(self._connections.warn, line))
            if beyond is None:
                self._become(Status(ModelPhase.READY))
                return model
            self._worker.submit(_forget, model)
            self._fail(f"the model does not fit: {beyond}")
        finally:
            for progress in shown:
                progress.end()
        return None

    def _fail(self, reason: str) -> None:
        self._become(Status(ModelPhase.FAILED, reason))
        self._connections.warn(reason)

    def _become(self, status: Status) -> None:
        self.status = status
        self._connections.tell_status()


def _tell_of(model: Model, warn: Callable[[str], object]) -> None:
    """Have users told where another model steps in for one on another machine."""
    with TURN:
        from lsp_server.decoding.model import AsksAhead

    if isinstance(model, AsksAhead):
        model.notify = warn


def _forget(model: object) -> None:
    # Imported here because it brings the mask engine; where a model was used it is there.
    with TURN:
        from lsp_server.decoding.model import AsksAhead
        from lsp_server.features.preparing import forget_models

    forget_models()
    if isinstance(model, AsksAhead):
        model.close()


def _load_model(name: str | None, threads: int | None, report: Callable[[int], None], caches: int) -> Model:
    # Imported here because it brings torch and transformers.
    with TURN:
        from lsp_server.models import load_model

    return load_model(name, threads, report, caches=caches)
