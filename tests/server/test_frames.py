"""Where messages begin and end: whatever stands in a header is read or refused, and reading goes on."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_server.server.app import create_server
from lsp_server.server.client.frames import BadFrame, Frames
from lsp_server.server.client.talking import handle
from lsp_server.server.configuration.settings import Settings
from lsp_server.server.language_server import HolegramServer
from tests.server.conftest import PATIENCE
from tests.server.wire import Wire

ONE, TWO = b'{"a": 1}', b'{"b": "\xc3\xa9"}'


def frame(body: bytes, header: bytes = b"Content-Length: %d\r\n\r\n") -> bytes:
    return header % len(body) + body


def read(*data: bytes, most: int = 1_000_000) -> list[bytes | BadFrame]:
    frames = Frames(most)
    return [found for piece in data for found in frames.feed(piece)]


@pytest.mark.parametrize(
    "header",
    [
        pytest.param(b"content-length: %d\r\n\r\n", id="lower case"),
        pytest.param(b"CONTENT-LENGTH:%d\r\n\r\n", id="no blank"),
        pytest.param(b"Content-Length :\t %d \t\r\n\r\n", id="blanks about"),
        pytest.param(b"Content-Length: %d\n\n", id="LF only"),
        pytest.param(b"Content-Type: a/b; charset=utf-8\r\nContent-Length: %d\r\n\r\n", id="type before"),
        pytest.param(b"Content-Length: %d\r\nContent-Type: a\r\nX-Own:\r\n\r\n", id="others behind"),
        pytest.param(b"\r\n\nContent-Length: %d\r\n\r\n", id="empty lines before"),
    ],
)
def test_header_is_read_however_it_is_written(header: bytes) -> None:
    assert read(frame(ONE, header) + frame(TWO, header)) == [ONE, TWO]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        pytest.param(b"Content-Type: a\r\n\r\n", "without Content-Length", id="no length"),
        pytest.param(b"Content-Length: -1\r\n\r\n", "is no number", id="negative"),
        pytest.param(b"Content-Length: 0x10\r\n\r\n", "is no number", id="hexadecimal"),
        pytest.param(b"Content-Length: %s\r\n\r\n" % (b"9" * 400), "is no number", id="too many digits"),
        pytest.param(b"Content-Length: 99999999999\r\n\r\n", "of 99999999999 bytes", id="absurd"),
        pytest.param(b"Content-Length: 1000001\r\n\r\n" + b"x" * 1_000_001, "of 1000001", id="large"),
        pytest.param(b"X-Long: %s\r\n\r\n" % (b"x" * 200_000), "more than 4096", id="long line"),
        pytest.param(b"X: 1\r\n" * 100 + b"\r\n", "too many", id="many lines"),
        pytest.param(b'{"jsonrpc": "2.0"}\r\n', "no header", id="no frame at all"),
        pytest.param(b"\xff\xfe\x00\r\n", "no header", id="binary"),
        pytest.param(b"Content-Length: 3\r\nContent-Length: 900001\r\n\r\nabc", "two lengths", id="two"),
    ],
)
def test_what_is_no_header_is_told_once_and_the_next_message_is_read(wrong: bytes, reason: str) -> None:
    ends = b"" if b"900001" not in wrong else b"x" * (900_001 - 3)
    found = read(wrong, ends, frame(ONE), frame(TWO))
    bad = [one for one in found if isinstance(one, BadFrame)]
    assert len(bad) == 1
    assert reason in bad[0].reason
    assert found[-2:] == [ONE, TWO]


def test_what_waits_for_the_end_of_a_line_is_bounded() -> None:
    frames = Frames(1_000)
    for _ in range(100):
        list(frames.feed(b"x" * 65_536))
    assert len(frames._held) <= 2 * 65_536


def test_a_browser_is_recognised() -> None:
    [bad] = read(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8\r\n\r\n")
    assert isinstance(bad, BadFrame)
    assert bad.web


BODIES = st.lists(st.text(max_size=20).map(lambda text: json.dumps(text, ensure_ascii=False).encode()))


@given(BODIES, st.lists(st.integers(1, 40), min_size=1))
def test_it_does_not_matter_where_the_bytes_are_cut(bodies: list[bytes], steps: list[int]) -> None:
    stream = b"".join(map(frame, bodies))
    pieces, at, turn = [], 0, 0
    while at < len(stream):
        pieces.append(stream[at : at + steps[turn % len(steps)]])
        at, turn = at + steps[turn % len(steps)], turn + 1
    assert read(*pieces) == bodies


@given(st.binary(max_size=300), BODIES)
def test_noise_never_makes_it_deaf(noise: bytes, bodies: list[bytes]) -> None:
    """After noise a message is lost at most; what comes after that is read."""
    found = read(noise, b"\n\n", *(frame(body) for body in [b"0" * 400, *bodies]))
    assert found[len(found) - len(bodies) :] == bodies


@pytest.mark.asyncio(loop_scope="session")
async def test_a_server_goes_on_after_what_is_no_message() -> None:
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-m", "lsp_server", "serve")
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    assert process.stdout is not None
    assert process.stdin is not None
    wire = Wire(process.stdout, process.stdin)
    wire.send(b"Content-Length: 99999999999\r\n\r\n" + b"X: " + b"x" * 200_000 + b"\r\n\r\n")
    assert "of 99999999999 bytes" in (await wire.answer(None))["error"]["message"]
    wire.send(frame(b'{"jsonrpc": "2.0", "method": "$/none"}', b"content-length:%d\n\n"))
    await wire.initialize()
    assert await wire.ask("shutdown") is None
    wire.tell("exit")
    assert await asyncio.wait_for(process.wait(), PATIENCE) == 0
    process.stdin.close()


PARSE_ERROR, INVALID_REQUEST = -32700, -32600

NO_MESSAGES = [
    pytest.param(b"{{{{{", None, PARSE_ERROR, id="no JSON"),
    pytest.param(b"", None, PARSE_ERROR, id="empty"),
    pytest.param(b"\xff\xfe", None, PARSE_ERROR, id="not UTF-8"),
    pytest.param(b"[" * 100_000, None, PARSE_ERROR, id="deep"),
    pytest.param(
        b'{"jsonrpc": "2.0", "id": %s, "method": "x"}' % (b"9" * 10_000), None, PARSE_ERROR, id="huge id"
    ),
    pytest.param(b"[]", None, INVALID_REQUEST, id="empty batch"),
    pytest.param(b'[{"jsonrpc": "2.0", "id": 5, "method": "x"}]', None, INVALID_REQUEST, id="batch"),
    pytest.param(b"null", None, INVALID_REQUEST, id="null"),
    pytest.param(b"5", None, INVALID_REQUEST, id="number"),
    pytest.param(b"{}", None, INVALID_REQUEST, id="nothing in it"),
    pytest.param(b'{"jsonrpc": "2.0", "id": 5}', 5, INVALID_REQUEST, id="no method"),
    pytest.param(b'{"jsonrpc": "1.0", "id": 5, "method": "x"}', 5, INVALID_REQUEST, id="version"),
    pytest.param(b'{"jsonrpc": "2.0", "method": 1}', None, INVALID_REQUEST, id="method"),
    pytest.param(
        b'{"jsonrpc": "2.0", "id": NaN, "method": "x"}', None, INVALID_REQUEST, id="id not a number"
    ),
    pytest.param(b'{"jsonrpc": "2.0", "id": {"a": 1}, "method": "x"}', None, INVALID_REQUEST, id="id object"),
    pytest.param(b'{"jsonrpc": "2.0", "id": null, "method": "x"}', None, INVALID_REQUEST, id="id null"),
    pytest.param(b'{"jsonrpc": "2.0", "id": true, "method": "x"}', None, INVALID_REQUEST, id="id true"),
]


BEGIN = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"processId": None, "capabilities": {}}}


class Answers:
    """Who is written to; `errors` is the id and the code of each error."""

    def __init__(self) -> None:
        self.errors: list[tuple[Any, int]] = []

    def write(self, data: bytes) -> None:
        message = json.loads(data)
        if "error" in message:
            self.errors.append((message["id"], message["error"]["code"]))

    def close(self) -> None:
        """Nothing is left to be closed."""


@pytest.fixture
async def talk() -> AsyncIterator[tuple[HolegramServer, Answers]]:
    server, answers = create_server(Settings()), Answers()
    server.protocol.set_writer(answers, include_headers=False)
    yield server, answers
    server.close()


@pytest.mark.parametrize("begun", [False, True])
@pytest.mark.parametrize(("body", "number", "code"), NO_MESSAGES)
async def test_a_body_that_is_no_message_is_answered_with_an_error(
    talk: tuple[HolegramServer, Answers], body: bytes, number: int | None, code: int, begun: bool
) -> None:
    server, answers = talk
    if begun:
        handle(server.protocol, json.dumps(BEGIN).encode())
    assert handle(server.protocol, body), "it is not the end"
    assert answers.errors == [(number, code)]


@pytest.mark.parametrize(
    "body",
    [
        b'{"jsonrpc": "2.0", "id": null, "error": {"code": -32700, "message": "x"}}',
        b'{"jsonrpc": "1.0", "id": 1, "result": 5}',
        b'{"id": 1, "error": 5}',
        b'{"jsonrpc": "2.0", "id": {}, "result": 5}',
        b'{"jsonrpc": "2.0", "method": "$/none"}',
    ],
)
async def test_answers_and_notifications_are_never_answered(
    talk: tuple[HolegramServer, Answers], body: bytes
) -> None:
    server, answers = talk
    handle(server.protocol, json.dumps(BEGIN).encode())
    assert handle(server.protocol, body)
    assert answers.errors == []


@pytest.mark.asyncio(loop_scope="session")
async def test_a_server_goes_on_after_bodies_that_are_no_messages() -> None:
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-m", "lsp_server", "serve")
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=pipe)
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stderr is not None
    wire = Wire(process.stdout, process.stdin)
    for one in NO_MESSAGES:
        body, number, code = one.values
        wire.send(frame(body))  # type: ignore[arg-type]
        assert (await wire.answer(number))["error"]["code"] == code  # type: ignore[arg-type]
    await wire.initialize()
    assert await wire.ask("shutdown") is None
    wire.tell("exit")
    assert await asyncio.wait_for(process.wait(), PATIENCE) == 0
    assert await process.stderr.read() == b""
    process.stdin.close()
