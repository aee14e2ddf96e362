"""The folders of a workspace, as far as a client may have them read."""

from __future__ import annotations

from pathlib import Path

from lsp_server.server.client.client import Client
from lsp_server.server.configuration.limits import is_inside
from lsp_server.server.convert import path_of


class Folders:
    """The folders of one client.

    Args:
        client: tells of them.
        within: where they have to lie; None for a client that may name any.

    Attributes:
        told: whether the client has said which folders there are, be it none.

    """

    def __init__(self, client: Client, within: tuple[Path, ...] | None) -> None:
        self._client = client
        self._within = within
        self.told = False

    def roots(self) -> tuple[Path, ...]:
        """The folders of the workspace; the root counts for a client that has told of no folders."""
        uris = self._client.folders if self.told else (self._client.root,)
        named = tuple(path_of(uri) for uri in uris if uri)
        if self._within is None:
            return named
        return tuple(path.resolve() for path in named if is_inside(path, self._within))
