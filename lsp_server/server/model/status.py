"""What the server tells of itself to a client that shows it: the notification `holegram/status`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lsp_server.server.client.client import Client
from lsp_server.server.configuration.configuration import Configuration

METHOD = "holegram/status"
CAPABILITY = "holegramStatus"
"""With this among its experimental capabilities a client asks to be told."""


class ModelPhase(StrEnum):
    """How it is with the model, or `off` where nothing is to be suggested."""

    LOADING = "loading"
    READY = "ready"
    UNLOADED = "unloaded"
    FAILED = "failed"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Status:
    """A state; `message` says why it failed, `percentage` how far loading is."""

    state: ModelPhase
    message: str | None = None
    percentage: int | None = None


def _told(model: str | None) -> str:
    """A model's name; of one on another machine that it is there."""
    if model is not None and model.startswith("vllm:"):
        return f"remote: {model.rpartition('#')[2]}"
    return model or "bundled"


class StatusTeller:
    """Tells each status once to a client that asked for it, from when it is initialized."""

    def __init__(self, client: Client, configuration: Configuration, status: Callable[[], Status]) -> None:
        self._client = client
        self._configuration = configuration
        self._status = status
        self._told: dict[str, Any] | None = None
        self._wanted = False

    def begin(self) -> None:
        """The client may be told from now on, if it wants to be."""
        experimental = self._client.capabilities.experimental
        self._wanted = isinstance(experimental, dict) and experimental.get(CAPABILITY) is True
        self.tell()

    def tell(self) -> None:
        """Tell the status as it is, if it is another one than before."""
        if not self._wanted:
            return
        settings = self._configuration.settings
        status = self._status() if settings.completion.enabled else Status(ModelPhase.OFF)
        params = {
            "state": status.state.value,
            "message": status.message,
            "model": _told(settings.model),
            "percentage": status.percentage,
        }
        if params != self._told:
            self._told = params
            self._client.notify(METHOD, params)
