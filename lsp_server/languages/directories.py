"""Where bundles are kept: those of the product, and the user's own."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_data_path


def bundled_directory() -> Path:
    """The bundles that come with the product: inside an installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "grammars"
    return inside if inside.is_dir() else package.parent / "grammars"


def user_directory() -> Path:
    """Where a user keeps bundles of their own."""
    return user_data_path("holegram", appauthor=False) / "grammars"


def is_bundled(directory: Path) -> bool:
    """Whether a bundle comes with the product. Only of such a one code is run without being allowed."""
    return directory.resolve().parent == bundled_directory()
