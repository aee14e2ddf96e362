"""The clock of the wall may jump, and nothing waits for it: time is counted by clocks that only go on."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import lsp_server

PACKAGE = Path(lsp_server.__file__).parent

OF_THE_WALL = {"time.time", "time.time_ns", "datetime.now", "datetime.utcnow", "datetime.today", "date.today"}

ALLOWED = {
    "cli/lab/tune.py: datetime.now": "the day that stands on the card of an adapter",
    "importing/importer.py: datetime.now": "the day that stands in a catalogue",
    "server/process/journal.py: datetime.now": "the time that stands in a log",
}


def _uses(path: Path) -> Iterator[str]:
    where = path.relative_to(PACKAGE).as_posix()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            name = ast.unparse(node)
            if name in OF_THE_WALL or name.partition(".")[2] in OF_THE_WALL:
                yield f"{where}: {name}"
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            yield from (f"{where}: time.{one.name}" for one in node.names if one.name in ("time", "time_ns"))


def test_nothing_is_timed_by_a_clock_that_may_jump() -> None:
    assert {use for path in PACKAGE.rglob("*.py") for use in _uses(path)} == set(ALLOWED)
