"""One conversation: messages are handled one after another, until the client says `exit` or goes away."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable

from lsp_server.server.client.frames import BadFrame, Frames
from lsp_server.server.client.protocol import Exit, HolegramProtocol

CHUNK = 1 << 16
"""Bytes that are read at a time; after so many others have their turn."""


async def framed(read: Callable[[], Awaitable[bytes]], frames: Frames) -> AsyncIterator[bytes | BadFrame]:
    """The bodies of the messages in a stream, and what stands where there is none.

    Args:
        read: gives some bytes, none at the end.
        frames: takes them.

    """
    while data := await read():
        for frame in frames.feed(data):
            yield frame
        await asyncio.sleep(0)  # what is there already is read without a wait


async def converse(
    protocol: HolegramProtocol, bodies: AsyncIterator[bytes | BadFrame], *, lenient: bool = True
) -> None:
    """Handle what comes until nothing comes any more, or `exit`.

    What is no message is answered with an error. Where one is not `lenient`, it is the end too.
    """
    async for body in bodies:
        if isinstance(body, BadFrame):
            protocol.refuse_frame(body.reason)
            if not lenient:
                return
        elif not handle(protocol, body):
            return


def handle(protocol: HolegramProtocol, body: bytes) -> bool:
    """Handle one message, or answer that it is none; false if it was the last one, `exit`."""
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        protocol.refuse_frame("a message that is no JSON, or is nested too deeply")
        return True
    try:
        protocol.handle_message(message)
    except Exit:
        return False
    except Exception as error:
        protocol.report_error(error)
    return True
