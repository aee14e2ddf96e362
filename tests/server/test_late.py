"""What is imported late, in whichever thread, is imported by one thread at a time."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import lsp_server

PACKAGE = Path(lsp_server.__file__).parent
SERVED = (
    "server",
    "features",
    "syntax",
    "decoding",
    "retrieval",
    "names",
    "constraint",
    "inspection",
    "lalr",
    "languages",
    "text",
)
"""The rooms that run in several threads of a server; models are imported in one, after what they stand on."""

RACE = """
import sys, threading, time
from dataclasses import replace
from importlib.machinery import PathFinder
from lsp_server.languages import ParserBinding, load_registry
from lsp_server.server.documents.session import Document
from lsp_server.syntax.binding import load_binding
from lsp_server.text import Snapshot

language = load_registry().by_id("graphql")
begun, failed = threading.Event(), []

class Slow(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        spec = PathFinder.find_spec(name, path, target) if name == "lsp_server.lalr" else None
        if spec is not None:
            spec.loader.create_module = slowly
        return spec

def slowly(spec):  # the package has its lock, and is not in sys.modules
    begun.set()
    time.sleep(0.3)  # the other thread comes to its own import

sys.meta_path.insert(0, Slow)

def read():
    load_binding(replace(language, parser=ParserBinding()))

def complete():
    begun.wait()
    Document(Snapshot("file:///a", "graphql", 1, ""), language).prefix()

def tried(work):
    try:
        work()
    except BaseException as error:
        failed.append(repr(error))

threads = [threading.Thread(target=tried, args=(work,)) for work in (read, complete)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(begun.is_set(), failed)
"""


def test_two_threads_that_import_the_same_rooms_do_not_wait_for_each_other() -> None:
    done = subprocess.run([sys.executable, "-c", RACE], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("True []", "")


@pytest.mark.parametrize("room", SERVED)
def test_each_late_import_takes_its_turn(room: str) -> None:
    files = sorted((PACKAGE / room).rglob("*.py"))
    assert files
    assert [place for file in files for place in _out_of_turn(file)] == []


def _out_of_turn(file: Path) -> Iterator[str]:
    """Where a file imports something of ours in a function, and does not hold the turn."""
    pending: list[tuple[ast.AST, bool]] = [(ast.parse(file.read_text(encoding="utf-8")), False)]
    while pending:
        node, late = pending.pop()
        match node:
            case ast.With(items=[ast.withitem(ast.Name("TURN"))]):
                continue
            case ast.ImportFrom(module=str(name)) | ast.Import(names=[ast.alias(name)]):
                if late and name.startswith("lsp_server"):
                    yield f"{file.relative_to(PACKAGE)}:{node.lineno}"
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                late = True
        pending += [(child, late) for child in ast.iter_child_nodes(node)]
