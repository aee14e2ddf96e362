"""Counts what the playground suggests at random cursors: `python -m tests.playground.measure [N] [SEED]`.

The grammars are those that the browser's tests paste. At each cursor the rest of the line is removed, a
suggestion is asked for as the page asks for it, and Lark says whether the text parses with it. Beside that
stands what `holegram complete --candidates 3` suggests with the bundle that the page lets one download, and
with `--multiline` where a block is opened. Neither has a limit of time, and the command knows no names.
"""

from __future__ import annotations

import asyncio
import base64
import io
import random
import re
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from statistics import quantiles

from lark import Lark
from lark.exceptions import LarkError, UnexpectedToken

from lsp_server.constraint import Prefix, load_grammar
from lsp_server.features.completion import CompletionRequest, complete
from lsp_server.features.extent import opens_block
from lsp_server.languages import Language, load_bundle
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


def command_line(language: Language, text: str, offset: int, model: object) -> str:
    beside = around(language, Path("/program"), (), text)
    landmarks, prefix = Landmarks(parse(language, text)), Prefix(load_grammar(language), text)
    opens = opens_block(language, prefix, landmarks, offset)
    request = CompletionRequest(
        text, offset, language, landmarks, prefix, candidates=3, multiline=opens, beside=beside
    )
    items = complete(request, model, lambda: False).items  # type: ignore[arg-type]
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


async def measure(address: str, count: int, seed: int) -> None:
    chance, model = random.Random(seed), load_model()
    tried = offered = unfinished = rejected = same = 0
    seconds: list[float] = []
    for name, grammar, program in pasted():
        judge = Lark(grammar, parser="lalr")
        try:
            judge.parse(program)
        except LarkError:
            print(f"  {name}: left out, since Lark rejects the program without its marked line")
            continue
        async with wanted(address) as socket:
            me = await talk(socket, completion={"timeoutMs": 0, "names": "off"})
            given = {"name": name, "grammar": grammar, "example": program}
            made = await me.ask("playground/make", given)
            with tempfile.TemporaryDirectory() as folder:
                download = await me.ask("playground/download", {"kind": "bundle"})
                language = bundle_of(download, Path(folder))
                for number, offset in enumerate(offsets(program, count, chance)):
                    end = program.find("\n", offset)
                    text, uri = program[:offset] + program[end:], f"file:///{number}{made['extension']}"
                    await me.open(uri, made["id"], text)
                    began = time.monotonic()
                    shown = await suggested(me, uri, text, offset)
                    seconds.append(time.monotonic() - began)
                    await me.tell("textDocument/didClose", {"textDocument": {"uri": uri}})
                    other = command_line(language, text, offset, model)
                    tried += 1
                    offered += bool(shown)
                    same += shown == other
                    if shown != other:
                        print(f"  {name} {offset}: {shown!r}, and by the command line {other!r}")
                    try:
                        if shown:
                            judge.parse(text[:offset] + shown + text[offset:])
                    except LarkError as error:
                        ends = not text[offset:].strip()
                        if ends and isinstance(error, UnexpectedToken) and error.token.type == "$END":
                            unfinished += 1  # nothing follows, and what is there is a beginning
                            continue
                        rejected += 1
                        print(f"  {name} {offset}: {shown!r}: {str(error).splitlines()[0]}")
    cuts = quantiles(seconds, n=20)
    print(f"{tried} cursors, {offered} with a suggestion: {rejected} that Lark rejects")
    print(f"{unfinished} more at the end of a file, which they leave open; {same} as by the command line")
    print(f"{1000 * cuts[9]:.0f} ms at the median, {1000 * cuts[18]:.0f} ms at the 95th percentile")


async def main(count: int, seed: int) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "lsp_server", "playground"), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        await measure((await process.stdout.readline()).decode().strip(), -(-count // len(pasted())), seed)
    finally:
        process.terminate()
        await process.wait()


if __name__ == "__main__":
    asyncio.run(main(*map(int, (sys.argv[1:] + ["500", "0"][len(sys.argv) - 1 :])[:2])))
