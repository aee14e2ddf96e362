"""What an examination finds: facts, and advice."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Advice:
    """One line that says what is wrong and what to do about it; `harmless` where all works in spite of it."""

    text: str
    harmless: bool = False


@dataclass(frozen=True, slots=True)
class CatalogueReport:
    """A catalogue of the folder in which somebody works: its names, when it was made, and of what."""

    path: Path
    language: str
    names: int
    made: str
    source: str


@dataclass(frozen=True, slots=True)
class Package:
    """A package that the product needs: the versions that do, and the one that is installed, if any."""

    name: str
    wanted: str
    version: str | None


@dataclass(frozen=True, slots=True)
class MachineReport:
    """The machine. `cores` are those that this process may use."""

    python: str
    executable: str
    system: str
    cores: int


@dataclass(frozen=True, slots=True)
class DeviceReport:
    """What models are computed on, in words, and what torch was built for."""

    name: str
    torch: str


@dataclass(frozen=True, slots=True)
class ModelState:
    """A model: its bytes on disk, the seconds it took to load, the milliseconds that a token takes.

    What could not be found out is None. Of a remote model only the seconds are known in which it answered.
    """

    name: str
    path: Path | None
    size: int | None = None
    load_seconds: float | None = None
    token_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle that was found: where, who put it there, whether it can be used, and what makes its trees."""

    id: str
    directory: Path
    origin: str
    works: bool
    trees: str | None


@dataclass(frozen=True, slots=True)
class FolderReport:
    """A folder that the product uses, and what for; `state` is writable, readable, absent or unusable."""

    purpose: str
    path: Path
    state: str


@dataclass(frozen=True, slots=True)
class Report:
    """All of it. `advice` has what does any harm first."""

    version: str
    machine: MachineReport
    device: DeviceReport | None
    packages: tuple[Package, ...]
    model: ModelState
    bundles: tuple[Bundle, ...]
    places: tuple[FolderReport, ...]
    advice: tuple[Advice, ...]
    catalogues: tuple[CatalogueReport, ...] = ()

    @property
    def well(self) -> bool:
        """Whether nothing was found that does harm."""
        return all(advice.harmless for advice in self.advice)
