"""The tools for agents, asked by the client of the protocol's own library, over standard input and output."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

import lsp_server
from lsp_server.constraint import load_grammar
from lsp_server.lalr import check
from lsp_server.languages import load_registry
from tests.decoding.matching import begins

mcp = pytest.importorskip("mcp")

MAIN = 'variable "prefix" {}\n'


@asynccontextmanager
async def started(tmp_path: Path) -> AsyncIterator[Any]:
    """A client of `holegram mcp` in a folder with two files."""
    root = tmp_path / "root"
    root.mkdir()
    (root / "main.tf").write_text(MAIN)
    (root / "bad.tf").write_text("a = [1, 2\n")
    (tmp_path / "outside.tf").write_text("a = 1\n")
    package = Path(lsp_server.__file__).parents[1]
    environment = os.environ | {"PYTHONPATH": str(package), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    command = ["-m", "lsp_server", "mcp", str(root)]
    parameters = mcp.StdioServerParameters(command=sys.executable, args=command, env=environment)
    async with mcp.Client(parameters) as made:
        yield made


async def asked(client: Any, tool: str, **arguments: Any) -> Any:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    return json.loads(result.content[0].text)


async def refused(client: Any, tool: str, **arguments: Any) -> str:
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    text = str(result.content[0].text)
    assert "Traceback" not in text
    return text


async def test_an_agent_checks_asks_completes_and_writes(tmp_path: Path) -> None:
    async with started(tmp_path) as client:
        await use(client)


async def use(client: Any) -> None:
    offered = {tool.name for tool in (await client.list_tools()).tools}
    assert offered == {"check", "complete", "expected", "hole_grammar", "write", "names"}

    found = await asked(client, "check", path="bad.tf")
    assert not found["valid"]
    assert (found["errors"][0]["line"], found["errors"][0]["column"]) == (1, 9)
    assert (await asked(client, "check", text="a = 1\n", language="hcl"))["valid"]

    expected = await asked(client, "expected", text="a = [1 <|>]\n", language="hcl")
    assert {"`,`", "`-`", "`]`"} <= {*expected["expected"]}

    hole = await asked(client, "hole_grammar", text="a = <|>\n", language="hcl")
    assert "start" in hole["grammar"]
    hole = await asked(client, "hole_grammar", text="type Book { author: <|> }", language="graphql")
    assert begins(hole["grammar"], "Book")
    assert not begins(hole["grammar"], "Boo ")

    language = load_registry().by_id("hcl")
    completed = await asked(client, "complete", text="a = <|>\nb = 1\n", language="hcl")
    for item in completed["items"]:
        assert check(load_grammar(language), f"a = {item}\nb = 1\n") is None

    place = {"path": "main.tf", "line": 2, "column": 1}
    written = await asked(client, "write", instruction="a variable for the region", **place)
    (item,) = written["items"]
    assert check(load_grammar(language), MAIN + item) is None

    names = await asked(client, "names", language="hcl", begins="pre")
    assert [(one["name"], one["path"], one["line"]) for one in names["names"]] == [("prefix", "main.tf", 1)]

    assert "leads out of" in await refused(client, "check", path="../outside.tf")
    assert "no such file" in await refused(client, "check", path="none.tf")
    assert "known are" in await refused(client, "check", text="x", language="cobol")
    assert "there is no line 9" in await refused(client, "expected", path="main.tf", line=9)
    assert "0 cursors" in await refused(client, "complete", text="a = ", language="hcl")
