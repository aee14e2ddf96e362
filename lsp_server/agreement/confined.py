"""Calls a function of a module in a process of its own, with limits: what a bundle of somebody's names.

This file is also what runs there. It must not know what is called, nor why.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from threading import Timer
from typing import Any
from weakref import finalize

SECONDS = 10.0
"""How long an answer may take, and the start until the module is imported."""

MEMORY = 2 << 30
"""Bytes that the process may have."""


class NoAnswerError(Exception):
    """The process ended, or was ended since it took too long."""


class RaisedError(Exception):
    """The function raised; the message is that of the error."""


class AbsentError(Exception):
    """There is no such function in the module."""


def function_of(module: str, function: str) -> Callable[..., object]:
    """A function of a module. A dotted one is of a class, which is made without arguments for each call.

    Raises:
        ImportError: the module cannot be imported.
        AbsentError: it has no such function.

    """
    owner, _, name = function.rpartition(".")
    holder: Any = importlib.import_module(module)
    if owner:
        holder = getattr(holder, owner, None)
    if not callable(getattr(holder, name, None)):
        raise AbsentError(f"'{module}' has no function '{function}'")

    def call(*values: object, **named: object) -> object:
        return getattr(holder() if owner else holder, name)(*values, **named)

    return call


class Confined:
    """A function in a process of its own, which is begun anew where it ended.

    Args:
        module: where it is.
        function: its name.
        through: module and name of a function of ours which is called there instead, with it and what else
            it would get.

    Raises:
        ImportError, AbsentError, NoAnswerError: as `function_of`, or it did not begin in time.

    """

    def __init__(self, module: str, function: str, through: tuple[str, str] | None = None) -> None:
        self._command = (sys.executable, "-P", __file__, module, function, *(through or ()))
        self._begin()

    def __call__(self, text: str, **named: object) -> Any:
        """Call it with a text; what it returns, as JSON has it. Of a function without a `through` nothing is
        told.

        Raises:
            RaisedError: it raised.
            NoAnswerError: no answer came.

        """
        if self._process.poll() is not None:
            self._begin()
        answer = self._ask({"text": text, "named": named})
        if answer["raised"] is not None:
            raise RaisedError(answer["raised"])
        return answer["returned"]

    def _begin(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        finalize(self, _end, self._process)
        answer = self._ask(None)
        if answer["absent"] is not None:
            raise (AbsentError if answer["imported"] else ImportError)(answer["absent"])

    def _ask(self, question: Mapping[str, object] | None) -> Mapping[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        timer = Timer(SECONDS, self._process.kill)
        timer.start()
        try:
            if question is not None:
                self._process.stdin.write(json.dumps(question).encode() + b"\n")
                self._process.stdin.flush()
            answer: Mapping[str, Any] = json.loads(self._process.stdout.readline())
        except (OSError, ValueError):
            _end(self._process)
            raise NoAnswerError(f"no answer within {SECONDS:.0f} seconds and its memory") from None
        else:
            return answer
        finally:
            timer.cancel()


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with suppress(OSError):
                stream.close()
    process.wait()


def _limit() -> None:
    """Have the system end this process where it takes too much memory, or writes a file."""
    with suppress(ImportError):
        import resource

        for what, most in (
            (resource.RLIMIT_AS, MEMORY),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_CORE, 0),
        ):
            resource.setrlimit(what, (most, most))


def _answer_all(module: str, function: str, *through: str) -> None:
    """Answer line by line, in JSON. What is called prints to nobody."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_RDWR), 1)
    _limit()

    def say(**answer: object) -> None:
        print(json.dumps(answer), file=answers, flush=True)

    try:
        call = function_of(module, function)
    except (ImportError, AbsentError) as error:
        say(absent=str(error), imported=isinstance(error, AbsentError))
        return
    ask = partial(function_of(*through), call) if through else partial(_silently, call)
    say(absent=None)
    for line in sys.stdin.buffer:
        question = json.loads(line)
        try:
            say(raised=None, returned=ask(question["text"], **question["named"]))
        except Exception as error:
            say(raised=str(error) or type(error).__name__)


def _silently(call: Callable[..., object], *values: object, **named: object) -> None:
    call(*values, **named)


if __name__ == "__main__":
    _answer_all(*sys.argv[1:])
