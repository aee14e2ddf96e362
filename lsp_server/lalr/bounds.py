"""What a grammar may ask for before it is refused: a hostile or silly one ends in an error, and soon.

What is written out (options in a row, repetitions, terminals made of terminals) is counted before Lark does
so (`expansion`). What cannot be counted, such as templates that use themselves, is stopped by a clock.
"""

from __future__ import annotations

import ctypes
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

from lsp_server.errors import GrammarError

LONGEST = 500_000
"""Characters of a grammar."""
RULES = 5_000
"""Rules of a grammar as they are written."""
TERMINALS = 5_000
"""Terminals of a grammar as they are written."""
WAYS = 4_000
"""Ways through one rule, once its options and repetitions are written out."""
BODIES = 12_000
"""Bodies of all rules, once they are written out."""
TERMINAL = 30_000
"""Characters of a terminal, once the terminals that it is made of are put in."""
SYMBOLS = 50_000
"""Symbols in the bodies of all rules, once they are written out."""
CELLS = 2_000_000
"""Moves and reductions in the states of a grammar, of which its table is made."""
READING = 5.0
"""Seconds of computing for Lark to read a grammar."""
ANALYSIS = 8.0
"""Seconds of computing to load it, reading included."""
MAKING = 9.0
"""Seconds of computing to make a bundle of it: to load it, to write that out, and to look at it."""
LOOKING = 9.0
"""Seconds of computing to look at it from all sides, which loads it too; what is not seen by then is not."""

thread_time: Callable[[], float] = getattr(time, "thread_time", time.process_time)
"""Seconds that this thread has computed; in a browser, where there is one only, those of all of it."""

_TERMINAL = re.compile(r"^_?[A-Z][^\n:]*:", re.MULTILINE)
_RULE = re.compile(r"^[?!]{0,2}_?[a-z][^\n:]*:", re.MULTILINE)
_TICK, _SOON = 0.1, 0.02
"""Seconds between two looks at a clock, and between two at whether somebody still waits."""


class TooManyCellsError(ValueError):
    """The states of a grammar have more than `CELLS`."""


class ClockError(BaseException):
    """A clock has stopped what was begun. No `Exception`, so that nobody takes it for an error of theirs."""


class OutOfTimeError(ClockError):
    """Time is out."""


def check_size(text: str, path: Path) -> None:
    """Raise where a grammar is too large to be read at all.

    Raises:
        GrammarError: it has too many characters, rules or terminals.

    """
    readable = text[:LONGEST]
    rules, terminals = (sum(1 for _ in named.finditer(readable)) for named in (_RULE, _TERMINAL))
    counts = (
        ("characters", len(text), LONGEST),
        ("rules", rules, RULES),
        ("terminals", terminals, TERMINALS),
    )
    for what, count, most in counts:
        if count > most:
            raise GrammarError(
                f"the grammar has {count:,} {what}; at most {most:,}",
                path=path,
                remedy="make it smaller, or make several languages of it",
            )


def line_of(grammar: str, pattern: str) -> int | None:
    """The line of a grammar that begins with what an expression matches, from 1; None if none does."""
    found = re.search(rf"^{pattern}", grammar, re.MULTILINE)
    return grammar.count("\n", 0, found.start()) + 1 if found else None


@contextmanager
def in_time(path: Path, seconds: float, spent: float = 0.0) -> Iterator[None]:
    """Refuse a grammar with which this thread has computed for so long; what others compute does not count.

    `spent`: how many of the seconds went before.

    Raises:
        GrammarError: time is out.

    """
    try:
        now = own_clock()
        end = now() + seconds - spent
        with _clock(lambda: now() > end, OutOfTimeError):
            yield
    except OutOfTimeError:
        raise GrammarError(
            f"the grammar takes more than {seconds:.0f} seconds of computing",
            path=path,
            remedy="make it smaller; look for templates and options that multiply",
        ) from None


def own_clock() -> Callable[[], float]:
    """What tells how long this thread has computed; how long the process has, where the system cannot say.

    Another thread may ask it too.
    """
    try:
        clock = time.pthread_getcpuclockid(threading.get_ident())
    except (AttributeError, OSError):
        return time.process_time
    return lambda: time.clock_gettime(clock)


@contextmanager
def while_wanted(wanted: Callable[[], bool]) -> Iterator[None]:
    """Stop what this thread does, wherever it is, soon after it is not wanted any more.

    Args:
        wanted: is asked fifty times a second, by another thread.

    Raises:
        ClockError: it is not.

    """
    with _clock(lambda: not wanted(), ClockError, _SOON):
        yield


_RAISING = threading.Lock()
"""Is held by a clock that raises, and where one is begun: until a thread runs it counts as the one that began
it, and would be hit in its place, so that this one would wait for good."""


@contextmanager
def _clock(is_over: Callable[[], bool], error: type[ClockError], tick: float = _TICK) -> Iterator[None]:
    """Raise an error in this thread, wherever it is, once it is over.

    Where that hits what closes a file or removes a folder, these may fail for it: an archive that is still
    written to is not closed. Such a failure is the stop all the same.
    """
    watched = _ticked(is_over, error) if sys.platform == "emscripten" else _watched(is_over, error, tick)
    try:
        with watched:
            yield
    except Exception as failure:
        if is_over():
            raise error from failure
        raise


@contextmanager
def _watched(is_over: Callable[[], bool], error: type[ClockError], tick: float) -> Iterator[None]:
    """Raise it by another thread, which looks again after so many seconds.

    Lark cannot be asked to stop. Measured: a process takes 0.28 s more for a grammar that is read in 0.06 s.
    """
    over = threading.Event()
    here = ctypes.c_ulong(threading.get_ident())

    def watch() -> None:
        # Again and again: what is raised while something is finalised is lost.
        while not over.wait(tick):
            with _RAISING:
                if not over.is_set() and is_over():
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(here, ctypes.py_object(error))

    _keep_lost_errors_quiet()
    watcher = threading.Thread(target=watch, daemon=True, name="clock")
    try:
        with _RAISING:
            watcher.start()
        yield
    finally:
        while not over.is_set():
            with suppress(ClockError), _RAISING:
                over.set()
                # Raised for good, here: only so does the interpreter forget that it has something to raise.
                # Until it does, a thread that is profiled or traced never gets on (CPython 3.11).
                ctypes.pythonapi.PyThreadState_SetAsyncExc(here, ctypes.py_object(error))
                while True:
                    pass


@contextmanager
def _ticked(is_over: Callable[[], bool], error: type[ClockError]) -> Iterator[None]:
    """The same in a browser, where no thread can watch: whoever runs Python ticks there, by SIGINT."""

    def look(number: int, frame: FrameType | None) -> None:
        if is_over():
            raise error
        if callable(outer):
            outer(number, frame)

    outer = signal.signal(signal.SIGINT, look)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, outer)


def _keep_lost_errors_quiet() -> None:
    """Have nobody told of what a clock raises where that is lost: in finalisers and collectors' callbacks.

    Kept since CI saw such a traceback: a callback of the collector was hit, in two of some hundred stops.
    """
    told = sys.unraisablehook
    if not isinstance(told, _Unraisable):
        sys.unraisablehook = _Unraisable(told)


class _Unraisable:
    """Tells what told before of all that is lost, but of what a clock raises: that is raised again."""

    def __init__(self, told: Callable[[sys.UnraisableHookArgs], Any]) -> None:
        self._told = told

    def __call__(self, lost: sys.UnraisableHookArgs, /) -> None:
        if not issubclass(lost.exc_type, ClockError):
            self._told(lost)
