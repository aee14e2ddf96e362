"""How the process ends: at once, by a signal, or because the editor that started it is gone."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

_EVERY = 2.0
"""Seconds between two looks at a process, where the system does not tell of its end."""


def leave(code: int) -> NoReturn:
    """End the process with an exit code, and at once.

    Nothing is left to be written. What Python takes down before it ends is much in a server that was used
    for long, seconds of it, and a client may wait for the end before it starts the next.
    """
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def leave_on_signals(code: Callable[[], int]) -> None:
    """Let SIGINT and SIGTERM end the process at once, whatever it waits for; `code` gives the exit code."""

    def end(number: int, frame: FrameType | None) -> None:
        os._exit(code())  # without the streams: one that nobody reads would hold it

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)


def watch_process(number: int, gone: Callable[[], None]) -> bool:
    """Call `gone` in the event loop once a process has ended; false if it cannot be seen.

    An editor that runs in another container has a number that says nothing here: it is not watched.
    """
    if sys.platform == "win32" or number <= 0:
        return False  # there is no harmless question; there, standard input is closed
    loop = asyncio.get_running_loop()
    if not _is_there(number):
        return False
    with contextlib.suppress(AttributeError, OSError):  # another system than Linux, or not allowed here
        descriptor = os.pidfd_open(number)

        def ended() -> None:
            loop.remove_reader(descriptor)
            os.close(descriptor)
            gone()

        loop.add_reader(descriptor, ended)
        return True

    def look() -> None:
        if _is_there(number):
            loop.call_later(_EVERY, look)
        else:
            gone()

    loop.call_later(_EVERY, look)
    return True


def _is_there(number: int) -> bool:
    try:
        os.kill(number, 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return True
