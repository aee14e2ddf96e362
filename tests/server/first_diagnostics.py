"""Measures what a user waits for: `python -m tests.server.first_diagnostics` prints seconds from the start.

Each line is the best and the median of ten server processes, until the first push of diagnostics.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable

from lsprotocol import types
from pytest_lsp.client import make_test_lsp_client

RUNS = 10
TEXTS = {"clean": "a = 1\n", "broken": "a = {\n"}


async def measure(text: str) -> float:
    """Seconds from the start of a server to the diagnostics of a text."""
    client = make_test_lsp_client()
    began = time.perf_counter()
    await client.start_io(sys.executable, "-m", "lsp_server", "serve")
    await client.initialize_session(types.InitializeParams(types.ClientCapabilities()))
    pushed = client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    item = types.TextDocumentItem("file:///files/a.tf", "hcl", 1, text)
    client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    await pushed
    seconds = time.perf_counter() - began
    await client.shutdown_session()
    stop: Callable[[], Awaitable[None]] = client.stop
    await stop()
    return seconds


async def main() -> None:
    """Print the figures."""
    for name, text in TEXTS.items():
        times = [await measure(text) for _ in range(RUNS)]
        print(f"{name:8} best {min(times):.2f} s, median {statistics.median(times):.2f} s")


if __name__ == "__main__":
    asyncio.run(main())
