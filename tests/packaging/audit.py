"""Asks an advisory database about what is installed: `python tests/packaging/audit.py DIR`.

The program that asks (`pip-audit`) is installed under that folder, since nothing else needs it.
A known hole ends this with 1. Where no database answers nothing was looked at, and it says so.
"""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

OURS = "holegram"


def told(packages: Iterable[Mapping[str, Any]]) -> tuple[list[str], bool]:
    """What there is to say of the packages that were asked for, and whether one of them has a known hole."""
    others = [package for package in packages if package["name"] != OURS]
    known = [package for package in others if "skip_reason" not in package]
    if not known:
        return [f"the advisory database does not answer: none of {len(others)} packages was audited"], False
    holes = [
        f"{package['name']} {package['version']}: {hole['id']}, mended in "
        f"{', '.join(hole['fix_versions']) or 'no version yet'}"
        for package in known
        for hole in package["vulns"]
    ]
    return [*holes, f"{len(known)} of {len(others)} packages audited, known holes: {len(holes)}"], bool(holes)


def audited(folder: Path) -> list[dict[str, Any]]:
    """All packages of this environment, each with what is known of it."""
    venv = folder / "audit"
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    programs = Path(sysconfig.get_path("scripts", "venv", vars={"base": str(venv), "platbase": str(venv)}))
    subprocess.run([programs / "python", "-m", "pip", "install", "--quiet", "pip-audit"], check=True)
    words = [str(programs / "pip-audit"), "--format", "json", "--progress-spinner", "off"]
    words += ["--path", sysconfig.get_path("purelib")]
    asked = subprocess.run(words, check=False, capture_output=True, text=True)
    if not asked.stdout.startswith("{"):  # it stops at the first question that nobody answers
        print(asked.stderr.strip().splitlines()[-1:], file=sys.stderr)
        return []
    packages: list[dict[str, Any]] = json.loads(asked.stdout)["dependencies"]
    return packages


def main(folder: Path) -> int:
    """1 where a hole is known, else 0."""
    lines, is_bad = told(audited(folder))
    print("\n".join(lines))
    return int(is_bad)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
