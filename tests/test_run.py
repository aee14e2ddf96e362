"""The task that CI runs tells what failed, and what was skipped and why, and waits for installations."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest

from tests import run
from tests.run import Step


def step(code: str, **options: object) -> Step:
    return Step(((sys.executable, "-c", code),), **options)  # type: ignore[arg-type]


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> dict[str, Step]:
    """Steps in the place of the real ones."""
    made: dict[str, Step] = {}
    monkeypatch.setattr(run, "STEPS", made)
    monkeypatch.delenv(run.PREPARED, raising=False)
    return made


def test_all_steps_run_and_those_that_fail_are_named(
    steps: dict[str, Step], capsys: pytest.CaptureFixture[str]
) -> None:
    steps |= {"one": step("raise SystemExit(3)"), "two": step("pass"), "three": step("1/0")}
    assert run.main([]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line in ("== one", "== two", "== three")] == [
        "== one",
        "== two",
        "== three",
    ]
    assert lines[-1] == "== failed: one, three"
    assert run.main(["two"]) == 0


def test_a_step_that_is_not_there_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["test"]) == 2
    assert "no step test" in capsys.readouterr().err


def test_what_is_skipped_says_what_is_missing(
    steps: dict[str, Step], capsys: pytest.CaptureFixture[str]
) -> None:
    steps["one"] = step(
        "raise SystemExit(1)", needs=("no/such-file", "no-such-program", "$NO_SUCH_VARIABLE", "tests/run.py")
    )
    assert run.main([]) == 0
    told = "== skipped: no no/such-file and no no-such-program and no $NO_SUCH_VARIABLE here"
    assert told in capsys.readouterr().out.splitlines()


def test_what_a_step_tells_is_known_to_later_ones_and_full_to_all(steps: dict[str, Step]) -> None:
    steps["one"] = step("print('there')", tells="WHERE")
    steps["two"] = step("import os; assert os.environ['WHERE'] == 'there' and os.environ['HOLEGRAM_FULL']")
    assert run.main(["--full", "one", "two"]) == 0


@pytest.mark.parametrize(("code", "ends"), [("0", 0), ("1", 1)])
def test_a_late_step_waits_and_fails_where_nothing_could_be_installed(
    steps: dict[str, Step], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str, ends: int
) -> None:
    ready = tmp_path / "ready"
    monkeypatch.setenv(run.PREPARED, str(ready))
    steps["one"] = step(f"assert open({str(ready)!r}).read() == '0'", late=True)
    threading.Timer(0.2, ready.write_text, (code,)).start()
    assert run.main([]) == ends


def test_what_is_not_alone_runs_beside_what_is_long_and_is_printed_in_one_piece(
    steps: dict[str, Step], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    there, asked = tmp_path / "there", tmp_path / "asked"
    wait = "import os, time\nwhile not os.path.exists({0!r}): time.sleep(0.01)\n"
    touch = "open({0!r}, 'w').close()\n"
    steps["long"] = step(touch.format(str(asked)) + wait.format(str(there)) + "print('long')", long=True)
    steps["last"] = step(f"import os; assert os.path.exists({str(there)!r})", alone=True)
    steps["short"] = step("print('a', flush=True)\n" + wait.format(str(asked)) + touch.format(str(there)))
    assert run.main([]) == 0
    out = capsys.readouterr().out
    assert "== short\na\n== short took" in out
    assert "== long\nlong\n== long took" in out
    assert out.index("== last") > max(out.index("== short"), out.index("== long"))
