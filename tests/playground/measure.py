"""Counts what the playground suggests at random cursors: `python -m tests.playground.measure [N] [SEED]`.

The grammars are those that the browser's tests paste; after them come the bundled languages. At each cursor
the rest of the line is removed, a suggestion is asked for as the page asks for it, and Lark says whether the
text parses with it, where the grammar was pasted. Beside that stands what `holegram complete --candidates 3`
suggests with the bundle that the page lets one download, and with `--multiline` where a block is opened.
Neither has a limit of time, and the command knows no names.

With `--page FOLDER` an export is asked instead of a server: in Chromium, which `web/e2e/relay.mjs` drives.
A page computes in 32 bits, and then the command does so too. By itself the command takes the numbers that are
fastest on its processor. So its own suggestions differ from processor to processor: at 10 of 250 cursors
between bfloat16 and float32, at 14 between bfloat16 and float32 without weights as bytes. A page also lacks
the parsers that bundled languages have elsewhere, and so does the command then: trees and passages are made
with the grammar.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import io
import os
import random
import re
import sys
import tempfile
import time
import zipfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from statistics import quantiles
from unittest.mock import patch

import torch
from lark import Lark
from lark.exceptions import LarkError, UnexpectedToken

from lsp_server.cli.complete import looked_up
from lsp_server.cli.cursor import Cursor
from lsp_server.constraint import Prefix, load_grammar
from lsp_server.decoding.model import Model
from lsp_server.features.completion import CompletionRequest, complete
from lsp_server.features.extent import opens_block
from lsp_server.languages import Language, bundled_directory, load_bundle
from lsp_server.models import load_model
from lsp_server.retrieval import around
from lsp_server.syntax import Landmarks, parse
from tests.conftest import ROOT
from tests.playground.test_site import Talk, talk, wanted

_PLAYGROUND = ROOT / "lsp_server" / "playground"
_MARKED = re.compile(r"[^\n]*<\|.*?->[^\n]*\n", re.DOTALL)
"""A line with the mark of the browser's tests: it is left out, since it is not whole."""


def pasted() -> list[tuple[str, str, str]]:
    """Name, grammar and program of each."""
    folders = (_PLAYGROUND / "web" / "e2e" / "grammars", _PLAYGROUND / "gallery")
    paths = [path for folder in folders for path in sorted(folder.glob("*.lark"))]
    return [
        (path.stem, path.read_text("utf-8"), _MARKED.sub("", path.with_suffix(".txt").read_text("utf-8")))
        for path in paths
    ]


def offsets(text: str, count: int, chance: random.Random) -> list[int]:
    places = [offset for offset in range(len(text)) if text[offset : text.find("\n", offset)].strip()]
    return sorted(chance.sample(places, min(count, len(places))))


def command_line(language: Language, name: str, text: str, offset: int, model: Model) -> str:
    beside = around(language, Path(name).resolve(), (), text)
    landmarks, prefix = Landmarks(parse(language, text)), Prefix(load_grammar(language), text)
    opens = opens_block(language, prefix, landmarks, offset)
    found = looked_up(Cursor(name, text, offset, language), None)
    request = CompletionRequest(
        *(text, offset, language, landmarks, prefix),
        candidates=3,
        multiline=opens,
        beside=beside,
        looked_up=found,
    )
    items = complete(request, model, lambda: False).items
    return items[0].text if items else ""


def bundle_of(download: dict[str, str], folder: Path) -> Language:
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(download["base64"]))) as archive:
        archive.extractall(folder)
    return load_bundle(folder / download["name"].removesuffix(".zip"))


async def suggested(me: Talk, uri: str, text: str, offset: int) -> str:
    line = text.count("\n", 0, offset)
    column = offset - (text.rfind("\n", 0, offset) + 1)
    place = {"textDocument": {"uri": uri}, "position": {"line": line, "character": column}}
    found = await me.ask("textDocument/inlineCompletion", {**place, "context": {"triggerKind": 1}})
    items = (found or {}).get("items") or []
    return items[0]["insertText"] if items else ""


class Counts:
    """What was counted."""

    def __init__(self) -> None:
        self.tried = self.offered = self.unfinished = self.rejected = self.same = 0
        self.seconds: list[float] = []

    def judge(self, place: str, judge: Lark | None, before: str, shown: str, after: str) -> None:
        """Count what Lark says of a suggestion."""
        try:
            if shown and judge is not None:
                judge.parse(before + shown + after)
        except LarkError as error:
            if not after.strip() and isinstance(error, UnexpectedToken) and error.token.type == "$END":
                self.unfinished += 1  # nothing follows, and what is there is a beginning
                return
            self.rejected += 1
            print(f"  {place}: {shown!r}: {str(error).splitlines()[0]}", flush=True)

    def tell(self) -> None:
        cuts = quantiles(self.seconds, n=20)
        print(f"{self.tried} cursors, {self.offered} with a suggestion: {self.rejected} that Lark rejects")
        print(f"{self.unfinished} more at the end of a file, which they leave open")
        print(f"{self.same} as by the command line")
        print(f"{1000 * cuts[9]:.0f} ms at the median, {1000 * cuts[18]:.0f} ms at the 95th percentile")


def exact_model() -> Model:
    """The bundled model, in 32 bits throughout."""
    wide = patch("lsp_server.models.llama.fastest_type", lambda: torch.float32)
    with wide, patch("lsp_server.models.matrices.multiply_bytes", lambda: None):
        return load_model()


async def measure(
    talks: Callable[[], AbstractAsyncContextManager[Talk]], model: Model, count: int, seed: int
) -> None:
    chance, counts = random.Random(seed), Counts()

    async def ask(me: Talk, judge: Lark | None, language: Language, program: str) -> None:
        for number, offset in enumerate(offsets(program, count, chance)):
            end = program.find("\n", offset)
            text = program[:offset] + program[end:]
            name = f"{number}{language.extensions[0]}"
            uri = f"file:///{language.id}/{name}"
            await me.open(uri, language.id, text)
            began = time.monotonic()
            shown = await suggested(me, uri, text, offset)
            counts.seconds.append(time.monotonic() - began)
            await me.tell("textDocument/didClose", {"textDocument": {"uri": uri}})
            other = command_line(language, name, text, offset, model)
            counts.tried += 1
            counts.offered += bool(shown)
            counts.same += shown == other
            if shown != other:
                told = f"{shown!r}, and by the command line {other!r}"
                print(f"  {language.id} {offset}: {told}", flush=True)
            counts.judge(f"{language.id} {offset}", judge, text[:offset], shown, text[offset:])

    for name, grammar, program in pasted():
        judge = Lark(grammar, parser="lalr")
        try:
            judge.parse(program)
        except LarkError:
            print(f"  {name}: left out, since Lark rejects the program without its marked line")
            continue
        async with talks() as me:
            made = await me.ask("playground/make", {"name": name, "grammar": grammar, "example": program})
            assert "id" in made, made
            with tempfile.TemporaryDirectory() as folder:
                language = bundle_of(await me.ask("playground/download", {"kind": "bundle"}), Path(folder))
                await ask(me, judge, language, program)
    async with talks() as me:
        for manifest in sorted(bundled_directory().glob("*/language.toml")):
            opened = await me.ask("playground/open", {"id": manifest.parent.name})
            await ask(me, None, load_bundle(manifest.parent), opened["program"])
    counts.tell()


_OPTIONS = {"completion": {"timeoutMs": 0, "names": "off"}}


@asynccontextmanager
async def served() -> AsyncIterator[Callable[[], AbstractAsyncContextManager[Talk]]]:
    """A server, each of whose connections is a page."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "lsp_server", "playground"), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    address = (await process.stdout.readline()).decode().strip()

    @asynccontextmanager
    async def connected() -> AsyncIterator[Talk]:
        async with wanted(address) as socket:
            yield await talk(socket, **_OPTIONS)

    try:
        yield connected
    finally:
        process.terminate()
        await process.wait()


class Relay:
    """A browser with an export in it, to be talked to as to a socket."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._writer, self._reader = process.stdin, process.stdout

    async def send(self, message: str) -> None:
        self._writer.write(message.encode() + b"\n")
        await self._writer.drain()

    async def recv(self) -> bytes:
        line = await self._reader.readline()
        if not line:
            raise EOFError("the browser is gone")
        return line


@asynccontextmanager
async def exported(folder: Path) -> AsyncIterator[Callable[[], AbstractAsyncContextManager[Talk]]]:
    """An export, which has one page."""
    process = await asyncio.create_subprocess_exec(
        *("node", _PLAYGROUND / "web" / "e2e" / "relay.mjs", folder),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=1 << 26,
    )
    me = await talk(Relay(process), **_OPTIONS)  # type: ignore[arg-type]

    @asynccontextmanager
    async def connected() -> AsyncIterator[Talk]:
        yield me

    try:
        yield connected
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()


async def main(words: argparse.Namespace) -> None:
    count = -(-words.cursors // (len(pasted()) + 5))
    if words.page is None:
        async with served() as talks:
            await measure(talks, load_model(), count, words.seed)
        return
    no_parsers = patch("lsp_server.languages.manifest.find_spec", lambda name: None)
    with tempfile.TemporaryDirectory() as cache, patch.dict(os.environ, XDG_CACHE_HOME=cache), no_parsers:
        async with exported(words.page.resolve()) as talks:
            await measure(talks, exact_model(), count, words.seed)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.playground.measure")
    parser.add_argument("cursors", type=int, nargs="?", default=500)
    parser.add_argument("seed", type=int, nargs="?", default=0)
    parser.add_argument("--page", type=Path, metavar="FOLDER")
    asyncio.run(main(parser.parse_args()))
