"""Runs what CI runs: `python tests/run.py [--full] [STEP...]`, all steps if none is named.

The tests run beside the other steps, but for those that want the machine to themselves, which come last.
With `--full` tests try all that they can. A step whose needs are not here is skipped, and says which: the
extension needs Node.js, `e2e`, which drives it in a real VS Code, what `.ci/editors` brings, and `vllm` what
`.ci/vllm` brings.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CLIENT = ROOT / "vscode-client"
PLAYGROUND = ROOT / "lsp_server" / "playground" / "web"
BESIDE = Path(sys.executable).parent

SCRATCH = "SCRATCH"
"""Stands in a command for a folder that is removed at the end."""
PREPARED = "HOLEGRAM_PREPARED"
"""Names a file that is there, with an exit code in it, once what steps need has been installed meanwhile."""
LEFT_OUT = ("--ignore=tests/editors", "--ignore=tests/vllm")
"""Tests that are a step of their own."""
PATIENCE = 900.0
"""Seconds until a step that waits for that gives up."""


@dataclass(frozen=True)
class Step:
    """Commands that are run in a folder, up to the first that fails.

    `needs` are files of this checkout, programs, and variables as `$NAME`, without any of which the step is
    skipped; a step that is `late` waits for what is being installed meanwhile. Where a variable is named in
    `tells`, its value in later steps is what the commands print. While a `long` step runs the others do, but
    those that measure, or that type as a person does: they are `alone`, after all the others.
    """

    commands: tuple[tuple[str, ...], ...]
    folder: Path = ROOT
    needs: tuple[str, ...] = ()
    late: bool = False
    tells: str | None = None
    long: bool = False
    alone: bool = False


def python(*words: str) -> tuple[str, ...]:
    """A command of this environment."""
    return (sys.executable, *words)


STEPS = {
    "lint": Step((python("-m", "ruff", "check", "."),)),
    "format": Step((python("-m", "ruff", "format", "--check", "."),)),
    "types": Step((python("-m", "mypy"),)),
    "imports": Step(((str(BESIDE / "lint-imports"),),)),
    "tests": Step(
        (python("-m", "pytest", "-n", "auto", "--dist", "worksteal", *LEFT_OUT),),
        long=True,
    ),
    "wheel": Step((python("tests/packaging/install.py", f"{SCRATCH}/wheel"),), tells="HOLEGRAM_SERVER"),
    "audit": Step((python("tests/packaging/audit.py", SCRATCH),)),
    "editors": Step(
        (python("-m", "pytest", "-n", "3", "--dist", "loadfile", "tests/editors"),),
        needs=("tests/editors",),
        late=True,
        alone=True,
    ),
    "extension": Step(
        (("npm", "ci"), ("npm", "run", "check"), ("npm", "test"), ("npm", "run", "package")),
        folder=CLIENT,
        needs=("vscode-client/package.json", "npm"),
        late=True,
    ),
    "browser": Step(
        (
            python("wheels.py", "wheels"),
            ("npm", "ci"),
            ("node", "run.mjs", "wheels"),
        ),
        folder=ROOT / "tests" / "browser",
        needs=("tests/browser/package.json", "npm"),
        late=True,
    ),
    "playground": Step(
        (("npm", "ci"), ("npm", "run", "check"), ("npm", "run", "drift"), ("npm", "run", "e2e")),
        folder=PLAYGROUND,
        needs=("lsp_server/playground/web/e2e", "npm", "/usr/bin/chromium", "$HOLEGRAM_SERVER"),
        late=True,
    ),
    "vllm": Step(
        (python("-m", "pytest", "tests/vllm"),),
        needs=("tests/vllm", "$HOLEGRAM_VLLM"),
        alone=True,
    ),
    "e2e": Step(
        (("npm", "run", "e2e"),),
        folder=CLIENT,
        needs=("vscode-client/e2e", "npm", "$HOLEGRAM_VSCODE", "$HOLEGRAM_SERVER"),
        late=True,
        alone=True,
    ),
}


def main(words: list[str]) -> int:
    """Run all steps even when one fails; 0 if none failed, 2 for a name of no step."""
    named = [word for word in words if word != "--full"]
    unknown = [name for name in named if name not in STEPS]
    if unknown:
        print(f"no step {', '.join(unknown)} (steps: {', '.join(STEPS)})", file=sys.stderr)
        return 2
    # As many tests run at a time as there are cores.
    environment = {"OMP_NUM_THREADS": "1", **os.environ}
    if "--full" in words:
        environment["HOLEGRAM_FULL"] = "1"
    names = named or list(STEPS)
    alone = [name for name in names if STEPS[name].alone]
    lanes = [
        lane
        for long in (True, False)
        if (lane := [name for name in names if name not in alone and STEPS[name].long is long])
    ]
    with tempfile.TemporaryDirectory(prefix="holegram-") as scratch, ThreadPoolExecutor(2) as threads:
        # What the tests say is seen at once, and what is said beside them in one piece.
        lines = [
            threads.submit(_run_all, lane, scratch, environment, beside=number > 0)
            for number, lane in enumerate(lanes)
        ]
        failed = [name for line in lines for name in line.result()]
        failed += _run_all(alone, scratch, environment, beside=False)
    print(f"== failed: {', '.join(failed)}" if failed else "== all is well", flush=True)
    return 1 if failed else 0


_PRINTING = threading.Lock()


def _run_all(names: Sequence[str], scratch: str, environment: dict[str, str], *, beside: bool) -> list[str]:
    """Run steps one after another; those that failed. What is said `beside` others is printed at its end."""
    failed = []
    for name in names:
        began = time.monotonic()
        if beside:
            with Path(scratch, f"{name}.log").open("w+b") as log:
                done = run(STEPS[name], scratch, environment, log.fileno())
                log.seek(0)
                said = log.read().decode(errors="replace")
        else:
            print(f"== {name}", flush=True)
            done, said = run(STEPS[name], scratch, environment), ""
        failed += [] if done else [name]
        with _PRINTING:
            if beside:
                print(f"== {name}\n{said}", end="")
            seconds = f"{time.monotonic() - began:.0f} s"
            print(f"== {name} {'took' if done else 'failed after'} {seconds}", flush=True)
    return failed


def run(step: Step, scratch: str, environment: dict[str, str], log: int | None = None) -> bool:
    """Run a step, or say why it is skipped; whether nothing failed. What is said goes to `log`, if given."""
    if step.late and not _is_prepared(environment, log):
        return False
    missing = [need for need in step.needs if not _is_here(need, environment)]
    if missing:
        _say(f"== skipped: no {' and no '.join(missing)} here", log)
        return True
    for command in step.commands:
        words = [word.replace(SCRATCH, scratch) for word in command]
        program = shutil.which(words[0], path=environment.get("PATH")) or words[0]
        output = subprocess.PIPE if step.tells else log
        ended = subprocess.run(
            [program, *words[1:]],
            cwd=step.folder,
            env=dict(environment),
            stdout=output,
            stderr=log,
            text=True,
            check=False,
        )
        if ended.returncode != 0:
            return False
        if step.tells:
            environment[step.tells] = ended.stdout.strip()
    return True


def _say(text: str, log: int | None) -> None:
    if log is None:
        print(text, flush=True)
    else:
        os.write(log, f"{text}\n".encode())


def _is_here(need: str, environment: dict[str, str]) -> bool:
    if need.startswith("$"):
        return bool(environment.get(need[1:]))
    return (ROOT / need).exists() if "/" in need else shutil.which(need) is not None


def _is_prepared(environment: dict[str, str], log: int | None) -> bool:
    """Wait for what is being installed, if anything is; whether it could be."""
    if PREPARED not in environment:
        return True
    path, end = Path(environment[PREPARED]), time.monotonic() + PATIENCE
    while not path.exists():
        if time.monotonic() > end:
            _say(f"== {path} did not come within {PATIENCE:.0f} s", log)
            return False
        time.sleep(1)
    installed = path.read_text(encoding="utf-8").strip() == "0"
    if not installed:
        _say("== what this step needs could not be installed", log)
    return installed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
