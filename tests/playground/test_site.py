"""The playground from outside: its page, who may connect, and what only the page asks."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import re
import sys
import zipfile
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from lark import Lark
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin, Subprotocol

from tests.server.conftest import PATIENCE

pytestmark = pytest.mark.asyncio(loop_scope="session")

GRAMMAR = """start: order*
order: "order" NAME "of" NUMBER THING ";"
THING: "apples" | "pears"
NAME: /[a-z]+/
NUMBER: /[0-9]+/
%ignore /\\s+/
"""
PROGRAM = "order breakfast of 2 apples;\norder lunch of 3 pears;\n"


class Talk:
    """A page's side of the conversation, with nothing of the page in it."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._number = 0

    def tell(self, method: str, params: object) -> Any:
        return self._socket.send(json.dumps({"jsonrpc": "2.0", "method": method, "params": params}))

    async def ask(self, method: str, params: object) -> Any:
        self._number += 1
        question = {"jsonrpc": "2.0", "id": self._number, "method": method, "params": params}
        await self._socket.send(json.dumps(question))
        async with asyncio.timeout(PATIENCE):
            while True:
                answer = json.loads(await self._socket.recv())
                if answer.get("id") == self._number and "method" not in answer:
                    return answer.get("result", answer.get("error"))

    async def open(self, uri: str, language: str, text: str) -> None:
        item = {"uri": uri, "languageId": language, "version": 0, "text": text}
        await self.tell("textDocument/didOpen", {"textDocument": item})


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def address() -> AsyncIterator[str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "lsp_server", "playground"), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE):
        line = (await process.stdout.readline()).decode().strip()
    assert re.fullmatch(r"http://127\.0\.0\.1:[0-9]+/#token=[\w-]{32}", line)
    yield line
    process.terminate()
    assert await process.wait() == 0


def wanted(address: str, **other: Any) -> Any:
    """A connection as the page makes it, but for what is said."""
    place = urlsplit(address)
    token = other.pop("token", place.fragment.removeprefix("token="))
    origin = other.pop("origin", f"http://{place.netloc}")
    return connect(
        f"ws://{place.netloc}/",
        origin=None if origin is None else Origin(origin),
        subprotocols=[Subprotocol("holegram"), Subprotocol(f"holegram.token.{token}")],
        max_size=None,
        **other,
    )


async def talk(socket: ClientConnection, **options: Any) -> Talk:
    found = Talk(socket)
    params = {"processId": None, "rootUri": None, "capabilities": {}, "initializationOptions": options}
    await found.ask("initialize", params)
    await found.tell("initialized", {})
    return found


async def get(address: str, path: str, host: str | None = None) -> tuple[int, str, str]:
    place = urlsplit(address)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {host or place.netloc}\r\nConnection: close\r\n\r\n".encode())
    head, _, body = (await asyncio.wait_for(reader.read(), PATIENCE)).decode().partition("\r\n\r\n")
    writer.close()
    return int(head.split()[1]), head, body


async def test_the_page_may_run_nothing_but_its_own_script(address: str) -> None:
    status, head, body = await get(address, "/")
    policy = re.search(r"(?i)^content-security-policy: (.*)$", head, re.MULTILINE)
    assert status == 200
    assert policy is not None
    assert "script-src 'self'" in policy[1]
    assert "unsafe" not in policy[1]
    assert "<script>" not in body
    assert " style=" not in body
    assert "http" not in re.sub(r"http-equiv", "", body), "nothing is fetched from elsewhere"
    assert "token" not in body


@pytest.mark.parametrize("path", ["/../site.py", "/%2e%2e/site.py", "/static/index.html", "/etc/passwd"])
async def test_there_are_no_other_files(address: str, path: str) -> None:
    assert (await get(address, path))[0] == 404


async def test_another_name_for_this_machine_is_refused(address: str) -> None:
    assert (await get(address, "/", "evil.example"))[0] == 403


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"token": "x" * 32}, id="another token"),
        pytest.param({"token": ""}, id="no token"),
        pytest.param({"origin": "https://evil.example"}, id="another page"),
        pytest.param({"origin": None}, id="no page"),
    ],
)
async def test_nobody_else_may_connect(address: str, other: dict[str, Any]) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await wanted(address, **other)
    assert refused.value.response.status_code in (401, 403)


async def test_a_pasted_grammar_is_a_language_for_its_page_alone(address: str) -> None:
    async with wanted(address) as mine, wanted(address) as other:
        me, them = await talk(mine), await talk(other)
        await me.open("file:///mine/program.orders", "orders", "order x of 3 plums;\n")
        nothing = await me.ask("playground/tree", {"textDocument": {"uri": "file:///mine/program.orders"}})
        assert nothing["rows"] == []
        made = await me.ask("playground/make", {"name": "Orders", "grammar": GRAMMAR, "example": PROGRAM})
        assert (made["id"], made["extension"]) == ("orders", ".orders")
        found = await me.ask(
            "textDocument/diagnostic", {"textDocument": {"uri": "file:///mine/program.orders"}}
        )
        assert [one["range"]["start"] for one in found["items"]] == [{"line": 0, "character": 13}]
        await them.open("file:///theirs/program.orders", "orders", "order x of 3 plums;\n")
        theirs = await them.ask("playground/tree", {"textDocument": {"uri": "file:///theirs/program.orders"}})
        assert theirs["rows"] == []

        download = await me.ask("playground/download", {"kind": "bundle"})
        with zipfile.ZipFile(io.BytesIO(base64.b64decode(download["base64"]))) as bundle:
            grammar = bundle.read("orders/grammar.lark").decode()
            example = bundle.read("orders/examples/example.orders").decode()
        Lark(grammar, parser="lalr").parse(example)
        assert "problem" in await them.ask("playground/download", {"kind": "bundle"})


async def test_a_grammar_that_cannot_be_used_leaves_the_one_before(address: str) -> None:
    async with wanted(address) as socket:
        me = await talk(socket)
        await me.ask("playground/make", {"name": "Orders", "grammar": GRAMMAR, "example": ""})
        wrong = await me.ask(
            "playground/make", {"name": "Orders", "grammar": "start: missing\n", "example": ""}
        )
        assert "id" not in wrong
        assert wrong["findings"][0]["severity"] == "error"
        await me.open("file:///p.orders", "orders", PROGRAM)
        tree = await me.ask("playground/tree", {"textDocument": {"uri": "file:///p.orders"}})
        kinds = [kind for _, kind, *_ in tree["rows"]]
        assert kinds.count("order") == 4, "two rules and two keywords"


async def test_what_fits_is_told_in_words_and_as_a_grammar(address: str) -> None:
    async with wanted(address) as socket:
        me = await talk(socket)
        await me.ask("playground/make", {"name": "Orders", "grammar": GRAMMAR, "example": ""})
        await me.open("file:///p.orders", "orders", "order x of 3  order y of 1 pears;\n")
        place = {"textDocument": {"uri": "file:///p.orders"}, "position": {"line": 0, "character": 13}}
        fits = await me.ask("playground/fits", place)
        assert fits["expected"] == ["a thing"]
        assert "THING" in fits["hole"]


async def test_a_file_beside_is_never_read_for_a_pasted_grammar(address: str) -> None:
    async with wanted(address) as socket:
        me = await talk(socket)
        grammar = "%import .common.WS\nstart: WS\n"
        made = await me.ask("playground/make", {"name": "x", "grammar": grammar, "example": ""})
        assert "id" not in made


@pytest.mark.parametrize("params", [{}, {"name": "x"}, {"textDocument": 3, "position": {}}])
@pytest.mark.parametrize("method", ["make", "open", "download", "fits", "tree", "work"])
async def test_a_request_that_says_nothing_is_answered(address: str, method: str, params: object) -> None:
    async with wanted(address) as socket:
        me = await talk(socket)
        assert await me.ask(f"playground/{method}", params) is None
        assert (await me.ask("playground/gallery", {}))["entries"]
