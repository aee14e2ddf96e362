"""Puts the parts of an examination together. A part that fails is advice, and stops no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from lsp_server.health.machine import machine
from lsp_server.health.report import (
    Advice,
    Bundle,
    CatalogueReport,
    DeviceReport,
    FolderReport,
    ModelState,
    Package,
    Report,
)

if TYPE_CHECKING:
    from lsp_server.decoding import Model

T = TypeVar("T")
Part = tuple[T, tuple[Advice, ...]]


def examine(bundles: Sequence[Path] = (), model: str | None = None, parsers: Iterable[str] = ()) -> Report:
    """Look at all there is; it takes some seconds.

    Args:
        bundles: further directories of bundles.
        model: a folder, or the name of a hub model that is on this machine; the bundled one if None.
        parsers: modules of parsers that the user allows to load.

    """
    advice: list[Advice] = []
    lacking = False

    def of(name: str, look: Callable[[], Part[T]]) -> T | None:
        try:
            found, told = look()
            advice.extend(told)
            return found
        except ImportError as error:
            # Which packages are lacking has been said; what they break says nothing new.
            if not lacking:
                advice.append(_failed(name, error))
        except Exception as error:
            advice.append(_failed(name, error))
        return None

    needed = of("packages", _packages) or ()
    lacking = bool(advice)
    here, told = machine()
    advice.extend(told)
    device = of("torch", _device)
    state, loaded = of("model", lambda: _model(model)) or (ModelState(model or "bundled", None), None)
    found = of("bundles", lambda: _bundles(bundles, parsers, loaded)) or ()
    folders = of("folders", _places) or ()
    named = of("catalogues", _catalogues) or ()
    ordered = sorted(advice, key=lambda one: one.harmless)
    version = metadata.version("holegram")
    return Report(version, here, device, needed, state, found, folders, tuple(ordered), named)


def _failed(name: str, error: Exception) -> Advice:
    reason = " ".join(str(error).split())
    return Advice(f"{name}: {type(error).__name__}: {reason} (install holegram again)")


# Each part is imported when it is looked at, for what it needs may be missing.


def _packages() -> Part[tuple[Package, ...]]:
    from lsp_server.health.packages import packages

    return packages()


def _device() -> Part[DeviceReport]:
    from lsp_server.health.machine import device

    return device()


def _catalogues() -> Part[tuple[CatalogueReport, ...]]:
    from lsp_server.health.catalogues import catalogues

    return catalogues(Path.cwd())


def _model(name: str | None) -> Part[tuple[ModelState, Model | None]]:
    from lsp_server.health.model import try_model

    return try_model(name)


def _bundles(named: Sequence[Path], parsers: Iterable[str], model: Model | None) -> Part[tuple[Bundle, ...]]:
    from lsp_server.health.bundles import try_bundles

    return try_bundles(named, parsers, model)


def _places() -> Part[tuple[FolderReport, ...]]:
    from lsp_server.health.places import places

    return places()
