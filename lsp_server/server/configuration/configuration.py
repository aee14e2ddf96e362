"""The settings of one client: those it was started with, and what it has configured since."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lsp_server.server.configuration.settings import SECTION, SERVER, TOKEN, Settings, overlay


class Configuration:
    """Settings that change.

    Args:
        settings: from the command line.
        trusted: whether the client may say which model and which bundles are used.
        complain: is told, in a line, of each setting that is left out.
        adopted: is given the settings of a client that is trusted, whenever they are others.

    Attributes:
        settings: those that hold now.

    """

    def __init__(
        self,
        settings: Settings,
        *,
        trusted: bool,
        complain: Callable[[str], None],
        adopted: Callable[[Settings], None],
    ) -> None:
        self._base = self.settings = settings
        self._trusted = trusted
        self._complain = complain
        self._adopted = adopted

    def begin(self, options: object) -> None:
        """Take over the start-up options of a client."""
        self._base = self._overlay(options, own=self._trusted)
        self._take(self._base)

    def change(self, values: object) -> None:
        """Take over what a client has configured, which may stem from a workspace."""
        self._take(self._overlay(values, own=False))

    def _take(self, settings: Settings) -> None:
        self.settings = settings
        if self._trusted:
            self._adopted(settings)

    def _overlay(self, values: object, *, own: bool) -> Settings:
        if isinstance(values, dict) and SECTION in values:
            values = values[SECTION]
        if not self._trusted and isinstance(values, dict):
            values = self._without_server_settings(values)
        settings, complaints = overlay(self._base, values, own=own)
        for complaint in complaints:
            self._complain(complaint)
        return settings

    def _without_server_settings(self, values: dict[Any, Any]) -> dict[Any, Any]:
        for key in sorted(SERVER & values.keys()):
            self._complain(f"setting '{key}' is that of the server, which others use too: ignored")
        return {key: value for key, value in values.items() if key not in SERVER and key != TOKEN}
