"""Fixtures that several rooms' tests share: real files to try things on, and bundles made for one test."""

from __future__ import annotations

import os
import shutil
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from lsp_server.languages import Language, bundled_directory, load_registry

ROOT = Path(__file__).resolve().parent.parent
BUNDLED = sorted(path.parent.name for path in bundled_directory().glob("*/language.toml"))

Corpus = Callable[[str, str], tuple[Path, ...]]


def pytest_configure() -> None:
    """No test, and no process that a test starts, sees the bundles or the cache of the person who runs it."""
    os.environ["XDG_DATA_HOME"] = str(ROOT / ".pytest_cache" / "nobody")
    if "PYTEST_XDIST_WORKER" not in os.environ:
        os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp(prefix="holegram-cache-")


def pytest_unconfigure() -> None:
    """The cache of a run ends with it."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        shutil.rmtree(os.environ["XDG_CACHE_HOME"], ignore_errors=True)


def find_corpus() -> Path | None:
    """The folder of real files: $HOLEGRAM_CORPUS, else any `corpus` folder in a sibling of this checkout.

    For each language and split (train, dev, invalid) it holds `<language>-<split>.tar.xz` or
    `<language>/<split>/`.
    """
    named = os.environ.get("HOLEGRAM_CORPUS")
    if named:
        return Path(named)
    beside = sorted(ROOT.parent.glob("*/corpus"))
    return next((folder for folder in beside if any(folder.glob("*-dev.tar.xz"))), None)


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """`corpus(language, split)`: the real files of a split, sorted; where none are, the test is skipped."""
    cache: dict[tuple[str, str], tuple[Path, ...]] = {}

    def files(language: str, split: str) -> tuple[Path, ...]:
        if (language, split) not in cache:
            folder = _unpacked(language, split, tmp_path_factory)
            cache[language, split] = tuple(sorted(path for path in folder.rglob("*") if path.is_file()))
        return cache[language, split]

    return files


def _unpacked(language: str, split: str, temporary: pytest.TempPathFactory) -> Path:
    root = find_corpus()
    if root is None:
        pytest.skip("no real files here: set HOLEGRAM_CORPUS to a folder with <language>-dev.tar.xz")
    folder, archive = root / language / split, root / f"{language}-{split}.tar.xz"
    if folder.is_dir():
        return folder
    if not archive.is_file():
        pytest.skip(f"no real files of {language} ({split}) in {root}")
    target = temporary.mktemp(f"{language}-{split}")
    with tarfile.open(archive) as tar:
        tar.extractall(target, filter="data")
    return target


MANIFEST = """\
id = "calc"
name = "Calculator"
extensions = [".calc"]
brackets = [["(", ")"]]

[comment]
line = ["#"]
"""

PARSER = '[parser]\nmodule = "tree_sitter_hcl"\n'
"""A parser for the end of a manifest, which is loaded only if that is allowed."""

GRAMMAR = """\
start: (assignment)*
assignment: NAME EQUAL sum SEMICOLON
sum: sum PLUS atom | atom
atom: NAME | NUMBER | LPAR sum RPAR
NAME: /[a-z]+/
NUMBER: /[0-9]+/
EQUAL: "="
PLUS: "+"
LPAR: "("
RPAR: ")"
SEMICOLON: ";"
BLANK: /[ \\t\\r\\n]+/
COMMENT: /#[^\\n]*/
%ignore BLANK
%ignore COMMENT
"""

MakeBundle = Callable[..., Path]


@pytest.fixture
def make_bundle(tmp_path: Path) -> MakeBundle:
    """`make_bundle(manifest, grammar)` writes a small bundle and gives its folder; None leaves a file out."""

    def make(manifest: str | bytes | None = MANIFEST, grammar: str | bytes | None = GRAMMAR) -> Path:
        folder = tmp_path / "bundles" / "calc"
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in (("language.toml", manifest), ("grammar.lark", grammar)):
            if content is not None:
                data = content.encode() if isinstance(content, str) else content
                (folder / name).write_bytes(data)
        return folder

    return make


@pytest.fixture(scope="session", params=BUNDLED)
def language(request: pytest.FixtureRequest) -> Language:
    """Each language whose bundle is beside the code."""
    return load_registry().by_id(request.param)
