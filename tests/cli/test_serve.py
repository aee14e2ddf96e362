"""`holegram serve`: how it is told to listen, and that it speaks on standard input and output."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Holegram, assert_one_line


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What the server's entry points are called with; the server then ends with exit code 3."""
    calls: list[tuple[Any, ...]] = []
    for name in ("serve_stdio", "serve_tcp", "serve_ws"):

        def serve(*args: Any, name: str = name) -> int:
            calls.append((name, *args))
            return 3

        monkeypatch.setattr(f"lsp_server.server.{name}", serve)
    monkeypatch.setattr("lsp_server.server.leave", sys.exit)  # which leaves the tests alive
    return calls


@pytest.mark.parametrize(
    ("args", "called"),
    [
        ((), ("serve_stdio",)),
        (("--stdio",), ("serve_stdio",)),
        (("--tcp", "localhost:2087"), ("serve_tcp", "localhost", 2087)),
        (("--ws", "127.0.0.1:0"), ("serve_ws", "127.0.0.1", 0)),
        (("--tcp", "[::1]:9"), ("serve_tcp", "::1", 9)),
    ],
)
def test_it_listens_as_it_is_told(
    holegram: Holegram, served: list[tuple[Any, ...]], args: tuple[str, ...], called: tuple[Any, ...]
) -> None:
    assert holegram("serve", *args).code == 3
    assert [call[:-1] for call in served] == [called]


def test_settings_follow_from_options(
    holegram: Holegram, served: list[tuple[Any, ...]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    holegram("--bundles", "near", "serve", "--model", "m")
    ((_, settings),) = served
    assert (settings.model, settings.bundles) == ("m", (tmp_path / "near",))


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("--stdio", "--ws", "a:1"), "only one of these can be used"),
        (("--tcp", "a:1", "--ws", "a:1"), "only one of these can be used"),
        (("--tcp", "2087"), "'2087' is not an address (write HOST:PORT)"),
        (("--tcp", "a:70000"), "is not an address"),
        (("--ws", ":1"), "is not an address"),
        (("--ws", ""), "is not an address"),
    ],
)
def test_wrong_use_is_one_line(
    holegram: Holegram, served: list[tuple[Any, ...]], args: tuple[str, ...], message: str
) -> None:
    assert_one_line(holegram("serve", *args), message)
    assert served == []


def test_it_speaks_on_standard_input_and_output() -> None:
    messages: list[dict[str, Any]] = [
        {"id": 1, "method": "initialize", "params": {"processId": None, "rootUri": None, "capabilities": {}}},
        {"method": "initialized", "params": {}},
        {"id": 2, "method": "shutdown"},
        {"method": "exit"},
    ]
    sent = b""
    for message in messages:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        sent += b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    command = [sys.executable, "-m", "lsp_server", "serve"]
    result = subprocess.run(command, input=sent, capture_output=True, timeout=60, check=False)
    assert (result.returncode, result.stderr) == (0, b"")
    assert b'"capabilities"' in result.stdout
