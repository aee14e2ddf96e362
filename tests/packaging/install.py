"""Installs what a user gets: `python tests/packaging/install.py DIR` prints where its `holegram` is.

The wheel is built from the sdist, with what this environment has, and so is without the network. The virtual
environment holds the wheel and nothing else. Its other packages are those of this environment, which are
looked up after its own; what is installed here in a way of its own, as a checkout is, is not seen there.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def build(source: Path, target: Path, *kinds: str) -> list[Path]:
    """Build a source tree into a folder; without kinds (`--sdist`, `--wheel`) a wheel from the sdist."""
    words = ["-m", "build", "--no-isolation", "--outdir", str(target), *kinds, str(source)]
    subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL)
    return sorted(target.iterdir(), key=lambda path: path.suffix)


def install(wheel: Path, target: Path) -> Path:
    """Install a wheel into a new virtual environment; gives its `holegram`."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", target], check=True)
    words = ["--python", str(target), "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run([sys.executable, "-m", "pip", *words], check=True)
    paths = {"base": str(target), "platbase": str(target)}
    own = Path(sysconfig.get_path("purelib", "venv", vars=paths))
    others = sysconfig.get_path("purelib")
    (own / "others.pth").write_text(f"{others}\n", encoding="utf-8")
    return Path(sysconfig.get_path("scripts", "venv", vars=paths), "holegram")


def main(target: Path) -> None:
    """Build and install this checkout under a folder that is not there yet, and let it look at itself.

    That analyses each grammar, so that no editor has to wait for it.
    """
    wheel = next(path for path in build(ROOT, target / "dist") if path.suffix == ".whl")
    installed = install(wheel, target / "venv")
    subprocess.run([installed, "doctor"], check=False, stdout=sys.stderr)
    print(installed)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
