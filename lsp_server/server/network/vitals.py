"""What a watcher of a service asks: `/health` says whether it does its work, `/metrics` has its numbers.

The numbers are in the text format of Prometheus, if `prometheus-client` is installed (the extra `team`).
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from lsp_server.server.model.status import ModelPhase
from lsp_server.server.network.doors import AT_ONCE, doors_at
from lsp_server.server.network.strangers import Strangers
from lsp_server.server.process.memory import resident
from lsp_server.server.process.metrics import BOUNDS_MS, Metrics

if TYPE_CHECKING:
    from websockets.asyncio.server import ServerConnection
    from websockets.http11 import Request, Response

    from lsp_server.server.shared import Shared

WATCHERS = 16
"""So many may be connected; each is let go once it was answered, or where others come after it."""

_REQUEST_S = 10.0
"""Seconds in which one has to ask, and to be answered."""

_LACKING = "The numbers need prometheus-client: pip install 'holegram[team]'\n"

_WORST_FIRST = (ModelPhase.FAILED, ModelPhase.LOADING, ModelPhase.UNLOADED, ModelPhase.OFF, ModelPhase.READY)


@dataclass(frozen=True, slots=True)
class Vitals:
    """How it is with a process, or with several together.

    Attributes:
        clients: that are connected.
        documents: that are open.
        waiting: clients that wait for the model.
        memory_mb: what is resident, in megabytes of 2^20 bytes.
        models: how it is with the model of each process.
        silent: processes that have told nothing.
        metrics: what was counted.

    """

    clients: int = 0
    documents: int = 0
    waiting: int = 0
    memory_mb: int = 0
    models: tuple[ModelPhase, ...] = ()
    silent: int = 0
    metrics: Metrics = field(default_factory=Metrics)

    def __add__(self, other: Vitals) -> Vitals:
        """Both together."""
        return Vitals(
            self.clients + other.clients,
            self.documents + other.documents,
            self.waiting + other.waiting,
            self.memory_mb + other.memory_mb,
            self.models + other.models,
            self.silent + other.silent,
            self.metrics + other.metrics,
        )

    @property
    def model(self) -> ModelPhase:
        """How it is with the model where it is worst."""
        return next((phase for phase in _WORST_FIRST if phase in self.models), ModelPhase.LOADING)

    @property
    def well(self) -> bool:
        """Whether suggestions can be made, now or soon."""
        return not self.silent and self.model is not ModelPhase.FAILED


_JSON = TypeAdapter(Vitals)


def vitals_from(told: Any) -> Vitals:
    """What another process has told, as `told_of` has made it.

    Raises:
        ValueError: it is nothing of the kind.

    """
    return _JSON.validate_python(told)


def told_of(vitals: Vitals) -> Any:
    """The same as JSON has it."""
    return _JSON.dump_python(vitals, mode="json")


def vitals_of(shared: Shared) -> Vitals:
    """How it is with this process."""
    return Vitals(
        clients=len(shared.connections),
        documents=sum(len(one.session) for one in shared.connections),
        waiting=shared.worker.waiting,
        memory_mb=resident() or 0,
        models=(shared.models.status.state,),
        metrics=shared.metrics,
    )


async def answer_watchers(
    ask: Callable[[], Awaitable[Vitals]], host: str, port: int, lacking: Callable[[], None] = lambda: None
) -> list[Any]:
    """Begin to answer on a port, at each address of its host.

    Args:
        ask: gives what is answered, anew each time.
        host: the address to listen on.
        port: the port there.
        lacking: is called where the system has nothing left for a connection.

    Raises:
        UsageError: it cannot be listened on.

    """
    from websockets.asyncio.server import serve

    async def answer(connection: ServerConnection, request: Request) -> Response:
        path = request.path.partition("?")[0]
        if path == "/health":
            vitals = await ask()
            status = HTTPStatus.OK if vitals.well else HTTPStatus.SERVICE_UNAVAILABLE
            return _typed(
                connection.respond(status, json.dumps(_state_of(vitals)) + "\n"), "application/json"
            )
        if path != "/metrics":
            return connection.respond(HTTPStatus.NOT_FOUND, "There are /health and /metrics.\n")
        text = _exposition(await ask())
        if text is None:
            return connection.respond(HTTPStatus.NOT_IMPLEMENTED, _LACKING)
        return _typed(connection.respond(HTTPStatus.OK, text), "text/plain; version=0.0.4; charset=utf-8")

    strangers, listeners = Strangers(WATCHERS), []
    for door in doors_at(host, port):
        door.met, door.lacking = strangers.meet, lacking
        listeners.append(
            await serve(
                _nobody,
                sock=door,
                backlog=AT_ONCE,
                process_request=answer,
                open_timeout=_REQUEST_S,
                max_size=1_000,
            )
        )
    return listeners


async def _nobody(connection: ServerConnection) -> None:
    """No WebSocket is opened here: each request was answered."""


def _typed(response: Response, kind: str) -> Response:
    del response.headers["Content-Type"]
    response.headers["Content-Type"] = kind
    return response


def _state_of(vitals: Vitals) -> dict[str, Any]:
    """How it is, in a few words."""
    return {
        "status": "ok" if vitals.well else "failed",
        "processes": len(vitals.models) + vitals.silent,
        "clients": vitals.clients,
        "model": vitals.model.value,
        "memory_mb": vitals.memory_mb,
        "suggestions": dict(vitals.metrics.suggestions),
    }


def _exposition(vitals: Vitals) -> str | None:
    """All numbers as Prometheus reads them; None where prometheus-client is not installed."""
    try:
        from prometheus_client import CollectorRegistry, generate_latest
    except ImportError:
        return None
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Numbers(vitals))
    return str(generate_latest(registry), "utf-8")


class _Numbers:
    """What prometheus-client calls a collector."""

    def __init__(self, vitals: Vitals) -> None:
        self._vitals = vitals

    def collect(self) -> Iterator[Any]:
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

        vitals, metrics = self._vitals, self._vitals.metrics
        for name, help_, value in (
            ("clients", "Clients that are connected.", vitals.clients),
            ("documents", "Documents that are open.", vitals.documents),
            ("model_ready", "1 if the model is in memory.", int(vitals.model is ModelPhase.READY)),
            ("waiting_clients", "Clients that wait for the model.", vitals.waiting),
            ("memory_bytes", "Resident memory.", vitals.memory_mb << 20),
        ):
            yield GaugeMetricFamily(f"holegram_{name}", help_, value)
        for name, help_, label, counts in (
            ("connections", "Connections, by what became of them.", "result", metrics.connections),
            ("messages", "Messages of clients, by method.", "method", metrics.messages),
            ("suggestions", "Ghost texts, by where they came from.", "source", metrics.suggestions),
        ):
            family = CounterMetricFamily(f"holegram_{name}", help_, labels=[label])
            for value_of, number in counts.items():
                family.add_metric([value_of], number)
            yield family
        yield CounterMetricFamily("holegram_errors", "Errors that nobody foresaw.", metrics.errors)
        bounds = [*(str(bound / 1000) for bound in BOUNDS_MS), "+Inf"]
        yield HistogramMetricFamily(
            "holegram_ghost_text_seconds",
            "From a request for ghost text to its answer.",
            list(zip(bounds, accumulate(metrics.waits.counts), strict=True)),
            metrics.waits.total_ms / 1000,
        )
