"""What a service writes down: lines of JSON, whoever else writes to the same stream."""

from __future__ import annotations

import io
import json

from lsp_server.server.process.journal import Journal


class Descriptor(io.RawIOBase):
    """What a stream writes to; `pieces` is what it was given at a time."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.pieces.append(bytes(data))
        return len(data)


def test_a_line_and_its_end_are_written_at_once() -> None:
    descriptor = Descriptor()
    unbuffered = io.TextIOWrapper(descriptor, write_through=True)  # type: ignore[type-var]
    journal = Journal(unbuffered, process=2)
    journal.write("one", number=1)
    journal.write("two")
    assert [piece[-1:] for piece in descriptor.pieces] == [b"\n", b"\n"]
    assert [json.loads(piece)["event"] for piece in descriptor.pieces] == ["one", "two"]
