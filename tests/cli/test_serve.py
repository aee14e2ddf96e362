"""`holegram serve`: how it is told to listen, and that it speaks on standard input and output."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Holegram, assert_one_line

Served = list[tuple[Any, ...]]

TOKENS = "0123456789abcdef\n"


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Served:
    """What the server's entry points are called with; the server then ends with exit code 3."""
    calls: Served = []

    def serve(*args: Any) -> int:
        calls.append(args)
        return 3

    monkeypatch.setattr("lsp_server.server.serve_stdio", serve)
    monkeypatch.setattr("lsp_server.server.network.service.serve_many", serve)
    monkeypatch.setattr("lsp_server.server.leave", sys.exit)  # which leaves the tests alive
    return calls


@pytest.fixture
def tokens(tmp_path: Path) -> Path:
    path = tmp_path / "tokens"
    path.write_text(f"# ours\n\n{TOKENS}", "utf-8")
    return path


@pytest.mark.parametrize("args", [(), ("--stdio",)])
def test_it_speaks_to_one_editor_if_it_is_not_told_otherwise(
    holegram: Holegram, served: Served, args: tuple[str, ...]
) -> None:
    assert holegram("serve", *args).code == 3
    assert [len(call) for call in served] == [1]


@pytest.mark.parametrize(
    ("args", "at"),
    [
        (("--tcp", "localhost:2087"), ("localhost", 2087, False)),
        (("--tcp", "[::1]:9"), ("::1", 9, False)),
        (("--ws", "127.0.0.1:0"), ("127.0.0.1", 0, True)),
    ],
)
def test_it_listens_as_it_is_told(
    holegram: Holegram, served: Served, tokens: Path, args: tuple[str, ...], at: tuple[Any, ...]
) -> None:
    origins = ("https://a.example",) if at[-1] else ()
    guarded = (*args, "--token-file", tokens, *(("--origin", *origins) if origins else ()), "--clients", 5)
    assert holegram("serve", *guarded, "--health", "localhost:1").code == 3
    ((port, shared, health),) = served
    assert (port.host, port.port, port.web, port.origins) == (*at, origins)
    assert (port.clients, health) == (5, ("localhost", 1))
    assert (port.tokens.place_of(TOKENS.strip()), port.tokens.place_of("")) == (1, None)
    assert not shared.limits.trusted


@pytest.mark.parametrize("kind", ["--stdio", "--tcp"])
def test_settings_follow_from_options(
    holegram: Holegram, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.chdir(tmp_path)
    how = (kind,) if kind == "--stdio" else (kind, "localhost:1", "--folder", "work")
    holegram("--bundles", "near", "serve", "--model", "m", *how)
    (args,) = served
    settings = args[0] if kind == "--stdio" else args[1].settings
    assert (settings.model, settings.bundles) == ("m", (tmp_path / "near",))
    assert kind == "--stdio" or args[1].folders == (tmp_path / "work",)


def test_beyond_this_machine_what_is_not_encrypted_is_said_in_one_line(
    holegram: Holegram, served: Served, tokens: Path
) -> None:
    said = holegram("serve", "--tcp", "0.0.0.0:1", "--token-file", tokens).err
    assert said.count("\n") == 1
    assert "tokens and texts are sent as they are" in said
    assert len(served) == 1


@pytest.mark.parametrize("health", ["0.0.0.0:0", "[::]:0"])
def test_that_others_can_read_its_health_is_said_in_one_line(
    holegram: Holegram, served: Served, health: str
) -> None:
    assert holegram("serve", "--tcp", "127.0.0.1:0", "--health", "127.0.0.1:0").err == ""
    said = holegram("serve", "--tcp", "127.0.0.1:0", "--health", health).err
    assert said.count("\n") == 1
    assert "others can read /health and /metrics" in said
    assert len(served) == 2


def test_a_process_behind_another_does_not_say_again_what_that_one_said(
    holegram: Holegram, served: Served, tokens: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lsp_server.server.network.service.serve_handed", lambda *_: 3)
    open_to_all = ("--tcp", "0.0.0.0:1", "--token-file", tokens, "--health", "0.0.0.0:2")
    assert holegram("serve", *open_to_all).err.count("\n") == 2
    assert holegram("serve", *open_to_all, "--processes", 2, "--handed", 1).err == ""


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("--stdio", "--ws", "a:1"), "only one of these can be used"),
        (("--tcp", "a:1", "--ws", "a:1"), "only one of these can be used"),
        (("--tcp", "2087"), "'2087' is not an address (write HOST:PORT)"),
        (("--tcp", "a:70000"), "is not an address"),
        (("--ws", ":1"), "is not an address"),
        (("--ws", ""), "is not an address"),
        (("--tcp", "0.0.0.0:1"), "others can reach 0.0.0.0 (give --token-file FILE)"),
        (("--tcp", "[::]:1"), "others can reach :: (give --token-file FILE)"),
        (("--ws", "localhost:1"), "a web page can reach a WebSocket port (give --token-file FILE)"),
        (("--tcp", "localhost:1", "--tls-cert", "c.pem"), "a certificate and its key belong together"),
        (("--tcp", "localhost:1", "--tls-cert", "c", "--tls-key", "k"), "c: no such file"),
        (("--tcp", "localhost:1", "--token-file", "none"), "none: the tokens: no such file"),
        (("--tcp", "localhost:1", "--token-file", "/dev/zero"), "/dev/zero: the tokens: is no regular file"),
        (("--token-file", "none"), "these options are for a port (give --tcp or --ws with them)"),
        (("--tcp", "localhost:1", "--origin", "https://a"), "no web page speaks to a TCP port"),
    ],
)
def test_wrong_use_is_one_line(
    holegram: Holegram, served: Served, args: tuple[str, ...], message: str
) -> None:
    assert_one_line(holegram("serve", *args), message)
    assert served == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "there is no token in it"),
        ("# 0123456789abcdef\n", "there is no token in it"),
        (f"{TOKENS}short\n", ":2: a token has 16 letters"),
        ("0123456789 abcdef\n", ":1: a token has 16 letters"),
    ],
)
def test_tokens_that_are_none_are_refused_by_line(
    holegram: Holegram, served: Served, tokens: Path, text: str, message: str
) -> None:
    tokens.write_text(text, "utf-8")
    assert_one_line(holegram("serve", "--tcp", "localhost:1", "--token-file", tokens), message)


def test_tokens_in_a_pipe_are_not_waited_for(holegram: Holegram, served: Served, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert_one_line(
        holegram("serve", "--tcp", "localhost:1", "--token-file", tmp_path / "pipe"), "is no regular file"
    )


def test_a_certificate_in_a_pipe_is_not_waited_for(
    holegram: Holegram, served: Served, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "key").write_text("")
    for certificate, key in (("pipe", "key"), ("key", "pipe")):
        given = ("--tls-cert", tmp_path / certificate, "--tls-key", tmp_path / key)
        assert_one_line(holegram("serve", "--tcp", "localhost:1", *given), "is no regular file")


def test_an_adapter_may_be_worn_for_one_language(
    holegram: Holegram, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lsp_server.models.adapters.read_card", lambda name: None)
    holegram("serve", "--tcp", "localhost:1", "--adapter", "all-of-us", "--adapter", "hcl=platform")
    assert served[0][1].settings.adapters == {"*": "all-of-us", "hcl": "platform"}


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
