"""What `lsp_server/TEAM.md` tells to copy does what it says: the service's unit, the container's command."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lsp_server.server.network.admission import read_tokens
from lsp_server.server.shared import Shared
from tests.cli.conftest import Holegram
from tests.readme import ROOT

GUIDE = (ROOT / "lsp_server" / "TEAM.md").read_text("utf-8")


def block(kind: str) -> str:
    """The one block of a kind."""
    [found] = re.findall(rf"^```{kind}\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)
    return str(found)


def unit_command() -> list[str]:
    [line] = re.findall(r"^ExecStart=(.*)$", block("ini"), re.MULTILINE)
    return shlex.split(line)[1:]


def container_command() -> list[str]:
    [line] = re.findall(r"^CMD (.*)$", block("dockerfile"), re.MULTILINE)
    return list(json.loads(line))


@pytest.mark.parametrize("command", [unit_command(), container_command()], ids=["unit", "container"])
def test_command_serves_a_team_with_tokens(
    holegram: Holegram, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: list[str]
) -> None:
    served: list[Any] = []

    def serve(*args: Any) -> int:
        served.append(args)
        return 0

    for way in ("service.serve_many", "front.serve_behind"):
        monkeypatch.setattr(f"lsp_server.server.network.{way}", serve)
    monkeypatch.setattr("lsp_server.server.leave", sys.exit)
    monkeypatch.setattr(
        "lsp_server.server.network.admission.tls_of", lambda certificate, key: certificate and "tls"
    )
    tokens = tmp_path / "tokens"
    tokens.write_text("0123456789abcdef\n", "utf-8")
    place = command.index("--token-file") + 1
    assert holegram(*command[:place], tokens, *command[place + 1 :]).code == 0
    ((port, *given, health),) = served
    assert port.tokens == read_tokens(tokens)
    assert (port.host, port.port, health) == ("0.0.0.0", 2087, ("127.0.0.1", 2088))  # noqa: S104 - it is said
    assert all(not shared.limits.trusted for shared in given if isinstance(shared, Shared))
    assert ("--processes" in command) == (2 in given)
    assert ("--tls-cert" in command) == (port.tls == "tls")


def test_container_does_not_run_as_root() -> None:
    lines = block("dockerfile").splitlines()
    [user] = [line.partition(" ")[2] for line in lines if line.startswith("USER ")]
    assert int(user) > 0
    assert lines.index(f"USER {user}") < next(n for n, line in enumerate(lines) if line.startswith("CMD"))


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_unit_is_one_for_systemd(tmp_path: Path) -> None:
    unit = tmp_path / "holegram.service"
    unit.write_text(block("ini").replace("/opt/holegram/bin/holegram", sys.executable), "utf-8")
    result = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True, check=False
    )
    complaints = [line for line in result.stderr.splitlines() if "holegram" in line]
    assert (result.returncode, complaints) == (0, [])
