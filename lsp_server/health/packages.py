"""What the product says it needs, and what is there. Imports none of it."""

from __future__ import annotations

import platform
from importlib import metadata

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from lsp_server.health.report import Advice, Package


def packages() -> tuple[tuple[Package, ...], tuple[Advice, ...]]:
    """Each declared dependency of this platform, with its installed version; the Python is looked at too."""
    wanted = [Requirement(line) for line in metadata.requires("holegram") or ()]
    here = [one for one in wanted if one.marker is None or one.marker.evaluate({"extra": ""})]
    found = [Package(one.name, str(one.specifier), _installed(one.name)) for one in here]
    advice = [_python(), *(_advice(*pair) for pair in zip(here, found, strict=True))]
    return tuple(found), tuple(one for one in advice if one is not None)


def _python() -> Advice | None:
    running, wanted = platform.python_version(), metadata.metadata("holegram")["Requires-Python"]
    if SpecifierSet(wanted).contains(running, prereleases=True):
        return None
    remedy = "make the virtual environment with another one"
    return Advice(f"Python {running} runs this, and {wanted} is needed ({remedy})")


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _advice(wanted: Requirement, package: Package) -> Advice | None:
    version = package.version
    remedy = f'(pip install "{wanted.name}{wanted.specifier}")'
    if version is None:
        return Advice(f"{wanted.name} is not installed {remedy}")
    if not wanted.specifier.contains(version, prereleases=True):
        return Advice(f"{wanted.name} {version} is installed, and {wanted.specifier} is needed {remedy}")
    return None
