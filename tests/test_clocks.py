"""The clock of the wall may jump, and nothing waits for it: time is counted by clocks that only go on."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import lsp_server

PACKAGE = Path(lsp_server.__file__).parent

OF_THE_WALL = {"time.time", "time.time_ns", "datetime.now", "datetime.utcnow", "datetime.today", "date.today"}

LAST = {name.rpartition(".")[2] for name in OF_THE_WALL}

ALLOWED = {
    "cli/lab/tune.py: datetime.now": "the day that stands on the card of an adapter",
    "importing/importer.py: datetime.now": "the day that stands in a catalogue",
    "server/process/journal.py: datetime.now": "the time that stands in a log",
}


def _uses(path: Path) -> Iterator[str]:
    where = path.relative_to(PACKAGE).as_posix()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr in LAST:
            name = ast.unparse(node)
            if name in OF_THE_WALL or name.partition(".")[2] in OF_THE_WALL:
                yield f"{where}: {name}"
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            yield from (f"{where}: time.{one.name}" for one in node.names if one.name in ("time", "time_ns"))


def test_nothing_is_timed_by_a_clock_that_may_jump() -> None:
    assert {use for path in PACKAGE.rglob("*.py") for use in _uses(path)} == set(ALLOWED)


NATIVE = ("lab", "syntax/sitter", "lalr/bounds.py")
"""What does not run in a browser, and what asks whether there is a clock of threads."""


def _is_native(path: Path) -> bool:
    return any(path.is_relative_to(PACKAGE / name) for name in NATIVE)


def _of_threads(node: ast.AST) -> bool:
    """Whether a node is about the clock of threads."""
    if isinstance(node, ast.ImportFrom):
        return node.module == "time" and any(one.name == "thread_time" for one in node.names)
    return isinstance(node, ast.Attribute) and node.attr == "thread_time"


def test_what_runs_in_a_browser_asks_for_no_clock_of_threads_which_there_is_none_of() -> None:
    asking = {
        path
        for path in PACKAGE.rglob("*.py")
        if any(map(_of_threads, ast.walk(ast.parse(path.read_text(encoding="utf-8")))))
    }
    assert asking
    assert all(map(_is_native, asking))
