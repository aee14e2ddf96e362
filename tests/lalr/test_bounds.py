"""What stops a thread, wherever it is, and stops nothing once that is left."""

from __future__ import annotations

import io
import itertools
import subprocess
import sys
import threading
import time
import zipfile
from contextlib import closing, suppress
from pathlib import Path

import pytest

from lsp_server.errors import GrammarError
from lsp_server.lalr import bounds
from lsp_server.lalr.bounds import ClockError, OutOfTimeError, in_time, while_wanted
from lsp_server.lalr.notation_reader import read_notation

HERE = Path("grammar.lark")


def compute(seconds: float) -> None:
    """Keep the processor busy."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


def test_what_is_not_wanted_any_more_is_stopped() -> None:
    asked = itertools.count()
    with pytest.raises(ClockError), while_wanted(lambda: next(asked) < 3):
        compute(20)
    count = next(asked)
    compute(0.3)
    assert next(asked) == count + 1


def test_what_cannot_be_closed_because_it_was_stopped_is_stopped() -> None:
    asked = itertools.count()
    archive = zipfile.ZipFile(io.BytesIO(), "w")
    with (
        archive.open("a", "w"),
        pytest.raises(ClockError),
        while_wanted(lambda: next(asked) < 3),
        closing(archive),  # which it refuses while it is written to
    ):
        compute(20)
    archive.close()


def test_a_failure_of_what_is_still_wanted_is_told() -> None:
    with pytest.raises(ValueError, match="ours"), while_wanted(lambda: True), in_time(HERE, 60):
        raise ValueError("ours")


def test_to_be_stopped_is_not_to_be_out_of_time() -> None:
    end = time.monotonic() + 0.3
    with (
        pytest.raises(ClockError) as caught,
        while_wanted(lambda: time.monotonic() < end),
        in_time(HERE, 60),
    ):
        compute(20)
    assert not isinstance(caught.value, OutOfTimeError)


def test_what_is_wanted_to_its_end_comes_to_it_and_nothing_is_stopped_later() -> None:
    wanted = True
    for _ in range(50):
        with while_wanted(lambda: wanted), in_time(HERE, 60):
            compute(0.004)
    wanted = False
    compute(0.4)


def test_a_thread_that_had_a_limit_can_be_profiled() -> None:
    program = """if True:
        import sys
        from pathlib import Path
        from lsp_server.lalr.bounds import in_time
        with in_time(Path("grammar.lark"), 60):
            pass
        sys.setprofile(lambda *event: None)
        print(sum(map(len, ["a"] * 1000)))
        (lambda: print("done"))()
    """
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["1000", "done"], done.stderr


def test_time_that_is_out_inside_is_an_error_outside_too() -> None:
    out = pytest.raises(GrammarError, match="takes more than 0 seconds")
    with out, while_wanted(lambda: True), in_time(HERE, 0.2):
        compute(20)


class Late:
    """Takes its time to be finalised."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def __del__(self) -> None:
        compute(self._seconds)


def test_what_is_lost_in_a_finaliser_is_raised_again_and_nobody_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda lost: told.append(lost.exc_type))

    def compute_with_late() -> None:
        Late(1)
        compute(20)

    with pytest.raises(ClockError), while_wanted(lambda: False):
        compute_with_late()
    assert not told


def test_of_other_errors_that_are_lost_somebody_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def __del__(self) -> None:
            raise OSError

    told: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda lost: told.append(lost.exc_type))
    for _ in range(2):
        with while_wanted(lambda: True):
            Broken()
    assert told == [OSError, OSError]


def test_a_text_that_is_too_large_for_a_grammar_is_not_read() -> None:
    began = time.thread_time()
    assert read_notation("a: b\n" * 300_000) is None
    assert time.thread_time() - began < 2


def test_a_clock_that_is_begun_while_another_raises_stops_nobody_for_good(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bounds, "_SOON", 0.0)
    begun = 0

    def work() -> None:
        nonlocal begun
        while begun < 300:
            with suppress(ClockError), while_wanted(lambda: False):
                while begun < 300:
                    with suppress(ClockError), while_wanted(lambda: True):
                        begun += 1

    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    worker.join(120)
    assert begun >= 300
    assert not worker.is_alive()
