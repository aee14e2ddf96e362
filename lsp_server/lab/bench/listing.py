"""How long a list takes for a client that shows no ghost text: the model's suggestion comes first in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import monotonic, sleep
from typing import Any

from lsp_server.lab.material.cuts import Cut
from lsp_server.lab.served.client import PlainClient, connected
from lsp_server.lab.served.opened import DIAGNOSTICS, LIST, OpenFile
from lsp_server.lab.served.suggested import worked
from lsp_server.languages import Language

_CAN: Mapping[str, Any] = {"textDocument": {"diagnostic": {}}}
_LOADING = 60.0
"""Seconds that the model's first suggestion is waited for."""

_SHORT = 0.1


def measure_lists(language: Language, cuts: Sequence[Cut], command: Sequence[str]) -> list[float]:
    """Start a server, and ask for a list in each gap: milliseconds from the edit that made it to the answer.

    Only lists for which the model was asked count, once it was there.

    Args:
        language: of the files.
        cuts: gaps in files; the text of each is taken out, and put in again.
        command: starts the server.

    Raises:
        UsageError: the server does not answer.

    """
    times: list[float] = []
    with connected(_CAN, command=command) as (client, _):
        file = OpenFile(client, language)
        for cut in cuts:
            if file.text != cut.original:
                first = not file.text
                file.open(cut.original)
                client.ask(DIAGNOSTICS, file.params)
                if first:
                    _load(client, file, cut.start)
            since, began = len(client.notices), file.edit(cut.start, cut.end, "")
            answer = client.wait(client.request(LIST, file.at(cut.start)))
            if answer is not None and client.heard(worked, since, 0.0) is not None:
                times.append(1000 * (answer.at - began))
            file.edit(cut.start, cut.start, cut.removed)
    return times


def _load(client: PlainClient, file: OpenFile, offset: int) -> None:
    """Ask until the model has suggested something, or for a while."""
    until = monotonic() + _LOADING
    while client.heard(worked, 0, 0.0) is None and monotonic() < until:
        client.wait(client.request(LIST, file.at(offset)))
        sleep(_SHORT)
