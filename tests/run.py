"""Runs what CI runs: `python tests/run.py [STEP...]`, all steps if none is named."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BESIDE = Path(sys.executable).parent

STEPS: dict[str, list[str]] = {
    "lint": [sys.executable, "-m", "ruff", "check", "."],
    "format": [sys.executable, "-m", "ruff", "format", "--check", "."],
    "types": [sys.executable, "-m", "mypy"],
    "imports": [str(BESIDE / "lint-imports")],
    "tests": [sys.executable, "-m", "pytest", "-ra", "-n", "auto", "--dist", "worksteal"],
}


def main(names: list[str]) -> int:
    """Run the steps in order, all of them even when one fails; 0 if none failed, 2 for a name of no step."""
    unknown = [name for name in names if name not in STEPS]
    if unknown:
        print(f"no step {', '.join(unknown)} (steps: {', '.join(STEPS)})", file=sys.stderr)
        return 2
    failed = []
    for name in names or STEPS:
        print(f"== {name}", flush=True)
        if subprocess.run(STEPS[name], cwd=ROOT, check=False).returncode != 0:
            failed.append(name)
    print(f"== failed: {', '.join(failed)}" if failed else "== all is well", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
