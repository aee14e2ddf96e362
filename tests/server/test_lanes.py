"""The work of documents: one after the other for each, and none waits for that of another."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from lsprotocol import types

from lsp_server.server.scheduling.lanes import Lanes
from tests.server.conftest import Script, StartEditor

HELD = """
import os
from lsp_server.cli import main
from lsp_server.features import diagnosis as room

diagnosis = room.diagnosis

def held(text, *more, **named):
    if "slow" in text:
        with open(os.environ["GATE"]) as gate:
            gate.read()
    return diagnosis(text, *more, **named)

room.diagnosis = held
main()
"""
"""A server that looks for no error of what is `slow` as long as somebody holds a named pipe open."""

NAMELESS = HELD.replace("features import diagnosis", "names import naming").replace("diagnosis", "names_of")
NAMELESS = NAMELESS.replace('"slow" in text', '"slow" in text.text')
"""The same for the names in what is `slow`."""


class Gate:
    """A named pipe: as long as it is held, who reads it waits."""

    def __init__(self, path: Path) -> None:
        self.path, self._held = path, list[int]()
        os.mkfifo(path)

    def is_held(self) -> bool:
        """Hold it, if somebody reads it by now."""
        try:
            self._held.append(os.open(self.path, os.O_WRONLY | os.O_NONBLOCK))
        except OSError:
            return False
        return True

    def release(self) -> None:
        """Let everybody go on who waits."""
        while self._held:
            os.close(self._held.pop())


@pytest.fixture
def lanes() -> Iterator[Lanes]:
    made = Lanes("test")
    yield made
    made.shutdown()


async def test_a_document_that_takes_long_delays_no_other(lanes: Lanes) -> None:
    end = threading.Event()
    slow = [asyncio.create_task(lanes.run(f"slow {number}", end.wait)) for number in range(8)]
    await asyncio.sleep(0)
    assert await lanes.run("quick", lambda: "done") == "done"
    assert not any(task.done() for task in slow)
    end.set()
    assert await asyncio.gather(*slow) == [True] * 8


async def test_the_work_of_one_document_is_done_in_order_one_at_a_time(lanes: Lanes) -> None:
    done: list[int] = []
    await asyncio.gather(*(lanes.run("a", lambda number=number: done.append(number)) for number in range(50)))  # type: ignore[misc]
    assert done == list(range(50))


async def test_what_is_cancelled_before_its_turn_is_not_begun(lanes: Lanes) -> None:
    end, begun = threading.Event(), threading.Event()
    first = asyncio.create_task(lanes.run("a", end.wait))
    second = asyncio.create_task(lanes.run("a", begun.set))
    await asyncio.sleep(0)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    end.set()
    assert await first
    assert await lanes.run("a", begun.is_set) is False


async def test_an_error_is_that_of_its_own_work_alone(lanes: Lanes) -> None:
    def fail() -> None:
        raise IndexError

    failing, after = lanes.run("a", fail), lanes.run("a", lambda: 1)
    assert [type(one) for one in await asyncio.gather(failing, after, return_exceptions=True)] == [
        IndexError,
        int,
    ]


async def test_who_waits_for_all_waits_so_long_at_most(lanes: Lanes) -> None:
    end = threading.Event()
    slow = asyncio.create_task(lanes.run("a", end.wait))
    await asyncio.sleep(0)
    await lanes.settled(0.0)
    assert not slow.done()
    end.set()
    await lanes.settled(60.0)
    assert await slow


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
async def test_while_errors_of_one_document_are_looked_for_another_is_answered(
    start: StartEditor, script: Script, tmp_path: Path
) -> None:
    gate = Gate(tmp_path / "gate")
    editor = await start(
        program=(sys.executable, "-c", HELD),
        environment={"GATE": str(gate.path)},
        options={"model": script({"b: [": "Int]"})},
    )
    slow = editor.open("type Slow { slow: [Int }\n", "slow.graphql", "graphql")
    await editor.until(gate.is_held)
    try:
        quick = editor.open("type A { a: A b: [ }\n", "quick.graphql", "graphql")
        place = types.TextDocumentIdentifier(quick), types.Position(0, 12)
        assert await editor.client.text_document_hover_async(types.HoverParams(*place))
        assert await editor.complete(quick, 0, 13)
        assert await editor.inline(quick, 0, 18, asked=True)
        await editor.broken(quick)
        assert editor.errors(slow) is None
    finally:
        gate.release()
    await editor.broken(slow)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
async def test_while_names_of_a_large_document_are_found_out_another_is_answered(
    start: StartEditor, tmp_path: Path
) -> None:
    gate = Gate(tmp_path / "gate")
    editor = await start(
        program=(sys.executable, "-c", NAMELESS),
        environment={"GATE": str(gate.path)},
    )
    quick = editor.open("type Quick { a: Quick }\n", "quick.graphql", "graphql")
    here = types.TextDocumentIdentifier(quick), types.Position(0, 17)
    slow = editor.open("type Slow { slow: Quick }\n" + "#" * 100_000, "slow.graphql", "graphql")
    everywhere = types.ReferenceParams(types.ReferenceContext(include_declaration=True), *here)
    try:
        assert await editor.client.text_document_hover_async(types.HoverParams(*here))
        await editor.until(gate.is_held)
        assert await editor.client.text_document_hover_async(types.HoverParams(*here))
        assert await editor.definitions(quick, 0, 17)
        send = editor.client.protocol.send_request
        given_up = send(types.TEXT_DOCUMENT_REFERENCES, everywhere, msg_id="given up")
        assert await editor.client.text_document_hover_async(types.HoverParams(*here))
        editor.client.cancel_request(types.CancelParams("given up"))
        assert await editor.client.text_document_hover_async(types.HoverParams(*here))
        assert given_up.done()
        all_of_them = asyncio.create_task(editor.client.text_document_references_async(everywhere))
        assert await editor.client.text_document_hover_async(types.HoverParams(*here))
        assert not all_of_them.done()
    finally:
        gate.release()
    assert {place.uri for place in await all_of_them or ()} == {quick, slow}
