"""Fetches what the core needs in Pyodide: `python tests/browser/wheels.py DIR`.

All of it is plain Python but for pydantic-core and hypothesis, of which there are builds for Pyodide.
"""

from __future__ import annotations

import subprocess
import sys

PLATFORM, PYTHON = "pyemscripten_2026_0_wasm32", "3.14"
"""Of the Pyodide in package.json."""

PACKAGES = ("lark<2", "platformdirs", "pydantic<3", "packaging", "pytest<10", "hypothesis<7")


def main(folder: str) -> int:
    """Fetch them into a folder; the exit code of pip."""
    of_browser = ["--platform", PLATFORM, "--python-version", PYTHON, "--implementation", "cp"]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--only-binary=:all:", *of_browser]
    command += ["--abi", "cp314", "--abi", "none", "--dest", folder, *PACKAGES]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
