"""A server that listens, in a process of its own, and who connects to it."""

from __future__ import annotations

import asyncio
import json
import re
import resource
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.server.conftest import PATIENCE
from tests.server.wire import Wire

TOKEN = "-".join(["a", "token", "of", "our", "own"])


@dataclass
class Running:
    """A server: what it has written so far, and where it listens; by `tls`, if that is given."""

    process: asyncio.subprocess.Process
    port: int
    health: int
    journal: list[dict[str, Any]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    tls: ssl.SSLContext | None = None

    async def connect(self) -> Wire:
        """A connection on which nothing was said yet."""
        name = None if self.tls is None else "localhost"
        return Wire(
            *await asyncio.open_connection("127.0.0.1", self.port, ssl=self.tls, server_hostname=name)
        )

    async def client(self, options: dict[str, Any] | None = None, **params: Any) -> Wire:
        """A client that was let in."""
        wire = await self.connect()
        given = {"token": TOKEN, "completion": {"timeoutMs": 0}, **(options or {})}
        await wire.initialize(initializationOptions=given, **params)
        return wire

    async def get(self, path: str) -> tuple[int, str]:
        """Status and body of a page of the health port."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.health)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        head, _, body = (await asyncio.wait_for(reader.read(), PATIENCE)).decode().partition("\r\n\r\n")
        writer.close()
        return int(head.split()[1]), body

    async def number(self, name: str) -> float:
        """A number of `/metrics`, named with its labels."""
        _, text = await self.get("/metrics")
        found = re.search(rf"^holegram_{re.escape(name)} (.*)$", text, re.MULTILINE)
        return float(found[1]) if found else 0.0

    async def until_written(self, **facts: Any) -> dict[str, Any]:
        """Wait for a line of the journal that has these facts."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for line in self.journal:
                    if facts.items() <= line.items():
                        return line
                await asyncio.sleep(0.01)


async def go_without_descriptors(server: Running, port: int) -> None:
    """Let a server have none left while somebody connects to one of its ports: it writes only that it has
    none, and is well again once it has some.
    """
    await server.until_written(event="ready")
    number = server.process.pid
    soft, hard = resource.prlimit(number, resource.RLIMIT_NOFILE)
    resource.prlimit(number, resource.RLIMIT_NOFILE, (3, hard))
    _, lost = await asyncio.open_connection("127.0.0.1", port)
    await server.until_written(event="refused", why="exhausted")
    resource.prlimit(number, resource.RLIMIT_NOFILE, (soft, hard))
    lost.close()
    assert (await server.get("/health"))[0] == 200
    assert [line for line in server.journal if line["event"] == "error"] == []


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of this machine, and its key."""
    certificate, key = folder / "c.pem", folder / "k.pem"
    made = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", "/CN=localhost", "-nodes")
    names = ("-addext", "subjectAltName=DNS:localhost")
    subprocess.run(
        ["openssl", "req", "-x509", *made, *names, "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )
    return certificate, key


@asynccontextmanager
async def running(kind: str, *arguments: object, directory: Path) -> AsyncIterator[Running]:
    """A server on a free port; it has to write nothing but its journal."""
    tokens = directory / "tokens"
    tokens.write_text(f"# ours\n{TOKEN}\n", "utf-8")
    where = [
        f"--{kind}",
        "127.0.0.1:0",
        "--health",
        "127.0.0.1:0",
        "--ghost-ms",
        "0",
        "--token-file",
        str(tokens),
    ]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "lsp_server", "serve", *where, *map(str, arguments)),
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    server = Running(process, 0, 0)

    async def follow(stream: asyncio.StreamReader) -> None:
        while line := await stream.readline():
            server.lines.append(line.decode())
            server.journal.append(json.loads(line))

    following = asyncio.create_task(follow(process.stderr))
    try:
        listening = await server.until_written(event="listening")
        server.port, server.health = listening["port"], listening["health"]
        yield server
    finally:
        if process.returncode is None:
            process.terminate()
        assert await process.wait() == 0
        await following
