"""Runs the command inside the test's own process."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from lsp_server.cli import main


@dataclass(frozen=True)
class Result:
    """What a command left: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Holegram = Callable[..., Result]


@pytest.fixture
def holegram(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Holegram:
    """`holegram("check", "f.tf", stdin="...")` runs the command; it always ends with an exit code."""

    def run(*args: object, stdin: str | bytes = "") -> Result:
        data = stdin if isinstance(stdin, bytes) else stdin.encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in args])
        out, err = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Result(ended.value.code, out, err)

    return run


def assert_one_line(result: Result, message: str) -> None:
    """The command was refused, with one line that holds a message, and printed nothing else."""
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("holegram: ")
    assert result.err.count("\n") == 1
    assert message in result.err
