"""A server ends with the editor that started it, and when it is told to, whatever it waits for."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.server.conftest import PATIENCE
from tests.server.wire import Wire, message

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.skipif(sys.platform == "win32", reason="there, closing standard input is all there is"),
]

SERVE = (sys.executable, "-m", "lsp_server", "serve")


@pytest_asyncio.fixture(loop_scope="session")
async def process() -> AsyncIterator[asyncio.subprocess.Process]:
    """A server whose standard input stays open."""
    pipe = asyncio.subprocess.PIPE
    made = await asyncio.create_subprocess_exec(*SERVE, stdin=pipe, stdout=pipe)
    yield made
    if made.returncode is None:
        made.kill()
    await made.communicate()


def wire_to(process: asyncio.subprocess.Process) -> Wire:
    assert process.stdout is not None
    assert process.stdin is not None
    return Wire(process.stdout, process.stdin)


async def test_it_ends_when_the_editor_is_gone_though_standard_input_stays_open(
    process: asyncio.subprocess.Process,
) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as editor:
        await wire_to(process).initialize(process_id=editor.pid)
        assert process.returncode is None
        editor.kill()
    assert await asyncio.wait_for(process.wait(), PATIENCE) == 1


async def test_an_editor_that_cannot_be_seen_from_here_is_not_watched(
    process: asyncio.subprocess.Process,
) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
    wire = wire_to(process)
    await wire.initialize(process_id=gone.pid)
    assert await wire.ask("shutdown") is None
    wire.tell("exit")
    assert await asyncio.wait_for(process.wait(), PATIENCE) == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("state", ["idle", "stuck", "busy"])
async def test_a_signal_ends_it_at_once(
    process: asyncio.subprocess.Process, number: signal.Signals, state: str
) -> None:
    wire = wire_to(process)
    await wire.initialize()
    if state == "stuck":  # nobody reads its answers any more: it waits in the middle of one
        assert process.stdin is not None
        process.stdin.write(message(method="$/none", id="x" * 100_000) * 3)
        await process.stdin.drain()
        await asyncio.sleep(0)
    if state == "busy":  # all of it would take minutes
        for text in range(4):
            document = wire.open("a = " + "{ b = [" * 20_000, f"file:///files/{text}.tf")
            wire.request("textDocument/semanticTokens/full", document)
        await wire.answer(wire.request("nothing/known"))  # which is read after all that
    os.kill(process.pid, number)
    async with asyncio.timeout(PATIENCE):
        while process.returncode is None:  # `wait` would also wait for somebody to read the answers
            await asyncio.sleep(0.01)
    assert process.returncode == 1
