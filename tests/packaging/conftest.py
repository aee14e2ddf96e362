"""The distributions of this checkout, and an installed one, made once for all tests of this folder."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.packaging.install import build, install


@dataclass(frozen=True)
class Distributions:
    """What is uploaded."""

    sdist: Path
    wheel: Path


@pytest.fixture(scope="session")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Distributions:
    """The sdist, and the wheel that was built from it."""
    sdist, wheel = build(ROOT, tmp_path_factory.mktemp("dist"))
    return Distributions(sdist, wheel)


@pytest.fixture(scope="session")
def unpacked(distributions: Distributions, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is in the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    with zipfile.ZipFile(distributions.wheel) as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture(scope="session")
def installed(distributions: Distributions, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `holegram` of a virtual environment that the wheel was installed into."""
    return install(distributions.wheel, tmp_path_factory.mktemp("installed") / "venv")
