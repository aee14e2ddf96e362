"""What a service writes down: one line of JSON for each event, to standard error.

It has numbers, names of events and of methods; never a word of a document, a path of a client or a token.
Several processes write to one stream: each line goes there at once, together with its end.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from datetime import UTC, datetime
from typing import TextIO

from lsp_server.server.process.metrics import place_of


class Journal:
    """Writes events to a stream, each with some facts that are the same for all."""

    def __init__(self, stream: TextIO | None = None, **facts: int) -> None:
        self._stream = stream or sys.stderr
        self._facts = facts

    def write(self, event: str, **facts: str | int | float | bool | None) -> None:
        """Write down an event, with what is to be known of it."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = {"time": now, "event": event, **self._facts, **facts}
        with suppress(OSError, ValueError):  # nobody reads it
            self._stream.write(f"{json.dumps(line)}\n")
            self._stream.flush()

    def write_error(self, during: str, error: BaseException) -> None:
        """Write down an error that nobody foresaw, and where it was: its words may be a text's."""
        self.write("error", during=during, kind=type(error).__name__, place=place_of(error))
