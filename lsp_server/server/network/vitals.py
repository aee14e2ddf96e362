"""What a watcher of a service asks: `/health` says whether it does its work, `/metrics` has its numbers.

The numbers are in the text format of Prometheus, if `prometheus-client` is installed (the extra `team`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from http import HTTPStatus
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from lsp_server.server.model.status import ModelPhase
from lsp_server.server.process.memory import resident
from lsp_server.server.process.metrics import BOUNDS_MS
from lsp_server.server.shared import Shared

if TYPE_CHECKING:
    from websockets.asyncio.server import ServerConnection
    from websockets.http11 import Request, Response

_LACKING = "The numbers need prometheus-client: pip install 'holegram[team]'\n"


async def vitals(shared: Shared, host: str, port: int) -> Any:
    """Begin to answer on a port.

    Raises:
        OSError: it cannot be listened on.

    """
    from websockets.asyncio.server import serve

    def answer(connection: ServerConnection, request: Request) -> Response:
        path = request.path.partition("?")[0]
        if path == "/health":
            status = HTTPStatus.OK if is_well(shared) else HTTPStatus.SERVICE_UNAVAILABLE
            return _typed(connection.respond(status, json.dumps(state_of(shared)) + "\n"), "application/json")
        if path != "/metrics":
            return connection.respond(HTTPStatus.NOT_FOUND, "There are /health and /metrics.\n")
        text = exposition(shared)
        if text is None:
            return connection.respond(HTTPStatus.NOT_IMPLEMENTED, _LACKING)
        return _typed(connection.respond(HTTPStatus.OK, text), "text/plain; version=0.0.4; charset=utf-8")

    return await serve(_nobody, host, port, process_request=answer, open_timeout=5, max_size=1_000)


async def _nobody(connection: ServerConnection) -> None:
    """No WebSocket is opened here: each request was answered."""


def _typed(response: Response, kind: str) -> Response:
    del response.headers["Content-Type"]
    response.headers["Content-Type"] = kind
    return response


def is_well(shared: Shared) -> bool:
    """Whether suggestions can be made, now or soon."""
    return shared.models.status.state is not ModelPhase.FAILED


def state_of(shared: Shared) -> dict[str, Any]:
    """How it is, in a few words."""
    return {
        "status": "ok" if is_well(shared) else "failed",
        "clients": len(shared.connections),
        "model": shared.models.status.state.value,
        "memory_mb": resident(),
        "suggestions": dict(shared.metrics.suggestions),
    }


def exposition(shared: Shared) -> str | None:
    """All numbers as Prometheus reads them; None where prometheus-client is not installed."""
    try:
        from prometheus_client import CollectorRegistry, generate_latest
    except ImportError:
        return None
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Numbers(shared))
    return str(generate_latest(registry), "utf-8")


class _Numbers:
    """What prometheus-client calls a collector."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared

    def collect(self) -> Iterator[Any]:
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

        shared, metrics = self._shared, self._shared.metrics
        for name, help_, value in (
            ("clients", "Clients that are connected.", len(shared.connections)),
            ("documents", "Documents that are open.", sum(len(one.session) for one in shared.connections)),
            ("model_ready", "1 if the model is in memory.", int(shared.models.ready)),
            ("waiting_clients", "Clients that wait for the model.", shared.worker.waiting),
            ("memory_bytes", "Resident memory.", (resident() or 0) << 20),
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
